//! Blocks into strips, strips onto pages.

mod strips;

use super::RenderError;
use super::fonts::{Shelf, Style};
use super::lines::{Edge, Line, Setting, lines};
use super::measure::{BORDER, FOLIO_GAP, HEIGHT, PITCH, SMALL, WIDTH};
use crate::letters::sheet::Sheet;

/// The colour of what is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    /// Words.
    Black,
    /// The issuer and its rule.
    Red,
}

/// Something drawn, measured from the top left corner of its strip, then of the text area.
#[derive(Debug, Clone)]
pub(super) enum Mark {
    /// A line of text.
    Text {
        /// Its left edge.
        x: i32,
        /// Its baseline.
        y: i32,
        /// Its size.
        size: i32,
        /// Its colour.
        ink: Ink,
        /// What stands on it.
        line: Line,
    },
    /// A filled rectangle: a rule or a border.
    Bar {
        /// Left edge.
        x: i32,
        /// Upper edge.
        y: i32,
        /// Across.
        width: i32,
        /// Down.
        height: i32,
        /// Its colour.
        ink: Ink,
    },
}

impl Mark {
    fn lowered(mut self, by: i32) -> Self {
        match &mut self {
            Self::Text { y, .. } | Self::Bar { y, .. } => *y += by,
        }
        self
    }
}

/// What a strip is to the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Words.
    Text,
    /// White, which a page does not begin with.
    Gap,
    /// A row of a table, or a line of a row too tall for a page.
    Row,
}

/// A piece of the text area over its whole width that is never cut.
#[derive(Debug, Clone)]
struct Strip {
    height: i32,
    marks: Vec<Mark>,
    kind: Kind,
    /// Whether the next strip must be on the same page.
    holds_next: bool,
}

impl Strip {
    fn gap(height: i32) -> Self {
        Self { height, marks: Vec::new(), kind: Kind::Gap, holds_next: false }
    }
}

/// What stands on one page, measured from the top left corner of the text area.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// In the order of reading.
    pub(super) marks: Vec<Mark>,
    used: i32,
    last: Option<Kind>,
}

/// The pages of a letter.
pub(super) fn lay_out(sheet: &Sheet, shelf: &Shelf<'_>) -> Result<Vec<Page>, RenderError> {
    let mut pages = stacked(strips::of(sheet, shelf)?);
    for (at, page) in pages.iter_mut().enumerate() {
        page.marks.push(folio(at + 1, shelf)?);
    }
    Ok(pages)
}

fn stacked(strips: Vec<Strip>) -> Vec<Page> {
    let mut pages = Vec::new();
    let mut page = Page::default();
    let mut rest = strips.as_slice();
    while let Some(strip) = rest.first() {
        let together = rest.iter().take_while(|s| s.holds_next).count() + 1;
        let needed: i32 = rest.iter().take(together).map(|s| s.height).sum();
        // What must stay together and is taller than a page is cut where the page ends.
        let needed = if needed <= HEIGHT { needed } else { strip.height };
        if page.used > 0 && page.used + needed > HEIGHT {
            pages.push(closed(std::mem::take(&mut page)));
        }
        let count = if needed == strip.height { 1 } else { together };
        for strip in rest.iter().take(count) {
            put(strip, &mut page);
        }
        rest = rest.get(count..).unwrap_or_default();
    }
    pages.push(closed(page));
    pages
}

fn put(strip: &Strip, page: &mut Page) {
    if strip.kind == Kind::Gap && page.used == 0 {
        return;
    }
    let top = page.used;
    // The first row on a page is closed above, and what follows the last row closes it below.
    if (strip.kind == Kind::Row) != (page.last == Some(Kind::Row)) {
        page.marks.push(border(top));
    }
    page.marks.extend(strip.marks.iter().cloned().map(|mark| mark.lowered(top)));
    page.used += strip.height;
    page.last = Some(strip.kind);
}

fn closed(mut page: Page) -> Page {
    if page.last == Some(Kind::Row) {
        page.marks.push(border(page.used));
    }
    page
}

fn border(y: i32) -> Mark {
    Mark::Bar { x: 0, y, width: WIDTH + BORDER, height: BORDER, ink: Ink::Black }
}

/// The page number between dashes: one character from the outer edge, right on odd pages and left on even ones.
fn folio(number: usize, shelf: &Shelf<'_>) -> Result<Mark, RenderError> {
    let setting = Setting { style: Style::Folio, size: SMALL, width: WIDTH, indent: 0, edge: Edge::Ragged };
    let line = lines(&format!("— {number} —"), setting, shelf)?.into_iter().next().unwrap_or_default();
    let x = if number % 2 == 1 { WIDTH - PITCH - line.width } else { PITCH };
    Ok(Mark::Text { x, y: HEIGHT + FOLIO_GAP + SMALL, size: SMALL, ink: Ink::Black, line })
}

/// The baseline of a line in a box of some height: the characters stand in its middle.
fn baseline(height: i32, size: i32) -> i32 {
    (height - size) / 2 + size * 88 / 100
}
