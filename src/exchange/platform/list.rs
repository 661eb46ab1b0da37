//! The platform's own list of a day, typed in by hand (平台名单): what its screen shows, where no interface is granted. Who: clerk, or another
//! system of the agency.
//!
//! It changes no case: it is the other side of the daily list of differences, as what the platform tells by message is. The dates and numbers of
//! a list are held to what is asked of a message. A list that is handed in again for its day takes the place of the one before, which stays.

mod sheet;

use crate::case::journal::agency::{self, AgencyEvent, Change, ExchangeEvent, Outcome};
use crate::case::journal::{Ask, JournalError, Mode, Repeated};
use crate::case::office::Office;
use crate::case::refusal::{Code, FieldRefusal, Refusal};
use crate::crypto;
use crate::db::schema::platform_lists as lists;
use crate::http::answer::{self, Answer};
use crate::http::call::{Call, Versions};
use crate::http::paging::{self, Page};
use crate::http::problem::{Fault, Problem};
use crate::http::text::Line;
use crate::ids::new_id;
use crate::people::Nothing;
use crate::people::writing::pen;
use crate::rules::platform::PlatformStatus;
use crate::steps::receive::application::FIRST_DAY;
use actix_web::http::StatusCode;
use actix_web::{get, post};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use garde::Validate;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Most numbers of a list.
const MOST: usize = 1_000;
/// Most mistakes named in one answer.
const ERRORS_SHOWN: usize = 50;

/// One line of the platform's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct ListedNumber {
    /// The number on the platform.
    #[garde(dive)]
    #[schema(example = "PT-2026-000123")]
    pub number: Line<100>,
    /// The receipt date that the platform shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_on: Option<NaiveDate>,
    /// Where it stands there.
    pub status: PlatformStatus,
}

/// What the platform shows on a day: either `entries` or `csv`.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct HandInPlatformList {
    /// The day.
    #[schema(example = "2026-11-05")]
    pub on: NaiveDate,
    /// It names every application of the agency that is not closed there: a case whose number it does not have differs then.
    #[serde(default)]
    pub complete: bool,
    /// The lines; none of them twice.
    #[garde(length(max = MOST), dive)]
    #[schema(max_items = 1000)]
    pub entries: Option<Vec<ListedNumber>>,
    /// The text of a CSV file with the columns `number`, `received_on`, `status` (编号、收到日期、状态); a status by its code or by its Chinese name.
    #[garde(inner(length(max = 200_000)))]
    #[schema(max_length = 200_000, example = "number,received_on,status\nPT-2026-000123,2026-11-03,registered\n")]
    pub csv: Option<String>,
}

/// A list that was handed in.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PlatformList)]
pub struct ListView {
    /// Its id.
    pub id: Uuid,
    /// The day.
    pub on: NaiveDate,
    /// Which list of that day, from 1; the last one counts.
    pub n: i32,
    /// It names every application of the agency that is not closed there.
    pub complete: bool,
    /// How many numbers it has; null where what is stored cannot be read.
    #[schema(required = true)]
    pub rows: Option<usize>,
    /// SHA-256 of what it says, as it stands on the trail.
    pub sha256: String,
    /// Who typed it in.
    pub handed_in_by: Uuid,
    /// When.
    pub handed_in_at: DateTime<Utc>,
}

/// A list with what it says.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PlatformListInFull)]
pub struct ListInFull {
    /// What is known of it.
    #[serde(flatten)]
    pub list: ListView,
    /// Its lines, by number.
    pub entries: Vec<ListedNumber>,
}

/// A list as it is stored.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = lists)]
struct Row {
    id: Uuid,
    on_day: NaiveDate,
    n: i32,
    complete: bool,
    entries: String,
    handed_in_by: Uuid,
    handed_in_at: DateTime<Utc>,
}

impl Row {
    /// Its lines; a list that cannot be read is not one without numbers.
    fn lines(&self) -> Result<Vec<ListedNumber>, Problem> {
        serde_json::from_str(&self.entries).map_err(|error| {
            tracing::error!(list = %self.id, reason = %error, "a list of the platform cannot be read");
            let zh = format!("{} 的平台名单（第 {} 份）无法读取，请重新录入该日名单", self.on_day, self.n);
            let en = format!("the platform's list of {} (number {}) cannot be read; hand in that of the day again", self.on_day, self.n);
            Problem::new(Fault::ListDamaged, zh, en)
        })
    }

    fn view(&self) -> ListView {
        ListView {
            id: self.id,
            on: self.on_day,
            n: self.n,
            complete: self.complete,
            rows: self.lines().ok().map(|lines| lines.len()),
            sha256: crypto::hex(&crypto::sha256(self.entries.as_bytes())),
            handed_in_by: self.handed_in_by,
            handed_in_at: self.handed_in_at,
        }
    }
}

