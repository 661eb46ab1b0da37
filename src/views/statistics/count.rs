//! Counting: one statement over what the journal derives, for all figures and groups at once, and for the cases behind one of them.

use super::figures::{Figure, all, figure};
use super::{Asked, By};
use crate::db::report::instances;
use crate::db::schema::{cases, results};
use crate::rules::annual_report::proceedings::{Instance, Standing, standing_on_each};
use chrono::{Datelike, Days, Months, NaiveDate};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{BoxedSqlQuery, SqlQuery};
use diesel::sql_types::{Array, BigInt, Date, Integer, Nullable, Text, Uuid as SqlUuid};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The happenings: what is pending case by case, to open what is behind a figure.
fn facts() -> String {
    include_str!("facts.sql").replace("{pending}", include_str!("pending.sql"))
}

/// The same, to count them in groups: by month what is pending at so many ends is counted together.
fn facts_in_groups(by: Option<By>) -> String {
    let pending = if by == Some(By::Month) { include_str!("pending_by_month.sql") } else { include_str!("pending.sql") };
    include_str!("facts.sql").replace("{pending}", pending)
}

/// Every instance of the proceedings of the agencies asked for, read once for all that is counted of them.
pub(super) struct Known(Vec<(Uuid, Vec<Instance>)>);

impl Known {
    /// Reads them.
    pub fn read(conn: &mut PgConnection, asked: &Asked) -> QueryResult<Self> {
        let of = |agency: &Uuid| Ok((*agency, instances(conn, *agency)?));
        asked.agencies.iter().map(of).collect::<QueryResult<_>>().map(Self)
    }
}

/// Proceedings as they stand on the last day, as columns: one row a case that they cover, so that whoever has one of the cases has the proceeding.
#[derive(Debug, Default)]
struct Proceedings {
    agencies: Vec<Uuid>,
    cases: Vec<Uuid>,
    numbers: Vec<i32>,
    /// What tells one proceeding from another: those of one key count once.
    keys: Vec<i32>,
    categories: Vec<&'static str>,
    results: Vec<&'static str>,
    days: Vec<NaiveDate>,
}

impl Proceedings {
    /// Closed within the days asked for, as table four counts it; and what is pending at each of the ends.
    fn of(known: &Known, asked: &Asked, ends: &[NaiveDate]) -> Self {
        let mut all = Self::default();
        for (agency, instances) in &known.0 {
            standing_on_each(instances, ends, |end, standing| {
                let wanted = match standing.counted.closed_on {
                    None => true,
                    Some(on) => end == asked.last() && on >= asked.from,
                };
                if wanted {
                    all.take(*agency, standing, end);
                }
            });
        }
        all
    }

    fn take(&mut self, agency: Uuid, standing: &Standing, end: NaiveDate) {
        let key = self.keys.last().map_or(1, |last| last + 1);
        for (case, n) in &standing.cases {
            self.agencies.push(agency);
            self.cases.push(*case);
            self.numbers.push(*n);
            self.keys.push(key);
            self.categories.push(standing.counted.category.code());
            self.results.push(standing.counted.column.code());
            self.days.push(standing.counted.closed_on.unwrap_or(end));
        }
    }

    /// The other cases that these proceedings of a case cover.
    fn beside(&self, case: Uuid, keys: &[i32]) -> Vec<Uuid> {
        let of = self.keys.iter().zip(&self.cases).filter(|(key, known)| keys.contains(key) && **known != case);
        let cases: BTreeSet<Uuid> = of.map(|(_, known)| *known).collect();
        cases.into_iter().collect()
    }
}

type Bound<'a> = BoxedSqlQuery<'a, Pg, SqlQuery>;

/// The days on which it is asked what is pending: the last one, by month the end of each; none of them lies in the future.
fn ends(asked: &Asked, by: Option<By>) -> Vec<NaiveDate> {
    let last = asked.last();
    if by != Some(By::Month) {
        return vec![last];
    }
    let next = |first: NaiveDate| first.checked_add_months(Months::new(1));
    let firsts = std::iter::successors(asked.from.with_day(1), |first| next(*first)).take_while(|first| *first <= last);
    firsts.filter_map(|first| Some(next(first)?.checked_sub_days(Days::new(1))?.min(last))).collect()
}

