//! Projections: what lists, reports and constraints ask of a case, as rows. Pure functions of the case; the journal writes them.

mod items;
mod proceedings;
#[cfg(test)]
mod tests;

use super::duties::{self, Duty};
use super::model::{
    Against, Case, CorrectionCause, DispatchMethod, DispatchState, ExternalReference, Joint, Notice, Outcome, Payment, Proceeding, Reply,
    ReplyItem, ReplyState,
};
use super::{clock, documents, retention};
use crate::rules::calendar::Calendar;
use crate::rules::reply_kinds::{self, ReplyKind};
use crate::rules::terms::DutyKind;
use chrono::NaiveDate;
use std::collections::BTreeSet;
use uuid::Uuid;

pub use items::ItemRow;
use items::items;
use proceedings::proceedings;
pub use proceedings::{ProceedingRow, report_column};

/// The columns of a case's row beside its fold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// Stage.
    pub stage: &'static str,
    /// Channel.
    pub channel: &'static str,
    /// Kind of the first-named applicant.
    pub applicant_kind: &'static str,
    /// What it is about.
    pub matter: &'static str,
    /// Receipt date.
    pub received_on: Option<NaiveDate>,
    /// Register number.
    pub case_number: Option<String>,
    /// Day of registration.
    pub registered_on: Option<NaiveDate>,
    /// Due date of the reply.
    pub due_on: Option<NaiveDate>,
    /// The due date is provisional.
    pub provisional: bool,
    /// Kind of the standing reply.
    pub outcome: Option<&'static str>,
    /// Department.
    pub department_id: Option<Uuid>,
    /// Handler.
    pub handler_id: Option<Uuid>,
    /// Document number of the standing reply.
    pub document_number: Option<String>,
    /// Document numbers of the replies that were revoked or set aside.
    pub earlier_numbers: Vec<String>,
    /// SHA-256 of the files that the application names and the dossier has not, in hexadecimal.
    pub missing_files: Vec<String>,
    /// Of a joint reply: the first of its cases, whose the number is, where that is another.
    pub answered_with: Option<Uuid>,
    /// The day the standing reply counts as given.
    pub dispatched_on: Option<NaiveDate>,
    /// The day from which the dossier is due for disposal; none while anything stands against it.
    pub disposal_from: Option<NaiveDate>,
}

/// A letter on its way, as a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryRow {
    /// Number of the dispatch.
    pub n: u32,
    /// Which letter.
    pub letter: &'static str,
    /// How.
    pub method: &'static str,
    /// Tracking number.
    pub tracking_number: Option<String>,
    /// Day of dispatch.
    pub sent_on: NaiveDate,
    /// Day of service.
    pub served_on: Option<NaiveDate>,
    /// What became of it.
    pub state: &'static str,
    /// Posting list.
    pub batch_id: Option<Uuid>,
    /// The case under which the envelope of a joint reply is entered, where that is another.
    pub with_case: Option<Uuid>,
}

/// A case that counts in the annual report: a registered request for information, neither voided nor a paper that was split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultRow {
    /// The receipt date, by which it counts as new.
    pub received_on: NaiveDate,
    /// The column of table three.
    pub applicant_kind: &'static str,
    /// The legal date of the answer, by which its result counts; none until it is answered.
    pub counted_on: Option<NaiveDate>,
    /// The row of table three; none until it is answered.
    pub report_row: Option<u8>,
    /// Working days of the period used when it was answered.
    pub working_days: Option<u32>,
    /// How many times the period stopped: corrections, consultations and fees that were asked for.
    pub stops: u32,
    /// How many times it was extended.
    pub extensions: u32,
    /// The due date of the round whose reply counts; until there is one, of the round that runs.
    pub due_on: Option<NaiveDate>,
    /// The grounds on which the reply that counts withheld.
    pub grounds: Vec<&'static str>,
}

/// A fee notice that was sent, or a payment on it, as a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeeRow {
    /// Number of the notice.
    pub n: u32,
    /// Number of the payment; 0 is the notice itself.
    pub payment: u32,
    /// The day it was sent, or paid.
    pub dated_on: NaiveDate,
    /// Yuan.
    pub amount: u32,
}

