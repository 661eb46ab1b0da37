mod parties;

use super::*;
use crate::case::clock::{clock, reading, steps};
use crate::case::model::Letter;
use crate::case::projection::project;
use crate::case::stage::Stage;
use crate::case::testing::{APPROVER, Bench, CLERK, DEPARTMENT, DOCUMENT, HANDLER, REVIEWER, day};
use crate::rules::clock::StepKind;
use crate::steps::archive::paper::AddPaper;
use crate::steps::fixtures::{due_on, issued, post, reconsideration, registered, sign};
use crate::steps::handle::charge::IssueFeeNotice;
use crate::steps::handle::confer::OpenConference;
use crate::steps::handle::consult::{AnswerConsultation, DecideConsultation, OpenConsultation};
use crate::steps::handle::contact::LogContact;
use crate::steps::handle::correct::{AnswerCorrection, RequestCorrection};
use crate::steps::handle::excess::RequestReasons;
use crate::steps::handle::extend::ExtendReply;
use crate::steps::handle::search::OpenSearch;
use crate::steps::mend::amend::AmendCase;
use crate::steps::mend::recall::RecallReply;
use crate::steps::mend::void::VoidCase;
use crate::steps::remedy::open::OpenReconsideration;
use crate::steps::reply::draft::DraftReply;
use chrono::Days;
use proptest::prelude::*;
use serde_json::{Value, json};

fn matters(words: &[&str]) -> Value {
    let matters: Vec<Value> = words.iter().map(|words| json!({"description": words})).collect();
    json!({"reason": "一份申请表列有互不相关的事项。", "matters": matters})
}

fn two() -> Value {
    matters(&["申请公开甲文件。", "申请公开乙文件。"])
}

fn split(bench: &mut Bench) -> Result<(), Refusal> {
    bench.take::<SplitCase>(CLERK, None, two()).map(drop)
}

fn refused(bench: &mut Bench) -> &'static str {
    split(bench).unwrap_err().code.as_str()
}

/// A part on a desk of its own, on the day of the split.
fn desk(bench: &Bench, n: usize) -> Bench {
    let opened = &bench.opened[n];
    let mut part = Bench::on(&bench.today.to_string());
    part.keep(opened.events.clone(), opened.secrets.clone());
    part
}

fn text<'a>(bench: &'a Bench, of: &Private) -> &'a str {
    &bench.secrets.iter().find(|secret| secret.reference == *of).unwrap().text
}

#[test]
fn each_part_is_an_application_of_the_same_day_and_the_paper_leaves_every_table() {
    let mut bench = registered("2026-11-02");
    bench
        .take::<AddPaper>(CLERK, None, json!({"document_id": DOCUMENT, "kind": "application", "title": "申请表", "dated_on": "2026-11-02"}))
        .unwrap();
    let call = json!({"on": "2026-11-03", "means": "telephone", "result": "reached", "words": "申请人同意分件办理。"});
    bench.go("2026-11-03").take::<LogContact>(CLERK, None, call).unwrap();
    let before = bench.case().clone();
    let due = due_on(&bench);
    split(&mut bench).unwrap();
    let paper = bench.case();
    assert_eq!((paper.stage, paper.registration.clone()), (Stage::Split, before.registration.clone()));
    let now = project(paper, bench.calendar());
    assert!(now.duties.is_empty() && now.result.is_none() && now.columns.due_on.is_none());
    let splitting = paper.splitting.as_ref().unwrap();
    assert_eq!(bench.opened.len(), 2);
    for (n, words) in ["申请公开甲文件。", "申请公开乙文件。"].into_iter().enumerate() {
        let part = desk(&bench, n);
        let case = part.case();
        let entry = case.registration.as_ref().unwrap();
        assert_eq!(splitting.parts[n], Part { case: bench.opened[n].id, case_number: entry.case_number.clone() });
        assert_eq!((case.stage, case.channel, &case.receipt), (Stage::Registered, before.channel, &before.receipt));
        assert_eq!((case.arrived_on, case.pins, entry.late), (before.arrived_on, before.pins, false));
        assert_eq!(Some(entry.due_on), due, "the acknowledgement states the due date of the paper");
        assert_eq!(due_on(&part), due);
        let origin = case.split_from.as_ref().unwrap();
        assert_eq!((origin.case, origin.n, origin.of), (before.id, u32::try_from(n).unwrap() + 1, 2));
        assert!(text(&part, &case.request.words).contains(words), "each part asks its own matter");
        assert!(text(&part, case.first_applicant().unwrap()).contains("甲某"));
        assert_eq!((case.papers[0].document_id, text(&part, &case.papers[0].title)), (DOCUMENT, "申请表"));
        assert_eq!(text(&part, &case.contacts[0].words), "申请人同意分件办理。");
        assert_eq!(bench.opened[n].index, [(crate::case::facts::IndexKind::Name, "甲某".to_owned())]);
    }
    let numbers: Vec<_> = bench.opened.iter().map(|opened| desk_number(&bench, opened.id)).collect();
    assert_eq!(numbers[1], numbers[0] + 1, "no gap between the parts");
}