fn bound<'a>(sql: String, asked: &'a Asked, (proceedings, ends): (&'a Proceedings, &'a [NaiveDate])) -> Bound<'a> {
    diesel::sql_query(sql)
        .into_boxed::<Pg>()
        .bind::<Array<SqlUuid>, _>(&asked.agencies)
        .bind::<Date, _>(asked.from)
        .bind::<Date, _>(asked.until)
        .bind::<Array<SqlUuid>, _>(&proceedings.agencies)
        .bind::<Array<SqlUuid>, _>(&proceedings.cases)
        .bind::<Array<Integer>, _>(&proceedings.numbers)
        .bind::<Array<Integer>, _>(&proceedings.keys)
        .bind::<Array<Text>, _>(&proceedings.categories)
        .bind::<Array<Text>, _>(&proceedings.results)
        .bind::<Array<Date>, _>(&proceedings.days)
        .bind::<Nullable<SqlUuid>, _>(asked.department)
        .bind::<Nullable<Text>, _>(asked.channel.map(crate::rules::receipt::Channel::code))
        .bind::<Nullable<Text>, _>(asked.applicant_kind.map(crate::rules::applicants::ApplicantKind::code))
        .bind::<Array<Date>, _>(ends)
}

/// What a group is told by.
const fn key(by: Option<By>) -> &'static str {
    match by {
        None => "''",
        Some(By::Agency) => "agency_id::text",
        Some(By::Department) => "coalesce(department_id::text, 'none')",
        Some(By::Channel) => "channel",
        Some(By::ApplicantKind) => "applicant_kind",
        Some(By::Ground) => "ground",
        Some(By::Month) => "to_char(happened_on, 'YYYY-MM')",
    }
}

/// The column that this rests on, by which the happenings are first put together.
const fn column(by: Option<By>) -> &'static str {
    match by {
        None => "NULL",
        Some(By::Agency) => "agency_id",
        Some(By::Department) => "department_id",
        Some(By::Channel) => "channel",
        Some(By::ApplicantKind) => "applicant_kind",
        Some(By::Ground) => "ground",
        Some(By::Month) => "happened_on",
    }
}

/// Where the happenings come from: of a ground, only those in whose reply something was withheld on it: the one that counts, or that was challenged.
const fn source(by: Option<By>) -> &'static str {
    match by {
        Some(By::Ground) => "chosen CROSS JOIN LATERAL unnest(grounds) AS ground",
        _ => "chosen",
    }
}

/// The numbers of a group.
#[derive(Debug, Clone, Default, QueryableByName)]
pub(super) struct Counts {
    /// What the group is told by.
    #[diesel(sql_type = Text)]
    pub key: String,
    #[diesel(sql_type = Array<BigInt>)]
    numbers: Vec<i64>,
    /// Working days that answers used, and how many answers used as many; the same days may stand there several times.
    #[diesel(sql_type = Array<Integer>)]
    days: Vec<i32>,
    #[diesel(sql_type = Array<BigInt>)]
    answers: Vec<i64>,
}

impl Counts {
    /// The numbers by their codes.
    pub fn by_code(&self) -> BTreeMap<String, i64> {
        all().into_iter().map(|figure| figure.code).zip(self.numbers.iter().copied().chain(std::iter::repeat(0))).collect()
    }

    /// How long the answers took.
    pub fn spent(&self) -> Spent {
        let mut spent = Spent::default();
        for (days, answers) in self.days.iter().zip(&self.answers) {
            *spent.0.entry(*days).or_default() += answers;
        }
        spent
    }
}

/// How many answers took so many working days.
#[derive(Debug, Clone, Default)]
pub(super) struct Spent(BTreeMap<i32, i64>);

impl Spent {
    fn answers(&self) -> i64 {
        self.0.values().sum()
    }

    /// The days that so many tenths of the answers took at most.
    pub fn by_tenths(&self, tenths: i64) -> Option<i32> {
        let wanted = (self.answers() * tenths + 9) / 10;
        let mut so_far = 0;
        self.0
            .iter()
            .find(|(_, answers)| {
                so_far += **answers;
                so_far >= wanted
            })
            .map(|(days, _)| *days)
    }

    /// The average, with one decimal; none where nothing was answered.
    pub fn average(&self) -> Option<String> {
        let (answers, days) = (self.answers(), self.0.iter().map(|(days, answers)| i64::from(*days) * answers).sum::<i64>());
        let tenths = (answers > 0).then(|| (days * 10 + answers / 2) / answers)?;
        Some(format!("{}.{}", tenths / 10, tenths % 10))
    }
}