/// An unredacted original, as a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedRow {
    /// The document.
    pub document: Uuid,
    /// Who drafted with it.
    pub drafter: Uuid,
    /// The first draft of theirs that names it.
    pub draft: u32,
}

/// An entry of a library that an item of a reply used, as a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UseRow {
    /// Number of the reply.
    pub reply: u32,
    /// Number of the item.
    pub n: u32,
    /// The entry.
    pub entry: Uuid,
    /// Its edition.
    pub edition: u32,
    /// The item says something else than was agreed.
    pub departs: bool,
    /// The day of the reply.
    pub issued_on: NaiveDate,
}

/// A correction that stands, as a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorrectedRow {
    /// Number of the proceeding.
    pub n: u32,
    /// Why the agency was corrected.
    pub cause: Option<&'static str>,
    /// The outcome.
    pub outcome: &'static str,
    /// The date of the decision.
    pub decided_on: NaiveDate,
    /// Kinds of what was answered; none where silence was corrected.
    pub kinds: Vec<&'static str>,
    /// Grounds on which it was withheld.
    pub grounds: Vec<&'static str>,
    /// How many lessons were drawn from it.
    pub lessons: u32,
    /// The one proceeding over several cases that it is a part of.
    pub proceeding_id: Option<Uuid>,
}

/// Where the case stands on the city's platform, as a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlatformRow {
    /// Its number there.
    pub number: String,
    /// The day of the entry.
    pub entered_on: NaiveDate,
    /// The day from which the agency knew the number.
    pub known_on: NaiveDate,
    /// The status told last, and as of which day.
    pub told: Option<(&'static str, NaiveDate)>,
}

/// Everything derived from a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Projection {
    /// The row's columns.
    pub columns: Columns,
    /// Duties.
    pub duties: Vec<Duty>,
    /// Letters.
    pub deliveries: Vec<DeliveryRow>,
    /// Proceedings.
    pub proceedings: Vec<ProceedingRow>,
    /// How it counts in the annual report, if it does.
    pub result: Option<ResultRow>,
    /// Fee notices and payments.
    pub fees: Vec<FeeRow>,
    /// Unredacted originals.
    pub sealed: Vec<SealedRow>,
    /// Items of the reply that stands, and of the one that counts.
    pub items: Vec<ItemRow>,
    /// Stored documents that the case names.
    pub documents: Vec<Uuid>,
    /// What its replies used of the libraries.
    pub uses: Vec<UseRow>,
    /// Corrections that stand.
    pub corrected: Vec<CorrectedRow>,
    /// Where it stands on the city's platform.
    pub platform: Option<PlatformRow>,
    /// The numbers it has in other systems.
    pub references: Vec<ExternalReference>,
}

/// Derives every row from a case.
pub fn project(case: &Case, calendar: &Calendar) -> Projection {
    let duties = duties::duties(case, calendar);
    let reply = duties::reply_duty(&duties);
    let standing = case.standing_reply();
    let outcome = standing.and_then(|reply| outcome_of(&reply.items));
    let dispatched_on = standing.and_then(|reply| duties::answered_on(case, reply.round));
    let withdrawn = |reply: &Reply| matches!(reply.state, ReplyState::Revoked | ReplyState::SetAside);
    let numbered = case.replies.iter().rfind(|reply| !withdrawn(reply));
    let columns = Columns {
        stage: case.stage.code(),
        channel: case.channel.code(),
        applicant_kind: applicant_kind(case),
        matter: case.matter.code(),
        received_on: case.received_on(),
        case_number: case.registration.as_ref().map(|entry| entry.case_number.clone()),
        registered_on: case.registration.as_ref().map(|entry| entry.on),
        due_on: reply.map(|duty| duty.due_on),
        provisional: reply.is_some_and(|duty| duty.provisional),
        outcome: outcome.map(|outcome| outcome.kind.code()),
        department_id: case.assignment().map(|assignment| assignment.department),
        handler_id: case.assignment().map(|assignment| assignment.handler),
        document_number: numbered.map(|reply| reply.document_number.clone()),
        missing_files: case.not_taken.iter().map(|file| file.sha256.clone()).collect(),
        earlier_numbers: case.replies.iter().filter(|reply| withdrawn(reply)).map(|reply| reply.document_number.clone()).collect(),
        answered_with: numbered.and_then(|reply| reply.joint.as_ref()).map(Joint::bearer).filter(|bearer| *bearer != case.id),
        dispatched_on,
        disposal_from: retention::disposal_from(case),
    };
    let result = result(case, calendar, &duties);
    Projection {
        columns,
        duties,
        deliveries: deliveries(case),
        proceedings: proceedings(case, calendar),
        result,
        fees: fees(case),
        sealed: sealed(case),
        items: items(case),
        documents: documents::of(case).into_iter().collect(),
        uses: uses(case),
        corrected: corrected(case),
        platform: platform(case),
        references: case.external_references.clone(),
    }
}

