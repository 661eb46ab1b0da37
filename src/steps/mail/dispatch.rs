//! Dispatch a letter (寄送), 国办公开办函〔2016〕235号. Who: clerk.
//!
//! Post goes by the postal enterprise (EMS, 挂号信) and nobody else: no other carrier can be named. The posting date
//! decides timeliness for post, the sending on line, the signature for what is handed over. Nothing is sent twice,
//! unless it came back or was not collected. What the case no longer bears out does not leave: a reply whose data were amended is recalled,
//! any other letter made again.

use super::tracking::TrackingNumber;
use super::{SERVICE_RULE, letters, signatory};
use crate::case::clock;
use crate::case::command::Command;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, Needs};
use crate::case::flow::Step;
use crate::case::journal::{self, Ask};
use crate::case::model::{Case, Dispatch, DispatchMethod, DispatchState, Joint, Letter, PostalService, SignedAs};
use crate::case::office::Office;
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::{Call, Versions};
use crate::http::problem::Problem;
use crate::http::text::Line;
use crate::letters::made::says;
use crate::steps::{Shown, show};
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::NaiveDate;
use diesel::PgConnection;
use garde::Validate;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// How the letter goes.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(tag = "method", rename_all = "snake_case", deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub enum MethodInput {
    /// By the postal enterprise: the posting date counts.
    Post {
        /// Which service.
        carrier: PostalService,
        /// Its tracking number; new within the agency.
        #[garde(dive)]
        tracking_number: TrackingNumber,
    },
    /// Handed over at the agency: the signature counts. It may be recorded at once.
    HandOver {
        /// The day the applicant signed, if that was done.
        delivered_on: Option<NaiveDate>,
        /// Who signed.
        #[garde(dive)]
        signed_by: Option<Line<100>>,
        /// In which capacity; needed where it is not the person or organisation that the letter is for, nor who the case names for them.
        signed_as: Option<SignedAs>,
    },
    /// Through another agency: the signature counts.
    ThroughAgency {
        /// That agency.
        #[garde(dive)]
        #[schema(example = "示范街道办事处")]
        agency: Line<200>,
    },
    /// On line: the sending counts.
    Online {
        /// The address the applicant agreed to.
        #[garde(dive)]
        address: Line<254>,
        /// The stored paper in which the applicant agreed to it.
        consent: Uuid,
    },
}

/// One letter leaves the agency.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct DispatchLetter {
    /// Which letter.
    pub letter: Letter,
    /// How.
    #[garde(dive)]
    pub method: MethodInput,
    /// The day of posting, sending, or inviting to collect.
    #[schema(example = "2026-11-20")]
    pub on: NaiveDate,
    /// The posting list it goes with; set by the list, never by a caller.
    #[serde(skip)]
    pub batch: Option<Uuid>,
    /// The case under which the one envelope of a joint reply is entered, on the others; never set by a caller.
    #[serde(skip)]
    pub with_case: Option<Uuid>,
    /// What the letter would say if it were made now, by its digest; looked up beforehand, never set by a caller.
    #[serde(skip)]
    pub says: Option<String>,
}

impl DispatchLetter {
    /// With what the letter would say if it were made now; the version that the caller read is the one it is composed from.
    fn looked_up(self, conn: &mut PgConnection, office: &Office, ask: &Ask) -> Result<Self, Problem> {
        if journal::known_key(conn, ask)?.is_some() {
            return Ok(self);
        }
        self.of(conn, office, (ask.agency, ask.case))
    }

    /// The same for a case that stays as it is until the step is taken.
    pub(super) fn of(self, conn: &mut PgConnection, office: &Office, (agency, case): (Uuid, Uuid)) -> Result<Self, Problem> {
        let Some(loaded) = journal::load(conn, agency, case)? else { return Ok(self) };
        let says = says(conn, office, &loaded.case, self.letter)?;
        Ok(Self { says, ..self })
    }
}

impl Command for DispatchLetter {
    const STEP: Step = Step::Dispatch;

