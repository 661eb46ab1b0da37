//! Refresh tokens: opaque, used once, stored only as a hash.
//!
//! The session's chain lives in the database: each use marks the token and adds the next. A token that comes back after its use was copied
//! by somebody; since nobody can tell by whom, the whole session ends (RFC 9700, section 4.14).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};

use crate::crypto::sha256;
use crate::ids::random_bytes;

/// A fresh refresh token: what the client gets, and what the database keeps.
#[derive(Clone)]
pub struct RefreshToken {
    /// 32 random bytes in base64url, for the client only.
    pub token: String,
    /// Its SHA-256, for the database. The token is random enough to need no salt.
    pub digest: [u8; 32],
}

impl RefreshToken {
    /// Draws one.
    pub fn draw() -> Self {
        let secret = random_bytes::<32>();
        Self { token: URL_SAFE_NO_PAD.encode(secret), digest: sha256(&secret) }
    }
}

impl std::fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RefreshToken(redacted)")
    }
}

/// The digest to look up for a token a client sent; `None` if it cannot be one of ours.
pub fn refresh_digest(sent: &str) -> Option<[u8; 32]> {
    let secret: [u8; 32] = URL_SAFE_NO_PAD.decode(sent).ok()?.try_into().ok()?;
    Some(sha256(&secret))
}

/// What the database knows of a refresh token.
#[derive(Debug, Clone, Copy)]
pub struct StoredRefresh {
    /// When it stops being valid.
    pub expires_at: DateTime<Utc>,
    /// When it was exchanged for its successor.
    pub used_at: Option<DateTime<Utc>>,
    /// When its session was ended.
    pub session_ended_at: Option<DateTime<Utc>>,
}

/// What to do with a refresh token that a client sent and the database knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefreshDecision {
    /// Mark it used and give out a new pair.
    Rotate,
    /// Refuse.
    Refuse,
    /// Refuse and end the session: it was used before.
    EndSession,
}

/// Decides on a refresh token. The caller marks it used in the same atomic write (`WHERE used_at IS NULL`), and treats no row as
/// [`RefreshDecision::EndSession`].
pub fn decide_refresh(stored: StoredRefresh, now: DateTime<Utc>) -> RefreshDecision {
    match stored {
        StoredRefresh { session_ended_at: Some(_), .. } => RefreshDecision::Refuse,
        StoredRefresh { used_at: Some(_), .. } => RefreshDecision::EndSession,
        StoredRefresh { expires_at, .. } if expires_at <= now => RefreshDecision::Refuse,
        StoredRefresh { .. } => RefreshDecision::Rotate,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[test]
    fn a_drawn_token_is_found_by_its_digest_and_no_other_text_is() {
        let drawn = RefreshToken::draw();
        assert_eq!(drawn.token.len(), 43);
        assert_eq!(refresh_digest(&drawn.token), Some(drawn.digest));
        assert_ne!(RefreshToken::draw().digest, drawn.digest);
        let padded = format!("{}=", drawn.token);
        for sent in ["", "a", &padded, drawn.token.split_at(42).0, &"A".repeat(44), &"A".repeat(100_000), "令牌"] {
            assert_eq!(refresh_digest(sent), None);
        }
        assert!(!format!("{drawn:?}").contains(&drawn.token));
    }

    #[rstest]
    #[case(60, None, None, RefreshDecision::Rotate)]
    #[case(1, None, None, RefreshDecision::Rotate)]
    #[case(0, None, None, RefreshDecision::Refuse)]
    #[case(60, Some(-5), None, RefreshDecision::EndSession)]
    #[case(-60, Some(-90), None, RefreshDecision::EndSession)]
    #[case(60, None, Some(-5), RefreshDecision::Refuse)]
    #[case(60, Some(-9), Some(-5), RefreshDecision::Refuse)]
    fn decisions(#[case] expires: i64, #[case] used: Option<i64>, #[case] ended: Option<i64>, #[case] expected: RefreshDecision) {
        let at = |seconds: i64| DateTime::from_timestamp(1_746_500_000 + seconds, 0).unwrap();
        let stored = StoredRefresh { expires_at: at(expires), used_at: used.map(at), session_ended_at: ended.map(at) };
        assert_eq!(decide_refresh(stored, at(0)), expected);
    }
}