fn desk_number(bench: &Bench, id: Uuid) -> u32 {
    let n = bench.opened.iter().position(|opened| opened.id == id).unwrap();
    desk(bench, n).case().registration.as_ref().unwrap().number
}

#[test]
fn no_two_parts_share_a_text_or_a_code() {
    let mut bench = registered("2026-11-02");
    bench.take::<SplitCase>(CLERK, None, matters(&["甲", "乙", "丙"])).unwrap();
    let mut ids: Vec<Uuid> =
        bench.secrets.iter().chain(bench.opened.iter().flat_map(|opened| &opened.secrets)).map(|secret| secret.reference.id).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all);
    let mut codes: Vec<String> = (0..3)
        .map(|n| desk(&bench, n))
        .map(|part| text(&part, &part.case().registration.as_ref().unwrap().query_code).to_owned())
        .collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), 3);
}

#[test]
fn only_before_the_first_reply() {
    let mut bench = issued("2026-11-02");
    assert_eq!(refused(&mut bench), "stage_forbids");
    bench.take::<RecallReply>(APPROVER, Some(1), json!({"reason": "附件漏页"})).unwrap();
    assert_eq!(refused(&mut bench), "split_after_reply", "a reply that was recalled was one");
    let mut bench = registered("2026-11-02");
    let draft = json!({"items": [{
        "kind": "o3", "other_reason": "enquiry", "main": true, "subject": "咨询", "reasons": "属于咨询。", "articles": ["2"]}]});
    bench.take::<DraftReply>(CLERK, None, draft).unwrap();
    split(&mut bench).unwrap();
    assert_eq!(refused(&mut bench), "stage_forbids", "a paper is split once");
}

#[test]
fn a_part_can_be_split_again_and_keeps_the_receipt() {
    let mut bench = registered("2026-11-02");
    bench.go("2026-11-05");
    split(&mut bench).unwrap();
    let mut part = desk(&bench, 0);
    part.go("2026-11-06");
    split(&mut part).unwrap();
    assert_eq!(desk(&part, 1).case().received_on(), Some(day("2026-11-02")));
    assert_eq!(due_on(&desk(&part, 1)), due_on(&desk(&bench, 1)));
}

