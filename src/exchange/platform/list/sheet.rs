//! Reading a list from the text of a CSV file: columns by name, in any order, in English or as the platform's screen calls them. Pure.

use super::{ListedNumber, wrong};
use crate::case::refusal::FieldRefusal;
use crate::http::text::Line;
use crate::rules::platform::PlatformStatus;
use crate::rules::text;
use csv::{ReaderBuilder, StringRecord, Trim};

/// What the columns are called.
const COLUMNS: [(&str, &[&str]); 3] = [
    ("number", &["number", "编号", "平台编号"]),
    ("received_on", &["received_on", "收到日期", "收到申请日期"]),
    ("status", &["status", "状态", "办理状态"]),
];

/// The places of the columns.
struct Columns {
    number: usize,
    received_on: Option<usize>,
    status: usize,
}

fn columns(head: &StringRecord) -> Result<Columns, Vec<FieldRefusal>> {
    let mut errors = Vec::new();
    let mut places: [Option<usize>; 3] = [None; 3];
    for (at, title) in head.iter().enumerate() {
        let pointer = "/csv/line/1".to_owned();
        let column = COLUMNS.iter().position(|(_, names)| names.contains(&title)).and_then(|column| places.get_mut(column));
        match column {
            None => errors.push(wrong(pointer, "column_unknown", (format!("未知的列：{title}"), format!("there is no column {title}")))),
            Some(place) if place.is_some() => {
                errors.push(wrong(pointer, "column_twice", (format!("列重复：{title}"), format!("the column {title} stands there twice"))));
            }
            Some(place) => *place = Some(at),
        }
    }
    let [number, received_on, status] = places;
    for ((name, _), place) in COLUMNS.iter().zip([number, Some(0), status]) {
        if place.is_none() {
            let said = (format!("缺少 {name} 列"), format!("the column {name} is missing"));
            errors.push(wrong("/csv/line/1".to_owned(), "column_missing", said));
        }
    }
    match number.zip(status) {
        Some((number, status)) if errors.is_empty() => Ok(Columns { number, received_on, status }),
        _ => Err(errors),
    }
}

/// The lines that could be read, each with its place, and what is wrong with the others.
pub(super) fn read(csv: &str) -> (Vec<(String, ListedNumber)>, Vec<FieldRefusal>) {
    let text = csv.strip_prefix('\u{feff}').unwrap_or(csv);
    let mut reader = ReaderBuilder::new().trim(Trim::All).from_reader(text.as_bytes());
    let malformed = |error: &csv::Error| {
        let line = error.position().map_or(1, csv::Position::line);
        wrong(format!("/csv/line/{line}"), "csv_malformed", ("该行的列数与标题行不一致或者格式错误", error.to_string()))
    };
    let columns = match reader.headers() {
        Ok(head) => match columns(head) {
            Ok(columns) => columns,
            Err(errors) => return (Vec::new(), errors),
        },
        Err(error) => return (Vec::new(), vec![malformed(&error)]),
    };
    let (mut lines, mut errors) = (Vec::new(), Vec::new());
    for record in reader.records() {
        match record {
            Ok(record) => {
                let at = format!("/csv/line/{}", record.position().map_or(1, csv::Position::line));
                match line(&columns, &record, &at) {
                    Ok(line) => lines.push((at, line)),
                    Err(refused) => errors.extend(refused),
                }
            }
            Err(error) => errors.push(malformed(&error)),
        }
    }
    (lines, errors)
}

fn line(columns: &Columns, record: &StringRecord, at: &str) -> Result<ListedNumber, Vec<FieldRefusal>> {
    let value = |column: usize| record.get(column).unwrap_or_default();
    let mut errors = Vec::new();
    let number = text::line(value(columns.number), 100);
    if let Err(error) = &number {
        errors.push(wrong(format!("{at}/number"), error.code(), ("编号不符合规定", error.to_string())));
    }
    let said = value(columns.status);
    let status = PlatformStatus::ALL.iter().copied().find(|status| status.code() == said || status.zh() == said);
    if status.is_none() {
        errors.push(wrong(format!("{at}/status"), "status_unknown", (format!("未知的状态：{said}"), format!("{said} is no status"))));
    }
    let day = columns.received_on.map(value).filter(|text| !text.is_empty());
    let received_on = day.map(str::parse).transpose();
    if received_on.is_err() {
        errors.push(wrong(format!("{at}/received_on"), "date_malformed", ("日期须为 2026-11-05 的形式", "a date is written 2026-11-05")));
    }
    let number = number.ok().and_then(|number| serde_json::from_value::<Line<100>>(number.into()).ok());
    match (number, status, received_on) {
        (Some(number), Some(status), Ok(received_on)) => Ok(ListedNumber { number, received_on, status }),
        _ => Err(errors),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(csv: &str) -> Vec<(String, String)> {
        read(csv).1.into_iter().map(|error| (error.pointer, error.code.into_owned())).collect()
    }

    #[test]
    fn mistakes_are_named_by_line() {
        let one = |pointer: &str, code: &str| vec![(pointer.to_owned(), code.to_owned())];
        assert_eq!(errors("number,status,name\n"), one("/csv/line/1", "column_unknown"));
        assert_eq!(errors("number,编号,status\n"), one("/csv/line/1", "column_twice"));
        assert_eq!(errors("number\nPT-1\n"), one("/csv/line/1", "column_missing"));
        assert_eq!(errors("number,status\nPT-1,received,x\n"), one("/csv/line/2", "csv_malformed"));
        assert_eq!(errors("number,status\nPT-1,lost\n,received\n").len(), 2);
        assert_eq!(errors("number,status,received_on\nPT-1,received,3.11.2026\n"), one("/csv/line/2/received_on", "date_malformed"));
        assert_eq!(read("number,status\nPT-1,办理中\n").0[0].1.status, PlatformStatus::Registered);
    }
}
