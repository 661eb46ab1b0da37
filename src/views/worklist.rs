//! The worklist: what the agency owes, by due date. Who: staff for their agency, a supervisor for those below too.
//!
//! The applicant's own periods are shown on the case page only. A right of the agency (an appeal) that has lapsed leaves the
//! list: nothing is overdue then.

mod letters;
mod messages;
mod notices;
mod reports;

use super::find;
use super::light::{Light, Lights};
use super::names::{AccountRef, DepartmentRef, Names};
use super::shape::view;
use crate::case::duties::is_right;
use crate::case::office::Office;
use crate::case::silence::{Dated, awaited_of};
use crate::db::schema::{accounts, cases, duties};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::caller::Caller;
use crate::http::paging::{self, Page};
use crate::http::problem::Problem;
use crate::rules::annual_report::Extent;
use crate::rules::desk;
use crate::rules::permissions::Role;
use crate::rules::terms::{Basis, DutyKind, DutyOwner};
use actix_web::get;
use chrono::NaiveDate;
use diesel::dsl::{exists, not};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;
use utoipa::IntoParams;
use uuid::Uuid;

view! {
    /// Something the agency owes.
    pub struct WorklistItem {
        /// The agency.
        agency_id: Uuid,
        /// The case; of a letter of the authority the one it is about, if any.
        case_id: Option<Uuid>,
        /// Its register number, once registered.
        case_number: Option<String>,
        /// The letter of the authority that is to be answered, where the duty stands in no case.
        supervision_letter_id: Option<Uuid>,
        /// The notice of rectification it is owed under, where that hangs on no case.
        rectification_id: Option<Uuid>,
        /// The year of the annual report that is to be published, where it is that.
        annual_report: Option<i32>,
        /// The message of a neighbouring system that nobody settled, where it is that.
        exchange_message_id: Option<Uuid>,
        /// Where the case, the letter, the notice, the report or the message is.
        href: String,
        /// What is owed.
        kind: DutyKind,
        /// What it is called.
        label_zh: &'static str,
        /// In English.
        label_en: &'static str,
        /// Which of its kind: the round, the dispatch, the reply or the proceeding.
        ordinal: i32,
        /// The article.
        article: String,
        /// Whether law or the agency's practice sets the term.
        basis: Basis,
        /// The day it is counted from.
        from_on: NaiveDate,
        /// The due date.
        due_on: NaiveDate,
        /// The due date rests on a year whose holidays are not announced.
        provisional: bool,
        /// The due date holds if the consulted parties stay silent to the end of their terms; an answer brings it forward.
        projected: bool,
        /// Working days left, negative when overdue; days that do not count while an answer is awaited left out.
        working_days_left: i64,
        /// The due date has passed.
        overdue: bool,
        /// The light.
        light: Light,
        /// The operation that meets it: it stands with whoever may call that.
        operation: Option<String>,
        /// The department the case is with.
        department: Option<DepartmentRef>,
        /// The handler the case is with.
        handler: Option<AccountRef>,
    }
}

/// Filters and page of the worklist.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListDuties {
    /// Of cases the caller handles, what a handler may do; for a clerk also of cases nobody handles yet, and whatever is the office's to do
    /// (dispatch, review of publication, archiving), whoever handles the case; for reviewers, signers and heads what waits for them.
    #[serde(default)]
    pub mine: bool,
    /// The department the case is with; repeated for any of several.
    #[serde(default)]
    pub department: Vec<Uuid>,
    /// What is owed; repeated for any of several.
    #[serde(default)]
    #[param(inline)]
    pub kind: Vec<DutyKind>,
    /// Due before this day.
    pub due_before: Option<NaiveDate>,
    /// The light; repeated for any of several. Nothing open is grey.
    #[serde(default)]
    #[param(inline)]
    pub light: Vec<Light>,
    /// One agency of those the caller reads; another has nothing to list.
    pub agency: Option<Uuid>,
    /// Rows of a page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u32>,
    /// Where to go on, from `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Count every row that fits, exactly.
    #[serde(default)]
    pub include_total: bool,
}

