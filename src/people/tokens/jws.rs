//! Reading a signed token (JWS compact form, RFC 7515) that anybody may have sent.
//!
//! Everything that chooses how a token is verified comes from this side: the key by a `kid` we know, the algorithm by the key, issuer and
//! audience by configuration, the time by the caller. What a header says about keys elsewhere is refused, never followed. Signature,
//! issuer, audience and required claims are checked by `jsonwebtoken`; size, form, duplicates, types and times are checked here, since that
//! crate reads the system's clock, lets `iss` be a list and takes a number with a fraction as a time.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::Value;

/// The longest token read, in bytes.
pub const MAX_TOKEN_BYTES: usize = 8 * 1024;

/// Header members that bring a key, point to one, or ask for processing that is not done here.
const FORBIDDEN_HEADER: [&str; 9] = ["jku", "jwk", "x5u", "x5c", "crit", "enc", "zip", "b64", "cty"];

/// Why a token is not accepted. For the log and the tests; a caller without a valid token learns only that it is not valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenRefusal {
    /// Longer than [`MAX_TOKEN_BYTES`].
    #[error("the token is too long")]
    TooLong,
    /// Not three parts of base64url with JSON objects in the first two, or a member twice.
    #[error("the token is malformed")]
    Malformed,
    /// The header brings or names a key, or asks for special processing.
    #[error("the token's header has a member that is not accepted")]
    ForbiddenHeader,
    /// Not the algorithm of the key.
    #[error("the token names another algorithm than its key has")]
    WrongAlgorithm,
    /// No `kid`, or one that no key has.
    #[error("the token names no known key")]
    UnknownKey,
    /// Another kind of token.
    #[error("the token is of another type")]
    WrongType,
    /// The signature does not fit.
    #[error("the token's signature does not fit")]
    BadSignature,
    /// A claim is missing or not of its type.
    #[error("the token's claim {0} is missing or malformed")]
    BadClaim(&'static str),
    /// Issued by somebody else.
    #[error("the token comes from another issuer")]
    WrongIssuer,
    /// Issued for somebody else.
    #[error("the token is for another audience")]
    WrongAudience,
    /// Its time is over.
    #[error("the token has expired")]
    Expired,
    /// Its time has not come, or it was issued in the future.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// Valid for longer than its issuer may make it.
    #[error("the token is valid for too long")]
    LivesTooLong,
}

/// The members of a JSON object, none of them twice: two readers must never see two different tokens in one.
#[derive(Debug, Clone, Default)]
pub(in crate::people) struct Members(BTreeMap<String, Value>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Unique;
        impl<'de> Visitor<'de> for Unique {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object without repeated members")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = BTreeMap::new();
                while let Some((name, value)) = map.next_entry::<String, Value>()? {
                    if members.insert(name, value).is_some() {
                        return Err(A::Error::custom("a member is repeated"));
                    }
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Unique)
    }
}

impl Members {
    pub(in crate::people) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    pub(in crate::people) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// A claim that must be there as text that says something.
    pub(in crate::people) fn text(&self, claim: &'static str) -> Result<&str, TokenRefusal> {
        self.get(claim).and_then(Value::as_str).filter(|text| !text.trim().is_empty()).ok_or(TokenRefusal::BadClaim(claim))
    }

    /// A claim that must be there as whole seconds since 1970.
    pub(in crate::people) fn instant(&self, claim: &'static str) -> Result<DateTime<Utc>, TokenRefusal> {
        let seconds = self.get(claim).and_then(Value::as_i64).filter(|seconds| *seconds >= 0);
        seconds.and_then(|seconds| DateTime::from_timestamp(seconds, 0)).ok_or(TokenRefusal::BadClaim(claim))
    }
}

/// What the header says, before anything is believed.
#[derive(Debug)]
pub(in crate::people) struct Claimed<'a> {
    token: &'a str,
    pub(in crate::people) algorithm: String,
    pub(in crate::people) key: String,
    /// The members of the whole header.
    pub(in crate::people) header: Members,
}

impl Claimed<'_> {
    /// The type, in the short form of RFC 9068 and lower case.
    pub(in crate::people) fn token_type(&self) -> Result<Option<String>, TokenRefusal> {
        let Some(value) = self.header.get("typ") else { return Ok(None) };
        let text = value.as_str().ok_or(TokenRefusal::Malformed)?.to_ascii_lowercase();
        Ok(Some(text.strip_prefix("application/").map(str::to_owned).unwrap_or(text)))
    }
}

