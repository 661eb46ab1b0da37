//! What many ask for and is not published yet, and what was withheld and should be looked at again (Art 18, 44). Who: whoever reads cases.
//!
//! Both are read from the items of the replies that stand; nothing here decides, the review of an item does.

use super::find;
use super::shape::view;
use super::similar_cases::open;
use crate::case::model::PublicationResult;
use crate::case::office::Office;
use crate::db::schema::{cases, reply_items};
use crate::http::answer::{self, Answer};
use crate::http::call::Call;
use crate::http::paging::{self, Page};
use crate::http::problem::{Fault, Problem};
use crate::rules::reply_kinds::{Ground, ReplyKind};
use crate::rules::sight::{Sight, Whose, sight};
use actix_web::get;
use chrono::{Months, NaiveDate};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Date, Integer, Nullable};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use utoipa::IntoParams;
use uuid::Uuid;

/// Topics that one answer names at most.
const MOST_TOPICS: i64 = 200;

view! {
    /// Information of one sort that was given several times, and not published.
    pub struct PublicationCandidate {
        /// The agency that gave it.
        agency_id: Uuid,
        /// What sort of information it is, as the publication reviews say.
        topic: String,
        /// How many items gave it in the period.
        times: i64,
        /// How many cases they belong to.
        cases: i64,
        /// The day it was given last.
        last_given_on: NaiveDate,
        /// Whether a review decided to publish, and nobody has yet.
        decided: bool,
    }
    /// An item that withholds, wholly or for a part.
    pub struct WithheldItem {
        /// The case.
        case_id: Uuid,
        /// Its register number.
        case_number: Option<String>,
        /// Where the case is.
        href: String,
        /// Number of the reply.
        reply: i32,
        /// Number of the item.
        n: i32,
        /// What it is about, in the words of the reply; null for who may not read them, and after disposal.
        subject: Option<String>,
        /// The kind of reply.
        kind: ReplyKind,
        /// The grounds.
        grounds: Vec<Ground>,
        /// The day of the reply.
        issued_on: NaiveDate,
        /// The day it was looked at again, if it was.
        reviewed_on: Option<NaiveDate>,
        /// What that review decided.
        result: Option<PublicationResult>,
    }
}

/// Which candidates.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListCandidates {
    /// Given on this day or later; a year ago if left out.
    pub since: Option<NaiveDate>,
    /// Given at least so many times.
    #[param(minimum = 1, maximum = 1000, default = 2)]
    pub at_least: Option<u32>,
    /// One agency of those the caller reads; another has nothing to list.
    pub agency: Option<Uuid>,
}

type Counted = (Uuid, Option<String>, i64, i64, Option<NaiveDate>, Option<bool>, Option<bool>);

fn candidates(conn: &mut PgConnection, agencies: &[Uuid], since: NaiveDate, at_least: u32) -> QueryResult<Vec<PublicationCandidate>> {
    let rows: Vec<Counted> = reply_items::table
        .filter(reply_items::agency_id.eq_any(agencies))
        .filter(reply_items::stands)
        .filter(reply_items::gives)
        .filter(reply_items::topic.is_not_null())
        .filter(reply_items::issued_on.ge(since))
        .group_by((reply_items::agency_id, reply_items::topic))
        .having(sql::<Bool>("count(*) >= ").bind::<BigInt, _>(i64::from(at_least)).sql(" AND NOT bool_or(published_on IS NOT NULL)"))
        .order((sql::<BigInt>("count(*) DESC"), reply_items::topic.asc(), reply_items::agency_id.asc()))
        .limit(MOST_TOPICS)
        .select((
            reply_items::agency_id,
            reply_items::topic,
            sql::<BigInt>("count(*)"),
            sql::<BigInt>("count(DISTINCT case_id)"),
            sql::<Nullable<Date>>("max(issued_on)"),
            sql::<Nullable<Bool>>("bool_or(result = 'publish')"),
            sql::<Nullable<Bool>>("bool_or(published_on IS NOT NULL)"),
        ))
        .load(conn)?;
    let view = |(agency_id, topic, times, cases, last, decided, _): Counted| {
        Some(PublicationCandidate { agency_id, topic: topic?, times, cases, last_given_on: last?, decided: decided.unwrap_or_default() })
    };
    Ok(rows.into_iter().filter_map(view).collect())
}

/// List what is given again and again, and not published.
///
/// By the topic that the publication reviews name; most often given first, at most 200. A supervisor sees those of the agencies below too: topics
/// and counts, no case.
#[utoipa::path(tag = "read", params(ListCandidates), responses((status = 200, description = "Topics, on one page.", body = Page<PublicationCandidate>)))]
#[get("/publication-candidates")]
pub async fn list_publication_candidates(call: Call) -> Answer {
    let scope = call.permit("list_publication_candidates")?;
    let ListCandidates { since, at_least, agency } = call.query()?;
    find::date("since", since)?;
    let at_least = at_least.unwrap_or(2);
    if !(1..=1000).contains(&at_least) {
        let (zh, en) = ("at_least 须为 1 至 1000", "at_least must be 1 to 1000");
        return Err(Problem::parameter(Fault::ParameterRefused, "at_least", zh, en));
    }
    let since = since.unwrap_or_else(|| year_before(call.app.office.clock.today()));
    let agencies = find::agencies(&scope.reads, agency);
    let items = call.app.db.run(scope, move |conn| candidates(conn, &agencies, since, at_least).map_err(Problem::from)).await?;
    answer::ok(&Page { items, next_cursor: None, total: None })
}

fn year_before(day: NaiveDate) -> NaiveDate {
    day.checked_sub_months(Months::new(12)).unwrap_or(day)
}

