//! The national calendar as data: its editions, and loading the State Council's yearly notice (国务院办公厅关于部分节假日安排的通知).
//! Who: the administrator loads; everybody reads.
//!
//! An edition is never changed: a notice that is new or corrected makes the next one, and the workers take every open case over to it,
//! with an event for each. The calendar is one for all agencies of the database; who loaded what is on the trail of the loader's agency.

use super::Nothing;
use super::calendar_proposals::{self, CalendarProposal};
use super::writing::pen;
use crate::case::journal::agency::{self, AgencyEvent, Change, Outcome};
use crate::case::journal::{Ask, JournalError, Mode, Repeated, known_key};
use crate::case::office::{EditionError, Office};
use crate::case::refusal::{Code, FieldRefusal, Refusal};
use crate::crypto;
use crate::db::editions::{Brought, LoadError, NewEdition, next_with, sort_out};
use crate::db::pool::DbError;
use crate::db::schema::calendar_editions;
use crate::http::answer::{self, Answer};
use crate::http::call::{Call, Versions};
use crate::http::paging::Page;
use crate::http::problem::Problem;
use crate::http::text::Line;
use crate::rules::calendar::{CalendarError, LEAST, MOST, Notice, Notices, is_weekend, stands_under};
use crate::views::calendar_changes::{WouldChange, preview};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use garde::Validate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

/// How often a load tries again when somebody else was faster with theirs.
pub(super) const TRIES: u32 = 3;

/// A day with the name of its holiday.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NamedDay {
    /// The day.
    #[schema(example = "2027-01-01")]
    pub date: NaiveDate,
    /// The holiday, for a working weekend the one it makes up for.
    #[garde(dive)]
    #[schema(example = "元旦")]
    pub name: Line<20>,
}

/// The notice of one year, whole.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct LoadNotice {
    /// The year it is for: at most the next.
    #[schema(example = 2027)]
    pub year: i32,
    /// The number of the notice.
    #[garde(dive)]
    #[schema(example = "国办发明电〔2026〕0号")]
    pub notice_number: Line<100>,
    /// Days off (放假、调休), the weekends among them too.
    #[garde(length(min = 1, max = 366), dive)]
    pub holidays: Vec<NamedDay>,
    /// Weekend days worked (上班).
    #[garde(length(max = 366), dive)]
    pub working_weekends: Vec<NamedDay>,
}

impl LoadNotice {
    /// The notice as data, or everything in it that cannot be.
    fn notice(self, today: NaiveDate) -> Result<(i32, Notice), Refusal> {
        let Self { year, notice_number, holidays, working_weekends } = self;
        let mut refused = Vec::new();
        let mut refuse = |pointer: String, code: &'static str, zh: String, en: String| {
            refused.push(FieldRefusal { pointer, code: code.into(), detail_zh: zh, detail_en: en });
        };
        let lists = [("holidays", holidays), ("working_weekends", working_weekends)].map(|(list, days)| {
            let mut named = BTreeMap::new();
            for (index, NamedDay { date, name }) in days.into_iter().enumerate() {
                let pointer = format!("/{list}/{index}/date");
                if !stands_under(date, year) {
                    let (zh, en) = (
                        format!("{date} 不在 {year} 年，也不在上年12月"),
                        format!("{date} lies neither in {year} nor in the December before"),
                    );
                    refuse(pointer, "other_year", zh, en);
                } else if list == "working_weekends" && !is_weekend(date) {
                    let (zh, en) = (
                        format!("{date} 不是周六、周日，不能调休上班"),
                        format!("{date} is no Saturday or Sunday, so it cannot be made up for"),
                    );
                    refuse(pointer, "not_a_weekend", zh, en);
                } else if named.insert(date, (name.into_string(), pointer.clone())).is_some() {
                    refuse(pointer, "twice", format!("{date} 重复"), format!("{date} stands twice"));
                }
            }
            named
        });
        let [off, worked] = &lists;
        for (date, (_, pointer)) in worked {
            if off.contains_key(date) {
                let (zh, en) = (format!("{date} 既放假又上班"), format!("{date} is both a holiday and a make-up working day"));
                refuse(pointer.clone(), "overlap", zh, en);
            }
        }
        let [holidays, working_weekends] =
            lists.each_ref().map(|days| days.iter().map(|(date, (name, _))| (*date, name.clone())).collect());
        let notice = Notice { number: Some(notice_number.into_string()), holidays, working_weekends };
        match notice.plausible(year, today) {
            Err(error @ CalendarError::NoSuchNotice { first, last, .. }) => {
                refuse("/year".into(), "year_out_of_range", format!("年份须在 {first} 至 {last} 之间"), error.to_string());
            }
            Err(error @ CalendarError::Implausible { days, .. }) => {
                let zh = format!("{year} 年将有 {days} 个工作日，全年工作日应为 {LEAST} 至 {MOST} 个");
                refuse("/holidays".into(), "implausible_year", zh, error.to_string());
            }
            _ => {}
        }
        if refused.is_empty() { Ok((year, notice)) } else { Err(Refusal { code: Code::CalendarRefused, ..Refusal::fields(refused) }) }
    }
}

