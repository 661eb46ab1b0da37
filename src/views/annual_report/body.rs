//! What a report says: counted when asked until it is frozen, then as it was frozen. The same data give the same bytes, whose digest is approved and
//! stands on the trail.

use crate::case::office::EditionError;
use crate::crypto;
use crate::db::report::{self, Asked, Key};
use crate::http::problem::Problem;
use crate::rules::annual_report::additions::Additions;
use crate::rules::annual_report::checks::{Check, LastYear, Whole, all};
use crate::rules::annual_report::count::Difference;
use crate::rules::annual_report::published::{self, Differing, ProceedingDifference};
use crate::rules::annual_report::tables::{Fees, TableFour, TableThree, TableTwo};
use crate::rules::annual_report::warnings::{ReportWarningKind, Warned};
use crate::rules::annual_report::words::filled;
use crate::rules::annual_report::{CARRIED_OVER, Extent, FrozenYears};
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;
use uuid::Uuid;

/// The shape of the stored report. Whoever adds a field that older reports lack gives it a default, or raises this and reads the older shape as well: what
/// was frozen stays readable for ever.
const SHAPE: u32 = 1;
/// Most differences that a report shows; it holds all of them.
const MOST_DIFFERENCES: usize = 200;

/// A case that does not stand any more as last year's report counted it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ReportCaseDifference)]
pub struct CaseDifference {
    /// The case.
    pub case_id: Uuid,
    /// Why.
    pub reason: Difference,
    /// The same in Chinese.
    pub detail: String,
}

/// What differs from last year's report, with the number of all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ReportDifferences)]
pub struct Differences {
    /// How many cases.
    pub total: i64,
    /// The first 200 of them; of a report of all below only the agency's own.
    pub cases: Vec<CaseDifference>,
}

impl Differences {
    /// As many as are shown.
    #[must_use]
    pub fn shown(mut self) -> Self {
        self.cases.truncate(MOST_DIFFERENCES);
        self
    }
}

/// A proceeding that does not stand any more as a frozen report counted it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ReportProceedingDifference)]
pub struct ProceedingChange {
    /// The case under which it was or is counted.
    pub case_id: Uuid,
    /// Its number in the case.
    pub n: i32,
    /// Why.
    pub reason: ProceedingDifference,
    /// The same in Chinese.
    pub detail: String,
}

/// What differs in table four from what frozen reports counted, with the number of all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ReportProceedingDifferences)]
pub struct ProceedingChanges {
    /// How many proceedings.
    pub total: i64,
    /// The first 200 of them; of a report of all below only the agency's own.
    pub proceedings: Vec<ProceedingChange>,
}

impl ProceedingChanges {
    /// As many as are shown.
    #[must_use]
    pub fn shown(mut self) -> Self {
        self.proceedings.truncate(MOST_DIFFERENCES);
        self
    }

    /// Whether there are none: reports that were frozen before they were told lack the field.
    pub const fn is_empty(&self) -> bool {
        self.total == 0
    }
}

/// The report of an agency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// The shape of what follows.
    pub shape: u32,
    pub year: i32,
    pub agency_id: Uuid,
    pub agency: String,
    /// Everything with a legal date up to this day counts.
    pub counted_until: NaiveDate,
    /// The version of the additions; 0 where nothing was added.
    pub additions: i32,
    pub overview: String,
    pub proactive_disclosure: Option<String>,
    pub problems: String,
    pub other_matters: String,
    pub explanations: Option<String>,
    pub table_two: TableTwo,
    pub table_three: TableThree,
    pub table_four: TableFour,
    pub fees: Fees,
    pub checks: Vec<Check>,
    pub differences: Differences,
    #[serde(default, skip_serializing_if = "ProceedingChanges::is_empty")]
    pub proceeding_differences: ProceedingChanges,
    /// What stands against nothing and is worth a look.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<ReportWarning>,
    /// The reports that one of all below adds up.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
}

/// Something worth a look before a report is approved; it stands against nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReportWarning {
    /// What.
    pub code: ReportWarningKind,
    /// The same in Chinese, with its numbers and names.
    pub detail: String,
    /// How many cases or agencies.
    pub total: i64,
    /// The first 200 of the cases; of a report of all below only the agency's own.
    pub cases: Vec<Uuid>,
}

impl ReportWarning {
    /// As many cases as are shown.
    #[must_use]
    pub fn shown(mut self) -> Self {
        self.cases.truncate(MOST_DIFFERENCES);
        self
    }
}

impl From<Warned> for ReportWarning {
    fn from(warned: Warned) -> Self {
        Self { code: warned.warning, detail: warned.detail, total: warned.total, cases: Vec::new() }
    }
}

