//! The register asked for words: what stands in requests, replies and reasons, the newest first or the best first. Who: whoever works the
//! agency's cases, over its own cases.
//!
//! The index gives the cases that have every word; each text is then read for whether the words stand there as asked. A page looks at so
//! many cases and no more: where few of them fit the other filters, it is short and has a next.

use super::filter::{ListCases, filtered};
use super::{Line, Reading, Row, read};
use crate::case::private::Private;
use crate::case::search::{Tokens, dated_on, passages, read_all};
use crate::db::schema::{case_search, cases};
use crate::http::paging::{self, Page};
use crate::http::problem::{Fault, Problem};
use crate::rules::sight::Sight;
use crate::rules::words::{Asked, LONGEST, Unasked};
use crate::views::find;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

#[diesel::declare_sql_function]
extern "SQL" {
    /// The newest cases with all of these words, before a place.
    fn foi_cases_with(
        agency: diesel::sql_types::Uuid,
        wanted: diesel::sql_types::Array<diesel::sql_types::Int4>,
        months: diesel::sql_types::Array<diesel::sql_types::Int4>,
        before_on: diesel::sql_types::Nullable<diesel::sql_types::Date>,
        before_id: diesel::sql_types::Nullable<diesel::sql_types::Uuid>,
        most: diesel::sql_types::Int4,
    ) -> diesel::sql_types::Array<diesel::sql_types::Uuid>;

    /// The same cases, the best first.
    fn foi_best_first(
        agency: diesel::sql_types::Uuid,
        cases: diesel::sql_types::Array<diesel::sql_types::Uuid>,
        wanted: diesel::sql_types::Array<diesel::sql_types::Int4>,
    ) -> diesel::sql_types::Array<diesel::sql_types::Uuid>;
}

/// So many cases with the words one page looks at.
const MOST_LOOKED_AT: usize = 4_000;
/// So many of the newest are put in the order of how well they fit.
const MOST_RANKED: i32 = 1_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Order {
    Newest,
    Best,
}

/// Where the next page begins: after a case by its date, or after so many of the best.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Cursor {
    Newest { dated_on: NaiveDate, id: Uuid },
    Best { after: usize },
}

/// A question as the index is asked.
struct Question {
    asked: Asked,
    wanted: Vec<i32>,
    agency: Uuid,
    order: Order,
    limit: usize,
    cursor: Option<Cursor>,
}

fn refused(name: &str, zh: impl Into<String>, en: impl Into<String>) -> Problem {
    Problem::parameter(Fault::ParameterRefused, name, zh, en)
}

impl Question {
    fn read(reading: &Reading<'_>, asked: &ListCases, q: &str) -> Result<Self, Problem> {
        if reading.sight == Sight::Masked {
            let (zh, en) = ("全文检索限于办理本机关案件的人员", "searching the texts is for who works the agency's cases");
            return Err(Problem::new(Fault::Forbidden, zh, en));
        }
        if asked.include_total {
            return Err(refused("include_total", "按 q 检索时不提供总数", "no total is given with q"));
        }
        let order = match asked.sort.as_deref() {
            None | Some("-received_on") => Order::Newest,
            Some("-relevance") => Order::Best,
            Some(_) => {
                return Err(refused(
                    "sort",
                    "按 q 检索时 sort 只能为 -received_on 或 -relevance",
                    "with q, sort is -received_on or -relevance",
                ));
            }
        };
        let cursor = asked.cursor.as_deref().map(paging::unpack::<Cursor>).transpose()?;
        match (order, &cursor) {
            (_, None) | (Order::Best, Some(Cursor::Best { .. })) => {}
            (Order::Newest, Some(Cursor::Newest { dated_on, .. })) => find::date("cursor", Some(*dated_on))?,
            _ => return Err(refused("cursor", "cursor 与 sort 不符", "the cursor belongs to another sort")),
        }
        let limit = usize::try_from(paging::limit(asked.limit)?).unwrap_or(1);
        let asked = Asked::parse(q).map_err(|why| match why {
            Unasked::TooLong => refused("q", format!("q 最长 {LONGEST} 个字"), format!("q has at most {LONGEST} characters")),
            Unasked::TooShort => refused(
                "q",
                "q 的每个检索词至少两个字（字母、数字），标点不计",
                "every word of q has two characters or more; punctuation does not count",
            ),
        })?;
        let wanted = Tokens(&reading.office.blind).wanted(&asked);
        Ok(Self { asked, wanted, agency: reading.agency, order, limit, cursor })
    }

    /// The newest cases that have the words, after a place.
    fn newest(&self, conn: &mut PgConnection, months: &[i32], place: Option<(NaiveDate, Uuid)>, most: usize) -> QueryResult<Vec<Uuid>> {
        let (on, id) = place.unzip();
        let most = i32::try_from(most).unwrap_or(i32::MAX);
        diesel::select(foi_cases_with(self.agency, &self.wanted, months, on, id, most)).get_result(conn)
    }

