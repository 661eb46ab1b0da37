//! The clerk's side of the outbox: what was written to neighbours, what has arrived, and pushing once more. Who: whoever keeps proceedings, and
//! the administrator.

use super::DeliveryState;
use crate::case::journal::agency::{self, AgencyEvent, Change, ExchangeEvent, Outcome};
use crate::case::journal::{JournalError, Mode, Repeated};
use crate::case::refusal::{Code, Refusal};
use crate::clock::real_now;
use crate::db::schema::{exchange_outbox as outbox, exchange_peers};
use crate::http::answer::{self, Answer};
use crate::http::call::{Call, Versions};
use crate::http::paging::{self, Page};
use crate::http::problem::Problem;
use crate::people::Nothing;
use crate::people::writing::pen;
use actix_web::http::StatusCode;
use actix_web::{get, post};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// A message to a neighbour.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ExchangeDelivery)]
pub struct DeliveryView {
    /// The message.
    pub id: Uuid,
    /// To whom.
    pub peer_id: Uuid,
    /// What they are called.
    pub peer: String,
    /// Its place among the messages to them.
    pub position: i64,
    /// What it tells (code list `exchange-outgoing-types` or `platform-outgoing-types`).
    #[schema(example = "receipt")]
    pub r#type: String,
    /// The case it is about.
    #[schema(required = true)]
    pub case_id: Option<Uuid>,
    /// Where it stands.
    pub state: DeliveryState,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When it arrived.
    #[schema(required = true)]
    pub delivered_at: Option<DateTime<Utc>>,
    /// How often it was pushed.
    pub attempts: i32,
    /// Why the last push failed.
    #[schema(required = true)]
    pub last_error: Option<String>,
}

type Row = (Uuid, Uuid, String, i64, String, Option<Uuid>, String, DateTime<Utc>, Option<DateTime<Utc>>, i32, Option<String>);

fn view(row: Row) -> Option<DeliveryView> {
    let (id, peer_id, peer, position, sort, case_id, state, created_at, delivered_at, attempts, last_error) = row;
    let (r#type, state) = (sort, DeliveryState::from_code(&state)?);
    Some(DeliveryView { id, peer_id, peer, position, r#type, case_id, state, created_at, delivered_at, attempts, last_error })
}

/// Which messages are listed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DeliveryQuery {
    /// Only those that stand so.
    state: Option<DeliveryState>,
    /// Only those about this case.
    case_id: Option<Uuid>,
    /// Only those to this neighbour.
    peer_id: Option<Uuid>,
    /// Rows of a page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the page begins, from the page before.
    cursor: Option<String>,
}

fn load(
    conn: &mut PgConnection,
    agency: Uuid,
    (query, one): (&DeliveryQuery, Option<Uuid>),
    (after, limit): (Option<(DateTime<Utc>, Uuid)>, i64),
) -> QueryResult<Vec<Row>> {
    let joined = exchange_peers::agency_id.eq(outbox::agency_id).and(exchange_peers::id.eq(outbox::peer_id));
    let mut rows = outbox::table.inner_join(exchange_peers::table.on(joined)).filter(outbox::agency_id.eq(agency)).into_boxed();
    if let Some(state) = query.state {
        rows = rows.filter(outbox::state.eq(state.code()));
    }
    if let Some(case) = query.case_id {
        rows = rows.filter(outbox::case_id.eq(case));
    }
    if let Some(peer) = query.peer_id {
        rows = rows.filter(outbox::peer_id.eq(peer));
    }
    if let Some(one) = one {
        rows = rows.filter(outbox::id.eq(one));
    }
    if let Some((at, id)) = after {
        rows = rows.filter(outbox::created_at.lt(at).or(outbox::created_at.eq(at).and(outbox::id.lt(id))));
    }
    rows.order((outbox::created_at.desc(), outbox::id.desc()))
        .select((
            outbox::id,
            outbox::peer_id,
            exchange_peers::name,
            outbox::position,
            outbox::sort,
            outbox::case_id,
            outbox::state,
            outbox::created_at,
            outbox::delivered_at,
            outbox::attempts,
            outbox::last_error,
        ))
        .limit(limit)
        .load(conn)
}

/// One message as it is shown.
pub(super) fn one(conn: &mut PgConnection, agency: Uuid, id: Uuid) -> Result<DeliveryView, Problem> {
    let rows = load(conn, agency, (&DeliveryQuery::default(), Some(id)), (None, 1))?;
    rows.into_iter().next().and_then(view).ok_or_else(Problem::not_found)
}

/// List the messages to neighbouring systems, the newest first.
#[utoipa::path(tag = "exchange", params(DeliveryQuery), responses((status = 200, description = "A page of messages.", body = Page<DeliveryView>)))]
#[get("/exchange-deliveries")]
pub async fn list_exchange_deliveries(call: Call) -> Answer {
    let scope = call.permit("list_exchange_deliveries")?;
    let query: DeliveryQuery = call.query()?;
    let limit = paging::limit(query.limit)?;
    let after = query.cursor.as_deref().map(paging::unpack).transpose()?;
    let agency = call.caller.agency_id;
    let page = call
        .app
        .db
        .run(scope, move |conn| {
            let rows = load(conn, agency, (&query, None), (after, limit + 1))?;
            let page = paging::cut(rows, limit, |row| (row.7, row.0));
            Ok::<_, Problem>(Page { items: page.items.into_iter().filter_map(view).collect(), next_cursor: page.next_cursor, total: None })
        })
        .await?;
    Ok(paging::answer(&call.request, &page))
}

/// Push a message once more.
///
/// For one that failed for days, or that the neighbour says it has lost: the same message under the same id.
#[utoipa::path(tag = "exchange", responses((status = 201, description = "The message.", body = DeliveryView)))]
#[post("/exchange-deliveries/{message_id}/replay")]
pub async fn replay_exchange_delivery(call: Call) -> Answer {
    let scope = call.permit("replay_exchange_delivery")?;
    call.query::<Nothing>()?;
    let id = call.id("message_id")?;
    let ask = call.ask_in(id, None, Versions::None, Mode::Take)?;
    let office = Arc::clone(&call.app.office);
    let shown = call
        .app
        .db
        .run(scope, move |conn| {
            let written = agency::write(conn, &pen(&office, &ask), &ask, |conn| {
                let again = (
                    outbox::state.eq(DeliveryState::Waiting.code()),
                    outbox::attempts.eq(0),
                    outbox::next_at.eq(real_now()),
                    outbox::delivered_at.eq(None::<DateTime<Utc>>),
                );
                let row = outbox::table.find((ask.agency, id));
                let words: Option<Vec<u8>> =
                    row.select(outbox::sealed).for_update().first(conn).optional()?.ok_or(JournalError::Unknown)?;
                if words.is_none() {
                    let (zh, en) = ("消息内容已随案卷销毁", "its words went with the dossier");
                    return Err(Refusal::new(Code::DossierDisposed, zh, en).into());
                }
                diesel::update(row).set(again).execute(conn)?;
                let what = ExchangeEvent::MessageReplayed { message: id };
                let events = vec![AgencyEvent::Exchanged { what }];
                Ok(Change { value: (), repeated: Repeated { resource: id, version: 1, status: 201 }, events })
            })?;
            let (Outcome::Written(()) | Outcome::Repeated(_)) = written;
            one(conn, ask.agency, id)
        })
        .await?;
    answer::versioned(StatusCode::CREATED, 1, None, &shown)
}