/// The platform's list as the daily comparison reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The day.
    pub on: NaiveDate,
    /// It names every application that is not closed there.
    pub complete: bool,
    /// Its lines, by number.
    pub lines: BTreeMap<String, ListedNumber>,
}

/// The last list of the last day up to this one for which there is any.
pub fn latest(conn: &mut PgConnection, agency: Uuid, on: NaiveDate) -> Result<Option<Listed>, Problem> {
    let row: Option<Row> = lists::table
        .filter(lists::agency_id.eq(agency))
        .filter(lists::on_day.le(on))
        .order((lists::on_day.desc(), lists::n.desc()))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    row.map(|row| {
        let lines = row.lines()?.into_iter().map(|line| (line.number.as_str().to_owned(), line)).collect();
        Ok(Listed { on: row.on_day, complete: row.complete, lines })
    })
    .transpose()
}

/// Something wrong with a line, and where it is.
fn wrong(pointer: String, code: &'static str, (zh, en): (impl Into<String>, impl Into<String>)) -> FieldRefusal {
    FieldRefusal { pointer, code: Cow::Borrowed(code), detail_zh: zh.into(), detail_en: en.into() }
}

/// The lines of a list by number, every mistake named.
fn lines(asked: HandInPlatformList, today: NaiveDate) -> Result<Vec<ListedNumber>, Refusal> {
    let HandInPlatformList { on, entries, csv, .. } = asked;
    let mut errors = Vec::new();
    if on > today {
        let said = (format!("{on} 晚于今天 {today}"), format!("{on} is later than today, {today}"));
        errors.push(wrong("/on".into(), Code::DateInFuture.as_str(), said));
    }
    if on < FIRST_DAY {
        let said = (format!("{on} 早于条例施行之日"), format!("{on} is before the Regulations came into force"));
        errors.push(wrong("/on".into(), Code::DateOutOfRange.as_str(), said));
    }
    let lines: Vec<(String, ListedNumber)> = match (entries, csv) {
        (Some(entries), None) => entries.into_iter().enumerate().map(|(at, line)| (format!("/entries/{at}"), line)).collect(),
        (None, Some(csv)) => {
            let (read, refused) = sheet::read(&csv);
            errors.extend(refused);
            read
        }
        (None, None) => {
            errors.push(wrong("/entries".into(), "missing", ("须填写 entries 或者 csv", "either entries or csv is needed")));
            Vec::new()
        }
        (Some(_), Some(_)) => {
            errors.push(wrong("/csv".into(), "both_given", ("entries 与 csv 只能填写一项", "entries and csv exclude each other")));
            Vec::new()
        }
    };
    if lines.len() > MOST {
        errors.push(wrong("/csv".into(), "out_of_range", (format!("最多 {MOST} 行"), format!("at most {MOST} lines"))));
    }
    let mut by_number: BTreeMap<String, (String, ListedNumber)> = BTreeMap::new();
    for (at, line) in lines {
        if let Some(received_on) = line.received_on.filter(|received_on| *received_on > on || *received_on < FIRST_DAY) {
            let code = if received_on > on { Code::DateInFuture } else { Code::DateOutOfRange };
            let said = (format!("收到日期 {received_on} 不在范围内"), format!("{received_on} is after the day of the list, or too early"));
            errors.push(wrong(format!("{at}/received_on"), code.as_str(), said));
        }
        let number = line.number.as_str().to_owned();
        if let Some((first, _)) = by_number.get(&number) {
            let said = (format!("编号 {number} 重复，已见于 {first}"), format!("{number} stands there twice, first at {first}"));
            errors.push(wrong(format!("{at}/number"), "duplicate_number", said));
        } else {
            by_number.insert(number, (at, line));
        }
    }
    if !errors.is_empty() {
        errors.truncate(ERRORS_SHOWN);
        return Err(Refusal::fields(errors));
    }
    Ok(by_number.into_values().map(|(_, line)| line).collect())
}

/// What is to be stored.
struct New {
    on: NaiveDate,
    complete: bool,
    entries: String,
    rows: u32,
}

