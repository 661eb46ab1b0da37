//! The posting list (交寄清单): several letters handed to the post at once, all or none, 国办公开办函〔2016〕235号. Who: clerk.
//!
//! Each letter is a step of its own case with its own event; the list itself is an event of the agency.

use super::dispatch::{DispatchLetter, MethodInput};
use super::tracking::TrackingNumber;
use crate::case::journal::agency::{self, AgencyEvent, Change};
use crate::case::journal::{self, JournalError, Pen, Repeated};
use crate::case::model::{Letter, PostalService};
use crate::case::refusal::{Code, FieldRefusal, Refusal};
use crate::case::trail::Actor;
use crate::http::answer::{self, Answer};
use crate::http::call::{Call, Versions};
use crate::http::problem::Problem;
use crate::ids::new_id;
use actix_web::post;
use chrono::NaiveDate;
use diesel::{Connection, PgConnection};
use garde::Validate;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// One letter of a posting list.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct BatchItem {
    /// Its case.
    pub case_id: Uuid,
    /// Which letter.
    pub letter: Letter,
    /// Its tracking number; new within the agency and the list.
    #[garde(dive)]
    pub tracking_number: TrackingNumber,
}

/// A posting list.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct DispatchBatch {
    /// Which service took them.
    pub carrier: PostalService,
    /// The posting date of them all.
    #[schema(example = "2026-11-20")]
    pub on: NaiveDate,
    /// The letters.
    #[garde(length(min = 1, max = 200), dive)]
    #[schema(min_items = 1, max_items = 200)]
    pub items: Vec<BatchItem>,
}

impl DispatchBatch {
    /// Refuses a list that names one letter twice, or gives one tracking number to two letters; it points to each item after the first.
    fn undoubled(&self) -> Result<(), Refusal> {
        let repeated = Refusal::new(
            Code::LetterRepeated,
            "清单中已列有同一案件的同一函件，一封函件只寄送一次",
            "the list names this letter of this case already: a letter goes out once",
        )
        .under(super::SERVICE_RULE);
        doubled(
            &self.items,
            |item| (item.case_id, item.letter),
            ("letter", "清单已列有该函件", "the list names this letter already"),
            repeated,
        )?;
        doubled(
            &self.items,
            |item| &item.tracking_number,
            ("tracking_number", "清单中另一封函件已用该邮件号", "another letter of the list bears this tracking number"),
            super::dispatch::tracking_number_used(),
        )
    }

    fn cases(&self) -> Vec<Uuid> {
        self.items.iter().map(|item| item.case_id).collect::<BTreeSet<_>>().into_iter().collect()
    }

    fn into_commands(self, batch: Uuid) -> Vec<(Uuid, Option<u32>, DispatchLetter)> {
        let Self { carrier, on, items } = self;
        let command = |item: BatchItem| {
            let method = MethodInput::Post { carrier, tracking_number: item.tracking_number };
            (item.case_id, None, DispatchLetter { letter: item.letter, method, on, batch: Some(batch), with_case: None, says: None })
        };
        items.into_iter().map(command).collect()
    }
}

/// Refuses items of which two have the same key.
fn doubled<'a, K: Ord>(
    items: &'a [BatchItem],
    key: impl Fn(&'a BatchItem) -> K,
    (field, zh, en): (&str, &str, &str),
    mut refusal: Refusal,
) -> Result<(), Refusal> {
    let mut seen = BTreeSet::new();
    let later = items.iter().enumerate().filter(|(_, item)| !seen.insert(key(item)));
    refusal.errors = later
        .map(|(index, _)| FieldRefusal {
            pointer: format!("/items/{index}/{field}"),
            code: Cow::Borrowed(refusal.code.as_str()),
            detail_zh: zh.to_owned(),
            detail_en: en.to_owned(),
        })
        .collect();
    if refusal.errors.is_empty() { Ok(()) } else { Err(refusal) }
}

/// Points a refusal of one letter to the list's own fields.
fn pointed(error: JournalError) -> JournalError {
    let JournalError::Refused(mut refusal) = error else { return error };
    for field in &mut refusal.errors {
        field.pointer = if field.pointer.ends_with("/on") {
            "/on".to_owned()
        } else {
            field.pointer.replace("/method/tracking_number", "/tracking_number")
        };
    }
    JournalError::Refused(refusal)
}

/// What became of one letter of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchedCase {
    /// The case.
    pub case_id: Uuid,
    /// The version this dispatch made.
    pub version: i32,
    /// Number of the dispatch in the case.
    pub dispatch: u32,
}

/// A posting list as it was taken.
#[derive(Debug, Serialize, ToSchema)]
pub struct DispatchedBatch {
    /// The list.
    pub id: Uuid,
    /// The letters, by case.
    pub cases: Vec<BatchedCase>,
}

