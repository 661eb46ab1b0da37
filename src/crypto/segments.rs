//! Large records in segments: whoever reads one holds a segment in memory, never the whole.
//!
//! `version 2 | length, algorithm name | key id (8) | nonce prefix (7) | segments`. A segment is 1 MiB of plaintext, the last one what is
//! left, each with its tag. Its nonce is the prefix, its number and whether it is the last (the STREAM construction of Hoang,
//! Reyhanitabar, Rogaway and Vizár): segments cannot be swapped, left out or cut off at the end without being found.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use super::CryptoError;
use super::sealed::derive;
use crate::ids::random_bytes;

const VERSION: u8 = 2;
const AES_256_GCM_NAME: &[u8] = b"A256GCM";
const PREFIX: usize = 7;
const TAG: usize = 16;
/// What is derived for this purpose opens nothing else.
const PURPOSE: &str = "document-segments/v1";

/// Bytes of plaintext in a segment.
pub const SEGMENT: usize = 1 << 20;
/// Bytes of a sealed segment that is not the last.
pub const SEALED: usize = SEGMENT + TAG;
/// Bytes before the first segment.
pub const HEADER: usize = 1 + 1 + AES_256_GCM_NAME.len() + 8 + PREFIX;

/// Whether a segment is the last of its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Another follows.
    Inner = 0,
    /// None follows.
    Last = 1,
}

/// What opens the segments of one record, in order.
pub struct Segments {
    key: LessSafeKey,
    bound_to: Vec<u8>,
    prefix: [u8; PREFIX],
    next: u32,
}

fn header(secret: &[u8; 32], prefix: [u8; PREFIX]) -> Result<Vec<u8>, CryptoError> {
    let named = derive(secret, &format!("{PURPOSE}/key-id"))?;
    let id = named.first_chunk::<8>().ok_or(CryptoError::Provider)?;
    let length = u8::try_from(AES_256_GCM_NAME.len()).map_err(|_| CryptoError::Provider)?;
    Ok([&[VERSION, length], AES_256_GCM_NAME, id, &prefix].concat())
}

