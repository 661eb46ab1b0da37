//! The fonts a PDF is set in: the bureau's own first, then those of the system, then the open one that comes with the program. A character that the
//! wanted font lacks is taken from any other font found, so that no rare character of a name is lost.

mod face;
mod shelf;
mod style;

use std::path::{Path, PathBuf};

pub(super) use face::Face;
pub(super) use shelf::{Glyph, Shelf};
pub(super) use style::{Style, Weight};

use crate::crypto::{hex, sha256};

/// Noto Serif CJK SC with every Han character it has (SIL Open Font License 1.1, assets/fonts), so that a machine without any font can render.
static OPEN: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/fonts/NotoSerifCJKsc-Regular.otf"));

/// Where systems keep fonts.
const SYSTEM: [&str; 5] =
    ["/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/texlive/texmf-dist/fonts/opentype", "/Library/Fonts", "C:\\Windows\\Fonts"];
/// Folders within folders, at most: a link that points upwards must not be followed for ever.
const DEEPEST: usize = 6;
/// Larger than any font known; anything above is left alone.
const LARGEST: u64 = 128 << 20;

/// Whose a font is; the order is that of preference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    /// In the folder the bureau configured.
    Own,
    /// Installed in the system.
    System,
    /// Comes with the program.
    Program,
}

/// Every font found, in order of preference.
#[derive(Debug)]
pub struct Fonts {
    faces: Vec<Face>,
    chains: Vec<Vec<style::Link>>,
    digest: String,
}

impl Fonts {
    /// The fonts in the bureau's own folder, if it has one, those of the system, and the one that comes with the program. Reads every font file
    /// there once; files that are no fonts, that may not be embedded or that have no outlines are passed over.
    pub fn find(own: Option<&Path>) -> Self {
        Self::found(own, &SYSTEM)
    }

    pub(super) fn found(own: Option<&Path>, system: &[&str]) -> Self {
        let mut files = Vec::new();
        if let Some(folder) = own {
            files.extend(under(folder).into_iter().map(|path| (Origin::Own, path)));
        }
        files.extend(system.iter().flat_map(|folder| under(Path::new(folder))).map(|path| (Origin::System, path)));
        let mut faces: Vec<_> = files.into_iter().flat_map(|(origin, path)| Face::of_file(origin, &path)).collect();
        faces.extend(Face::of_program(OPEN));
        Self::of(faces)
    }

    /// Only the font that comes with the program: the same bytes on every machine.
    pub fn of_program() -> Self {
        Self::of(Face::of_program(OPEN))
    }

    fn of(mut faces: Vec<Face>) -> Self {
        faces.sort_by(|a, b| a.order().cmp(&b.order()));
        faces.dedup_by(|a, b| a.order() == b.order());
        let listed: Vec<String> = faces.iter().map(|face| format!("{:?} {} {}\n", face.origin, hex(&face.digest), face.index)).collect();
        let digest = hex(&sha256(listed.concat().as_bytes()));
        Self { chains: style::chains(&faces), faces, digest }
    }

    /// SHA-256 over the digests of all fonts found, in hexadecimal: the bytes of a PDF are the same only with the same fonts.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The families found, in order of preference.
    pub fn families(&self) -> Vec<&str> {
        let mut families: Vec<&str> = self.faces.iter().map(Face::family).collect();
        families.dedup();
        families
    }

    /// The fonts, opened as one document needs them.
    pub(super) fn shelf(&self) -> Shelf<'_> {
        Shelf::new(&self.faces, &self.chains)
    }
}

fn under(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    gather(folder, DEEPEST, &mut files);
    files.sort();
    files
}

fn gather(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        let Ok(found) = std::fs::metadata(&path) else { continue };
        let is_font = path.extension().is_some_and(|e| ["ttf", "ttc", "otf", "otc"].iter().any(|known| e.eq_ignore_ascii_case(known)));
        if found.is_dir() && depth > 0 {
            gather(&path, depth - 1, files);
        } else if found.is_file() && is_font && found.len() <= LARGEST {
            files.push(path);
        }
    }
}
