//! The master key and the keys of cases.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use uuid::Uuid;

use super::CryptoError;
use super::blind::BlindIndex;
use super::sealed::{Cipher, KeyId, derive};
use super::segments::Segments;
use crate::ids::random_bytes;

/// The key that wraps the keys of all cases. It lives outside the database; whoever holds only the database reads no personal data.
pub struct MasterKey {
    secret: [u8; 32],
    wrapping: Cipher,
}

/// The case a key belongs to. Its wrapping is bound to both, so a wrapped key moved to another row does not open there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaseOf {
    /// The agency that handles the case.
    pub agency: Uuid,
    /// The case.
    pub case: Uuid,
}

impl CaseOf {
    fn bytes(self) -> [u8; 32] {
        let mut bytes = [0; 32];
        let (agency, case) = bytes.split_at_mut(16);
        agency.copy_from_slice(self.agency.as_bytes());
        case.copy_from_slice(self.case.as_bytes());
        bytes
    }
}

impl MasterKey {
    /// A new one.
    pub fn generate() -> Result<Self, CryptoError> {
        Self::from_secret(random_bytes())
    }

    /// The key as it stands in the configuration: 32 bytes in base64.
    pub fn from_base64(text: &str) -> Result<Self, CryptoError> {
        let bytes = STANDARD.decode(text.trim()).map_err(|_| CryptoError::BadMasterKey)?;
        let secret: [u8; 32] = bytes.try_into().map_err(|_| CryptoError::BadMasterKey)?;
        if secret == [0; 32] {
            return Err(CryptoError::BadMasterKey);
        }
        Self::from_secret(secret)
    }

    /// The key for the file or the vault it is kept in. It goes nowhere else.
    pub fn to_base64(&self) -> String {
        STANDARD.encode(self.secret)
    }

    fn from_secret(secret: [u8; 32]) -> Result<Self, CryptoError> {
        Ok(Self { secret, wrapping: Cipher::new(&secret, "wrap-case-keys/v1")? })
    }

    /// The name under which wrapped keys remember this key.
    pub fn id(&self) -> KeyId {
        self.wrapping.id()
    }

    /// Wraps the key of a case for its row.
    pub fn wrap(&self, owner: CaseOf, key: &CaseKey) -> Result<Vec<u8>, CryptoError> {
        self.wrapping.seal(&owner.bytes(), &key.secret)
    }

    /// Unwraps the key of a case. [`CryptoError::OtherKey`] says that the row is still, or already, under another master key.
    pub fn unwrap(&self, owner: CaseOf, wrapped: &[u8]) -> Result<CaseKey, CryptoError> {
        let secret = self.wrapping.open(&owner.bytes(), wrapped)?;
        CaseKey::from_secret(secret.try_into().map_err(|_| CryptoError::BadRecord)?)
    }

    /// The index that finds the same person again. Another master key gives another index: a change of keys rebuilds it.
    pub fn blind_index(&self) -> Result<BlindIndex, CryptoError> {
        Ok(BlindIndex::new(&derive(&self.secret, "blind-index/v1")?))
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MasterKey({}, redacted)", self.id())
    }
}

/// The key of one case. Destroying its wrapped form shreds everything sealed under it.
pub struct CaseKey {
    secret: [u8; 32],
    texts: Cipher,
}

impl CaseKey {
    /// The key for a new case.
    pub fn generate() -> Result<Self, CryptoError> {
        Self::from_secret(random_bytes())
    }

    fn from_secret(secret: [u8; 32]) -> Result<Self, CryptoError> {
        Ok(Self { secret, texts: Cipher::new(&secret, "case-texts/v1")? })
    }

    /// The name under which sealed texts remember this key.
    pub fn id(&self) -> KeyId {
        self.texts.id()
    }

