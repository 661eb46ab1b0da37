//! A document on its way out of the store: one segment in memory at a time, none given out of a document that is not whole.

use super::{Store, StoreError, name, place};
use crate::crypto::segments::{HEADER, SEALED, Segments, Which};
use crate::crypto::{CaseKey, CaseOf, Sha256};

/// Reads a document segment by segment. The last one is given only when both digests are right.
pub struct Reader(State);

enum State {
    /// A document of the first release, opened and compared.
    Whole(Option<Vec<u8>>),
    Segments(Box<Open>),
}

struct Open {
    store: Store,
    name: String,
    segments: Segments,
    /// Where the next segment begins in the object, and where the object ends.
    at: u64,
    end: u64,
    digests: Option<(Sha256, Sha256)>,
    object: Vec<u8>,
    sha256: Vec<u8>,
}

impl Reader {
    pub(super) fn whole(bytes: Vec<u8>) -> Self {
        Self(State::Whole(Some(bytes)))
    }

    pub(super) fn open(store: Store, key: &CaseKey, owner: CaseOf, (object, sha256): (&[u8], &[u8])) -> Result<Self, StoreError> {
        let name = name(owner.agency, object);
        let end = store.size(&name)?;
        let at = HEADER as u64;
        if end < at {
            return Err(StoreError::Damaged);
        }
        let header = store.read(&name, 0..at)?;
        let segments = key.segments(&place(owner), &header).map_err(|_| StoreError::Damaged)?;
        let mut of_object = Sha256::default();
        of_object.update(&header);
        let digests = Some((of_object, Sha256::default()));
        let (object, sha256) = (object.to_vec(), sha256.to_vec());
        Ok(Self(State::Segments(Box::new(Open { store, name, segments, at, end, digests, object, sha256 }))))
    }

    /// Whether the document has more than one segment left: it is not opened as a whole.
    pub fn is_long(&self) -> bool {
        match &self.0 {
            State::Whole(_) => false,
            State::Segments(open) => open.end - open.at > SEALED as u64,
        }
    }

    /// The next segment; none after the last.
    pub fn part(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        match &mut self.0 {
            State::Whole(bytes) => Ok(bytes.take()),
            State::Segments(open) => open.part(),
        }
    }

    /// Reads to the end and tells the size.
    pub fn size(mut self) -> Result<u64, StoreError> {
        let mut size = 0;
        while let Some(part) = self.part()? {
            size += part.len() as u64;
        }
        Ok(size)
    }
}

impl Open {
    fn part(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        let Some((mut of_object, mut of_bytes)) = self.digests.take() else { return Ok(None) };
        let until = self.end.min(self.at + SEALED as u64);
        let which = if until == self.end { Which::Last } else { Which::Inner };
        let sealed = self.store.read(&self.name, self.at..until)?;
        of_object.update(&sealed);
        let bytes = self.segments.open(sealed, which).map_err(|_| StoreError::Damaged)?;
        of_bytes.update(&bytes);
        self.at = until;
        if which == Which::Inner {
            self.digests = Some((of_object, of_bytes));
        } else if of_object.finish().as_slice() != self.object || of_bytes.finish().as_slice() != self.sha256 {
            return Err(StoreError::Damaged);
        }
        Ok(Some(bytes))
    }
}
