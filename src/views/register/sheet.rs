//! The register as a file: CSV or XLSX, row by row, so that memory does not grow with it.
//!
//! A program for tables takes a text that begins with `=`, `+`, `-`, `@`, a tab or a line break for a formula: each cell is one line of words, and one that
//! begins so gets an apostrophe before it.

pub(in crate::views) use super::cells::Cell;
use super::cells::HEADS;
use chrono::{Datelike, NaiveDate};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use std::fs::File;
use std::io::{BufWriter, Write};

/// Most characters of a cell; a table program takes no more than 32,767.
const LONGEST: usize = 32_000;
/// What makes CSV readable as UTF-8 in a table program.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Which file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// Comma-separated values, UTF-8 with byte order mark.
    Csv,
    /// Office Open XML.
    Xlsx,
}

impl FileKind {
    /// The end of its name.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// What a file cannot be written for.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// The CSV writer failed.
    #[error(transparent)]
    Csv(#[from] csv::Error),
    /// The XLSX writer failed.
    #[error(transparent)]
    Xlsx(#[from] XlsxError),
    /// The disk failed.
    #[error(transparent)]
    Disk(#[from] std::io::Error),
}

/// A file being written.
pub enum Sheet {
    /// CSV.
    Csv(Box<csv::Writer<BufWriter<File>>>),
    /// XLSX.
    Xlsx(Box<Table>),
}

/// A workbook with one worksheet, whose rows lie on disk.
pub struct Table {
    book: Workbook,
    file: File,
    day: Format,
    next: u32,
}

/// What a table is called, and its columns.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    /// The title of the file.
    pub title: &'static str,
    /// The name of the worksheet.
    pub name: &'static str,
    /// The heads of its columns.
    pub heads: &'static [&'static str],
}

/// The register with its fifty columns.
const REGISTER: Form = Form { title: "政府信息公开申请登记台账", name: "登记台账", heads: &HEADS };

impl Sheet {
    /// Begins the register with the heads of its columns.
    pub fn begin(kind: FileKind, today: NaiveDate) -> Result<Self, SheetError> {
        Self::begin_as(kind, today, REGISTER)
    }

    /// The same of another table.
    pub fn begin_as(kind: FileKind, today: NaiveDate, form: Form) -> Result<Self, SheetError> {
        let mut file = tempfile::tempfile()?;
        match kind {
            FileKind::Csv => {
                file.write_all(BYTE_ORDER_MARK)?;
                let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(BufWriter::new(file));
                writer.write_record(form.heads)?;
                Ok(Self::Csv(Box::new(writer)))
            }
            FileKind::Xlsx => Ok(Self::Xlsx(Box::new(Table::begin(file, today, form)?))),
        }
    }

    /// Writes a row.
    pub fn row(&mut self, cells: &[Cell]) -> Result<(), SheetError> {
        match self {
            Self::Csv(writer) => Ok(writer.write_record(cells.iter().map(plain))?),
            Self::Xlsx(table) => Ok(table.row(cells)?),
        }
    }

    /// Ends the file.
    pub fn end(self) -> Result<File, SheetError> {
        match self {
            Self::Csv(writer) => {
                let buffered = writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
                Ok(buffered.into_inner().map_err(std::io::IntoInnerError::into_error)?)
            }
            Self::Xlsx(table) => {
                let Table { mut book, mut file, .. } = *table;
                book.save_to_writer(BufWriter::new(&mut file))?;
                Ok(file)
            }
        }
    }
}

impl Table {
    fn begin(file: File, today: NaiveDate, form: Form) -> Result<Self, XlsxError> {
        let mut book = Workbook::new();
        let made_on = moment(today).unwrap_or_default();
        book.set_properties(&DocProperties::new().set_title(form.title).set_creation_datetime(&made_on));
        let head = Format::new().set_bold().set_text_wrap();
        let sheet = book.add_worksheet_with_constant_memory()?;
        sheet.set_name(form.name)?;
        sheet.set_freeze_panes(1, 2)?;
        for (column, words) in (0_u16..).zip(form.heads) {
            sheet.set_column_width(column, 16)?;
            sheet.write_string_with_format(0, column, *words, &head)?;
        }
        Ok(Self { book, file, day: Format::new().set_num_format("yyyy-mm-dd"), next: 1 })
    }

