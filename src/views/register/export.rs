//! The register as a file (登记台账导出, domain 6.3). Who: clerks, legal reviewers, approvers; supervisors and auditors, also over agencies below.
//!
//! Filtered as the list is. All rows are of one moment; they are read page by page into a file without a name, and given out from there, so
//! that memory does not grow with them and nobody's slow line holds the database. The export stands on the agency's trail, with the
//! digest of the file, before its first byte is given out. People are masked; whoever works the agency's cases has names and contacts in full
//! for a purpose. Numbers of identity documents are masked in any case.

use super::cells::{Around, Entry, named_by, people_of, texts_of};
use super::sheet::{FileKind, Sheet, SheetError};
use super::{Line, ListCases, Reading, lines};
use crate::case::journal::agency::{self, AgencyEvent, RevealPurpose};
use crate::case::journal::{JournalError, Pen, items_of_month};
use crate::case::model::Case;
use crate::case::refusal::{Code, Refusal};
use crate::case::trail::Actor;
use crate::crypto;
use crate::db::schema::cases;
use crate::http::answer::Answer;
use crate::http::call::{Call, request_id};
use crate::http::paging;
use crate::http::problem::{Fault, Problem};
use crate::rules::calendar::Calendar;
use crate::rules::sight::{Sight, Whose, sight};
use crate::views::names::Names;
use actix_web::body::SizedStream;
use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{HttpResponse, get};
use diesel::prelude::*;
use futures_util::stream;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek};
use std::sync::Arc;
use tokio::sync::{Semaphore, SemaphorePermit};
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Exports that are made at once; the next is asked to come again.
static AT_WORK: Semaphore = Semaphore::const_new(2);
/// Most rows of a file.
const MOST_ROWS: u32 = 200_000;
/// So much of the file is read at once to be given out.
const CHUNK: usize = 64 * 1024;
/// Keys of the list that a file does not have.
const OF_PAGES: [&str; 3] = ["limit", "cursor", "include_total"];

/// How people stand in the file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum People {
    /// Masked.
    #[default]
    Masked,
    /// Names and contacts in full, numbers of identity documents masked.
    Full,
}

/// What only a file can be asked.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OfFile {
    /// Masked unless said otherwise; in full for who works the agency's cases, with a purpose.
    #[serde(default)]
    #[param(inline)]
    people: People,
    /// Why names and contacts are needed in full.
    #[param(inline)]
    purpose: Option<RevealPurpose>,
}

/// Filters and order as the list has them; `received_on` is the order unless said otherwise.
#[derive(Debug)]
pub struct ExportRegister {
    list: ListCases,
    of_file: OfFile,
    said: Vec<String>,
}

impl IntoParams for ExportRegister {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let of_list = ListCases::into_params(&place).into_iter().filter(|known| !OF_PAGES.contains(&known.name.as_str()));
        of_list.chain(OfFile::into_params(&place)).collect()
    }
}

impl ExportRegister {
    fn read(call: &Call) -> Result<Self, Problem> {
        let malformed = |name: &str| {
            let (zh, en) = (format!("不支持参数 {name}"), format!("there is no parameter {name} here"));
            Problem::parameter(Fault::MalformedParameter, name, zh, en)
        };
        let pairs: Vec<(String, String)> = crate::http::body::query(call.request.query_string())?;
        if let Some((name, _)) = pairs.iter().find(|(name, _)| OF_PAGES.contains(&name.as_str())) {
            return Err(malformed(name));
        }
        let (of_file, of_list): (Vec<_>, Vec<_>) = pairs.into_iter().partition(|(name, _)| matches!(name.as_str(), "people" | "purpose"));
        let written = |pairs: &[(String, String)]| serde_html_form::to_string(pairs).map_err(|error| Problem::internal(&error));
        let list: ListCases = crate::http::body::query(&written(&of_list)?)?;
        list.check()?;
        let list = ListCases {
            sort: list.sort.or_else(|| list.q.is_none().then(|| "received_on".to_owned())),
            limit: Some(paging::MAX_LIMIT),
            ..list
        };
        // What is looked for may name somebody, so the trail has the key alone.
        let said = |(key, value): (String, String)| if key == "q" { key } else { format!("{key}={value}") };
        Ok(Self { list, of_file: crate::http::body::query(&written(&of_file)?)?, said: of_list.into_iter().map(said).collect() })
    }

