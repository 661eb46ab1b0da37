//! The service's own access tokens: who is signed in, in which session, for ten minutes.
//!
//! A token says *who*, never *what they may do*: roles are read from the database with each call, so a removed right ends at once. It is
//! signed with Ed25519 under the one key of this service; it is read as if an enemy had written it.

pub(in crate::people) mod jws;
mod refresh;

use std::fmt;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use serde::Serialize;
use uuid::Uuid;

use crate::crypto::sha256;
use crate::ids::new_id;
use jws::{Expected, Members, VerifyingKey};

pub use jws::{MAX_TOKEN_BYTES, TokenRefusal};
pub use refresh::{RefreshDecision, RefreshToken, SessionOf, StoredRefresh, decide_refresh, read_refresh};

/// How long an access token is valid, in seconds.
pub const ACCESS_TOKEN_SECONDS: i64 = 600;

/// How far the clocks of two machines of one installation may be apart, in seconds.
const LEEWAY_SECONDS: i64 = 5;

/// Who reads the tokens.
const AUDIENCE: &str = "foi-docket";

/// The type of an access token (RFC 9068), so that no other kind of token passes for one.
const TOKEN_TYPE: &str = "at+jwt";

/// The signing key cannot be used, or signing failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the token key cannot be used")]
pub struct BadTokenKey;

/// Issues and verifies access tokens.
pub struct Tokens {
    signing: EncodingKey,
    verifying: VerifyingKey,
    key_id: String,
    expected: Expected,
}

/// What a valid token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claims {
    /// The account that is signed in.
    pub account: Uuid,
    /// Its session; an ended session is refused by whoever reads the database.
    pub session: Uuid,
    /// The token itself.
    pub token: Uuid,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// When it stops being valid.
    pub expires_at: DateTime<Utc>,
}

#[derive(Serialize)]
struct Payload<'a> {
    iss: &'a str,
    aud: &'a str,
    sub: Uuid,
    sid: Uuid,
    jti: Uuid,
    iat: i64,
    nbf: i64,
    exp: i64,
}

impl Tokens {
    /// A new signing key as PKCS#8, for the file or the vault it is kept in.
    pub fn generate_pkcs8() -> Result<Vec<u8>, BadTokenKey> {
        let pair = Ed25519KeyPair::generate().map_err(|_| BadTokenKey)?;
        Ok(pair.to_pkcs8().map_err(|_| BadTokenKey)?.as_ref().to_vec())
    }

    /// With a new key: every token dies with the process.
    pub fn generate(issuer: &str) -> Result<Self, BadTokenKey> {
        Self::from_pkcs8(issuer, &Self::generate_pkcs8()?)
    }

    /// With a kept key. `issuer` is the address of this installation.
    pub fn from_pkcs8(issuer: &str, pkcs8: &[u8]) -> Result<Self, BadTokenKey> {
        let pair = Ed25519KeyPair::from_pkcs8(pkcs8).map_err(|_| BadTokenKey)?;
        let public = pair.public_key().as_ref();
        Ok(Self {
            signing: EncodingKey::from_ed_der(pkcs8),
            verifying: VerifyingKey { algorithm: Algorithm::EdDSA, key: DecodingKey::from_ed_der(public) },
            key_id: thumbprint(public),
            expected: Expected {
                issuer: issuer.to_owned(),
                audience: AUDIENCE.to_owned(),
                leeway_seconds: LEEWAY_SECONDS,
                max_life_seconds: ACCESS_TOKEN_SECONDS,
            },
        })
    }

    /// Issues a token for a session at the real time `now`.
    pub fn issue(&self, account: Uuid, session: Uuid, now: DateTime<Utc>) -> Result<String, BadTokenKey> {
        let header = Header { typ: Some(TOKEN_TYPE.to_owned()), kid: Some(self.key_id.clone()), ..Header::new(Algorithm::EdDSA) };
        let issued = now.timestamp();
        let payload = Payload {
            iss: &self.expected.issuer,
            aud: AUDIENCE,
            sub: account,
            sid: session,
            jti: new_id(),
            iat: issued,
            nbf: issued,
            exp: (now + TimeDelta::seconds(ACCESS_TOKEN_SECONDS)).timestamp(),
        };
        jsonwebtoken::encode(&header, &payload, &self.signing).map_err(|_| BadTokenKey)
    }

    /// Verifies a token at the real time `now`.
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Claims, TokenRefusal> {
        let claimed = jws::read_header(token)?;
        if claimed.header.names().any(|name| !["alg", "kid", "typ"].contains(&name)) {
            return Err(TokenRefusal::ForbiddenHeader);
        }
        if claimed.token_type()?.as_deref() != Some(TOKEN_TYPE) {
            return Err(TokenRefusal::WrongType);
        }
        if claimed.key != self.key_id {
            return Err(TokenRefusal::UnknownKey);
        }
        let claims = self.expected.verify(&claimed, &self.verifying, now)?;
        if claims.text("aud").ok() != Some(AUDIENCE) {
            return Err(TokenRefusal::WrongAudience);
        }
        claims.instant("nbf")?;
        Ok(Claims {
            account: id(&claims, "sub")?,
            session: id(&claims, "sid")?,
            token: id(&claims, "jti")?,
            issued_at: claims.instant("iat")?,
            expires_at: claims.instant("exp")?,
        })
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tokens({}, key {}, redacted)", self.expected.issuer, self.key_id)
    }
}

fn id(claims: &Members, claim: &'static str) -> Result<Uuid, TokenRefusal> {
    Uuid::try_parse(claims.text(claim)?).map_err(|_| TokenRefusal::BadClaim(claim))
}

/// The thumbprint of RFC 7638: another key has another name, whoever names it.
fn thumbprint(public: &[u8]) -> String {
    let jwk = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, URL_SAFE_NO_PAD.encode(public));
    URL_SAFE_NO_PAD.encode(sha256(jwk.as_bytes()))
}

#[cfg(test)]
mod tests;
