//! A sheet as Office Open XML, written part by part: a letter needs few of its elements, and a library for all of them costs minutes of every build.
//!
//! The fonts are named, with substitutes, and not embedded: offices have them, and their licences forbid it.

mod parts;

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::RenderError;
use super::measure::{BORDER, CELL_PAD, LINE, PITCH, WIDTH, halves, issuer_size, signature_centre};
use crate::letters::sheet::{Block, Placed, Sheet, Span, placed};

/// The file.
pub(super) fn write(sheet: &Sheet) -> Result<Vec<u8>, RenderError> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    // Neither the clock nor a compressor that may change from one processor to the next has a say in the bytes.
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored).last_modified_time(DateTime::default());
    let document = document(sheet);
    let core = parts::core(sheet);
    let all = [("[Content_Types].xml", parts::CONTENT_TYPES), ("_rels/.rels", parts::RELATIONS), ("docProps/core.xml", &core)];
    let word = [
        ("word/document.xml", document.as_str()),
        ("word/_rels/document.xml.rels", parts::DOCUMENT_RELATIONS),
        ("word/styles.xml", &parts::styles()),
        ("word/settings.xml", parts::SETTINGS),
        ("word/fontTable.xml", parts::FONTS),
        ("word/footer1.xml", &parts::footer(parts::Side::Odd)),
        ("word/footer2.xml", &parts::footer(parts::Side::Even)),
    ];
    for (name, part) in all.into_iter().chain(word) {
        zip.start_file(name, options)?;
        zip.write_all(part.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

/// Text between tags.
fn escaped(words: &str) -> String {
    words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn document(sheet: &Sheet) -> String {
    let mut body = String::new();
    let mut before: Option<&Block> = None;
    for (at, block) in sheet.blocks.iter().enumerate() {
        let table = |block: Option<&Block>| matches!(block, Some(Block::Table { .. } | Block::Grid { .. }));
        if before.is_some() && (table(before) || table(Some(block))) && !matches!(before, Some(Block::Title(_) | Block::Number(_))) {
            body += &parts::gap();
        }
        body += &one(block, before, sheet.blocks.get(at + 1));
        before = Some(block);
    }
    // A document may not end with a table.
    if matches!(before, None | Some(Block::Table { .. } | Block::Grid { .. })) {
        body += &parts::gap();
    }
    format!("{}<w:document {}><w:body>{body}{}</w:body></w:document>", parts::HEAD, parts::NAMESPACE, parts::section())
}

fn one(block: &Block, before: Option<&Block>, next: Option<&Block>) -> String {
    let keep = if matches!(next, Some(Block::Signature { .. })) { "<w:keepNext/>" } else { "" };
    match block {
        Block::Issuer(words) => {
            let size = issuer_size(words);
            let line = size * 13 / 10;
            let rule = if matches!(next, Some(Block::Number(_))) { "" } else { parts::RULE };
            let look = format!("{rule}<w:spacing w:after=\"{}\" w:line=\"{line}\" w:lineRule=\"exact\"/>", LINE / 2);
            let half_points = size / 10;
            let run = format!("<w:rPr><w:sz w:val=\"{half_points}\"/><w:szCs w:val=\"{half_points}\"/></w:rPr>");
            paragraph("Issuer", &look, &runs(words, &run))
        }
        Block::Number(words) => {
            let headed = matches!(before, Some(Block::Issuer(_)));
            let look = format!("{}<w:spacing w:after=\"{LINE}\"/>", if headed { parts::RULE } else { "" });
            paragraph("Number", &look, &runs(words, ""))
        }
        Block::Title(words) => {
            let after = if matches!(next, Some(Block::Number(_))) { LINE / 4 } else { LINE };
            paragraph("Title", &format!("<w:spacing w:after=\"{after}\"/>"), &runs(words, ""))
        }
        Block::Addressee(words) => paragraph("Addressee", keep, &runs(words, "")),
        Block::Heading(words) => paragraph("Heading1", "", &runs(words, "")),
        Block::Paragraph(words) => words.split('\n').map(|line| paragraph("BodyText", keep, &runs(line, ""))).collect(),
        Block::Verbatim(words) => words.split('\n').map(|line| paragraph("Quote", keep, &runs(line, ""))).collect(),
        Block::Note(words) => words.split('\n').map(|line| paragraph("Note", keep, &runs(line, ""))).collect(),
        Block::Table { columns, rows } => table(columns, rows),
        Block::Grid { columns, heads, rows } => grid(columns, *heads, rows),
        Block::Signature { agency, dated } => signature(agency, dated),
    }
}

fn paragraph(style: &str, look: &str, runs: &str) -> String {
    format!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/>{look}</w:pPr>{runs}</w:p>")
}

/// Words with every space, tab and break that they have.
fn runs(words: &str, look: &str) -> String {
    let mut run = format!("<w:r>{look}");
    for (at, line) in words.split('\n').enumerate() {
        if at > 0 {
            run += "<w:br/>";
        }
        for (at, piece) in line.split('\t').enumerate() {
            if at > 0 {
                run += "<w:tab/>";
            }
            if !piece.is_empty() {
                // Writing to a string cannot fail.
                let _ = write!(run, "<w:t xml:space=\"preserve\">{}</w:t>", escaped(piece));
            }
        }
    }
    run + "</w:r>"
}

fn widths_of(columns: &[u16]) -> Vec<i32> {
    columns.iter().map(|column| WIDTH * i32::from(*column) / 1_000).collect()
}

fn table(columns: &[u16], rows: &[Vec<String>]) -> String {
    let widths = widths_of(columns);
    let rows = rows.iter().map(|row| {
        let cells = row.iter().zip(&widths).map(|(words, width)| cell(words, *width, ""));
        format!("<w:tr>{}</w:tr>", cells.collect::<Vec<_>>().concat())
    });
    framed(&widths, &rows.collect::<Vec<_>>().concat())
}

fn grid(columns: &[u16], heads: usize, rows: &[Vec<Span>]) -> String {
    let widths = widths_of(columns);
    let all = placed(columns.len(), rows).unwrap_or_default();
    let rows = (0..rows.len()).map(|row| {
        // A cell that reaches down stands in every row of its, without words below the first.
        let mut standing: Vec<&Placed<'_>> = all.iter().filter(|known| known.covers(row, known.column)).collect();
        standing.sort_by_key(|known| known.column);
        let cells = standing.into_iter().map(|known| {
            let Span { words, across, down } = known.span;
            let width = widths.iter().skip(known.column).take(*across).sum();
            let wide = if *across > 1 { format!("<w:gridSpan w:val=\"{across}\"/>") } else { String::new() };
            match (*down > 1, known.row == row) {
                (false, _) => figures(words, (width, &wide), row < heads),
                (true, true) => figures(words, (width, &format!("{wide}<w:vMerge w:val=\"restart\"/>")), row < heads),
                (true, false) => figures("", (width, &format!("{wide}<w:vMerge/>")), false),
            }
        });
        // A row stands on one page with its figures.
        let head = if row < heads { "<w:tblHeader/>" } else { "" };
        format!("<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>{}</w:tr>", cells.collect::<Vec<_>>().concat())
    });
    framed(&widths, &rows.collect::<Vec<_>>().concat())
}

/// A cell of a form: its head and its numbers stand in the middle, its words at the left.
fn figures(words: &str, (width, reach): (i32, &str), head: bool) -> String {
    let number = !words.is_empty() && words.chars().all(|sign| sign.is_ascii_digit() || sign == '.');
    let look = if head || number { "<w:jc w:val=\"center\"/>" } else { "" };
    let words: String = words.split('\n').map(|line| paragraph("Figures", look, &runs(line, ""))).collect();
    format!("<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>{reach}<w:vAlign w:val=\"center\"/></w:tcPr>{words}</w:tc>")
}

fn cell(words: &str, width: i32, reach: &str) -> String {
    let words: String = words.split('\n').map(|line| paragraph("Cell", "", &runs(line, ""))).collect();
    format!("<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>{reach}</w:tcPr>{words}</w:tc>")
}

fn framed(widths: &[i32], rows: &str) -> String {
    let grid = widths.iter().map(|width| format!("<w:gridCol w:w=\"{width}\"/>")).collect::<Vec<_>>().concat();
    let borders = ["top", "left", "bottom", "right", "insideH", "insideV"]
        .iter()
        .map(|side| format!("<w:{side} w:val=\"single\" w:sz=\"{}\" w:space=\"0\" w:color=\"000000\"/>", BORDER * 8 / 20))
        .collect::<Vec<_>>()
        .concat();
    let margins = ["left", "right"].map(|side| format!("<w:{side} w:w=\"{CELL_PAD}\" w:type=\"dxa\"/>")).concat();
    format!(
        "<w:tbl><w:tblPr><w:tblW w:w=\"{WIDTH}\" w:type=\"dxa\"/><w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type=\"fixed\"/>\
         <w:tblCellMar>{margins}</w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
    )
}

/// The agency centred over the date, both in a column whose middle is that of the seal.
fn signature(agency: &str, dated: &str) -> String {
    let wide = |words: &str| words.split('\n').map(halves).max().unwrap_or_default() * PITCH / 2;
    let (agency_width, dated_width) = (wide(agency).min(WIDTH - 4 * PITCH), wide(dated));
    let centre = signature_centre(agency_width, dated_width);
    // Two characters more than the words need, since the fonts of the office decide how wide they are.
    let half = (agency_width.max(dated_width) / 2 + 2 * PITCH).min(centre).min(WIDTH - centre);
    let indent = format!("<w:ind w:left=\"{}\" w:right=\"{}\"/>", centre - half, WIDTH - centre - half);
    let above = format!("<w:keepNext/><w:spacing w:before=\"{}\"/>{indent}", 2 * LINE);
    let below = format!("<w:spacing w:after=\"{}\"/>{indent}", 2 * LINE);
    paragraph("Sign", &above, &runs(agency, "")) + &paragraph("Sign", &below, &runs(dated, ""))
}
