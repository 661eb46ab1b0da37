//! Every kind of block as strips.

use super::{Ink, Kind, Mark, Strip, baseline};
use crate::letters::render::RenderError;
use crate::letters::render::fonts::{Shelf, Style};
use crate::letters::render::lines::{Edge, Line, Setting, lines};
use crate::letters::render::measure::{
    BODY, BORDER, CELL_LINE, CELL_PAD, HEIGHT, LINE, PITCH, RULE, RULE_GAP, SMALL, SMALL_LINE, TITLE, TITLE_LINE, WIDTH, issuer_size,
    signature_centre,
};
use crate::letters::sheet::{Block, Sheet};

/// The strips of a letter, in order.
pub(super) fn of(sheet: &Sheet, shelf: &Shelf<'_>) -> Result<Vec<Strip>, RenderError> {
    let mut strips = Vec::new();
    let mut before: Option<&Block> = None;
    for (at, block) in sheet.blocks.iter().enumerate() {
        let next = sheet.blocks.get(at + 1);
        strips.extend(between(before, block).map(Strip::gap));
        match block {
            Block::Issuer(words) => {
                let size = issuer_size(words);
                strips.extend(centred(words, (Style::Title, size, size * 13 / 10), Ink::Red, shelf)?);
                if !matches!(next, Some(Block::Number(_))) {
                    strips.push(rule());
                }
            }
            Block::Number(words) => {
                strips.extend(centred(words, (Style::Body, BODY, LINE), Ink::Black, shelf)?);
                if matches!(before, Some(Block::Issuer(_))) {
                    strips.push(rule());
                }
            }
            Block::Title(words) => strips.extend(centred(words, (Style::Title, TITLE, TITLE_LINE), Ink::Black, shelf)?),
            Block::Addressee(words) => strips.extend(text(words, body(Style::Body, 0), Look::BODY, shelf)?),
            Block::Heading(words) => {
                let mut heading = text(words, body(Style::Heading, 2 * PITCH), Look::BODY, shelf)?;
                for strip in &mut heading {
                    strip.holds_next = true;
                }
                strips.extend(heading);
            }
            Block::Paragraph(words) => strips.extend(text(words, body(Style::Body, 2 * PITCH), Look::BODY, shelf)?),
            Block::Verbatim(words) => {
                let setting = Setting { style: Style::Quote, size: BODY, width: WIDTH - 2 * PITCH, indent: 0, edge: Edge::Ragged };
                strips.extend(text(words, setting, Look { left: 2 * PITCH, ..Look::BODY }, shelf)?);
            }
            Block::Note(words) => {
                let setting = Setting { style: Style::Body, size: SMALL, width: WIDTH, indent: 2 * SMALL, edge: Edge::Even };
                strips.extend(text(words, setting, Look { left: 0, line: SMALL_LINE }, shelf)?);
            }
            Block::Table { columns, rows } => {
                for row in rows {
                    strips.extend(self::row(columns, row, shelf)?);
                }
            }
            // A page is laid out from a flat sheet.
            Block::Grid { .. } => return Err(RenderError::Table),
            Block::Signature { agency, dated } => sign(&mut strips, (agency, dated), shelf)?,
        }
        before = Some(block);
    }
    Ok(strips)
}

/// The white between two blocks.
fn between(before: Option<&Block>, block: &Block) -> Option<i32> {
    match (before?, block) {
        (Block::Issuer(_), Block::Number(_)) => Some(LINE / 2),
        (Block::Title(_), Block::Number(_)) => Some(LINE / 4),
        (Block::Issuer(_) | Block::Title(_) | Block::Number(_), _) => Some(LINE),
        // The lower half of the seal reaches below the date.
        (Block::Signature { .. }, _) => Some(2 * LINE),
        (_, Block::Table { .. }) | (Block::Table { .. }, _) => Some(LINE / 3),
        (Block::Note(_), Block::Note(_)) => None,
        (_, Block::Note(_)) => Some(LINE / 2),
        _ => None,
    }
}

fn body(style: Style, indent: i32) -> Setting {
    Setting { style, size: BODY, width: WIDTH, indent, edge: Edge::Even }
}

#[derive(Clone, Copy)]
struct Look {
    left: i32,
    line: i32,
}

impl Look {
    const BODY: Self = Self { left: 0, line: LINE };
}

fn text(words: &str, setting: Setting, look: Look, shelf: &Shelf<'_>) -> Result<Vec<Strip>, RenderError> {
    let lines = lines(words, setting, shelf)?;
    Ok(lines.into_iter().map(|line| strip(line, look.left, (setting.size, look.line), Ink::Black)).collect())
}

