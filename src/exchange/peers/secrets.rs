//! What a neighbour and the agency share: a secret for signatures, a key for matching, a token for polling. Sealed under a key of the
//! neighbour's own, which the master key wraps; shown once.
//!
//! A new generation has a secret and a token of its own and keeps the matching key: the digests of applicants outlive every rotation.

use super::super::signature::Secret;
use crate::case::journal::JournalError;
use crate::case::journal::agency::{AgencyEvent, ExchangeEvent};
use crate::case::office::Office;
use crate::case::vault::VaultError;
use crate::crypto::{self, CaseKey, CaseOf, CryptoError};
use crate::db::schema::{exchange_peers, exchange_secrets};
use crate::ids::random_bytes;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// What is handed to the neighbour, shown this once.
#[derive(Serialize, ToSchema)]
pub struct SecretsView {
    /// Signs pushed messages on both sides (Standard Webhooks).
    #[schema(example = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")]
    pub signing_secret: String,
    /// The key of the digests that name applicants, in base64. It stays the same over rotations.
    pub matching_key: String,
    /// The bearer token for polling and fetching papers.
    pub token: String,
}

/// The secrets of one generation, opened.
pub struct Opened {
    /// Signs messages.
    pub signing: Secret,
    /// Names applicants.
    pub matching: [u8; 32],
}

/// A fresh generation.
pub struct Drawn {
    opened: Opened,
    token: String,
}

impl Drawn {
    /// The first generation of a neighbour.
    pub fn first() -> Self {
        Self::with(random_bytes())
    }

    /// One with the matching key of the generation before.
    pub fn with(matching: [u8; 32]) -> Self {
        let opened = Opened { signing: Secret::new(random_bytes()), matching };
        Self { opened, token: URL_SAFE_NO_PAD.encode(random_bytes::<32>()) }
    }

    /// What the neighbour is handed.
    pub fn shown(&self) -> SecretsView {
        SecretsView {
            signing_secret: self.opened.signing.shown(),
            matching_key: STANDARD.encode(self.opened.matching),
            token: self.token.clone(),
        }
    }

    /// Stores it as the `n`th generation and gives its event.
    pub fn store(&self, conn: &mut PgConnection, office: &Office, (peer, n): (CaseOf, i32)) -> Result<AgencyEvent, JournalError> {
        let plain = [self.opened.signing.bytes().as_slice(), &self.opened.matching].concat();
        let sealed = key(conn, office, peer)?.seal(&place(n), &plain).map_err(VaultError::from)?;
        let (token, made_at) = (token_digest(&self.token), office.clock.now());
        diesel::insert_into(exchange_secrets::table)
            .values((
                exchange_secrets::agency_id.eq(peer.agency),
                exchange_secrets::peer_id.eq(peer.case),
                exchange_secrets::n.eq(n),
                exchange_secrets::sealed.eq(&sealed),
                exchange_secrets::token_sha256.eq(token.as_slice()),
                exchange_secrets::made_at.eq(made_at),
            ))
            .execute(conn)?;
        let sha256 = crypto::hex(&crypto::sha256(&sealed));
        let what = ExchangeEvent::SecretMade { peer: peer.case, n, sha256, token_sha256: crypto::hex(&token), made_at };
        Ok(AgencyEvent::Exchanged { what })
    }
}

/// What is stored of a token.
pub fn token_digest(token: &str) -> [u8; 32] {
    crypto::sha256(token.as_bytes())
}

fn place(n: i32) -> [u8; 4] {
    n.to_be_bytes()
}

fn key(conn: &mut PgConnection, office: &Office, peer: CaseOf) -> Result<CaseKey, JournalError> {
    let wrapped: Vec<u8> = exchange_peers::table.find((peer.agency, peer.case)).select(exchange_peers::wrapped).first(conn)?;
    Ok(office.keys.unwrap(peer, &wrapped).map_err(VaultError::from)?)
}

/// The secrets of a neighbour that are good at an instant, the newest first.
pub fn good(conn: &mut PgConnection, office: &Office, peer: CaseOf, now: DateTime<Utc>) -> Result<Vec<Opened>, JournalError> {
    let rows: Vec<(i32, Vec<u8>)> = exchange_secrets::table
        .filter(exchange_secrets::agency_id.eq(peer.agency))
        .filter(exchange_secrets::peer_id.eq(peer.case))
        .filter(exchange_secrets::until.is_null().or(exchange_secrets::until.gt(now)))
        .order(exchange_secrets::n.desc())
        .select((exchange_secrets::n, exchange_secrets::sealed))
        .load(conn)?;
    let key = key(conn, office, peer)?;
    rows.into_iter().map(|(n, sealed)| open(&key, n, &sealed).map_err(|error| VaultError::from(error).into())).collect()
}

/// Opens the sealed secrets of a generation.
pub fn open(key: &CaseKey, n: i32, sealed: &[u8]) -> Result<Opened, CryptoError> {
    let plain = key.open(&place(n), sealed)?;
    let (signing, matching) = plain.split_first_chunk::<32>().ok_or(CryptoError::BadRecord)?;
    Ok(Opened { signing: Secret::new(*signing), matching: matching.try_into().map_err(|_| CryptoError::BadRecord)? })
}

/// Whether the token is a good one of this neighbour.
pub fn is_token(conn: &mut PgConnection, peer: CaseOf, (token, now): (&str, DateTime<Utc>)) -> QueryResult<bool> {
    let good = exchange_secrets::table
        .filter(exchange_secrets::agency_id.eq(peer.agency))
        .filter(exchange_secrets::peer_id.eq(peer.case))
        .filter(exchange_secrets::until.is_null().or(exchange_secrets::until.gt(now)))
        .filter(exchange_secrets::token_sha256.eq(token_digest(token).to_vec()));
    diesel::select(diesel::dsl::exists(good)).get_result(conn)
}

/// A generation of a secret: number, made at, until.
pub type Generation = (i32, DateTime<Utc>, Option<DateTime<Utc>>);

/// The generations of a neighbour.
pub fn generations(conn: &mut PgConnection, agency: Uuid, peer: Uuid) -> QueryResult<Vec<Generation>> {
    exchange_secrets::table
        .filter(exchange_secrets::agency_id.eq(agency))
        .filter(exchange_secrets::peer_id.eq(peer))
        .order(exchange_secrets::n)
        .select((exchange_secrets::n, exchange_secrets::made_at, exchange_secrets::until))
        .load(conn)
}

/// Ends every generation before the `n`th at an instant, unless it ends earlier, and gives the events.
pub fn end_before(conn: &mut PgConnection, peer: CaseOf, (n, until): (i32, DateTime<Utc>)) -> QueryResult<Vec<AgencyEvent>> {
    let ended: Vec<i32> = diesel::update(exchange_secrets::table)
        .filter(exchange_secrets::agency_id.eq(peer.agency))
        .filter(exchange_secrets::peer_id.eq(peer.case))
        .filter(exchange_secrets::n.lt(n))
        .filter(exchange_secrets::until.is_null().or(exchange_secrets::until.gt(until)))
        .set(exchange_secrets::until.eq(until))
        .returning(exchange_secrets::n)
        .get_results(conn)?;
    let event = |n| AgencyEvent::Exchanged { what: ExchangeEvent::SecretEnds { peer: peer.case, n, until } };
    Ok(ended.into_iter().map(event).collect())
}