    fn needs(&self, _at: Option<u32>, case: &Case, _today: NaiveDate) -> Needs {
        let needs = Needs { texts: letters::compared(case, self.letter), ..Needs::default() };
        match &self.method {
            MethodInput::Post { .. } if self.with_case.is_some() => needs,
            MethodInput::Post { tracking_number, .. } => Needs { tracking_number: Some(tracking_number.as_str().to_owned()), ..needs },
            MethodInput::Online { consent, .. } => Needs { documents: vec![*consent], ..needs },
            MethodInput::HandOver { signed_by: Some(_), .. } => {
                let texts = needs.texts.into_iter().chain(signatory::people(case, self.letter)).collect();
                Needs { texts, ..needs }
            }
            MethodInput::HandOver { .. } | MethodInput::ThroughAgency { .. } => needs,
        }
    }

    fn ready(case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        let acknowledgement = letters::waiting(case, Letter::Acknowledgement {});
        letters::first_waiting(case).or_else(|closed| acknowledgement.map(|_| Letter::Acknowledgement {}).map_err(|_| closed)).map(|_| None)
    }

    fn decide(self, _at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let earliest = letters::waiting(case, self.letter)?;
        facts.between(earliest, self.on, "/on")?;
        letters::up_to_date(case, self.letter, facts)?;
        unchanged(case, self.letter, self.says.as_deref())?;
        let mut decision = Decision::new();
        let n = crate::steps::next(case.dispatches.len());
        let mut served = None;
        // The text that goes, on paper too.
        let content = case.made(self.letter).and_then(|made| made.pdf.as_ref()).map(|pdf| pdf.sha256.clone());
        let method = match self.method {
            MethodInput::Post { carrier, tracking_number } => {
                if facts.known.tracking_number_used {
                    return Err(tracking_number_used().at("/method/tracking_number"));
                }
                DispatchMethod::Post { carrier, tracking_number: tracking_number.into_string() }
            }
            MethodInput::HandOver { delivered_on, signed_by, signed_as } => {
                let stated = (signed_by.as_ref().map(Line::as_str), signed_as, signatory::Proved::Otherwise);
                let signed_as = match signed_as.filter(|_| self.with_case.is_some()) {
                    Some(found) => Some(found),
                    None => signatory::capacity((case, self.letter), stated, facts).map_err(|no| no.at("/method/signed_as"))?,
                };
                served = signature(self.on, delivered_on, signed_by, facts)?.map(|(on, by)| (on, by, signed_as));
                DispatchMethod::HandOver
            }
            MethodInput::ThroughAgency { agency } => DispatchMethod::ThroughAgency { agency: agency.into_string() },
            MethodInput::Online { address, consent } => {
                let known = case.papers.iter().any(|paper| paper.document_id == consent) || facts.known.documents.contains_key(&consent);
                if !known {
                    return Err(consent_missing());
                }
                if content.is_none() || letters::on_paper_alone(case, self.letter) {
                    return Err(letters::not_made(case, self.letter));
                }
                DispatchMethod::Online { address: decision.keep(facts, address.into_string()), consent }
            }
        };
        let dispatch = Dispatch {
            n,
            letter: self.letter,
            method,
            on: self.on,
            by: facts.person.account_id,
            batch: self.batch,
            state: DispatchState::Sent,
            content,
            with_case: self.with_case,
            proofs: Vec::new(),
            openings: Vec::new(),
            disproved: Vec::new(),
        };
        decision.events.push(CaseEvent::LetterDispatched { dispatch });
        if let Some((on, signed_by, signed_as)) = served {
            let signed_by = Some(decision.keep(facts, signed_by));
            decision.events.push(CaseEvent::DeliveryRecorded {
                dispatch: n,
                state: DispatchState::Delivered { on, signed_by, signed_as, proof: None },
            });
        }
        clock::hold(case, &decision.events, facts.calendar)?;
        Ok(decision)
    }

    fn shared(&self, _at: Option<u32>, case: &Case) -> Option<Joint> {
        case.joint_of(self.letter).cloned()
    }

