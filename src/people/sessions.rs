//! Signing in, staying signed in, signing out. Who: every own account; the agency's own provider has its own way in (`oidc`).
//!
//! A wrong name, a wrong password and a closed account cost the same work and get the same answer. No event: whoever only signs in has
//! changed nothing, except where the hash of the password is made anew.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, delete, post, web};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::accounts::digest;
use super::gate::Trier;
use super::passwords::{self, Verdict};
use super::tokens::{ACCESS_TOKEN_SECONDS, RefreshDecision, RefreshToken, SessionOf, StoredRefresh, decide_refresh, read_refresh};
use crate::app::App;
use crate::case::journal::Pen;
use crate::case::journal::agency::{self, AgencyEvent};
use crate::case::office::Office;
use crate::case::trail::{Actor, RequestId};
use crate::clock::real_now;
use crate::db::pool::{Scope, set_scope};
use crate::db::schema::{accounts, sessions, sign_in_names};
use crate::http::answer::Answer;
use crate::http::body;
use crate::http::call::{self, BODY_LIMIT, Call, request_id};
use crate::http::intake;
use crate::http::problem::{Fault, Problem};
use crate::http::text::Line;
use crate::ids::new_id;

/// A session lasts a working day; then the password is asked for again.
const SESSION: TimeDelta = TimeDelta::hours(12);

/// Name and password.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// The sign-in name; its case does not matter.
    #[garde(dive)]
    #[schema(example = "clerk")]
    pub username: Line<60>,
    /// The password.
    #[garde(length(chars, min = 1, max = passwords::MAX_LENGTH))]
    #[schema(min_length = 1, max_length = 128, format = Password, example = "demo")]
    pub password: String,
}

/// The refresh token of a session.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefreshSession {
    /// As the last answer gave it.
    #[garde(length(chars, min = 1, max = 200))]
    #[schema(min_length = 1, max_length = 200)]
    pub refresh_token: String,
}

/// Tokens of a session.
#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
pub struct SessionView {
    /// Goes into `Authorization: Bearer`.
    pub access_token: String,
    /// The kind of token.
    #[schema(example = "Bearer")]
    pub token_type: &'static str,
    /// Seconds for which the access token is valid.
    #[schema(example = 600)]
    pub expires_in: i64,
    /// Exchanged once for the next pair; a second use ends the session.
    pub refresh_token: String,
    /// When the session ends by itself.
    pub session_expires_at: DateTime<Utc>,
    /// The account.
    pub account_id: Uuid,
    /// Until the password is changed, nothing else may be done.
    pub must_change_password: bool,
}

struct Opened {
    of: SessionOf,
    account: Uuid,
    refresh: RefreshToken,
    expires_at: DateTime<Utc>,
    must_change_password: bool,
}

impl Opened {
    fn answer(self, app: &App, status: StatusCode) -> Answer {
        let access_token = app.tokens.issue(self.account, self.of.session, real_now()).map_err(|error| Problem::internal(&error))?;
        Ok(HttpResponse::build(status).insert_header((header::PRAGMA, "no-cache")).json(SessionView {
            access_token,
            token_type: "Bearer",
            expires_in: ACCESS_TOKEN_SECONDS,
            refresh_token: self.refresh.token,
            session_expires_at: self.expires_at,
            account_id: self.account,
            must_change_password: self.must_change_password,
        }))
    }
}

