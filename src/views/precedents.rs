//! What a case of the same kind has taught (以案促改的提示、警示): corrected cases of the agency and its typical cases that share request, ground or
//! kind of reply with a case. Who: whoever works the agency's cases.
//!
//! A warning, never a decision: it blocks nothing. An alike request is found over bands of its words, like a repeat; a typical case by its topics
//! that stand in the request; both also by the kinds and grounds of the open draft. A correction that a later instance undid warns nobody.

use super::find;
use super::labels::Labelled;
use super::shape::{Label, view};
use super::similar_cases;
use crate::case::model::{Case, CorrectionCause, Lesson, Outcome};
use crate::case::office::Office;
use crate::case::private::{Private, Texts};
use crate::case::search;
use crate::case::vault;
use crate::crypto::CaseOf;
use crate::db::library;
use crate::db::schema::corrected_replies as corrected;
use crate::http::answer::{self, Answer};
use crate::http::call::Call;
use crate::http::problem::Problem;
use crate::rules::coded::coded;
use crate::rules::library::{Asked, Edition, Shelf, in_force};
use crate::rules::outcomes::Column;
use crate::rules::reply_kinds::{Ground, ReplyKind};
use crate::rules::words::{alike_percent, telling_words};
use actix_web::get;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use utoipa::IntoParams;
use uuid::Uuid;

/// Most of either list.
const MOST: usize = 20;
/// Most cases that one proceeding covers, each with a row of its own.
const COVERED: usize = 50;
/// So many of all telling words must be shared, in percent: as for repeats.
const ALIKE: usize = 40;

coded! {
    /// What a case shares with one that taught something.
    pub enum Likeness {
        Request => "request", "申请内容相近", "an alike request";
        Topic => "topic", "主题相同", "the same topic";
        Ground => "ground", "不予公开的理由相同", "the same ground";
        Kind => "kind", "答复类型相同", "the same kind of reply";
    }
}

view! {
    /// A lesson that was drawn from a correction.
    pub struct DrawnLesson {
        /// What went wrong, and what follows from it; null after shredding.
        words: Option<String>,
        /// What is done so that it does not happen again.
        measures: Option<String>,
    }
    /// A corrected case of the same kind.
    pub struct CorrectedCase {
        /// The case.
        case_id: Uuid,
        /// Its register number.
        case_number: Option<String>,
        /// Where it is.
        href: String,
        /// Number of the proceeding.
        proceeding: u32,
        /// Why the agency was corrected.
        cause: Option<CorrectionCause>,
        /// What the cause is called.
        cause_label: Option<Label>,
        /// The outcome.
        outcome: Outcome,
        /// What the outcome is called.
        outcome_label: Label,
        /// The date of the decision.
        decided_on: NaiveDate,
        /// Kinds of what was answered.
        kinds: Vec<String>,
        /// Grounds on which it was withheld.
        grounds: Vec<String>,
        /// What it shares with this case.
        shares: Vec<Likeness>,
        /// So many of all telling words of both requests are shared, in percent; null where they are not alike.
        alike_percent: Option<usize>,
        /// Lessons that were drawn from it.
        lessons: Vec<DrawnLesson>,
    }
    /// A typical case (典型案例) of the same kind.
    pub struct TypicalPrecedent {
        /// The entry of the library.
        entry: Uuid,
        /// Its edition in force.
        edition: u32,
        /// Where it is.
        href: String,
        /// What it is called.
        title: String,
        /// What happened.
        text: Option<String>,
        /// What is to be learnt.
        lesson: String,
        /// Why the agency was corrected.
        cause: Option<CorrectionCause>,
        /// What the cause is called.
        cause_label: Option<Label>,
        /// How it ended, as table four counts it.
        report_column: Option<Column>,
        /// What it shares with this case.
        shares: Vec<Likeness>,
        /// Its topics that stand in the request.
        topics_found: Vec<String>,
    }
    /// What cases of the same kind have taught.
    pub struct Precedents {
        /// Corrected cases, those with an alike request first, then the newest; at most 20.
        corrected_cases: Vec<CorrectedCase>,
        /// Typical cases, those that share most first; at most 20.
        typical_cases: Vec<TypicalPrecedent>,
    }
    /// A warning on a case under way: others of its kind were corrected.
    pub struct PrecedentHint {
        /// Corrected cases, at most 20.
        corrected_cases: usize,
        /// Typical cases, at most 20.
        typical_cases: usize,
        /// Why the agency was corrected in them, each cause once.
        causes: Vec<CorrectionCause>,
        /// Where they are told.
        href: String,
    }
}

