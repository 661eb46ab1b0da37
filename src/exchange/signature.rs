//! Signatures of pushed messages, as Standard Webhooks has them: HMAC-SHA-256 over id, timestamp and body.
//!
//! The timestamp keeps replays out where nothing else does; here every message has its id for ever, so one whose clock is far off is kept
//! and marked, not lost.

use crate::crypto;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};

/// How far the sender's clock may be from ours without a mark.
const TOLERANCE: TimeDelta = TimeDelta::minutes(5);

/// What a signature begins with: its version.
const VERSION: &str = "v1,";

/// What a secret begins with, as it is shown.
const PREFIX: &str = "whsec_";

/// The secret of one generation.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; 32]);

/// Secrets are not printed.
impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(redacted)")
    }
}

/// The three headers of a pushed message.
#[derive(Debug, Clone, Copy)]
pub struct Signed<'a> {
    /// `webhook-id`.
    pub id: &'a str,
    /// `webhook-timestamp`: seconds since 1970.
    pub timestamp: i64,
    /// `webhook-signature`: signatures of one or several secrets, separated by spaces.
    pub signatures: &'a str,
}

fn content(id: &str, timestamp: i64, body: &[u8]) -> Vec<u8> {
    [id.as_bytes(), b".", timestamp.to_string().as_bytes(), b".", body].concat()
}

impl Secret {
    /// Of these bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// As it is handed to the neighbour.
    pub fn shown(&self) -> String {
        format!("{PREFIX}{}", STANDARD.encode(self.0))
    }

    /// Its bytes, to be sealed.
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Signs a message.
    pub fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        format!("{VERSION}{}", STANDARD.encode(crypto::hmac_sha256(&self.0, &content(id, timestamp, body))))
    }

    /// Whether one of the signatures is of this secret.
    pub fn signed(&self, signed: Signed<'_>, body: &[u8]) -> bool {
        let content = content(signed.id, signed.timestamp, body);
        signed
            .signatures
            .split(' ')
            .filter_map(|one| one.strip_prefix(VERSION))
            .filter_map(|one| STANDARD.decode(one).ok())
            .any(|tag| crypto::is_hmac_sha256(&self.0, &content, &tag))
    }
}

/// Whether the sender's clock is far from ours.
pub fn is_skewed(timestamp: i64, now: DateTime<Utc>) -> bool {
    DateTime::from_timestamp(timestamp, 0).is_none_or(|at| (now - at).abs() > TOLERANCE)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's reference libraries.
    #[test]
    fn it_is_the_standard_s_signature() {
        let key = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
        let content = content(id, 1_614_265_330, br#"{"test": 2432232314}"#);
        assert_eq!(STANDARD.encode(crypto::hmac_sha256(&key, &content)), "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn one_good_signature_is_enough_and_every_change_is_seen() {
        let (old, new) = (Secret::new([1; 32]), Secret::new([2; 32]));
        let both = format!("{} {}", old.sign("a", 7, b"body"), new.sign("a", 7, b"body"));
        let signed = Signed { id: "a", timestamp: 7, signatures: &both };
        assert!(old.signed(signed, b"body") && new.signed(signed, b"body"));
        assert!(!Secret::new([3; 32]).signed(signed, b"body"));
        assert!(!new.signed(signed, b"body "));
        assert!(!new.signed(Signed { id: "b", ..signed }, b"body"));
        assert!(!new.signed(Signed { timestamp: 8, ..signed }, b"body"));
        for signatures in ["", "v1,", "v1,x", "v2,AAAA", &both.replace("v1,", "v1a,")] {
            assert!(!new.signed(Signed { signatures, ..signed }, b"body"), "{signatures}");
        }
    }

    #[test]
    fn a_clock_is_far_off_after_five_minutes() {
        let now = DateTime::from_timestamp(1_000_000, 0).unwrap();
        assert!(!is_skewed(1_000_000, now) && !is_skewed(999_700, now) && !is_skewed(1_000_300, now));
        assert!(is_skewed(999_699, now) && is_skewed(1_000_000 + 86_400, now) && is_skewed(i64::MAX, now));
    }

    #[test]
    fn a_secret_is_not_printed() {
        assert_eq!(format!("{:?}", Secret::new([7; 32])), "Secret(redacted)");
    }
}
