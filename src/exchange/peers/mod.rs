//! The neighbours of an agency: who they are, where they are reached. Who: the administrator makes and changes them.
//!
//! A neighbour is entered under the name its body bears in proceedings: what it tells is about its own proceedings and no other's. One that is
//! called otherwise keeps what it has under its earlier names. Its
//! account has the same id and signs in nowhere; closing either ends the exchange.

pub mod change;
pub mod create;
pub mod secrets;

use super::envelope::ExchangeContract;
use crate::case::journal::JournalError;
use crate::case::journal::agency::{AgencyEvent, ExchangeEvent};
use crate::case::refusal::{Code, Refusal};
use crate::crypto::CaseOf;
use crate::db::pool::{Scope, set_scope};
use crate::db::schema::{accounts, exchange_peers, sign_in_names};
use crate::http::answer::{self, Answer};
use crate::http::call::Call;
use crate::http::paging::Page;
use crate::http::problem::Problem;
use crate::people::Nothing;
use actix_web::get;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A neighbour as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = exchange_peers)]
pub struct Peer {
    /// Its agency.
    pub agency_id: Uuid,
    /// Its id, and that of its account.
    pub id: Uuid,
    /// The contract it keeps.
    pub contract: String,
    /// What it is called.
    pub name: String,
    /// Where messages are pushed to.
    pub push_url: Option<String>,
    /// Whether they are.
    pub pushes: bool,
    /// Whether it may exchange.
    pub active: bool,
    /// Its version.
    pub version: i32,
    /// What it was called before.
    pub former_names: Vec<String>,
}

impl Peer {
    /// Whether it is called so, or was.
    pub fn is_called(&self, name: &str) -> bool {
        self.name == name || self.former_names.iter().any(|former| former == name)
    }

    /// Everything it is or was called.
    pub fn names(&self) -> Vec<&str> {
        [&self.name].into_iter().chain(&self.former_names).map(String::as_str).collect()
    }

    /// The same under a name from now on.
    #[must_use]
    pub fn called(mut self, name: String) -> Self {
        if self.name != name {
            self.former_names.retain(|former| *former != name);
            self.former_names.push(std::mem::replace(&mut self.name, name));
        }
        self
    }

    /// Whose key its secrets are under.
    pub const fn owner(&self) -> CaseOf {
        CaseOf { agency: self.agency_id, case: self.id }
    }

    /// What the trail says of it as it stands.
    pub fn set(&self) -> AgencyEvent {
        let Self { id, contract, name, push_url, pushes, active, .. } = self.clone();
        AgencyEvent::Exchanged { what: ExchangeEvent::PeerSet { peer: id, contract, name, push_url, pushes, active } }
    }
}

/// The neighbours of an agency.
pub fn of_agency(conn: &mut PgConnection, agency: Uuid) -> QueryResult<Vec<Peer>> {
    exchange_peers::table
        .filter(exchange_peers::agency_id.eq(agency))
        .order((exchange_peers::name, exchange_peers::id))
        .select(Peer::as_select())
        .load(conn)
}

/// Refuses a name that another neighbour had before: whose proceeding it is could not be told by it. One that it has is taken.
pub(super) fn unambiguous(conn: &mut PgConnection, (agency, id): (Uuid, Uuid), name: &str) -> Result<(), JournalError> {
    let former = |other: &Peer| other.id != id && other.former_names.iter().any(|former| former == name);
    if !of_agency(conn, agency)?.iter().any(former) {
        return Ok(());
    }
    let (zh, en) = ("该名称曾是另一对接方的名称", "another neighbour had this name before");
    Err(Refusal::new(Code::ReferenceTaken, zh, en).at("/name").into())
}

/// One of them.
pub fn read(conn: &mut PgConnection, agency: Uuid, id: Uuid) -> QueryResult<Option<Peer>> {
    exchange_peers::table.find((agency, id)).select(Peer::as_select()).first(conn).optional()
}

/// The same, held until the transaction ends: whoever changes it starts from how it stands. It is held before the head of the agency's stream.
pub fn hold(conn: &mut PgConnection, agency: Uuid, id: Uuid) -> QueryResult<Option<Peer>> {
    exchange_peers::table.find((agency, id)).select(Peer::as_select()).for_no_key_update().first(conn).optional()
}

