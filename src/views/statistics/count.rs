//! Counting: one statement over what the journal derives, for all figures and groups at once, and for the cases behind one of them.

use super::figures::{Figure, all, figure};
use super::{Asked, By};
use crate::db::report::instances;
use crate::db::schema::{cases, results};
use crate::rules::annual_report::proceedings::{Standing, standing_on};
use chrono::{Datelike, Days, Months, NaiveDate};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{BoxedSqlQuery, SqlQuery};
use diesel::sql_types::{Array, BigInt, Date, Integer, Nullable, Text, Uuid as SqlUuid};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

const FACTS: &str = include_str!("facts.sql");

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
    fn read(conn: &mut PgConnection, asked: &Asked, ends: &[NaiveDate]) -> QueryResult<Self> {
        let mut all = Self::default();
        for agency in &asked.agencies {
            let instances = instances(conn, *agency)?;
            let Some(first) = instances.iter().map(|instance| instance.began_on).min() else { continue };
            for end in ends.iter().filter(|end| first <= **end) {
                for standing in standing_on(&instances, *end) {
                    let wanted = match standing.counted.closed_on {
                        None => true,
                        Some(on) => *end == asked.until && on >= asked.from,
                    };
                    if wanted {
                        all.take(*agency, &standing, *end);
                    }
                }
            }
        }
        Ok(all)
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

/// The days on which it is asked what is pending: the last one, by month the end of each.
fn ends(asked: &Asked, by: Option<By>) -> Vec<NaiveDate> {
    if by != Some(By::Month) {
        return vec![asked.until];
    }
    let next = |first: NaiveDate| first.checked_add_months(Months::new(1));
    let firsts = std::iter::successors(asked.from.with_day(1), |first| next(*first)).take_while(|first| *first <= asked.until);
    firsts.filter_map(|first| Some(next(first)?.checked_sub_days(Days::new(1))?.min(asked.until))).collect()
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
    /// Working days used, by half of the answers at most.
    #[diesel(sql_type = Nullable<Integer>)]
    pub median: Option<i32>,
    /// By nine in ten.
    #[diesel(sql_type = Nullable<Integer>)]
    pub p90: Option<i32>,
    /// On the average, with one decimal.
    #[diesel(sql_type = Nullable<Text>)]
    pub average: Option<String>,
}

impl Counts {
    /// The numbers by their codes.
    pub fn by_code(&self) -> BTreeMap<String, i64> {
        all().into_iter().map(|figure| figure.code).zip(self.numbers.iter().copied().chain(std::iter::repeat(0))).collect()
    }
}

/// Counts every figure, in groups or as one.
pub(super) fn count(conn: &mut PgConnection, asked: &Asked, by: Option<By>) -> QueryResult<Vec<Counts>> {
    let numbers: Vec<String> = all().iter().map(|figure| format!("count({}) FILTER (WHERE {})", figure.unit, figure.condition)).collect();
    let sql = format!(
        "{FACTS} SELECT {} AS key, ARRAY[{}]::bigint[] AS numbers, \
         percentile_disc(0.5) WITHIN GROUP (ORDER BY working_days) FILTER (WHERE working_days IS NOT NULL) AS median, \
         percentile_disc(0.9) WITHIN GROUP (ORDER BY working_days) FILTER (WHERE working_days IS NOT NULL) AS p90, \
         round(avg(working_days), 1)::text AS average \
         FROM {} {}",
        key(by),
        numbers.join(", "),
        source(by),
        if by.is_some() { "GROUP BY 1 ORDER BY 1" } else { "" }
    );
    let ends = ends(asked, by);
    let proceedings = Proceedings::read(conn, asked, &ends)?;
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

/// The cases behind a figure, by agency and id; none where there is no such figure.
pub(super) fn behind(conn: &mut PgConnection, asked: &Asked, page: &Page<'_>) -> QueryResult<Option<Vec<Behind>>> {
    let Some(Figure { condition, unit, .. }) = figure(page.figure) else { return Ok(None) };
    let by = page.group.map(|(by, _)| by);
    let (agency, case) = page.after.unwrap_or_default();
    // A proceeding over several cases is counted at the first of them, so that the rows add up to the figure.
    let sql = format!(
        "{FACTS} SELECT agency_id, case_id, count({unit}) FILTER (WHERE proceeding IS NULL OR at_first) AS counted, \
         coalesce(array_agg(DISTINCT proceeding) FILTER (WHERE proceeding IS NOT NULL), '{{}}') AS keys \
         FROM (SELECT *, case_id = first_value(case_id) OVER (PARTITION BY proceeding ORDER BY agency_id, case_id) AS at_first \
         FROM {} WHERE {condition} AND {} = $15) AS known \
         WHERE (agency_id, case_id) > ($16, $17) GROUP BY 1, 2 ORDER BY 1, 2 LIMIT $18",
        source(by),
        key(by)
    );
    let ends = ends(asked, by);
    let proceedings = Proceedings::read(conn, asked, &ends)?;
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
    let sql = format!("{FACTS} SELECT count(DISTINCT (agency_id, case_id)) AS total FROM {source} WHERE {condition} AND {key} = $15");
    let ends = ends(asked, by);
    let proceedings = Proceedings::read(conn, asked, &ends)?;
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
