//! The history of a case: its events, oldest first, and the case as it stood at any instant. Who: whoever may read the case.

use super::case_page::{self, CaseView, Moment, Viewer};
use super::find;
use super::labels;
use super::names::Names;
use super::shape::view;
use super::similar_cases::Repeats;
use crate::case::replay::replay;
use crate::case::trail::Actor;
use crate::clock::legal_date;
use crate::crypto;
use crate::db::schema::events;
use crate::http::answer::{self, Answer};
use crate::http::call::Call;
use crate::http::paging;
use crate::http::problem::{Fault, Problem};
use actix_web::get;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// What did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActorType {
    /// A member of staff.
    Account,
    /// The service itself.
    Worker,
}

view! {
    /// Who did it.
    pub struct ActorView {
        /// What sort of actor.
        r#type: ActorType,
        /// The account; null for the service itself.
        id: Option<Uuid>,
        /// Their name, or the task of the service.
        display_name: Option<String>,
    }
    /// One event of a case.
    pub struct EventView {
        /// Number within the case, from 1.
        seq: i32,
        /// The kind.
        kind: String,
        /// What the kind is called.
        label_zh: &'static str,
        /// In English.
        label_en: &'static str,
        /// When it was recorded.
        recorded_at: DateTime<Utc>,
        /// Who did it.
        actor: ActorView,
        /// The message of a neighbouring system it follows from (`GET /exchange-messages/{message_id}`).
        message_id: Option<Uuid>,
        /// What happened, as stored; private texts stand as a reference and a commitment.
        #[schema(value_type = Object)]
        data: Box<RawValue>,
        /// SHA-256 of the stored bytes, in hexadecimal.
        hash: String,
    }
    /// Part of a history.
    pub struct EventPage {
        /// Events, oldest first.
        items: Vec<EventView>,
        /// Where to go on with `after`; an empty page means there is nothing newer yet.
        next_after: i32,
    }
}

/// Where to begin.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListCaseEvents {
    /// Events after this number; 0 is from the beginning.
    #[serde(default)]
    #[param(minimum = 0, default = 0)]
    pub after: u32,
    /// Rows of a page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u32>,
}

#[derive(Queryable)]
struct Row {
    seq: i32,
    kind: String,
    recorded_at: DateTime<Utc>,
    body: String,
    hash: Vec<u8>,
}

/// Of a stored body, what a page shows; the data stay the bytes that were hashed.
#[derive(Deserialize)]
struct Stored {
    actor: Actor,
    message: Option<Uuid>,
    data: Box<RawValue>,
}

fn events_of(conn: &mut PgConnection, reads: &[Uuid], id: Uuid, asked: &ListCaseEvents) -> Result<EventPage, Problem> {
    let limit = paging::limit(asked.limit)?;
    let after = i32::try_from(asked.after).unwrap_or(i32::MAX);
    let agency = find::agency_of(conn, reads, id)?;
    let rows: Vec<Row> = events::table
        .filter(events::agency_id.eq(agency))
        .filter(events::stream_id.eq(id))
        .filter(events::seq.gt(after))
        .order(events::seq.asc())
        .limit(limit)
        .select((events::seq, events::kind, events::recorded_at, events::body, events::hash))
        .load(conn)?;
    let stored: Result<Vec<Stored>, _> = rows.iter().map(|row| serde_json::from_str(&row.body)).collect();
    let stored = stored.map_err(|error| Problem::internal(&error))?;
    let people: Vec<Uuid> = stored.iter().filter_map(|stored| account(&stored.actor)).collect();
    let names = Names::read(conn, &[agency], &people)?;
    let next_after = rows.last().map_or(after, |row| row.seq);
    let items = rows.into_iter().zip(stored).map(|(row, stored)| event(row, stored, &names)).collect();
    Ok(EventPage { items, next_after })
}

const fn account(actor: &Actor) -> Option<Uuid> {
    match actor {
        Actor::Account { id } => Some(*id),
        Actor::Worker { .. } => None,
    }
}