    /// The purpose, where people are to stand in full.
    fn purpose(&self, sight: Sight) -> Result<Option<RevealPurpose>, Problem> {
        match (self.of_file.people, sight) {
            (People::Masked, _) => Ok(None),
            (People::Full, Sight::Masked) => {
                let (zh, en) =
                    ("仅办理本机关案件的人员可以导出完整姓名和联系方式", "names and contacts in full are for who works the agency's cases");
                Err(Problem::new(Fault::Forbidden, zh, en))
            }
            (People::Full, Sight::Full) => self.of_file.purpose.map(Some).ok_or_else(|| {
                let (zh, en) = (
                    "导出完整姓名和联系方式须以 purpose 参数注明用途",
                    "say in the parameter purpose why names and contacts are needed in full",
                );
                Refusal::new(Code::PurposeNeeded, zh, en).into()
            }),
        }
    }
}

impl From<SheetError> for Problem {
    fn from(error: SheetError) -> Self {
        Self::internal(&error)
    }
}

/// A file that is ready.
struct Made {
    file: File,
    size: u64,
    rows: u32,
    sha256: String,
}

/// Reads all pages of one moment into a file.
fn make(
    conn: &mut PgConnection,
    reading: &Reading<'_>,
    asked: &ListCases,
    (kind, in_full): (FileKind, Option<Uuid>),
) -> Result<Made, Problem> {
    let today = reading.office.clock.today();
    let mut sheet = Sheet::begin(kind, today)?;
    let (mut rows, mut cursor) = (0, None);
    loop {
        let page = lines(conn, reading, &ListCases { cursor, ..asked.clone() })?;
        let around = around(conn, reading, &page.items, in_full)?;
        let mut calendars: BTreeMap<i32, Arc<Calendar>> = BTreeMap::new();
        for line in &page.items {
            let edition = line.case.pins.calendar;
            let calendar = match calendars.get(&edition) {
                Some(known) => Arc::clone(known),
                None => Arc::clone(calendars.entry(edition).or_insert(reading.office.calendar(conn, edition)?)),
            };
            rows += 1;
            if rows > MOST_ROWS {
                return Err(too_many());
            }
            sheet.row(&Entry::of(line, &calendar, &around).cells(rows))?;
        }
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    let mut file = sheet.end()?;
    let (size, sha256) = digest(&mut file).map_err(|error| Problem::internal(&error))?;
    Ok(Made { file, size, rows, sha256 })
}

fn too_many() -> Problem {
    let (zh, en) = (format!("一次最多导出{MOST_ROWS}件，请缩小范围"), format!("a file has at most {MOST_ROWS} rows: narrow the filters"));
    Problem::new(Fault::ParameterRefused, zh, en)
}

/// What a page needs to know beside its cases.
fn around(conn: &mut PgConnection, reading: &Reading<'_>, lines: &[Line], in_full: Option<Uuid>) -> Result<Around, Problem> {
    let people: Vec<Uuid> = lines.iter().flat_map(|line| people_of(&line.case)).collect();
    let named: Vec<Uuid> = lines.iter().flat_map(|line| named_by(&line.case)).collect();
    let numbers: Vec<(Uuid, Option<String>)> = cases::table
        .filter(cases::agency_id.eq_any(&reading.reads))
        .filter(cases::id.eq_any(named))
        .select((cases::id, cases::case_number))
        .load(conn)?;
    let mut by_agency: BTreeMap<Uuid, Vec<&Case>> = BTreeMap::new();
    for line in lines {
        by_agency.entry(line.case.agency_id).or_default().push(&line.case);
    }
    let mut items = BTreeMap::new();
    for (agency, cases) in by_agency {
        items.extend(items_of_month(conn, agency, &cases)?);
    }
    Ok(Around {
        names: Names::read(conn, &reading.reads, &people)?,
        numbers: numbers.into_iter().filter_map(|(id, number)| Some((id, number?))).collect(),
        items,
        in_full,
        today: reading.office.clock.today(),
    })
}

/// Size and SHA-256 of a file, which then stands at its beginning again.
fn digest(file: &mut File) -> std::io::Result<(u64, String)> {
    file.rewind()?;
    let (size, sha256) = crypto::sha256_of(file)?;
    file.rewind()?;
    Ok((size, crypto::hex(&sha256)))
}

/// A place among the exports that are made, if there is one.
fn place() -> Result<SemaphorePermit<'static>, Problem> {
    AT_WORK.try_acquire().map_err(|_| {
        Problem::new(Fault::Unavailable, "正在导出的台账已达上限，请稍后再试", "as many exports as may be are being made: try again soon")
    })
}

