//! Identifiers and everything else that is drawn by lot, and the only place that asks for randomness.
//!
//! A decision is a pure function, so it cannot draw. The journal draws one seed per command and hands over the [`Draws`] made from it:
//! the same seed gives the same ids, salts and codes, in whatever order they are asked for.

use std::fmt;

use aws_lc_rs::hmac;
use uuid::{Builder, Uuid};

/// A new identifier of a row: UUID version 7, rising with time so that an index grows at its end.
#[expect(clippy::disallowed_methods, reason = "this is the place that draws ids")]
pub fn new_id() -> Uuid {
    Uuid::now_v7()
}

/// `N` random bytes, fit for keys.
///
/// # Panics
/// If the system has no randomness to give: nothing may be issued then.
#[expect(clippy::expect_used, reason = "a service that goes on without randomness issues guessable keys")]
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).expect("the system gives random bytes");
    bytes
}

/// The name of a request that came without an `X-Request-Id`: 32 hexadecimal digits, which is also the form of a W3C trace id.
pub fn request_id() -> String {
    crate::crypto::hex(&random_bytes::<16>())
}

/// Letters and digits of a query code: none that is mistaken for another on paper or by telephone (no 0, O, 1, I, L).
const CODE_ALPHABET: &[u8; 31] = b"ABCDEFGHJKMNPQRSTUVWXYZ23456789";

/// Characters in a query code: 31^8 is about 8.5 × 10^11.
pub const CODE_LENGTH: usize = 8;

/// The first byte value that would favour the alphabet's beginning: 8 × 31.
const FIRST_UNFAIR_BYTE: u8 = 248;

/// What a pure decision may draw.
#[derive(Clone)]
pub struct Draws(hmac::Key);

/// The seed is what the salts of commitments come from: it stays out of every log.
impl fmt::Debug for Draws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Draws(redacted)")
    }
}

impl Draws {
    /// Draws from a fresh seed.
    pub fn fresh() -> Self {
        Self::from_seed(random_bytes())
    }

    /// Draws that repeat for the same seed.
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, &seed))
    }

    /// The `n`th identifier: UUID version 8.
    pub fn nth_id(&self, n: u32) -> Uuid {
        Builder::from_custom_bytes(first_half(&self.block("id", n, 0))).into_uuid()
    }

    /// The `n`th salt of a commitment.
    pub fn nth_salt(&self, n: u32) -> [u8; 16] {
        first_half(&self.block("salt", n, 0))
    }

    /// The `n`th query code (查询码), each of its characters equally likely.
    pub fn nth_code(&self, n: u32) -> String {
        (0..)
            .flat_map(|round| self.block("code", n, round))
            .filter(|byte| *byte < FIRST_UNFAIR_BYTE)
            .filter_map(|byte| CODE_ALPHABET.get(usize::from(byte) % CODE_ALPHABET.len()))
            .take(CODE_LENGTH)
            .map(|letter| char::from(*letter))
            .collect()
    }

    /// Draws of their own for the `n`th of several decisions that one command makes.
    #[must_use]
    pub fn apart(&self, n: u32) -> Self {
        Self::from_seed(self.block("apart", n, 0))
    }

    /// 32 bytes that no other use, number or round shares.
    fn block(&self, purpose: &str, n: u32, round: u32) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(&n.to_be_bytes());
        context.update(&round.to_be_bytes());
        context.update(purpose.as_bytes());
        let mut block = [0; 32];
        block.copy_from_slice(context.sign().as_ref());
        block
    }
}

fn first_half(block: &[u8; 32]) -> [u8; 16] {
    let mut half = [0; 16];
    half.iter_mut().zip(block).for_each(|(to, from)| *to = *from);
    half
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    #[test]
    fn ids_rise_and_differ() {
        let ids: Vec<_> = (0..1000).map(|_| new_id()).collect();
        assert!(ids.is_sorted());
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 1000);
        assert_eq!(ids[0].get_version_num(), 7);
        assert_ne!(random_bytes::<32>(), random_bytes::<32>());
        assert_eq!(request_id().len(), 32);
    }

    #[test]
    fn the_same_seed_draws_the_same() {
        let (one, two, other) = (Draws::from_seed([7; 32]), Draws::from_seed([7; 32]), Draws::from_seed([8; 32]));
        assert_eq!(two.nth_salt(3), one.nth_salt(3), "whatever was asked before");
        assert_eq!(one.nth_id(0), two.nth_id(0));
        assert_eq!(one.nth_code(5), two.nth_code(5));
        assert_ne!(one.nth_id(0), other.nth_id(0));
        assert_ne!(one.nth_id(0), one.nth_id(1));
        assert_ne!(one.nth_id(0).as_bytes(), &one.nth_salt(0));
        assert_ne!(Draws::fresh().nth_id(0), Draws::fresh().nth_id(0));
        assert_eq!(one.nth_id(9).get_version_num(), 8);
        assert_eq!(format!("{one:?}"), "Draws(redacted)");
    }

    /// Events keep what was drawn, but a replay of a decision in a test relies on these values.
    #[test]
    fn draws_are_stable_over_releases() {
        let draws = Draws::from_seed([7; 32]);
        assert_eq!(draws.nth_id(1).to_string(), "0575697f-ffe5-8fa1-ae78-ae5e3ef5f63a");
        assert_eq!(crate::crypto::hex(&draws.nth_salt(1)), "c392e1b9c6742098429aab4864d4bc26");
        assert_eq!(draws.nth_code(1), "HUASN28K");
    }

    #[test]
    fn codes_are_readable_and_uniform() {
        let draws = Draws::from_seed([1; 32]);
        let mut counts = BTreeMap::<char, u32>::new();
        for n in 0..20_000 {
            let code = draws.nth_code(n);
            assert_eq!(code.len(), CODE_LENGTH);
            code.chars().for_each(|letter| *counts.entry(letter).or_default() += 1);
        }
        assert_eq!(counts.len(), CODE_ALPHABET.len());
        assert!("0O1IL".chars().all(|confusing| !counts.contains_key(&confusing)));
        // 160,000 letters over 31: 5,161 expected, standard deviation 71.
        assert!(counts.values().all(|count| (4_800..5_520).contains(count)), "{counts:?}");
    }
}
