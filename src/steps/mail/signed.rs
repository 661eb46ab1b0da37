//! The list of sign-fors (签收清单): what became of many posted letters, as the post brings it, 国办公开办函〔2016〕235号. Who: clerk.
//!
//! Each is named by its tracking number and is a step of its own case; all or none. A joint reply is served for all its cases at once.

use super::delivery::RecordDelivery;
use super::tracking::TrackingNumber;
use crate::case::journal::agency::{self, AgencyEvent, Change};
use crate::case::journal::{self, JournalError, Pen, Repeated};
use crate::case::refusal::{Code, Refusal};
use crate::case::trail::Actor;
use crate::db::schema::deliveries;
use crate::http::answer::{self, Answer};
use crate::http::call::{Call, Versions};
use crate::http::problem::Problem;
use crate::ids::new_id;
use actix_web::post;
use diesel::prelude::*;
use garde::Validate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// What became of one letter.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignedItem {
    /// Its tracking number.
    #[garde(dive)]
    pub tracking_number: TrackingNumber,
    /// What became of it.
    #[garde(dive)]
    pub delivery: RecordDelivery,
}

/// A list of sign-fors.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeliveryBatch {
    /// The letters.
    #[garde(length(min = 1, max = 200), dive)]
    #[schema(min_items = 1, max_items = 200)]
    pub items: Vec<SignedItem>,
}

/// One letter of a list, found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct SignedLetter {
    /// The case.
    pub case_id: Uuid,
    /// Number of the dispatch in the case.
    pub dispatch: u32,
}

/// A list of sign-fors as it was taken.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordedBatch {
    /// The list.
    pub id: Uuid,
    /// The letters, in the order of the list.
    pub letters: Vec<SignedLetter>,
}

impl DeliveryBatch {
    /// The letters that bear the numbers.
    fn found(&self, conn: &mut PgConnection, agency: Uuid) -> Result<Vec<SignedLetter>, JournalError> {
        let numbers: Vec<&str> = self.items.iter().map(|item| item.tracking_number.as_str()).collect();
        let rows: Vec<(Option<String>, Uuid, i32)> = deliveries::table
            .filter(deliveries::agency_id.eq(agency))
            .filter(deliveries::tracking_number.eq_any(numbers))
            .filter(deliveries::with_case.is_null())
            .select((deliveries::tracking_number, deliveries::case_id, deliveries::n))
            .load(conn)?;
        let known: BTreeMap<String, SignedLetter> = rows
            .into_iter()
            .filter_map(|(number, case_id, n)| Some((number?, SignedLetter { case_id, dispatch: u32::try_from(n).ok()? })))
            .collect();
        let letter = |(index, item): (usize, &SignedItem)| {
            known.get(item.tracking_number.as_str()).copied().ok_or_else(|| {
                let (zh, en) = ("没有以该邮件号寄出的函件", "no letter went out under this tracking number");
                Refusal::new(Code::UnknownReference, zh, en).under(super::SERVICE_RULE).at(format!("/items/{index}/tracking_number"))
            })
        };
        Ok(self.items.iter().enumerate().map(letter).collect::<Result<_, _>>()?)
    }
}

/// Points a refusal of one letter to its place in the list.
fn pointed(error: JournalError) -> JournalError {
    let JournalError::Refused(mut refusal) = error else { return error };
    for field in &mut refusal.errors {
        let mut parts = field.pointer.splitn(4, '/');
        if let (Some(_), Some("items"), Some(index), Some(rest)) = (parts.next(), parts.next(), parts.next(), parts.next()) {
            field.pointer = format!("/items/{index}/delivery/{rest}");
        }
    }
    JournalError::Refused(refusal)
}

/// Record what became of several letters.
///
/// Named by their tracking numbers; all or none.
#[utoipa::path(tag = "mail", request_body = DeliveryBatch, responses(
    (status = 201, description = "The letters.", body = RecordedBatch),
    (status = 200, description = "The letters as they would be recorded; nothing was written.", body = RecordedBatch),
))]
#[post("/delivery-batches")]
pub async fn record_delivery_batch(call: Call) -> Answer {
    let scope = call.permit("record_delivery_batch")?;
    let ask = call.ask(new_id(), None, Versions::None)?;
    let batch: DeliveryBatch = call.json()?;
    let office = Arc::clone(&call.app.office);
    let (recorded, attempt) = call
        .app
        .db
        .run(scope, move |conn| {
            let actor = Actor::Account { id: ask.person.account_id };
            let pen = Pen { office: &office, agency: ask.agency, actor, request_id: ask.request_id.clone() };
            let letters = batch.found(conn, ask.agency)?;
            let named = letters.clone();
            let change = |conn: &mut PgConnection| {
                let commands = letters.iter().zip(batch.items).map(|(letter, item)| (letter.case_id, Some(letter.dispatch), item.delivery));
                journal::take_each(conn, &office, &ask, commands.collect()).map_err(pointed)?;
                let cases = letters.iter().map(|letter| letter.case_id).collect();
                let repeated = Repeated { resource: ask.case, version: 1, status: 201 };
                Ok(Change { value: ask.case, repeated, events: vec![AgencyEvent::DeliveriesRecorded { batch: ask.case, cases }] })
            };
            let list = |_: &mut PgConnection, id: Uuid| Ok(RecordedBatch { id, letters: named.clone() });
            Ok::<_, Problem>(agency::write_or_try(conn, &pen, &ask, change, list)?)
        })
        .await?;
    answer::made(attempt, &recorded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_point_into_the_list() {
        let refusal = Refusal::new(Code::DateInFuture, "", "").at("/items/3/on").at("/items/1");
        let JournalError::Refused(refusal) = pointed(refusal.into()) else { panic!("still a refusal") };
        let pointers: Vec<_> = refusal.errors.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(pointers, ["/items/3/delivery/on", "/items/1"]);
    }

    #[test]
    fn a_list_has_1_to_200_letters() {
        let of = |n: usize| -> DeliveryBatch {
            let item = |n: usize| serde_json::json!({"tracking_number": format!("EA{n:09}CN"), "delivery": {"result": "delivered", "on": "2026-11-20"}});
            serde_json::from_value(serde_json::json!({"items": (0..n).map(item).collect::<Vec<_>>()})).unwrap()
        };
        assert!(of(0).validate().is_err() && of(201).validate().is_err());
        assert!(of(200).validate().is_ok());
    }
}