/// The column of the first-named applicant.
fn applicant_kind(case: &Case) -> &'static str {
    case.applicants.first().map_or("other", |applicant| applicant.kind.code())
}

/// A correction of one's own records stands in no row of table three, whatever the reply (choice 32). A reply that a body or court ordered changes
/// no row: the one before it counts (domain 4), with its own due date, and what was asked of the applicant after it stopped nothing of it.
fn result(case: &Case, calendar: &Calendar, duties: &[Duty]) -> Option<ResultRow> {
    let counts = case.registration.is_some() && case.matter.is_information_request() && case.stage.counts();
    let received_on = case.received_on().filter(|_| counts)?;
    let counting = case.counting_reply();
    let row = counting.and_then(|reply| outcome_of(&reply.items)).and_then(|outcome| outcome.row);
    let (report_row, counted_on) = row.zip(counting.and_then(|reply| duties::answered_on(case, reply.round))).unzip();
    let round = counting.map_or_else(|| case.round(), |reply| reply.round);
    let before = |on: NaiveDate| counted_on.is_none_or(|counted_on| on <= counted_on);
    let stops = case.corrections.iter().filter(|known| known.stands() && before(known.on)).count()
        + case.consultations.iter().filter(|known| known.stands() && before(known.on)).count()
        + case.fee_notices.iter().filter(|known| known.stands() && before(known.on)).count();
    let extensions = case.extensions.iter().filter(|known| known.stands() && before(known.on)).count();
    Some(ResultRow {
        received_on,
        applicant_kind: applicant_kind(case),
        counted_on,
        report_row,
        working_days: counted_on.and_then(|on| clock::used(case, calendar, on)),
        stops: u32::try_from(stops).unwrap_or(u32::MAX),
        extensions: u32::try_from(extensions).unwrap_or(u32::MAX),
        due_on: duties.iter().find(|duty| duty.kind == DutyKind::Reply && duty.ordinal == round).map(|duty| duty.due_on),
        grounds: counting.map(|reply| grounds_of(&reply.items)).unwrap_or_default(),
    })
}

/// Notices that stand and left the agency, and every payment. What was entered twice and voided is out of every table (domain 6.6).
fn fees(case: &Case) -> Vec<FeeRow> {
    let mut rows = Vec::new();
    if !case.stage.counts() {
        return rows;
    }
    for notice in &case.fee_notices {
        if let Some(sent_on) = clock::sent_on(case, notice.letter()).filter(|_| notice.stands()) {
            rows.push(FeeRow { n: notice.n, payment: 0, dated_on: sent_on, amount: notice.amount });
        }
        let paid = |payment: &Payment| FeeRow { n: notice.n, payment: payment.n, dated_on: payment.on, amount: payment.amount };
        rows.extend(notice.payments.iter().map(paid));
    }
    rows
}

/// How a reply counts: any disclosure together with any withholding is partial disclosure, else the main item.
pub fn outcome_of(items: &[ReplyItem]) -> Option<reply_kinds::Outcome> {
    let kinds: Vec<ReplyKind> = items.iter().map(|item| item.kind).collect();
    let main = items.iter().position(|item| item.main)?;
    reply_kinds::outcome(&kinds, main)
}

fn sealed(case: &Case) -> Vec<SealedRow> {
    let mut rows: Vec<SealedRow> = Vec::new();
    for draft in &case.drafts {
        for pair in draft.items.iter().flat_map(|item| &item.grounds.sealed) {
            if !rows.iter().any(|row| row.document == pair.unredacted && row.drafter == draft.by) {
                rows.push(SealedRow { document: pair.unredacted, drafter: draft.by, draft: draft.n });
            }
        }
    }
    rows
}