    /// Of these cases those that fit the other filters and say what is asked, in the order given.
    fn fitting(&self, conn: &mut PgConnection, reading: &Reading<'_>, asked: &ListCases, ids: &[Uuid]) -> Result<Vec<Line>, Problem> {
        let rows: Vec<Row> = filtered(asked, &[self.agency]).filter(cases::id.eq_any(ids)).select(Row::as_select()).load(conn)?;
        let mut rows: BTreeMap<Uuid, Row> = rows.into_iter().map(|row| (row.id, row)).collect();
        let rows: Vec<Row> = ids.iter().filter_map(|id| rows.remove(id)).collect();
        let mut lines = read(conn, reading, rows, |case| {
            let mut texts: Vec<Private> = passages(case).into_iter().map(|(text, _)| text.clone()).collect();
            texts.extend((reading.beside)(case));
            texts
        })?;
        lines.retain(|line| self.asked.is_in(&read_all(&line.case, &line.texts)));
        Ok(lines)
    }
}

/// The tokens of the months in which the agency has cases, up to a day, the newest first.
fn months(conn: &mut PgConnection, reading: &Reading<'_>, until: Option<NaiveDate>) -> QueryResult<Vec<i32>> {
    use diesel::dsl::{max, min};
    let days: (Option<NaiveDate>, Option<NaiveDate>, Option<NaiveDate>, Option<NaiveDate>) = cases::table
        .filter(cases::agency_id.eq(reading.agency))
        .select((min(cases::arrived_on), min(cases::received_on), max(cases::arrived_on), max(cases::received_on)))
        .first(conn)?;
    let oldest = days.0.into_iter().chain(days.1).min();
    let newest = until.or_else(|| days.2.into_iter().chain(days.3).max());
    Ok(newest.zip(oldest).map(|span| Tokens(&reading.office.blind).months(reading.agency, span)).unwrap_or_default())
}

/// One page of the lines whose texts say what is asked.
pub(super) fn page(conn: &mut PgConnection, reading: &Reading<'_>, asked: &ListCases, q: &str) -> Result<Page<Line>, Problem> {
    let question = Question::read(reading, asked, q)?;
    if find::agencies(&[reading.agency], asked.agency).is_empty() {
        return Ok(Page { items: Vec::new(), next_cursor: None, total: None });
    }
    match question.order {
        Order::Newest => newest_first(conn, reading, asked, &question),
        Order::Best => best_first(conn, reading, asked, &question),
    }
}

fn newest_first(conn: &mut PgConnection, reading: &Reading<'_>, asked: &ListCases, question: &Question) -> Result<Page<Line>, Problem> {
    let mut place = match &question.cursor {
        Some(Cursor::Newest { dated_on, id }) => Some((*dated_on, *id)),
        _ => None,
    };
    let months = months(conn, reading, place.map(|(on, _)| on))?;
    let (mut lines, mut looked_at, mut most) = (Vec::new(), 0, question.limit + 1);
    let mut end = false;
    while lines.len() <= question.limit && looked_at < MOST_LOOKED_AT && !end {
        let ids = question.newest(conn, &months, place, most)?;
        end = ids.len() < most;
        looked_at += ids.len();
        lines.extend(question.fitting(conn, reading, asked, &ids)?);
        if let (false, Some(last)) = (end, ids.last()) {
            let on = case_search::table.find((question.agency, last)).select(case_search::dated_on).first(conn)?;
            place = Some((on, *last));
        }
        most = (2 * most).min(MOST_LOOKED_AT);
    }
    let more = lines.len() > question.limit;
    lines.truncate(question.limit);
    let after = match lines.last() {
        Some(line) if more => Some((dated_on(&line.case), line.case.id)),
        _ => place.filter(|_| !end),
    };
    let next_cursor = after.map(|(dated_on, id)| paging::pack(&Cursor::Newest { dated_on, id }));
    Ok(Page { items: lines, next_cursor, total: None })
}

fn best_first(conn: &mut PgConnection, reading: &Reading<'_>, asked: &ListCases, question: &Question) -> Result<Page<Line>, Problem> {
    let after = match &question.cursor {
        Some(Cursor::Best { after }) => *after,
        _ => 0,
    };
    let months = months(conn, reading, None)?;
    let newest = question.newest(conn, &months, None, usize::try_from(MOST_RANKED).unwrap_or(0))?;
    let ranked: Vec<Uuid> = diesel::select(foi_best_first(question.agency, &newest, &question.wanted)).get_result(conn)?;
    let mut lines = Vec::new();
    let mut looked_at = after;
    for ids in ranked.get(after..).unwrap_or_default().chunks(question.limit) {
        let room = question.limit - lines.len();
        let mut fitting = question.fitting(conn, reading, asked, ids)?;
        if fitting.len() > room {
            fitting.truncate(room);
            let last = fitting.last().map(|line| line.case.id);
            looked_at += ids.iter().position(|id| Some(*id) == last).map_or(ids.len(), |at| at + 1);
            lines.extend(fitting);
            break;
        }
        lines.extend(fitting);
        looked_at += ids.len();
        if lines.len() == question.limit {
            break;
        }
    }
    let next_cursor = (looked_at < ranked.len()).then(|| paging::pack(&Cursor::Best { after: looked_at }));
    Ok(Page { items: lines, next_cursor, total: None })
}