/// Whether to act, or only to say what would follow.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LoadQuery {
    /// Change nothing; the answer says which dates of the agency's cases would move.
    #[serde(default)]
    pub validate_only: bool,
}

/// What became of a notice.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoticeLoaded {
    /// The edition in which the notice stands.
    pub edition: i32,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Whether that is a new edition; false where the newest said the same already.
    pub new: bool,
    /// What would follow for the agency's cases; only with `validate_only`.
    #[schema(required = true)]
    pub changes: Option<WouldChange>,
    /// Whether the notice corrects one that is loaded, so that a second person decides.
    pub needs_second_person: bool,
    /// The correction that waits for a second person; until then the edition is the newest, in which it does not stand.
    #[schema(required = true)]
    pub proposal: Option<CalendarProposal>,
}

/// An edition of the calendar.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarEdition {
    /// Its number.
    pub edition: i32,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// When it was loaded.
    pub loaded_at: DateTime<Utc>,
    /// The years it announces; dates that walk over others are provisional.
    pub years: Vec<YearView>,
}

/// A year of an edition.
#[derive(Debug, Serialize, ToSchema)]
pub struct YearView {
    /// The year.
    pub year: i32,
    /// The number of its notice, where the edition names it.
    #[schema(required = true)]
    pub notice_number: Option<String>,
    /// Days off; only in the edition itself, not in the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub holidays: Option<Vec<DayView>>,
    /// Weekend days worked; only in the edition itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub working_weekends: Option<Vec<DayView>>,
}

impl YearView {
    /// A year with its days.
    pub(super) fn of(year: i32, notice: Notice) -> Self {
        let days = |days: BTreeMap<NaiveDate, String>| Some(days.into_iter().map(|(date, name)| DayView { date, name }).collect());
        Self { year, notice_number: notice.number, holidays: days(notice.holidays), working_weekends: days(notice.working_weekends) }
    }
}

/// A day with the name of its holiday.
#[derive(Debug, Serialize, ToSchema)]
pub struct DayView {
    /// The day.
    pub date: NaiveDate,
    /// The holiday.
    pub name: String,
}

/// How much of an edition is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Depth {
    Years,
    Days,
}

type Row = (i32, DateTime<Utc>, String);

fn view((edition, loaded_at, text): Row, depth: Depth) -> Result<CalendarEdition, Problem> {
    let notices = Notices::parse(&text).map_err(|error| EditionError::Unreadable(error.to_string())).map_err(JournalError::from)?;
    let year = |(year, notice): (i32, Notice)| match depth {
        Depth::Years => YearView { year, notice_number: notice.number, holidays: None, working_weekends: None },
        Depth::Days => YearView::of(year, notice),
    };
    let sha256 = crypto::hex(&crypto::sha256(text.as_bytes()));
    Ok(CalendarEdition { edition, sha256, loaded_at, years: notices.years.into_iter().map(year).collect() })
}

