//! Refresh tokens: opaque, used once, stored only as a hash.
//!
//! A session has one valid refresh token: its successor takes its place in the row. A token that names the session but is not the current
//! one was used before and copied by somebody; since nobody can tell by whom, the whole session ends (RFC 9700, section 4.14).
//! The token names agency and session, because row-level security shows a session within its agency only; neither is a secret.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::crypto::sha256;
use crate::ids::random_bytes;

/// The session a refresh token belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionOf {
    /// The agency of the account.
    pub agency: Uuid,
    /// The session.
    pub session: Uuid,
}

/// A fresh refresh token: what the client gets, and what the database keeps.
#[derive(Clone)]
pub struct RefreshToken {
    /// Agency, session and 32 random bytes, for the client only.
    pub token: String,
    /// SHA-256 of the random bytes, for the database. They are random enough to need no salt.
    pub digest: [u8; 32],
}

impl RefreshToken {
    /// Draws one.
    pub fn draw(of: SessionOf) -> Self {
        let secret = random_bytes::<32>();
        let token = format!("{}.{}.{}", of.agency.simple(), of.session.simple(), URL_SAFE_NO_PAD.encode(secret));
        Self { token, digest: sha256(&secret) }
    }
}

impl std::fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RefreshToken(redacted)")
    }
}

/// What a token that a client sent claims to be; `None` if it cannot be one of ours.
pub fn read_refresh(sent: &str) -> Option<(SessionOf, [u8; 32])> {
    let (agency, rest) = sent.split_once('.')?;
    let (session, secret) = rest.split_once('.')?;
    let id = |text: &str| Uuid::try_parse(text).ok().filter(|id| id.simple().to_string() == text);
    let of = SessionOf { agency: id(agency)?, session: id(session)? };
    let secret: [u8; 32] = URL_SAFE_NO_PAD.decode(secret).ok()?.try_into().ok()?;
    Some((of, sha256(&secret)))
}

/// What the database knows of the session that a refresh token names.
#[derive(Debug, Clone, Copy)]
pub struct StoredRefresh {
    /// Digest of the one token that is valid.
    pub digest: [u8; 32],
    /// When the session ends by itself.
    pub expires_at: DateTime<Utc>,
    /// When it was ended.
    pub ended_at: Option<DateTime<Utc>>,
}

/// What to do with a refresh token that names a known session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefreshDecision {
    /// Put its successor in its place and give out a new pair.
    Rotate,
    /// Refuse.
    Refuse,
    /// Refuse and end the session: it was used before.
    EndSession,
}

/// Decides on a refresh token. The caller holds the lock on the session's row until its successor is stored.
pub fn decide_refresh(stored: StoredRefresh, sent: [u8; 32], now: DateTime<Utc>) -> RefreshDecision {
    match stored {
        StoredRefresh { ended_at: Some(_), .. } => RefreshDecision::Refuse,
        StoredRefresh { digest, .. } if digest != sent => RefreshDecision::EndSession,
        StoredRefresh { expires_at, .. } if expires_at <= now => RefreshDecision::Refuse,
        StoredRefresh { .. } => RefreshDecision::Rotate,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const OF: SessionOf = SessionOf { agency: Uuid::from_u128(1), session: Uuid::from_u128(2) };

    #[test]
    fn a_drawn_token_is_read_again_and_no_other_text_is() {
        let drawn = RefreshToken::draw(OF);
        assert_eq!(drawn.token.len(), 32 + 1 + 32 + 1 + 43);
        assert_eq!(read_refresh(&drawn.token), Some((OF, drawn.digest)));
        assert_ne!(RefreshToken::draw(OF).digest, drawn.digest);
        let secret = drawn.token.rsplit_once('.').unwrap().1;
        let (agency, session) = (OF.agency.simple(), OF.session.simple());
        for sent in [
            "",
            "a.b.c",
            secret,
            &format!("{}=", drawn.token),
            &format!("{}A", drawn.token),
            &format!("{agency}.{session}"),
            &format!("{agency}.{session}."),
            &format!("{}.{session}.{secret}", OF.agency),
            &format!("{agency}.{session}.{session}.{secret}"),
            &"A".repeat(100_000),
            "令牌.令牌.令牌",
        ] {
            assert_eq!(read_refresh(sent), None, "{sent}");
        }
        assert!(!format!("{drawn:?}").contains(secret));
    }

    #[rstest]
    #[case(60, 7, None, RefreshDecision::Rotate)]
    #[case(1, 7, None, RefreshDecision::Rotate)]
    #[case(0, 7, None, RefreshDecision::Refuse)]
    #[case(60, 8, None, RefreshDecision::EndSession)]
    #[case(-60, 8, None, RefreshDecision::EndSession)]
    #[case(60, 7, Some(-5), RefreshDecision::Refuse)]
    #[case(60, 8, Some(-5), RefreshDecision::Refuse)]
    fn decisions(#[case] expires: i64, #[case] sent: u8, #[case] ended: Option<i64>, #[case] expected: RefreshDecision) {
        let at = |seconds: i64| DateTime::from_timestamp(1_746_500_000 + seconds, 0).unwrap();
        let stored = StoredRefresh { digest: [7; 32], expires_at: at(expires), ended_at: ended.map(at) };
        assert_eq!(decide_refresh(stored, [sent; 32], at(0)), expected);
    }
}