fn store(conn: &mut PgConnection, office: &Office, ask: &Ask, new: &New) -> Result<(Uuid, AgencyEvent), JournalError> {
    let last: Option<Row> = lists::table
        .filter(lists::agency_id.eq(ask.agency))
        .filter(lists::on_day.eq(new.on))
        .order(lists::n.desc())
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    if last.as_ref().is_some_and(|last| last.entries == new.entries && last.complete == new.complete) {
        let (zh, en) = ("该日的名单已经录入，内容相同", "the same list was handed in for the day before");
        return Err(Refusal::new(Code::NothingToChange, zh, en).into());
    }
    let (id, n, listed_at, by) = (ask.case, last.map_or(1, |last| last.n + 1), office.clock.now(), ask.person.account_id);
    diesel::insert_into(lists::table)
        .values((
            lists::agency_id.eq(ask.agency),
            lists::id.eq(id),
            lists::on_day.eq(new.on),
            lists::n.eq(n),
            lists::complete.eq(new.complete),
            lists::entries.eq(&new.entries),
            lists::handed_in_by.eq(by),
            lists::handed_in_at.eq(listed_at),
        ))
        .execute(conn)?;
    let sha256 = crypto::hex(&crypto::sha256(new.entries.as_bytes()));
    let what = ExchangeEvent::PlatformListed { list: id, on: new.on, n, complete: new.complete, rows: new.rows, sha256, by, listed_at };
    Ok((id, AgencyEvent::Exchanged { what }))
}

fn find(conn: &mut PgConnection, agency: Uuid, id: Uuid) -> Result<Row, Problem> {
    lists::table.find((agency, id)).select(Row::as_select()).first(conn).optional()?.ok_or_else(Problem::not_found)
}

fn last_of(conn: &mut PgConnection, agency: Uuid, on: NaiveDate) -> Result<Row, Problem> {
    let last = lists::table.filter(lists::agency_id.eq(agency)).filter(lists::on_day.eq(on)).order(lists::n.desc());
    last.select(Row::as_select()).first(conn).optional()?.ok_or_else(Problem::not_found)
}

/// Takes a list; the one that stands where it says the same.
fn hand_in(conn: &mut PgConnection, office: &Office, ask: &Ask, asked: HandInPlatformList) -> Result<(StatusCode, Row), Problem> {
    let (on, complete) = (asked.on, asked.complete);
    let lines = lines(asked, office.clock.today())?;
    let entries = serde_json::to_string(&lines).map_err(|error| Problem::internal(&error))?;
    let new = New { on, complete, entries, rows: u32::try_from(lines.len()).unwrap_or(u32::MAX) };
    let written = agency::write(conn, &pen(office, ask), ask, |conn| {
        let (id, event) = store(conn, office, ask, &new)?;
        Ok(Change { value: id, repeated: Repeated { resource: id, version: 1, status: 201 }, events: vec![event] })
    });
    match written {
        Ok(Outcome::Written(id) | Outcome::Repeated(Repeated { resource: id, .. })) => {
            Ok((StatusCode::CREATED, find(conn, ask.agency, id)?))
        }
        Err(JournalError::Refused(refusal)) if refusal.code == Code::NothingToChange => {
            Ok((StatusCode::OK, last_of(conn, ask.agency, new.on)?))
        }
        Err(error) => Err(Problem::from(error)),
    }
}

/// The same for whoever holds a connection: the demo.
pub(crate) fn hand_in_here(conn: &mut PgConnection, office: &Office, ask: &Ask, asked: HandInPlatformList) -> Result<(), Problem> {
    hand_in(conn, office, ask, asked).map(|_| ())
}

/// Hand in the platform's list of a day.
///
/// What the city's platform shows: number, receipt date, status. Each number stands there once; every mistake is named with its line. The list
/// of differences compares the register with it from that day on, until a later list or a later word of the platform. The same list again
/// changes nothing and is answered 200 with the one that stands; another one for the day takes its place.
#[utoipa::path(tag = "exchange", request_body = HandInPlatformList, responses(
    (status = 200, description = "The same list stood there before.", body = ListView),
    (status = 201, description = "The list.", body = ListView),
))]
#[post("/platform-lists")]
pub async fn hand_in_platform_list(call: Call) -> Answer {
    let scope = call.permit("hand_in_platform_list")?;
    call.query::<Nothing>()?;
    let ask = call.ask_in(new_id(), None, Versions::None, Mode::Take)?;
    let asked: HandInPlatformList = call.json()?;
    let office = Arc::clone(&call.app.office);
    let (status, row) = call.app.db.run(scope, move |conn| hand_in(conn, &office, &ask, asked)).await?;
    let location = format!("/api/v1/platform-lists/{}", row.id);
    answer::versioned(status, 1, Some(&location), &row.view())
}

/// Which lists.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListPlatformLists {
    /// Only those of this day.
    #[param(example = "2026-11-05")]
    on: Option<NaiveDate>,
    /// Rows of a page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the page begins, from the page before.
    cursor: Option<String>,
}

