//! The object store: one object a document, encrypted under a key of its own, in a local folder or in a bucket that speaks S3.
//!
//! An object is named by the SHA-256 of what lies in it, so that whoever keeps the store can check it without a key, and is written once:
//! nothing is ever overwritten. The key differs from document to document, so equal papers never look equal, and destroying a key shreds
//! one document alone. An object is complete before its row is committed; what a crash leaves without a row has no key and can be removed
//! at any time. Nothing here looks at the database, and no row is locked while an object is written or read. Documents of the first
//! release lie under their ids, in one piece; they are read as they are.

mod bucket;
mod folder;
mod reader;

pub use bucket::BucketSettings;
pub use reader::Reader;

use crate::crypto::{self, CaseKey, CaseOf, CryptoError, MasterKey, Sha256, sha256};
use bucket::Bucket;
use folder::Folder;
use std::io;
use std::ops::Range;
use std::path::Path;
use uuid::Uuid;

/// Why a document cannot be kept or given back.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk failed.
    #[error("the document store failed: {0}")]
    Io(#[from] io::Error),
    /// The bucket cannot be reached, or refused.
    #[error("the bucket cannot be reached: {0}")]
    Bucket(object_store::Error),
    /// The store was stopped while it worked.
    #[error("the document store was stopped")]
    Stopped,
    /// A key failed.
    #[error(transparent)]
    Crypto(CryptoError),
    /// The object is missing, cut off or altered.
    #[error("the stored document is missing or altered")]
    Damaged,
    /// Other bytes lie under the name of a new object: nothing is overwritten.
    #[error("other bytes lie under the name of the new document")]
    Occupied,
}

impl From<object_store::Error> for StoreError {
    // Not as its source: every level of that error repeats the ones below.
    fn from(error: object_store::Error) -> Self {
        Self::Bucket(error)
    }
}

/// Where documents lie.
#[derive(Debug, Clone)]
pub enum Store {
    /// In a local folder.
    Folder(Folder),
    /// In a bucket.
    Bucket(Bucket),
}

/// A document that was put into the store.
#[derive(Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its wrapped key, for the row.
    pub wrapped: Vec<u8>,
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// SHA-256 of the object, which is its name.
    pub object: [u8; 32],
}

/// What a document must be to be given back.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// Its wrapped key.
    pub wrapped: &'a [u8],
    /// SHA-256 of its bytes.
    pub sha256: &'a [u8],
    /// SHA-256 of the object; none for a document of the first release, which lies under its id.
    pub object: Option<&'a [u8]>,
}

/// What the ciphertext is bound to: another document's object does not open here.
fn place(owner: CaseOf) -> Vec<u8> {
    [b"document".as_slice(), owner.agency.as_bytes(), owner.case.as_bytes()].concat()
}

/// The name of an object, the same in every store: folders of about 1/256 of an agency's documents.
fn name(agency: Uuid, object: &[u8]) -> String {
    let digest = crypto::hex(object);
    format!("{agency}/{}/{digest}", digest.get(..2).unwrap_or_default())
}

/// The name of a document of the first release.
fn early_name(owner: CaseOf) -> String {
    // The end of an id is random, its beginning is the time.
    let shard = owner.case.as_bytes().last().copied().unwrap_or_default();
    format!("{}/{shard:02x}/{}", owner.agency, owner.case)
}

impl Store {
    /// The store in a folder.
    pub fn new(root: &Path) -> Self {
        Self::Folder(Folder::new(root))
    }

    /// The store in a bucket that speaks S3; it is reached on first use.
    pub fn bucket(settings: &BucketSettings) -> Result<Self, StoreError> {
        Ok(Self::Bucket(Bucket::connect(settings)?))
    }

    /// Refuses a store that cannot be reached: better at the start than at the first upload.
    pub fn check(&self) -> Result<(), StoreError> {
        match self {
            Self::Folder(_) => Ok(()),
            Self::Bucket(bucket) => bucket.reach(),
        }
    }

