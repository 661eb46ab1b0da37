//! From a [`Sheet`] to the bytes of a letter: DOCX, to be printed and sealed as approved, and PDF, to be served on line.
//!
//! Pure functions: no clock, no random value, no map without an order. The same sheet with the same fonts gives the same bytes, whose digest stands
//! on the trail; [`Fonts::digest`] says which fonts they were. The layout is that of GB/T 9704-2012. What cannot be drawn is refused by its code
//! point, never printed as an empty box.

mod clean;
mod docx;
mod fonts;
mod lines;
mod measure;
mod pages;
mod pdf;
mod spelt;
#[cfg(test)]
mod tests;

pub use fonts::Fonts;
pub use spelt::{spelt_pdf, undrawable};

use super::sheet::Sheet;

/// Why a letter could not be rendered.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// Characters that no font found has an outline for.
    #[error("no font found has {}", named(.0))]
    Undrawable(Vec<char>),
    /// Characters of a script that must be joined or reordered to be read, which is not done here.
    #[error("the script of {} cannot be set", named(.0))]
    Unshaped(Vec<char>),
    /// A table whose columns do not add up to 1,000, or a row with more or fewer cells than columns.
    #[error("a table's columns and cells do not fit together")]
    Table,
    /// A font that could be read when it was found, and cannot any more.
    #[error("font {0} cannot be read or was replaced")]
    Font(String),
    /// The container of the DOCX could not be written.
    #[error(transparent)]
    Container(#[from] zip::result::ZipError),
    /// A part of the DOCX could not be written.
    #[error(transparent)]
    Write(#[from] std::io::Error),
}

/// Characters by their code points.
pub fn named(characters: &[char]) -> String {
    characters.iter().map(|c| format!("U+{:04X} {c}", u32::from(*c))).collect::<Vec<_>>().join(", ")
}

/// The letter as an Office Open XML document. It names its fonts and embeds none: offices have them.
pub fn docx(sheet: &Sheet) -> Result<Vec<u8>, RenderError> {
    tables_fit(sheet)?;
    docx::write(&clean::sheet(sheet))
}

/// The letter as PDF, with the parts of the fonts it uses embedded and its text extractable.
pub fn pdf(sheet: &Sheet, fonts: &Fonts) -> Result<Vec<u8>, RenderError> {
    tables_fit(sheet)?;
    let sheet = clean::sheet(&sheet.flat());
    let shelf = fonts.shelf();
    let pages = pages::lay_out(&sheet, &shelf)?;
    pdf::write(&sheet, &pages, &shelf)
}

fn tables_fit(sheet: &Sheet) -> Result<(), RenderError> {
    let fits = sheet.blocks.iter().all(|block| match block {
        super::sheet::Block::Table { columns, rows } => {
            let widths: u32 = columns.iter().map(|c| u32::from(*c)).sum();
            widths == 1_000 && columns.iter().all(|c| *c >= 30) && rows.iter().all(|row| row.len() == columns.len())
        }
        super::sheet::Block::Grid { columns, rows, .. } => {
            let widths: u32 = columns.iter().map(|c| u32::from(*c)).sum();
            widths == 1_000 && columns.iter().all(|c| *c >= 30) && super::sheet::placed(columns.len(), rows).is_some()
        }
        _ => true,
    });
    if fits { Ok(()) } else { Err(RenderError::Table) }
}
