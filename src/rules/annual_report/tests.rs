use super::FrozenYears;
use super::checks::{LastYear, Whole, all, identities};
use super::count::{Difference, Entered, Fact, Place};
use super::form::{COLUMN_CODES, ROWS, TABLE_TWO};
use super::proceedings::{Category, Counted, Instance, Published, of_year, standing_on};
use super::tables::{Documents, Fees, TableFour, TableThree, TableTwo, millionths};
use crate::rules::applicants::ApplicantKind::{self, NaturalPerson, Other, ResearchInstitution};
use crate::rules::outcomes::{Column, CourtOutcome, Instance as Level, ReconsiderationOutcome};
use crate::rules::reply_kinds::ReplyKind;
use rstest::rstest;
use std::collections::BTreeSet;
use uuid::Uuid;

/// The form as 30号 prints it, word by word: whoever changes a label changes it here as well.
#[test]
fn the_tables_have_the_words_of_30_hao() {
    let labels: Vec<&str> = ROWS.iter().map(super::form::Line::label).collect();
    let official = [
        "一、本年新收政府信息公开申请数量",
        "二、上年结转政府信息公开申请数量",
        "（一）予以公开",
        "（二）部分公开（区分处理的，只计这一情形，不计其他情形）",
        "1.属于国家秘密",
        "2.其他法律行政法规禁止公开",
        "3.危及“三安全一稳定”",
        "4.保护第三方合法权益",
        "5.属于三类内部事务信息",
        "6.属于四类过程性信息",
        "7.属于行政执法案卷",
        "8.属于行政查询事项",
        "1.本机关不掌握相关政府信息",
        "2.没有现成信息需要另行制作",
        "3.补正后申请内容仍不明确",
        "1.信访举报投诉类申请",
        "2.重复申请",
        "3.要求提供公开出版物",
        "4.无正当理由大量反复申请",
        "5.要求行政机关确认或重新出具已获取信息",
        "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
        "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
        "3.其他",
        "（七）总计",
        "四、结转下年度继续办理",
    ];
    assert_eq!(labels, official);
    let numbers: Vec<Option<u8>> = ROWS.iter().map(|line| line.number).collect();
    assert_eq!(numbers, (1..=25).map(Some).collect::<Vec<_>>());
    let mut heads: Vec<(&str, &str)> = ROWS.iter().filter(|line| !line.words.is_empty()).map(|line| (line.part, line.group)).collect();
    heads.dedup();
    let third = "三、本年度办理结果";
    assert_eq!(heads, ["（三）不予公开", "（四）无法提供", "（五）不予处理", "（六）其他处理"].map(|group| (third, group)));
    assert_eq!(super::form::IDENTITY, "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）");
    assert_eq!((super::form::APPLICANTS, super::form::ORGANISATIONS), ("申请人情况", "法人或其他组织"));
    assert_eq!(super::form::COLUMNS, ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]);
    assert_eq!(super::form::RESULTS, ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]);
    let four = [super::form::RECONSIDERATION, super::form::LITIGATION, super::form::DIRECT, super::form::AFTER_RECONSIDERATION];
    assert_eq!(four, ["行政复议", "行政诉讼", "未经复议直接起诉", "复议后起诉"]);
    let two: Vec<(&str, &[&str], &[&str])> = TABLE_TWO.iter().map(|block| (block.head, block.columns, block.rows)).collect();
    assert_eq!(
        two,
        [
            ("第二十条第（一）项", &["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"][..], &["规章", "行政规范性文件"][..]),
            ("第二十条第（五）项", &["信息内容", "本年处理决定数量"], &["行政许可"]),
            ("第二十条第（六）项", &["信息内容", "本年处理决定数量"], &["行政处罚", "行政强制"]),
            ("第二十条第（八）项", &["信息内容", "本年收费金额（单位：万元）"], &["行政事业性收费"]),
        ]
    );
    assert_eq!(
        super::form::SECTIONS,
        [
            "一、总体情况",
            "二、主动公开政府信息情况",
            "三、收到和处理政府信息公开申请情况",
            "四、政府信息公开行政复议、行政诉讼情况",
            "五、存在的主要问题及改进情况",
            "六、其他需要报告的事项"
        ]
    );
    let kinds: Vec<&str> = ApplicantKind::ALL.iter().map(|kind| kind.code()).collect();
    assert_eq!(kinds, COLUMN_CODES[..6]);
}

