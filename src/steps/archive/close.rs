//! Close (办结), Art 45. Who: clerk.
//!
//! Closing follows the proof of service and refuses while a node is missing, naming every missing one and its rule.

use crate::case::clock::sent_on;
use crate::case::command::Command;
use crate::case::duties::served_on;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts};
use crate::case::flow::Step;
use crate::case::model::{AmendmentState, Case, Closing, Consultation, Letter};
use crate::case::refusal::{Code, FieldRefusal, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::steps::mail::{SERVICE_RULE, letters};
use crate::views::case_page::CaseView;
use actix_web::post;
use garde::Validate;
use serde::Deserialize;
use std::borrow::Cow;
use utoipa::ToSchema;

/// Close the case; nothing needs to be said.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseCase {}

/// A node that is missing: which, and under which rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// What is missing, in Chinese.
    pub zh: String,
    /// What is missing, in English.
    pub en: String,
    /// The rule that wants it.
    pub rule: &'static str,
}

impl Missing {
    /// A missing node.
    pub fn new(zh: impl Into<String>, en: impl Into<String>, rule: &'static str) -> Self {
        Self { zh: zh.into(), en: en.into(), rule }
    }
}

/// Every node a case still misses before it can be closed.
///
/// A letter to an applicant who cannot be reached is proved by its posting; after a withdrawal or a death none is owed.
pub fn missing(case: &Case) -> Vec<Missing> {
    let mut all = Vec::new();
    if case.registration.is_none() {
        all.push(Missing::new("登记编号", "the register number", "45"));
    }
    if case.standing_reply().is_none() {
        all.push(Missing::new("有效的答复", "a reply that stands", "33, 36-39"));
    }
    for letter in letters::owed(case) {
        all.extend(unproved(case, letter));
    }
    for known in case.consultations.iter().filter(|known| third_party_untold(case, known)) {
        let (zh, en) = letters::named(case, Letter::ThirdPartyNotice { n: known.n });
        all.push(Missing::new(format!("{zh}的寄送"), format!("the dispatch of {en}"), "32"));
    }
    for amendment in case.amendments.iter().filter(|amendment| amendment.state == AmendmentState::Proposed) {
        let (zh, en) =
            (format!("对第 {} 项更正的第二人意见", amendment.n), format!("the second person's word on amendment {}", amendment.n));
        all.push(Missing::new(zh, en, "45"));
    }
    all
}

/// A third party whose information is disclosed against its will is told in writing before the case ends (Art 32).
fn third_party_untold(case: &Case, known: &Consultation) -> bool {
    let owed = known.voided.is_none() && known.decision.as_ref().is_some_and(|decision| decision.notice_needed);
    let owed = owed && known.told_before().is_none();
    owed && sent_on(case, Letter::ThirdPartyNotice { n: known.n }).is_none()
}

fn unproved(case: &Case, letter: Letter) -> Option<Missing> {
    let (zh, en) = letters::named(case, letter);
    if !case.dispatches.iter().any(|dispatch| dispatch.letter == letter) {
        return Some(Missing::new(format!("{zh}的寄送"), format!("the dispatch of {en}"), SERVICE_RULE));
    }
    let proved = served_on(case, letter).is_some() || (letters::posting_suffices(case) && letters::posted(case, letter));
    (!proved).then(|| Missing::new(format!("{zh}的送达凭证"), format!("the proof of service of {en}"), SERVICE_RULE))
}

/// Refuses while anything is missing, all of it at once.
pub fn complete(case: &Case) -> Result<(), Refusal> {
    let missing = missing(case);
    if missing.is_empty() {
        return Ok(());
    }
    let mut rules: Vec<&str> = missing.iter().map(|node| node.rule).collect();
    rules.dedup();
    let list = |text: fn(&Missing) -> &str, between: &str| missing.iter().map(text).collect::<Vec<_>>().join(between);
    let mut refusal = Refusal::new(
        Code::NodeMissing,
        format!("尚缺：{}", list(|node| &node.zh, "；")),
        format!("still missing: {}", list(|node| &node.en, "; ")),
    )
    .under(rules.join("; "));
    refusal.errors = missing
        .iter()
        .map(|node| FieldRefusal {
            pointer: String::new(),
            code: Cow::Borrowed(Code::NodeMissing.as_str()),
            detail_zh: format!("缺{}（{}）", node.zh, node.rule),
            detail_en: format!("{} is missing ({})", node.en, node.rule),
        })
        .collect();
    Err(refusal)
}

impl Command for CloseCase {
    const STEP: Step = Step::Close;

    fn ready(case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        complete(case).map(|()| None)
    }

    fn decide(self, _at: Option<u32>, _case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        Ok(Decision::new().with(CaseEvent::CaseClosed { closing: Closing { on: facts.today, by: facts.person.account_id } }))
    }
}