#[test]
fn what_still_waits_for_somebody_stands_against_it() {
    let named = |bench: &mut Bench, what: &str| {
        let refusal = split(bench).unwrap_err();
        assert_eq!((refusal.code, refusal.detail_zh.contains(what)), (Code::SplitObstructed, true), "{what}: {}", refusal.detail_zh);
    };
    let on = "2026-11-02";
    let mut bench = registered(on);
    let notice = json!({"on": on, "no_contact_reason": "未留电话。", "points": "请补充文号。", "reasons": "内容不明确。"});
    bench.take::<RequestCorrection>(CLERK, None, notice).unwrap();
    named(&mut bench, "补正告知");
    named(&mut bench, "尚未寄送");
    let mut bench = registered(on);
    let asked = json!({"party": "third_party", "name": "某公司", "on": on, "question": "是否同意公开？"});
    bench.take::<OpenConsultation>(CLERK, None, asked).unwrap();
    post(&mut bench, Letter::Consultation { n: 1 }, on).unwrap();
    named(&mut bench, "征求意见");
    let mut bench = registered(on);
    bench
        .take::<OpenSearch>(CLERK, None, json!({"tasks": [{"department": DEPARTMENT, "wanted": "甲文件", "due_on": "2026-11-05"}]}))
        .unwrap();
    named(&mut bench, "协查");
    let mut bench = registered(on);
    let conference = json!({"question": "如何答复？", "due_on": "2026-11-05", "accounts": [HANDLER]});
    bench.take::<OpenConference>(CLERK, None, conference).unwrap();
    named(&mut bench, "会商");
    let mut bench = registered(on);
    bench.known.month_item = Some(31);
    bench.take::<IssueFeeNotice>(CLERK, None, json!({"on": on, "basis": {"method": "by_item"}, "reasons": "数量较多。"})).unwrap();
    named(&mut bench, "收费");
    let mut bench = registered(on);
    bench.take::<RequestReasons>(CLERK, None, json!({"on": on, "words": "请说明理由。"})).unwrap();
    named(&mut bench, "说明理由");
    let mut bench = Bench::received("2026-10-30");
    bench.go(on).take::<crate::steps::register::enter::RegisterCase>(CLERK, None, json!({})).unwrap();
    let later = json!({"change": {"subject": "receipt", "channel": "counter", "arrived_on": on}, "reason": "登记有误"});
    bench.go(on).take::<AmendCase>(CLERK, None, later).unwrap();
    named(&mut bench, "第二人");
    let mut bench = Bench::received("2026-06-01");
    bench.take::<crate::steps::register::enter::RegisterCase>(CLERK, None, json!({})).unwrap();
    bench.go("2026-08-03").take::<OpenReconsideration>(REVIEWER, None, reconsideration("2026-07-06")).unwrap();
    assert_eq!(refused(&mut bench), "proceeding_entered");
}

#[test]
fn a_paper_has_two_to_twenty_matters_and_a_reason() {
    let command = |body: Value| serde_json::from_value::<SplitCase>(body).unwrap().validate();
    assert!(command(two()).is_ok());
    assert!(command(matters(&["甲"])).is_err());
    assert!(command(matters(&["甲"; 21])).is_err());
    assert!(command(matters(&["甲", " "])).is_err());
    assert!(command(json!({"reason": "", "matters": [{"description": "甲"}, {"description": "乙"}]})).is_err());
    let ids = json!({"reason": "甲", "matters": [], "ids": [Uuid::nil()]});
    assert!(serde_json::from_value::<SplitCase>(ids).is_err(), "no caller chooses the ids");
    assert!(serde_json::from_value::<SplitCase>(two()).unwrap().ids.is_sorted(), "the parts stand in order");
}

#[test]
fn texts_that_were_destroyed_cannot_be_given_to_parts() {
    let mut bench = registered("2026-11-02");
    bench.secrets.clear();
    assert_eq!(refused(&mut bench), "private_texts_gone");
}

#[test]
fn a_paper_that_was_split_survives_no_twin() {
    let mut paper = registered("2026-11-02");
    split(&mut paper).unwrap();
    let other = Uuid::from_u128(101);
    let mut twin = registered("2026-11-02");
    twin.knows(other, Case { id: other, ..paper.case().clone() }, true);
    let refusal = twin.take::<VoidCase>(APPROVER, None, json!({"reason": "重复登记", "survivor": other})).unwrap_err();
    assert_eq!(refusal.code, Code::SurvivorUnfit);
}

