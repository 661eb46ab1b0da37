//! The report as a file: a workbook, or a document to be published. Who: whoever reads the report. It names nobody, and its numbers are those of
//! the report as it is read.

use super::body::{Body, Read};
use super::document::Edition;
use super::sheet::{OF_FOUR, OF_THREE, OF_TWO, table_four, table_three, table_two};
use super::{ReportOf, Wanted, at_once, document, read};
use crate::clock::legal_date;
use crate::db::report;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::problem::Problem;
use crate::letters::render;
use crate::letters::sheet::{Span, placed};
use crate::rules::annual_report::form::SECTIONS;
use crate::rules::annual_report::words::fee_line;
use crate::views::register::sheet::neutral;
use actix_web::http::header;
use actix_web::{HttpResponse, get};
use chrono::{Datelike, NaiveDate};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};
use std::sync::Arc;

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

impl From<XlsxError> for Problem {
    fn from(error: XlsxError) -> Self {
        Self::internal(&error)
    }
}

struct Looks {
    head: Format,
    words: Format,
    number: Format,
}

impl Looks {
    fn new() -> Self {
        let framed = || Format::new().set_border(FormatBorder::Thin).set_text_wrap().set_align(FormatAlign::VerticalCenter);
        Self {
            head: Format::new().set_bold().set_font_size(14),
            words: framed(),
            number: framed().set_align(FormatAlign::Center).set_num_format("0"),
        }
    }
}

/// The workbook: a sheet for each table, one for the texts, one for the checks.
fn workbook(body: &Body, (edition, dated_on): (Edition, NaiveDate)) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let title = document::title(body, edition).concat();
    let made_on = u16::try_from(dated_on.year()).ok().zip(u8::try_from(dated_on.month()).ok()).zip(u8::try_from(dated_on.day()).ok());
    let made_on = made_on.and_then(|((year, month), day)| ExcelDateTime::from_ymd(year, month, day).ok()).unwrap_or_default();
    book.set_properties(&DocProperties::new().set_title(&title).set_creation_datetime(&made_on));
    let looks = Looks::new();
    let [_, two, three, four, ..] = SECTIONS;
    for (name, head, columns, rows) in
        [("表二", two, OF_TWO, table_two(body)), ("表三", three, OF_THREE, table_three(body)), ("表四", four, OF_FOUR, table_four(body))]
    {
        let sheet = book.add_worksheet();
        sheet.set_name(name)?;
        sheet.write_string_with_format(0, 0, head, &looks.head)?;
        grid(sheet, (columns, &rows), &looks)?;
    }
    // Words need more room than numbers.
    for (name, column, width) in [("表二", 0, 30), ("表三", 0, 16), ("表三", 1, 16), ("表三", 2, 44)] {
        book.worksheet_from_name(name)?.set_column_width(column, width)?;
    }
    lines(book.add_worksheet(), "文字", &texts(&title, body), &looks)?;
    let checks = body.checks.iter().map(|check| {
        let result = match (check.holds, check.warning) {
            (true, _) => "符合",
            (false, true) => "请核对",
            (false, false) => "不符合",
        };
        vec![format!("规则{}", check.rule), result.to_owned(), check.detail.clone()]
    });
    let warned = body.warnings.iter().map(|warning| vec!["提示".to_owned(), "请核对".to_owned(), warning.detail.clone()]);
    lines(book.add_worksheet(), "勾稽关系", &checks.chain(warned).collect::<Vec<_>>(), &looks)?;
    book.save_to_buffer()
}

/// A grid below the head of its sheet.
fn grid(sheet: &mut Worksheet, (columns, rows): (usize, &[Vec<Span>]), looks: &Looks) -> Result<(), XlsxError> {
    for known in placed(columns, rows).unwrap_or_default() {
        let place = |at: usize| u16::try_from(at).unwrap_or(u16::MAX);
        let (row, column) = (u32::from(place(known.row)) + 1, place(known.column));
        let Span { words, across, down } = known.span;
        if *across > 1 || *down > 1 {
            let (last_row, last_column) = (row + u32::from(place(*down)) - 1, column + place(*across) - 1);
            sheet.merge_range(row, column, last_row, last_column, &neutral(words), &looks.words)?;
        }
        match words.parse::<f64>() {
            Ok(number) if words.starts_with(|c: char| c.is_ascii_digit()) => {
                let look = if words.contains('.') { &looks.words } else { &looks.number };
                sheet.write_number_with_format(row, column, number, look)?;
            }
            _ => {
                sheet.write_string_with_format(row, column, neutral(words), &looks.words)?;
            }
        }
    }
    Ok(())
}

fn texts(title: &str, body: &Body) -> Vec<Vec<String>> {
    let [one, two, three, four, five, six] = SECTIONS;
    let mut lines = vec![vec![title.to_owned()]];
    lines.extend(document::added_up(&body.parts).map(|words| vec![words]));
    let sections = [
        (one, Some(body.overview.as_str())),
        (two, body.proactive_disclosure.as_deref()),
        (three, body.explanations.as_deref()),
        (four, None),
        (five, Some(body.problems.as_str())),
        (six, Some(body.other_matters.as_str())),
    ];
    for (head, text) in sections {
        lines.push(vec![head.to_owned()]);
        lines.extend(text.unwrap_or_default().lines().map(|line| vec![line.to_owned()]));
    }
    lines.extend(fee_line(&body.other_matters, &body.fees).map(|line| vec![line]));
    lines
}