const COLUMNS: (calendar_editions::edition, calendar_editions::loaded_at, calendar_editions::data) =
    (calendar_editions::edition, calendar_editions::loaded_at, calendar_editions::data);

/// List the editions of the calendar, the newest first.
#[utoipa::path(tag = "people", responses((status = 200, description = "All editions, on one page, without their days.", body = Page<CalendarEdition>)))]
#[get("/calendar-editions")]
pub async fn list_calendar_editions(call: Call) -> Answer {
    let scope = call.permit("list_calendar_editions")?;
    call.query::<Nothing>()?;
    let items = call
        .app
        .db
        .run(scope, |conn| {
            let rows: Vec<Row> = calendar_editions::table.order(calendar_editions::edition.desc()).select(COLUMNS).load(conn)?;
            rows.into_iter().map(|row| view(row, Depth::Years)).collect::<Result<Vec<_>, Problem>>()
        })
        .await?;
    answer::ok(&Page { items, next_cursor: None, total: None })
}

/// Read an edition of the calendar, day by day.
#[utoipa::path(tag = "people", params(("edition" = i32, Path, minimum = 1, description = "Its number.")),
    responses((status = 200, description = "The edition.", body = CalendarEdition)))]
#[get("/calendar-editions/{edition}")]
pub async fn get_calendar_edition(call: Call) -> Answer {
    let scope = call.permit("get_calendar_edition")?;
    call.query::<Nothing>()?;
    let edition = i32::try_from(call.ordinal("edition")?).map_err(|_| Problem::not_found())?;
    let view = call
        .app
        .db
        .run(scope, move |conn| {
            let row: Option<Row> = calendar_editions::table.find(edition).select(COLUMNS).first(conn).optional()?;
            view(row.ok_or_else(Problem::not_found)?, Depth::Days)
        })
        .await?;
    answer::ok(&view)
}

/// Load the notice of a year.
///
/// The first notice of a year makes the next edition; the same notice again makes none. The workers then take every open case over to it,
/// with an event for the dates that moved. A notice that corrects a year that is loaded, or a day of the December before that is over,
/// changes nothing yet: it waits for a second person. With `validate_only` nothing is loaded.
#[utoipa::path(tag = "people", params(LoadQuery), request_body = LoadNotice, responses(
    (status = 201, description = "A new edition.", body = NoticeLoaded),
    (status = 202, description = "A correction that waits for a second person.", body = NoticeLoaded),
    (status = 200, description = "What would follow, or the edition that says so already.", body = NoticeLoaded),
))]
#[post("/calendar-notices")]
pub async fn load_calendar_notice(call: Call) -> Answer {
    let scope = call.permit("load_calendar_notice")?;
    let ask = call.ask(call.caller.agency_id, None, Versions::None)?;
    let sent: LoadNotice = call.json()?;
    let office = Arc::clone(&call.app.office);
    let notice = sent.notice(office.clock.today())?;
    let (status, view) = call.app.db.run(scope, move |conn| load(conn, &office, &ask, notice)).await?;
    Ok(HttpResponse::build(status).json(view))
}

