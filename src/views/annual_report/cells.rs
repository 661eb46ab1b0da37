//! The cases behind a cell of a report. Who: whoever reads the report. People are not named here; the case says who asked, to whom may know.

use super::{ReportOf, Wanted, body};
use crate::db::report::{self, Placed};
use crate::db::schema::{cases, proceedings, results};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::paging::{self, Page};
use crate::http::problem::{Fault, Problem};
use crate::rules::annual_report::count::{Entered, Place};
use crate::rules::annual_report::form::{COLUMN_CODES, RESULT_CODES};
use crate::rules::annual_report::proceedings::{Category, Counted};
use crate::rules::annual_report::{ALL_RESULTS, CARRIED_OVER, OTHER_RESULT};
use crate::rules::applicants::ApplicantKind;
use crate::rules::outcomes::Column;
use crate::rules::permissions::Reach;
use crate::views::shape::view;
use actix_web::get;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::Deserialize;
use std::collections::BTreeMap;
use utoipa::IntoParams;
use uuid::Uuid;

view! {
    /// A case as it stands in table three.
    pub struct CountedCase {
        /// How it came into the report: new, late or carried over.
        entered: Entered,
        /// The row of its result, 3 to 23; 25 where it is carried over.
        report_row: u8,
        /// Its column.
        applicant_kind: ApplicantKind,
    }
    /// A case that a proceeding covers.
    pub struct CaseOfProceeding {
        /// The case.
        case_id: Uuid,
        /// Its register number.
        case_number: Option<String>,
        /// Where it is.
        href: String,
    }
    /// A proceeding as it stands in table four.
    pub struct CountedProceeding {
        /// Its number in the case; of a lawsuit the last instance that had begun.
        n: i32,
        /// Its group.
        category: Category,
        /// Its column.
        column: Column,
        /// The body or court.
        body: Option<String>,
        /// Its case number.
        case_number: Option<String>,
        /// The date of the decision, of a frozen report the one under which it counted; null while it is pending.
        decided_on: Option<NaiveDate>,
        /// Every case that it covers: it counts once.
        cases: Vec<CaseOfProceeding>,
    }
    /// What stands behind a cell: a case, and of table four its proceeding.
    pub struct ReportCellItem {
        /// The agency.
        agency_id: Uuid,
        /// The case.
        case_id: Uuid,
        /// Its register number.
        case_number: Option<String>,
        /// Where it is.
        href: String,
        /// Its receipt date. In table three of a frozen report the dates are those under which it counted, whatever was amended since, and null in
        /// one that was frozen before they were kept; in table four they are as known now.
        received_on: Option<NaiveDate>,
        /// The day the reply that counts was given: one that was ordered anew does not change it. Null where the case is carried over.
        counted_on: Option<NaiveDate>,
        /// Its place in table three.
        counted: Option<CountedCase>,
        /// Its proceeding in table four.
        proceeding: Option<CountedProceeding>,
    }
}

/// A page of the cases behind a cell.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListCell {
    /// The agency; the own one unless said otherwise.
    agency: Option<Uuid>,
    /// Of the agency and every one below it.
    #[serde(default)]
    consolidated: bool,
    /// Rows of a page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the page begins.
    cursor: Option<String>,
    /// Count everything behind the cell, exactly.
    #[serde(default)]
    include_total: bool,
}

/// A cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cell {
    /// Of table three: row and column; no column is the total.
    Three(u8, Option<ApplicantKind>),
    /// Of table four: group and column; no column is the total.
    Four(Category, Option<Column>),
}

impl Cell {
    fn parse(table: &str, row: &str, column: &str) -> Option<Self> {
        match table {
            "three" if COLUMN_CODES.contains(&column) => {
                let row: u8 = row.parse().ok().filter(|row| (1..=CARRIED_OVER).contains(row))?;
                Some(Self::Three(row, ApplicantKind::from_code(column).filter(|_| column != "total")))
            }
            "four" if RESULT_CODES.contains(&column) => Some(Self::Four(Category::from_code(row)?, Column::from_code(column))),
            _ => None,
        }
    }