#[test]
fn every_row_of_results_is_one_a_reply_leads_to() {
    let rows: BTreeSet<u8> = ReplyKind::ALL.iter().filter_map(|kind| kind.row()).collect();
    assert_eq!(rows, (3..=23).collect());
}

fn fact(now: Option<(i32, ApplicantKind)>, answer: Option<(i32, u8)>, published: Option<(u8, ApplicantKind)>) -> Fact {
    Fact { now, answer, published }
}

/// Last year's report alone is frozen.
const ONE: FrozenYears = FrozenYears { first: 2025, last: 2025 };
const NATURAL: Option<(i32, ApplicantKind)> = Some((2025, NaturalPerson));

#[rstest]
#[case(NATURAL, Some((2025, 3)), 2025, Some((Entered::New, 3)))]
#[case(NATURAL, None, 2025, Some((Entered::New, 25)))]
#[case(NATURAL, Some((2026, 3)), 2025, Some((Entered::New, 25)))]
#[case(NATURAL, Some((2026, 3)), 2026, Some((Entered::Carried, 3)))]
#[case(NATURAL, Some((2026, 3)), 2027, None)]
#[case(NATURAL, Some((2025, 3)), 2024, None)]
#[case(NATURAL, None, 2027, Some((Entered::Carried, 25)))]
#[case(None, None, 2025, None)]
fn without_a_frozen_report_the_legal_dates_decide(
    #[case] now: Option<(i32, ApplicantKind)>,
    #[case] answer: Option<(i32, u8)>,
    #[case] year: i32,
    #[case] expected: Option<(Entered, u8)>,
) {
    let place = fact(now, answer, None).place(year, None);
    assert_eq!(place, expected.map(|(entered, row)| Place { entered, row, column: NaturalPerson }));
}

#[rstest]
// What was answered in a frozen report is never counted again, whatever became of the reply.
#[case(NATURAL, Some((2026, 4)), Some((3, NaturalPerson)), None, Some(Difference::AnsweredAnew))]
#[case(NATURAL, None, Some((3, NaturalPerson)), None, Some(Difference::AnsweredAnew))]
#[case(NATURAL, Some((2025, 4)), Some((3, NaturalPerson)), None, Some(Difference::ResultAmended))]
#[case(NATURAL, Some((2025, 3)), Some((3, NaturalPerson)), None, None)]
#[case(None, None, Some((3, NaturalPerson)), None, Some(Difference::NoCaseAnyMore))]
// What was carried over is in row 2, in the column that was published.
#[case(NATURAL, Some((2026, 4)), Some((25, NaturalPerson)), Some((Entered::Carried, 4, NaturalPerson)), None)]
#[case(NATURAL, None, Some((25, NaturalPerson)), Some((Entered::Carried, 25, NaturalPerson)), None)]
#[case(NATURAL, Some((2026, 4)), Some((25, Other)), Some((Entered::Carried, 4, Other)), Some(Difference::ApplicantKindAmended))]
#[case(NATURAL, Some((2025, 4)), Some((25, NaturalPerson)), Some((Entered::Carried, 4, NaturalPerson)), Some(Difference::AnswerEnteredAfterwards))]
#[case(None, None, Some((25, Other)), Some((Entered::Carried, 23, Other)), Some(Difference::NoCaseAnyMore))]
// What was registered only afterwards is not lost.
#[case(NATURAL, Some((2025, 4)), None, Some((Entered::Late, 4, NaturalPerson)), Some(Difference::EnteredAfterwards))]
#[case(NATURAL, None, None, Some((Entered::Late, 25, NaturalPerson)), Some(Difference::EnteredAfterwards))]
// What was answered before the first report made here belongs to none.
#[case(Some((2023, Other)), Some((2024, 4)), None, None, None)]
#[case(Some((2026, Other)), None, None, Some((Entered::New, 25, Other)), None)]
fn the_year_after_a_frozen_one_continues_from_it(
    #[case] now: Option<(i32, ApplicantKind)>,
    #[case] answer: Option<(i32, u8)>,
    #[case] published: Option<(u8, ApplicantKind)>,
    #[case] expected: Option<(Entered, u8, ApplicantKind)>,
    #[case] difference: Option<Difference>,
) {
    let fact = fact(now, answer, published);
    assert_eq!(fact.place(2026, Some(ONE)), expected.map(|(entered, row, column)| Place { entered, row, column }));
    assert_eq!(fact.difference(ONE), difference);
}

