//! In what the register and the city's platform differ on a day (与市政务公开工作平台的每日比对). Who: whoever reads the agency's cases.
//!
//! Both sides by what was known of that day: the platform by what it told last, or by its list of the last day for which one was handed in,
//! whichever is newer; the register by the days that count. What both have closed is settled and not compared again.

use super::find;
use super::shape::{Label, view};
use crate::case::journal::{self, JournalError};
use crate::case::model::{Case, PlatformEntry};
use crate::case::office::Office;
use crate::case::platform::{Standing, standing, told};
use crate::case::stage::Stage;
use crate::clock::{legal_date, legal_midnight};
use crate::db::schema::{cases, duties, exchange_inbox as inbox, exchange_peers, platform_states};
use crate::exchange::envelope::ExchangeContract;
use crate::exchange::inbox::MessageState;
use crate::exchange::platform::list::{self, Listed};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::paging::{self, Page};
use crate::http::problem::{Fault, Problem};
use crate::rules::platform::{PlatformDifference, PlatformStatus};
use crate::rules::terms::DutyKind;
use actix_web::get;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::{exists, max, not, sql};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use utoipa::IntoParams;
use uuid::Uuid;

/// Which day, and which page.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListPlatformDifferences {
    /// As of this day; left out, today.
    #[param(example = "2026-11-05")]
    on: Option<NaiveDate>,
    /// One agency of those the caller reads; left out, their own.
    agency: Option<Uuid>,
    /// Rows of a page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the page begins, from the page before.
    cursor: Option<String>,
}

view! {
    /// One difference between the register and the city's platform.
    pub struct PlatformDifferenceView {
        /// In what they differ.
        reason: PlatformDifference,
        /// What that is called.
        reason_label: Label,
        /// The case.
        case_id: Option<Uuid>,
        /// Its register number.
        case_number: Option<String>,
        /// The number on the platform.
        number: Option<String>,
        /// Where it stands by the register, where the statuses differ.
        own_status: Option<PlatformStatus>,
        /// Where it stands on the platform.
        platform_status: Option<PlatformStatus>,
        /// The date of the register, where dates differ.
        own_on: Option<NaiveDate>,
        /// The date that the platform shows.
        platform_on: Option<NaiveDate>,
        /// By when the case was to be entered, where it is not on the platform.
        due_on: Option<NaiveDate>,
        /// That day was over.
        overdue: bool,
        /// The day on which the platform told of it last.
        told_on: Option<NaiveDate>,
    }
}

impl PlatformDifferenceView {
    const fn new(reason: PlatformDifference) -> Self {
        Self {
            reason,
            reason_label: Label { zh: reason.zh(), en: reason.en() },
            case_id: None,
            case_number: None,
            number: None,
            own_status: None,
            platform_status: None,
            own_on: None,
            platform_on: None,
            due_on: None,
            overdue: false,
            told_on: None,
        }
    }

    /// Its place in the list: what is not there first, then numbers without a case, then case by case in the order of their numbers.
    fn place(&self) -> Place {
        let order = PlatformDifference::ALL.iter().position(|reason| *reason == self.reason).unwrap_or_default();
        let of_case = !matches!(self.reason, PlatformDifference::NotOnPlatform | PlatformDifference::UnknownNumber);
        let (section, within) = if of_case { (COMPARED, order) } else { (order, 0) };
        (section, self.due_on, self.number.clone(), self.case_id, within)
    }
}

/// Section, due date, number, case, reason.
type Place = (usize, Option<NaiveDate>, Option<String>, Option<Uuid>, usize);

/// The section of what was compared.
const COMPARED: usize = PlatformDifference::ALL.len();

/// So many cases are compared in one go.
const BATCH: i64 = 100;