/// Counts every figure, in groups or as one. Happenings that count alike are put together first: each of the figures then looks at few rows.
pub(super) fn count(conn: &mut PgConnection, known: &Known, (asked, by): (&Asked, Option<By>)) -> QueryResult<Vec<Counts>> {
    let numbers: Vec<String> = all().iter().map(Figure::counted).collect();
    let sql = format!(
        "{} SELECT {} AS key, ARRAY[{}]::bigint[] AS numbers, \
         coalesce(array_agg(working_days) FILTER (WHERE working_days IS NOT NULL), '{{}}') AS days, \
         coalesce(array_agg(times) FILTER (WHERE working_days IS NOT NULL), '{{}}') AS answers \
         FROM (SELECT {}, event, report_row, late, least(stops, 1) AS stops, least(extensions, 1) AS extensions, result, proceeding, \
         working_days, sum(times)::bigint AS times FROM {} GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9) AS alike {}",
        facts_in_groups(by),
        key(by),
        numbers.join(", "),
        column(by),
        source(by),
        if by.is_some() { "GROUP BY 1 ORDER BY 1" } else { "" }
    );
    let ends = ends(asked, by);
    let proceedings = Proceedings::of(known, asked, &ends);
    bound(sql, asked, (&proceedings, &ends)).load(conn)
}

#[derive(Debug, QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    agency_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    case_id: Uuid,
    #[diesel(sql_type = BigInt)]
    counted: i64,
    #[diesel(sql_type = Array<Integer>)]
    keys: Vec<i32>,
}

/// A case behind a figure.
#[derive(Debug)]
pub(super) struct Behind {
    /// Its agency.
    pub agency_id: Uuid,
    /// The case.
    pub case_id: Uuid,
    /// How many of its items or proceedings the figure counts here; 1 where it counts cases, 0 where each was counted at another of its cases.
    pub counted: i64,
    /// The other cases that these proceedings cover.
    pub beside: Vec<Uuid>,
}

/// Which cases of a figure.
#[derive(Debug)]
pub(super) struct Page<'a> {
    /// The figure.
    pub figure: &'a str,
    /// Its group.
    pub group: Option<(By, &'a str)>,
    /// After this one.
    pub after: Option<(Uuid, Uuid)>,
    /// So many at most.
    pub limit: i64,
}

/// The proceedings as they stand, and the ends at which a page asks what is pending: of a month its own.
fn at_ends(conn: &mut PgConnection, asked: &Asked, page: &Page<'_>) -> QueryResult<(Proceedings, Vec<NaiveDate>)> {
    let mut ends = ends(asked, page.group.map(|(by, _)| by));
    let proceedings = Proceedings::of(&Known::read(conn, asked)?, asked, &ends);
    if let Some((By::Month, month)) = page.group {
        ends.retain(|end| end.format("%Y-%m").to_string() == month);
    }
    Ok((proceedings, ends))
}

/// The cases behind a figure, by agency and id; none where there is no such figure.
pub(super) fn behind(conn: &mut PgConnection, asked: &Asked, page: &Page<'_>) -> QueryResult<Option<Vec<Behind>>> {
    let Some(Figure { condition, unit, .. }) = figure(page.figure) else { return Ok(None) };
    let by = page.group.map(|(by, _)| by);
    let (agency, case) = page.after.unwrap_or_default();
    // A proceeding over several cases is counted at the first of them, so that the rows add up to the figure.
    let sql = format!(
        "{} SELECT agency_id, case_id, count({unit}) FILTER (WHERE proceeding IS NULL OR at_first) AS counted, \
         coalesce(array_agg(DISTINCT proceeding) FILTER (WHERE proceeding IS NOT NULL), '{{}}') AS keys \
         FROM (SELECT *, case_id = first_value(case_id) OVER (PARTITION BY proceeding ORDER BY agency_id, case_id) AS at_first \
         FROM {} WHERE {condition} AND {} = $15) AS known \
         WHERE (agency_id, case_id) > ($16, $17) GROUP BY 1, 2 ORDER BY 1, 2 LIMIT $18",
        facts(),
        source(by),
        key(by)
    );
    let (proceedings, ends) = at_ends(conn, asked, page)?;
    let rows: Vec<Row> = bound(sql, asked, (&proceedings, &ends))
        .bind::<Text, _>(page.group.map_or("", |(_, key)| key))
        .bind::<SqlUuid, _>(agency)
        .bind::<SqlUuid, _>(case)
        .bind::<BigInt, _>(page.limit)
        .load(conn)?;
    let behind =
        |Row { agency_id, case_id, counted, keys }| Behind { agency_id, case_id, counted, beside: proceedings.beside(case_id, &keys) };
    Ok(Some(rows.into_iter().map(behind).collect()))
}