/// Sign in.
///
/// Wrong tries are counted by name and by address: 429 says how long to wait.
#[utoipa::path(tag = "people", security(()), request_body = Credentials, responses(
    (status = 201, description = "The tokens of a new session.", body = SessionView),
))]
#[post("/sessions")]
pub async fn create_session(request: HttpRequest, payload: web::Payload) -> Answer {
    let app = call::app_of(&request)?;
    let Credentials { username, password }: Credentials = read(&request, payload).await?;
    let username = username.into_string().to_lowercase();
    let triers = [Trier::name(&username), Trier::address(app.net.proxies.client(&request))];
    app.gate.admit(&request, &triers, real_now())?;
    let found = app.db.run(Scope::nobody(), move |conn| find(conn, &username)).await?;
    let known = found.hash.clone();
    let (verdict, rehashed) = app
        .gate
        .hashing(move || {
            let verdict = known.map_or_else(|| passwords::verify_unknown(&password), |known| passwords::verify(&password, &known));
            let rehashed = if verdict == Verdict::MatchNeedsRehash { passwords::hash(&password).ok() } else { None };
            (verdict, rehashed)
        })
        .await?;
    let refused = || Problem::plain(Fault::SignInRefused);
    let (true, Found { agency, account, hash: Some(hash) }) = (verdict.is_match(), found) else { return Err(refused()) };
    let opening = Opening { agency, account, hash, rehashed, request_id: request_id(&request) };
    let office = Arc::clone(&app.office);
    let opened = app.db.run(Scope::own(agency), move |conn| open(conn, &office, &opening)).await?.ok_or_else(refused)?;
    app.gate.forgive(&triers);
    opened.answer(&app, StatusCode::CREATED)
}

async fn read<T: serde::de::DeserializeOwned + Validate<Context = ()>>(request: &HttpRequest, payload: web::Payload) -> Result<T, Problem> {
    let bytes = intake::body(&*call::app_of(request)?, payload.into_inner(), BODY_LIMIT).await?;
    let media_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    body::json(media_type, &bytes)
}

struct Found {
    agency: Uuid,
    account: Uuid,
    hash: Option<String>,
}

/// Asks the same questions for a name that nobody has.
fn find(conn: &mut PgConnection, username: &str) -> Result<Found, Problem> {
    let known: Option<(Uuid, Uuid)> =
        sign_in_names::table.find(username).select((sign_in_names::agency_id, sign_in_names::account_id)).first(conn).optional()?;
    let (agency, account) = known.unwrap_or_default();
    set_scope(conn, &Scope::reading(vec![agency]))?;
    let hash = accounts::table.find((agency, account)).filter(accounts::active).select(accounts::password_hash).first(conn).optional()?;
    Ok(Found { agency, account, hash })
}

struct Opening {
    agency: Uuid,
    account: Uuid,
    hash: String,
    rehashed: Option<String>,
    request_id: RequestId,
}

/// Opens a session, unless the account was closed or its password changed while the hash was compared.
fn open(conn: &mut PgConnection, office: &Office, opening: &Opening) -> Result<Option<Opened>, Problem> {
    let Opening { agency, account, hash, rehashed, request_id } = opening;
    conn.transaction(|conn| {
        // The account before the head of the stream, as whoever changes accounts takes them.
        let still = accounts::table
            .find((agency, account))
            .filter(accounts::active)
            .filter(accounts::password_hash.eq(hash))
            .select(accounts::must_change_password)
            .for_update()
            .first(conn)
            .optional()?;
        let Some(must_change_password) = still else { return Ok(None) };
        if let Some(rehashed) = rehashed {
            diesel::update(accounts::table.find((agency, account))).set(accounts::password_hash.eq(rehashed)).execute(conn)?;
            let rehashed = AgencyEvent::PasswordRehashed { account: *account, digest: digest(conn, *agency, *account)? };
            let pen = Pen { office, agency: *agency, actor: Actor::Account { id: *account }, request_id: request_id.clone() };
            agency::append(conn, &pen, &[rehashed])?;
        }
        let of = SessionOf { agency: *agency, session: new_id() };
        let (refresh, now) = (RefreshToken::draw(of), real_now());
        let expires_at = now + SESSION;
        diesel::insert_into(sessions::table)
            .values((
                sessions::agency_id.eq(agency),
                sessions::id.eq(of.session),
                sessions::account_id.eq(account),
                sessions::refresh_hash.eq(refresh.digest.as_slice()),
                sessions::created_at.eq(now),
                sessions::expires_at.eq(expires_at),
            ))
            .execute(conn)?;
        Ok(Some(Opened { of, account: *account, refresh, expires_at, must_change_password }))
    })
}

