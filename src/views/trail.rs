//! The whole trail of an agency in its one order, for auditors: pages of JSON, or everything that follows as NDJSON.
//!
//! The bodies are the bytes that were hashed, so whoever reads them can check every chain. The stream is read page by page, the
//! next one when the reader has taken the last: it holds one page in memory, and no connection while a slow reader reads.

use super::find;
use super::shape::view;
use crate::crypto;
use crate::db::pool::{Db, Scope};
use crate::db::schema::{event_positions, events};
use crate::http::answer::{self, Answer};
use crate::http::call::Call;
use crate::http::paging;
use crate::http::problem::Problem;
use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{HttpResponse, get};
use diesel::prelude::*;
use futures_util::stream;
use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::IntoParams;
use uuid::Uuid;

/// The media type of the stream: one JSON value a line.
const LINES: &str = "application/x-ndjson";
/// Events of one page of the stream.
const PAGE: i64 = 500;

view! {
    /// One event in the whole trail.
    pub struct TrailEvent {
        /// Its place in the trail of its agency, from 1, without gaps.
        position: i64,
        /// The stream: a case, or the agency itself.
        stream_id: Uuid,
        /// Number within the stream.
        seq: i32,
        /// SHA-256 of the body, in hexadecimal.
        hash: String,
        /// The exact bytes that were hashed: head, kind, data, and the hash of the stream's previous body.
        #[schema(value_type = Object)]
        body: Box<RawValue>,
    }
    /// Part of the trail.
    pub struct TrailPage {
        /// Events in the order of the trail.
        items: Vec<TrailEvent>,
        /// Where to go on with `after`; an empty page means there is nothing newer yet.
        next_after: i64,
    }
}

/// Where to begin.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListEvents {
    /// Events after this position; 0 is from the beginning.
    #[serde(default)]
    #[param(minimum = 0, default = 0)]
    pub after: u64,
    /// Events of a page of JSON; the stream gives all that follow.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u32>,
    /// One agency of those the caller reads; the own unless said otherwise. Each agency has an order of its own.
    pub agency: Option<Uuid>,
}

type Row = (i64, Uuid, i32, Vec<u8>, String);

fn read(conn: &mut PgConnection, agency: Option<Uuid>, after: i64, limit: i64) -> Result<Vec<TrailEvent>, Problem> {
    let Some(agency) = agency else { return Ok(Vec::new()) };
    let rows: Vec<Row> = event_positions::table
        .inner_join(
            events::table.on(events::agency_id
                .eq(event_positions::agency_id)
                .and(events::stream_id.eq(event_positions::stream_id))
                .and(events::seq.eq(event_positions::seq))),
        )
        .filter(event_positions::agency_id.eq(agency))
        .filter(event_positions::position.gt(after))
        .order(event_positions::position.asc())
        .limit(limit)
        .select((event_positions::position, events::stream_id, events::seq, events::hash, events::body))
        .load(conn)?;
    rows.into_iter()
        .map(|(position, stream_id, seq, hash, body)| {
            let body = RawValue::from_string(body).map_err(|error| Problem::internal(&error))?;
            Ok(TrailEvent { position, stream_id, seq, hash: crypto::hex(&hash), body })
        })
        .collect()
}

/// One event a line.
fn lines(events: &[TrailEvent]) -> Result<Bytes, serde_json::Error> {
    let mut bytes = Vec::new();
    for event in events {
        serde_json::to_writer(&mut bytes, event)?;
        bytes.push(b'\n');
    }
    Ok(bytes.into())
}

/// Where a stream stands.
enum At {
    /// These events are next.
    Read(Vec<TrailEvent>),
    /// What follows this position is next.
    After(i64),
    /// Nothing is next.
    End,
}

impl At {
    fn behind(events: &[TrailEvent]) -> Self {
        match events.last() {
            Some(last) if i64::try_from(events.len()).is_ok_and(|read| read == PAGE) => Self::After(last.position),
            _ => Self::End,
        }
    }
}