/// A report that one of all below adds up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub agency_id: Uuid,
    pub agency: String,
    /// It was final when it was added.
    pub frozen: bool,
    /// SHA-256 of what was added, in hexadecimal.
    pub sha256: String,
    /// How many of its cases differ from what was published, and of its proceedings; which they are is for who reads them.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub differing_cases: i64,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub differing_proceedings: i64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_zero(number: &i64) -> bool {
    *number == 0
}

impl Body {
    /// A report that counts nothing yet.
    pub fn empty((agency_id, agency): (Uuid, String), year: i32) -> Self {
        Self {
            shape: SHAPE,
            year,
            agency_id,
            agency,
            counted_until: NaiveDate::from_ymd_opt(year, 12, 31).unwrap_or(NaiveDate::MAX),
            additions: 0,
            overview: String::new(),
            proactive_disclosure: None,
            problems: String::new(),
            other_matters: String::new(),
            explanations: None,
            table_two: TableTwo { charges: "0".to_owned(), ..TableTwo::default() },
            table_three: TableThree::default(),
            table_four: TableFour::default(),
            fees: Fees::default(),
            checks: Vec::new(),
            differences: Differences::default(),
            proceeding_differences: ProceedingChanges::default(),
            warnings: Vec::new(),
            parts: Vec::new(),
        }
    }

    /// Its texts: what was added by hand, with the numbers that stand in it.
    pub(super) fn write(&mut self, version: i32, added: &Additions) {
        let text = |text: &String| filled(text, &self.table_three, &self.fees);
        let (proactive_disclosure, explanations) = (added.proactive_disclosure.as_ref().map(text), added.explanations.as_ref().map(text));
        let (overview, problems, other_matters) = (text(&added.overview), text(&added.problems), text(&added.other_matters));
        (self.additions, self.overview, self.problems, self.other_matters) = (version, overview, problems, other_matters);
        (self.proactive_disclosure, self.explanations) = (proactive_disclosure, explanations);
    }

    /// Whether its numbers state what they must: the nine rules.
    pub(super) fn checked(&self, last: &LastYear) -> Vec<Check> {
        let texts = [self.overview.as_str(), self.other_matters.as_str()];
        let (two, three, four) = (&self.table_two, &self.table_three, &self.table_four);
        all(&Whole { two, three, four, fees: &self.fees, texts, last })
    }

    /// Its bytes: JSON with its keys in order.
    pub fn bytes(&self) -> Result<String, Problem> {
        serde_json::to_value(self).map(|value| value.to_string()).map_err(|error| Problem::internal(&error))
    }

    /// SHA-256 of its bytes, in hexadecimal.
    pub fn sha256(&self) -> Result<String, Problem> {
        Ok(crypto::hex(&crypto::sha256(self.bytes()?.as_bytes())))
    }
}

/// The report of this year and agency continues from the last frozen one before it.
pub fn asked(conn: &mut PgConnection, agency: Uuid, year: i32) -> QueryResult<Asked> {
    let before: Vec<i32> = report::frozen_years(conn, (agency, Extent::Own))?.into_iter().filter(|frozen| *frozen < year).collect();
    let frozen = before.first().zip(before.last()).map(|(first, last)| FrozenYears { first: *first, last: *last });
    Ok(Asked { agency, year, frozen })
}

/// The report as it was frozen.
pub fn frozen(row: &report::Frozen) -> Result<Body, Problem> {
    let unreadable = |error: String| EditionError::Unreadable(format!("the report of {}: {error}", row.year));
    let body: Body = serde_json::from_str(&row.data).map_err(|error| unreadable(error.to_string()))?;
    if body.shape == SHAPE { Ok(body) } else { Err(unreadable(format!("it has the shape {}", body.shape)).into()) }
}

/// What was added by hand in a row.
pub fn additions_of(row: &report::Made) -> Result<Additions, Problem> {
    serde_json::from_str(&row.data).map_err(|error| EditionError::Unreadable(format!("additions of {}: {error}", row.year)).into())
}

/// A report as it is read.
#[derive(Debug, Clone)]
pub struct Read {
    pub body: Body,
    /// SHA-256 of its bytes, in hexadecimal: of a frozen one those that are stored, as on the trail.
    pub sha256: String,
    pub frozen: bool,
}

/// The own report of a year, as frozen, else counted now.
pub fn read(conn: &mut PgConnection, agency: Uuid, year: i32) -> Result<Read, Problem> {
    if let Some(row) = report::frozen(conn, Key::own(agency, year))? {
        return Ok(Read { sha256: row.sha256(), body: frozen(&row)?, frozen: true });
    }
    let body = count(conn, agency, year)?;
    Ok(Read { sha256: body.sha256()?, body, frozen: false })
}

