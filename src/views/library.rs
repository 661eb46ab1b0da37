//! The libraries (答复口径、负面清单、地方规定) as replies use them: what suits a case that is being drafted, and where an entry was used. Who: staff of
//! the agency; its auditors see where an entry was used.

use super::find;
use super::shape::view;
use crate::case::model::Case;
use crate::case::office::Office;
use crate::case::search;
use crate::case::vault;
use crate::crypto::CaseOf;
use crate::db::library::{self, Row};
use crate::db::schema::{cases, library_uses};
use crate::http::answer::{self, Answer};
use crate::http::call::Call;
use crate::http::paging::{self, Page};
use crate::http::problem::Problem;
use crate::rules::library::{Asked, Content, Edition, Shelf, in_force};
use crate::rules::reply_kinds::{Ground, ReplyKind};
use actix_web::get;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::IntoParams;
use uuid::Uuid;

/// Most entries of a library that are suggested.
const MOST_SUGGESTED: usize = 20;

view! {
    /// An entry that suits.
    pub struct LibrarySuggestion {
        /// The entry.
        entry: Uuid,
        /// Its edition in force.
        edition: u32,
        /// What it says.
        content: Content,
        /// A reply of such a kind gives it, or says why not.
        binding: bool,
        /// Its topics that stand in the request, or the topic asked for.
        topics_found: Vec<String>,
        /// In so many items of replies it was used.
        uses: i64,
    }
    /// What suits a case, best first, at most 20 of each library.
    pub struct LibrarySuggestions {
        /// Agreed answers (答复口径).
        agreed_answers: Vec<LibrarySuggestion>,
        /// Categories of the negative list (负面清单).
        withheld_categories: Vec<LibrarySuggestion>,
        /// Local rules (地方规定).
        local_rules: Vec<LibrarySuggestion>,
    }
    /// Where an entry was used.
    pub struct LibraryUse {
        /// The case.
        case_id: Uuid,
        /// Its register number.
        case_number: Option<String>,
        /// Number of the reply.
        reply: i32,
        /// Number of the item in the reply.
        n: i32,
        /// The edition.
        edition: i32,
        /// The item says something else than was agreed, and why.
        departs: bool,
        /// The day of the reply.
        issued_on: NaiveDate,
    }
}

/// For what the libraries are asked; for the kinds and grounds of the open draft unless said otherwise.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SuggestFor {
    /// The kind of reply.
    #[param(inline)]
    kind: Option<ReplyKind>,
    /// A ground.
    #[param(inline)]
    ground: Option<Ground>,
    /// A topic.
    #[param(max_length = 60, example = "罚没款统计")]
    topic: Option<String>,
}

impl SuggestFor {
    /// The items that are drafted, as far as a library is asked about them.
    fn asked(&self, case: &Case) -> Vec<(Option<ReplyKind>, Vec<Ground>)> {
        let drafted = case.open_draft().into_iter().flat_map(|draft| &draft.items);
        let items: Vec<_> = match (self.kind, self.ground) {
            (None, None) => drafted
                .map(|item| (Some(item.kind), item.kind.ground().into_iter().chain(item.grounds.withheld_under.iter().copied()).collect()))
                .collect(),
            (kind, ground) => vec![(kind, kind.and_then(ReplyKind::ground).into_iter().chain(ground).collect())],
        };
        if items.is_empty() { vec![(None, Vec::new())] } else { items }
    }
}

fn suggest(conn: &mut PgConnection, office: &Office, case: &Case, asked: &SuggestFor) -> Result<LibrarySuggestions, Problem> {
    let owner = CaseOf { agency: case.agency_id, case: case.id };
    let texts = vault::open(conn, office, owner, &[&case.request.words])?;
    let mut words = search::asked(case, &texts).unwrap_or_default();
    words.extend(asked.topic.as_deref().map(str::trim));
    let items = asked.asked(case);
    let approved = library::approved(conn, case.agency_id)?;
    let mut found: Vec<(&Edition, bool, Vec<String>)> = Vec::new();
    for edition in in_force(&approved, office.clock.today()) {
        let about = || items.iter().map(|(kind, grounds)| Asked { kind: *kind, grounds });
        let topics: Vec<String> = edition.content.topics_in(&words).map(str::to_owned).collect();
        if about().any(|item| edition.content.suits(item)) && (edition.content.topics.is_empty() || !topics.is_empty()) {
            found.push((edition, about().any(|item| edition.binds(item)), topics));
        }
    }
    let entries: Vec<Uuid> = found.iter().map(|(edition, ..)| edition.entry).collect();
    let counts: BTreeMap<Uuid, i64> = library_uses::table
        .filter(library_uses::agency_id.eq(case.agency_id))
        .filter(library_uses::entry_id.eq_any(entries))
        .group_by(library_uses::entry_id)
        .select((library_uses::entry_id, diesel::dsl::count_star()))
        .load(conn)?
        .into_iter()
        .collect();
    let used = |edition: &Edition| counts.get(&edition.entry).copied().unwrap_or_default();
    found.sort_by_key(|(edition, binding, topics)| std::cmp::Reverse((topics.len(), *binding, used(edition), edition.entry)));
    let of = |shelf: Shelf| {
        let on_shelf = found.iter().filter(|(edition, ..)| edition.shelf == shelf).take(MOST_SUGGESTED);
        let view = |(edition, binding, topics): &(&Edition, bool, Vec<String>)| LibrarySuggestion {
            entry: edition.entry,
            edition: edition.edition,
            content: edition.content.clone(),
            binding: *binding,
            topics_found: topics.clone(),
            uses: used(edition),
        };
        on_shelf.map(view).collect()
    };
    Ok(LibrarySuggestions {
        agreed_answers: of(Shelf::AgreedAnswer),
        withheld_categories: of(Shelf::WithheldCategory),
        local_rules: of(Shelf::LocalRule),
    })
}