fn strip(line: Line, x: i32, (size, height): (i32, i32), ink: Ink) -> Strip {
    let mark = Mark::Text { x, y: baseline(height, size), size, ink, line };
    Strip { height, marks: vec![mark], kind: Kind::Text, holds_next: false }
}

fn centred(words: &str, (style, size, height): (Style, i32, i32), ink: Ink, shelf: &Shelf<'_>) -> Result<Vec<Strip>, RenderError> {
    let setting = Setting { style, size, width: WIDTH, indent: 0, edge: Edge::Ragged };
    let lines = lines(words, setting, shelf)?;
    Ok(lines
        .into_iter()
        .map(|line| {
            let x = (WIDTH - line.width) / 2;
            Strip { holds_next: true, ..strip(line, x, (size, height), ink) }
        })
        .collect())
}

fn rule() -> Strip {
    let mark = Mark::Bar { x: 0, y: RULE_GAP, width: WIDTH, height: RULE, ink: Ink::Red };
    Strip { height: RULE_GAP + RULE, marks: vec![mark], kind: Kind::Text, holds_next: false }
}

/// The agency and the date, with white above them for the upper half of the seal. They take the last two lines before them along, so that no page
/// bears a seal and no text (GB/T 9704-2012, 7.3.5).
fn sign(strips: &mut Vec<Strip>, (agency, dated): (&str, &str), shelf: &Shelf<'_>) -> Result<(), RenderError> {
    let setting = Setting { style: Style::Body, size: BODY, width: WIDTH - 4 * PITCH, indent: 0, edge: Edge::Ragged };
    let agency = lines(agency, setting, shelf)?;
    let dated = lines(dated, setting, shelf)?;
    let widest = |lines: &[Line]| lines.iter().map(|line| line.width).max().unwrap_or_default();
    let centre = signature_centre(widest(&agency), widest(&dated));
    let mut taken = 0;
    for strip in strips.iter_mut().rev() {
        if taken == 2 {
            break;
        }
        strip.holds_next = true;
        taken += usize::from(strip.kind != Kind::Gap);
    }
    strips.push(Strip { holds_next: true, ..Strip::gap(2 * LINE) });
    let last = agency.len() + dated.len();
    for (at, line) in agency.into_iter().chain(dated).enumerate() {
        let x = (centre - line.width / 2).max(0);
        strips.push(Strip { holds_next: at + 1 < last, ..strip(line, x, (BODY, LINE), Ink::Black) });
    }
    Ok(())
}

/// A row of a table: one strip, or one for every line if it is so tall that it must be allowed to break.
fn row(columns: &[u16], cells: &[String], shelf: &Shelf<'_>) -> Result<Vec<Strip>, RenderError> {
    let mut left = 0;
    let mut set = Vec::new();
    for (column, cell) in columns.iter().zip(cells) {
        let width = WIDTH * i32::from(*column) / 1_000;
        let setting = Setting { style: Style::Body, size: SMALL, width: width - 2 * CELL_PAD, indent: 0, edge: Edge::Ragged };
        set.push((left, lines(cell, setting, shelf)?));
        left += width;
    }
    let tallest = set.iter().map(|(_, lines)| lines.len()).max().unwrap_or(1);
    let height = i32::try_from(tallest).unwrap_or(i32::MAX / CELL_LINE / 2) * CELL_LINE + CELL_PAD;
    let breaks = height > HEIGHT / 2;
    let per_strip = if breaks { 1 } else { tallest };
    let count = tallest.div_ceil(per_strip);
    let mut strips = Vec::with_capacity(count);
    for part in 0..count {
        let padding = CELL_PAD / 2 * (i32::from(part == 0) + i32::from(part + 1 == count));
        let above = if part == 0 { CELL_PAD / 2 } else { 0 };
        let height = i32::try_from(per_strip).unwrap_or(1) * CELL_LINE + padding;
        let mut marks = Vec::new();
        if part == 0 {
            marks.push(super::border(0));
        }
        for x in set.iter().map(|(x, _)| *x).chain([WIDTH]) {
            marks.push(Mark::Bar { x, y: 0, width: BORDER, height, ink: Ink::Black });
        }
        for (x, lines) in &set {
            for (at, line) in lines.iter().skip(part * per_strip).take(per_strip).enumerate() {
                let y = above + i32::try_from(at).unwrap_or_default() * CELL_LINE + baseline(CELL_LINE, SMALL);
                marks.push(Mark::Text { x: x + CELL_PAD, y, size: SMALL, ink: Ink::Black, line: line.clone() });
            }
        }
        strips.push(Strip { height, marks, kind: Kind::Row, holds_next: false });
    }
    Ok(strips)
}