#[test]
fn a_case_is_in_every_report_from_its_receipt_to_its_answer_and_the_identities_hold() {
    let answers = [None, Some((2024, 3)), Some((2025, 13)), Some((2026, 22)), Some((2027, 23))];
    let published = [None, Some((25, ResearchInstitution)), Some((7, ResearchInstitution))];
    for year in 2024..=2027 {
        let mut table = TableThree::default();
        let mut last = TableThree::default();
        for received in 2023..=2027 {
            for answer in answers.iter().filter(|answer| answer.is_none_or(|(answered, _)| answered >= received)) {
                for published in published {
                    let frozen = published.map(|_| FrozenYears { first: 2023, last: 2023 }).filter(|_| received <= 2023);
                    let fact = fact(Some((received, ResearchInstitution)), *answer, published.filter(|_| frozen.is_some()));
                    for (of, table) in [(year, &mut table), (year - 1, &mut last)] {
                        if let Some(place) = fact.place(of, frozen).filter(|_| of > 2023) {
                            table.count(place, 1);
                        }
                    }
                }
            }
        }
        assert!(identities(&table).iter().all(|check| check.holds), "{year}: {table:?}");
        if year > 2024 {
            assert_eq!(table.row(2), last.row(25), "{year}");
        }
    }
}

fn day(text: &str) -> chrono::NaiveDate {
    text.parse().unwrap()
}

fn instance(n: i32, chain: i32, began_on: &str, decided: Option<(&str, Option<Column>)>) -> Instance {
    Instance {
        case: Uuid::from_u128(1),
        n,
        chain,
        proceeding: None,
        category: Category::LitigationDirect,
        level: Some(if n == chain { Level::First } else { Level::Second }),
        began_on: day(began_on),
        decided_on: decided.map(|(on, _)| day(on)),
        appealable_until: None,
        own_column: decided.and_then(|(_, column)| column),
    }
}

fn columns(instances: &[Instance], year: i32) -> Vec<Column> {
    of_year(instances, year, (None, &Published::new())).iter().map(|counted| counted.column).collect()
}

/// Every outcome of 5.3 by itself, in the column of its article.
#[test]
fn each_outcome_of_a_reconsideration_counts_in_its_column() {
    for outcome in ReconsiderationOutcome::ALL {
        let closed =
            Instance { category: Category::Reconsideration, ..instance(1, 1, "2025-03-01", Some(("2025-05-01", Some(outcome.column())))) };
        assert_eq!(columns(&[closed], 2025), [outcome.column()], "{} {}", outcome.article(), outcome.zh());
    }
}

#[test]
fn a_lawsuit_is_one_case_through_its_instances() {
    for outcome in CourtOutcome::ALL {
        let first = instance(1, 1, "2024-11-01", Some(("2025-02-01", Some(Column::Overturned))));
        let second = instance(2, 1, "2025-02-20", Some(("2025-06-01", outcome.column())));
        // 行诉法 89: an appeal dismissed leaves the judgment below standing; sent back, it is pending again.
        let expected = outcome.column().unwrap_or(Column::Overturned);
        assert_eq!(columns(&[first.clone(), second], 2025), [expected], "{} {}", outcome.article(), outcome.zh());
        assert_eq!(columns(&[first], 2024), [Column::Pending]);
    }
}