/// List the platform's lists that were handed in, the latest day first.
#[utoipa::path(tag = "exchange", params(ListPlatformLists), responses((status = 200, description = "A page of lists.", body = Page<ListView>)))]
#[get("/platform-lists")]
pub async fn list_platform_lists(call: Call) -> Answer {
    let scope = call.permit("list_platform_lists")?;
    let asked: ListPlatformLists = call.query()?;
    crate::views::find::date("on", asked.on)?;
    let limit = paging::limit(asked.limit)?;
    let after: Option<(NaiveDate, i32)> = asked.cursor.as_deref().map(paging::unpack).transpose()?;
    let agency = call.caller.agency_id;
    let page = call
        .app
        .db
        .run(scope, move |conn| {
            let mut rows = lists::table.filter(lists::agency_id.eq(agency)).into_boxed();
            if let Some(on) = asked.on {
                rows = rows.filter(lists::on_day.eq(on));
            }
            if let Some((on, n)) = after {
                rows = rows.filter(lists::on_day.lt(on).or(lists::on_day.eq(on).and(lists::n.lt(n))));
            }
            let rows: Vec<Row> =
                rows.order((lists::on_day.desc(), lists::n.desc())).select(Row::as_select()).limit(limit + 1).load(conn)?;
            let page = paging::cut(rows, limit, |row| (row.on_day, row.n));
            Ok::<_, Problem>(Page { items: page.items.iter().map(Row::view).collect(), next_cursor: page.next_cursor, total: None })
        })
        .await?;
    Ok(paging::answer(&call.request, &page))
}

/// Read a list of the platform that was handed in.
#[utoipa::path(tag = "exchange", responses((status = 200, description = "The list with its lines.", body = ListInFull)))]
#[get("/platform-lists/{list_id}")]
pub async fn get_platform_list(call: Call) -> Answer {
    let scope = call.permit("get_platform_list")?;
    call.query::<Nothing>()?;
    let (agency, id) = (call.caller.agency_id, call.id("list_id")?);
    let row = call.app.db.run(scope, move |conn| find(conn, agency, id)).await?;
    answer::ok(&ListInFull { list: row.view(), entries: row.lines()? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::testing::day;
    use serde_json::{Value, json};

    fn refused(body: Value) -> Vec<(String, String)> {
        let asked: HandInPlatformList = serde_json::from_value(body).unwrap();
        let refusal = lines(asked, day("2026-11-05")).unwrap_err();
        refusal.errors.into_iter().map(|error| (error.pointer, error.code.into_owned())).collect()
    }

    fn of(pointer: &str, code: &str) -> Vec<(String, String)> {
        vec![(pointer.to_owned(), code.to_owned())]
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        let line = |number: &str| json!({"number": number, "status": "received"});
        let on = "2026-11-05";
        assert_eq!(refused(json!({"on": on})), of("/entries", "missing"));
        assert_eq!(refused(json!({"on": on, "entries": [], "csv": ""})), of("/csv", "both_given"));
        assert_eq!(refused(json!({"on": "2026-11-06", "entries": []})), of("/on", "date_in_future"));
        assert_eq!(refused(json!({"on": "2001-01-01", "entries": []})), of("/on", "date_out_of_range"));
        let twice = json!([line("PT-1"), line("PT-2"), line(" PT-1 ")]);
        assert_eq!(refused(json!({"on": on, "entries": twice})), of("/entries/2/number", "duplicate_number"));
        let late = json!([{"number": "PT-1", "received_on": "2026-11-06", "status": "received"}]);
        assert_eq!(refused(json!({"on": on, "entries": late})), of("/entries/0/received_on", "date_in_future"));
        let csv = "number,status\nPT-1,received\nPT-1,registered\n";
        assert_eq!(refused(json!({"on": on, "csv": csv})), of("/csv/line/3/number", "duplicate_number"));
        let many: Vec<Value> = (0..=MOST).map(|n| line(&format!("PT-{n}"))).collect();
        let asked: HandInPlatformList = serde_json::from_value(json!({"on": on, "entries": many})).unwrap();
        assert!(asked.validate().is_err());
    }

    #[test]
    fn a_list_is_the_same_whatever_its_order_and_form() {
        let read = |body: Value| lines(serde_json::from_value(body).unwrap(), day("2026-11-05")).unwrap();
        let entries =
            json!([{"number": "PT-2", "status": "registered", "received_on": "2026-11-03"}, {"number": "PT-1", "status": "closed"}]);
        let csv = "\u{feff}编号,状态,收到日期\r\nPT-1,已办结,\r\nPT-2,registered,2026-11-03\r\n";
        let one = read(json!({"on": "2026-11-05", "entries": entries}));
        assert_eq!(one, read(json!({"on": "2026-11-05", "csv": csv})));
        assert_eq!(one[0].number.as_str(), "PT-1");
        assert_eq!(read(json!({"on": "2026-11-05", "entries": []})), []);
    }
}