fn lines(sheet: &mut Worksheet, name: &str, rows: &[Vec<String>], looks: &Looks) -> Result<(), XlsxError> {
    sheet.set_name(name)?;
    let columns = rows.iter().map(Vec::len).max().unwrap_or(1);
    sheet.set_column_width(u16::try_from(columns - 1).unwrap_or_default(), 100)?;
    for (row, cells) in (0_u32..).zip(rows) {
        for (column, words) in (0_u16..).zip(cells) {
            sheet.write_string_with_format(row, column, neutral(words), &looks.words)?;
        }
    }
    Ok(())
}

/// The day a file of the report bears: of the freezing, else today.
async fn file(
    call: Call,
    operation: &'static str,
    (media_type, extension): (&'static str, &'static str),
    write: impl FnOnce(&Body, (Edition, NaiveDate)) -> Result<Vec<u8>, Problem> + Send + 'static,
) -> Answer {
    let (wanted, scope) = Wanted::of(&call, operation, &call.query()?)?;
    let (office, year) = (Arc::clone(&call.app.office), wanted.year);
    let all = if wanted.extent.is_consolidated() { "-consolidated" } else { "" };
    let bytes = call
        .app
        .db
        .run(scope, move |conn| {
            let (body, dated_on) = at_once(conn, |conn| {
                let wanted = wanted.with_below(conn)?;
                let Read { body, .. } = read(conn, &wanted)?;
                let frozen = report::frozen(conn, wanted.key())?;
                let last = frozen.map_or((Edition::Draft, office.clock.today()), |row| (Edition::Final, legal_date(row.frozen_at)));
                Ok((body, last))
            })?;
            write(&body, dated_on)
        })
        .await?;
    let name = format!("attachment; filename=\"annual-report-{year}{all}.{extension}\"");
    Ok(HttpResponse::Ok().content_type(media_type).insert_header((header::CONTENT_DISPOSITION, name)).body(bytes))
}

/// The annual report as a workbook.
///
/// Tables two to four in the form of 30号 with its merged cells, the texts, the nine checking rules.
#[utoipa::path(tag = "report", params(("year" = i32, Path, description = "The year.", example = 2025), ReportOf),
    responses((status = 200, description = "The file.",
    content((Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
#[get("/annual-reports/{year}/report.xlsx")]
pub async fn export_annual_report_xlsx(call: Call) -> Answer {
    file(call, "export_annual_report_xlsx", (XLSX, "xlsx"), |body, on| workbook(body, on).map_err(Problem::from)).await
}

/// The annual report as a document.
///
/// The six sections, to be published and handed to the authority.
#[utoipa::path(tag = "report", params(("year" = i32, Path, description = "The year.", example = 2025), ReportOf),
    responses((status = 200, description = "The file.",
    content((Vec<u8> = "application/vnd.openxmlformats-officedocument.wordprocessingml.document")))))]
#[get("/annual-reports/{year}/report.docx")]
pub async fn export_annual_report_docx(call: Call) -> Answer {
    let write = |body: &Body, on| render::docx(&document::sheet(body, on)).map_err(|error| Problem::internal(&error));
    file(call, "export_annual_report_docx", (DOCX, "docx"), write).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn the_workbook_has_the_tables_with_their_numbers_and_merged_cells() {
        let mut body = Body::empty((uuid::Uuid::nil(), "示范局".into()), 2025);
        body.table_three.rows[0].values[6] = 41;
        body.table_two.charges = "12.5".into();
        body.problems = "=HYPERLINK(\"x\")".into();
        let on = NaiveDate::from_ymd_opt(2026, 1, 20).unwrap();
        let bytes = workbook(&body, (Edition::Final, on)).unwrap();
        assert_eq!(bytes, workbook(&body, (Edition::Final, on)).unwrap(), "the same report gives the same bytes");
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        let mut read = |name: &str| {
            let mut text = String::new();
            archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
            text
        };
        let (two, three) = (read("xl/worksheets/sheet1.xml"), read("xl/worksheets/sheet2.xml"));
        assert!(two.contains("<v>12.5</v>"));
        // Row 1 of the table is the fifth of the sheet: its head and three rows of heads stand above.
        assert!(three.contains("<c r=\"J5\"") && three.contains("<v>41</v>"), "{three}");
        assert!(three.contains("<mergeCell ref=\"A2:C4\"/>") && three.contains("<mergeCell ref=\"D2:J2\"/>"), "{three}");
        let words = read("xl/sharedStrings.xml");
        assert!(words.contains(SECTIONS[3]), "section four has its heading among the texts");
        assert!(words.contains("（二）部分公开（区分处理的，只计这一情形，不计其他情形）") && words.contains("'=HYPERLINK"));
    }
}
