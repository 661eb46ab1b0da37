//! Letters as they were made (制作): which words, by which templates, with which digests. The words themselves lie in the document store.

use super::mailing::Letter;
use crate::case::private::Private;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A template that a letter was composed by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UsedTemplate {
    /// The kind of template.
    #[schema(example = "reply")]
    pub kind: String,
    /// The agency's edition; 0 is the national default.
    pub edition: i32,
    /// SHA-256 of its text, in hexadecimal.
    pub sha256: String,
}

/// A file that a letter was rendered to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RenderedFile {
    /// The stored document.
    pub document: Uuid,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Its size in bytes.
    pub size: u64,
}

/// A letter that was made. It is made again only while its text may still change: before it is dispatched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeLetter {
    /// Its id.
    pub id: Uuid,
    /// Which letter.
    pub letter: Letter,
    /// The day it was made.
    pub on: NaiveDate,
    /// Who made it.
    pub by: Uuid,
    /// What it was composed by.
    pub templates: Vec<UsedTemplate>,
    /// To be printed and sealed.
    pub docx: RenderedFile,
    /// To be served on line; none where it was made for paper alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pdf: Option<RenderedFile>,
    /// SHA-256 over the fonts that there were, those of the PDF, in hexadecimal.
    pub fonts: String,
    /// SHA-256 of what it says, before it was set, in hexadecimal; none in letters from before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub says: Option<String>,
    /// It had left on paper written elsewhere before: a copy for the file, not what the recipient has in hand.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub after_dispatch: bool,
}

impl MadeLetter {
    /// Its files, the one that is served on line first.
    pub fn files(&self) -> impl Iterator<Item = &RenderedFile> {
        self.pdf.iter().chain([&self.docx])
    }
}

/// The scan of a letter as it was sealed (盖章件扫描件), a document of the letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterScan {
    /// Running number in the case, from 1.
    pub n: u32,
    /// Which letter.
    pub letter: Letter,
    /// The letter as it was made here, whose text was sealed; none where it was not made here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made: Option<Uuid>,
    /// The stored document.
    pub document_id: Uuid,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// The day it was filed.
    pub added_on: NaiveDate,
    /// Who filed it.
    pub by: Uuid,
    /// Why it came after the closing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late_reason: Option<Private>,
}
