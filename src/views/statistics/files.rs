//! Statistics as a workbook: a line for all and for each group, a column for each figure. Who: whoever reads the statistics.

use super::{AskStatistics, Figures, Rate, ResultNumbers, Statistics, read};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::problem::Problem;
use crate::views::register::sheet::neutral;
use actix_web::http::header;
use actix_web::{HttpResponse, get};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A cell.
enum Cell {
    Number(i64),
    Words(String),
    Empty,
}

fn days(days: Option<i32>) -> Cell {
    days.map_or(Cell::Empty, |days| Cell::Number(days.into()))
}

fn share(rate: &Rate) -> Cell {
    rate.per_cent.as_ref().map_or(Cell::Empty, |share| Cell::Words(format!("{share}%")))
}

fn results(name: &str, of: &ResultNumbers) -> [(String, Cell); 4] {
    [("维持", &of.upheld), ("纠正", &of.overturned), ("其他", &of.other), ("尚未审结", &of.pending)]
        .map(|(result, number)| (format!("{name}：{result}"), Cell::Number(number.count)))
}

/// The columns of a line, each with its head.
fn columns(of: &Figures) -> Vec<(String, Cell)> {
    let number = |name: &str, number: &super::Number| (name.to_owned(), Cell::Number(number.count));
    let mut all = vec![
        number("收到申请", &of.received),
        number("办结答复", &of.answered),
        number("按期答复", &of.on_time),
        number("逾期答复", &of.late),
        ("按期率（已办结件）".to_owned(), share(&of.on_time_rate)),
        ("用时中位数（工作日）".to_owned(), days(of.working_days.median)),
        ("用时九成位数（工作日）".to_owned(), days(of.working_days.p90)),
        ("平均用时（工作日）".to_owned(), of.working_days.average.clone().map_or(Cell::Empty, Cell::Words)),
        number("期限中止的（已办结件）", &of.stopped),
        number("延期的（已办结件）", &of.extended),
        number("期末未办结", &of.pending),
        number("期末逾期未答复", &of.overdue),
    ];
    all.extend(of.outcomes.iter().map(|one| (format!("表三第{}行 {}", one.report_row, one.label), Cell::Number(one.number.count))));
    all.extend([
        number("提供的信息（项）", &of.given_items),
        number("转为主动公开（项）", &of.published_items),
        ("转化率".to_owned(), share(&of.publication_rate)),
    ]);
    all.extend(results("行政复议", &of.reconsideration));
    all.push(("复议纠错率".to_owned(), share(&of.correction_rate)));
    all.extend(results("直接起诉", &of.litigation_direct));
    all.extend(results("复议后起诉", &of.litigation_after_reconsideration));
    all.push(("败诉率".to_owned(), share(&of.loss_rate)));
    all
}

fn workbook(found: &Statistics) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let made_on = ExcelDateTime::parse_from_str(&found.until.to_string()).unwrap_or_default();
    book.set_properties(&DocProperties::new().set_title("政府信息公开申请办理统计").set_creation_datetime(&made_on));
    let head = Format::new().set_bold().set_text_wrap();
    let sheet = book.add_worksheet();
    sheet.set_name("统计")?;
    sheet.write_string_with_format(0, 0, format!("{}至{}", found.from, found.until), &head)?;
    sheet.set_column_width(0, 30)?;
    sheet.set_freeze_panes(1, 1)?;
    let total = ("合计", &found.total);
    let lines = std::iter::once(total).chain(found.groups.iter().map(|group| (group.label.as_str(), &group.figures)));
    for (row, (label, figures)) in (1_u32..).zip(lines) {
        sheet.write_string(row, 0, neutral(label))?;
        for (column, (name, cell)) in (1_u16..).zip(columns(figures)) {
            if row == 1 {
                sheet.write_string_with_format(0, column, name, &head)?;
            }
            match cell {
                Cell::Number(number) => {
                    let number = u32::try_from(number).unwrap_or(u32::MAX);
                    sheet.write_number(row, column, number)?;
                }
                Cell::Words(words) => {
                    sheet.write_string(row, column, words)?;
                }
                Cell::Empty => {}
            }
        }
    }
    book.save_to_buffer()
}

/// Statistics of a period as a workbook.
///
/// The same figures as the JSON, a line for all and one for each group.
#[utoipa::path(tag = "report", params(AskStatistics), responses((status = 200, description = "The file.",
    content((Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
#[get("/statistics.xlsx")]
pub async fn export_statistics(call: Call) -> Answer {
    let scope = call.permit("export_statistics")?;
    let of: AskStatistics = call.query()?;
    let asked = of.asked(&call.app.office.clock, &scope.reads)?;
    let bytes = call
        .app
        .db
        .run(scope, move |conn| {
            let found = read(conn, &of, &asked)?;
            workbook(&found).map_err(Problem::from)
        })
        .await?;
    Ok(HttpResponse::Ok()
        .content_type(XLSX)
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"statistics.xlsx\""))
        .body(bytes))
}
