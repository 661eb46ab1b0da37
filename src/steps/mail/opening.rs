//! Record that a letter served on line was opened (在线查阅), 民事诉讼法 90. Who: clerk, or the system it was sent by.
//!
//! Service on line is the arrival in the system agreed to; the opening proves who had which bytes before them, and when. A letter that was
//! opened has arrived: where the arrival is not on record, it is recorded with the day of the opening.

use super::proof::proves_no_other;
use crate::case::command::Command;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, Needs};
use crate::case::flow::Step;
use crate::case::model::{Case, Dispatch, DispatchMethod, DispatchState, Joint, Opening, ProofRole};
use crate::case::refusal::{Code, Refusal};
use crate::clock::legal_date;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::Line;
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::{DateTime, NaiveDate, SubsecRound, Utc};
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

const RULE: &str = "民事诉讼法 90";
/// Most openings of one dispatch that are kept: the first proves it, the rest is detail.
const MOST_OPENINGS: usize = 20;

/// A letter was opened.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct RecordOpening {
    /// When, as the system it was sent by says.
    #[schema(example = "2026-11-20T02:15:00Z")]
    pub opened_at: DateTime<Utc>,
    /// By whom, as that system says: an account, an address, a name.
    #[garde(dive)]
    #[schema(example = "jia@example.cn")]
    pub opened_by: Line<254>,
    /// SHA-256 of what was opened, in hexadecimal, where that system tells it; it must be what was sent.
    #[garde(inner(custom(digest)))]
    #[schema(pattern = "^[0-9a-f]{64}$")]
    pub content: Option<String>,
    /// The stored record of that system.
    pub record: Option<Uuid>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape garde asks for")]
fn digest(text: &str, (): &()) -> garde::Result {
    let hexadecimal = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if text.len() == 64 && text.bytes().all(hexadecimal) {
        return Ok(());
    }
    Err(garde::Error::new("digest_malformed|a SHA-256 digest has 64 hexadecimal digits in small letters"))
}

fn online(dispatch: &Dispatch) -> bool {
    matches!(dispatch.method, DispatchMethod::Online { .. })
}

impl Command for RecordOpening {
    const STEP: Step = Step::RecordOpening;
    const ADDITIVE: bool = true;

    fn needs(&self, _at: Option<u32>, _case: &Case, _today: NaiveDate) -> Needs {
        Needs { documents: self.record.into_iter().collect(), proof: self.record, ..Needs::default() }
    }

    fn ready(case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        let unopened = case.dispatches.iter().filter(|dispatch| online(dispatch)).find(|dispatch| dispatch.openings.is_empty());
        let open = unopened.or(case.dispatches.iter().rev().find(|dispatch| online(dispatch))).map(|dispatch| dispatch.n);
        open.map(Some).ok_or_else(|| Refusal::new(Code::NothingOpen, "没有在线送达的函件", "no letter was sent on line").under(RULE))
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let dispatch = at
            .and_then(|n| case.dispatch(n))
            .ok_or_else(|| Refusal::new(Code::UnknownTarget, "没有该次寄送", "the case has no such dispatch"))?;
        let mismatch = |zh: &str, en: &str| Refusal::new(Code::DeliveryResultMismatch, zh, en).under(RULE);
        let sent = match (&dispatch.method, &dispatch.content) {
            (DispatchMethod::Online { .. }, Some(content)) => content.clone(),
            _ => return Err(mismatch("该函件不是在线送达的", "this letter was not sent on line")),
        };
        if self.content.as_ref().is_some_and(|opened| *opened != sent) {
            let (zh, en) = ("查阅的文件与发送的文书不是同一文件", "what was opened is not what was sent");
            return Err(mismatch(zh, en).at("/content"));
        }
        let opened_on = legal_date(self.opened_at);
        facts.between(dispatch.on, opened_on, "/opened_at")?;
        if let Some(record) = self.record {
            proves_no_other(case, (dispatch, ProofRole::OnlineRecord), (record, "/record"), facts)?;
        }
        let opened_at = self.opened_at.trunc_subsecs(0);
        if dispatch.openings.iter().any(|known| known.opened_at == opened_at) {
            return Err(Refusal::new(Code::NothingToChange, "该次查阅已经登记", "this opening is on record").at("/opened_at"));
        }
        if dispatch.openings.len() >= MOST_OPENINGS {
            return Err(Refusal::new(
                Code::LimitReached,
                format!("该次寄送已登记 {MOST_OPENINGS} 次查阅"),
                format!("{MOST_OPENINGS} openings of this dispatch are on record"),
            ));
        }
        let mut decision = Decision::new();
        if dispatch.state == DispatchState::Sent {
            let state = DispatchState::Delivered { on: opened_on, signed_by: None, signed_as: None, proof: self.record };
            decision.events.push(CaseEvent::DeliveryRecorded { dispatch: dispatch.n, state });
        }
        let opening = Opening {
            n: crate::steps::next(dispatch.openings.len()),
            opened_at,
            opened_by: decision.keep(facts, self.opened_by.into_string()),
            content: sent,
            record: self.record,
            by: facts.person.account_id,
        };
        Ok(decision.with(CaseEvent::LetterOpened { dispatch: dispatch.n, opening }))
    }