fn event(row: Row, stored: Stored, names: &Names) -> EventView {
    let label = labels::event(&row.kind);
    let actor = match stored.actor {
        Actor::Account { id } => ActorView { r#type: ActorType::Account, id: Some(id), display_name: names.account(id).display_name },
        Actor::Worker { task } => ActorView { r#type: ActorType::Worker, id: None, display_name: Some(task) },
    };
    EventView {
        seq: row.seq,
        kind: row.kind,
        label_zh: label.zh,
        label_en: label.en,
        recorded_at: row.recorded_at,
        actor,
        message_id: stored.message,
        data: stored.data,
        hash: crypto::hex(&row.hash),
    }
}

/// The history of a case.
///
/// Every event, oldest first, with who did it and the hash of its stored bytes.
#[utoipa::path(tag = "read", params(ListCaseEvents), responses((status = 200, description = "Events.", body = EventPage)))]
#[get("/cases/{case_id}/events")]
pub async fn list_case_events(call: Call) -> Answer {
    let scope = call.permit("list_case_events")?;
    let id = call.id("case_id")?;
    let asked: ListCaseEvents = call.query()?;
    let reads = scope.reads.clone();
    let page = call.app.db.run(scope, move |conn| events_of(conn, &reads, id, &asked)).await?;
    answer::ok(&page)
}

/// Reads an instant; whatever the calendar of the parser knows beyond the database's years is as far as those go.
fn instant(text: &str) -> Result<DateTime<Utc>, Problem> {
    let malformed = || {
        Problem::parameter(
            Fault::ParameterRefused,
            "instant",
            "时间须为 RFC 3339 格式，例如 2026-11-02T08:00:00Z",
            "the instant must be of RFC 3339, for example 2026-11-02T08:00:00Z",
        )
    };
    // The router leaves an escaped plus sign escaped.
    let text = text.replace("%2B", "+").replace("%2b", "+");
    let at = DateTime::parse_from_rfc3339(&text).map_err(|_| malformed())?.with_timezone(&Utc);
    find::date("instant", Some(at.date_naive())).map(|()| at)
}

/// The case as it stood at an instant.
///
/// Folded from the events recorded up to then; its days left and its light are those of that day. 404 before its first event.
#[utoipa::path(tag = "read", responses((status = 200, description = "The case as it stood.", body = CaseView)))]
#[get("/cases/{case_id}/as-of/{instant}")]
pub async fn get_case_as_of(call: Call) -> Answer {
    let scope = call.permit("get_case_as_of")?;
    find::no_query(&call)?;
    let id = call.id("case_id")?;
    let at = instant(call.request.match_info().get("instant").unwrap_or_default())?;
    let (office, caller, reads) = (Arc::clone(&call.app.office), call.caller.clone(), scope.reads.clone());
    let view = call
        .app
        .db
        .run(scope, move |conn| {
            let agency = find::agency_of(conn, &reads, id)?;
            let until: Option<i32> = events::table
                .filter(events::agency_id.eq(agency))
                .filter(events::stream_id.eq(id))
                .filter(events::recorded_at.le(at))
                .select(diesel::dsl::max(events::seq))
                .first(conn)?;
            let until = until.ok_or_else(Problem::not_found)?;
            let case = replay(conn, agency, id, Some(until))?.ok_or_else(Problem::not_found)?;
            let day = legal_date(at).min(office.clock.today());
            case_page::page(
                conn,
                &Viewer { office: &office, caller: &caller, moment: Moment::Past(day), repeats: Repeats::OnDemand },
                &case,
            )
        })
        .await?;
    answer::ok(&view)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::trail::{self, Head};

    #[test]
    fn an_instant_is_read_in_any_zone_and_nothing_else() {
        let expected: DateTime<Utc> = "2026-11-02T00:00:00Z".parse().unwrap();
        for text in ["2026-11-02T00:00:00Z", "2026-11-02T08:00:00+08:00", "2026-11-02T08:00:00%2B08:00"] {
            assert_eq!(instant(text).unwrap(), expected);
        }
        for text in ["2026-11-02", "now", "2026-02-31T00:00:00Z", "0000-01-01T00:00:00Z", ""] {
            assert!(instant(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_data_of_an_event_are_its_stored_bytes() {
        let head = Head {
            v: 1,
            agency_id: Uuid::from_u128(1),
            stream_id: Uuid::from_u128(2),
            seq: 1,
            recorded_at: "2026-11-02T00:00:00Z".parse().unwrap(),
            actor: Actor::Worker { task: "lapse".into() },
            request_id: "r".into(),
            traceparent: None,
            message: None,
            previous: String::new(),
        };
        let body = trail::write(&head, "x", &serde_json::json!({"kind": "x", "data": {"b": 1, "a": "甲"}})).unwrap();
        let stored: Stored = serde_json::from_str(&body.text).unwrap();
        assert!(body.text.contains(stored.data.get()));
        let row = Row { seq: 1, kind: "x".into(), recorded_at: head.recorded_at, body: body.text.clone(), hash: body.hash.to_vec() };
        let view = event(row, stored, &Names::default());
        assert_eq!((view.actor.id, view.actor.display_name.as_deref()), (None, Some("lapse")));
        assert_eq!(view.hash, crypto::hex(&crypto::sha256(body.text.as_bytes())));
    }
}