/// How many cases are behind a figure.
pub(super) fn total(conn: &mut PgConnection, asked: &Asked, page: &Page<'_>) -> QueryResult<i64> {
    let Some(Figure { condition, .. }) = figure(page.figure) else { return Ok(0) };
    let by = page.group.map(|(by, _)| by);
    let (source, key) = (source(by), key(by));
    let facts = facts();
    let sql = format!("{facts} SELECT count(DISTINCT (agency_id, case_id)) AS total FROM {source} WHERE {condition} AND {key} = $15");
    let (proceedings, ends) = at_ends(conn, asked, page)?;
    let all: Total = bound(sql, asked, (&proceedings, &ends)).bind::<Text, _>(page.group.map_or("", |(_, key)| key)).get_result(conn)?;
    Ok(all.total)
}

#[derive(QueryableByName)]
struct Total {
    #[diesel(sql_type = BigInt)]
    total: i64,
}

/// What is told of a case beside its id: number, receipt date, due date and day of the reply that counts.
pub(super) type Lines = BTreeMap<Uuid, (Option<String>, Option<NaiveDate>, Option<NaiveDate>, Option<NaiveDate>)>;

/// What a page shows of its cases.
pub(super) fn lines(conn: &mut PgConnection, agencies: &[Uuid], ids: &[Uuid]) -> QueryResult<Lines> {
    let counting = results::table.on(results::agency_id.eq(cases::agency_id).and(results::case_id.eq(cases::id)));
    let rows = cases::table.left_join(counting).filter(cases::agency_id.eq_any(agencies)).filter(cases::id.eq_any(ids));
    let columns = (cases::case_number, cases::received_on, results::due_on.nullable(), results::counted_on.nullable());
    Ok(rows.select((cases::id, columns)).load(conn)?.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn asked(from: &str, until: &str) -> Asked {
        let (from, until, today) = (day(from), day(until), day("2026-11-02"));
        Asked { agencies: Vec::new(), from, until, today, department: None, channel: None, applicant_kind: None }
    }

    /// Domain 1.0: nothing is overdue by a day to come.
    #[test]
    fn nobody_is_asked_for_what_is_pending_on_a_day_to_come() {
        assert_eq!(ends(&asked("2026-01-01", "2026-12-31"), None), [day("2026-11-02")]);
        assert_eq!(ends(&asked("2026-01-01", "2026-06-15"), None), [day("2026-06-15")]);
        let by_month = |from, until| ends(&asked(from, until), Some(By::Month));
        assert_eq!(by_month("2026-09-20", "2026-12-31"), ["2026-09-30", "2026-10-31", "2026-11-02"].map(day));
        assert_eq!(by_month("2026-01-31", "2026-03-10"), ["2026-01-31", "2026-02-28", "2026-03-10"].map(day));
        assert_eq!(by_month("2026-12-01", "2026-12-31"), []);
    }

    #[test]
    fn days_that_stand_several_times_are_put_together() {
        let counts = Counts { days: vec![20, 3, 20, 7], answers: vec![1, 4, 1, 4], ..Counts::default() };
        let spent = counts.spent();
        assert_eq!((spent.by_tenths(5), spent.by_tenths(9), spent.average().as_deref()), (Some(7), Some(20), Some("8.0")));
        let one = Counts { days: vec![5], answers: vec![3], ..Counts::default() }.spent();
        assert_eq!((one.by_tenths(5), one.by_tenths(9), one.average().as_deref()), (Some(5), Some(5), Some("5.0")));
        let rounded = Counts { days: vec![1, 2], answers: vec![3, 1], ..Counts::default() }.spent();
        assert_eq!(rounded.average().as_deref(), Some("1.3"), "1.25");
        let none = Counts::default().spent();
        assert_eq!((none.by_tenths(5), none.average()), (None, None));
    }
}