/// For what it is asked; for the kinds and grounds of the open draft unless said otherwise.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PrecedentsFor {
    /// The kind of reply.
    #[param(inline)]
    kind: Option<ReplyKind>,
    /// A ground.
    #[param(inline)]
    ground: Option<Ground>,
}

impl PrecedentsFor {
    /// The kinds and grounds that are drafted or asked for.
    fn drafted(&self, case: &Case) -> Vec<(Option<ReplyKind>, Vec<Ground>)> {
        if self.kind.is_some() || self.ground.is_some() {
            return vec![(self.kind, self.kind.and_then(ReplyKind::ground).into_iter().chain(self.ground).collect())];
        }
        let items = case.open_draft().into_iter().flat_map(|draft| &draft.items);
        items
            .map(|item| (Some(item.kind), item.kind.ground().into_iter().chain(item.grounds.withheld_under.iter().copied()).collect()))
            .collect()
    }
}

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = corrected)]
struct Row {
    case_id: Uuid,
    n: i32,
    decided_on: NaiveDate,
    kinds: Vec<String>,
    grounds: Vec<String>,
    proceeding_id: Option<Uuid>,
}

/// A correction with what it shares.
struct Found {
    row: Row,
    shares: Vec<Likeness>,
    percent: Option<usize>,
}

/// One decision over several cases is one correction: told by the case that is most alike. At most [`MOST`].
fn each_once(all: Vec<Found>) -> Vec<Found> {
    let mut seen = BTreeSet::new();
    let mut first = |found: &Found| found.row.proceeding_id.is_none_or(|id| seen.insert(id));
    all.into_iter().filter(|found| first(found)).take(MOST).collect()
}

/// What is looked for.
struct Looking<'a> {
    case: &'a Case,
    request: Option<String>,
    drafted: Vec<(Option<ReplyKind>, Vec<Ground>)>,
}

impl<'a> Looking<'a> {
    fn new(case: &'a Case, asked: &PrecedentsFor, texts: &Texts) -> Self {
        Self { case, request: search::asked(case, texts), drafted: asked.drafted(case) }
    }

    /// Corrections of other cases, each once, those with an alike request first.
    fn corrections(&self, conn: &mut PgConnection, office: &Office) -> Result<Vec<Found>, Problem> {
        let alike = self.alike(conn, office)?;
        let kinds: BTreeSet<&str> = self.drafted.iter().filter_map(|(kind, _)| kind.map(ReplyKind::code)).collect();
        let grounds: BTreeSet<&str> = self.drafted.iter().flat_map(|(_, grounds)| grounds).map(|ground| ground.code()).collect();
        let of_others =
            || corrected::table.filter(corrected::agency_id.eq(self.case.agency_id)).filter(corrected::case_id.ne(self.case.id));
        let ids: Vec<Uuid> = alike.keys().copied().collect();
        let mut rows: Vec<Row> = of_others().filter(corrected::case_id.eq_any(ids)).select(Row::as_select()).load(conn)?;
        let of_kind: Vec<&str> = kinds.iter().copied().collect();
        let on_ground: Vec<&str> = grounds.iter().copied().collect();
        if !of_kind.is_empty() || !on_ground.is_empty() {
            let newest: Vec<Row> = of_others()
                .filter(corrected::kinds.overlaps_with(of_kind).or(corrected::grounds.overlaps_with(on_ground)))
                .order((corrected::decided_on.desc(), corrected::case_id, corrected::n))
                .limit(i64::try_from(MOST * COVERED).unwrap_or(i64::MAX))
                .select(Row::as_select())
                .load(conn)?;
            rows.extend(newest);
        }
        rows.sort_by_key(|row| (row.case_id, row.n));
        rows.dedup_by_key(|row| (row.case_id, row.n));
        let found = |row: Row| {
            let percent = alike.get(&row.case_id).copied();
            let likenesses = [
                (Likeness::Request, percent.is_some()),
                (Likeness::Ground, row.grounds.iter().any(|ground| grounds.contains(ground.as_str()))),
                (Likeness::Kind, row.kinds.iter().any(|kind| kinds.contains(kind.as_str()))),
            ];
            Found { percent, shares: likenesses.into_iter().filter_map(|(what, holds)| holds.then_some(what)).collect(), row }
        };
        let mut all: Vec<Found> = rows.into_iter().map(found).collect();
        all.sort_by_key(|found| std::cmp::Reverse((found.percent, found.row.decided_on, found.row.case_id, found.row.n)));
        Ok(each_once(all))
    }