/// Cases received by the day whose entry was not made by then.
fn not_entered(conn: &mut PgConnection, agency: Uuid, on: NaiveDate) -> QueryResult<Vec<PlatformDifferenceView>> {
    let rows: Vec<(Uuid, Option<String>, NaiveDate)> = duties::table
        .inner_join(cases::table.on(cases::agency_id.eq(duties::agency_id).and(cases::id.eq(duties::case_id))))
        .filter(duties::agency_id.eq(agency))
        .filter(duties::kind.eq(DutyKind::EnterOnPlatform.code()))
        .filter(duties::from_on.le(on))
        .filter(duties::met_on.is_null().or(duties::met_on.gt(on)))
        .filter(cases::stage.ne(Stage::Disposed.code()))
        .select((duties::case_id, cases::case_number, duties::due_on))
        .load(conn)?;
    let missing = |(case_id, case_number, due_on): (Uuid, Option<String>, NaiveDate)| PlatformDifferenceView {
        case_id: Some(case_id),
        case_number,
        due_on: Some(due_on),
        overdue: due_on < on,
        ..PlatformDifferenceView::new(PlatformDifference::NotOnPlatform)
    };
    Ok(rows.into_iter().map(missing).collect())
}

/// Numbers that the platform told of by the day, or that its list has, and that no case was known by then to bear; not messages that a clerk
/// dismissed.
fn unknown(conn: &mut PgConnection, agency: Uuid, (on, listed): (NaiveDate, Option<&Listed>)) -> QueryResult<Vec<PlatformDifferenceView>> {
    let joined = exchange_peers::agency_id.eq(inbox::agency_id).and(exchange_peers::id.eq(inbox::peer_id));
    let borne = platform_states::table
        .filter(platform_states::agency_id.eq(inbox::agency_id))
        .filter(platform_states::number.eq(inbox::number))
        .filter(platform_states::known_on.le(on));
    let rows: Vec<(String, Option<DateTime<Utc>>)> = inbox::table
        .inner_join(exchange_peers::table.on(joined))
        .filter(inbox::agency_id.eq(agency))
        .filter(exchange_peers::contract.eq(ExchangeContract::Platform.code()))
        .filter(inbox::received_at.lt(legal_midnight(on.succ_opt().unwrap_or(on))))
        .filter(inbox::state.ne(MessageState::Dismissed.code()))
        .filter(not(exists(borne)))
        .group_by(inbox::number)
        .select((inbox::number, max(inbox::received_at)))
        .load(conn)?;
    let mut strays: BTreeMap<String, Option<NaiveDate>> =
        rows.into_iter().map(|(number, told_at)| (number, told_at.map(legal_date))).collect();
    if let Some(listed) = listed {
        let borne: Vec<String> = platform_states::table
            .filter(platform_states::agency_id.eq(agency))
            .filter(platform_states::number.eq_any(listed.lines.keys()))
            .filter(platform_states::known_on.le(on))
            .select(platform_states::number)
            .load(conn)?;
        let borne: BTreeSet<String> = borne.into_iter().collect();
        for number in listed.lines.keys().filter(|number| !borne.contains(*number)) {
            let told_on = strays.entry(number.clone()).or_default();
            *told_on = Some(told_on.map_or(listed.on, |told_on| told_on.max(listed.on)));
        }
    }
    let stray = |(number, told_on): (String, Option<NaiveDate>)| PlatformDifferenceView {
        number: Some(number),
        told_on,
        ..PlatformDifferenceView::new(PlatformDifference::UnknownNumber)
    };
    Ok(strays.into_iter().map(stray).collect())
}

