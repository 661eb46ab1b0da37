//! What a new edition of the calendar moved, and what one would move. Reads the events of the recount; changes nothing.

use crate::case::event::CaseEvent;
use crate::case::journal::{JournalError, of_row};
use crate::case::model::MovedDate;
use crate::case::office::Office;
use crate::case::recount::moved;
use crate::case::stage::Stage;
use crate::case::trail;
use crate::db::schema::{calendar_editions, cases, events};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::paging::{self, Page};
use crate::http::problem::Problem;
use crate::rules::calendar::Calendar;
use crate::rules::coded::coded;
use crate::rules::terms::DutyKind;
use actix_web::get;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Cases that a preview shows; it counts all of them.
const SHOWN: usize = 100;
/// Cases read at once.
const BATCH: i64 = 500;
/// Events read at once.
const EVENTS: i64 = 1_000;
/// Events that one page looks through: most recounts move nothing, and a page may come out short.
const LOOKED_THROUGH: usize = 20_000;

coded! {
    /// What became of a date.
    pub enum DateChange {
        Moved => "moved", "日期变动", "the date moved";
        BecameCertain => "became_certain", "日期未变，由暂定转为确定", "the date stayed and became certain";
        BecameProvisional => "became_provisional", "日期未变，转为暂定", "the date stayed and became provisional";
        Appeared => "appeared", "新增期限", "a date that there was not";
        Vanished => "vanished", "期限取消", "a date that there is no more";
    }
}

/// A date of a case before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ChangedDate {
    /// The duty.
    pub kind: DutyKind,
    /// Which of its kind.
    pub ordinal: u32,
    /// Whether it moved, or only became certain.
    pub change: DateChange,
    /// As it was; null where there was none.
    #[schema(required = true)]
    pub old_on: Option<NaiveDate>,
    /// As it is; null where there is none any more.
    #[schema(required = true)]
    pub new_on: Option<NaiveDate>,
    /// Whether the new date is still provisional.
    pub provisional: bool,
}

impl From<MovedDate> for ChangedDate {
    fn from(moved: MovedDate) -> Self {
        let change = match (moved.old_on, moved.new_on) {
            (None, _) => DateChange::Appeared,
            (_, None) => DateChange::Vanished,
            (old, new) if old != new => DateChange::Moved,
            _ if moved.provisional => DateChange::BecameProvisional,
            _ => DateChange::BecameCertain,
        };
        let MovedDate { kind, ordinal, old_on, new_on, provisional } = moved;
        Self { kind, ordinal, change, old_on, new_on, provisional }
    }
}

impl ChangedDate {
    /// It is not the date it was, or there is none.
    fn moved(&self) -> bool {
        !matches!(self.change, DateChange::BecameCertain | DateChange::BecameProvisional)
    }
}

/// A case with the dates that a new edition moved.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseChange {
    /// The case.
    pub case_id: Uuid,
    /// Its register number.
    #[schema(required = true)]
    pub case_number: Option<String>,
    /// When it was recounted; null in a preview.
    #[schema(required = true)]
    pub recounted_at: Option<DateTime<Utc>>,
    /// Its dates, before and after. One that stayed and only became certain, or provisional, stands here too; `change` tells them apart.
    pub moved: Vec<ChangedDate>,
}

/// What would follow.
#[derive(Debug, Serialize, ToSchema)]
pub struct WouldChange {
    /// Open cases of the agency that were counted.
    pub cases: usize,
    /// Cases in which a date would move.
    pub moved_cases: usize,
    /// Such dates.
    pub moved_dates: usize,
    /// Dates that would stay and only become certain, or provisional.
    pub settled_dates: usize,
    /// Cases that could not be read, so that nobody knows what would move in them.
    pub unreadable_cases: usize,
    /// The first hundred of the cases in which a date would move, or become certain or provisional.
    pub items: Vec<CaseChange>,
}

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ChangesQuery {
    /// Rows of a page, 50 by default.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u32>,
    /// Where the page begins.
    pub cursor: Option<String>,
}

/// List what an edition of the calendar moved in the agency's cases.
///
/// A page may hold fewer rows than asked for, even none, and still have a next one.
#[utoipa::path(tag = "people", params(("edition" = i32, Path, minimum = 1, description = "Its number."), ChangesQuery),
    responses((status = 200, description = "Cases with dates that moved.", body = Page<CaseChange>)))]
#[get("/calendar-editions/{edition}/changes")]
pub async fn list_calendar_changes(call: Call) -> Answer {
    let scope = call.permit("list_calendar_changes")?;
    let query: ChangesQuery = call.query()?;
    let limit = usize::try_from(paging::limit(query.limit)?).unwrap_or(usize::MAX);
    let after: Option<(Uuid, i32)> = query.cursor.as_deref().map(paging::unpack).transpose()?;
    let edition = i32::try_from(call.ordinal("edition")?).map_err(|_| Problem::not_found())?;
    let agency = call.caller.agency_id;
    let page = call.app.db.run(scope, move |conn| changes(conn, (agency, edition), after, limit)).await?;
    Ok(paging::answer(&call.request, &page))
}

