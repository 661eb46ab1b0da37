//! Keeping personal data and private texts: encryption, commitments, blind index. One provider, `aws-lc-rs`.
//!
//! Every case has a [`CaseKey`], wrapped by the [`MasterKey`] that lives outside the database. Texts are sealed under the key of their
//! case; an event holds a salted [`commitment`] to the text, never the text; the [`BlindIndex`] finds the same person again. Shredding a
//! case destroys its wrapped key: the trail still verifies, and nothing can be read any more. Each sealed record names its algorithm and
//! key, so that another algorithm (SM4) or a new master key can follow while old records stay readable.
//!
//! Nothing here knows who may read: that is decided before a key is unwrapped.

mod blind;
mod keys;
pub mod normalise;
mod sealed;
pub mod segments;

use std::fmt::Write as _;

use aws_lc_rs::{digest, hmac};

pub use blind::BlindIndex;
pub use keys::{CaseKey, CaseOf, MasterKey};
pub use sealed::{KeyId, key_id_of};

/// Why something could not be sealed or opened. Never says what was in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CryptoError {
    /// The master key is not 32 bytes in base64, or all zero.
    #[error("the master key must be 32 random bytes in base64")]
    BadMasterKey,
    /// The record is cut off, or written in a form this release does not know.
    #[error("the sealed record cannot be read")]
    BadRecord,
    /// The record was sealed with an algorithm this release does not have.
    #[error("the sealed record names an unknown algorithm")]
    UnknownAlgorithm,
    /// The record was sealed under another key.
    #[error("the record was sealed under key {0}, not under this one")]
    OtherKey(KeyId),
    /// The record, or what it was bound to, has been altered.
    #[error("the sealed record does not belong here or has been altered")]
    Altered,
    /// The provider refused; no input of ours does that.
    #[error("the cryptographic provider refused")]
    Provider,
}

impl From<aws_lc_rs::error::Unspecified> for CryptoError {
    fn from(_: aws_lc_rs::error::Unspecified) -> Self {
        Self::Provider
    }
}

/// SHA-256.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    hash
}

/// Whether a text is a SHA-256 in lower-case hexadecimal.
pub fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// SHA-256 over parts, as they come.
pub struct Sha256(digest::Context);

impl Default for Sha256 {
    fn default() -> Self {
        Self(digest::Context::new(&digest::SHA256))
    }
}

impl Sha256 {
    /// Adds a part.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of all parts together.
    pub fn finish(self) -> [u8; 32] {
        let mut hash = [0; 32];
        hash.copy_from_slice(self.0.finish().as_ref());
        hash
    }
}

/// SHA-256 of everything a reader gives, and how many bytes that are.
pub fn sha256_of(reader: &mut impl std::io::Read) -> std::io::Result<(u64, [u8; 32])> {
    let (mut whole, mut size, mut chunk) = (Sha256::default(), 0, vec![0; 64 * 1024]);
    loop {
        let read = reader.read(&mut chunk)?;
        let Some(bytes) = chunk.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
        whole.update(bytes);
        size += u64::try_from(read).unwrap_or(u64::MAX);
    }
    Ok((size, whole.finish()))
}

/// Lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What an event holds in place of a text: HMAC-SHA-256 under the salt over the length-prefixed text. It binds the agency to the text, and
/// without the salt, which is kept beside the text and shredded with it, it does not let a short text be guessed.
pub fn commitment(salt: &[u8; 16], plaintext: &[u8]) -> [u8; 32] {
    mac(&hmac::Key::new(hmac::HMAC_SHA256, salt), &[plaintext])
}

/// HMAC-SHA-256 over parts, each with its length before it, so that no two lists of parts give the same input.
fn mac(key: &hmac::Key, parts: &[&[u8]]) -> [u8; 32] {
    let mut context = hmac::Context::with_key(key);
    for part in parts {
        // No part is longer than memory, and memory is shorter than 2^64.
        context.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        context.update(part);
    }
    let mut tag = [0; 32];
    tag.copy_from_slice(context.sign().as_ref());
    tag
}

/// HMAC-SHA-256 over bytes, as other systems make it too.
pub fn hmac_sha256(key: &[u8], bytes: &[u8]) -> [u8; 32] {
    let mut tag = [0; 32];
    tag.copy_from_slice(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), bytes).as_ref());
    tag
}

/// Whether a tag is that of the bytes; it takes as long for a wrong one as for the right one.
pub fn is_hmac_sha256(key: &[u8], bytes: &[u8], tag: &[u8]) -> bool {
    hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, key), bytes, tag).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sha256_is_the_standard_one() {
        assert_eq!(hex(&sha256(b"abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    /// Commitments stand in events for ever: their bytes may never change.
    #[test]
    fn commitments_have_golden_bytes() {
        let golden = "1de139e2198b4545b24bdb2eb60907314a62587ee1f7086937a8e4892ca1f0c8";
        assert_eq!(hex(&commitment(&[9; 16], "检查笔录".as_bytes())), golden);
        assert_ne!(commitment(&[9; 16], b"a"), commitment(&[8; 16], b"a"));
        assert_ne!(commitment(&[9; 16], b"a"), commitment(&[9; 16], b"b"));
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &[1; 32]);
        assert_ne!(mac(&key, &[b"ab", b"c"]), mac(&key, &[b"a", b"bc"]));
        assert_ne!(mac(&key, &[b"ab"]), mac(&key, &[b"ab", b""]));
    }
}