    fn row(&mut self, cells: &[Cell]) -> Result<(), XlsxError> {
        let sheet: &mut Worksheet = self.book.worksheet_from_index(0)?;
        for (column, cell) in (0_u16..).zip(cells) {
            match cell {
                Cell::Empty => {}
                Cell::Number(number) => {
                    sheet.write_number(self.next, column, *number)?;
                }
                Cell::Day(on) => match moment(*on) {
                    Some(moment) => {
                        sheet.write_datetime_with_format(self.next, column, &moment, &self.day)?;
                    }
                    None => {
                        sheet.write_string(self.next, column, on.to_string())?;
                    }
                },
                Cell::Words(words) => {
                    sheet.write_string(self.next, column, neutral(words))?;
                }
            }
        }
        self.next += 1;
        Ok(())
    }
}

/// A day as table programs count them; none before 1900.
fn moment(on: NaiveDate) -> Option<ExcelDateTime> {
    let (month, day) = (u8::try_from(on.month()).ok()?, u8::try_from(on.day()).ok()?);
    ExcelDateTime::from_ymd(u16::try_from(on.year()).ok()?, month, day).ok()
}

/// A cell in words.
fn plain(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Number(number) => number.to_string(),
        Cell::Day(on) => on.to_string(),
        Cell::Words(words) => neutral(words),
    }
}

/// Words on one line that no program takes for a formula.
pub(in crate::views) fn neutral(words: &str) -> String {
    let mut line = words.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    if line.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) {
        line.insert(0, '\'');
    }
    if line.chars().nth(LONGEST).is_some() {
        line = line.chars().take(LONGEST - 1).chain(['…']).collect();
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Seek};

    fn written(kind: FileKind, words: &str) -> Vec<u8> {
        let mut sheet = Sheet::begin(kind, NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()).unwrap();
        let cells = [Cell::Number(1), Cell::Words(words.to_owned()), Cell::Day(NaiveDate::from_ymd_opt(2026, 11, 2).unwrap()), Cell::Empty];
        sheet.row(&std::array::from_fn::<Cell, 50, _>(|at| cells.get(at).cloned().unwrap_or(Cell::Empty))).unwrap();
        let mut file = sheet.end().unwrap();
        file.rewind().unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn formulas_are_words() {
        for (words, shown) in [
            ("=HYPERLINK(\"http://example.invalid\")", "'=HYPERLINK(\"http://example.invalid\")"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'=1"),
            ("\r\n=1", "'=1"),
            ("＝1", "'＝1"),
            ("甲\n乙\u{2028}丙", "甲 乙 丙"),
            ("甲=1", "甲=1"),
        ] {
            assert_eq!(neutral(words), shown);
        }
        assert_eq!(neutral(&"甲".repeat(40_000)).chars().count(), LONGEST);
    }

    #[test]
    fn csv_has_the_mark_the_fifty_heads_and_quoted_words() {
        let text = String::from_utf8(written(FileKind::Csv, "甲,\"乙\"\n=丙")).unwrap();
        let lines: Vec<&str> = text.strip_prefix('\u{feff}').unwrap().split("\r\n").collect();
        assert_eq!(lines[0].split(',').count(), 50);
        assert!(lines[1].starts_with("1,\"甲,\"\"乙\"\" =丙\",2026-11-02,"), "{}", lines[1]);
        assert_eq!((lines.len(), lines[2]), (3, ""));
    }

    #[test]
    fn xlsx_has_words_as_words_and_days_as_days_and_the_same_day_gives_the_same_bytes() {
        let bytes = written(FileKind::Xlsx, "=1+1");
        assert_eq!(bytes, written(FileKind::Xlsx, "=1+1"));
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        let mut sheet = Vec::new();
        let mut entry = archive.by_name("xl/worksheets/sheet1.xml").unwrap();
        entry.read_to_end(&mut sheet).unwrap();
        let sheet = String::from_utf8(sheet).unwrap();
        assert!(!sheet.contains("<f>") && sheet.contains("<t>'=1+1</t>"), "{sheet}");
        assert!(sheet.contains(r#"<c r="C2" s="#) && sheet.contains("<v>46328</v>"), "{sheet}");
        assert_eq!(sheet.matches(r#"r="AX1""#).count(), 1);
    }
}