impl Segments {
    fn new(secret: &[u8; 32], place: &[u8], prefix: [u8; PREFIX]) -> Result<(Self, Vec<u8>), CryptoError> {
        let header = header(secret, prefix)?;
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &derive(secret, PURPOSE)?)?);
        Ok((Self { key, bound_to: [&header, place].concat(), prefix, next: 0 }, header))
    }

    /// What opens the record with this header, for the place it was sealed for.
    pub(super) fn read(secret: &[u8; 32], place: &[u8], header: &[u8]) -> Result<Self, CryptoError> {
        let prefix = header.last_chunk::<PREFIX>().ok_or(CryptoError::BadRecord)?;
        let (segments, wanted) = Self::new(secret, place, *prefix)?;
        if header == wanted { Ok(segments) } else { Err(CryptoError::BadRecord) }
    }

    /// The header and the sealed segments of a whole.
    pub(super) fn seal(secret: &[u8; 32], place: &[u8], plaintext: &[u8]) -> Result<Vec<Vec<u8>>, CryptoError> {
        let (mut segments, header) = Self::new(secret, place, random_bytes())?;
        let mut sealed = vec![header];
        let mut rest = plaintext;
        loop {
            let (segment, after) = rest.split_at_checked(SEGMENT).unwrap_or((rest, &[]));
            let which = if after.is_empty() { Which::Last } else { Which::Inner };
            let mut bytes = Vec::with_capacity(segment.len() + TAG);
            bytes.extend_from_slice(segment);
            let nonce = segments.nonce(which)?;
            segments.key.seal_in_place_append_tag(nonce, Aad::from(&segments.bound_to), &mut bytes)?;
            sealed.push(bytes);
            rest = after;
            if which == Which::Last {
                return Ok(sealed);
            }
        }
    }

    /// Opens the next segment.
    pub fn open(&mut self, mut sealed: Vec<u8>, which: Which) -> Result<Vec<u8>, CryptoError> {
        let nonce = self.nonce(which)?;
        let opened = self.key.open_in_place(nonce, Aad::from(&self.bound_to), &mut sealed).map_err(|_| CryptoError::Altered)?.len();
        sealed.truncate(opened);
        Ok(sealed)
    }

    fn nonce(&mut self, which: Which) -> Result<Nonce, CryptoError> {
        let mut nonce = [0; NONCE_LEN];
        let (prefix, rest) = nonce.split_at_mut(PREFIX);
        prefix.copy_from_slice(&self.prefix);
        let (number, last) = rest.split_at_mut(4);
        number.copy_from_slice(&self.next.to_be_bytes());
        last.copy_from_slice(&[which as u8]);
        self.next = self.next.checked_add(1).ok_or(CryptoError::BadRecord)?;
        Ok(Nonce::assume_unique_for_key(nonce))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: [u8; 32] = [7; 32];

    fn text(length: usize) -> Vec<u8> {
        (0..length).map(|n| u8::try_from(n % 251).unwrap()).collect()
    }

    fn open(sealed: &[Vec<u8>], place: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let (header, segments) = sealed.split_first().unwrap();
        let mut reader = Segments::read(&SECRET, place, header)?;
        let mut whole = Vec::new();
        for (n, segment) in segments.iter().enumerate() {
            let which = if n + 1 == segments.len() { Which::Last } else { Which::Inner };
            whole.extend(reader.open(segment.clone(), which)?);
        }
        Ok(whole)
    }

    #[test]
    fn what_is_sealed_opens_again_whatever_its_length() {
        for length in [0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 2 * SEGMENT, 2 * SEGMENT + 5] {
            let sealed = Segments::seal(&SECRET, b"here", &text(length)).unwrap();
            assert_eq!(sealed.len(), 1 + length.div_ceil(SEGMENT).max(1));
            assert!(sealed[0].len() == HEADER && sealed[1..].iter().all(|segment| segment.len() <= SEALED));
            assert!(open(&sealed, b"here").unwrap() == text(length), "{length}");
        }
    }

    #[test]
    fn swapped_left_out_cut_off_and_foreign_segments_are_found() {
        let sealed = Segments::seal(&SECRET, b"here", &text(2 * SEGMENT + 5)).unwrap();
        let other = Segments::seal(&SECRET, b"here", &text(2 * SEGMENT + 5)).unwrap();
        let mut swapped = sealed.clone();
        swapped.swap(1, 2);
        let mut foreign = sealed.clone();
        foreign[2].clone_from(&other[2]);
        for bad in [swapped, foreign, sealed[..3].to_vec(), [&sealed[..1], &sealed[2..]].concat()] {
            assert_eq!(open(&bad, b"here"), Err(CryptoError::Altered));
        }
        assert_eq!(open(&sealed, b"there"), Err(CryptoError::Altered));
    }

    #[test]
    fn every_flipped_bit_of_a_short_record_is_found() {
        let sealed = Segments::seal(&SECRET, b"here", b"text").unwrap();
        for part in 0..sealed.len() {
            for bit in 0..sealed[part].len() * 8 {
                let mut altered = sealed.clone();
                altered[part][bit / 8] ^= 1 << (bit % 8);
                assert!(open(&altered, b"here").is_err(), "part {part}, bit {bit}");
            }
        }
    }

    #[test]
    fn the_same_text_never_looks_the_same() {
        let [one, two] = [(); 2].map(|()| Segments::seal(&SECRET, b"", b"text").unwrap());
        assert_ne!(one, two);
    }

    /// Documents stay for decades: this record, made by another implementation (Python's `cryptography`), must open in every later release.
    #[test]
    fn a_stored_record_opens() {
        let stored = include_str!("segments.golden").trim();
        let digits: Vec<u8> = stored.chars().map(|digit| u8::try_from(digit.to_digit(16).unwrap()).unwrap()).collect();
        let record: Vec<u8> = digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect();
        let (header, segment) = record.split_at(HEADER);
        assert_eq!(open(&[header.to_vec(), segment.to_vec()], b"here").unwrap(), "检查笔录".as_bytes());
    }
}
