//! Pages of other origins (CORS): only those the office named, with what the API sends and reads. Tokens travel in a header, never in cookies.

use super::rate;
use super::trace::{REQUEST_ID, TRACEPARENT};
use actix_cors::Cors;
use actix_web::http::header::{self, HeaderName};
use actix_web::http::{Method, Uri};
use actix_web::middleware::Condition;
use anyhow::ensure;

/// Seconds for which a browser may remember what a preflight said.
const REMEMBERED: usize = 600;

const READ_BY_PAGES: [HeaderName; 10] = [
    header::ETAG,
    header::LOCATION,
    header::LINK,
    header::RETRY_AFTER,
    header::CONTENT_DISPOSITION,
    header::CONTENT_LANGUAGE,
    rate::LIMIT,
    rate::POLICY,
    REQUEST_ID,
    TRACEPARENT,
];

/// Origins whose pages may call the API.
#[derive(Debug, Clone, Default)]
pub struct Origins(Vec<String>);

impl Origins {
    /// Reads origins (`https://desk.example.cn`), separated by commas.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let mut origins = Vec::new();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let origin = part.to_ascii_lowercase();
            ensure!(is_origin(&origin), "\"{part}\" is no origin: scheme, host and port, nothing after");
            origins.push(origin);
        }
        Ok(Self(origins))
    }

    /// The middleware; without origins it does nothing.
    pub fn middleware(&self) -> Condition<Cors> {
        let cors = Cors::default()
            .allowed_methods([Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
            .allowed_headers([
                header::AUTHORIZATION,
                header::ACCEPT,
                header::ACCEPT_LANGUAGE,
                header::CONTENT_TYPE,
                header::IF_MATCH,
                HeaderName::from_static("idempotency-key"),
                REQUEST_ID,
                TRACEPARENT,
            ])
            .expose_headers(READ_BY_PAGES)
            .max_age(REMEMBERED);
        Condition::new(!self.0.is_empty(), self.0.iter().fold(cors, |cors, origin| cors.allowed_origin(origin)))
    }
}

/// What a browser writes into `Origin`; never `*` or `null`.
fn is_origin(text: &str) -> bool {
    let Ok(uri) = text.parse::<Uri>() else { return false };
    match (uri.scheme_str(), uri.authority()) {
        (Some(scheme @ ("http" | "https")), Some(authority)) => {
            !authority.as_str().contains('@') && text == format!("{scheme}://{authority}")
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_whole_and_nothing_else() {
        let good = Origins::parse("https://Desk.example.cn, http://127.0.0.1:5173").unwrap();
        assert_eq!(good.0, ["https://desk.example.cn", "http://127.0.0.1:5173"]);
        for bad in ["*", "null", "desk.example.cn", "https://desk.example.cn/", "ftp://desk.example.cn", "https://a@desk.example.cn"] {
            assert!(Origins::parse(bad).is_err(), "{bad}");
        }
    }
}
