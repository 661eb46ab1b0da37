//! One face of a font file: what it is called, what it has, and its bytes, which stay on disk until a letter needs them.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use ttf_parser::{Face as Parsed, name_id};

use super::Origin;
use crate::crypto::sha256;
use crate::letters::render::RenderError;

/// Where the bytes of a face are.
#[derive(Debug)]
enum Place {
    Program(&'static [u8]),
    File { path: PathBuf, read: OnceLock<Vec<u8>> },
}

/// One face of a font file.
#[derive(Debug)]
pub(in crate::letters::render) struct Face {
    pub(super) origin: Origin,
    pub(super) index: u32,
    /// SHA-256 of the file.
    pub(super) digest: [u8; 32],
    pub(super) bold: bool,
    /// Family and full names, in every language that the font has.
    names: Vec<String>,
    /// Ranges of code points it maps, both ends included, ascending.
    covers: Vec<(u32, u32)>,
    place: Place,
}

impl Face {
    /// The faces of the font that comes with the program.
    pub(super) fn of_program(bytes: &'static [u8]) -> Vec<Self> {
        let digest = sha256(bytes);
        faces(bytes).filter_map(|(index, face)| Self::of(&face, index, Origin::Program, digest, Place::Program(bytes))).collect()
    }

    /// The faces of a file; none if it is no font that can be embedded.
    pub(super) fn of_file(origin: Origin, path: &Path) -> Vec<Self> {
        let Ok(bytes) = std::fs::read(path) else { return Vec::new() };
        let digest = sha256(&bytes);
        let place = || Place::File { path: path.to_path_buf(), read: OnceLock::new() };
        faces(&bytes).filter_map(|(index, face)| Self::of(&face, index, origin, digest, place())).collect()
    }

    fn of(face: &Parsed<'_>, index: u32, origin: Origin, digest: [u8; 32], place: Place) -> Option<Self> {
        let outlines = face.tables().glyf.is_some() || face.tables().cff.is_some();
        if !outlines
            || !face.is_subsetting_allowed()
            || !face.is_outline_embedding_allowed()
            || face.permissions() == Some(ttf_parser::Permissions::Restricted)
        {
            return None;
        }
        let names = face
            .names()
            .into_iter()
            .filter(|name| matches!(name.name_id, name_id::FAMILY | name_id::TYPOGRAPHIC_FAMILY | name_id::FULL_NAME));
        let names: Vec<String> = names.filter_map(|name| name.to_string()).collect();
        Some(Self { origin, index, digest, bold: face.is_bold(), names, covers: covered(face), place })
    }

    /// The family, in the language the font names first.
    pub(super) fn family(&self) -> &str {
        self.names.first().map_or("", String::as_str)
    }

    /// Whether one of its names is this, apart from case and spaces.
    pub(super) fn is_called(&self, family: &str) -> bool {
        self.names.iter().any(|name| plain(name) == plain(family))
    }

    pub(super) fn order(&self) -> (Origin, &str, bool, [u8; 32], u32) {
        (self.origin, self.family(), self.bold, self.digest, self.index)
    }

    /// Whether it maps a character; it may still have no outline for it.
    pub(super) fn maps(&self, c: char) -> bool {
        let code = u32::from(c);
        let after = self.covers.partition_point(|(first, _)| *first <= code);
        after.checked_sub(1).and_then(|at| self.covers.get(at)).is_some_and(|(_, last)| code <= *last)
    }

    /// The bytes of its file.
    pub(in crate::letters::render) fn bytes(&self) -> Result<&[u8], RenderError> {
        match &self.place {
            Place::Program(bytes) => Ok(bytes),
            Place::File { path, read } => {
                if read.get().is_none() {
                    let bytes = std::fs::read(path).ok().filter(|bytes| sha256(bytes) == self.digest);
                    // Two letters may read it at once; both read the same.
                    let _ = read.set(bytes.ok_or_else(|| RenderError::Font(self.family().to_owned()))?);
                }
                read.get().map(Vec::as_slice).ok_or_else(|| RenderError::Font(self.family().to_owned()))
            }
        }
    }

    /// Its place in its file.
    pub(in crate::letters::render) fn index(&self) -> u32 {
        self.index
    }
}

fn plain(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, ' ' | '-' | '_')).flat_map(char::to_lowercase).collect()
}

fn faces(bytes: &[u8]) -> impl Iterator<Item = (u32, Parsed<'_>)> {
    (0..ttf_parser::fonts_in_collection(bytes).unwrap_or(1).min(64)).filter_map(|index| Some((index, Parsed::parse(bytes, index).ok()?)))
}

fn covered(face: &Parsed<'_>) -> Vec<(u32, u32)> {
    let mut codes = Vec::new();
    for table in face.tables().cmap.iter().flat_map(|cmap| cmap.subtables).filter(ttf_parser::cmap::Subtable::is_unicode) {
        table.codepoints(|code| codes.push(code));
    }
    codes.sort_unstable();
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for code in codes {
        match ranges.last_mut() {
            Some((_, last)) if code <= last.saturating_add(1) => *last = code,
            _ => ranges.push((code, code)),
        }
    }
    ranges
}