/// A reply that was recalled used nothing.
fn uses(case: &Case) -> Vec<UseRow> {
    let mut rows: Vec<UseRow> = Vec::new();
    for reply in case.replies.iter().filter(|reply| reply.state != ReplyState::Recalled && case.voiding.is_none()) {
        for item in &reply.items {
            let grounds = &item.grounds;
            let answers = grounds.agreed_answers.iter().map(|used| (used.entry, used.edition, used.departure.is_some()));
            let categories = grounds.withheld_categories.iter().map(|used| (used.entry, used.edition, false));
            let rules = grounds.local_rules.iter().map(|used| (used.entry, used.edition, false));
            for (entry, edition, departs) in answers.chain(categories).chain(rules) {
                // Two articles of one rule are one use of it.
                if !rows.iter().any(|row| (row.reply, row.n, row.entry) == (reply.n, item.n, entry)) {
                    rows.push(UseRow { reply: reply.n, n: item.n, entry, edition, departs, issued_on: reply.on });
                }
            }
        }
    }
    rows
}

/// The items of the reply that a proceeding challenges; none where it challenges something else.
fn challenged<'a>(case: &'a Case, proceeding: &Proceeding) -> &'a [ReplyItem] {
    match proceeding.against {
        Against::Reply { n } => case.reply(n).map_or(&[], |reply| &reply.items),
        Against::Silence | Against::OtherConduct => &[],
    }
}

/// The grounds on which items withhold, each once.
fn grounds_of(items: &[ReplyItem]) -> Vec<&'static str> {
    let grounds = items.iter().flat_map(|item| item.kind.ground().into_iter().chain(item.grounds.withheld_under.iter().copied()));
    let grounds: BTreeSet<&str> = grounds.map(reply_kinds::Ground::code).collect();
    grounds.into_iter().collect()
}

/// A case that was voided or split teaches nothing.
fn corrected(case: &Case) -> Vec<CorrectedRow> {
    if !case.stage.counts() {
        return Vec::new();
    }
    let row = |(proceeding, decision): (&Proceeding, &super::model::ProceedingDecision)| {
        let items = challenged(case, proceeding);
        let kinds: BTreeSet<&str> = items.iter().map(|item| item.kind.code()).collect();
        let lessons = case.lessons.iter().filter(|lesson| lesson.proceeding == proceeding.n).count();
        CorrectedRow {
            n: proceeding.n,
            cause: decision.cause.map(CorrectionCause::code),
            outcome: match decision.outcome {
                Outcome::Reconsideration(outcome) => outcome.code(),
                Outcome::Court(outcome) => outcome.code(),
            },
            decided_on: decision.decided_on,
            kinds: kinds.into_iter().collect(),
            grounds: grounds_of(items),
            lessons: u32::try_from(lessons).unwrap_or(u32::MAX),
            proceeding_id: proceeding.joint.as_ref().map(|joint| joint.id),
        }
    };
    case.corrections_standing().map(row).collect()
}

fn platform(case: &Case) -> Option<PlatformRow> {
    case.on_platform().map(|known| PlatformRow {
        number: known.number.to_owned(),
        entered_on: known.entered_on,
        known_on: known.known_on,
        told: known.entry.map(|entry| (entry.status.code(), entry.status_on)),
    })
}

fn deliveries(case: &Case) -> Vec<DeliveryRow> {
    let row = |dispatch: &super::model::Dispatch| {
        let (method, tracking_number) = match &dispatch.method {
            DispatchMethod::Post { tracking_number, .. } => ("post", Some(tracking_number.clone())),
            DispatchMethod::HandOver => ("hand_over", None),
            DispatchMethod::ThroughAgency { .. } => ("through_agency", None),
            DispatchMethod::Online { .. } => ("online", None),
        };
        DeliveryRow {
            n: dispatch.n,
            letter: dispatch.letter.code(),
            method,
            tracking_number,
            sent_on: dispatch.on,
            served_on: dispatch.served_on(),
            state: match dispatch.state {
                DispatchState::Sent => "sent",
                DispatchState::Delivered { .. } => "delivered",
                DispatchState::Returned { .. } => "returned",
                DispatchState::NotCollected { .. } => "not_collected",
            },
            batch_id: dispatch.batch,
            with_case: dispatch.with_case,
        }
    };
    case.dispatches.iter().map(row).collect()
}
