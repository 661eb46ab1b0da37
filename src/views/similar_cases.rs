//! Repeats (重复申请) and alike requests of a case, side by side with what was answered (Art 36(6), 35; 109号). Who: whoever works the
//! agency's cases.
//!
//! A hint, never a decision: what repeats is for a person to say, in the examination and in the reply. The same applicant is found over the
//! blind index, an alike text over bands of its words. Voided cases are left out.

use super::find;
use super::shape::{Label, view};
use crate::case::flow::Step;
use crate::case::journal::{of_row, people_keys, share_applicant};
use crate::case::model::{Case, ReplyState};
use crate::case::office::Office;
use crate::case::private::{Private, Texts};
use crate::case::projection::outcome_of;
use crate::case::search::{Tokens, asked, dated_on};
use crate::case::stage::Stage;
use crate::case::vault;
use crate::crypto::CaseOf;
use crate::db::schema::{applicant_index, cases};
use crate::http::answer::{self, Answer};
use crate::http::call::Call;
use crate::http::problem::Problem;
use crate::rules::matter::Matter;
use crate::rules::reply_kinds::ReplyKind;
use crate::rules::words::{alike_percent, telling_words};
use actix_web::get;
use chrono::{Datelike, NaiveDate};
use diesel::prelude::*;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use uuid::Uuid;

#[diesel::declare_sql_function]
extern "SQL" {
    /// The newest cases that share a band with a request.
    fn foi_cases_alike(
        agency: diesel::sql_types::Uuid,
        shared: diesel::sql_types::Array<diesel::sql_types::Int4>,
        itself: diesel::sql_types::Uuid,
        most: diesel::sql_types::Int4,
    ) -> diesel::sql_types::Array<diesel::sql_types::Uuid>;
}

/// Most cases of either list.
const MOST_SHOWN: usize = 20;
/// Most cases that share a band and are held against the request, the newest.
const MOST_HELD: i32 = 60;
/// Most cases that share a key of a person and are held against the applicants, the newest.
const MOST_OF_PEOPLE: i64 = 5_000;
/// So much of all telling words must be shared.
const ALIKE: usize = 40;

view! {
    /// One thing an earlier reply answered.
    pub struct SimilarItem {
        /// The kind of reply.
        kind: ReplyKind,
        /// What the kind is called.
        kind_label: Label,
        /// What it is about.
        subject: Option<String>,
        /// Why.
        reasons: Option<String>,
    }
    /// An earlier reply.
    pub struct SimilarReply {
        /// Its number in the case.
        n: u32,
        /// Its document number.
        document_number: String,
        /// The day of issue.
        on: NaiveDate,
        /// It stands: neither recalled nor revoked.
        stands: bool,
        /// What it answered.
        items: Vec<SimilarItem>,
    }
    /// A case like this one.
    pub struct SimilarCase {
        /// The case.
        case_id: Uuid,
        /// Its register number.
        case_number: Option<String>,
        /// Where it stands.
        stage: Stage,
        /// What the stage is called.
        stage_label: Label,
        /// The receipt date.
        received_on: Option<NaiveDate>,
        /// It has an applicant in common with this case.
        same_applicant: bool,
        /// So many of all telling words of both requests are shared, in percent.
        alike_percent: usize,
        /// What it asks; null after shredding.
        description: Option<String>,
        /// The kind that the standing reply counts as.
        outcome: Option<ReplyKind>,
        /// What was answered.
        replies: Vec<SimilarReply>,
    }
    /// How often the applicants of this case asked, this case included, by receipt date. Corrections of records do not count (Art 41).
    pub struct ApplicantCounters {
        /// In the calendar month of this case's receipt date.
        in_month: usize,
        /// In its calendar year.
        in_year: usize,
        /// In all.
        in_all: usize,
    }
    /// What is like a case.
    pub struct SimilarCases {
        /// What this case asks.
        description: Option<String>,
        /// How often its applicants asked; null while it has no receipt date.
        counters: Option<ApplicantCounters>,
        /// Other cases of the same applicants, the newest first, at most 20.
        same_applicant: Vec<SimilarCase>,
        /// Cases of anybody with an alike request, the most alike first, at most 20.
        alike: Vec<SimilarCase>,
    }
}

view! {
    /// How much is like a case (Art 36(6), 35). Counted in the answer to what changes it: the receipt, its confirmation, the registration, an
    /// amendment; anywhere else the numbers are null, and `href` counts anew.
    pub struct RepeatHint {
        /// Other cases of the same applicants, at most 20.
        same_applicant: Option<usize>,
        /// Cases of anybody with an alike request, at most 20.
        alike: Option<usize>,
        /// Where they stand side by side.
        href: String,
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = cases)]
struct Row {
    id: Uuid,
    fold_version: i32,
    state: Value,
}