/// Close a case.
///
/// Refused while a node is missing: `errors` names every missing one and the rule that wants it.
#[utoipa::path(tag = "archive", request_body = CloseCase, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/closing")]
pub async fn close_case(call: Call) -> Answer {
    super::super::take::<CloseCase>(call).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::model::{Amendment, Change};
    use crate::case::stage::Stage;
    use crate::case::testing::{Bench, CLERK, day};
    use crate::rules::reply_kinds::{OtherReason, ReplyKind};
    use crate::steps::mail::delivery::RecordDelivery;
    use crate::steps::mail::dispatch::DispatchLetter;
    use crate::steps::mail::testing::{erratum, hand_over, issue, post, private, replied, replied_with, returned, revoke};
    use serde_json::json;

    const REPLY: Letter = Letter::Reply { n: 1 };

    fn gaps(bench: &mut Bench) -> Vec<String> {
        let refusal = bench.take::<CloseCase>(CLERK, None, json!({})).unwrap_err();
        assert_eq!(refusal.code, Code::NodeMissing);
        assert!(refusal.errors.iter().all(|error| error.code == "node_missing"));
        refusal.errors.into_iter().map(|error| error.detail_zh).collect()
    }

    fn served(bench: &mut Bench, letter: Letter, tracking_number: &str) {
        let on = bench.today.to_string();
        let n = bench.take::<DispatchLetter>(CLERK, None, post(letter, tracking_number, &on)).unwrap().dispatches.len();
        bench
            .take::<RecordDelivery>(CLERK, u32::try_from(n).ok(), json!({"result": "delivered", "on": on, "signed_as": "addressee"}))
            .unwrap();
    }

    #[test]
    fn article_45_a_served_reply_closes_the_case() {
        let mut bench = replied("2026-11-10");
        served(&mut bench, REPLY, "EA100000001CN");
        let case = bench.take::<CloseCase>(CLERK, None, json!({})).unwrap();
        assert_eq!((case.stage, case.closing.as_ref().unwrap().on), (Stage::Closed, day("2026-11-10")));
    }

    #[test]
    fn rule_235_dispatch_and_proof_of_service_are_needed() {
        let mut bench = replied("2026-11-10");
        assert_eq!(gaps(&mut bench), ["缺答复 示市监公复〔2026〕1号的寄送（国办公开办函〔2016〕235号）"]);
        bench.take::<DispatchLetter>(CLERK, None, post(REPLY, "EA100000001CN", "2026-11-10")).unwrap();
        assert_eq!(gaps(&mut bench), ["缺答复 示市监公复〔2026〕1号的送达凭证（国办公开办函〔2016〕235号）"]);
        bench.take::<RecordDelivery>(CLERK, Some(1), returned("2026-11-10")).unwrap();
        assert_eq!(gaps(&mut bench).len(), 1, "a letter that came back is not served");
    }

    #[test]
    fn every_missing_node_is_named_at_once() {
        let mut bench = replied("2026-11-10");
        served(&mut bench, REPLY, "EA100000001CN");
        erratum(&mut bench, "2026-11-10");
        revoke(&mut bench, "2026-11-10");
        issue(&mut bench, "2026-11-10", ReplyKind::A2, None);
        erratum(&mut bench, "2026-11-10");
        let change = Change::Service { dispatch: 1, old_on: day("2026-11-10"), new_on: day("2026-11-11") };
        let amendment = |n, state| Amendment {
            n,
            change: change.clone(),
            reason: private(),
            proof: None,
            by: CLERK,
            on: day("2026-11-10"),
            state,
            decided_by: None,
            opinion: None,
            first: None,
        };
        let case = bench.case.as_mut().unwrap();
        case.amendments = vec![amendment(1, AmendmentState::Rejected), amendment(2, AmendmentState::Proposed)];
        case.registration = None;
        let gaps = gaps(&mut bench);
        let parts = ["登记编号", "1号的撤销通知的寄送", "答复 示市监公复〔2026〕2号的寄送", "2号的第 1 份更正的寄送", "第 2 项更正"];
        assert_eq!(gaps.len(), parts.len(), "{gaps:?}");
        for (gap, part) in gaps.iter().zip(parts) {
            assert!(gap.contains(part), "{gap} names {part}");
        }
    }

    #[test]
    fn without_a_standing_reply_nothing_closes() {
        let mut bench = replied("2026-11-10");
        revoke(&mut bench, "2026-11-10");
        let missing = missing(bench.case());
        assert!(missing.iter().any(|node| node.zh == "有效的答复"), "{missing:?}");
    }

    #[test]
    fn errata_are_served_like_the_reply() {
        let mut bench = replied("2026-11-10");
        served(&mut bench, REPLY, "EA100000001CN");
        erratum(&mut bench, "2026-11-10");
        assert_eq!(gaps(&mut bench).len(), 1);
        served(&mut bench, Letter::Erratum { reply: 1, n: 1 }, "EA100000002CN");
        assert_eq!(bench.take::<CloseCase>(CLERK, None, json!({})).unwrap().stage, Stage::Closed);
    }

    #[test]
    fn after_a_withdrawal_or_a_death_no_letter_is_owed() {
        for reason in [OtherReason::Withdrawn, OtherReason::ApplicantDied] {
            let mut bench = replied_with("2026-11-10", ReplyKind::O3, Some(reason));
            assert_eq!(bench.take::<CloseCase>(CLERK, None, json!({})).unwrap().stage, Stage::Closed);
        }
    }

    #[test]
    fn posting_is_enough_where_the_applicant_cannot_be_reached() {
        let mut bench = replied_with("2026-11-10", ReplyKind::O3, Some(OtherReason::ApplicantUnreachable));
        bench.take::<DispatchLetter>(CLERK, None, hand_over(REPLY, "2026-11-10")).unwrap();
        bench.take::<RecordDelivery>(CLERK, Some(1), json!({"result": "not_collected", "on": "2026-11-10"})).unwrap();
        assert_eq!(gaps(&mut bench).len(), 1, "an invitation is no posting");
        bench.take::<DispatchLetter>(CLERK, None, post(REPLY, "EA100000001CN", "2026-11-10")).unwrap();
        assert_eq!(bench.take::<CloseCase>(CLERK, None, json!({})).unwrap().stage, Stage::Closed);
    }
}