    /// Encrypts a document under a new key and puts it into the store; `owner.case` is the document.
    pub fn put(&self, keys: &MasterKey, owner: CaseOf, bytes: &[u8]) -> Result<Kept, StoreError> {
        let key = CaseKey::generate().map_err(StoreError::Crypto)?;
        let wrapped = keys.wrap(owner, &key).map_err(StoreError::Crypto)?;
        let parts = key.seal_segments(&place(owner), bytes).map_err(StoreError::Crypto)?;
        let mut digest = Sha256::default();
        for part in &parts {
            digest.update(part);
        }
        let object = digest.finish();
        self.create(name(owner.agency, &object), parts, &object)?;
        Ok(Kept { wrapped, sha256: sha256(bytes), object })
    }

    /// Writes an object unless its name is taken; a name taken by the same bytes is a repeat of a call whose answer was lost.
    fn create(&self, name: String, parts: Vec<Vec<u8>>, object: &[u8; 32]) -> Result<(), StoreError> {
        let created = match self {
            Self::Folder(folder) => folder.create(&name, &parts)?,
            Self::Bucket(bucket) => bucket.create(name.clone(), parts)?,
        };
        match created {
            Created::Yes => Ok(()),
            Created::NameTaken => {
                let size = self.size(&name)?;
                if sha256(&self.read(&name, 0..size)?) == *object { Ok(()) } else { Err(StoreError::Occupied) }
            }
        }
    }

    /// Opens a document, to be read segment by segment.
    pub fn open(&self, keys: &MasterKey, owner: CaseOf, expected: Expected<'_>) -> Result<Reader, StoreError> {
        let key = keys.unwrap(owner, expected.wrapped).map_err(StoreError::Crypto)?;
        if let Some(object) = expected.object {
            return Reader::open(self.clone(), &key, owner, (object, expected.sha256));
        }
        let name = early_name(owner);
        let sealed = self.read(&name, 0..self.size(&name)?)?;
        let bytes = key.open(&place(owner), &sealed).map_err(|_| StoreError::Damaged)?;
        if sha256(&bytes) == expected.sha256 { Ok(Reader::whole(bytes)) } else { Err(StoreError::Damaged) }
    }

    /// Gives a document back, if it is the one that was put in.
    pub fn get(&self, keys: &MasterKey, owner: CaseOf, expected: Expected<'_>) -> Result<Vec<u8>, StoreError> {
        let mut reader = self.open(keys, owner, expected)?;
        let mut bytes = Vec::new();
        while let Some(part) = reader.part()? {
            bytes.extend(part);
        }
        Ok(bytes)
    }

    /// Removes an object that got no row.
    pub fn discard(&self, agency: Uuid, object: &[u8; 32]) -> Result<(), StoreError> {
        match self {
            Self::Folder(folder) => Ok(folder.remove(&name(agency, object))?),
            Self::Bucket(bucket) => bucket.remove(name(agency, object)),
        }
    }

    fn size(&self, name: &str) -> Result<u64, StoreError> {
        match self {
            Self::Folder(folder) => folder.size(name),
            Self::Bucket(bucket) => bucket.size(name.to_owned()),
        }
    }

    /// Bytes of an object: all of them or an error.
    fn read(&self, name: &str, range: Range<u64>) -> Result<Vec<u8>, StoreError> {
        let wanted = range.end.saturating_sub(range.start);
        let bytes = match self {
            Self::Folder(folder) => folder.read(name, range)?,
            Self::Bucket(bucket) => bucket.read(name.to_owned(), range)?,
        };
        if u64::try_from(bytes.len()) == Ok(wanted) { Ok(bytes) } else { Err(StoreError::Damaged) }
    }
}

/// Whether an object was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Created {
    /// It was.
    Yes,
    /// Something lies under its name.
    NameTaken,
}

#[cfg(test)]
mod tests;
