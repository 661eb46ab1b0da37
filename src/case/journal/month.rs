//! The how-many-th application of its applicant a case is in the calendar month of its receipt (109号; choices 22, 23).

use super::JournalError;
use super::load::{PeopleKeys, people_keys, same_applicant, share_applicant};
use crate::case::model::Case;
use crate::case::stage::Stage;
use crate::db::schema::{applicant_index, cases};
use crate::rules::matter::Matter;
use chrono::{Datelike, Months, NaiveDate};
use diesel::prelude::*;
use std::collections::BTreeMap;
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

/// The same of many cases of one agency with one reading of the people they share, for lists. Who has no receipt date, does not count or
/// corrects a record has none.
pub fn items(conn: &mut PgConnection, agency: Uuid, of: &[&Case]) -> QueryResult<BTreeMap<Uuid, u32>> {
    let counts = |case: &&&Case| case.stage.counts() && case.matter.is_information_request();
    let counted: Vec<(Uuid, NaiveDate)> = of.iter().filter(counts).filter_map(|case| Some((case.id, case.received_on()?))).collect();
    let days = || counted.iter().map(|(_, on)| *on);
    let Some((first, last)) = days().min().and_then(|on| on.with_day(1)).zip(days().max().and_then(|on| on.with_day(1))) else {
        return Ok(BTreeMap::new());
    };
    let until = last.checked_add_months(Months::new(1)).unwrap_or(NaiveDate::MAX);
    let ids: Vec<Uuid> = counted.iter().map(|(id, _)| *id).collect();
    let mine = people_keys(conn, agency, &ids)?;
    let blinds: Vec<&[u8]> = mine.values().flatten().map(|(_, blind)| blind.as_slice()).collect();
    let sharing = applicant_index::table
        .filter(applicant_index::agency_id.eq(agency))
        .filter(applicant_index::kind.eq_any(["name", "id_number"]))
        .filter(applicant_index::blind.eq_any(blinds))
        .select(applicant_index::case_id);
    let others: Vec<(Uuid, Option<NaiveDate>)> = cases::table
        .filter(cases::agency_id.eq(agency))
        .filter(cases::id.eq_any(sharing))
        .filter(cases::received_on.ge(first))
        .filter(cases::received_on.lt(until))
        .filter(cases::stage.ne_all(Stage::codes(Stage::UNCOUNTED)))
        .filter(cases::matter.eq(Matter::InformationRequest.code()))
        .select((cases::id, cases::received_on))
        .load(conn)?;
    let theirs = people_keys(conn, agency, &others.iter().map(|(id, _)| *id).collect::<Vec<_>>())?;
    let nobody = PeopleKeys::new();
    let keys = |of: &BTreeMap<Uuid, PeopleKeys>, id: Uuid| of.get(&id).cloned().unwrap_or_default();
    let item = |(id, on): &(Uuid, NaiveDate)| {
        let (own, month) = (keys(&mine, *id), on.with_day(1));
        let earlier = others.iter().filter(|(other, other_on)| {
            other_on.and_then(|on| on.with_day(1)) == month
                && (*other_on, *other) < (Some(*on), *id)
                && share_applicant(&own, theirs.get(other).unwrap_or(&nobody))
        });
        (*id, u32::try_from(earlier.count()).unwrap_or(u32::MAX).saturating_add(1))
    };
    Ok(counted.iter().map(item).collect())
}