/// A duty of a case; of the agency, the id of what it is owed for stands in the place of the case.
struct Line {
    row: Row,
    of: Of,
}

/// For what something is owed.
#[derive(Clone, Copy)]
enum Of {
    Case,
    /// A letter of the authority, about this case, if any.
    Letter(Option<Uuid>),
    /// A notice of rectification that hangs on no case.
    Notice,
    /// The annual report of this year, its own or that of all below.
    Report(i32, Extent),
    /// A message of a neighbouring system.
    Message,
}

impl Line {
    fn place(&self) -> Place {
        Place(self.row.due_on, self.row.case_id, self.row.kind.clone(), self.row.ordinal)
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = duties)]
struct Row {
    agency_id: Uuid,
    case_id: Uuid,
    kind: String,
    ordinal: i32,
    article: String,
    basis: String,
    from_on: NaiveDate,
    due_on: NaiveDate,
    provisional: bool,
    department_id: Option<Uuid>,
    handler_id: Option<Uuid>,
    case_number: Option<String>,
    operation: Option<String>,
}

impl ListDuties {
    /// Whether something that is due on a day is asked for by its date and its light.
    fn takes(&self, lights: Lights, due_on: NaiveDate) -> bool {
        self.due_before.is_none_or(|day| due_on < day) && (self.light.is_empty() || self.light.contains(&lights.of(Some(due_on))))
    }
}

impl Reading<'_> {
    /// Of whom something is asked for that stands in no case and is the FOI office's, no department's: nobody where it is not asked for, or where the
    /// caller's own is and the caller, whose roles may not deal with it, heads no office.
    fn of_office(&self, asked: &ListDuties, kind: DutyKind, roles: &[Role]) -> Vec<Uuid> {
        let caller = self.caller;
        let own = caller.head_of_foi_office || roles.iter().any(|role| caller.roles.contains(role));
        let wanted = (asked.kind.is_empty() || asked.kind.contains(&kind)) && asked.department.is_empty() && (!asked.mine || own);
        self.reads.iter().copied().filter(|id| wanted && (!asked.mine || *id == caller.agency_id)).collect()
    }
}

/// The place of a row: its due date, then its key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Place(NaiveDate, Uuid, String, i32);

type DutyQuery<'a> = duties::BoxedQuery<'a, Pg>;
type Condition = Box<dyn BoxableExpression<duties::table, Pg, SqlType = Bool>>;

/// What a list is made for.
struct Reading<'a> {
    office: &'a Office,
    caller: &'a Caller,
    reads: Vec<Uuid>,
}

fn filtered<'a>(asked: &'a ListDuties, reading: &'a Reading<'_>, lights: Lights) -> DutyQuery<'a> {
    let today = reading.office.clock.today();
    let lapsing: Vec<&str> = DutyKind::ALL.iter().filter(|kind| is_right(**kind)).map(|kind| kind.code()).collect();
    let mut query = duties::table
        .filter(duties::agency_id.eq_any(&reading.reads))
        .filter(duties::open)
        .filter(duties::owed_by.eq(DutyOwner::Agency.code()))
        .filter(duties::kind.ne_all(lapsing).or(duties::due_on.ge(today)))
        .into_boxed();
    if asked.mine {
        let me = reading.caller.account_id;
        let of_roles: Vec<&str> = DutyKind::ALL.iter().filter(|kind| kind.is_of_role()).map(|kind| kind.code()).collect();
        let no_handler = duties::handler_id.is_null();
        let mine: Condition = if reading.caller.roles.contains(&Role::Clerk) {
            Box::new(no_handler.or(duties::handler_id.is_not_distinct_from(me)))
        } else {
            // What only a department is asked is everybody's there.
            let asked: Option<Uuid> = reading.caller.department;
            let of_department = no_handler.and(duties::department_id.eq(asked)).assume_not_null();
            Box::new(duties::handler_id.is_not_distinct_from(me).or(of_department))
        };
        // What only the office may do stands with the office, whoever handles the case.
        let (office, own): (Vec<&str>, Vec<&str>) = office(&reading.caller.roles);
        let handled = duties::operation.is_null().or(duties::operation.ne_all(office).assume_not_null());
        let of_office = duties::operation.is_not_null().and(duties::operation.eq_any(own).assume_not_null());
        let of_office = of_office.and(duties::agency_id.eq(reading.caller.agency_id));
        let mine = duties::kind.ne_all(of_roles).and(mine.or(left_behind(me)).and(handled).or(of_office));
        query = match own_reviews(reading) {
            Some(owed) => query.filter(mine.or(owed)),
            None => query.filter(mine),
        };
    }
    if !asked.department.is_empty() {
        query = query.filter(duties::department_id.eq_any(&asked.department));
    }
    if !asked.kind.is_empty() {
        query = query.filter(duties::kind.eq_any(asked.kind.iter().map(|kind| kind.code())));
    }
    if let Some(day) = asked.due_before {
        query = query.filter(duties::due_on.lt(day));
    }
    if !asked.light.is_empty() {
        let none: Condition = Box::new(false.into_sql::<Bool>());
        let any = asked.light.iter().filter_map(|light| lights.range(*light)).fold(none, |any, range| Box::new(any.or(between(range))));
        query = query.filter(any);
    }
    query
}

