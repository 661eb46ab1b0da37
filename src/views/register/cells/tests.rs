//! Rows of the register from benches: every column in its place.

use super::*;
use crate::case::golden::handled;
use crate::case::private::Texts;
use crate::case::testing::Bench;

pub(super) fn row_of(bench: &Bench, in_full: bool) -> BTreeMap<&'static str, Cell> {
    let case = bench.case().clone();
    let texts: Texts = bench.secrets.iter().map(|secret| (secret.reference.id, secret.text.clone())).collect();
    let around = Around {
        names: Names::default(),
        numbers: BTreeMap::new(),
        items: BTreeMap::from([(case.id, 3)]),
        in_full: in_full.then_some(case.agency_id),
        today: bench.today,
    };
    let row = crate::views::register::tests::row_of(&case);
    let line = Line { row, case, texts };
    HEADS.into_iter().zip(Entry::of(&line, bench.calendar(), &around).cells(7)).collect()
}

fn words(row: &BTreeMap<&str, Cell>, head: &str) -> String {
    match row.get(head).unwrap() {
        Cell::Empty => String::new(),
        Cell::Words(words) => words.clone(),
        Cell::Day(on) => on.to_string(),
        Cell::Number(number) => number.to_string(),
    }
}

#[test]
fn domain_6_3_the_heads_are_fifty_and_different() {
    let different: std::collections::BTreeSet<&str> = HEADS.into_iter().collect();
    assert_eq!((different.len(), HEADS[0], HEADS[49]), (50, "序号", "备注"));
}

#[test]
fn a_received_case_has_its_application_and_nobody_in_full() {
    let row = row_of(&Bench::received("2026-11-02"), false);
    let seen = |head| words(&row, head);
    assert_eq!([seen("序号"), seen("登记编号"), seen("当月累计件数")], ["7", "", "3"]);
    assert_eq!([seen("申请渠道"), seen("收到(确认)日期"), seen("备注")], ["当面提交", "2026-11-02", "已接收"]);
    assert_eq!([seen("法定答复期限"), seen("剩余工作日/红黄绿灯"), seen("是否超期")], ["2026-11-30", "剩余20个工作日／绿灯", "否"]);
    assert!(seen("姓名/名称").contains('*') && !seen("申请内容摘要").is_empty());
}

#[test]
fn names_stand_in_full_only_where_asked_and_the_number_of_a_document_never_does() {
    let mut bench = Bench::on("2026-11-02");
    bench
        .receive(serde_json::json!({
            "channel": "counter", "arrived_on": "2026-11-02",
            "applicants": [{"kind": "natural_person", "name": "甲某某", "id_kind": "resident_id_card", "id_number": "11010519491231002X",
                "phone": "13800001234", "address": "示范市示范路1号", "postal_code": "100000"}],
            "request": {"description": "申请公开甲文件。", "wanted_form": "paper", "delivery_channel": "post"}
        }))
        .unwrap();
    let (masked, full) = (row_of(&bench, false), row_of(&bench, true));
    assert_eq!(words(&full, "姓名/名称"), "甲某某");
    assert_eq!([words(&full, "电话"), words(&full, "地址邮编")], ["13800001234", "示范市示范路1号 100000"]);
    for row in [&masked, &full] {
        assert!(!words(row, "证件类型及号码").contains("19491231"), "{row:?}");
        assert!(words(row, "证件类型及号码").starts_with("居民身份证 "));
    }
    for head in ["姓名/名称", "电话", "地址邮编"] {
        assert!(words(&masked, head).contains('*') && words(&masked, head) != words(&full, head), "{head}");
    }
    assert!(!words(&masked, "地址邮编").contains("100000"));
}

#[test]
fn what_happened_between_registration_and_reply_stands_in_its_columns() {
    let row = row_of(&handled(), false);
    let shown: Vec<String> = HEADS.iter().skip(21).map(|head| format!("{head}: {}", words(&row, head))).collect();
    insta::assert_snapshot!(shown.join("\n"));
}