/// Cases that were on the platform by the day, unless both sides had closed them: a batch in the order of their numbers, from a place on, with the
/// place of the last.
fn entered(
    conn: &mut PgConnection,
    agency: Uuid,
    ((on, listed), from): ((NaiveDate, Option<&Listed>), &(String, Uuid)),
) -> Result<Vec<(String, Case)>, JournalError> {
    let over = [Stage::Closed, Stage::Archived, Stage::Disposed].map(Stage::code);
    let ours = cases::stage.eq_any(over).and(cases::closed_on.is_not_null()).and(cases::closed_on.assume_not_null().le(on));
    let theirs = platform_states::status.is_not_distinct_from(PlatformStatus::Closed.code());
    // What the list has open again is not settled.
    let lines = listed.into_iter().flat_map(|listed| &listed.lines);
    let open: Vec<&String> = lines.filter(|(_, line)| line.status != PlatformStatus::Closed).map(|(number, _)| number).collect();
    let settled = ours.and(theirs).and(platform_states::status_on.assume_not_null().le(on));
    // By bytes, as places are compared.
    let beyond = sql::<Bool>("(platform_states.number COLLATE \"C\", platform_states.case_id) > (")
        .bind::<Text, _>(&from.0)
        .sql(" COLLATE \"C\", ")
        .bind::<diesel::sql_types::Uuid, _>(from.1)
        .sql(")");
    let rows: Vec<(String, Uuid, i32, Value)> = platform_states::table
        .inner_join(cases::table.on(cases::agency_id.eq(platform_states::agency_id).and(cases::id.eq(platform_states::case_id))))
        .filter(platform_states::agency_id.eq(agency))
        .filter(platform_states::entered_on.le(on))
        .filter(not(settled).or(platform_states::number.eq_any(open)))
        .filter(beyond)
        .order((sql::<Text>("platform_states.number COLLATE \"C\""), platform_states::case_id))
        .select((platform_states::number, cases::id, cases::fold_version, cases::state))
        .limit(BATCH)
        .load(conn)?;
    let read = |(number, id, fold_version, state)| Ok((number, journal::of_row(conn, agency, id, (fold_version, state))?));
    rows.into_iter().map(read).collect()
}

/// The platform's last word on a case by the day: what it told, or its list where that is not older.
fn word(case: &Case, (on, listed): (NaiveDate, Option<&Listed>)) -> Option<PlatformEntry> {
    let entry = told(case, on)?.clone();
    let listed = listed.filter(|listed| listed.on >= entry.status_on);
    let Some((listed, line)) = listed.and_then(|listed| Some((listed, listed.lines.get(&entry.number)?))) else { return Some(entry) };
    let received_on = line.received_on.or(entry.received_on);
    Some(PlatformEntry { status: line.status, status_on: listed.on, received_on, ..entry })
}

/// Whether a complete list should have the number of a case and does not: one that was entered by its day, and is not over by the register.
fn is_unlisted(listed: &Listed, standing: Standing, entry: &PlatformEntry) -> bool {
    let over = [PlatformStatus::Closed, PlatformStatus::Withdrawn];
    let open = standing.status.is_some_and(|status| !over.contains(&status));
    let by_then = entry.entered_on <= listed.on && entry.status_on <= listed.on;
    listed.complete && open && by_then && !listed.lines.contains_key(&entry.number)
}

/// In what the platform's last word by the day differs from the register of the day.
fn compared(case: &Case, standing: Standing, (entry, listed): (&PlatformEntry, Option<&Listed>)) -> Vec<PlatformDifferenceView> {
    let of_case = |reason| PlatformDifferenceView {
        case_id: Some(case.id),
        case_number: case.registration.as_ref().map(|registration| registration.case_number.clone()),
        number: Some(entry.number.clone()),
        told_on: Some(entry.status_on),
        ..PlatformDifferenceView::new(reason)
    };
    let status = standing.status.filter(|ours| !entry.status.agrees(*ours)).map(|ours| PlatformDifferenceView {
        own_status: Some(ours),
        platform_status: Some(entry.status),
        ..of_case(PlatformDifference::StatusDiffers)
    });
    let dates = [
        (PlatformDifference::ReceiptDateDiffers, standing.received_on, entry.received_on),
        (PlatformDifference::DueDateDiffers, standing.due_on, entry.due_on),
    ];
    let dates = dates.into_iter().filter_map(|(reason, ours, theirs)| {
        let (ours, theirs) = (ours?, theirs?);
        (ours != theirs).then(|| PlatformDifferenceView { own_on: Some(ours), platform_on: Some(theirs), ..of_case(reason) })
    });
    let unlisted = listed
        .filter(|listed| is_unlisted(listed, standing, entry))
        .map(|listed| PlatformDifferenceView { told_on: Some(listed.on), ..of_case(PlatformDifference::NotListed) });
    status.into_iter().chain(dates).chain(unlisted).collect()
}

