//! By which names a request is found again: its own id, and the caller's place in a trace (W3C Trace Context).
//!
//! Both go into answers, logs and events, so nothing is taken over that is not of its form: what is malformed is as if it were not there.

use crate::case::trail::RequestId;
use crate::ids;
use actix_web::http::header::{HeaderMap, HeaderName};

/// The header with the request's id.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The header with the caller's place in a trace.
pub const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// Most characters of a request id.
const ID_LENGTH: usize = 100;

/// What a request is called; it gets an id where it has none of the right form.
pub fn of(headers: &HeaderMap) -> RequestId {
    let id = only(headers, &REQUEST_ID).filter(|id| is_id(id)).map_or_else(ids::request_id, str::to_owned);
    let traceparent = only(headers, &TRACEPARENT).filter(|value| is_traceparent(value)).map(str::to_owned);
    RequestId { id, traceparent, message: None }
}

/// A header that stands once.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name);
    let first = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(first)
}

fn is_id(id: &str) -> bool {
    (1..=ID_LENGTH).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

/// Version 00: `00-<32 hex>-<16 hex>-<2 hex>` in lower case, neither id all zeros. Later versions are not known here.
fn is_traceparent(value: &str) -> bool {
    let hex = |part: &str, length: usize| part.len() == length && part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let named = |part: &str, length: usize| hex(part, length) && part.bytes().any(|byte| byte != b'0');
    let parts: Vec<&str> = value.split('-').collect();
    matches!(parts.as_slice(), ["00", trace, parent, flags] if named(trace, 32) && named(parent, 16) && hex(flags, 2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    const GOOD: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    fn headers(all: &[(&HeaderName, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in all {
            map.append((*name).clone(), HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        map
    }

    fn traced(value: &str) -> Option<String> {
        of(&headers(&[(&TRACEPARENT, value)])).traceparent
    }

    #[test]
    fn a_traceparent_of_version_00_is_taken_over() {
        assert_eq!(traced(GOOD).as_deref(), Some(GOOD));
        assert!(traced("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-ff").is_some());
    }

    #[test]
    fn what_the_standard_calls_invalid_is_as_if_it_were_not_there() {
        for bad in [
            "",
            "00",
            "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
            "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
            "甲某",
        ] {
            assert_eq!(traced(bad), None, "{bad}");
        }
        assert_eq!(of(&headers(&[(&TRACEPARENT, GOOD), (&TRACEPARENT, GOOD)])).traceparent, None, "twice");
    }

    #[test]
    fn a_request_id_is_bounded_in_length_and_characters() {
        let id = |value: &str| of(&headers(&[(&REQUEST_ID, value)])).id;
        assert_eq!(id("a-B_c.1"), "a-B_c.1");
        assert_eq!(id(&"a".repeat(100)).len(), 100);
        for bad in ["", "a b", "甲", "a\tb", "{}", &"a".repeat(101)] {
            let drawn = id(bad);
            assert!(drawn != bad && drawn.len() == 32, "{bad}");
        }
    }
}
