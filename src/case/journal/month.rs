//! The how-many-th application of its applicant a case is in the calendar month of its receipt (109号; choices 22, 23).

use super::JournalError;
use super::load::same_applicant;
use crate::case::model::Case;
use crate::case::stage::Stage;
use crate::db::schema::{applicant_index, cases};
use crate::rules::matter::Matter;
use chrono::{Datelike, Months, NaiveDate};
use diesel::prelude::*;
use uuid::Uuid;

/// From 1; none while there is no receipt date. Voided cases, papers that were split (their parts count) and corrections of records (Art 41) do not count; cases of one day count in the order they came.
pub(super) fn item(conn: &mut PgConnection, case: &Case) -> Result<Option<u32>, JournalError> {
    let Some(received_on) = case.received_on() else { return Ok(None) };
    let Some(from) = received_on.with_day(1) else { return Ok(None) };
    let until = from.checked_add_months(Months::new(1)).unwrap_or(NaiveDate::MAX);
    let mine = applicant_index::table
        .filter(applicant_index::agency_id.eq(case.agency_id))
        .filter(applicant_index::case_id.eq(case.id))
        .select(applicant_index::blind);
    let sharing = applicant_index::table
        .filter(applicant_index::agency_id.eq(case.agency_id))
        .filter(applicant_index::blind.eq_any(mine.load::<Vec<u8>>(conn)?))
        .select(applicant_index::case_id);
    let others: Vec<(Uuid, Option<NaiveDate>)> = cases::table
        .filter(cases::agency_id.eq(case.agency_id))
        .filter(cases::id.eq_any(sharing))
        .filter(cases::id.ne(case.id))
        .filter(cases::received_on.ge(from))
        .filter(cases::received_on.lt(until))
        .filter(cases::stage.ne_all(Stage::codes(Stage::UNCOUNTED)))
        .filter(cases::matter.eq(Matter::InformationRequest.code()))
        .select((cases::id, cases::received_on))
        .load(conn)?;
    let mut item = 1;
    for (other, on) in others {
        if (on, other) < (Some(received_on), case.id) && same_applicant(conn, case.agency_id, case.id, other)? {
            item += 1;
        }
    }
    Ok(Some(item))
}
