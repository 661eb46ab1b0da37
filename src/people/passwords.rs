//! Passwords of own accounts: argon2id, and the rules a password must meet.
//!
//! Hashing and verifying take tens of milliseconds and 19 MiB on purpose: call them on a blocking thread, under a limit of concurrent ones.
//! Nothing here stores, logs or counts attempts.

use std::sync::OnceLock;

use argon2::password_hash::{PasswordVerifier as _, phc};
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, Version};

use crate::crypto::hex;
use crate::ids::{Draws, random_bytes};

/// Memory in KiB (19 MiB), passes and lanes: OWASP Password Storage Cheat Sheet, argon2id.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// The fewest characters of a password.
pub const MIN_LENGTH: usize = 12;

/// The most characters of a password. No stored one is longer, so nothing longer is worth the work of comparing.
pub const MAX_LENGTH: usize = 128;

/// The provider could not hash: no memory, most likely.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the password could not be hashed")]
pub struct HashFailed;

/// What a comparison found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The right password.
    Match,
    /// The right password, but hashed with older parameters: store a new hash now, while the password is at hand.
    MatchNeedsRehash,
    /// A wrong password, no such account, or a stored hash that cannot be read.
    Mismatch,
}

impl Verdict {
    /// Whether the password is the right one.
    pub fn is_match(self) -> bool {
        self != Self::Mismatch
    }
}

/// Why a password is not accepted for an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordRefusal {
    /// Fewer than [`MIN_LENGTH`] characters.
    #[error("a password has at least {MIN_LENGTH} characters")]
    TooShort,
    /// More than [`MAX_LENGTH`] characters.
    #[error("a password has at most {MAX_LENGTH} characters")]
    TooLong,
    /// A line break, a tab or another control character, which not every form sends alike.
    #[error("a password has no control characters")]
    ControlCharacter,
    /// The sign-in name, whatever its case and the spaces around it.
    #[error("a password is not the sign-in name")]
    SignInName,
}

/// Whether a password may be set for the account with this sign-in name. Length counts, not a mixture of kinds of characters (NIST SP
/// 800-63B).
pub fn check(sign_in_name: &str, password: &str) -> Result<(), PasswordRefusal> {
    if password.chars().nth(MAX_LENGTH).is_some() {
        return Err(PasswordRefusal::TooLong);
    }
    if password.chars().count() < MIN_LENGTH {
        return Err(PasswordRefusal::TooShort);
    }
    if password.chars().any(char::is_control) {
        return Err(PasswordRefusal::ControlCharacter);
    }
    if password.trim().to_lowercase() == sign_in_name.trim().to_lowercase() {
        return Err(PasswordRefusal::SignInName);
    }
    Ok(())
}

/// The PHC string to store, with a new salt. Does not look at the rules: ask [`check`] first.
pub fn hash(password: &str) -> Result<String, HashFailed> {
    let hashed: phc::PasswordHash =
        hasher()?.hash_password_with_salt(password.as_bytes(), &random_bytes::<16>()).map_err(|_| HashFailed)?;
    Ok(hashed.to_string())
}

/// Compares a password with a stored hash.
pub fn verify(password: &str, stored: &str) -> Verdict {
    if password.chars().nth(MAX_LENGTH).is_some() {
        return Verdict::Mismatch;
    }
    let (Ok(hasher), Ok(parsed)) = (hasher(), phc::PasswordHash::new(stored)) else {
        tracing::error!("a stored password hash cannot be read");
        return verify_unknown(password);
    };
    match hasher.verify_password(password.as_bytes(), &parsed) {
        Ok(()) if is_current(&hasher, &parsed) => Verdict::Match,
        Ok(()) => Verdict::MatchNeedsRehash,
        Err(_) => Verdict::Mismatch,
    }
}

/// Does the work of [`verify`] for a sign-in name that does not exist, so that the time of the answer does not tell which names do.
pub fn verify_unknown(password: &str) -> Verdict {
    static NOBODY: OnceLock<Option<String>> = OnceLock::new();
    // Nobody has this password: it is forgotten as soon as it is hashed.
    let nobody = NOBODY.get_or_init(|| hash(&hex(&random_bytes::<32>())).ok());
    if let Some(nobody) = nobody.as_deref() {
        verify(password, nobody);
    }
    Verdict::Mismatch
}

