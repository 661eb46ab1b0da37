//! Letters as they were made, on the case page: what they were composed by, and where to get them.

use super::reader::Reader;
use crate::case::model::{Case, Letter, LetterScan, MadeLetter, RenderedFile, UsedTemplate};
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
        /// To be served on line; null where it was made for paper alone.
        pdf: Option<RenderedFile>,
        /// SHA-256 over the fonts that there were, those of the PDF.
        fonts: String,
        /// It had left on paper written elsewhere before: a copy for the file.
        after_dispatch: bool,
        /// Where to get it; with `?format=docx` as DOCX, which it is anyway where there is no PDF.
        href: String,
    }
}

view! {
    /// The scan of a letter as it was sealed.
    pub struct LetterScanView {
        /// Running number in the case.
        n: u32,
        /// Which letter.
        letter: Letter,
        /// The letter as it was made here, whose text was sealed.
        made: Option<Uuid>,
        /// It counts: the letter was not made again since, and no later scan is filed.
        current: bool,
        /// The stored document.
        document_id: Uuid,
        /// SHA-256 of its bytes.
        sha256: String,
        /// The day it was filed.
        added_on: NaiveDate,
        /// Who filed it.
        by: AccountRef,
        /// Why it came after the closing.
        late_reason: Option<String>,
    }
}

impl Reader {
    /// The scan of a sealed letter.
    pub fn scan(&self, case: &Case, scan: &LetterScan) -> LetterScanView {
        LetterScanView {
            n: scan.n,
            letter: scan.letter,
            made: scan.made,
            current: case.scan(scan.letter).is_some_and(|last| last.n == scan.n),
            document_id: scan.document_id,
            sha256: scan.sha256.clone(),
            added_on: scan.added_on,
            by: self.account(scan.by),
            late_reason: self.text_some(scan.late_reason.as_ref()),
        }
    }

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
            after_dispatch: made.after_dispatch,
            href: format!("/api/v1/letters/{}/content", made.id),
        }
    }
}