    fn on_sharer(mut self, joint: &Joint, _: Option<u32>, first: &Case, case: &Case) -> Result<Option<(Option<u32>, Self)>, Refusal> {
        // One signature: in the capacity found there, though only one case may name the agent.
        if let MethodInput::HandOver { signed_as, .. } = &mut self.method {
            *signed_as = first.dispatches.last().and_then(Dispatch::signed_as).or(*signed_as);
        }
        let own = letters::own(case, joint, self.letter);
        Ok(own.map(|letter| (None, Self { letter, with_case: Some(first.id), ..self })))
    }
}

/// Refuses a letter that would say something else if it were made now. What came back goes again as it was: its text is out already.
fn unchanged(case: &Case, letter: Letter, says: Option<&str>) -> Result<(), Refusal> {
    let went_out = case.dispatches.iter().any(|dispatch| dispatch.letter == letter);
    let then = case.made(letter).and_then(|made| made.says.as_deref());
    match (then, says) {
        (Some(then), Some(now)) if !went_out && then != now => {
            let (zh, en) = letters::named(case, letter);
            Err(Refusal::new(
                Code::LetterOutdated,
                format!("{zh}制作后，所载内容已经变更；请重新制作后再寄送"),
                format!("what {en} states has changed since it was made: make it again before it is sent"),
            )
            .under(SERVICE_RULE)
            .at("/letter"))
        }
        _ => Ok(()),
    }
}

/// A hand-over that was signed at once: day and name come together.
fn signature(
    on: NaiveDate,
    delivered_on: Option<NaiveDate>,
    signed_by: Option<Line<100>>,
    facts: &Facts<'_>,
) -> Result<Option<(NaiveDate, String)>, Refusal> {
    match (delivered_on, signed_by) {
        (None, None) => Ok(None),
        (None, Some(_)) => Err(Refusal::new(Code::DateMissing, "填写签收人的，须填写签收日期", "who signed needs the day of signing")
            .under(SERVICE_RULE)
            .at("/method/delivered_on")),
        (Some(_), None) => Err(signature_missing().at("/method/signed_by")),
        (Some(delivered_on), Some(signed_by)) => {
            facts.between(on, delivered_on, "/method/delivered_on")?;
            Ok(Some((delivered_on, signed_by.into_string())))
        }
    }
}

/// The refusal of a tracking number that another letter bears.
pub fn tracking_number_used() -> Refusal {
    Refusal::new(Code::TrackingNumberUsed, "该邮件号已登记在另一封函件上", "another letter of this agency bears this tracking number")
        .under(SERVICE_RULE)
}

/// The refusal of a hand-over without a signature.
pub fn signature_missing() -> Refusal {
    Refusal::new(
        Code::SignatureMissing,
        "当面送达或者转交送达以签收为准，须填写签收人",
        "what is handed over, here or through another agency, is served by the signature: say who signed",
    )
    .under(SERVICE_RULE)
}

fn consent_missing() -> Refusal {
    Refusal::new(
        Code::ConsentMissing,
        "在线送达须有申请人书面同意的材料；没有同意的，请邮寄",
        "on-line service needs the paper in which the applicant agreed to it; without one, post the letter",
    )
    .under("民事诉讼法 90")
    .at("/method/consent")
}