    fn has_case(self, place: Place) -> bool {
        let Self::Three(row, column) = self else { return false };
        let in_row = match row {
            1 => place.entered != Entered::Carried,
            2 => place.entered == Entered::Carried,
            ALL_RESULTS => (3..=OTHER_RESULT).contains(&place.row),
            row => place.row == row,
        };
        in_row && column.is_none_or(|column| column == place.column)
    }

    fn has_proceeding(self, counted: &Counted) -> bool {
        matches!(self, Self::Four(category, column)
            if category == counted.category && column.is_none_or(|column| column == counted.column))
    }
}

/// What stands behind a cell: agency, case, its place or its proceeding.
#[derive(Debug, Clone, Copy)]
struct Hit {
    agency: Uuid,
    case: Uuid,
    placed: Option<Placed>,
    counted: Option<Counted>,
}

impl Hit {
    fn key(&self) -> (Uuid, Uuid, i32) {
        (self.agency, self.case, self.counted.map_or(0, |counted| counted.n))
    }
}

/// The next of what stands behind a cell, so many at most; by agency, case and number.
fn hits(
    conn: &mut PgConnection,
    wanted: &Wanted,
    cell: Cell,
    (after, most): (Option<(Uuid, Uuid, i32)>, i64),
) -> Result<Vec<Hit>, Problem> {
    let mut agencies = wanted.agencies.clone();
    agencies.sort_unstable();
    let mut hits: Vec<Hit> = Vec::new();
    for agency in agencies.into_iter().filter(|agency| after.is_none_or(|after| after.0 <= *agency)) {
        let more = most - i64::try_from(hits.len()).unwrap_or(most);
        if more <= 0 {
            break;
        }
        let after = after.filter(|after| after.0 == agency);
        let asked = body::asked(conn, agency, wanted.year)?;
        match cell {
            Cell::Three(..) => {
                let page = (after.map(|after| after.1), more);
                let places = report::page_of_places(conn, asked, |place| cell.has_case(place), page)?;
                hits.extend(places.into_iter().map(|placed| Hit { agency, case: placed.case, placed: Some(placed), counted: None }));
            }
            Cell::Four(..) => {
                let counted = report::proceedings_of(conn, asked)?.into_iter().filter(|counted| cell.has_proceeding(counted));
                let mut of_agency: Vec<Hit> =
                    counted.map(|counted| Hit { agency, case: counted.case, placed: None, counted: Some(counted) }).collect();
                of_agency.sort_by_key(Hit::key);
                let next = of_agency.into_iter().filter(|hit| after.is_none_or(|after| hit.key() > after));
                hits.extend(next.take(usize::try_from(more).unwrap_or(usize::MAX)));
            }
        }
    }
    Ok(hits)
}

/// How many stand behind a cell.
fn total(conn: &mut PgConnection, wanted: &Wanted, cell: Cell) -> Result<i64, Problem> {
    let mut total = 0;
    for agency in wanted.agencies.iter().copied() {
        let asked = body::asked(conn, agency, wanted.year)?;
        total += match cell {
            Cell::Three(..) => report::count_places(conn, asked, |place| cell.has_case(place))?,
            Cell::Four(..) => {
                let counted = report::proceedings_of(conn, asked)?.into_iter().filter(|counted| cell.has_proceeding(counted));
                i64::try_from(counted.count()).unwrap_or(i64::MAX)
            }
        };
    }
    Ok(total)
}

/// Its register number, its receipt date and the day of the reply that counts, as known now.
type CaseLine = (Option<String>, Option<NaiveDate>, Option<NaiveDate>);
type ProceedingLine = (String, Option<String>, Option<Uuid>);
type ProceedingLines = BTreeMap<(Uuid, i32), ProceedingLine>;

/// What a page tells of its cases and proceedings.
#[derive(Default)]
struct Lines {
    cases: BTreeMap<Uuid, CaseLine>,
    proceedings: ProceedingLines,
    /// The cases of a proceeding over several.
    covered: BTreeMap<Uuid, Vec<Uuid>>,
}

