//! What many people ask for alike (依申请转主动公开, Art 44): suggested for proactive publication, never blocked. Who: whoever works the
//! agency's cases.

use super::shape::{Label, view};
use super::similar_cases::open;
use crate::case::journal::people_keys;
use crate::case::model::Case;
use crate::case::office::Office;
use crate::case::private::Texts;
use crate::case::projection::outcome_of;
use crate::case::search::{asked, dated_on};
use crate::http::answer::{self, Answer};
use crate::http::call::Call;
use crate::http::problem::{Fault, Problem};
use crate::rules::reply_kinds::ReplyKind;
use crate::rules::words::{alike_percent, telling_words};
use actix_web::get;
use chrono::{Months, NaiveDate};
use diesel::prelude::*;
use diesel::sql_types;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use utoipa::IntoParams;
use uuid::Uuid;

/// Most suggestions.
const MOST_SHOWN: usize = 20;
/// Most bands looked at, those that most cases share.
const MOST_BANDS: i64 = 200;
/// Most cases of a band looked at, the newest.
const MOST_CASES: i32 = 50;
/// Cases shown as examples.
const EXAMPLES: usize = 3;
/// So much of all telling words must be shared with the newest case.
const ALIKE: usize = 40;

/// Over which time, by how many.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListSuggestions {
    /// So many months back from today.
    #[param(minimum = 1, maximum = 60, default = 12)]
    pub months: Option<u32>,
    /// Asked by so many different people.
    #[param(minimum = 2, maximum = 100, default = 3)]
    pub people: Option<u32>,
}

view! {
    /// A case that shows what is asked.
    pub struct SuggestionExample {
        /// The case.
        case_id: Uuid,
        /// Its register number.
        case_number: Option<String>,
        /// The receipt date.
        received_on: Option<NaiveDate>,
        /// The kind that the standing reply counts as.
        outcome: Option<ReplyKind>,
        /// What it asks.
        description: Option<String>,
    }
    /// How it was answered so far.
    pub struct SuggestionOutcome {
        /// The kind.
        kind: ReplyKind,
        /// What the kind is called.
        kind_label: Label,
        /// In so many cases.
        cases: usize,
    }
    /// Something that different people ask for.
    pub struct PublicationSuggestion {
        /// By so many people; the newest 50 cases count.
        people: usize,
        /// In so many cases, of the newest 50.
        cases: usize,
        /// The day of the oldest.
        from_on: NaiveDate,
        /// The day of the newest.
        until_on: NaiveDate,
        /// How it was answered so far.
        outcomes: Vec<SuggestionOutcome>,
        /// The newest cases.
        examples: Vec<SuggestionExample>,
    }
    /// What is suggested.
    pub struct PublicationSuggestions {
        /// What most people ask for first, at most 20.
        items: Vec<PublicationSuggestion>,
    }
}

#[derive(QueryableByName)]
struct Band {
    #[diesel(sql_type = sql_types::Array<sql_types::Uuid>)]
    cases: Vec<Uuid>,
}

/// Cases that share a band, band by band, those of most cases first.
fn bands(conn: &mut PgConnection, agency: Uuid, since: NaiveDate, least: i64) -> QueryResult<Vec<Band>> {
    diesel::sql_query(
        "SELECT (array_agg(s.case_id ORDER BY s.dated_on DESC, s.case_id DESC))[1:$5] AS cases \
         FROM case_search s CROSS JOIN LATERAL unnest(s.bands) AS b (band) \
         WHERE s.agency_id = $1 AND s.dated_on >= $2 GROUP BY b.band HAVING count(*) >= $3 ORDER BY count(*) DESC, b.band LIMIT $4",
    )
    .bind::<sql_types::Uuid, _>(agency)
    .bind::<sql_types::Date, _>(since)
    .bind::<sql_types::BigInt, _>(least)
    .bind::<sql_types::BigInt, _>(MOST_BANDS)
    .bind::<sql_types::Integer, _>(MOST_CASES)
    .load(conn)
}

/// Bands that share a case are one group.
fn groups(bands: Vec<Band>) -> Vec<BTreeSet<Uuid>> {
    let mut groups: Vec<BTreeSet<Uuid>> = Vec::new();
    for Band { cases } in bands {
        let mut whole: BTreeSet<Uuid> = cases.into_iter().collect();
        groups.retain(|group| {
            let apart = group.is_disjoint(&whole);
            if !apart {
                whole.extend(group);
            }
            apart
        });
        groups.push(whole);
    }
    groups
}

/// The groups with how many different people stand in each, most first.
fn by_people(groups: Vec<BTreeSet<Uuid>>, names: &BTreeMap<Uuid, BTreeSet<Vec<u8>>>) -> Vec<(usize, BTreeSet<Uuid>)> {
    let different = |group: &BTreeSet<Uuid>| group.iter().filter_map(|case| names.get(case)).flatten().collect::<BTreeSet<_>>().len();
    let mut counted: Vec<_> = groups.into_iter().map(|group| (different(&group), group)).collect();
    counted.sort_by_key(|(people, _)| std::cmp::Reverse(*people));
    counted
}