/// Reads the header of a token of tolerable size and form.
pub(in crate::people) fn read_header(token: &str) -> Result<Claimed<'_>, TokenRefusal> {
    if token.len() > MAX_TOKEN_BYTES {
        return Err(TokenRefusal::TooLong);
    }
    let mut parts = token.split('.');
    let (Some(header), Some(payload), Some(signature), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Err(TokenRefusal::Malformed);
    };
    if [header, payload, signature].iter().any(|part| part.is_empty()) {
        return Err(TokenRefusal::Malformed);
    }
    let json = URL_SAFE_NO_PAD.decode(header).map_err(|_| TokenRefusal::Malformed)?;
    let header: Members = serde_json::from_slice(&json).map_err(|_| TokenRefusal::Malformed)?;
    if header.names().any(|name| FORBIDDEN_HEADER.contains(&name)) {
        return Err(TokenRefusal::ForbiddenHeader);
    }
    let algorithm = header.get("alg").and_then(Value::as_str).ok_or(TokenRefusal::WrongAlgorithm)?.to_owned();
    let key = header.get("kid").and_then(Value::as_str).filter(|kid| !kid.is_empty()).ok_or(TokenRefusal::UnknownKey)?.to_owned();
    Ok(Claimed { token, algorithm, key, header })
}

/// A key to verify with, and the one algorithm it is for.
#[derive(Debug, Clone)]
pub(in crate::people) struct VerifyingKey {
    pub(in crate::people) algorithm: Algorithm,
    pub(in crate::people) key: DecodingKey,
}

/// What a token must say to be for us.
#[derive(Debug, Clone)]
pub(in crate::people) struct Expected {
    pub(in crate::people) issuer: String,
    pub(in crate::people) audience: String,
    pub(in crate::people) leeway_seconds: i64,
    pub(in crate::people) max_life_seconds: i64,
}

impl Expected {
    /// Verifies the signature under the key, then what is claimed.
    pub(in crate::people) fn verify(&self, claimed: &Claimed<'_>, key: &VerifyingKey, now: DateTime<Utc>) -> Result<Members, TokenRefusal> {
        if claimed.algorithm != name_of(key.algorithm) {
            return Err(TokenRefusal::WrongAlgorithm);
        }
        let mut validation = Validation::new(key.algorithm);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[&self.audience]);
        // Checked below, against the time given by the caller.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        let decoded = jsonwebtoken::decode::<Members>(claimed.token, &key.key, &validation);
        let claims = decoded.map_err(|error| refusal(error.kind()))?.claims;
        if claims.text("iss")? != self.issuer {
            return Err(TokenRefusal::WrongIssuer);
        }
        claims.text("sub")?;
        self.check_times(&claims, now.timestamp())?;
        Ok(claims)
    }

    fn check_times(&self, claims: &Members, now: i64) -> Result<(), TokenRefusal> {
        let (issued, expires) = (claims.instant("iat")?.timestamp(), claims.instant("exp")?.timestamp());
        let latest_start = now.saturating_add(self.leeway_seconds);
        if claims.get("nbf").is_some() && claims.instant("nbf")?.timestamp() > latest_start {
            return Err(TokenRefusal::NotYetValid);
        }
        if issued > latest_start {
            return Err(TokenRefusal::NotYetValid);
        }
        if expires.saturating_add(self.leeway_seconds) <= now {
            return Err(TokenRefusal::Expired);
        }
        if expires.saturating_sub(issued) > self.max_life_seconds {
            return Err(TokenRefusal::LivesTooLong);
        }
        Ok(())
    }
}

fn refusal(kind: &ErrorKind) -> TokenRefusal {
    match kind {
        ErrorKind::InvalidSignature => TokenRefusal::BadSignature,
        ErrorKind::InvalidIssuer => TokenRefusal::WrongIssuer,
        ErrorKind::InvalidAudience => TokenRefusal::WrongAudience,
        ErrorKind::InvalidAlgorithm | ErrorKind::UnsupportedAlgorithm | ErrorKind::InvalidKeyFormat => TokenRefusal::WrongAlgorithm,
        ErrorKind::MissingRequiredClaim(claim) => {
            TokenRefusal::BadClaim(["exp", "iss", "aud", "sub"].into_iter().find(|known| known == claim).unwrap_or("?"))
        }
        _ => TokenRefusal::Malformed,
    }
}

/// The name of an algorithm as a header writes it; only those a key here can have.
fn name_of(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::RS256 => "RS256",
        Algorithm::ES256 => "ES256",
        Algorithm::EdDSA => "EdDSA",
        _ => "",
    }
}
