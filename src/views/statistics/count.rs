//! Counting: one statement over what the journal derives, for all figures and groups at once, and for the cases behind one of them.

use super::figures::{all, condition};
use super::{Asked, By};
use crate::db::report::instances;
use crate::db::schema::cases;
use crate::rules::annual_report::proceedings::standing_on;
use crate::rules::outcomes::Column;
use chrono::NaiveDate;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{BoxedSqlQuery, SqlQuery};
use diesel::sql_types::{Array, BigInt, Date, Integer, Nullable, Text, Uuid as SqlUuid};
use std::collections::BTreeMap;
use uuid::Uuid;

const FACTS: &str = include_str!("facts.sql");

/// Proceedings as they stand on the last day, as columns.
#[derive(Debug, Default)]
struct Proceedings {
    agencies: Vec<Uuid>,
    cases: Vec<Uuid>,
    categories: Vec<&'static str>,
    results: Vec<&'static str>,
    days: Vec<NaiveDate>,
}

impl Proceedings {
    /// Decided within the days asked for, by the date of the decision that counts; and what is pending on the last of them.
    fn read(conn: &mut PgConnection, asked: &Asked) -> QueryResult<Self> {
        let mut all = Self::default();
        for agency in &asked.agencies {
            for counted in standing_on(&instances(conn, *agency, asked.until)?, asked.until) {
                let on = counted.decided_on.unwrap_or(asked.until);
                if on < asked.from && counted.column != Column::Pending {
                    continue;
                }
                all.agencies.push(*agency);
                all.cases.push(counted.case);
                all.categories.push(counted.category.code());
                all.results.push(counted.column.code());
                all.days.push(on);
            }
        }
        Ok(all)
    }
}

type Bound<'a> = BoxedSqlQuery<'a, Pg, SqlQuery>;

fn bound<'a>(sql: String, asked: &'a Asked, proceedings: &'a Proceedings) -> Bound<'a> {
    diesel::sql_query(sql)
        .into_boxed::<Pg>()
        .bind::<Array<SqlUuid>, _>(&asked.agencies)
        .bind::<Date, _>(asked.from)
        .bind::<Date, _>(asked.until)
        .bind::<Array<SqlUuid>, _>(&proceedings.agencies)
        .bind::<Array<SqlUuid>, _>(&proceedings.cases)
        .bind::<Array<Text>, _>(&proceedings.categories)
        .bind::<Array<Text>, _>(&proceedings.results)
        .bind::<Array<Date>, _>(&proceedings.days)
        .bind::<Nullable<SqlUuid>, _>(asked.department)
        .bind::<Nullable<Text>, _>(asked.channel.map(crate::rules::receipt::Channel::code))
        .bind::<Nullable<Text>, _>(asked.applicant_kind.map(crate::rules::applicants::ApplicantKind::code))
}

/// What a group is told by.
const fn key(by: Option<By>) -> &'static str {
    match by {
        None => "''",
        Some(By::Agency) => "agency_id::text",
        Some(By::Department) => "coalesce(department_id::text, '')",
        Some(By::Channel) => "channel",
        Some(By::ApplicantKind) => "applicant_kind",
        Some(By::Ground) => "ground",
        Some(By::Month) => "to_char(happened_on, 'YYYY-MM')",
    }
}

/// Where the happenings come from: of a ground, only those of cases in which something was withheld on it.
const fn source(by: Option<By>) -> &'static str {
    match by {
        Some(By::Ground) => {
            "chosen CROSS JOIN LATERAL (SELECT DISTINCT unnest(i.grounds) AS ground FROM reply_items i \
             WHERE i.agency_id = chosen.agency_id AND i.case_id = chosen.case_id) withheld"
        }
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
}

impl Counts {
    /// The numbers by their codes.
    pub fn by_code(&self) -> BTreeMap<String, i64> {
        all().into_iter().map(|(code, _)| code).zip(self.numbers.iter().copied().chain(std::iter::repeat(0))).collect()
    }
}

/// Counts every figure, in groups or as one.
pub(super) fn count(conn: &mut PgConnection, asked: &Asked, by: Option<By>) -> QueryResult<Vec<Counts>> {
    let numbers: Vec<String> = all().into_iter().map(|(_, condition)| format!("count(*) FILTER (WHERE {condition})")).collect();
    let sql = format!(
        "{FACTS} SELECT {} AS key, ARRAY[{}]::bigint[] AS numbers, \
         percentile_disc(0.5) WITHIN GROUP (ORDER BY working_days) FILTER (WHERE working_days IS NOT NULL) AS median, \
         percentile_disc(0.9) WITHIN GROUP (ORDER BY working_days) FILTER (WHERE working_days IS NOT NULL) AS p90 \
         FROM {} {}",
        key(by),
        numbers.join(", "),
        source(by),
        if by.is_some() { "GROUP BY 1 ORDER BY 1" } else { "" }
    );
    let proceedings = Proceedings::read(conn, asked)?;
    bound(sql, asked, &proceedings).load(conn)
}

/// A case behind a figure.
#[derive(Debug, QueryableByName)]
pub(super) struct Behind {
    /// Its agency.
    #[diesel(sql_type = SqlUuid)]
    pub agency_id: Uuid,
    /// The case.
    #[diesel(sql_type = SqlUuid)]
    pub case_id: Uuid,
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
    let Some(condition) = condition(page.figure) else { return Ok(None) };
    let by = page.group.map(|(by, _)| by);
    let (agency, case) = page.after.unwrap_or_default();
    let sql = format!(
        "{FACTS} SELECT DISTINCT agency_id, case_id FROM {} WHERE {condition} AND {} = $12 AND (agency_id, case_id) > ($13, $14) \
         ORDER BY agency_id, case_id LIMIT $15",
        source(by),
        key(by)
    );
    let proceedings = Proceedings::read(conn, asked)?;
    bound(sql, asked, &proceedings)
        .bind::<Text, _>(page.group.map_or("", |(_, key)| key))
        .bind::<SqlUuid, _>(agency)
        .bind::<SqlUuid, _>(case)
        .bind::<BigInt, _>(page.limit)
        .load(conn)
        .map(Some)
}

/// Case numbers and dates of cases.
pub(super) type Lines = BTreeMap<Uuid, (Option<String>, Option<NaiveDate>, Option<NaiveDate>, Option<NaiveDate>)>;

/// What a page shows of its cases.
pub(super) fn lines(conn: &mut PgConnection, agencies: &[Uuid], ids: &[Uuid]) -> QueryResult<Lines> {
    let rows = cases::table.filter(cases::agency_id.eq_any(agencies)).filter(cases::id.eq_any(ids));
    let columns = (cases::case_number, cases::received_on, cases::due_on, cases::dispatched_on);
    Ok(rows.select((cases::id, columns)).load(conn)?.into_iter().collect())
}