    fn shared(&self, at: Option<u32>, case: &Case) -> Option<Joint> {
        case.joint_of(case.dispatch(at?)?.letter).cloned()
    }

    fn on_sharer(self, joint: &Joint, at: Option<u32>, first: &Case, case: &Case) -> Result<Option<(Option<u32>, Self)>, Refusal> {
        let opened_at = self.opened_at.trunc_subsecs(0);
        let unknown = |dispatch: &&Dispatch| dispatch.openings.iter().all(|known| known.opened_at != opened_at);
        let dispatch = at.and_then(|n| case.dispatched_with(joint, first, n)).filter(unknown);
        Ok(dispatch.map(|dispatch| (Some(dispatch.n), self)))
    }
}

/// Record that a letter was opened on line.
///
/// Who opened which bytes, and when, as the system it was sent by says. What was opened has arrived: where the arrival is not on record,
/// it is recorded with the day of the opening. On a joint letter it is recorded for all its cases. It takes `If-Match: *`.
#[utoipa::path(tag = "mail", request_body = RecordOpening, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/dispatches/{n}/openings")]
pub async fn record_letter_opening(call: Call) -> Answer {
    super::super::take::<RecordOpening>(call).await
}

#[cfg(test)]
mod tests {
    use super::super::delivery::RecordDelivery;
    use super::super::dispatch::DispatchLetter;
    use super::super::testing::{made, post, replied};
    use super::*;
    use crate::case::duties::served_on;
    use crate::case::model::Letter;
    use crate::case::testing::{Bench, CLERK, DOCUMENT, day};
    use serde_json::{Value, json};

    const REPLY: Letter = Letter::Reply { n: 1 };

    fn sent() -> Bench {
        let mut bench = replied("2026-11-10");
        made(&mut bench, REPLY);
        let method = json!({"method": "online", "address": "jia@example.cn", "consent": DOCUMENT});
        bench.take::<DispatchLetter>(CLERK, None, json!({"letter": REPLY, "on": "2026-11-10", "method": method})).unwrap();
        bench.go("2026-11-12");
        bench
    }

    fn body(at: &str) -> Value {
        json!({"opened_at": at, "opened_by": "jia@example.cn"})
    }

    fn open(bench: &mut Bench, body: Value) -> Result<usize, &'static str> {
        let case = bench.take::<RecordOpening>(CLERK, Some(1), body).map_err(|refusal| refusal.code.as_str())?;
        Ok(case.dispatches[0].openings.len())
    }

    #[test]
    fn civil_procedure_90_what_was_opened_has_arrived() {
        let mut bench = sent();
        // 00:30 of the twelfth in Shanghai.
        assert_eq!(open(&mut bench, body("2026-11-11T16:30:00.5Z")), Ok(1));
        assert_eq!(served_on(bench.case(), REPLY), Some(day("2026-11-12")));
        let opening = &bench.case().dispatches[0].openings[0];
        assert_eq!(
            (opening.content.as_str(), opening.opened_at.to_rfc3339()),
            ("ab".repeat(32).as_str(), "2026-11-11T16:30:00+00:00".into())
        );
        assert!(!serde_json::to_string(&bench.events).unwrap().contains("jia@example.cn"));
    }

    #[test]
    fn an_arrival_on_record_stays_as_it_is() {
        let mut bench = sent();
        bench.take::<RecordDelivery>(CLERK, Some(1), json!({"result": "delivered", "on": "2026-11-10"})).unwrap();
        assert_eq!(open(&mut bench, body("2026-11-12T01:00:00Z")), Ok(1));
        assert_eq!(open(&mut bench, body("2026-11-12T01:00:00.9Z")), Err("nothing_to_change"));
        assert_eq!(open(&mut bench, body("2026-11-12T02:00:00Z")), Ok(2));
        assert_eq!(served_on(bench.case(), REPLY), Some(day("2026-11-10")));
    }

    #[test]
    fn what_is_not_what_was_sent_or_cannot_be_is_refused() {
        let mut bench = sent();
        let with = |field: &str, value: Value| {
            let mut body = body("2026-11-12T01:00:00Z");
            body[field] = value;
            body
        };
        assert_eq!(open(&mut bench, with("content", json!("cd".repeat(32)))), Err("delivery_result_mismatch"));
        assert_eq!(open(&mut bench, with("record", json!(Uuid::from_u128(999)))), Err("unknown_reference"));
        assert_eq!(open(&mut bench, body("2026-11-09T01:00:00Z")), Err("date_before_previous"));
        assert_eq!(open(&mut bench, body("2026-11-12T16:30:00Z")), Err("date_in_future"));
        assert_eq!(open(&mut bench, with("content", json!("ab".repeat(32)))), Ok(1));
        let openings = &mut bench.case.as_mut().unwrap().dispatches[0].openings;
        *openings = vec![openings[0].clone(); MOST_OPENINGS];
        assert_eq!(open(&mut bench, body("2026-11-12T03:00:00Z")), Err("limit_reached"));
    }

    #[test]
    fn a_posted_letter_is_not_opened_on_line() {
        let mut bench = replied("2026-11-10");
        bench.take::<DispatchLetter>(CLERK, None, post(REPLY, "EA123456789CN", "2026-11-10")).unwrap();
        assert_eq!(open(&mut bench, body("2026-11-10T01:00:00Z")), Err("nothing_open"));
    }
}