/// The differences of an agency on a day that come after a place, in order, and no more than are asked for: no case beyond them is looked at.
fn differences(
    conn: &mut PgConnection,
    office: &Office,
    (agency, on): (Uuid, NaiveDate),
    (after, most): (Option<&Place>, usize),
) -> Result<Vec<PlatformDifferenceView>, Problem> {
    let listed = list::latest(conn, agency, on)?;
    let as_of = (on, listed.as_ref());
    let mut all = Vec::new();
    let is_next = |item: &PlatformDifferenceView| after.is_none_or(|after| item.place() > *after);
    if after.is_none_or(|(section, ..)| *section < COMPARED) {
        all.extend(not_entered(conn, agency, on)?);
        all.extend(unknown(conn, agency, as_of)?);
        all.retain(is_next);
        all.sort_by_cached_key(PlatformDifferenceView::place);
    }
    // The case of the last place may have more to say: its number is looked at again.
    let number = after.filter(|(section, ..)| *section == COMPARED).and_then(|(_, _, number, ..)| number.clone());
    let mut from = (number.unwrap_or_default(), Uuid::nil());
    while all.len() < most {
        let batch = entered(conn, agency, (as_of, &from))?;
        let Some((number, last)) = batch.last() else { break };
        from = (number.clone(), last.id);
        for (_, case) in &batch {
            let calendar = office.calendar(conn, case.pins.calendar).map_err(JournalError::from)?;
            let Some((standing, entry)) = standing(case, &calendar, on).zip(word(case, as_of)) else { continue };
            let mut own = compared(case, standing, (&entry, listed.as_ref()));
            own.retain(is_next);
            own.sort_by_cached_key(PlatformDifferenceView::place);
            all.extend(own);
        }
    }
    all.truncate(most);
    Ok(all)
}

/// List in what the register and the city's platform differ on a day.
///
/// Cases not on the platform, its numbers that no case bears, and statuses and dates that differ, each with its reason. By what it told
/// last, or by the list that was handed in of the last day, whichever is newer.
#[utoipa::path(tag = "read", params(ListPlatformDifferences), responses(
    (status = 200, description = "A page of differences.", body = Page<PlatformDifferenceView>),
))]
#[get("/platform-differences")]
pub async fn list_platform_differences(call: Call) -> Answer {
    let scope = call.permit("list_platform_differences")?;
    let asked: ListPlatformDifferences = call.query()?;
    find::date("on", asked.on)?;
    let limit = paging::limit(asked.limit)?;
    let after: Option<Place> = asked.cursor.as_deref().map(paging::unpack).transpose()?;
    let office = Arc::clone(&call.app.office);
    let (today, agency) = (office.clock.today(), asked.agency.unwrap_or(call.caller.agency_id));
    let on = asked.on.unwrap_or(today);
    if on > today {
        let (zh, en) = (format!("{on} 晚于今天 {today}"), format!("{on} is later than today, {today}"));
        return Err(Problem::parameter(Fault::ParameterRefused, "on", zh, en));
    }
    if !scope.reads.contains(&agency) {
        return Ok(paging::answer(&call.request, &Page::<PlatformDifferenceView> { items: Vec::new(), next_cursor: None, total: None }));
    }
    let most = usize::try_from(limit).unwrap_or(usize::MAX).saturating_add(1);
    let found = move |conn: &mut PgConnection| differences(conn, &office, (agency, on), (after.as_ref(), most));
    let items = call.app.db.run(scope, found).await?;
    Ok(paging::answer(&call.request, &paging::cut(items, limit, PlatformDifferenceView::place)))
}
