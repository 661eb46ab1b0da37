//! The same promises in both stores.

use super::*;
use crate::crypto::segments::SEGMENT;
use crate::ids::new_id;
use std::fs;
use std::path::PathBuf;

struct Place {
    store: Store,
    keys: MasterKey,
    owner: CaseOf,
}

impl Place {
    fn over(store: Store) -> Self {
        Self { store, keys: MasterKey::generate().unwrap(), owner: CaseOf { agency: Uuid::from_u128(1), case: new_id() } }
    }

    fn folder() -> Self {
        Self::over(Store::new(&std::env::temp_dir().join(format!("foi-docket-store-{}", new_id()))))
    }

    fn both() -> [Self; 2] {
        [Self::folder(), Self::over(Store::Bucket(Bucket::in_memory()))]
    }

    fn put(&self, bytes: &[u8]) -> Kept {
        self.store.put(&self.keys, self.owner, bytes).unwrap()
    }

    fn get(&self, kept: &Kept) -> Result<Vec<u8>, StoreError> {
        let expected = Expected { wrapped: &kept.wrapped, sha256: &kept.sha256, object: Some(&kept.object) };
        self.store.get(&self.keys, self.owner, expected)
    }

    fn stored(&self, kept: &Kept) -> Vec<u8> {
        let name = name(self.owner.agency, &kept.object);
        self.store.read(&name, 0..self.store.size(&name).unwrap()).unwrap()
    }

    fn tamper(&self, kept: &Kept, bytes: Option<&[u8]>) {
        let name = name(self.owner.agency, &kept.object);
        match (&self.store, bytes) {
            (Store::Bucket(bucket), bytes) => bucket.tamper(&name, bytes.map(<[u8]>::to_vec)),
            (Store::Folder(folder), Some(bytes)) => fs::write(folder.root().join(name), bytes).unwrap(),
            (Store::Folder(folder), None) => fs::remove_file(folder.root().join(name)).unwrap(),
        }
    }

    fn root(&self) -> &Path {
        let Store::Folder(folder) = &self.store else { panic!("no folder") };
        folder.root()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Store::Folder(folder) = &self.store {
            let _ = fs::remove_dir_all(folder.root());
        }
    }
}

const TEXT: &[u8] = "检查笔录".as_bytes();

fn long() -> Vec<u8> {
    (0..2 * SEGMENT + 7).map(|n| u8::try_from(n % 251).unwrap()).collect()
}

#[test]
fn a_document_comes_back_as_it_went_and_lies_encrypted_under_its_own_digest() {
    for place in Place::both() {
        for text in [TEXT, &long()] {
            let kept = place.put(text);
            assert!(place.get(&kept).unwrap() == text);
            let stored = place.stored(&kept);
            assert_eq!(sha256(&stored), kept.object, "whoever keeps the store can check it without a key");
            assert!(!stored.windows(TEXT.len()).any(|window| window == &text[..TEXT.len()]));
        }
    }
}

#[test]
fn every_document_has_a_key_of_its_own() {
    for place in Place::both() {
        let other = CaseOf { agency: place.owner.agency, case: new_id() };
        let (first, second) = (place.put(TEXT), place.store.put(&place.keys, other, TEXT).unwrap());
        assert_ne!((&first.wrapped, first.object), (&second.wrapped, second.object));
        let swapped = Kept { wrapped: second.wrapped, sha256: first.sha256, object: first.object };
        assert!(matches!(place.get(&swapped), Err(StoreError::Crypto(_))), "a key does not open another row's document");
        let moved = Kept { wrapped: first.wrapped, sha256: second.sha256, object: second.object };
        assert!(matches!(place.get(&moved), Err(StoreError::Damaged)), "nor does an object open under another row");
    }
}

#[test]
fn altered_cut_off_swapped_and_missing_objects_are_damaged() {
    for place in Place::both() {
        for text in [TEXT, &long()] {
            let kept = place.put(text);
            let good = place.stored(&kept);
            for position in [0, good.len() / 2, good.len() - 1] {
                let mut bad = good.clone();
                bad[position] ^= 1;
                place.tamper(&kept, Some(&bad));
                assert!(matches!(place.get(&kept), Err(StoreError::Damaged)), "byte {position}");
            }
            for bad in [&good[..good.len() - 1], &good[..good.len() / 2], b"".as_slice(), &[good.as_slice(), b"x"].concat()] {
                place.tamper(&kept, Some(bad));
                assert!(matches!(place.get(&kept), Err(StoreError::Damaged)), "{} bytes", bad.len());
            }
            place.tamper(&kept, Some(&good));
            let other = Kept { sha256: [0; 32], wrapped: kept.wrapped.clone(), object: kept.object };
            assert!(matches!(place.get(&other), Err(StoreError::Damaged)), "another digest in the row");
            place.tamper(&kept, None);
            assert!(matches!(place.get(&kept), Err(StoreError::Damaged)));
        }
    }
}