/// Other cases of the people of a case.
pub(super) struct Related {
    /// With their dates, the newest first.
    pub cases: Vec<(Uuid, NaiveDate)>,
    counters: Option<ApplicantCounters>,
}

type Dated = (Uuid, Option<NaiveDate>, NaiveDate, String);

/// Finds the other cases of the people of a case.
pub(super) fn repeats_of(conn: &mut PgConnection, case: &Case) -> QueryResult<Related> {
    let mine = people_keys(conn, case.agency_id, &[case.id])?.remove(&case.id).unwrap_or_default();
    let blinds: Vec<&[u8]> = mine.iter().map(|(_, blind)| blind.as_slice()).collect();
    let sharing = applicant_index::table
        .filter(applicant_index::agency_id.eq(case.agency_id))
        .filter(applicant_index::kind.eq_any(["name", "id_number"]))
        .filter(applicant_index::blind.eq_any(blinds))
        .select(applicant_index::case_id);
    let rows: Vec<Dated> = cases::table
        .filter(cases::agency_id.eq(case.agency_id))
        .filter(cases::id.eq_any(sharing))
        .filter(cases::id.ne(case.id))
        .filter(cases::stage.ne_all(Stage::codes(Stage::UNCOUNTED)))
        .order((cases::arrived_on.desc(), cases::id.desc()))
        .limit(MOST_OF_PEOPLE)
        .select((cases::id, cases::received_on, cases::arrived_on, cases::matter))
        .load(conn)?;
    let ids: Vec<Uuid> = rows.iter().map(|(id, ..)| *id).collect();
    let theirs = people_keys(conn, case.agency_id, &ids)?;
    let same: Vec<&Dated> = rows.iter().filter(|(id, ..)| theirs.get(id).is_some_and(|theirs| share_applicant(&mine, theirs))).collect();
    let counters = case.received_on().map(|on| {
        let counted = same.iter().filter(|(.., matter)| matter == Matter::InformationRequest.code()).filter_map(|(_, on, ..)| *on);
        let days: Vec<NaiveDate> = counted.chain(case.matter.is_information_request().then_some(on)).collect();
        let in_year = days.iter().filter(|day| day.year() == on.year());
        ApplicantCounters {
            in_month: in_year.clone().filter(|day| day.month() == on.month()).count(),
            in_year: in_year.count(),
            in_all: days.len(),
        }
    });
    let mut cases: Vec<(Uuid, NaiveDate)> =
        same.iter().map(|(id, received_on, arrived_on, _)| (*id, received_on.unwrap_or(*arrived_on))).collect();
    cases.sort_unstable_by_key(|(id, on)| std::cmp::Reverse((*on, *id)));
    Ok(Related { cases, counters })
}

/// The newest cases that share a band with a request.
pub(super) fn alike(conn: &mut PgConnection, office: &Office, case: &Case, request: &str) -> QueryResult<Vec<Uuid>> {
    let bands = Tokens(&office.blind).bands(case.agency_id, request);
    if bands.is_empty() {
        return Ok(Vec::new());
    }
    diesel::select(foi_cases_alike(case.agency_id, bands, case.id, MOST_HELD)).get_result(conn)
}

/// Reads cases and opens of each what it asks and what was answered.
pub(super) fn open(conn: &mut PgConnection, office: &Office, agency: Uuid, ids: &[Uuid]) -> Result<Vec<(Case, Texts)>, Problem> {
    let rows: Vec<Row> = cases::table
        .filter(cases::agency_id.eq(agency))
        .filter(cases::id.eq_any(ids))
        .filter(cases::stage.ne_all(Stage::codes(Stage::UNCOUNTED)))
        .select(Row::as_select())
        .load(conn)?;
    let mut read = Vec::with_capacity(rows.len());
    for row in rows {
        read.push(of_row(conn, agency, row.id, (row.fold_version, row.state))?);
    }
    let texts_of = |case: &Case| -> Vec<Private> {
        let items = case.replies.iter().flat_map(|reply| &reply.items);
        let answered = items.flat_map(|item| [item.subject.clone(), item.reasons.clone()]);
        std::iter::once(case.request.words.clone()).chain(answered).collect()
    };
    let texts: Vec<Vec<Private>> = read.iter().map(texts_of).collect();
    let wanted: Vec<(CaseOf, Vec<&Private>)> =
        read.iter().zip(&texts).map(|(case, texts)| (CaseOf { agency, case: case.id }, texts.iter().collect())).collect();
    let mut opened = vault::open_many(conn, office, &wanted)?;
    let with_texts = |case: Case| {
        let texts = opened.remove(&case.id).unwrap_or_default();
        (case, texts)
    };
    Ok(read.into_iter().map(with_texts).collect())
}