#[test]
fn a_correction_is_asked_for_once_on_the_paper_or_its_parts() {
    let mut bench = corrected("2026-11-02", 1, 3);
    split(&mut bench).unwrap();
    let mut part = desk(&bench, 1);
    let on = part.today.to_string();
    let notice = json!({"on": on, "no_contact_reason": "未留电话。", "points": "请补充文号。", "reasons": "内容不明确。"});
    let made = part.take::<RequestCorrection>(CLERK, None, notice).map(drop);
    let refusal = made.and_then(|()| post(&mut part, Letter::Correction { n: 1 }, &on)).unwrap_err();
    assert_eq!(refusal.code, Code::CorrectionAlreadyUsed);
}

/// Registered, asked for a correction some days later, and answered some days after that.
fn corrected(on: &str, wait: u64, answer: u64) -> Bench {
    let mut bench = registered(on);
    let sent = (day(on) + Days::new(wait)).to_string();
    let notice = json!({"on": sent, "no_contact_reason": "未留电话。", "points": "请补充文号。", "reasons": "内容不明确。", "answer_within_working_days": 20});
    bench.go(&sent).take::<RequestCorrection>(CLERK, None, notice).unwrap();
    post(&mut bench, Letter::Correction { n: 1 }, &sent).unwrap();
    sign(&mut bench, &sent);
    let came = (day(&sent) + Days::new(answer)).to_string();
    let words = json!({"channel": "counter", "arrived_on": came, "words": "文号为示市监〔2025〕1号。"});
    bench.go(&came).take::<AnswerCorrection>(CLERK, Some(1), words).unwrap();
    bench
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// Whatever had moved the clock of the paper, each part reads as the paper did: on the day of the split and on every day after it.
    #[test]
    fn the_clocks_of_the_parts_are_that_of_the_paper(
        start in 0..240_u64, correction in proptest::option::of((0..6_u64, 0..9_u64)), consultation in proptest::option::of((0..4_u64, 0..30_u64, any::<bool>())),
        extension in proptest::option::of(1..=20_u32), rest in 0..5_u64, ahead in 0..80_u64,
    ) {
        let on = (day("2026-01-05") + Days::new(start)).to_string();
        let mut bench = match correction {
            Some((wait, answer)) => corrected(&on, wait, answer),
            None => registered(&on),
        };
        if let Some((wait, silence, delivered)) = consultation {
            let sent = (bench.today + Days::new(wait)).to_string();
            let asked = json!({"party": "other_agency", "name": "邻区局", "on": sent, "question": "是否涉及贵局信息？"});
            bench.go(&sent).take::<OpenConsultation>(CLERK, None, asked).unwrap();
            if post(&mut bench, Letter::Consultation { n: 1 }, &sent).is_ok() {
                if delivered {
                    sign(&mut bench, &sent);
                }
                let came = (bench.today + Days::new(silence)).to_string();
                bench.go(&came);
                bench.take::<AnswerConsultation>(CLERK, Some(1), json!({"on": came, "opinion": "consents", "words": "同意。"})).ok();
            }
        }
        if let Some(days) = extension && bench.take::<ExtendReply>(APPROVER, None, json!({"working_days": days, "reasons": "档案分散。"})).is_ok() {
            let today = bench.today.to_string();
            post(&mut bench, Letter::Extension { n: 1 }, &today).unwrap();
        }
        bench.today = bench.today + Days::new(rest);
        let before = bench.case().clone();
        if split(&mut bench).is_err() {
            return Ok(());
        }
        let kinds = |case: &Case| steps(case).iter().map(|step| (step.on, step.what.kind())).collect::<Vec<(NaiveDate, StepKind)>>();
        for n in 0..2 {
            let part = desk(&bench, n);
            prop_assert_eq!(kinds(part.case()), kinds(&before));
            for later in [0, 1, ahead] {
                let today = bench.today + Days::new(later);
                prop_assert_eq!(reading(part.case(), bench.calendar(), today), reading(&before, bench.calendar(), today));
            }
            let dues = |case: &Case| clock(case, bench.calendar(), &steps(case)).due_within(20);
            prop_assert_eq!(dues(part.case()), dues(&before));
        }
    }
}
