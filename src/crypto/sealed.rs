//! The sealed record, and the cipher that writes and opens it.
//!
//! `version 1 | length, algorithm name | key id (8) | length, nonce | ciphertext and tag`. Everything before the nonce is authenticated
//! together with what the caller binds the record to, so a record cannot be relabelled.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use aws_lc_rs::hkdf;

use super::{CryptoError, hex};

const VERSION: u8 = 1;

/// The JOSE name (RFC 7518) of AES-256-GCM.
const AES_256_GCM_NAME: &[u8] = b"A256GCM";

/// Which key sealed a record: eight bytes derived from the key, which tell nothing about it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyId([u8; 8]);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

/// The key a record was sealed under, without opening it: how a re-wrapping finds what is still under the old master key.
pub fn key_id_of(record: &[u8]) -> Result<KeyId, CryptoError> {
    Ok(Parts::read(record)?.key_id)
}

/// HKDF-SHA-256: a key for one purpose from a secret that has several.
pub(super) fn derive(secret: &[u8; 32], purpose: &str) -> Result<[u8; 32], CryptoError> {
    let mut key = [0; 32];
    hkdf::Salt::new(hkdf::HKDF_SHA256, b"foi-docket").extract(secret).expand(&[purpose.as_bytes()], hkdf::HKDF_SHA256)?.fill(&mut key)?;
    Ok(key)
}

/// AES-256-GCM with a random nonce under a key derived for one purpose.
pub(super) struct Cipher {
    id: KeyId,
    key: RandomizedNonceKey,
}

impl Cipher {
    pub(super) fn new(secret: &[u8; 32], purpose: &str) -> Result<Self, CryptoError> {
        let named = derive(secret, &format!("{purpose}/key-id"))?;
        let (id, _) = named.split_first_chunk().ok_or(CryptoError::Provider)?;
        Ok(Self { id: KeyId(*id), key: RandomizedNonceKey::new(&AES_256_GCM, &derive(secret, purpose)?)? })
    }

    pub(super) fn id(&self) -> KeyId {
        self.id
    }

    pub(super) fn seal(&self, bound_to: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let label = label(AES_256_GCM_NAME, self.id);
        let mut ciphertext = plaintext.to_vec();
        let nonce = self.key.seal_in_place_append_tag(Aad::from([&label, bound_to].concat()), &mut ciphertext)?;
        Ok([&label, prefixed(nonce.as_ref()).as_slice(), &ciphertext].concat())
    }

    pub(super) fn open(&self, bound_to: &[u8], record: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let parts = Parts::read(record)?;
        if parts.algorithm != AES_256_GCM_NAME {
            return Err(CryptoError::UnknownAlgorithm);
        }
        if parts.key_id != self.id {
            return Err(CryptoError::OtherKey(parts.key_id));
        }
        let nonce = Nonce::try_assume_unique_for_key(parts.nonce).map_err(|_| CryptoError::BadRecord)?;
        let aad = Aad::from([&label(parts.algorithm, parts.key_id), bound_to].concat());
        let mut opened = parts.ciphertext.to_vec();
        let length = self.key.open_in_place(nonce, aad, &mut opened).map_err(|_| CryptoError::Altered)?.len();
        opened.truncate(length);
        Ok(opened)
    }
}

fn label(algorithm: &[u8], key_id: KeyId) -> Vec<u8> {
    [&[VERSION], prefixed(algorithm).as_slice(), &key_id.0].concat()
}

fn prefixed(part: &[u8]) -> Vec<u8> {
    // Algorithm names and nonces have a dozen bytes.
    let length = u8::try_from(part.len()).unwrap_or(u8::MAX);
    [&[length], part].concat()
}

/// A record taken apart.
struct Parts<'a> {
    algorithm: &'a [u8],
    key_id: KeyId,
    nonce: &'a [u8],
    ciphertext: &'a [u8],
}

impl<'a> Parts<'a> {
    fn read(record: &'a [u8]) -> Result<Self, CryptoError> {
        Self::split(record).ok_or(CryptoError::BadRecord)
    }

    fn split(record: &'a [u8]) -> Option<Self> {
        let (&VERSION, rest) = record.split_first()? else { return None };
        let (algorithm, rest) = take_prefixed(rest)?;
        let (key_id, rest) = rest.split_first_chunk()?;
        let (nonce, ciphertext) = take_prefixed(rest)?;
        Some(Self { algorithm, key_id: KeyId(*key_id), nonce, ciphertext })
    }
}

fn take_prefixed(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first()?;
    rest.split_at_checked(usize::from(*length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cipher() -> Cipher {
        Cipher::new(&[3; 32], "test").unwrap()
    }

    #[test]
    fn what_is_sealed_opens_again() {
        for text in ["", "检查笔录", &"长".repeat(100_000)] {
            let record = cipher().seal(b"here", text.as_bytes()).unwrap();
            assert_eq!(cipher().open(b"here", &record).unwrap(), text.as_bytes());
        }
    }

    #[test]
    fn the_same_text_never_looks_the_same() {
        assert_ne!(cipher().seal(b"", b"text").unwrap(), cipher().seal(b"", b"text").unwrap());
    }

    #[test]
    fn another_place_is_refused() {
        let record = cipher().seal(b"here", b"text").unwrap();
        assert_eq!(cipher().open(b"there", &record), Err(CryptoError::Altered));
        assert_eq!(cipher().open(b"", &record), Err(CryptoError::Altered));
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_refused() {
        let record = cipher().seal(b"here", b"text").unwrap();
        for at in 0..record.len() {
            for bit in 0..8 {
                let mut altered = record.clone();
                altered[at] ^= 1 << bit;
                assert!(cipher().open(b"here", &altered).is_err(), "byte {at} bit {bit}");
            }
            assert!(cipher().open(b"here", &record[..at]).is_err(), "cut at {at}");
        }
        assert!(cipher().open(b"here", &[record, vec![0]].concat()).is_err());
    }

    #[test]
    fn refusals_say_which_key_or_algorithm() {
        let record = cipher().seal(b"", b"text").unwrap();
        assert_eq!(key_id_of(&record), Ok(cipher().id()));
        let other = Cipher::new(&[4; 32], "test").unwrap();
        assert_eq!(other.open(b"", &record), Err(CryptoError::OtherKey(cipher().id())));
        let sm4 = [&[VERSION], prefixed(b"SM4-GCM").as_slice(), &cipher().id().0, &[12], &[0; 40]].concat();
        assert_eq!(cipher().open(b"", &sm4), Err(CryptoError::UnknownAlgorithm));
        assert_eq!(key_id_of(b""), Err(CryptoError::BadRecord));
    }

    /// Records stay in the database for decades: this one, written by another implementation, must open in every later release.
    #[test]
    fn a_stored_record_opens() {
        let stored = "01074132353647434d3f9a20ee8e45b2d40c0000000000000000000000005a13e9f5cc7783d5802ab2e42b3d895b7f25dfe8";
        let digits: Vec<_> = stored.chars().map(|digit| u8::try_from(digit.to_digit(16).unwrap()).unwrap()).collect();
        let record: Vec<_> = digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect();
        assert_eq!(cipher().open(b"here", &record).unwrap(), b"text");
    }
}