/// Which withheld items.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListWithheld {
    /// Decided or looked at again before this day; a year ago if left out.
    pub before: Option<NaiveDate>,
    /// Rows of a page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u32>,
    /// Where the page begins.
    pub cursor: Option<String>,
}

type Place = (NaiveDate, Uuid, i32, i32);
type Withheld = (Uuid, i32, i32, String, Vec<String>, NaiveDate, Option<NaiveDate>, Option<String>);

fn withheld(conn: &mut PgConnection, agency: Uuid, before: NaiveDate, page: (Option<Place>, i64)) -> QueryResult<Vec<Withheld>> {
    let looked_at = || sql::<Date>("coalesce(reviewed_on, issued_on)");
    let (after, limit) = page;
    let mut query = reply_items::table
        .filter(reply_items::agency_id.eq(agency))
        .filter(reply_items::stands)
        .filter(reply_items::withholds)
        .filter(looked_at().lt(before))
        .into_boxed();
    if let Some((on, case, reply, n)) = after {
        let place = sql::<Bool>("(coalesce(reviewed_on, issued_on), case_id, reply, n) > (");
        let place = place.bind::<Date, _>(on).sql(", ").bind::<diesel::sql_types::Uuid, _>(case).sql(", ");
        query = query.filter(place.bind::<Integer, _>(reply).sql(", ").bind::<Integer, _>(n).sql(")"));
    }
    query
        .order((looked_at().asc(), reply_items::case_id.asc(), reply_items::reply.asc(), reply_items::n.asc()))
        .limit(limit + 1)
        .select((
            reply_items::case_id,
            reply_items::reply,
            reply_items::n,
            reply_items::kind,
            reply_items::grounds,
            reply_items::issued_on,
            reply_items::reviewed_on,
            reply_items::result,
        ))
        .load(conn)
}

/// What a page of items says of its cases.
#[derive(Default)]
struct Told {
    numbers: BTreeMap<Uuid, String>,
    subjects: BTreeMap<(Uuid, u32, u32), String>,
}

impl Told {
    fn read(conn: &mut PgConnection, office: &Office, (agency, sight): (Uuid, Sight), rows: &[Withheld]) -> Result<Self, Problem> {
        let ids: BTreeSet<Uuid> = rows.iter().map(|row| row.0).collect();
        let ids: Vec<Uuid> = ids.into_iter().collect();
        let numbers: Vec<(Uuid, Option<String>)> = cases::table
            .filter(cases::agency_id.eq(agency))
            .filter(cases::id.eq_any(&ids))
            .select((cases::id, cases::case_number))
            .load(conn)?;
        let mut told = Self { numbers: numbers.into_iter().filter_map(|(id, number)| Some((id, number?))).collect(), ..Self::default() };
        if sight == Sight::Full {
            for (case, texts) in open(conn, office, agency, &ids)? {
                for (reply, item) in case.replies.iter().flat_map(|reply| reply.items.iter().map(move |item| (reply.n, item))) {
                    told.subjects.extend(texts.get(&item.subject).map(|subject| ((case.id, reply, item.n), subject.to_owned())));
                }
            }
        }
        Ok(told)
    }

    fn subject(&self, case: Uuid, reply: i32, n: i32) -> Option<String> {
        self.subjects.get(&(case, u32::try_from(reply).ok()?, u32::try_from(n).ok()?)).cloned()
    }
}

/// List what was withheld and should be looked at again, the longest untouched first.
///
/// An item leaves the list when a publication review looks at it (Art 18: what is withheld is reviewed again from time to time).
#[utoipa::path(tag = "read", params(ListWithheld), responses((status = 200, description = "Items.", body = Page<WithheldItem>)))]
#[get("/withheld-items")]
pub async fn list_withheld_items(call: Call) -> Answer {
    let scope = call.permit("list_withheld_items")?;
    let ListWithheld { before, limit, cursor } = call.query()?;
    find::date("before", before)?;
    let limit = paging::limit(limit)?;
    let after: Option<Place> = cursor.as_deref().map(paging::unpack).transpose()?;
    find::date("cursor", after.map(|(on, ..)| on))?;
    let before = before.unwrap_or_else(|| year_before(call.app.office.clock.today()));
    let agency = call.caller.agency_id;
    let sight = sight(Whose::Own, call.caller.roles.iter().copied());
    let office = Arc::clone(&call.app.office);
    let (rows, told) = call
        .app
        .db
        .run(scope, move |conn| {
            let rows = withheld(conn, agency, before, (after, limit))?;
            let told = Told::read(conn, &office, (agency, sight), &rows)?;
            Ok::<_, Problem>((rows, told))
        })
        .await?;
    let place = |(case, reply, n, _, _, issued_on, reviewed_on, _): &Withheld| (reviewed_on.unwrap_or(*issued_on), *case, *reply, *n);
    let Page { items, next_cursor, total } = paging::cut(rows, limit, place);
    let view = |(case_id, reply, n, kind, grounds, issued_on, reviewed_on, result): Withheld| {
        Some(WithheldItem {
            case_id,
            case_number: told.numbers.get(&case_id).cloned(),
            href: format!("/api/v1/cases/{case_id}"),
            reply,
            n,
            subject: told.subject(case_id, reply, n),
            kind: ReplyKind::from_code(&kind)?,
            grounds: grounds.iter().filter_map(|ground| Ground::from_code(ground)).collect(),
            issued_on,
            reviewed_on,
            result: result.as_deref().and_then(PublicationResult::from_code),
        })
    };
    let page = Page { items: items.into_iter().filter_map(view).collect(), next_cursor, total };
    Ok(paging::answer(&call.request, &page))
}