/// The operations that are left to the office, and those of them that somebody with these roles may call.
fn office(roles: &BTreeSet<Role>) -> (Vec<&'static str>, Vec<&'static str>) {
    let all = desk::of_office();
    let own = all.iter().filter(|(_, of)| of.iter().any(|role| roles.contains(role))).map(|(operation, _)| *operation).collect();
    (all.iter().map(|(operation, _)| *operation).collect(), own)
}

/// The reviews and signatures that the caller may give: those of the role, of the FOI office as its head, of the departments they
/// head, none of a draft of their own or of whomever they stand in for; and what an approver decides. None for who can give none.
fn own_reviews(reading: &Reading<'_>) -> Option<Condition> {
    let caller = reading.caller;
    let (me, posts) = (caller.account_id, &caller.posts);
    let has = |role: Role| caller.roles.contains(&role);
    // Who acts for others alone may do what one of these may do.
    let may = |principals: Vec<Uuid>| -> Condition {
        let own = not(duties::barred.contains(vec![me]));
        if principals.is_empty() { Box::new(own) } else { Box::new(own.and(not(duties::barred.contains(principals)))) }
    };
    let kind = |kind: DutyKind| duties::kind.eq(kind.code());
    let signs_for = |own: bool| if own { Vec::new() } else { posts.signs_for.iter().copied().collect::<Vec<Uuid>>() };
    let signs = has(Role::Approver) || !posts.signs_for.is_empty();
    let mut owed: Vec<Condition> = Vec::new();
    if has(Role::LegalReviewer) || signs {
        let reviews = [DutyKind::ReviewContent, DutyKind::ReviewLegal, DutyKind::ReviewSecrecy].map(DutyKind::code);
        owed.push(Box::new(duties::kind.eq_any(reviews).and(may(signs_for(has(Role::LegalReviewer) || has(Role::Approver))))));
    }
    if signs {
        owed.push(Box::new(kind(DutyKind::SignReply).and(may(signs_for(has(Role::Approver))))));
    }
    if has(Role::Approver) {
        // A third party's ground is weighed by the handler and decided on by an approver.
        owed.push(Box::new(kind(DutyKind::DecideConsultation)));
    }
    if caller.head_of_foi_office {
        owed.push(Box::new(kind(DutyKind::ReviewByOffice).and(may(posts.office_for.into_iter().collect()))));
    }
    let headed = posts.heads.iter().map(|department| (*department, Vec::new()));
    for (department, principals) in headed.chain(posts.heads_for.iter().map(|(department, principal)| (*department, vec![*principal]))) {
        let of_department = duties::department_id.is_not_distinct_from(department);
        owed.push(Box::new(kind(DutyKind::ReviewByDepartmentHead).and(of_department).and(may(principals))));
    }
    let any = owed.into_iter().reduce(|any, one| Box::new(any.or(one)))?;
    Some(Box::new(duties::agency_id.eq(caller.agency_id).and(any)))
}