/// A password to begin with: four groups of four readable characters, about 79 bits.
pub fn temporary() -> String {
    let draws = Draws::fresh();
    let letters: Vec<char> = draws.nth_code(0).chars().chain(draws.nth_code(1).chars()).collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

fn hasher() -> Result<Argon2<'static>, HashFailed> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|_| HashFailed)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn is_current(hasher: &Argon2<'_>, stored: &phc::PasswordHash) -> bool {
    let same_cost = Params::try_from(stored).is_ok_and(|params| {
        let cost = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost());
        cost(&params) == cost(hasher.params())
    });
    same_cost && stored.algorithm == Algorithm::Argon2id.ident() && stored.version == Some(Version::V0x13.into())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const GOOD: &str = "四月里的第三只纸鹤飞走了";

    fn hash_with(algorithm: Algorithm, version: Version, memory: u32) -> String {
        let params = Params::new(memory, 1, 1, None).unwrap();
        let hashed: phc::PasswordHash = Argon2::new(algorithm, version, params).hash_password_with_salt(GOOD.as_bytes(), &[5; 16]).unwrap();
        hashed.to_string()
    }

    #[test]
    fn the_right_password_matches_and_no_other() {
        let stored = hash(GOOD).unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert_ne!(stored, hash(GOOD).unwrap(), "each hash has its own salt");
        assert_eq!(verify(GOOD, &stored), Verdict::Match);
        for wrong in ["", "四月里的第三只纸鹤飞走", " 四月里的第三只纸鹤飞走了", "demo"] {
            assert_eq!(verify(wrong, &stored), Verdict::Mismatch, "{wrong}");
        }
        assert!(Verdict::MatchNeedsRehash.is_match() && !Verdict::Mismatch.is_match());
    }

    #[rstest]
    #[case(Algorithm::Argon2id, Version::V0x13, 1024)]
    #[case(Algorithm::Argon2i, Version::V0x13, MEMORY_KIB)]
    #[case(Algorithm::Argon2id, Version::V0x10, MEMORY_KIB)]
    fn an_older_hash_matches_and_asks_for_a_new_one(#[case] algorithm: Algorithm, #[case] version: Version, #[case] memory: u32) {
        let stored = hash_with(algorithm, version, memory);
        assert_eq!(verify(GOOD, &stored), Verdict::MatchNeedsRehash);
        assert_eq!(verify("another password", &stored), Verdict::Mismatch);
    }

    #[rstest]
    #[case("")]
    #[case("plain text")]
    #[case("$argon2id$v=19$m=19456,t=2,p=1$")]
    #[case("$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA")]
    #[case("$2b$12$abcdefghijklmnopqrstuuu")]
    fn a_broken_hash_matches_nothing(#[case] stored: &str) {
        assert_eq!(verify("", stored), Verdict::Mismatch);
        assert_eq!(verify(stored, stored), Verdict::Mismatch);
    }

    /// Both in turn, each by its least time so far: the machine may be busy with something else in any of the rounds.
    #[test]
    fn an_unknown_name_costs_what_a_known_one_does() {
        let stored = hash(GOOD).unwrap();
        verify_unknown("the first call hashes");
        let time = |work: &dyn Fn() -> Verdict| {
            let start = std::time::Instant::now();
            assert_eq!(work(), Verdict::Mismatch);
            start.elapsed()
        };
        let (mut known, mut unknown) = (std::time::Duration::MAX, std::time::Duration::MAX);
        for round in 1..=100 {
            known = known.min(time(&|| verify("a wrong password", &stored)));
            unknown = unknown.min(time(&|| verify_unknown("a wrong password")));
            if round >= 5 && unknown * 2 > known && known * 2 > unknown {
                return;
            }
        }
        panic!("{known:?} {unknown:?}");
    }

    #[test]
    fn what_no_account_can_have_is_not_worth_the_work() {
        let long = "长".repeat(MAX_LENGTH + 1);
        let stored = hash(&long).unwrap();
        assert_eq!(verify(&long, &stored), Verdict::Mismatch);
    }

    #[rstest]
    #[case("clerk", GOOD, Ok(()))]
    #[case("clerk", "twelve chars", Ok(()))]
    #[case("clerk", "eleven char", Err(PasswordRefusal::TooShort))]
    #[case("clerk", "四月里的第三只纸鹤", Err(PasswordRefusal::TooShort))]
    #[case("clerk", "", Err(PasswordRefusal::TooShort))]
    #[case("clerk", "twelve\nchars", Err(PasswordRefusal::ControlCharacter))]
    #[case("clerk", "twelve\u{85}chars", Err(PasswordRefusal::ControlCharacter))]
    #[case("the.clerk.of.the.counter", "The.Clerk.Of.The.Counter", Err(PasswordRefusal::SignInName))]
    #[case("the.clerk.of.the.counter", " the.clerk.of.the.counter ", Err(PasswordRefusal::SignInName))]
    fn the_rules(#[case] name: &str, #[case] password: &str, #[case] expected: Result<(), PasswordRefusal>) {
        assert_eq!(check(name, password), expected);
    }

    #[test]
    fn a_temporary_password_meets_the_rules_and_differs() {
        let password = temporary();
        assert_eq!((check("clerk", &password), password.len()), (Ok(()), 19));
        assert_ne!(password, temporary());
    }

    #[test]
    fn the_longest_password() {
        assert_eq!(check("clerk", &"长".repeat(MAX_LENGTH)), Ok(()));
        assert_eq!(check("clerk", &"长".repeat(MAX_LENGTH + 1)), Err(PasswordRefusal::TooLong));
    }
}
