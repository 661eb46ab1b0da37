//! Which file of the package is which paper: names made of numbers and letters of ASCII alone, safe in every system, in the order of the
//! catalogue. Whatever people typed stands inside the files, never in their names.

use super::found::{Found, StoredFile};
use crate::steps::archive::catalogue::{Entry, Place, entries};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Who takes the package along with what only few may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Originals {
    /// Unredacted originals stay behind.
    Withheld,
    /// They go along.
    Included,
}

/// A paper of the dossier in the package.
pub(super) struct Item {
    pub entry: Entry,
    /// Its files, in order.
    pub files: Vec<Placed>,
}

/// A file of a paper.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    pub document: Uuid,
    /// Where it lies; none where it is withheld.
    pub path: Option<String>,
    /// It lies with an earlier paper too.
    pub again: bool,
}

const fn word(place: Place) -> &'static str {
    match place {
        Place::Reply => "reply",
        Place::Draft => "draft",
        Place::Information => "information",
        Place::Delivery => "delivery",
        Place::Application => "application",
        Place::Registration => "registration",
        Place::Confirmation => "confirmation",
        Place::Correction => "correction",
        Place::Search => "search",
        Place::Consultation => "consultation",
        Place::Extension => "extension",
        Place::Fee => "fee",
        Place::Opinion => "opinion",
        Place::Publication => "publication",
        Place::Proceeding => "proceeding",
        Place::Other => "other",
    }
}

fn path(root: &str, entry: &Entry, (number, file): (usize, &StoredFile)) -> String {
    let (word, extension) = (word(entry.place), file.extension());
    match number {
        0 => format!("{root}/documents/{:03}-{word}.{extension}", entry.n),
        more => format!("{root}/documents/{:03}-{word}-{}.{extension}", entry.n, more + 1),
    }
}

/// The papers of a dossier with their places in the folder of its case.
pub(super) fn place(found: &Found, originals: Originals, root: &str) -> Vec<Item> {
    placed(found, entries(&found.case), (originals, root))
}

/// The same of these papers alone.
pub(super) fn placed(found: &Found, entries: Vec<Entry>, (originals, root): (Originals, &str)) -> Vec<Item> {
    let sealed = match originals {
        Originals::Withheld => &found.sealed,
        Originals::Included => &BTreeSet::new(),
    };
    let mut placed: BTreeMap<Uuid, Option<String>> = BTreeMap::new();
    let mut items = Vec::new();
    for entry in entries {
        let mut files = Vec::new();
        for (number, document) in entry.files.iter().enumerate() {
            let Some(file) = found.files.get(document) else { continue };
            let again = placed.contains_key(document);
            let at = placed.entry(*document).or_insert_with(|| (!sealed.contains(document)).then(|| path(root, &entry, (number, file))));
            files.push(Placed { document: *document, path: at.clone(), again });
        }
        items.push(Item { entry, files });
    }
    items
}

impl Item {
    /// What the remark of the catalogue says (备注).
    pub fn remark(&self) -> String {
        let mut parts = Vec::new();
        if self.files.iter().any(|file| file.path.is_none()) {
            parts.push("密封或者不予公开，未随卷导出");
        }
        if self.files.iter().any(|file| file.path.is_some() && file.again) {
            parts.push("与前项同一文件");
        }
        if self.files.is_empty() && self.recorded() {
            parts.push("见办理记录");
        }
        parts.join("；")
    }

    /// The trail holds more of it than its files.
    pub fn recorded(&self) -> bool {
        !self.entry.record.is_null()
    }
}
