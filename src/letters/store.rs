//! The object store: one file a document, encrypted under a key of its own. A path is made of ids alone.
//!
//! A file is complete and on disk before its row is committed; what a crash leaves without a row has no key and can be
//! removed at any time. Nothing here looks at the database: files are never touched while a row is locked.

use crate::crypto::{CaseKey, CaseOf, CryptoError, MasterKey, sha256};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Why a document cannot be kept or given back.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk failed.
    #[error("the document store failed: {0}")]
    Io(#[from] io::Error),
    /// A key failed.
    #[error(transparent)]
    Crypto(CryptoError),
    /// The file is missing, cut off or altered.
    #[error("the stored document is missing or altered")]
    Damaged,
}

/// Where documents lie.
#[derive(Debug, Clone)]
pub struct Store {
    root: PathBuf,
}

/// A document that was put into the store.
#[derive(Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its wrapped key, for the row.
    pub wrapped: Vec<u8>,
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
}

/// What a file must be to be given back.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// Its wrapped key.
    pub wrapped: &'a [u8],
    /// SHA-256 of its bytes.
    pub sha256: &'a [u8],
}

/// What the ciphertext is bound to: another document's file does not open here.
fn place(owner: CaseOf) -> Vec<u8> {
    [b"document".as_slice(), owner.agency.as_bytes(), owner.case.as_bytes()].concat()
}

impl Store {
    /// The store in a folder.
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// Folders of about 1/256 of an agency's documents: the end of an id is random, its beginning is the time.
    fn folder(&self, owner: CaseOf) -> PathBuf {
        let shard = owner.case.as_bytes().last().copied().unwrap_or_default();
        self.root.join(owner.agency.to_string()).join(format!("{shard:02x}"))
    }

    fn path(&self, owner: CaseOf) -> PathBuf {
        self.folder(owner).join(owner.case.to_string())
    }

    /// Encrypts a document under a new key and puts it on disk; `owner.case` is the document.
    pub fn put(&self, keys: &MasterKey, owner: CaseOf, bytes: &[u8]) -> Result<Kept, StoreError> {
        let key = CaseKey::generate().map_err(StoreError::Crypto)?;
        let wrapped = keys.wrap(owner, &key).map_err(StoreError::Crypto)?;
        let sealed = key.seal(&place(owner), bytes).map_err(StoreError::Crypto)?;
        let folder = self.folder(owner);
        self.make(&folder)?;
        let partial = folder.join(format!("{}.partial", owner.case));
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&partial)?;
        let written = file.write_all(&sealed).and_then(|()| file.sync_all()).and_then(|()| fs::rename(&partial, self.path(owner)));
        if let Err(error) = written {
            // The first failure is the one to report.
            let _ = fs::remove_file(&partial);
            return Err(error.into());
        }
        sync(&folder)?;
        Ok(Kept { wrapped, sha256: sha256(bytes) })
    }

    /// Makes a folder and its parents, each entry on disk.
    fn make(&self, folder: &Path) -> io::Result<()> {
        if folder.is_dir() {
            return Ok(());
        }
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        folder.ancestors().skip(1).take_while(|parent| parent.starts_with(&self.root)).try_for_each(sync)
    }

    /// Gives a document back, if it is the one that was put in.
    pub fn get(&self, keys: &MasterKey, owner: CaseOf, expected: Expected<'_>) -> Result<Vec<u8>, StoreError> {
        let key = keys.unwrap(owner, expected.wrapped).map_err(StoreError::Crypto)?;
        let sealed = fs::read(self.path(owner)).map_err(|error| match error.kind() {
            ErrorKind::NotFound => StoreError::Damaged,
            _ => StoreError::Io(error),
        })?;
        let bytes = key.open(&place(owner), &sealed).map_err(|_| StoreError::Damaged)?;
        if sha256(&bytes) == expected.sha256 { Ok(bytes) } else { Err(StoreError::Damaged) }
    }

    /// Removes a file that got no row.
    pub fn discard(&self, owner: CaseOf) -> io::Result<()> {
        fs::remove_file(self.path(owner))
    }
}

fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::new_id;
    use uuid::Uuid;

    struct Place {
        store: Store,
        keys: MasterKey,
        owner: CaseOf,
    }

    impl Place {
        fn new() -> Self {
            let root = std::env::temp_dir().join(format!("foi-docket-store-{}", new_id()));
            Self {
                store: Store::new(&root),
                keys: MasterKey::generate().unwrap(),
                owner: CaseOf { agency: Uuid::from_u128(1), case: new_id() },
            }
        }

        fn get(&self, kept: &Kept) -> Result<Vec<u8>, StoreError> {
            self.store.get(&self.keys, self.owner, Expected { wrapped: &kept.wrapped, sha256: &kept.sha256 })
        }

        fn file(&self) -> PathBuf {
            self.store.path(self.owner)
        }
    }

    impl Drop for Place {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.store.root);
        }
    }

    const TEXT: &[u8] = "检查笔录".as_bytes();

    #[test]
    fn a_document_comes_back_as_it_went_and_lies_encrypted() {
        let place = Place::new();
        let kept = place.store.put(&place.keys, place.owner, TEXT).unwrap();
        assert_eq!(place.get(&kept).unwrap(), TEXT);
        let stored = fs::read(place.file()).unwrap();
        assert!(!stored.windows(TEXT.len()).any(|window| window == TEXT));
        let names: Vec<_> = fs::read_dir(place.file().parent().unwrap()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, [place.owner.case.to_string().as_str()], "nothing half-written is left");
    }

    #[test]
    fn every_document_has_a_key_of_its_own() {
        let (one, two) = (Place::new(), Place::new());
        let first = one.store.put(&one.keys, one.owner, TEXT).unwrap();
        let second = two.store.put(&one.keys, two.owner, TEXT).unwrap();
        assert_ne!(first.wrapped, second.wrapped);
        assert_ne!(fs::read(one.file()).unwrap(), fs::read(two.file()).unwrap());
        let swapped = Kept { wrapped: second.wrapped, sha256: first.sha256 };
        assert!(matches!(one.get(&swapped), Err(StoreError::Crypto(_))), "a key does not open another row's document");
    }

    #[test]
    fn altered_cut_off_swapped_and_missing_files_are_damaged() {
        let place = Place::new();
        let kept = place.store.put(&place.keys, place.owner, TEXT).unwrap();
        let good = fs::read(place.file()).unwrap();
        for position in [0, good.len() / 2, good.len() - 1] {
            let mut bad = good.clone();
            bad[position] ^= 1;
            fs::write(place.file(), bad).unwrap();
            assert!(matches!(place.get(&kept), Err(StoreError::Damaged)), "byte {position}");
        }
        fs::write(place.file(), &good[..good.len() - 1]).unwrap();
        assert!(matches!(place.get(&kept), Err(StoreError::Damaged)));
        fs::write(place.file(), b"").unwrap();
        assert!(matches!(place.get(&kept), Err(StoreError::Damaged)));
        fs::write(place.file(), &good).unwrap();
        assert!(
            matches!(place.get(&Kept { sha256: [0; 32], wrapped: kept.wrapped.clone() }), Err(StoreError::Damaged)),
            "another digest in the row"
        );
        place.store.discard(place.owner).unwrap();
        assert!(matches!(place.get(&kept), Err(StoreError::Damaged)));
    }

    #[test]
    fn only_the_service_s_own_user_can_read_the_store() {
        use std::os::unix::fs::PermissionsExt;
        let place = Place::new();
        place.store.put(&place.keys, place.owner, TEXT).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&place.file()), mode(place.file().parent().unwrap())), (0o600, 0o700));
    }

    #[test]
    fn documents_spread_over_folders() {
        let place = Place::new();
        let folders: std::collections::BTreeSet<_> =
            (0..200).map(|_| place.store.folder(CaseOf { agency: Uuid::from_u128(1), case: new_id() })).collect();
        assert!(folders.len() > 50, "{}", folders.len());
    }
}
