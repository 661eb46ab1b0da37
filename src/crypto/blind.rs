//! The blind index: finding the same person, number, telephone or mailbox again without the database knowing any of them.
//!
//! The caller normalises first ([`super::normalise`]). Equal values give equal entries, under a key that the database does not hold; a list
//! of all telephone numbers does not help who has only the database.

use std::fmt;

use aws_lc_rs::hmac;

use super::mac;

/// Makes the entries.
#[derive(Clone)]
pub struct BlindIndex(hmac::Key);

impl BlindIndex {
    pub(super) fn new(key: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    /// The entry of a normalised value. The same text as another `kind` (a name, an ID number) gives another entry.
    pub fn of(&self, kind: &str, normalised: &str) -> [u8; 32] {
        mac(&self.0, &[kind.as_bytes(), normalised.as_bytes()])
    }
}

impl fmt::Debug for BlindIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BlindIndex(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_depend_on_value_kind_and_key() {
        let (index, other) = (BlindIndex::new(&[1; 32]), BlindIndex::new(&[2; 32]));
        assert_eq!(index.of("phone", "13800000000"), index.clone().of("phone", "13800000000"));
        assert_ne!(index.of("phone", "13800000000"), index.of("phone", "13800000001"));
        assert_ne!(index.of("phone", "13800000000"), index.of("name", "13800000000"));
        assert_ne!(index.of("phone", "13800000000"), other.of("phone", "13800000000"));
        assert_ne!(index.of("ab", "c"), index.of("a", "bc"));
    }
}