/// Dispatch several letters on one posting list.
///
/// All or none; the answer lists them by case.
#[utoipa::path(tag = "mail", request_body = DispatchBatch, responses(
    (status = 201, description = "The posting list.", body = DispatchedBatch),
    (status = 200, description = "The posting list as it would be; nothing was written.", body = DispatchedBatch),
))]
#[post("/dispatch-batches")]
pub async fn dispatch_batch(call: Call) -> Answer {
    let scope = call.permit("dispatch_batch")?;
    let ask = call.ask(new_id(), None, Versions::None)?;
    let batch: DispatchBatch = call.json()?;
    batch.undoubled()?;
    let office = Arc::clone(&call.app.office);
    let (dispatched, attempt) = call
        .app
        .db
        .run(scope, move |conn| {
            let id = ask.case;
            let actor = Actor::Account { id: ask.person.account_id };
            let pen = Pen { office: &office, agency: ask.agency, actor, request_id: ask.request_id.clone() };
            let cases = batch.cases();
            conn.transaction(|conn| {
                // What each letter would say now is composed from cases that stay as they are until it is sent.
                journal::lock(conn, ask.agency, &cases)?;
                let commands = batch.into_commands(id).into_iter();
                let commands = commands.map(|(case, at, command)| Ok((case, at, command.of(conn, &office, (ask.agency, case))?)));
                let commands = commands.collect::<Result<Vec<_>, Problem>>()?;
                let change = |conn: &mut PgConnection| {
                    journal::take_each(conn, &office, &ask, commands).map_err(pointed)?;
                    let repeated = Repeated { resource: id, version: 1, status: 201 };
                    Ok(Change { value: id, repeated, events: vec![AgencyEvent::LettersDispatched { batch: id, cases }] })
                };
                let list = |conn: &mut PgConnection, id: Uuid| {
                    let letters = journal::dispatched_in(conn, ask.agency, id)?.into_iter();
                    let cases =
                        letters.map(|(case_id, version, dispatch)| BatchedCase { case_id, version, dispatch: dispatch.n }).collect();
                    Ok(DispatchedBatch { id, cases })
                };
                Ok::<_, Problem>(agency::write_or_try(conn, &pen, &ask, change, list)?)
            })
        })
        .await?;
    answer::made(attempt, &dispatched)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn list(numbers: &[&str]) -> DispatchBatch {
        let items: Vec<_> = numbers
            .iter()
            .enumerate()
            .map(|(n, number)| json!({"case_id": Uuid::from_u128(n as u128), "letter": {"kind": "reply", "n": 1}, "tracking_number": number}))
            .collect();
        serde_json::from_value(json!({"carrier": "ems", "on": "2026-11-20", "items": items})).unwrap()
    }

    #[test]
    fn one_tracking_number_on_two_letters_is_refused_in_whatever_spelling() {
        assert!(list(&["EA100000001CN", "EA100000002CN"]).undoubled().is_ok());
        let refusal = list(&["EA100000001CN", "EA100000002CN", " ea100000001cn"]).undoubled().unwrap_err();
        assert_eq!(refusal.code, Code::TrackingNumberUsed);
        assert_eq!(refusal.errors.iter().map(|error| error.pointer.as_str()).collect::<Vec<_>>(), ["/items/2/tracking_number"]);
    }

    #[test]
    fn one_letter_named_twice_is_refused_under_whatever_number() {
        let mut doubled = list(&["EA100000001CN", "EA100000002CN", "EA100000003CN"]);
        doubled.items[2].case_id = doubled.items[0].case_id;
        doubled.items[1].case_id = doubled.items[0].case_id;
        doubled.items[1].letter = Letter::Revocation { reply: 1 };
        let refusal = doubled.undoubled().unwrap_err();
        assert_eq!(refusal.code, Code::LetterRepeated);
        assert_eq!(refusal.errors.iter().map(|error| error.pointer.as_str()).collect::<Vec<_>>(), ["/items/2/letter"]);
        doubled.items[2].letter = Letter::Erratum { reply: 1, n: 1 };
        assert!(doubled.undoubled().is_ok(), "several letters of one case go on one list");
    }

    #[test]
    fn a_list_has_1_to_200_letters() {
        let many: Vec<String> = (0..201).map(|n| format!("EA{n:09}CN")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert!(list(&[]).validate().is_err());
        assert!(list(&many).validate().is_err());
        assert!(list(&many[..200]).validate().is_ok());
    }

    #[test]
    fn every_letter_carries_the_list_and_the_posting_date() {
        let commands = list(&["EA100000001CN", "EA100000002CN"]).into_commands(Uuid::from_u128(9));
        assert_eq!(commands.len(), 2);
        assert!(commands.iter().all(|(_, _, command)| command.batch == Some(Uuid::from_u128(9)) && command.on.to_string() == "2026-11-20"));
    }

    #[test]
    fn refusals_point_to_fields_of_the_list() {
        let refusal = Refusal::new(Code::DateInFuture, "", "").at("/on").at("/method/tracking_number").at("/letter").below("/items/3");
        let JournalError::Refused(refusal) = pointed(refusal.into()) else { panic!("still a refusal") };
        let pointers: Vec<_> = refusal.errors.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(pointers, ["/on", "/items/3/tracking_number", "/items/3/letter"]);
    }
}