    /// Corrected cases with an alike request; only their texts are opened.
    fn alike(&self, conn: &mut PgConnection, office: &Office) -> Result<BTreeMap<Uuid, usize>, Problem> {
        let Some(request) = &self.request else { return Ok(BTreeMap::new()) };
        let ids = similar_cases::alike(conn, office, self.case, request)?;
        let ids: Vec<Uuid> = corrected::table
            .filter(corrected::agency_id.eq(self.case.agency_id))
            .filter(corrected::case_id.eq_any(ids))
            .select(corrected::case_id)
            .distinct()
            .load(conn)?;
        let telling = telling_words(request);
        let opened = similar_cases::open(conn, office, self.case.agency_id, &ids)?;
        let percent = |(other, texts): &(Case, Texts)| {
            let theirs = telling_words(&search::asked(other, texts)?);
            Some((other.id, alike_percent(&telling, &theirs))).filter(|(_, percent)| *percent >= ALIKE)
        };
        Ok(opened.iter().filter_map(percent).collect())
    }

    /// Typical cases in force, those that share most first.
    fn typical<'e>(&self, approved: &'e [Edition], today: NaiveDate) -> Vec<(&'e Edition, Vec<Likeness>, Vec<String>)> {
        let words = self.request.as_deref().unwrap_or_default();
        let found = |edition: &'e Edition| {
            let content = &edition.content;
            let topics: Vec<String> = content.topics_in(words).map(str::to_owned).collect();
            let of_kind = self.drafted.iter().any(|(kind, _)| content.shares(Asked { kind: *kind, grounds: &[] }));
            let on_ground = self.drafted.iter().any(|(_, grounds)| content.shares(Asked { kind: None, grounds }));
            let likenesses = [(Likeness::Topic, !topics.is_empty()), (Likeness::Ground, on_ground), (Likeness::Kind, of_kind)];
            let shares: Vec<Likeness> = likenesses.into_iter().filter_map(|(what, holds)| holds.then_some(what)).collect();
            (!shares.is_empty()).then_some((edition, shares, topics))
        };
        let mut all: Vec<_> = in_force(approved, today).into_iter().filter_map(found).collect();
        all.sort_by_key(|(edition, shares, topics)| {
            std::cmp::Reverse((topics.len(), shares.len(), edition.content.from_on, edition.entry))
        });
        all.truncate(MOST);
        all
    }
}

/// The warning on the page of a case under way; none where there is nothing to warn of.
pub(super) fn hint(conn: &mut PgConnection, office: &Office, case: &Case, texts: &Texts) -> Result<Option<PrecedentHint>, Problem> {
    let looking = Looking::new(case, &PrecedentsFor::default(), texts);
    let corrections = looking.corrections(conn, office)?;
    let approved = library::approved_of(conn, case.agency_id, Shelf::TypicalCase)?;
    let typical = looking.typical(&approved, office.clock.today());
    if corrections.is_empty() && typical.is_empty() {
        return Ok(None);
    }
    let keys: Vec<Uuid> = corrections.iter().map(|found| found.row.case_id).collect();
    let causes: Vec<(Uuid, i32, Option<String>)> = corrected::table
        .filter(corrected::agency_id.eq(case.agency_id))
        .filter(corrected::case_id.eq_any(keys))
        .select((corrected::case_id, corrected::n, corrected::cause))
        .load(conn)?;
    let shown = |(id, n, _): &&(Uuid, i32, Option<String>)| corrections.iter().any(|found| (found.row.case_id, found.row.n) == (*id, *n));
    let of_corrections = causes.iter().filter(shown).filter_map(|(.., cause)| CorrectionCause::from_code(cause.as_deref()?));
    let of_typical = typical.iter().filter_map(|(edition, ..)| edition.content.typical.as_ref()?.cause);
    let causes: BTreeSet<CorrectionCause> = of_corrections.chain(of_typical).collect();
    Ok(Some(PrecedentHint {
        corrected_cases: corrections.len(),
        typical_cases: typical.len(),
        causes: causes.into_iter().collect(),
        href: format!("/api/v1/cases/{}/precedents", case.id),
    }))
}