/// Stay signed in.
///
/// Exchanges a refresh token for the next pair. Each is used once; one that comes back ends its session.
#[utoipa::path(tag = "people", security(()), request_body = RefreshSession, responses(
    (status = 201, description = "The next pair of tokens.", body = SessionView),
))]
#[post("/session-refreshes")]
pub async fn refresh_session(request: HttpRequest, payload: web::Payload) -> Answer {
    let app = call::app_of(&request)?;
    let RefreshSession { refresh_token }: RefreshSession = read(&request, payload).await?;
    let refused = || Problem::plain(Fault::NotSignedIn);
    let (of, digest) = read_refresh(&refresh_token).ok_or_else(refused)?;
    let opened = app.db.run(Scope::own(of.agency), move |conn| rotate(conn, of, digest)).await?.ok_or_else(refused)?;
    opened.answer(&app, StatusCode::CREATED)
}

type SessionRow = (Uuid, Vec<u8>, DateTime<Utc>, Option<DateTime<Utc>>);

fn rotate(conn: &mut PgConnection, of: SessionOf, sent: [u8; 32]) -> Result<Option<Opened>, Problem> {
    conn.transaction(|conn| {
        let row: Option<SessionRow> = sessions::table
            .find((of.agency, of.session))
            .select((sessions::account_id, sessions::refresh_hash, sessions::expires_at, sessions::revoked_at))
            .for_update()
            .first(conn)
            .optional()?;
        let Some((account, digest, expires_at, ended_at)) = row else { return Ok(None) };
        let digest = digest.try_into().map_err(|_| Problem::internal(&"a stored digest is not 32 bytes"))?;
        let this = sessions::table.find((of.agency, of.session));
        match decide_refresh(StoredRefresh { digest, expires_at, ended_at }, sent, real_now()) {
            RefreshDecision::Refuse => Ok(None),
            RefreshDecision::EndSession => {
                diesel::update(this).set(sessions::revoked_at.eq(real_now())).execute(conn)?;
                tracing::warn!(session = %of.session, "a used refresh token came back; its session was ended");
                Ok(None)
            }
            RefreshDecision::Rotate => {
                let active = accounts::table.find((of.agency, account)).filter(accounts::active);
                let Some(must_change_password) = active.select(accounts::must_change_password).first(conn).optional()? else {
                    return Ok(None);
                };
                let refresh = RefreshToken::draw(of);
                diesel::update(this).set(sessions::refresh_hash.eq(refresh.digest.as_slice())).execute(conn)?;
                Ok(Some(Opened { of, account, refresh, expires_at, must_change_password }))
            }
        }
    })
}

/// Sign out.
///
/// Ends the session of the token used. Whom the agency's own provider signed in has no session here to end.
#[utoipa::path(tag = "people", responses((status = 204, description = "The session has ended.")))]
#[delete("/sessions/current")]
pub async fn sign_out(call: Call) -> Answer {
    let scope = call.permit("sign_out")?;
    let (account, session) = (call.caller.account_id, call.caller.session_id);
    if let Some(session) = session {
        let agency = call.caller.agency_id;
        call.app.db.run(scope, move |conn| end_sessions(conn, agency, account, Which::Only(session)).map_err(Problem::from)).await?;
    }
    Ok(HttpResponse::NoContent().finish())
}

/// Which sessions of an account end.
#[derive(Debug, Clone, Copy)]
pub(super) enum Which {
    /// This one.
    Only(Uuid),
    /// All but the one that is used, if it is one of ours.
    Others(Option<Uuid>),
    /// All.
    All,
}

/// Ends sessions that are still open.
pub(super) fn end_sessions(conn: &mut PgConnection, agency: Uuid, account: Uuid, which: Which) -> QueryResult<usize> {
    let open = sessions::table
        .filter(sessions::agency_id.eq(agency))
        .filter(sessions::account_id.eq(account))
        .filter(sessions::revoked_at.is_null());
    let end = sessions::revoked_at.eq(real_now());
    match which {
        Which::Only(session) => diesel::update(open.filter(sessions::id.eq(session))).set(end).execute(conn),
        Which::Others(Some(session)) => diesel::update(open.filter(sessions::id.ne(session))).set(end).execute(conn),
        Which::Others(None) | Which::All => diesel::update(open).set(end).execute(conn),
    }
}
