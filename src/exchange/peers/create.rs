//! A new neighbour, with its account and its first secrets. Who: the administrator.

use super::secrets::{Drawn, SecretsView};
use super::{Peer, PeerView, read, unambiguous, view};
use crate::case::journal::agency::{Change, Outcome};
use crate::case::journal::{Ask, JournalError, Mode, Repeated};
use crate::case::office::Office;
use crate::case::vault::VaultError;
use crate::crypto::CaseKey;
use crate::db::schema::exchange_peers;
use crate::exchange::envelope::ExchangeContract;
use crate::exchange::reach;
use crate::http::answer::{self, Answer};
use crate::http::call::{Call, Versions};
use crate::http::problem::Problem;
use crate::http::text::Line;
use crate::ids::{new_id, random_bytes};
use crate::people::accounts::create::{NewRow, insert};
use crate::people::writing::write;
use crate::people::{Nothing, passwords};
use crate::rules::permissions::Role;
use actix_web::http::StatusCode;
use actix_web::post;
use diesel::prelude::*;
use garde::Validate;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// A new neighbour.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct CreatePeer {
    /// The contract it keeps.
    pub contract: ExchangeContract,
    /// What it is called, as the body of its proceedings.
    #[garde(dive)]
    #[schema(example = "示范区人民政府")]
    pub name: Line<60>,
    /// Where messages are pushed to: https, or an address the operator of this service has listed. Without one it polls.
    #[garde(dive)]
    #[schema(example = "https://exchange.example.invalid/foi")]
    pub push_url: Option<Line<500>>,
}

/// A new neighbour with its first secrets.
#[derive(Serialize, ToSchema)]
pub struct PeerCreated {
    /// The neighbour.
    pub peer: PeerView,
    /// What it is handed, shown this once; null in the answer to a repeated key.
    #[schema(required = true)]
    pub secrets: Option<SecretsView>,
}

/// Enter a neighbouring system.
///
/// Its secrets are drawn and shown in this answer only. What its messages cause is entered by an account of its own, which signs in nowhere.
#[utoipa::path(tag = "exchange", request_body = CreatePeer, responses(
    (status = 201, description = "The neighbour, with its secrets.", body = PeerCreated),
))]
#[post("/exchange-peers")]
pub async fn create_exchange_peer(call: Call) -> Answer {
    let scope = call.permit("create_exchange_peer")?;
    call.query::<Nothing>()?;
    let ask = call.ask_in(new_id(), None, Versions::None, Mode::Take)?;
    let CreatePeer { contract, name, push_url } = call.json()?;
    let push_url = push_url.map(Line::into_string);
    if let Some(address) = &push_url {
        reach::check(&call.app.exchange, address)?;
    }
    let nobody = crate::crypto::hex(&random_bytes::<32>());
    let password_hash = call.app.gate.hashing(move || passwords::hash(&nobody)).await?.map_err(|error| Problem::internal(&error))?;
    let office = Arc::clone(&call.app.office);
    let new = NewPeer { contract, name: name.into_string(), push_url, password_hash };
    let created = call.app.db.run(scope, move |conn| enter(conn, &office, &ask, new)).await?;
    answer::versioned(StatusCode::CREATED, created.peer.version, None, &created)
}

/// A neighbour to be entered.
pub struct NewPeer {
    /// The contract it keeps.
    pub contract: ExchangeContract,
    /// What it is called.
    pub name: String,
    /// Where messages are pushed to.
    pub push_url: Option<String>,
    /// The hash of a password that nobody has.
    pub password_hash: String,
}

/// Enters a neighbour with its account and its first secrets, under the id in the request.
pub fn enter(conn: &mut PgConnection, office: &Office, ask: &Ask, new: NewPeer) -> Result<PeerCreated, Problem> {
    let (agency, id) = (ask.agency, ask.case);
    let NewPeer { contract, name, push_url, password_hash } = new;
    let pushes = push_url.is_some();
    let (contract, former_names) = (contract.code().to_owned(), Vec::new());
    let peer = Peer { agency_id: agency, id, contract, name, push_url, pushes, active: true, version: 1, former_names };
    let drawn = Drawn::first();
    let written = write(conn, office, ask, |conn| {
        unambiguous(conn, (agency, id), &peer.name)?;
        let account = NewRow {
            id,
            username: format!("exchange.{}", id.simple()),
            display_name: peer.name.clone(),
            email: format!("{}@exchange.invalid", id.simple()),
            department: None,
            roles: vec![Role::Integration],
            password_hash,
            must_change_password: true,
        };
        let made = insert(conn, agency, account)?;
        let key = CaseKey::generate().and_then(|key| office.keys.wrap(peer.owner(), &key)).map_err(VaultError::from)?;
        store(conn, &peer, &key)?;
        let events = vec![made, peer.set(), drawn.store(conn, office, (peer.owner(), 1))?];
        Ok(Change { value: (), repeated: Repeated { resource: id, version: 1, status: 201 }, events })
    })?;
    let (id, secrets) = match written {
        Outcome::Written(()) => (id, Some(drawn.shown())),
        Outcome::Repeated(repeated) => (repeated.resource, None),
    };
    let peer = read(conn, agency, id)?.ok_or_else(Problem::not_found)?;
    Ok(PeerCreated { peer: view(conn, peer)?, secrets })
}

fn store(conn: &mut PgConnection, peer: &Peer, wrapped: &[u8]) -> Result<(), JournalError> {
    diesel::insert_into(exchange_peers::table)
        .values((
            exchange_peers::agency_id.eq(peer.agency_id),
            exchange_peers::id.eq(peer.id),
            exchange_peers::contract.eq(&peer.contract),
            exchange_peers::name.eq(&peer.name),
            exchange_peers::push_url.eq(&peer.push_url),
            exchange_peers::pushes.eq(peer.pushes),
            exchange_peers::active.eq(peer.active),
            exchange_peers::version.eq(peer.version),
            exchange_peers::last_position.eq(0),
            exchange_peers::wrapped.eq(wrapped),
        ))
        .execute(conn)?;
    Ok(())
}
