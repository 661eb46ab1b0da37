//! The cases behind a cell, page by page: which groups of cases count in it is decided by the rules over the groups, which of their cases come next by the
//! database.

use super::{Asked, FACTS, Fact, One, Placed, PublishedCase, counted, kind, row, rows};
use crate::db::schema::report_cases;
use crate::rules::annual_report::count::{Entered, Place};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Date, Integer, Nullable, Text, Uuid as SqlUuid};
use uuid::Uuid;

/// A page of the cases of an agency whose place is wanted, by id after one.
pub fn page_of_places(
    conn: &mut PgConnection,
    asked: Asked,
    wanted: impl Fn(Place) -> bool,
    (after, limit): (Option<Uuid>, i64),
) -> QueryResult<Vec<Placed>> {
    if rows::is_frozen(conn, asked.key())? {
        return page_of_published(conn, asked, wanted, (after, limit));
    }
    let groups: Vec<Fact> =
        counted(conn, asked)?.into_iter().map(|(fact, _)| fact).filter(|fact| is_wanted(fact, asked, &wanted)).collect();
    // Nothing is no year, no row and no kind.
    let years = |of: fn(&Fact) -> Option<i32>| groups.iter().map(|fact| of(fact).unwrap_or_default()).collect::<Vec<i32>>();
    let words = |of: fn(&Fact) -> Option<&'static str>| groups.iter().map(|fact| of(fact).unwrap_or_default()).collect::<Vec<&str>>();
    let found: Vec<One> = diesel::sql_query(format!(
        "SELECT * FROM ({FACTS}) facts \
         WHERE ($4 IS NULL OR case_id > $4) \
           AND (coalesce(extract(year FROM received_on)::integer, 0), coalesce(extract(year FROM counted_on)::integer, 0), \
                coalesce(report_row, 0), coalesce(applicant_kind, ''), coalesce(published_row, 0), coalesce(published_kind, '')) \
               IN (SELECT * FROM unnest($5, $6, $7, $8, $9, $10)) \
         ORDER BY case_id LIMIT $11"
    ))
    .bind::<SqlUuid, _>(asked.agency)
    .bind::<Integer, _>(asked.frozen.map_or(0, |frozen| frozen.last))
    .bind::<Date, _>(asked.days().1)
    .bind::<Nullable<SqlUuid>, _>(after)
    .bind::<Array<Integer>, _>(years(|fact| fact.now.map(|(received, _)| received)))
    .bind::<Array<Integer>, _>(years(|fact| fact.answer.map(|(answered, _)| answered)))
    .bind::<Array<Integer>, _>(years(|fact| fact.answer.map(|(_, row)| row.into())))
    .bind::<Array<Text>, _>(words(|fact| fact.now.map(|(_, kind)| kind.code())))
    .bind::<Array<Integer>, _>(years(|fact| fact.published.map(|(row, _)| row.into())))
    .bind::<Array<Text>, _>(words(|fact| fact.published.map(|(_, kind)| kind.code())))
    .bind::<BigInt, _>(limit)
    .load(conn)?;
    Ok(found.into_iter().filter_map(|one| one.fact().placed(asked)).collect())
}

/// How many cases have a place that is wanted.
pub fn count_places(conn: &mut PgConnection, asked: Asked, wanted: impl Fn(Place) -> bool) -> QueryResult<i64> {
    if rows::is_frozen(conn, asked.key())? {
        return Ok(groups_of_published(conn, asked, wanted)?.into_iter().map(|(_, cases)| cases).sum());
    }
    let wanted = |(fact, cases): (Fact, i64)| is_wanted(&fact, asked, &wanted).then_some(cases);
    Ok(counted(conn, asked)?.into_iter().filter_map(wanted).sum())
}

fn is_wanted(fact: &Fact, asked: Asked, wanted: &impl Fn(Place) -> bool) -> bool {
    fact.place(asked.year, asked.frozen).is_some_and(wanted)
}

/// How it came in, row and column.
type PublishedGroup = (String, i32, String);

fn groups_of_published(conn: &mut PgConnection, asked: Asked, wanted: impl Fn(Place) -> bool) -> QueryResult<Vec<(PublishedGroup, i64)>> {
    let groups: Vec<(PublishedGroup, i64)> = report_cases::table
        .filter(report_cases::agency_id.eq(asked.agency))
        .filter(report_cases::year.eq(asked.year))
        .group_by((report_cases::entered, report_cases::report_row, report_cases::applicant_kind))
        .select(((report_cases::entered, report_cases::report_row, report_cases::applicant_kind), diesel::dsl::count_star()))
        .load(conn)?;
    let place = |(entered, number, column): &PublishedGroup| {
        Some(Place { entered: Entered::from_code(entered)?, row: row(Some(*number))?, column: kind(Some(column))? })
    };
    Ok(groups.into_iter().filter(|(group, _)| place(group).is_some_and(&wanted)).collect())
}

fn page_of_published(
    conn: &mut PgConnection,
    asked: Asked,
    wanted: impl Fn(Place) -> bool,
    (after, limit): (Option<Uuid>, i64),
) -> QueryResult<Vec<Placed>> {
    let groups: Vec<PublishedGroup> = groups_of_published(conn, asked, wanted)?.into_iter().map(|(group, _)| group).collect();
    let found: Vec<PublishedCase> = diesel::sql_query(
        "SELECT case_id, entered, report_row, applicant_kind, received_on, counted_on FROM report_cases \
         WHERE agency_id = $1 AND year = $2 AND ($3 IS NULL OR case_id > $3) \
           AND (entered, report_row, applicant_kind) IN (SELECT * FROM unnest($4, $5, $6)) \
         ORDER BY case_id LIMIT $7",
    )
    .bind::<SqlUuid, _>(asked.agency)
    .bind::<Integer, _>(asked.year)
    .bind::<Nullable<SqlUuid>, _>(after)
    .bind::<Array<Text>, _>(groups.iter().map(|(entered, ..)| entered.as_str()).collect::<Vec<&str>>())
    .bind::<Array<Integer>, _>(groups.iter().map(|(_, row, _)| *row).collect::<Vec<i32>>())
    .bind::<Array<Text>, _>(groups.iter().map(|(.., column)| column.as_str()).collect::<Vec<&str>>())
    .bind::<BigInt, _>(limit)
    .load(conn)?;
    Ok(found.iter().filter_map(PublishedCase::placed).collect())
}