fn load(conn: &mut PgConnection, office: &Office, ask: &Ask, notice: (i32, Notice)) -> Result<(StatusCode, NoticeLoaded), Problem> {
    let years = BTreeMap::from([notice]);
    let mut tries = 0;
    loop {
        if let Some(repeated) = known_key(conn, ask)? {
            return repeat(conn, office, repeated);
        }
        let Some(new) = next_with(conn, &years).map_err(failed)? else {
            let newest = office.newest_calendar(conn).map_err(JournalError::from)?.edition();
            return Ok((StatusCode::OK, of_edition(conn, office, newest, false)?));
        };
        let Brought { corrections, .. } = sort_out(conn, years.clone(), office.clock.today()).map_err(failed)?;
        if ask.mode == Mode::Validate {
            let changes = Some(preview(conn, office, ask.agency, &new.calendar)?);
            let (edition, sha256) = (new.calendar.edition(), new.calendar.sha256().to_owned());
            let needs_second_person = !corrections.is_empty();
            return Ok((StatusCode::OK, NoticeLoaded { edition, sha256, new: true, changes, needs_second_person, proposal: None }));
        }
        if !corrections.is_empty() {
            let repeated = calendar_proposals::propose(conn, office, ask, &corrections)?;
            return repeat(conn, office, repeated);
        }
        match store(conn, office, ask, &new) {
            Ok(repeated) => return repeat(conn, office, repeated),
            Err(error) if number_taken(&error) && tries < TRIES => tries += 1,
            Err(error) => return Err(error.into()),
        }
    }
}

/// The answer to what was written, now or when the key was used first.
fn repeat(conn: &mut PgConnection, office: &Office, repeated: Repeated) -> Result<(StatusCode, NoticeLoaded), Problem> {
    if repeated.status == StatusCode::ACCEPTED.as_u16() {
        let proposal = Some(calendar_proposals::read(conn, repeated.resource)?);
        let waiting = of_edition(conn, office, repeated.version, false)?;
        return Ok((StatusCode::ACCEPTED, NoticeLoaded { needs_second_person: true, proposal, ..waiting }));
    }
    Ok((StatusCode::CREATED, of_edition(conn, office, repeated.version, true)?))
}

fn store(conn: &mut PgConnection, office: &Office, ask: &Ask, new: &NewEdition) -> Result<Repeated, JournalError> {
    let repeated = Repeated { resource: ask.agency, version: new.calendar.edition(), status: 201 };
    let written = agency::write(conn, &pen(office, ask), ask, |conn| {
        new.insert(conn, office.clock.now())?;
        Ok(Change { value: repeated, repeated, events: vec![AgencyEvent::calendar_loaded(new)] })
    })?;
    let (Outcome::Written(repeated) | Outcome::Repeated(repeated)) = written;
    Ok(repeated)
}

fn of_edition(conn: &mut PgConnection, office: &Office, edition: i32, new: bool) -> Result<NoticeLoaded, Problem> {
    let calendar = office.calendar(conn, edition).map_err(JournalError::from)?;
    Ok(NoticeLoaded { edition, sha256: calendar.sha256().to_owned(), new, changes: None, needs_second_person: false, proposal: None })
}

pub(super) fn failed(error: LoadError) -> JournalError {
    match error {
        LoadError::Query(error) => error.into(),
        LoadError::Calendar(error) => EditionError::Unreadable(error.to_string()).into(),
    }
}