/// Counts the report of a year that is not frozen.
pub fn count(conn: &mut PgConnection, agency: Uuid, year: i32) -> Result<Body, Problem> {
    let asked = asked(conn, agency, year)?;
    let (version, added) = newest(conn, asked.key())?;
    let mut body = Body::empty((agency, crate::people::agencies::name(conn, agency)?), year);
    for (fact, cases) in report::counted(conn, asked)? {
        if let Some(place) = fact.place(year, asked.frozen) {
            body.table_three.count(place, cases);
        }
    }
    report::proceedings_of(conn, asked)?.iter().for_each(|counted| body.table_four.count(counted));
    body.fees = report::fees(conn, asked)?;
    body.table_two = added.table_two.clone();
    body.write(version, &added);
    body.checks = body.checked(&last_year(conn, asked, &added)?);
    body.differences = differences(conn, asked)?;
    body.proceeding_differences = proceeding_differences(conn, asked)?;
    let unregistered = report::unregistered(conn, asked)?;
    let total = i64::try_from(unregistered.len()).unwrap_or(i64::MAX);
    let cases: Vec<Uuid> = unregistered.into_iter().take(MOST_DIFFERENCES).collect();
    body.warnings = Warned::unregistered(total, year).map(|warned| ReportWarning { cases, ..warned.into() }).into_iter().collect();
    Ok(body)
}

/// The newest version of what was added to a report by hand.
pub(super) fn newest(conn: &mut PgConnection, key: Key) -> Result<(i32, Additions), Problem> {
    match report::newest_additions(conn, key)? {
        Some(row) => Ok((row.version, additions_of(&row)?)),
        None => Ok((0, nothing_added())),
    }
}

fn nothing_added() -> Additions {
    Additions { table_two: TableTwo { charges: "0".to_owned(), ..TableTwo::default() }, ..Additions::default() }
}

/// What rules 4, 7 and 9 compare with.
fn last_year(conn: &mut PgConnection, asked: Asked, added: &Additions) -> Result<LastYear, Problem> {
    let before = Asked { year: asked.year - 1, ..asked };
    if let Some(row) = report::frozen(conn, before.key())? {
        let published = frozen(&row)?;
        return Ok(LastYear {
            carried_over: Some(published.table_three.row(CARRIED_OVER).to_vec()),
            table_two: Some(published.table_two),
            fee_notices: published.fees.notices,
        });
    }
    let typed = added.published_before.as_deref().and_then(TableThree::of);
    let newest = report::newest_additions(conn, before.key())?;
    Ok(LastYear {
        carried_over: typed.map(|table| table.row(CARRIED_OVER).to_vec()),
        table_two: newest.as_ref().map(additions_of).transpose()?.map(|added| added.table_two),
        fee_notices: report::fees(conn, before)?.notices,
    })
}

/// Everything that differs in table three of an own report: as it was frozen, else as it stands.
pub(super) fn all_differences(conn: &mut PgConnection, agency: Uuid, year: i32) -> Result<Differences, Problem> {
    if let Some(row) = report::frozen(conn, Key::own(agency, year))? {
        return Ok(frozen(&row)?.differences);
    }
    let asked = asked(conn, agency, year)?;
    differences(conn, asked)
}

/// The same of table four.
pub(super) fn all_proceeding_differences(conn: &mut PgConnection, agency: Uuid, year: i32) -> Result<ProceedingChanges, Problem> {
    if let Some(row) = report::frozen(conn, Key::own(agency, year))? {
        return Ok(frozen(&row)?.proceeding_differences);
    }
    let asked = asked(conn, agency, year)?;
    proceeding_differences(conn, asked)
}

/// Only where last year's report is frozen there is something to differ from.
fn differences(conn: &mut PgConnection, asked: Asked) -> Result<Differences, Problem> {
    let Some(frozen) = asked.frozen.filter(|frozen| frozen.last + 1 == asked.year) else { return Ok(Differences::default()) };
    let groups = report::counted(conn, asked)?;
    if !groups.iter().any(|(fact, _)| fact.difference(frozen).is_some()) {
        return Ok(Differences::default());
    }
    let told = told(conn, asked)?;
    let mut found = Differences::default();
    for one in report::facts(conn, asked)? {
        let Some(reason) = one.fact.difference(frozen) else { continue };
        // What an older report counted and one since told is not told again; what happened to it only now is.
        let known = |year: i32| told.range((one.case, year + 1)..=(one.case, i32::MAX)).any(|(_, known)| known.contains(&about(reason)));
        if one.published_in.is_some_and(known) {
            continue;
        }
        found.total += 1;
        found.cases.push(CaseDifference { case_id: one.case, reason, detail: reason.zh().to_owned() });
    }
    Ok(found)
}