impl Lines {
    fn read(conn: &mut PgConnection, reads: &[Uuid], hits: &[Hit]) -> QueryResult<Self> {
        let mut ids: Vec<Uuid> = hits.iter().map(|hit| hit.case).collect();
        let of_four = hits.iter().any(|hit| hit.counted.is_some());
        let mut lines = Self::default();
        if of_four {
            let rows = proceedings::table.filter(proceedings::agency_id.eq_any(reads)).filter(proceedings::case_id.eq_any(&ids));
            let columns = (proceedings::body, proceedings::case_number, proceedings::proceeding_id);
            lines.proceedings = rows.select(((proceedings::case_id, proceedings::n), columns)).load(conn)?.into_iter().collect();
            let joint: Vec<Uuid> = lines.proceedings.values().filter_map(|line| line.2).collect();
            let rows = proceedings::table.filter(proceedings::agency_id.eq_any(reads)).filter(proceedings::proceeding_id.eq_any(joint));
            let covered: Vec<(Option<Uuid>, Uuid)> =
                rows.order(proceedings::case_id).select((proceedings::proceeding_id, proceedings::case_id)).load(conn)?;
            for (id, case) in covered.into_iter().filter_map(|(id, case)| Some((id?, case))) {
                lines.covered.entry(id).or_default().push(case);
                ids.push(case);
            }
        }
        let counting = results::table.on(results::agency_id.eq(cases::agency_id).and(results::case_id.eq(cases::id)));
        let rows = cases::table.left_join(counting).filter(cases::agency_id.eq_any(reads)).filter(cases::id.eq_any(&ids));
        let columns = (cases::case_number, cases::received_on, results::counted_on.nullable());
        lines.cases = rows.select((cases::id, columns)).load(conn)?.into_iter().collect();
        Ok(lines)
    }

    fn case(&self, id: Uuid) -> CaseLine {
        self.cases.get(&id).cloned().unwrap_or_default()
    }

    fn proceeding(&self, counted: Counted) -> CountedProceeding {
        let (body, case_number, id) = match self.proceedings.get(&(counted.case, counted.n)).cloned() {
            Some((body, case_number, id)) => (Some(body), case_number, id),
            None => (None, None, None),
        };
        let alone = vec![counted.case];
        let covered = id.and_then(|id| self.covered.get(&id)).unwrap_or(&alone);
        let case = |id: &Uuid| CaseOfProceeding { case_id: *id, case_number: self.case(*id).0, href: format!("/api/v1/cases/{id}") };
        CountedProceeding {
            n: counted.n,
            category: counted.category,
            column: counted.column,
            body,
            case_number,
            decided_on: counted.decided_on,
            cases: covered.iter().map(case).collect(),
        }
    }
}

/// The lines of the register that a page names, beside what counts.
fn items(conn: &mut PgConnection, reads: &[Uuid], hits: Vec<Hit>) -> QueryResult<Vec<ReportCellItem>> {
    let lines = Lines::read(conn, reads, &hits)?;
    let item = |hit: Hit| {
        let (case_number, received_on, counted_on) = lines.case(hit.case);
        let (received_on, counted_on) = hit.placed.map_or((received_on, counted_on), |placed| (placed.received_on, placed.counted_on));
        ReportCellItem {
            agency_id: hit.agency,
            case_id: hit.case,
            case_number,
            href: format!("/api/v1/cases/{}", hit.case),
            received_on,
            counted_on,
            counted: hit.placed.map(|Placed { place, .. }| CountedCase {
                entered: place.entered,
                report_row: place.row,
                applicant_kind: place.column,
            }),
            proceeding: hit.counted.map(|counted| lines.proceeding(counted)),
        }
    };
    Ok(hits.into_iter().map(item).collect())
}