/// Somebody else loaded another notice at the same moment.
pub(super) fn number_taken(error: &JournalError) -> bool {
    match error {
        JournalError::Db(DbError::Query(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, about))) => {
            about.constraint_name() == Some("calendar_editions_pkey")
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::{Value, json};

    /// Weekdays off, so that a year has about as many working days as a notice leaves.
    fn plausible(year: i32) -> Vec<Value> {
        let first = NaiveDate::from_ymd_opt(year, 7, 1).unwrap();
        let days = first.iter_days().filter(|date| !is_weekend(*date)).take(11);
        days.map(|date| json!({"date": date, "name": "测试"})).collect()
    }

    fn with(mut days: Vec<Value>, more: &[(&str, &str)]) -> Value {
        days.extend(more.iter().map(|(date, name)| json!({"date": date, "name": name})));
        Value::from(days)
    }

    fn sent(year: i32, holidays: Value, working_weekends: Value) -> Result<(i32, Notice), Refusal> {
        let body =
            json!({"year": year, "notice_number": "国办发明电〔2026〕0号", "holidays": holidays, "working_weekends": working_weekends});
        serde_json::from_value::<LoadNotice>(body).unwrap().notice("2026-11-02".parse().unwrap())
    }

    #[test]
    fn a_notice_becomes_data() {
        let (year, notice) =
            sent(2027, with(plausible(2027), &[("2027-01-01", "元旦")]), json!([{"date": "2027-01-03", "name": "元旦"}])).unwrap();
        assert_eq!((year, notice.number.as_deref()), (2027, Some("国办发明电〔2026〕0号")));
        assert_eq!((notice.holidays.len(), notice.working_weekends.len()), (12, 1));
    }

    #[rstest]
    #[case(1900, "1900-01-01", "1900-01-06", "/year", "year_out_of_range")]
    #[case(2200, "2200-01-01", "2200-01-04", "/year", "year_out_of_range")]
    #[case(2028, "2028-01-01", "2028-01-02", "/year", "year_out_of_range")]
    #[case(2100, "2100-01-01", "2100-01-02", "/year", "year_out_of_range")]
    #[case(2027, "2026-11-30", "2027-01-03", "/holidays/0/date", "other_year")]
    #[case(2027, "2027-01-01", "2028-01-02", "/working_weekends/0/date", "other_year")]
    #[case(2027, "2027-01-01", "2027-01-04", "/working_weekends/0/date", "not_a_weekend")]
    #[case(2027, "2027-01-03", "2027-01-03", "/working_weekends/0/date", "overlap")]
    fn what_cannot_be_is_named(#[case] year: i32, #[case] off: &str, #[case] worked: &str, #[case] pointer: &str, #[case] code: &str) {
        let refusal = sent(year, json!([{"date": off, "name": "元旦"}]), json!([{"date": worked, "name": "元旦"}])).unwrap_err();
        assert_eq!(refusal.code, Code::CalendarRefused);
        assert!(refusal.errors.iter().any(|error| error.pointer == pointer && error.code == code), "{:?}", refusal.errors);
    }

    #[rstest]
    #[case(0, Some(262))]
    #[case(6, Some(256))]
    #[case(7, None)]
    #[case(22, None)]
    #[case(23, Some(239))]
    fn a_year_has_240_to_255_working_days(#[case] off: usize, #[case] refused: Option<usize>) {
        let first = NaiveDate::from_ymd_opt(2027, 7, 1).unwrap();
        let days = first.iter_days().filter(|date| !is_weekend(*date)).take(off);
        // A weekend off is no working day less.
        let holidays = days.map(|date| json!({"date": date, "name": "测试"})).chain([json!({"date": "2027-01-02", "name": "元旦"})]);
        let worked = json!([{"date": "2027-01-03", "name": "元旦"}]);
        let answer = sent(2027, holidays.collect(), worked);
        let Some(days) = refused else {
            answer.unwrap();
            return;
        };
        let refusal = answer.unwrap_err();
        assert_eq!((refusal.errors[0].pointer.as_str(), &*refusal.errors[0].code), ("/holidays", "implausible_year"));
        assert!(refusal.errors[0].detail_en.contains(&format!("{days} working days")), "{:?}", refusal.errors);
    }

    #[test]
    fn a_notice_reaches_into_the_december_before() {
        let (_, notice) =
            sent(2019, with(plausible(2019), &[("2018-12-31", "元旦")]), json!([{"date": "2018-12-29", "name": "元旦"}])).unwrap();
        let december: Vec<(NaiveDate, bool)> = notice.days_of_december_before(2019).collect();
        assert_eq!(december, [("2018-12-31".parse().unwrap(), false), ("2018-12-29".parse().unwrap(), true)]);
    }

    #[test]
    fn a_day_that_stands_twice_is_named() {
        let day = json!({"date": "2027-01-01", "name": "元旦"});
        let refusal = sent(2027, json!([day, day]), json!([])).unwrap_err();
        let twice = refusal.errors.iter().filter(|error| error.code != "implausible_year");
        assert_eq!(twice.map(|error| (error.pointer.as_str(), &*error.code)).collect::<Vec<_>>(), [("/holidays/1/date", "twice")]);
    }
}
