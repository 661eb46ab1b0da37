//! A letter as it will be printed: its parts in order, without fonts or pages. What composes letters ends here, what renders them begins here.

use crate::crypto;
use serde::Serialize;

/// One part of a letter, in the order of GB/T 9704-2012.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Block {
    /// The issuing agency at the head (发文机关标志).
    Issuer(String),
    /// The title, centred.
    Title(String),
    /// The document number (文号), centred.
    Number(String),
    /// Whom it addresses, flush left, with its colon.
    Addressee(String),
    /// A heading within the letter, as 一、.
    Heading(String),
    /// Running text, indented by two characters.
    Paragraph(String),
    /// Somebody else's words, verbatim: every line break and space stays.
    Verbatim(String),
    /// A table: widths of its columns in thousandths of the text area, then rows of cells.
    Table {
        /// Thousandths of the width of the text area; together 1,000.
        columns: Vec<u16>,
        /// Cells, row by row, as many in each as there are columns.
        rows: Vec<Vec<String>>,
    },
    /// The signing agency and the date, to the right, with room for the seal.
    Signature {
        /// The agency by name.
        agency: String,
        /// The date in words, as 2026年11月2日.
        dated: String,
    },
    /// A closing note in smaller type: contact, attachments.
    Note(String),
}

/// A letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sheet {
    /// What it is, for the properties of the file.
    pub subject: String,
    /// The date it bears; also the only date in the file's properties, so that the same data give the same bytes.
    pub dated_on: chrono::NaiveDate,
    /// Its parts, in order.
    pub blocks: Vec<Block>,
}

impl Sheet {
    /// SHA-256 of what it says, in hexadecimal: two letters that say the same have the same.
    pub fn digest(&self) -> Result<String, serde_json::Error> {
        serde_json::to_vec(self).map(|said| crypto::hex(&crypto::sha256(&said)))
    }
}
