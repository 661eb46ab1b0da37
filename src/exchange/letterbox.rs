//! Words of messages, sealed: each under a key of its own, which the master key wraps. They go when the dossier they belong to goes.

use crate::case::journal::JournalError;
use crate::case::office::Office;
use crate::case::vault::VaultError;
use crate::crypto::{self, CaseKey, CaseOf, CryptoError};

/// What is stored of a message's words.
#[derive(Debug, Clone)]
pub struct Sealed {
    /// The key, wrapped.
    pub wrapped: Vec<u8>,
    /// The words under that key.
    pub words: Vec<u8>,
    /// SHA-256 of the words.
    pub sha256: [u8; 32],
}

/// What the words of a message are bound to.
const PLACE: &[u8] = b"exchange-message";

/// Seals the words of a message.
pub fn seal(office: &Office, message: CaseOf, bytes: &[u8]) -> Result<Sealed, JournalError> {
    let seal = || {
        let key = CaseKey::generate()?;
        Ok::<_, CryptoError>((office.keys.wrap(message, &key)?, key.seal(PLACE, bytes)?))
    };
    let (wrapped, words) = seal().map_err(VaultError::from)?;
    Ok(Sealed { wrapped, words, sha256: crypto::sha256(bytes) })
}

/// Opens the words of a message.
pub fn open(office: &Office, message: CaseOf, (wrapped, sealed): (&[u8], &[u8])) -> Result<Vec<u8>, JournalError> {
    let open = || office.keys.unwrap(message, wrapped)?.open(PLACE, sealed);
    Ok(open().map_err(VaultError::from)?)
}