/// Those of an agency that may exchange: neither they nor their accounts are closed.
pub fn open_ones(conn: &mut PgConnection, agency: Uuid) -> QueryResult<Vec<Uuid>> {
    let open = accounts::table.filter(accounts::agency_id.eq(agency)).filter(accounts::active).select(accounts::id);
    exchange_peers::table
        .filter(exchange_peers::agency_id.eq(agency))
        .filter(exchange_peers::active)
        .filter(exchange_peers::id.eq_any(open))
        .select(exchange_peers::id)
        .load(conn)
}

/// A neighbour that may exchange under a contract, whosever it is. Before that is known nothing but the sign-in names can be read; the scope
/// of the connection is set to its agency.
pub fn admitted(conn: &mut PgConnection, contract: ExchangeContract, id: Uuid) -> Result<Option<Peer>, Problem> {
    let agency: Option<Uuid> =
        sign_in_names::table.filter(sign_in_names::account_id.eq(id)).select(sign_in_names::agency_id).first(conn).optional()?;
    let Some(agency) = agency else { return Ok(None) };
    set_scope(conn, &Scope::own(agency))?;
    let account: Option<bool> = accounts::table.find((agency, id)).select(accounts::active).first(conn).optional()?;
    let peer = read(conn, agency, id)?;
    Ok(peer.filter(|peer| peer.active && account == Some(true) && peer.contract == contract.code()))
}

/// A generation of secrets.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GenerationView {
    /// Its number, from 1.
    pub n: i32,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// When it ends; null is not yet known.
    #[schema(required = true)]
    pub until: Option<DateTime<Utc>>,
}

/// A neighbour.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ExchangePeer)]
pub struct PeerView {
    /// Its id, and that of the account that enters what its messages cause.
    pub id: Uuid,
    /// The contract it keeps.
    pub contract: ExchangeContract,
    /// What it is called, as the body of its proceedings.
    #[schema(example = "示范区人民政府")]
    pub name: String,
    /// What it was called before, the latest last: what it opened and sent under these names stays its own.
    pub former_names: Vec<String>,
    /// Where messages are pushed to; null where it polls.
    #[schema(required = true, example = "https://exchange.example.invalid/foi")]
    pub push_url: Option<String>,
    /// Whether they are pushed. An address that answers 410 is not pushed to any more.
    pub pushes: bool,
    /// Whether it may exchange at all.
    pub active: bool,
    /// Where it sends messages to and polls, below the address of the service.
    #[schema(example = "/exchange/reconsideration/v1/0190c1f0-0000-7000-8000-000000000001/messages")]
    pub messages: String,
    /// Its generations of secrets.
    pub secrets: Vec<GenerationView>,
    /// Its version.
    pub version: i32,
}

/// A neighbour as it is shown; none where its contract is not known to this program.
fn view(conn: &mut PgConnection, peer: Peer) -> Result<PeerView, Problem> {
    let contract = ExchangeContract::from_code(&peer.contract).ok_or_else(Problem::not_found)?;
    let secrets = secrets::generations(conn, peer.agency_id, peer.id)?;
    let secrets = secrets.into_iter().map(|(n, made_at, until)| GenerationView { n, made_at, until }).collect();
    let messages = format!("/exchange/{}/v1/{}/messages", contract.code(), peer.id);
    let Peer { id, name, former_names, push_url, pushes, active, version, .. } = peer;
    Ok(PeerView { id, contract, name, former_names, push_url, pushes, active, messages, secrets, version })
}

/// List the neighbouring systems.
#[utoipa::path(tag = "exchange", responses((status = 200, description = "All of them, on one page.", body = Page<PeerView>)))]
#[get("/exchange-peers")]
pub async fn list_exchange_peers(call: Call) -> Answer {
    let scope = call.permit("list_exchange_peers")?;
    call.query::<Nothing>()?;
    let agency = call.caller.agency_id;
    let items = call
        .app
        .db
        .run(scope, move |conn| {
            let peers = of_agency(conn, agency)?;
            peers.into_iter().map(|peer| view(conn, peer)).collect::<Result<Vec<_>, Problem>>()
        })
        .await?;
    answer::ok(&Page { items, next_cursor: None, total: None })
}