#[test]
fn appealed_and_undecided_is_pending_and_reappears() {
    let first = instance(1, 1, "2024-06-01", Some(("2024-11-20", Some(Column::Upheld))));
    let second = instance(2, 1, "2024-12-10", None);
    let suit = [first.clone(), second.clone()];
    assert_eq!((columns(&suit, 2024), columns(&suit, 2025)), (vec![Column::Pending], vec![Column::Pending]));
    let ended = [first, Instance { decided_on: Some(day("2026-03-01")), own_column: None, ..second }];
    assert_eq!(columns(&ended, 2025), [Column::Pending]);
    assert_eq!(columns(&ended, 2026), [Column::Upheld]);
    assert!(columns(&ended, 2027).is_empty() && columns(&ended, 2023).is_empty());
}

#[test]
fn only_what_lies_before_the_end_of_the_year_is_looked_at() {
    let first = instance(1, 1, "2024-06-01", Some(("2024-11-20", Some(Column::Upheld))));
    let retrial = Instance { level: Some(Level::Retrial), ..instance(2, 1, "2025-01-03", Some(("2025-03-01", Some(Column::Overturned)))) };
    let suit = [first, retrial];
    assert_eq!(columns(&suit, 2024), [Column::Upheld]);
    assert_eq!(columns(&suit, 2025), [Column::Overturned]);
}

/// Domain 4 and 行诉法 85: a judgment that can still be appealed at the end of the year closes nothing; it closes once, on the last day of the term.
#[test]
fn a_judgment_that_can_still_be_appealed_is_pending() {
    let judged = |until: &str| Instance {
        appealable_until: Some(day(until)),
        ..instance(1, 1, "2025-06-01", Some(("2025-12-20", Some(Column::Upheld))))
    };
    assert_eq!(columns(&[judged("2026-01-06")], 2025), [Column::Pending]);
    assert_eq!(columns(&[judged("2026-01-06")], 2026), [Column::Upheld], "nobody appealed");
    assert_eq!((columns(&[judged("2025-12-31")], 2025), columns(&[judged("2025-12-31")], 2026)), (vec![Column::Upheld], vec![]));
    // The copy of an appeal of December comes in January, after the term.
    let appeal = instance(2, 1, "2026-01-12", Some(("2026-05-08", None)));
    let suit = [judged("2025-12-31"), appeal];
    assert_eq!((columns(&suit, 2025), columns(&suit, 2026)), (vec![Column::Pending], vec![Column::Upheld]));
    // Published as upheld before anybody knew of the appeal: the result of the lawsuit is not counted twice.
    let published = Published::from([((Uuid::from_u128(1), 1), Column::Upheld)]);
    assert!(of_year(&suit, 2026, (Some(ONE), &published)).is_empty());
    let [first, appeal] = suit;
    let retrial = Instance { level: Some(Level::Retrial), ..instance(3, 1, "2026-08-01", None) };
    let counted = of_year(&[first, appeal, retrial], 2026, (Some(ONE), &published));
    assert!(matches!(counted[..], [Counted { column: Column::Pending, .. }]), "a retrial counts anew");
}

#[test]
fn a_proceeding_over_several_cases_counts_once() {
    let shared = Some(Uuid::from_u128(9));
    let one = Instance { proceeding: shared, ..instance(1, 1, "2025-01-10", None) };
    let other = Instance { case: Uuid::from_u128(2), ..one.clone() };
    let alone = Instance { case: Uuid::from_u128(3), proceeding: None, ..one.clone() };
    let counted = standing_on(&[one, other, alone], day("2025-12-31"));
    assert_eq!(counted.iter().map(|one| one.counted.case).collect::<Vec<_>>(), [Uuid::from_u128(1), Uuid::from_u128(3)]);
    assert_eq!(counted[0].cases, [(Uuid::from_u128(1), 1), (Uuid::from_u128(2), 1)], "with every case it covers");
}