#[test]
fn no_segment_of_a_document_cut_off_at_a_segment_is_the_last() {
    use crate::crypto::segments::{HEADER, SEALED};
    for place in Place::both() {
        let kept = place.put(&long());
        let good = place.stored(&kept);
        place.tamper(&kept, Some(&good[..HEADER + SEALED]));
        assert!(matches!(place.get(&kept), Err(StoreError::Damaged)));
    }
}

#[test]
fn a_long_document_is_read_segment_by_segment() {
    for place in Place::both() {
        let kept = place.put(&long());
        let expected = Expected { wrapped: &kept.wrapped, sha256: &kept.sha256, object: Some(&kept.object) };
        let mut reader = place.store.open(&place.keys, place.owner, expected).unwrap();
        assert!(reader.is_long());
        let mut sizes = Vec::new();
        while let Some(part) = reader.part().unwrap() {
            sizes.push(part.len());
        }
        assert_eq!(sizes, [SEGMENT, SEGMENT, 7]);
        assert_eq!(place.store.open(&place.keys, place.owner, expected).unwrap().size().unwrap(), long().len() as u64);
    }
}

#[test]
fn nothing_is_ever_overwritten() {
    for place in Place::both() {
        let (name, parts) = (name(place.owner.agency, &sha256(b"ab")), || vec![b"a".to_vec(), b"b".to_vec()]);
        place.store.create(name.clone(), parts(), &sha256(b"ab")).unwrap();
        place.store.create(name.clone(), parts(), &sha256(b"ab")).unwrap();
        let kept = Kept { wrapped: Vec::new(), sha256: [0; 32], object: sha256(b"ab") };
        place.tamper(&kept, Some(b"other"));
        assert!(matches!(place.store.create(name.clone(), parts(), &sha256(b"ab")), Err(StoreError::Occupied)));
        assert_eq!(place.stored(&kept), b"other", "what lies there stays, for whoever looks into it");
    }
}

#[test]
fn what_got_no_row_goes() {
    for place in Place::both() {
        let kept = place.put(TEXT);
        place.store.discard(place.owner.agency, &kept.object).unwrap();
        assert!(matches!(place.get(&kept), Err(StoreError::Damaged)));
    }
}

#[test]
fn a_document_of_the_first_release_is_read_as_it_lies() {
    for place in Place::both() {
        let key = CaseKey::generate().unwrap();
        let sealed = key.seal(&super::place(place.owner), TEXT).unwrap();
        let wrapped = place.keys.wrap(place.owner, &key).unwrap();
        place.store.create(early_name(place.owner), vec![sealed.clone()], &sha256(&sealed)).unwrap();
        let get = |sha256: &[u8]| place.store.get(&place.keys, place.owner, Expected { wrapped: &wrapped, sha256, object: None });
        assert_eq!(get(&sha256(TEXT)).unwrap(), TEXT);
        assert!(matches!(get(&[0; 32]), Err(StoreError::Damaged)));
    }
}

#[test]
fn only_the_service_s_own_user_can_read_the_folder() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::folder();
    let kept = place.put(TEXT);
    let file = place.root().join(name(place.owner.agency, &kept.object));
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&file), mode(file.parent().unwrap())), (0o600, 0o700));
    let names: Vec<PathBuf> = fs::read_dir(file.parent().unwrap()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(names, [file], "nothing half-written is left");
}

#[test]
fn a_bucket_that_cannot_be_reached_says_so() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let settings = BucketSettings {
        bucket: "dossiers".into(),
        prefix: String::new(),
        region: "us-east-1".into(),
        endpoint: Some(format!("http://127.0.0.1:{port}")),
        access_key: "test".into(),
        secret_key: "test".into(),
    };
    let place = Place::over(Store::bucket(&settings).unwrap());
    assert!(matches!(place.store.check(), Err(StoreError::Bucket(_))));
    assert!(matches!(place.store.put(&place.keys, place.owner, TEXT), Err(StoreError::Bucket(_))));
}