/// Dispatch a letter.
///
/// A letter that came back or was not collected may be sent again; a letter on its way or served may not, nor one that would read otherwise
/// if it were made now.
#[utoipa::path(tag = "mail", request_body = DispatchLetter, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/dispatches")]
pub async fn dispatch_letter(call: Call) -> Answer {
    let scope = call.permit("dispatch_letter")?;
    let id = call.id("case_id")?;
    let ask = call.ask(id, None, Versions::Exact)?;
    let command: DispatchLetter = call.json()?;
    let (office, caller) = (Arc::clone(&call.app.office), call.caller.clone());
    call.app
        .db
        .run(scope, move |conn| {
            let command = command.looked_up(conn, &office, &ask)?;
            let taken = journal::take(conn, &office, &ask, command)?;
            show(conn, &office, &caller, taken)
        })
        .await
        .and_then(Shown::answer)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{hand_over, made, post, replied, returned};
    use super::*;
    use crate::case::duties::{answered_on, served_on};
    use crate::case::stage::Stage;
    use crate::case::testing::{APPROVER, CLERK, DOCUMENT, day};
    use crate::steps::fixtures::issued;
    use crate::steps::mail::delivery::RecordDelivery;
    use crate::steps::mend::{amend::AmendCase, erratum::IssueErratum};
    use serde_json::json;

    const REPLY: Letter = Letter::Reply { n: 1 };

    fn refused(bench: &mut crate::case::testing::Bench, body: serde_json::Value) -> &'static str {
        bench.take::<DispatchLetter>(CLERK, None, body).unwrap_err().code.as_str()
    }

    #[test]
    fn rule_235_the_posting_date_decides_timeliness_and_starts_no_remedy() {
        let mut bench = replied("2026-11-10");
        bench.go("2026-11-12");
        let case = bench.take::<DispatchLetter>(CLERK, None, post(REPLY, "ea123456789cn", "2026-11-11")).unwrap();
        assert_eq!(case.stage, Stage::Mailed);
        assert_eq!(
            case.dispatches[0].method,
            DispatchMethod::Post { carrier: PostalService::Ems, tracking_number: "EA123456789CN".into() }
        );
        assert_eq!((answered_on(case, 1), served_on(case, REPLY)), (Some(day("2026-11-11")), None));
    }

    #[test]
    fn rule_235_the_signature_decides_for_what_is_handed_over() {
        let mut bench = replied("2026-11-10");
        bench.go("2026-11-12");
        let case = bench.take::<DispatchLetter>(CLERK, None, hand_over(REPLY, "2026-11-11")).unwrap();
        assert_eq!(answered_on(case, 1), None);
        let case =
            bench.take::<RecordDelivery>(CLERK, Some(1), json!({"result": "delivered", "on": "2026-11-12", "signed_by": "甲某"})).unwrap();
        assert_eq!((answered_on(case, 1), served_on(case, REPLY)), (Some(day("2026-11-12")), Some(day("2026-11-12"))));
    }

    #[test]
    fn a_hand_over_signed_at_once_is_served_in_one_step() {
        let mut bench = replied("2026-11-10");
        let body = |delivered_on: &str, signed_by: Option<&str>| json!({"letter": REPLY, "on": "2026-11-10", "method": {"method": "hand_over", "delivered_on": delivered_on, "signed_by": signed_by}});
        assert_eq!(refused(&mut bench, body("2026-11-10", None)), "signature_missing");
        assert_eq!(refused(&mut bench, body("2026-11-09", Some("甲某"))), "date_before_previous");
        assert_eq!(refused(&mut bench, body("2026-11-11", Some("甲某"))), "date_in_future");
        let case = bench.take::<DispatchLetter>(CLERK, None, body("2026-11-10", Some("甲某"))).unwrap();
        assert_eq!(served_on(case, REPLY), Some(day("2026-11-10")));
        assert!(bench.secrets.iter().any(|secret| secret.text == "甲某"), "the name is kept as a private text");
        assert!(!serde_json::to_string(&bench.events).unwrap().contains("甲某"), "and stands in no event");
    }

    #[test]
    fn rule_235_a_letter_goes_again_only_after_it_came_back() {
        let mut bench = replied("2026-11-10");
        bench.take::<DispatchLetter>(CLERK, None, post(REPLY, "EA123456789CN", "2026-11-10")).unwrap();
        bench.go("2026-11-18");
        assert_eq!(refused(&mut bench, post(REPLY, "EA999999999CN", "2026-11-18")), "no_open_letter");
        bench.take::<RecordDelivery>(CLERK, Some(1), returned("2026-11-17")).unwrap();
        assert_eq!(refused(&mut bench, post(REPLY, "EA999999999CN", "2026-11-16")), "date_before_previous");
        let case = bench.take::<DispatchLetter>(CLERK, None, post(REPLY, "EA999999999CN", "2026-11-18")).unwrap();
        assert_eq!(case.dispatches.len(), 2);
        assert_eq!(answered_on(case, 1), Some(day("2026-11-10")), "the first posting was in time");
        bench.take::<RecordDelivery>(CLERK, Some(2), json!({"result": "delivered", "on": "2026-11-18", "signed_as": "addressee"})).unwrap();
        assert_eq!(refused(&mut bench, post(REPLY, "EA888888888CN", "2026-11-18")), "no_open_letter");
    }

    #[test]
    fn rule_235_what_was_not_collected_is_posted() {
        let mut bench = replied("2026-11-10");
        bench.take::<DispatchLetter>(CLERK, None, hand_over(REPLY, "2026-11-10")).unwrap();
        bench.go("2026-11-16");
        bench.take::<RecordDelivery>(CLERK, Some(1), json!({"result": "not_collected", "on": "2026-11-16"})).unwrap();
        assert_eq!(answered_on(bench.case(), 1), None);
        let body = json!({"letter": REPLY, "on": "2026-11-16",
            "method": {"method": "post", "carrier": "registered_letter", "tracking_number": "XA12345678911"}});
        let case = bench.take::<DispatchLetter>(CLERK, None, body).unwrap();
        assert_eq!(answered_on(case, 1), Some(day("2026-11-16")));
    }

    #[test]
    fn dates_before_the_letter_and_in_the_future_are_refused() {
        let mut bench = replied("2026-11-10");
        assert_eq!(refused(&mut bench, post(REPLY, "EA123456789CN", "2026-11-09")), "date_before_previous");
        assert_eq!(refused(&mut bench, post(REPLY, "EA123456789CN", "2026-11-11")), "date_in_future");
    }

    #[test]
    fn a_tracking_number_belongs_to_one_letter() {
        let mut bench = replied("2026-11-10");
        bench.known.tracking_number_used = true;
        assert_eq!(refused(&mut bench, post(REPLY, "EA123456789CN", "2026-11-10")), "tracking_number_used");
    }

    #[test]
    fn on_line_needs_consent_and_counts_when_sent() {
        let mut bench = replied("2026-11-10");
        let body = |consent: Uuid| json!({"letter": REPLY, "on": "2026-11-10", "method": {"method": "online", "address": "jia@example.cn", "consent": consent}});
        assert_eq!(refused(&mut bench, body(Uuid::from_u128(999))), "consent_missing");
        assert_eq!(refused(&mut bench, body(DOCUMENT)), "letter_not_made");
        made(&mut bench, REPLY);
        let case = bench.take::<DispatchLetter>(CLERK, None, body(DOCUMENT)).unwrap();
        assert_eq!(case.dispatches[0].content, Some("ab".repeat(32)), "what was sent is named by its digest");
        assert_eq!(answered_on(case, 1), Some(day("2026-11-10")));
        assert!(!serde_json::to_string(&bench.events).unwrap().contains("jia@example.cn"));
    }

    #[test]
    fn whatever_was_made_is_named_by_its_digest_however_it_goes() {
        for body in [post(REPLY, "EA123456789CN", "2026-11-10"), hand_over(REPLY, "2026-11-10")] {
            let mut bench = replied("2026-11-10");
            made(&mut bench, REPLY);
            let case = bench.take::<DispatchLetter>(CLERK, None, body).unwrap();
            assert_eq!(case.dispatches[0].content, Some("ab".repeat(32)));
        }
        let mut bench = replied("2026-11-10");
        let case = bench.take::<DispatchLetter>(CLERK, None, post(REPLY, "EA123456789CN", "2026-11-10")).unwrap();
        assert_eq!(case.dispatches[0].content, None, "what was made elsewhere has no digest here");
    }

    #[test]
    fn what_would_read_otherwise_now_is_made_again_before_it_leaves() {
        let mut bench = replied("2026-11-10");
        made(&mut bench, REPLY);
        let code = |bench: &crate::case::testing::Bench, says| unchanged(bench.case(), REPLY, says).map_err(|refusal| refusal.code);
        assert_eq!(code(&bench, Some("cd")), Ok(()), "made before its words were kept");
        bench.case.as_mut().unwrap().letters[0].says = Some("ab".into());
        assert_eq!((code(&bench, Some("ab")), code(&bench, None)), (Ok(()), Ok(())));
        assert_eq!(code(&bench, Some("cd")), Err(Code::LetterOutdated));
        bench.take::<DispatchLetter>(CLERK, None, post(REPLY, "EA123456789CN", "2026-11-10")).unwrap();
        assert_eq!(code(&bench, Some("cd")), Ok(()), "what came back goes again as it was");
    }

    #[test]
    fn domain_6_6_a_reply_that_bears_an_amended_datum_does_not_leave() {
        let earlier = json!({"change": {"subject": "receipt", "channel": "counter", "arrived_on": "2026-08-03"}, "reason": "登记有误。"});
        let mut bench = issued("2026-08-05");
        made(&mut bench, REPLY);
        bench.take::<AmendCase>(CLERK, None, earlier.clone()).unwrap();
        let refusal = bench.take::<DispatchLetter>(CLERK, None, post(REPLY, "EA123456789CN", "2026-08-05")).unwrap_err();
        assert_eq!(refusal.code.as_str(), "letter_outdated");
        assert!(refusal.detail_zh.contains("收到申请之日") && refusal.detail_zh.contains("撤回"), "{}", refusal.detail_zh);
        // One that came back cannot be recalled: the erratum states the datum anew, then it goes again.
        let mut bench = issued("2026-08-05");
        bench.take::<DispatchLetter>(CLERK, None, post(REPLY, "EA123456789CN", "2026-08-05")).unwrap();
        bench.go("2026-08-07").take::<RecordDelivery>(CLERK, Some(1), returned("2026-08-07")).unwrap();
        bench.take::<AmendCase>(CLERK, None, earlier).unwrap();
        assert_eq!(refused(&mut bench, post(REPLY, "EA123456780CN", "2026-08-07")), "letter_outdated");
        let erratum = json!({"text": "收到日期有误。", "remedy": "unchanged", "corrects": ["received_on"]});
        bench.take::<IssueErratum>(APPROVER, Some(1), erratum).unwrap();
        bench.take::<DispatchLetter>(CLERK, None, post(REPLY, "EA123456780CN", "2026-08-07")).unwrap();
    }

    #[test]
    fn a_changed_telephone_stops_no_letter() {
        let mut bench = issued("2026-08-05");
        let people = json!({"subject": "applicants", "applicants": [{"kind": "natural_person", "name": "甲某", "phone": "13800001234"}]});
        bench.take::<AmendCase>(CLERK, None, json!({"change": people, "reason": "登记有误。"})).unwrap();
        bench.take::<DispatchLetter>(CLERK, None, post(REPLY, "EA123456789CN", "2026-08-05")).unwrap();
    }

    #[test]
    fn letters_the_case_has_not_or_no_longer_owes_are_refused() {
        let mut bench = replied("2026-11-10");
        assert_eq!(refused(&mut bench, post(Letter::Reply { n: 2 }, "EA123456789CN", "2026-11-10")), "unknown_reference");
        assert_eq!(refused(&mut bench, post(Letter::Erratum { reply: 1, n: 1 }, "EA123456789CN", "2026-11-10")), "unknown_reference");
        bench.case.as_mut().unwrap().replies[0].letter_needed = false;
        assert_eq!(refused(&mut bench, post(REPLY, "EA123456789CN", "2026-11-10")), "no_open_letter");
    }

    #[test]
    fn another_carrier_cannot_be_named() {
        let body = json!({"letter": REPLY, "on": "2026-11-10", "method": {"method": "post", "carrier": "courier", "tracking_number": "EA123456789CN"}});
        assert!(serde_json::from_value::<DispatchLetter>(body).is_err());
        let mut listed = post(REPLY, "EA123456789CN", "2026-11-10");
        listed["batch"] = json!(DOCUMENT);
        assert!(serde_json::from_value::<DispatchLetter>(listed).is_err(), "no caller sets the posting list");
    }
}