fn corrected_case(conn: &mut PgConnection, office: &Office, agency: Uuid, found: Found) -> Result<Option<CorrectedCase>, Problem> {
    let case = find::case(conn, &[agency], found.row.case_id)?.case;
    let Some((proceeding, decision)) = case.corrections_standing().find(|(proceeding, _)| i32::try_from(proceeding.n) == Ok(found.row.n))
    else {
        return Ok(None);
    };
    let drawn: Vec<&Lesson> = case.lessons.iter().filter(|lesson| lesson.proceeding == proceeding.n).collect();
    let references: Vec<&Private> = drawn.iter().flat_map(|lesson| [&lesson.words, &lesson.measures]).collect();
    let texts = vault::open(conn, office, CaseOf { agency, case: case.id }, &references)?;
    let lesson =
        |lesson: &&Lesson| DrawnLesson { words: texts.get_some(Some(&lesson.words)), measures: texts.get_some(Some(&lesson.measures)) };
    Ok(Some(CorrectedCase {
        case_id: case.id,
        case_number: case.registration.as_ref().map(|entry| entry.case_number.clone()),
        href: format!("/api/v1/cases/{}", case.id),
        proceeding: proceeding.n,
        cause: decision.cause,
        cause_label: decision.cause.map(Labelled::label),
        outcome: decision.outcome,
        outcome_label: match decision.outcome {
            Outcome::Reconsideration(outcome) => outcome.label(),
            Outcome::Court(outcome) => outcome.label(),
        },
        decided_on: decision.decided_on,
        kinds: found.row.kinds,
        grounds: found.row.grounds,
        shares: found.shares,
        alike_percent: found.percent,
        lessons: drawn.iter().map(lesson).collect(),
    }))
}

fn precedents(conn: &mut PgConnection, office: &Office, case: &Case, asked: &PrecedentsFor) -> Result<Precedents, Problem> {
    let owner = CaseOf { agency: case.agency_id, case: case.id };
    let texts = vault::open(conn, office, owner, &[&case.request.words])?;
    let looking = Looking::new(case, asked, &texts);
    let mut corrected_cases = Vec::new();
    for found in looking.corrections(conn, office)? {
        corrected_cases.extend(corrected_case(conn, office, case.agency_id, found)?);
    }
    let approved = library::approved_of(conn, case.agency_id, Shelf::TypicalCase)?;
    let typical = looking.typical(&approved, office.clock.today()).into_iter().filter_map(|(edition, shares, topics_found)| {
        let typical = edition.content.typical.as_ref()?;
        Some(TypicalPrecedent {
            entry: edition.entry,
            edition: edition.edition,
            href: format!("/api/v1/library-entries/{}", edition.entry),
            title: edition.content.title.clone(),
            text: edition.content.text.clone(),
            lesson: typical.lesson.clone(),
            cause: typical.cause,
            cause_label: typical.cause.map(Labelled::label),
            report_column: typical.report_column,
            shares,
            topics_found,
        })
    });
    Ok(Precedents { corrected_cases, typical_cases: typical.collect() })
}

/// What cases of the same kind have taught.
///
/// Corrected cases of the agency and its typical cases that share the request, a ground or a kind of reply with this one, each with its cause; for
/// the open draft, or the kind and ground asked for. It blocks nothing.
#[utoipa::path(tag = "library", params(PrecedentsFor), responses((status = 200, description = "What was learnt.", body = Precedents)))]
#[get("/cases/{case_id}/precedents")]
pub async fn list_precedents(call: Call) -> Answer {
    let scope = call.permit("list_precedents")?;
    let id = call.id("case_id")?;
    let asked: PrecedentsFor = call.query()?;
    let (office, reads) = (Arc::clone(&call.app.office), scope.reads.clone());
    let found = call
        .app
        .db
        .run(scope, move |conn| {
            let case = find::case(conn, &reads, id)?.case;
            precedents(conn, &office, &case, &asked)
        })
        .await?;
    answer::ok(&found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(case: u128, proceeding_id: Option<u128>) -> Found {
        let row = Row {
            case_id: Uuid::from_u128(case),
            n: 1,
            decided_on: NaiveDate::MIN,
            kinds: Vec::new(),
            grounds: Vec::new(),
            proceeding_id: proceeding_id.map(Uuid::from_u128),
        };
        Found { row, shares: Vec::new(), percent: None }
    }

    #[test]
    fn article_46_one_decision_over_twenty_cases_warns_once() {
        let joint = (1..=20).map(|case| found(case, Some(900)));
        let alone = (21..=60).map(|case| found(case, None));
        let cases: Vec<u128> = each_once(joint.chain(alone).collect()).iter().map(|found| found.row.case_id.as_u128()).collect();
        assert_eq!(cases.len(), MOST);
        assert_eq!(cases[..3], [1, 21, 22]);
    }
}