async fn streamed(db: Db, scope: Scope, agency: Option<Uuid>, after: i64) -> Answer {
    // The first page is read before anything is answered, so that what fails at once is a problem and no broken stream.
    let first = page(&db, &scope, agency, after).await?;
    let body = stream::try_unfold(At::Read(first), move |at| {
        let (db, scope) = (db.clone(), scope.clone());
        async move {
            let events = match at {
                At::Read(events) => events,
                At::After(position) => {
                    page(&db, &scope, agency, position).await.map_err(|problem| std::io::Error::other(problem.code()))?
                }
                At::End => return Ok::<_, std::io::Error>(None),
            };
            if events.is_empty() {
                return Ok(None);
            }
            Ok(Some((lines(&events)?, At::behind(&events))))
        }
    });
    Ok(HttpResponse::Ok().content_type(LINES).streaming(body))
}

async fn page(db: &Db, scope: &Scope, agency: Option<Uuid>, after: i64) -> Result<Vec<TrailEvent>, Problem> {
    db.run(scope.clone(), move |conn| read(conn, agency, after, PAGE)).await
}

/// Whether the caller asks for lines.
fn wants_lines(accept: Option<&str>) -> bool {
    let mut wanted = accept.unwrap_or_default().split(',').filter_map(|range| range.split(';').next());
    wanted.any(|media| media.trim().eq_ignore_ascii_case(LINES))
}

/// The whole trail of an agency.
///
/// In the order the service numbered it, to be resumed from `next_after` without missing an event. With
/// `Accept: application/x-ndjson` everything that follows is streamed, one event a line.
#[utoipa::path(tag = "audit", params(ListEvents), responses(
    (status = 200, description = "Events.", content((TrailPage = "application/json"), (TrailEvent = "application/x-ndjson"))),
))]
#[get("/events")]
pub async fn list_events(call: Call) -> Answer {
    let scope = call.permit("list_events")?;
    let asked: ListEvents = call.query()?;
    let limit = paging::limit(asked.limit)?;
    let after = i64::try_from(asked.after).unwrap_or(i64::MAX);
    let agency = find::agencies(&scope.reads, Some(asked.agency.unwrap_or(call.caller.agency_id))).first().copied();
    if wants_lines(call.header(header::ACCEPT.as_str())) {
        return streamed(call.app.db.clone(), scope, agency, after).await;
    }
    let items = call.app.db.run(scope, move |conn| read(conn, agency, after, limit)).await?;
    let next_after = items.last().map_or(after, |event| event.position);
    answer::ok(&TrailPage { items, next_after })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(position: i64) -> TrailEvent {
        let body = RawValue::from_string(r#"{"v":1,"kind":"x",  "data":{"b":1,"a":"甲"}}"#.to_owned()).unwrap();
        TrailEvent { position, stream_id: Uuid::from_u128(1), seq: 1, hash: "00".into(), body }
    }

    #[test]
    fn a_line_holds_the_exact_bytes_of_the_body() {
        let bytes = lines(&[event(1), event(2)]).unwrap();
        let text = std::str::from_utf8(&bytes).unwrap();
        assert_eq!((text.lines().count(), text.ends_with('\n')), (2, true));
        assert!(text.lines().all(|line| line.contains(event(1).body.get())));
    }

    #[test]
    fn a_full_page_is_followed_by_the_next_and_a_short_one_ends() {
        let full: Vec<TrailEvent> = (1..=PAGE).map(event).collect();
        assert!(matches!(At::behind(&full), At::After(PAGE)));
        assert!(matches!(At::behind(&full[1..]), At::End));
        assert!(matches!(At::behind(&[]), At::End));
    }

    #[test]
    fn lines_are_given_only_when_asked_for() {
        assert!(wants_lines(Some("application/x-ndjson")));
        assert!(wants_lines(Some("text/html, Application/X-NDJSON;q=0.9")));
        assert!(!wants_lines(Some("application/json, */*")) && !wants_lines(None));
    }
}
