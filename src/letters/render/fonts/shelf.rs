//! The fonts as one document uses them: opened when first asked, every answer remembered.

use std::cell::RefCell;
use std::collections::BTreeMap;

use ttf_parser::{Face as Parsed, GlyphId};

use super::Face;
use super::style::{Link, Style, Weight, place};
use crate::letters::render::RenderError;

/// A glyph of a face, and how wide it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::letters::render) struct Glyph {
    /// The face, by its place among all.
    pub(in crate::letters::render) face: usize,
    /// The glyph within its face.
    pub(in crate::letters::render) id: u16,
    /// Thousandths of the size.
    pub(in crate::letters::render) advance: i32,
    /// How it is drawn.
    pub(in crate::letters::render) weight: Weight,
}

/// A character in a style, with its variation selector.
type Wanted = (Style, char, Option<char>);

/// The fonts as one document uses them.
pub(in crate::letters::render) struct Shelf<'a> {
    faces: &'a [Face],
    chains: &'a [Vec<Link>],
    open: RefCell<BTreeMap<usize, Parsed<'a>>>,
    known: RefCell<BTreeMap<Wanted, Option<Glyph>>>,
}

impl<'a> Shelf<'a> {
    pub(super) fn new(faces: &'a [Face], chains: &'a [Vec<Link>]) -> Self {
        Self { faces, chains, open: RefCell::default(), known: RefCell::default() }
    }

    /// A face by its place.
    pub(in crate::letters::render) fn face(&self, at: usize) -> Result<(&'a Face, Parsed<'a>), RenderError> {
        let face = self.faces.get(at).ok_or_else(|| RenderError::Font(at.to_string()))?;
        if let Some(parsed) = self.open.borrow().get(&at) {
            return Ok((face, parsed.clone()));
        }
        let parsed = Parsed::parse(face.bytes()?, face.index).map_err(|_| RenderError::Font(face.family().to_owned()))?;
        self.open.borrow_mut().insert(at, parsed.clone());
        Ok((face, parsed))
    }

    /// The glyph for a character, in the form its variation selector asks for where a font has that form.
    pub(in crate::letters::render) fn glyph(&self, style: Style, c: char, variation: Option<char>) -> Result<Option<Glyph>, RenderError> {
        if let Some(known) = self.known.borrow().get(&(style, c, variation)) {
            return Ok(*known);
        }
        let found = match variation {
            Some(form) => match self.first(style, c, |parsed| parsed.glyph_variation_index(c, form))? {
                Some(glyph) => Some(glyph),
                None => self.glyph(style, c, None)?,
            },
            None => self.first(style, c, |parsed| parsed.glyph_index(c))?,
        };
        self.known.borrow_mut().insert((style, c, variation), found);
        Ok(found)
    }

    fn first(&self, style: Style, c: char, find: impl Fn(&Parsed<'a>) -> Option<GlyphId>) -> Result<Option<Glyph>, RenderError> {
        for link in self.chains.get(place(style)).into_iter().flatten() {
            if !self.faces.get(link.face).is_some_and(|face| face.maps(c)) {
                continue;
            }
            let (_, parsed) = self.face(link.face)?;
            let Some(id) = find(&parsed).filter(|id| id.0 != 0) else { continue };
            // A font may map a character to nothing: what has no outline would be lost without a trace.
            if !c.is_whitespace() && parsed.glyph_bounding_box(id).is_none() {
                continue;
            }
            let advance = i32::from(parsed.glyph_hor_advance(id).unwrap_or_default());
            let units = i32::from(parsed.units_per_em()).max(1);
            return Ok(Some(Glyph { face: link.face, id: id.0, advance: (advance * 1_000 + units / 2) / units, weight: link.weight }));
        }
        Ok(None)
    }
}