/// The cases behind a cell of an annual report.
///
/// `table` is `three`, with row 1 to 25 and a code of its columns or `total`; or `four`, with a group (`reconsideration`, `litigation_direct`,
/// `litigation_after_reconsideration`) and a column (`upheld`, `overturned`, `other`, `pending`, `total`). Of a frozen report, the cases that it counted; of a
/// frozen report of all below, the cases behind the reports that it added up, of a part that was not frozen as it stands now.
#[utoipa::path(tag = "report", params(
    ("year" = i32, Path, description = "The year.", example = 2025),
    ("table" = String, Path, description = "`three` or `four`.", example = "three"),
    ("row" = String, Path, description = "The row, or the group of table four.", example = "3"),
    ("column" = String, Path, description = "The column, or `total`.", example = "natural_person"), ListCell),
    responses((status = 200, description = "One page of what stands behind the cell.", body = Page<ReportCellItem>)))]
#[get("/annual-reports/{year}/cells/{table}/{row}/{column}")]
pub async fn list_report_cell(call: Call) -> Answer {
    let asked: ListCell = call.query()?;
    let of = ReportOf { agency: asked.agency, consolidated: asked.consolidated };
    let (wanted, scope) = Wanted::of(&call, "list_report_cell", &of)?;
    if of.consolidated && call.caller.reach("list_report_cell") != Some(Reach::Below) {
        let (zh, en) = ("下级机关的案件限于监督员和审计员查看", "cases of agencies below are for supervisors and auditors");
        return Err(Problem::new(Fault::Forbidden, zh, en));
    }
    let part = |name| call.request.match_info().get(name).unwrap_or_default();
    let place = Cell::parse(part("table"), part("row"), part("column")).ok_or_else(Problem::not_found)?;
    let limit = paging::limit(asked.limit)?;
    let after: Option<(Uuid, Uuid, i32)> = asked.cursor.as_deref().map(paging::unpack).transpose()?;
    let page = call
        .app
        .db
        .run(scope, move |conn| {
            super::at_once(conn, |conn| {
                let wanted = wanted.with_below(conn)?;
                let total = if asked.include_total { Some(total(conn, &wanted, place)?) } else { None };
                let page = paging::cut(hits(conn, &wanted, place, (after, limit + 1))?, limit, Hit::key);
                let items = items(conn, &wanted.agencies, page.items)?;
                Ok(Page { items, next_cursor: page.next_cursor, total })
            })
        })
        .await?;
    Ok(paging::answer(&call.request, &page))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_named_by_table_row_and_column() {
        assert_eq!(Cell::parse("three", "3", "other"), Some(Cell::Three(3, Some(ApplicantKind::Other))));
        assert_eq!(Cell::parse("three", "24", "total"), Some(Cell::Three(24, None)));
        assert_eq!(
            Cell::parse("four", "litigation_direct", "pending"),
            Some(Cell::Four(Category::LitigationDirect, Some(Column::Pending)))
        );
        assert_eq!(Cell::parse("four", "reconsideration", "total"), Some(Cell::Four(Category::Reconsideration, None)));
        for (table, row, column) in [
            ("two", "1", "total"),
            ("three", "0", "total"),
            ("three", "26", "total"),
            ("three", "x", "total"),
            ("three", "3", "upheld"),
            ("four", "3", "total"),
            ("four", "reconsideration", "natural_person"),
        ] {
            assert_eq!(Cell::parse(table, row, column), None, "{table} {row} {column}");
        }
    }

    #[test]
    fn every_case_stands_in_the_cells_that_its_place_says() {
        let column = ApplicantKind::Other;
        let new = Place { entered: Entered::Late, row: 3, column };
        let rows = |place: Place| (1..=25).filter(|row| Cell::Three(*row, Some(column)).has_case(place)).collect::<Vec<u8>>();
        assert_eq!(rows(new), [1, 3, 24]);
        assert_eq!(rows(Place { entered: Entered::Carried, row: 25, column }), [2, 25]);
        assert!(!Cell::Three(1, Some(ApplicantKind::NaturalPerson)).has_case(new) && Cell::Three(1, None).has_case(new));
    }
}
