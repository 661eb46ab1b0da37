//! How often may one ask? The answer stands on every throttled answer (draft-ietf-httpapi-ratelimit-headers).

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::{HttpMessage, HttpRequest};

/// The header with the policies.
pub const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// The header with what is left of each.
pub const LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// How one policy stands after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Its name.
    pub policy: &'static str,
    /// What a window allows.
    pub quota: u32,
    /// The window, in seconds.
    pub window: i64,
    /// What is left of it.
    pub left: u32,
    /// Seconds until it is whole again.
    pub reset: i64,
}

/// Notes how the policies of a request stand, for its answer.
pub fn note(request: &HttpRequest, standings: Vec<Standing>) {
    let mut extensions = request.extensions_mut();
    match extensions.get_mut::<Vec<Standing>>() {
        Some(known) => known.extend(standings),
        None => {
            extensions.insert(standings);
        }
    }
}

/// Writes what was noted.
pub fn write(request: &HttpRequest, headers: &mut HeaderMap) {
    let extensions = request.extensions();
    let Some(standings) = extensions.get::<Vec<Standing>>().filter(|standings| !standings.is_empty()) else { return };
    let list = |one: fn(&Standing) -> String| standings.iter().map(one).collect::<Vec<_>>().join(", ");
    for (name, value) in [
        (POLICY, list(|one| format!("\"{}\";q={};w={}", one.policy, one.quota, one.window))),
        (LIMIT, list(|one| format!("\"{}\";r={};t={}", one.policy, one.left, one.reset))),
    ] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
}