async fn export(call: Call, operation: &'static str, kind: FileKind) -> Answer {
    let scope = call.permit(operation)?;
    let asked = ExportRegister::read(&call)?;
    let sight = sight(Whose::Own, call.caller.roles.iter().copied());
    let purpose = asked.purpose(sight)?;
    let place = place()?;
    let (office, caller, request_id) = (Arc::clone(&call.app.office), call.caller.clone(), request_id(&call.request));
    let made = call
        .app
        .db
        .run(scope.clone(), move |conn| {
            let _place = place;
            let agency = caller.agency_id;
            let reading = Reading { office: &office, agency, reads: scope.reads, sight, beside: texts_of };
            let in_full = purpose.map(|_| agency);
            let made =
                conn.build_transaction().repeatable_read().read_only().run(|conn| make(conn, &reading, &asked.list, (kind, in_full)))?;
            let event = AgencyEvent::RegisterExported {
                format: kind.extension().to_owned(),
                asked: asked.said,
                rows: made.rows,
                sha256: made.sha256.clone(),
                purpose,
            };
            let pen = Pen { office: &office, agency, actor: Actor::Account { id: caller.account_id }, request_id };
            conn.transaction(|conn| agency::append(conn, &pen, &[event]).map_err(|error: JournalError| Problem::from(error)))?;
            Ok::<_, Problem>(made)
        })
        .await?;
    let name = format!("attachment; filename=\"register-{}.{}\"", call.app.office.clock.today(), kind.extension());
    Ok(HttpResponse::Ok()
        .content_type(kind.media_type())
        .insert_header((header::CONTENT_DISPOSITION, name))
        .body(SizedStream::new(made.size, chunks(made.file))))
}

/// The file in chunks, each read on a thread that may wait for the disk.
fn chunks(file: File) -> impl futures_util::Stream<Item = std::io::Result<Bytes>> {
    stream::try_unfold(file, |mut file| async move {
        let read = tokio::task::spawn_blocking(move || {
            let mut chunk = Vec::with_capacity(CHUNK);
            let read = Read::by_ref(&mut file).take(CHUNK as u64).read_to_end(&mut chunk);
            read.map(|read| (read > 0).then(|| (Bytes::from(chunk), file)))
        });
        read.await.map_err(std::io::Error::other)?
    })
}

/// The register as a table for office programs.
///
/// All fifty columns of the register (登记台账) in their order, filtered as the list of cases is, by `received_on` unless said otherwise. Every row
/// is of one moment. People are masked unless asked for in full, with a purpose; numbers of identity documents always. A cell that a program
/// would take for a formula has an apostrophe before it. At most 200,000 rows; the export stands on the agency's trail.
#[utoipa::path(tag = "read", params(ExportRegister), responses((status = 200, description = "The file.",
    content((Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
#[get("/register.xlsx")]
pub async fn export_register_xlsx(call: Call) -> Answer {
    export(call, "export_register_xlsx", FileKind::Xlsx).await
}

/// The register as comma-separated values.
///
/// The same rows and columns as the XLSX file, in UTF-8 with a byte order mark.
#[utoipa::path(tag = "read", params(ExportRegister), responses((status = 200, description = "The file.", content((String = "text/csv")))))]
#[get("/register.csv")]
pub async fn export_register_csv(call: Call) -> Answer {
    export(call, "export_register_csv", FileKind::Csv).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_third_export_at_once_is_asked_to_come_again() {
        let two = [place().unwrap(), place().unwrap()];
        assert_eq!(place().unwrap_err().code(), "unavailable");
        drop(two);
        assert!(place().is_ok());
    }

    #[test]
    fn a_file_has_the_filters_of_the_list_and_no_pages() {
        let names = |of: Vec<Parameter>| of.into_iter().map(|known| known.name).collect::<Vec<_>>();
        let (file, list) = (names(ExportRegister::into_params(|| None)), names(ListCases::into_params(|| None)));
        let expected: Vec<&str> =
            list.iter().map(String::as_str).filter(|name| !OF_PAGES.contains(name)).chain(["people", "purpose"]).collect();
        assert_eq!(file, expected);
        assert_eq!(list.len(), expected.len() + 1, "three keys of pages go, two of files come");
    }
}