/// What somebody owes who has left, in a case that the caller handles now.
fn left_behind(me: Uuid) -> Condition {
    let gone = accounts::table
        .filter(accounts::agency_id.eq(duties::agency_id))
        .filter(accounts::id.nullable().eq(duties::handler_id))
        .filter(not(accounts::active));
    let of_mine = cases::table
        .filter(cases::agency_id.eq(duties::agency_id))
        .filter(cases::id.eq(duties::case_id))
        .filter(cases::handler_id.is_not_distinct_from(me));
    Box::new(exists(gone).and(exists(of_mine)))
}

fn between((from, before): (Option<NaiveDate>, Option<NaiveDate>)) -> Condition {
    match (from, before) {
        (Some(from), Some(before)) => Box::new(duties::due_on.ge(from).and(duties::due_on.lt(before))),
        (Some(from), None) => Box::new(duties::due_on.ge(from)),
        (None, Some(before)) => Box::new(duties::due_on.lt(before)),
        (None, None) => Box::new(true.into_sql::<Bool>()),
    }
}

/// The rows after a place, in the order of the index.
fn after(Place(due_on, case_id, kind, ordinal): Place) -> Condition {
    let later_ordinal = duties::ordinal.gt(ordinal);
    let later_kind = duties::kind.gt(kind.clone()).or(duties::kind.eq(kind).and(later_ordinal));
    let later_case = duties::case_id.gt(case_id).or(duties::case_id.eq(case_id).and(later_kind));
    Box::new(duties::due_on.gt(due_on).or(duties::due_on.eq(due_on).and(later_case)))
}

fn list(conn: &mut PgConnection, reading: &Reading<'_>, asked: &ListDuties) -> Result<Page<WorklistItem>, Problem> {
    let limit = paging::limit(asked.limit)?;
    let today = reading.office.clock.today();
    let calendar = reading.office.newest_calendar(conn)?;
    let lights = Lights::on(&calendar, today);
    let mut query = filtered(asked, reading, lights);
    let mut of_agency = letters::owed(conn, reading, asked, lights)?;
    of_agency.extend(notices::owed(conn, reading, (asked, calendar.as_ref()), lights)?);
    of_agency.extend(reports::owed(conn, reading, (asked, calendar.as_ref()), lights)?);
    of_agency.extend(messages::owed(conn, reading, (asked, calendar.as_ref()), lights)?);
    let owed_by_agency = i64::try_from(of_agency.len()).unwrap_or(i64::MAX);
    if let Some(cursor) = &asked.cursor {
        let place: Place = paging::unpack(cursor)?;
        find::date("cursor", Some(place.0))?;
        of_agency.retain(|line| line.place() > place);
        query = query.filter(after(Place(place.0, place.1, find::text(&place.2), place.3)));
    }
    let rows: Vec<Row> = query
        .order((duties::due_on.asc(), duties::case_id.asc(), duties::kind.asc(), duties::ordinal.asc()))
        .limit(limit + 1)
        .select(Row::as_select())
        .load(conn)?;
    let mut lines: Vec<Line> = rows.into_iter().map(|row| Line { row, of: Of::Case }).chain(of_agency).collect();
    lines.sort_by_key(Line::place);
    lines.truncate(usize::try_from(limit + 1).unwrap_or(usize::MAX));
    let page = paging::cut(lines, limit, Line::place);
    let people: Vec<Uuid> = page.items.iter().flat_map(|Line { row, .. }| row.department_id.into_iter().chain(row.handler_id)).collect();
    let names = Names::read(conn, &reading.reads, &people)?;
    let cases: Vec<Uuid> = page.items.iter().map(|line| line.row.case_id).collect();
    let awaited = awaited_of(conn, &cases, today)?;
    let items = page.items.into_iter().map(|Line { row, of }| {
        let (Some(kind), Some(basis)) = (DutyKind::from_code(&row.kind), Basis::from_code(&row.basis)) else {
            return Err(Problem::internal(&format!("a duty of case {} is of an unknown kind", row.case_id)));
        };
        let dated = Dated { kind, basis, due_on: row.due_on };
        let silence = dated.rests_on(awaited.get(&row.case_id).into_iter().flatten().copied(), today);
        Ok(WorklistItem {
            agency_id: row.agency_id,
            case_id: match of {
                Of::Case => Some(row.case_id),
                Of::Letter(about) => about,
                Of::Notice | Of::Report(..) | Of::Message => None,
            },
            case_number: row.case_number,
            href: match of {
                Of::Case => format!("/api/v1/cases/{}", row.case_id),
                Of::Letter(_) => format!("/api/v1/supervision-letters/{}", row.case_id),
                Of::Notice => format!("/api/v1/rectifications/{}", row.case_id),
                Of::Report(year, extent) => super::annual_report::href((row.agency_id, extent), year),
                Of::Message => format!("/api/v1/exchange-messages/{}", row.case_id),
            },
            supervision_letter_id: matches!(of, Of::Letter(_)).then_some(row.case_id),
            rectification_id: matches!(of, Of::Notice).then_some(row.case_id),
            exchange_message_id: matches!(of, Of::Message).then_some(row.case_id),
            annual_report: if let Of::Report(year, _) = of { Some(year) } else { None },
            kind,
            label_zh: kind.zh(),
            label_en: kind.en(),
            ordinal: row.ordinal,
            article: row.article,
            basis,
            from_on: row.from_on,
            due_on: row.due_on,
            provisional: row.provisional,
            projected: silence.is_some(),
            working_days_left: calendar.working_days_between(silence.unwrap_or(today), row.due_on),
            overdue: row.due_on < today,
            light: lights.of(Some(row.due_on)),
            operation: row.operation,
            department: row.department_id.map(|id| names.department(id)),
            handler: row.handler_id.map(|id| names.account(id)),
        })
    });
    let items = items.collect::<Result<Vec<_>, Problem>>()?;
    let total = if asked.include_total {
        let duties: i64 = filtered(asked, reading, lights).count().get_result(conn)?;
        Some(duties + owed_by_agency)
    } else {
        None
    };
    Ok(Page { items, next_cursor: page.next_cursor, total })
}

