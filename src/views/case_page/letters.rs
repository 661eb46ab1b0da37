//! Letters as they were made, on the case page: what they were composed by, and where to get them.

use super::reader::Reader;
use crate::case::model::{Case, Letter, MadeLetter, RenderedFile, UsedTemplate};
use crate::views::names::AccountRef;
use crate::views::shape::view;
use chrono::NaiveDate;
use uuid::Uuid;

view! {
    /// A letter that was made.
    pub struct MadeLetterView {
        /// Its id.
        id: Uuid,
        /// Which letter.
        letter: Letter,
        /// The day it was made.
        on: NaiveDate,
        /// Who made it.
        by: AccountRef,
        /// It counts: it was not made again since.
        current: bool,
        /// What it was composed by.
        templates: Vec<UsedTemplate>,
        /// To be printed and sealed.
        docx: RenderedFile,
        /// To be served on line.
        pdf: RenderedFile,
        /// SHA-256 over the fonts that the PDF was set in.
        fonts: String,
        /// Where to get it; with `?format=docx` as DOCX.
        href: String,
    }
}

impl Reader {
    /// A letter that was made.
    pub fn made(&self, case: &Case, made: &MadeLetter) -> MadeLetterView {
        MadeLetterView {
            id: made.id,
            letter: made.letter,
            on: made.on,
            by: self.account(made.by),
            current: case.made(made.letter).is_some_and(|last| last.id == made.id),
            templates: made.templates.clone(),
            docx: made.docx.clone(),
            pdf: made.pdf.clone(),
            fonts: made.fonts.clone(),
            href: format!("/api/v1/letters/{}/content", made.id),
        }
    }
}
