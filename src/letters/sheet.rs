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
    /// A table of a form, in smaller type: its cells may reach over several columns and rows.
    Grid {
        /// Thousandths of the width of the text area; together 1,000.
        columns: Vec<u16>,
        /// How many of its first rows are its head, which stands again on every page that it runs over.
        heads: usize,
        /// Row by row the cells that begin in it, from left to right.
        rows: Vec<Vec<Span>>,
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

/// A cell of a grid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Span {
    /// What it says.
    pub words: String,
    /// Columns it reaches over.
    pub across: usize,
    /// Rows it reaches over.
    pub down: usize,
}

impl Span {
    /// A cell of one column and one row.
    pub fn one(words: impl Into<String>) -> Self {
        Self { words: words.into(), across: 1, down: 1 }
    }

    /// The same over so many columns and rows.
    #[must_use]
    pub fn over(self, across: usize, down: usize) -> Self {
        Self { across, down, ..self }
    }
}

/// A cell of a grid at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed<'a> {
    /// Its first row, from 0.
    pub row: usize,
    /// Its first column, from 0.
    pub column: usize,
    /// The cell.
    pub span: &'a Span,
}

impl Placed<'_> {
    /// Whether it reaches over a place.
    pub const fn covers(&self, row: usize, column: usize) -> bool {
        self.row <= row && row < self.row + self.span.down && self.column <= column && column < self.column + self.span.across
    }
}

/// Where each cell of a grid stands; none where they do not fill it, each place once.
pub fn placed(columns: usize, rows: &[Vec<Span>]) -> Option<Vec<Placed<'_>>> {
    let mut all: Vec<Placed<'_>> = Vec::new();
    for (row, spans) in rows.iter().enumerate() {
        let mut spans = spans.iter();
        let mut column = 0;
        while column < columns {
            if let Some(above) = all.iter().find(|known| known.covers(row, column)) {
                column += above.span.across;
                continue;
            }
            let span = spans.next().filter(|span| span.across > 0 && span.down > 0)?;
            all.push(Placed { row, column, span });
            column += span.across;
        }
        if column > columns || spans.next().is_some() {
            return None;
        }
    }
    let within = all.iter().all(|known| known.row + known.span.down <= rows.len());
    let apart = rows
        .iter()
        .enumerate()
        .all(|(row, _)| (0..columns).all(|column| all.iter().filter(|known| known.covers(row, column)).count() == 1));
    (within && apart).then_some(all)
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
    /// The same with a plain table in the place of each grid: a cell's words stand where it begins.
    #[must_use]
    pub fn flat(&self) -> Self {
        let plain = |columns: &[u16], rows: &[Vec<Span>]| {
            let mut cells = vec![vec![String::new(); columns.len()]; rows.len()];
            for known in placed(columns.len(), rows).unwrap_or_default() {
                if let Some(cell) = cells.get_mut(known.row).and_then(|row| row.get_mut(known.column)) {
                    cell.clone_from(&known.span.words);
                }
            }
            Block::Table { columns: columns.to_vec(), rows: cells }
        };
        let blocks = self.blocks.iter().map(|block| match block {
            Block::Grid { columns, rows, .. } => plain(columns, rows),
            other => other.clone(),
        });
        Self { subject: self.subject.clone(), dated_on: self.dated_on, blocks: blocks.collect() }
    }

    /// The same with every text in other words.
    #[must_use]
    pub fn reworded(&self, words: impl Fn(&str) -> String) -> Self {
        let spans = |row: &Vec<Span>| row.iter().map(|span| Span { words: words(&span.words), ..span.clone() }).collect();
        let blocks = self.blocks.iter().map(|block| match block {
            Block::Issuer(text) => Block::Issuer(words(text)),
            Block::Title(text) => Block::Title(words(text)),
            Block::Number(text) => Block::Number(words(text)),
            Block::Addressee(text) => Block::Addressee(words(text)),
            Block::Heading(text) => Block::Heading(words(text)),
            Block::Paragraph(text) => Block::Paragraph(words(text)),
            Block::Verbatim(text) => Block::Verbatim(words(text)),
            Block::Note(text) => Block::Note(words(text)),
            Block::Table { columns, rows } => Block::Table {
                columns: columns.clone(),
                rows: rows.iter().map(|row| row.iter().map(|cell| words(cell)).collect()).collect(),
            },
            Block::Grid { columns, heads, rows } => {
                Block::Grid { columns: columns.clone(), heads: *heads, rows: rows.iter().map(spans).collect() }
            }
            Block::Signature { agency, dated } => Block::Signature { agency: words(agency), dated: words(dated) },
        });
        Self { subject: words(&self.subject), dated_on: self.dated_on, blocks: blocks.collect() }
    }

    /// SHA-256 of what it says, in hexadecimal: two letters that say the same have the same.
    pub fn digest(&self) -> Result<String, serde_json::Error> {
        serde_json::to_vec(self).map(|said| crypto::hex(&crypto::sha256(&said)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grid_is_filled_and_each_place_once() {
        let rows = vec![vec![Span::one("甲").over(1, 2), Span::one("乙").over(2, 1)], vec![Span::one("丙"), Span::one("丁")]];
        let places: Vec<(usize, usize)> = placed(3, &rows).unwrap().iter().map(|known| (known.row, known.column)).collect();
        assert_eq!(places, [(0, 0), (0, 1), (1, 1), (1, 2)]);
        for wrong in [
            vec![vec![Span::one("甲")]],
            vec![vec![Span::one("甲").over(4, 1)]],
            vec![vec![Span::one("甲").over(3, 2)]],
            vec![vec![Span::one("甲"), Span::one("乙"), Span::one("丙"), Span::one("丁")]],
        ] {
            assert_eq!(placed(3, &wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn flat_puts_the_words_where_a_cell_begins() {
        let rows = vec![vec![Span::one("甲").over(1, 2), Span::one("乙")], vec![Span::one("丙")]];
        let grid = Block::Grid { columns: vec![500, 500], heads: 1, rows };
        let sheet = Sheet { subject: String::new(), dated_on: chrono::NaiveDate::MIN, blocks: vec![grid] };
        let table = vec![vec!["甲".to_owned(), "乙".to_owned()], vec![String::new(), "丙".to_owned()]];
        assert_eq!(sheet.flat().blocks, [Block::Table { columns: vec![500, 500], rows: table }]);
    }
}