    /// Seals a text. `aad` says where it belongs (row, field), so that it does not open in another place.
    pub fn seal(&self, aad: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, CryptoError> {
        self.texts.seal(aad, plaintext)
    }

    /// Opens what was sealed for the same place.
    pub fn open(&self, aad: &[u8], record: &[u8]) -> Result<Vec<u8>, CryptoError> {
        self.texts.open(aad, record)
    }

    /// Seals something large in segments, its header first.
    pub fn seal_segments(&self, aad: &[u8], plaintext: &[u8]) -> Result<Vec<Vec<u8>>, CryptoError> {
        Segments::seal(&self.secret, aad, plaintext)
    }

    /// What opens the segments of a record with this header.
    pub fn segments(&self, aad: &[u8], header: &[u8]) -> Result<Segments, CryptoError> {
        Segments::read(&self.secret, aad, header)
    }
}

impl fmt::Debug for CaseKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CaseKey({}, redacted)", self.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::key_id_of;

    fn owner(agency: u128, case: u128) -> CaseOf {
        CaseOf { agency: Uuid::from_u128(agency), case: Uuid::from_u128(case) }
    }

    #[test]
    fn a_wrapped_key_opens_its_texts_after_a_restart() {
        let (master, case) = (MasterKey::generate().unwrap(), CaseKey::generate().unwrap());
        let text = case.seal(b"request", "申请内容".as_bytes()).unwrap();
        let wrapped = master.wrap(owner(1, 2), &case).unwrap();
        let restarted = MasterKey::from_base64(&format!(" {}\n", master.to_base64())).unwrap();
        let unwrapped = restarted.unwrap(owner(1, 2), &wrapped).unwrap();
        assert_eq!(unwrapped.open(b"request", &text).unwrap(), "申请内容".as_bytes());
        assert_eq!(unwrapped.open(b"contact", &text), Err(CryptoError::Altered));
    }

    #[test]
    fn a_wrapped_key_does_not_open_for_another_case_or_agency() {
        let (master, case) = (MasterKey::generate().unwrap(), CaseKey::generate().unwrap());
        let wrapped = master.wrap(owner(1, 2), &case).unwrap();
        for other in [owner(1, 3), owner(3, 2), owner(2, 1)] {
            assert_eq!(master.unwrap(other, &wrapped).unwrap_err(), CryptoError::Altered);
        }
    }

    #[test]
    fn a_new_master_key_takes_over_by_rewrapping() {
        let (old, new) = (MasterKey::generate().unwrap(), MasterKey::generate().unwrap());
        let case = CaseKey::generate().unwrap();
        let wrapped = old.wrap(owner(1, 2), &case).unwrap();
        assert_eq!(new.unwrap(owner(1, 2), &wrapped).unwrap_err(), CryptoError::OtherKey(old.id()));
        let rewrapped = new.wrap(owner(1, 2), &old.unwrap(owner(1, 2), &wrapped).unwrap()).unwrap();
        assert_eq!(key_id_of(&rewrapped), Ok(new.id()));
        assert_eq!(new.unwrap(owner(1, 2), &rewrapped).unwrap().id(), case.id());
    }

    #[test]
    fn a_text_opens_only_under_the_key_of_its_case() {
        let (one, two) = (CaseKey::generate().unwrap(), CaseKey::generate().unwrap());
        let text = one.seal(b"", b"text").unwrap();
        assert_eq!(two.open(b"", &text), Err(CryptoError::OtherKey(one.id())));
    }

    #[test]
    fn bad_master_keys_are_refused() {
        let short = STANDARD.encode([1; 31]);
        let zero = STANDARD.encode([0; 32]);
        for text in ["", "secret", &short, &zero, &STANDARD.encode([1; 33])] {
            assert_eq!(MasterKey::from_base64(text).unwrap_err(), CryptoError::BadMasterKey, "{text}");
        }
    }

    #[test]
    fn secrets_are_not_printed() {
        let (master, case) = (MasterKey::from_secret([0xab; 32]).unwrap(), CaseKey::from_secret([0xcd; 32]).unwrap());
        let printed = format!("{master:?} {case:?} {:?}", master.blind_index().unwrap());
        assert!(!printed.contains("abab") && !printed.contains("cdcd") && !printed.contains("171"), "{printed}");
    }
}