/// What the libraries have for a case.
///
/// Agreed answers, categories of the negative list and local rules in force today, for the kinds and grounds of the open draft or those asked for; an
/// entry with topics only where one of them stands in the request or is asked for.
#[utoipa::path(tag = "library", params(SuggestFor), responses((status = 200, description = "What suits.", body = LibrarySuggestions)))]
#[get("/cases/{case_id}/library-suggestions")]
pub async fn list_library_suggestions(call: Call) -> Answer {
    let scope = call.permit("list_library_suggestions")?;
    let id = call.id("case_id")?;
    let asked: SuggestFor = call.query()?;
    let (office, reads) = (Arc::clone(&call.app.office), scope.reads.clone());
    let suggested = call
        .app
        .db
        .run(scope, move |conn| {
            let case = find::case(conn, &reads, id)?.case;
            suggest(conn, &office, &case, &asked)
        })
        .await?;
    answer::ok(&suggested)
}

/// A page of uses.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListUses {
    /// Only where the reply departs from what was agreed, or only where it does not.
    departs: Option<bool>,
    /// Rows of a page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the page begins.
    cursor: Option<String>,
    /// Count every row that fits, exactly.
    #[serde(default)]
    include_total: bool,
}

type Place = (NaiveDate, Uuid, i32, i32);
type Used = (Uuid, i32, i32, i32, bool, NaiveDate);

/// Where an entry of a library was used, the newest first.
///
/// Items of replies that were issued, the recalled ones left out, with the edition that was in force.
#[utoipa::path(tag = "library", params(("entry_id" = Uuid, Path, description = "The entry."), ListUses),
    responses((status = 200, description = "Items of replies.", body = Page<LibraryUse>)))]
#[get("/library-entries/{entry_id}/uses")]
pub async fn list_library_uses(call: Call) -> Answer {
    let scope = call.permit("list_library_uses")?;
    let id = call.id("entry_id")?;
    let asked: ListUses = call.query()?;
    let limit = paging::limit(asked.limit)?;
    let after: Option<Place> = asked.cursor.as_deref().map(paging::unpack).transpose()?;
    find::date("cursor", after.map(|(on, ..)| on))?;
    let agency = call.caller.agency_id;
    let page = call.app.db.run(scope, move |conn| uses(conn, (agency, id), &asked, (after, limit))).await?;
    Ok(paging::answer(&call.request, &page))
}

fn uses(
    conn: &mut PgConnection,
    (agency, id): (Uuid, Uuid),
    asked: &ListUses,
    (after, limit): (Option<Place>, i64),
) -> Result<Page<LibraryUse>, Problem> {
    let known: Vec<Row> = library::of_entry(conn, agency, id)?;
    if known.is_empty() {
        return Err(Problem::not_found());
    }
    let of_entry = || {
        let mut query = library_uses::table.filter(library_uses::agency_id.eq(agency)).filter(library_uses::entry_id.eq(id)).into_boxed();
        if let Some(departs) = asked.departs {
            query = query.filter(library_uses::departs.eq(departs));
        }
        query
    };
    let mut query = of_entry();
    if let Some((on, case, reply, n)) = after {
        let later_case = library_uses::case_id.gt(case);
        let later_item =
            library_uses::case_id.eq(case).and(library_uses::reply.gt(reply).or(library_uses::reply.eq(reply).and(library_uses::n.gt(n))));
        query = query.filter(library_uses::issued_on.lt(on).or(library_uses::issued_on.eq(on).and(later_case.or(later_item))));
    }
    let rows: Vec<Used> = query
        .order((library_uses::issued_on.desc(), library_uses::case_id.asc(), library_uses::reply.asc(), library_uses::n.asc()))
        .limit(limit + 1)
        .select((
            library_uses::case_id,
            library_uses::reply,
            library_uses::n,
            library_uses::edition,
            library_uses::departs,
            library_uses::issued_on,
        ))
        .load(conn)?;
    let total = if asked.include_total { Some(of_entry().count().get_result(conn)?) } else { None };
    let page = paging::cut(rows, limit, |(case, reply, n, _, _, on): &Used| (*on, *case, *reply, *n));
    let ids: Vec<Uuid> = page.items.iter().map(|(case, ..)| *case).collect();
    let numbers: BTreeMap<Uuid, Option<String>> = cases::table
        .filter(cases::agency_id.eq(agency))
        .filter(cases::id.eq_any(ids))
        .select((cases::id, cases::case_number))
        .load(conn)?
        .into_iter()
        .collect();
    let view = |(case_id, reply, n, edition, departs, issued_on): Used| LibraryUse {
        case_id,
        case_number: numbers.get(&case_id).cloned().flatten(),
        reply,
        n,
        edition,
        departs,
        issued_on,
    };
    Ok(Page { items: page.items.into_iter().map(view).collect(), next_cursor: page.next_cursor, total })
}