fn suggestion(mut cases: Vec<&(Case, Texts)>, names: &BTreeMap<Uuid, BTreeSet<Vec<u8>>>) -> Option<PublicationSuggestion> {
    cases.retain(|(case, _)| case.matter.is_information_request());
    cases.sort_by_key(|(case, _)| std::cmp::Reverse((dated_on(case), case.id)));
    let telling = |(case, texts): &(Case, Texts)| telling_words(&asked(case, texts).unwrap_or_default());
    let newest = telling(cases.first()?);
    cases.retain(|known| alike_percent(&newest, &telling(known)) >= ALIKE);
    let people: BTreeSet<&Vec<u8>> = cases.iter().filter_map(|(case, _)| names.get(&case.id)).flatten().collect();
    let outcome = |case: &Case| case.standing_reply().and_then(|reply| outcome_of(&reply.items)).map(|outcome| outcome.kind);
    let mut outcomes: Vec<SuggestionOutcome> = Vec::new();
    for kind in cases.iter().filter_map(|(case, _)| outcome(case)) {
        match outcomes.iter_mut().find(|known| known.kind == kind) {
            Some(known) => known.cases += 1,
            None => outcomes.push(SuggestionOutcome { kind, kind_label: Label { zh: kind.zh(), en: kind.en() }, cases: 1 }),
        }
    }
    let example = |(case, texts): &&(Case, Texts)| SuggestionExample {
        case_id: case.id,
        case_number: case.registration.as_ref().map(|entry| entry.case_number.clone()),
        received_on: case.received_on(),
        outcome: outcome(case),
        description: asked(case, texts),
    };
    Some(PublicationSuggestion {
        people: people.len(),
        cases: cases.len(),
        from_on: cases.last().map(|(case, _)| dated_on(case))?,
        until_on: cases.first().map(|(case, _)| dated_on(case))?,
        outcomes,
        examples: cases.iter().take(EXAMPLES).map(example).collect(),
    })
}

fn list(
    conn: &mut PgConnection,
    office: &Office,
    agency: Uuid,
    (since, people): (NaiveDate, u32),
) -> Result<PublicationSuggestions, Problem> {
    // A name alone is nobody's identity, but two names are two people: who asks under one name counts once.
    let groups = groups(bands(conn, agency, since, i64::from(people))?);
    let all: Vec<Uuid> = groups.iter().flatten().copied().collect();
    let names = people_keys(conn, agency, &all)?.into_iter().map(|(case, keys)| {
        let names = keys.into_iter().filter(|(kind, _)| kind == "name").map(|(_, blind)| blind);
        (case, names.collect())
    });
    let names: BTreeMap<Uuid, BTreeSet<Vec<u8>>> = names.collect();
    let mut items: Vec<PublicationSuggestion> = Vec::new();
    for (most, group) in by_people(groups, &names) {
        // What follows has no more people than this; cases that turn out not to be alike leave fewer.
        let shown = items.iter().filter(|item| item.people > most).count();
        if u32::try_from(most).unwrap_or(u32::MAX) < people || shown >= MOST_SHOWN {
            break;
        }
        let opened = open(conn, office, agency, &group.into_iter().collect::<Vec<_>>())?;
        let found = suggestion(opened.iter().collect(), &names);
        items.extend(found.filter(|found| u32::try_from(found.people).unwrap_or(u32::MAX) >= people));
    }
    items.sort_by_key(|item| std::cmp::Reverse((item.people, item.until_on)));
    items.truncate(MOST_SHOWN);
    Ok(PublicationSuggestions { items })
}

fn bounded(name: &str, asked: Option<u32>, (least, most, usual): (u32, u32, u32)) -> Result<u32, Problem> {
    let n = asked.unwrap_or(usual);
    if (least..=most).contains(&n) {
        return Ok(n);
    }
    let (zh, en) = (format!("{name} 须为 {least} 至 {most}"), format!("{name} must be {least} to {most}"));
    Err(Problem::parameter(Fault::MalformedParameter, name, zh, en))
}

/// What different people ask for alike.
///
/// Groups of alike requests by different people, with how they were answered: candidates for proactive publication. It blocks nothing.
#[utoipa::path(tag = "read", params(ListSuggestions), responses(
    (status = 200, description = "What is suggested.", body = PublicationSuggestions),
))]
#[get("/publication-suggestions")]
pub async fn list_publication_suggestions(call: Call) -> Answer {
    let scope = call.permit("list_publication_suggestions")?;
    let wanted: ListSuggestions = call.query()?;
    let months = bounded("months", wanted.months, (1, 60, 12))?;
    let people = bounded("people", wanted.people, (2, 100, 3))?;
    let (office, agency) = (Arc::clone(&call.app.office), call.caller.agency_id);
    let since = office.clock.today().checked_sub_months(Months::new(months)).unwrap_or(NaiveDate::MIN);
    let found = call.app.db.run(scope, move |conn| list(conn, &office, agency, (since, people))).await?;
    answer::ok(&found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_that_share_a_case_are_one_group() {
        let id = Uuid::from_u128;
        let band = |cases: &[u128]| Band { cases: cases.iter().map(|n| id(*n)).collect() };
        let found = groups(vec![band(&[1, 2]), band(&[3, 4]), band(&[2, 5]), band(&[5, 6])]);
        assert_eq!(found, [BTreeSet::from([3, 4].map(id)), BTreeSet::from([1, 2, 5, 6].map(id))]);
    }
    #[test]
    fn groups_of_most_people_come_first_however_many_cases_one_of_them_made() {
        let id = Uuid::from_u128;
        let name = |n: u8| BTreeSet::from([vec![n]]);
        let names = BTreeMap::from([(id(1), name(1)), (id(2), name(1)), (id(3), name(1)), (id(4), name(2)), (id(5), name(3))]);
        let sorted = by_people(vec![[1, 2, 3].map(id).into(), [4, 5].map(id).into()], &names);
        assert_eq!(sorted, [(2, [4, 5].map(id).into()), (1, [1, 2, 3].map(id).into())]);
    }
}