/// Domain 4: a lawsuit is one case through its instances, also where an appeal was entered in one of the cases alone.
#[test]
fn a_joint_suit_whose_appeal_stands_in_one_case_alone_counts_once() {
    let shared = Some(Uuid::from_u128(9));
    let judged = Some(("2025-03-10", Some(Column::Upheld)));
    let one = Instance { proceeding: shared, ..instance(1, 1, "2025-01-10", judged) };
    let other = Instance { case: Uuid::from_u128(2), n: 3, chain: 3, ..one.clone() };
    let appeal = |decided| Instance { case: Uuid::from_u128(2), ..instance(4, 3, "2025-04-01", decided) };
    let counted = |decided, until: &str| standing_on(&[one.clone(), other.clone(), appeal(decided)], day(until));
    let [pending] = &counted(None, "2025-12-31")[..] else { panic!("one lawsuit") };
    assert_eq!((pending.counted.case, pending.counted.n, pending.counted.column), (Uuid::from_u128(2), 4, Column::Pending));
    assert_eq!(pending.cases, [(Uuid::from_u128(1), 1), (Uuid::from_u128(2), 4)]);
    let overturned = Some(("2025-06-01", Some(Column::Overturned)));
    assert_eq!(counted(overturned, "2025-12-31")[0].counted.column, Column::Overturned);
    assert_eq!(counted(overturned, "2025-12-31").len(), 1);
    assert_eq!(counted(overturned, "2025-03-31")[0].all, [(Uuid::from_u128(1), 1), (Uuid::from_u128(2), 3)]);
    // Two suits that a later instance joins are one as well; a case between them joins what stood apart.
    let apart = |case: u128, id: u128| Instance {
        case: Uuid::from_u128(case),
        proceeding: Some(Uuid::from_u128(id)),
        ..instance(1, 1, "2025-01-10", None)
    };
    let between = [apart(3, 7), Instance { n: 2, proceeding: Some(Uuid::from_u128(8)), ..apart(3, 7) }];
    assert_eq!(standing_on(&[apart(1, 7), apart(2, 8), between[0].clone(), between[1].clone()], day("2025-12-31")).len(), 1);
}

/// What was published of a proceeding over several cases is not counted again when it stands under another of them.
#[test]
fn a_published_result_is_known_by_any_case_of_its_instance() {
    let shared = Some(Uuid::from_u128(9));
    let other = Instance {
        case: Uuid::from_u128(2),
        proceeding: shared,
        ..instance(1, 1, "2025-01-10", Some(("2025-03-10", Some(Column::Upheld))))
    };
    let first = Instance { case: Uuid::from_u128(1), ..other.clone() };
    let published = Published::from([((Uuid::from_u128(2), 1), Column::Upheld)]);
    assert!(of_year(&[first, other], 2026, (Some(ONE), &published)).is_empty());
}

#[test]
fn a_decision_known_after_the_freezing_counts_in_the_next_year_and_a_published_one_never_again() {
    let decided = instance(1, 1, "2025-06-01", Some(("2025-12-28", Some(Column::Overturned))));
    let key = (decided.case, 1);
    let pending = Published::from([(key, Column::Pending)]);
    let counted = |published: &Published| of_year(std::slice::from_ref(&decided), 2026, (Some(ONE), published));
    assert!(matches!(counted(&pending)[..], [Counted { column: Column::Overturned, .. }]));
    assert!(counted(&Published::from([(key, Column::Overturned)])).is_empty());
    let long_ago = Instance { began_on: day("2023-06-01"), decided_on: Some(day("2024-03-01")), ..decided.clone() };
    assert!(of_year(&[long_ago], 2026, (Some(ONE), &Published::new())).is_empty(), "it ended before the first report made here");
}