fn changes(
    conn: &mut PgConnection,
    (agency, edition): (Uuid, i32),
    after: Option<(Uuid, i32)>,
    limit: usize,
) -> Result<Page<CaseChange>, Problem> {
    let known: Option<i32> = calendar_editions::table.find(edition).select(calendar_editions::edition).first(conn).optional()?;
    known.ok_or_else(Problem::not_found)?;
    let (mut at, mut items, mut seen) = (after.unwrap_or((Uuid::nil(), 0)), Vec::new(), 0);
    let next_cursor = 'page: loop {
        let rows: Vec<(Uuid, i32, String)> = events::table
            .filter(events::agency_id.eq(agency))
            .filter(events::kind.eq("dates_recounted"))
            .filter(events::stream_id.ge(at.0))
            .filter(events::stream_id.gt(at.0).or(events::seq.gt(at.1)))
            .order((events::stream_id, events::seq))
            .limit(EVENTS)
            .select((events::stream_id, events::seq, events::body))
            .load(conn)?;
        let last = i64::try_from(rows.len()).is_ok_and(|rows| rows < EVENTS);
        for (stream, seq, body) in rows {
            if items.len() == limit || seen == LOOKED_THROUGH {
                break 'page Some(paging::pack(&at));
            }
            (at, seen) = ((stream, seq), seen + 1);
            let (head, event) = trail::read(&body).map_err(JournalError::from)?;
            if let CaseEvent::DatesRecounted { calendar, moved, .. } = event
                && calendar == edition
                && !moved.is_empty()
            {
                items.push(CaseChange { case_id: stream, case_number: None, recounted_at: Some(head.recorded_at), moved: changed(moved) });
            }
        }
        if last {
            break None;
        }
    };
    let ids: Vec<Uuid> = items.iter().map(|item| item.case_id).collect();
    let numbers: Vec<(Uuid, Option<String>)> = cases::table
        .filter(cases::agency_id.eq(agency))
        .filter(cases::id.eq_any(ids))
        .select((cases::id, cases::case_number))
        .load(conn)?;
    let mut numbers: BTreeMap<Uuid, Option<String>> = numbers.into_iter().collect();
    for item in &mut items {
        item.case_number = numbers.remove(&item.case_id).flatten();
    }
    Ok(Page { items, next_cursor, total: None })
}

fn changed(moved: Vec<MovedDate>) -> Vec<ChangedDate> {
    moved.into_iter().map(ChangedDate::from).collect()
}

/// Counts every open case of an agency by a calendar that is not loaded.
pub fn preview(conn: &mut PgConnection, office: &Office, agency: Uuid, next: &Calendar) -> Result<WouldChange, JournalError> {
    let mut all = WouldChange { cases: 0, moved_cases: 0, moved_dates: 0, settled_dates: 0, unreadable_cases: 0, items: Vec::new() };
    let mut after = Uuid::nil();
    loop {
        let rows: Vec<(Uuid, Option<String>, i32, serde_json::Value)> = cases::table
            .filter(cases::agency_id.eq(agency))
            .filter(cases::stage.ne_all(Stage::codes(Stage::ENDED)))
            .filter(cases::id.gt(after))
            .order(cases::id)
            .limit(BATCH)
            .select((cases::id, cases::case_number, cases::fold_version, cases::state))
            .load(conn)?;
        let Some((last, ..)) = rows.last() else { return Ok(all) };
        after = *last;
        for (case_id, case_number, fold_version, state) in rows {
            let counted = of_row(conn, agency, case_id, (fold_version, state))
                .and_then(|case| Ok(moved(&case, &*office.calendar(conn, case.pins.calendar)?, next)));
            let moved = match counted {
                Ok(moved) => changed(moved),
                Err(error) if error.of_case() => {
                    all.unreadable_cases += 1;
                    continue;
                }
                Err(error) => return Err(error),
            };
            all.cases += 1;
            let moving = moved.iter().filter(|date| date.moved()).count();
            all.moved_dates += moving;
            all.moved_cases += usize::from(moving > 0);
            all.settled_dates += moved.len() - moving;
            if !moved.is_empty() && all.items.len() < SHOWN {
                all.items.push(CaseChange { case_id, case_number, recounted_at: None, moved });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::testing::day;

    #[test]
    fn a_date_that_moved_is_told_from_one_that_only_became_certain() {
        let change = |old_on: Option<&str>, new_on: Option<&str>, provisional| {
            let (old_on, new_on) = (old_on.map(day), new_on.map(day));
            let date = ChangedDate::from(MovedDate { kind: DutyKind::Reply, ordinal: 1, old_on, new_on, provisional });
            (date.change, date.moved())
        };
        let (first, second) = (Some("2027-01-19"), Some("2027-01-20"));
        assert_eq!(change(first, second, true), (DateChange::Moved, true));
        assert_eq!(change(first, first, false), (DateChange::BecameCertain, false));
        assert_eq!(change(first, first, true), (DateChange::BecameProvisional, false));
        assert_eq!((change(None, first, false).0, change(first, None, false).0), (DateChange::Appeared, DateChange::Vanished));
    }
}