fn reply_views(case: &Case, texts: &Texts) -> Vec<SimilarReply> {
    let reply = |reply: &crate::case::model::Reply| SimilarReply {
        n: reply.n,
        document_number: reply.document_number.clone(),
        on: reply.on,
        stands: reply.state == ReplyState::Issued,
        items: reply
            .items
            .iter()
            .map(|item| SimilarItem {
                kind: item.kind,
                kind_label: Label { zh: item.kind.zh(), en: item.kind.en() },
                subject: texts.get(&item.subject).map(str::to_owned),
                reasons: texts.get(&item.reasons).map(str::to_owned),
            })
            .collect(),
    };
    case.replies.iter().map(reply).collect()
}

fn list(conn: &mut PgConnection, office: &Office, case: &Case) -> Result<SimilarCases, Problem> {
    let owner = CaseOf { agency: case.agency_id, case: case.id };
    let texts = vault::open(conn, office, owner, &[&case.request.words])?;
    let description = asked(case, &texts);
    let telling = telling_words(description.as_deref().unwrap_or_default());
    let repeats = repeats_of(conn, case)?;
    let repeated: BTreeSet<Uuid> = repeats.cases.iter().map(|(id, _)| *id).collect();
    let alike = match &description {
        Some(request) => alike(conn, office, case, request)?,
        None => Vec::new(),
    };
    let ids: BTreeSet<Uuid> = repeats.cases.iter().take(MOST_SHOWN).map(|(id, _)| *id).chain(alike.iter().copied()).collect();
    let mut found: BTreeMap<Uuid, (NaiveDate, SimilarCase)> = BTreeMap::new();
    for (other, texts) in open(conn, office, case.agency_id, &ids.into_iter().collect::<Vec<_>>())? {
        let description = asked(&other, &texts);
        let view = SimilarCase {
            case_id: other.id,
            case_number: other.registration.as_ref().map(|entry| entry.case_number.clone()),
            stage: other.stage,
            stage_label: Label { zh: other.stage.zh(), en: other.stage.en() },
            received_on: other.received_on(),
            same_applicant: repeated.contains(&other.id),
            alike_percent: alike_percent(&telling, &telling_words(description.as_deref().unwrap_or_default())),
            description,
            outcome: other.standing_reply().and_then(|reply| outcome_of(&reply.items)).map(|outcome| outcome.kind),
            replies: reply_views(&other, &texts),
        };
        found.insert(other.id, (dated_on(&other), view));
    }
    let same_applicant = repeats.cases.iter().take(MOST_SHOWN).filter_map(|(id, _)| found.get(id)).map(|(_, view)| view.clone()).collect();
    let mut alike: Vec<(NaiveDate, SimilarCase)> = alike.iter().filter_map(|id| found.get(id).cloned()).collect();
    alike.retain(|(_, view)| view.alike_percent >= ALIKE);
    alike.sort_by_key(|(on, view)| std::cmp::Reverse((view.alike_percent, *on, view.case_id)));
    let alike = alike.into_iter().map(|(_, view)| view).take(MOST_SHOWN).collect();
    Ok(SimilarCases { description, counters: repeats.counters, same_applicant, alike })
}

/// Whether a page counts what is like its case, which opens the texts of many others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeats {
    /// It does: people or request have just come or changed.
    Counted,
    /// It only says where that is told.
    OnDemand,
}

impl Repeats {
    /// After a step.
    pub const fn after(step: Step) -> Self {
        match step {
            Step::Receive | Step::ConfirmReceipt | Step::Register | Step::Amend | Step::DecideAmendment => Self::Counted,
            _ => Self::OnDemand,
        }
    }
}

/// How much is like a case, or where that is told.
pub(super) fn hint(conn: &mut PgConnection, office: &Office, case: &Case, repeats: Repeats) -> Result<RepeatHint, Problem> {
    let href = format!("/api/v1/cases/{}/similar-cases", case.id);
    if repeats == Repeats::OnDemand {
        return Ok(RepeatHint { same_applicant: None, alike: None, href });
    }
    let SimilarCases { same_applicant, alike, .. } = list(conn, office, case)?;
    Ok(RepeatHint { same_applicant: Some(same_applicant.len()), alike: Some(alike.len()), href })
}

/// Repeats and alike requests of a case.
///
/// The same applicant's other cases and cases of anybody with an alike request, each with what was answered; and how often the applicant asked in the month and year. It blocks nothing.
#[utoipa::path(tag = "read", responses((status = 200, description = "What is like the case.", body = SimilarCases)))]
#[get("/cases/{case_id}/similar-cases")]
pub async fn list_similar_cases(call: Call) -> Answer {
    let scope = call.permit("list_similar_cases")?;
    find::no_query(&call)?;
    let id = call.id("case_id")?;
    let (office, reads) = (Arc::clone(&call.app.office), scope.reads.clone());
    let found = call
        .app
        .db
        .run(scope, move |conn| {
            let case = find::case(conn, &reads, id)?.case;
            list(conn, &office, &case)
        })
        .await?;
    answer::ok(&found)
}
