//! Text as it may enter a letter: nothing in it can reorder what stands beside it, and nothing that can be seen is lost.

use crate::letters::sheet::{Block, Sheet, Span};

/// A sheet whose texts are clean.
pub(super) fn sheet(sheet: &Sheet) -> Sheet {
    let blocks = sheet
        .blocks
        .iter()
        .map(|block| match block {
            Block::Issuer(words) => Block::Issuer(one_line(words)),
            Block::Title(words) => Block::Title(text(words)),
            Block::Number(words) => Block::Number(one_line(words)),
            Block::Addressee(words) => Block::Addressee(text(words)),
            Block::Heading(words) => Block::Heading(one_line(words)),
            Block::Paragraph(words) => Block::Paragraph(text(words)),
            Block::Verbatim(words) => Block::Verbatim(text(words)),
            Block::Table { columns, rows } => Block::Table {
                columns: columns.clone(),
                rows: rows.iter().map(|row| row.iter().map(|cell| text(cell)).collect()).collect(),
            },
            Block::Grid { columns, heads, rows } => Block::Grid {
                columns: columns.clone(),
                heads: *heads,
                rows: rows.iter().map(|row| row.iter().map(|span| Span { words: text(&span.words), ..span.clone() }).collect()).collect(),
            },
            Block::Signature { agency, dated } => Block::Signature { agency: text(agency), dated: one_line(dated) },
            Block::Note(words) => Block::Note(text(words)),
        })
        .collect();
    Sheet { subject: one_line(&sheet.subject), dated_on: sheet.dated_on, blocks }
}

fn one_line(words: &str) -> String {
    text(words).replace('\n', " ")
}

/// Without direction marks, control characters and joiners; every kind of line break as `\n`.
pub(super) fn text(words: &str) -> String {
    words
        .replace("\r\n", "\n")
        .chars()
        .filter_map(|c| match c {
            '\r' | '\u{0B}' | '\u{0C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
            '\n' | '\t' => Some(c),
            _ if turns(c) || is_unseen(c) || c.is_control() => None,
            _ => Some(c),
        })
        .collect()
}

/// Overrides, embeddings, isolates and marks of direction: they would let a name rearrange the words around it.
fn turns(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Not visible by themselves, or no characters at all, which XML could not carry.
fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{AD}' | '\u{200B}'..='\u{200D}' | '\u{2060}'..='\u{2064}' | '\u{206A}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
            | '\u{FFFE}' | '\u{FFFF}' | '\u{E0000}'..='\u{E007F}'
    )
}

/// Whether a character only chooses between forms of the one before it.
pub(super) fn is_variation(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// Whether a script must be joined, stacked or written from the right to be read.
pub(super) fn needs_shaping(c: char) -> bool {
    matches!(
        c,
        '\u{0590}'..='\u{0DFF}' | '\u{0E00}'..='\u{109F}' | '\u{1100}'..='\u{11FF}' | '\u{1780}'..='\u{18AF}' | '\u{A840}'..='\u{A87F}'
            | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFE}' | '\u{10800}'..='\u{11FFF}' | '\u{1E800}'..='\u{1EFFF}'
    )
}