fn whole<'a>(
    tables: (&'a TableTwo, &'a TableThree, &'a TableFour),
    texts: [&'a str; 2],
    (fees, last): (&'a Fees, &'a LastYear),
) -> Vec<u8> {
    let checks = all(&Whole { two: tables.0, three: tables.1, four: tables.2, fees, texts, last });
    assert_eq!(checks.iter().map(|check| check.rule).collect::<Vec<_>>(), (1..=9).collect::<Vec<_>>());
    checks.into_iter().filter(|check| !check.holds).map(|check| check.rule).collect()
}

#[test]
fn each_of_the_nine_rules_is_broken_by_what_breaks_it() {
    let mut good = TableThree::default();
    for (entered, row) in [(Entered::New, 3), (Entered::Carried, 22), (Entered::New, 25)] {
        good.count(Place { entered, row, column: NaturalPerson }, 2);
    }
    let two =
        TableTwo { charges: "0.5".into(), normative_documents: Documents { made: 2, repealed: 1, in_force: 11 }, ..TableTwo::default() };
    let fees = Fees { notices: 1, amount: 100, collected: 100 };
    let earlier = TableTwo { normative_documents: Documents { made: 0, repealed: 0, in_force: 10 }, ..two.clone() };
    let last = LastYear { carried_over: Some(vec![2, 0, 0, 0, 0, 0, 2]), table_two: Some(earlier), fee_notices: 1 };
    let four = TableFour::default();
    let texts = ["全年新收政府信息公开申请4件。", "发出收费通知1份。"];
    assert!(whole((&two, &good, &four), texts, (&fees, &last)).is_empty());

    let with = |row: usize, column: usize, by: i64| {
        let mut table = good.clone();
        table.rows[row - 1].values[column - 1] += by;
        table
    };
    let broken = |table: &TableThree| whole((&two, table, &four), texts, (&fees, &last));
    assert_eq!(broken(&with(24, 7, 1)), [1, 2, 3]);
    assert_eq!(broken(&with(3, 1, 1)), [2, 3]);
    assert_eq!(broken(&with(5, 2, -1)), [2, 3, 6]);
    let four_broken = TableFour { reconsideration: super::tables::Results { total: 1, ..Default::default() }, ..four };
    assert_eq!(whole((&two, &good, &four_broken), texts, (&fees, &last)), [5]);
    let other_last = LastYear { carried_over: Some(vec![1, 0, 0, 0, 0, 1, 2]), ..last.clone() };
    assert_eq!(whole((&two, &good, &four), texts, (&fees, &other_last)), [4]);
    let no_sum = TableTwo { charges: "多".into(), ..two.clone() };
    assert_eq!(whole((&no_sum, &good, &four), texts, (&fees, &last)), [6]);
    let revised = TableTwo { normative_documents: Documents { in_force: 12, ..two.normative_documents }, ..two.clone() };
    assert_eq!(whole((&revised, &good, &four), texts, (&fees, &last)), [7]);
    assert_eq!(whole((&two, &good, &four), ["全年收到申请5件。", ""], (&fees, &last)), [8]);
    assert_eq!(whole((&two, &good, &four), ["", "发出收费通知3份。"], (&fees, &last)), [8]);
    let rule_8 = |text| {
        let checks = all(&Whole { two: &two, three: &good, four: &four, fees: &fees, texts: [text, ""], last: &last });
        (checks[7].holds, checks[7].warning)
    };
    assert_eq!(rule_8("全年收到申请5件。"), (false, false), "what states the total blocks");
    assert_eq!(rule_8("网上收到申请3件。"), (false, true), "what may speak of something else is warned of");
    assert_eq!((rule_8("其中网上收到申请3件。"), rule_8("受理行政复议申请3件。")), ((true, false), (true, false)));
    assert_eq!(rule_8("其中网上收到申请5件。"), (false, true), "a part is no more than the whole");
    let none = Fees { notices: 0, ..fees };
    assert_eq!(whole((&two, &good, &four), ["", ""], (&none, &last)), [9]);
}

#[test]
fn sums_of_money_are_exact() {
    assert_eq!((millionths("12.5"), millionths("0.000001")), (Some(12_500_000), Some(1)));
    for wrong in ["", ".5", "5.", "-1", "1e3", "1,5", "1.0000001", "一"] {
        assert_eq!(millionths(wrong), None, "{wrong}");
    }
    let mut one = TableTwo { charges: "0.7".into(), ..TableTwo::default() };
    one.add(&TableTwo { charges: "0.35".into(), licences: 2, ..TableTwo::default() });
    assert_eq!((one.charges.as_str(), one.licences), ("1.05", 2));
}