/// The worklist.
///
/// Every open duty of the agency by its due date, answers to letters of the authority, notices of rectification on no case, annual reports and
/// messages of neighbouring systems that nobody settled among them. Repeat a key to ask for several values.
#[utoipa::path(tag = "read", params(ListDuties), responses((status = 200, description = "One page of duties.", body = Page<WorklistItem>)))]
#[get("/duties")]
pub async fn list_duties(call: Call) -> Answer {
    let scope = call.permit("list_duties")?;
    let asked: ListDuties = call.query()?;
    find::date("due_before", asked.due_before)?;
    let (office, caller) = (Arc::clone(&call.app.office), call.caller.clone());
    let reads = find::agencies(&scope.reads, asked.agency);
    let page = call.app.db.run(scope, move |conn| list(conn, &Reading { office: &office, caller: &caller, reads }, &asked)).await?;
    Ok(paging::answer(&call.request, &page))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::testing::day;
    use diesel::debug_query;

    #[test]
    fn the_next_page_begins_behind_the_whole_key() {
        let condition = after(Place(day("2026-11-02"), Uuid::from_u128(1), "reply".into(), 1));
        let sql = debug_query::<Pg, _>(&duties::table.select(duties::kind).filter(condition)).to_string().replace("\"duties\".", "");
        for part in [r#""due_on" > "#, r#""due_on" = "#, r#""case_id" > "#, r#""kind" > "#, r#""ordinal" > "#] {
            assert!(sql.contains(part), "{part}: {sql}");
        }
    }

    #[test]
    fn every_open_light_is_a_range_and_grey_is_none() {
        let lights = Lights { yellow_from: day("2026-11-04"), green_from: day("2026-11-10") };
        assert_eq!(lights.range(Light::Red), Some((None, Some(day("2026-11-04")))));
        assert_eq!(lights.range(Light::Yellow), Some((Some(day("2026-11-04")), Some(day("2026-11-10")))));
        assert_eq!(lights.range(Light::Green), Some((Some(day("2026-11-10")), None)));
        assert_eq!(lights.range(Light::Grey), None);
    }
}