/// The same of proceedings: what was told since the report that published one is not told again.
fn proceeding_differences(conn: &mut PgConnection, asked: Asked) -> Result<ProceedingChanges, Problem> {
    let Some(frozen_years) = asked.frozen.filter(|frozen| frozen.last + 1 == asked.year) else { return Ok(ProceedingChanges::default()) };
    let (instances, lines) = (report::instances(conn, asked.agency)?, report::published_lines(conn, asked)?);
    let differing = published::differences(&instances, frozen_years, &lines);
    if differing.is_empty() {
        return Ok(ProceedingChanges::default());
    }
    let mut told: BTreeSet<(Uuid, i32, ProceedingDifference, i32)> = BTreeSet::new();
    for year in report::frozen_years(conn, (asked.agency, Extent::Own))?.into_iter().filter(|year| *year < asked.year) {
        let Some(row) = report::frozen(conn, Key::own(asked.agency, year))? else { continue };
        told.extend(frozen(&row)?.proceeding_differences.proceedings.iter().map(|one| (one.case_id, one.n, one.reason, year)));
    }
    let known = |one: &Differing| {
        let since =
            |after: i32| told.range((one.case, one.n, one.reason, after + 1)..=(one.case, one.n, one.reason, i32::MAX)).next().is_some();
        one.published_in.is_some_and(since)
    };
    let change = |one: Differing| ProceedingChange { case_id: one.case, n: one.n, reason: one.reason, detail: one.reason.zh().to_owned() };
    let proceedings: Vec<ProceedingChange> = differing.into_iter().filter(|one| !known(one)).map(change).collect();
    Ok(ProceedingChanges { total: i64::try_from(proceedings.len()).unwrap_or(i64::MAX), proceedings })
}

/// What a difference is about: a result that is taken back is another before the new reply than after it, and one difference.
const fn about(reason: Difference) -> Difference {
    match reason {
        Difference::ResultAmended | Difference::AnsweredAnew => Difference::AnsweredAnew,
        other => other,
    }
}

/// The differences that frozen reports told, by case and year.
type Told = BTreeMap<(Uuid, i32), Vec<Difference>>;

fn told(conn: &mut PgConnection, asked: Asked) -> Result<Told, Problem> {
    let mut told = Told::new();
    for year in report::frozen_years(conn, (asked.agency, Extent::Own))?.into_iter().filter(|year| *year < asked.year) {
        let Some(row) = report::frozen(conn, Key::own(asked.agency, year))? else { continue };
        for known in frozen(&row)?.differences.cases {
            told.entry((known.case_id, year)).or_default().push(about(known.reason));
        }
    }
    Ok(told)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, Utc};

    /// A report as it was frozen in shape 1. It is never written anew: a report of any year must stay readable.
    const FROZEN: &str = include_str!("frozen.json");

    fn row(data: &str) -> report::Frozen {
        let (agency_id, frozen_by, frozen_at) = (Uuid::from_u128(1), Uuid::nil(), DateTime::<Utc>::UNIX_EPOCH);
        report::Frozen { agency_id, year: 2025, approval: 1, data: data.to_owned(), frozen_by, frozen_at, consolidated: false }
    }

    #[test]
    fn a_report_that_was_frozen_once_is_readable_and_has_the_digest_of_its_bytes() {
        let row = row(FROZEN);
        assert_eq!(row.sha256(), "543fd5fe69254758e88c80b4c13aa6c739b64fed9d467b9dcd8cd9965b4443f3");
        let body = frozen(&row).unwrap();
        assert_eq!(
            (body.shape, body.year, body.table_three.row(1), body.table_three.total(CARRIED_OVER)),
            (1, 2025, &[2, 0, 0, 0, 0, 1, 3][..], 2)
        );
        assert_eq!((body.table_four.reconsideration.values(), body.table_two.charges.as_str()), ([1, 0, 0, 1, 2], "12.5"));
        assert_eq!((body.checks.len(), body.differences.cases[0].reason), (9, Difference::ApplicantKindAmended));
        assert_eq!(body.bytes().unwrap(), FROZEN, "whoever changes the shape raises SHAPE and reads this one as well");
    }

    #[test]
    fn a_shape_that_is_unknown_is_not_guessed_at() {
        assert!(frozen(&row(&FROZEN.replace("\"shape\":1", "\"shape\":2"))).is_err());
        assert!(frozen(&row("{}")).is_err());
    }
}
