//! What the steps between registration and reply give a reply to rest on: a consultation, a correction, reasons, a term that ran out.

use crate::case::clock;
use crate::case::duties::duties;
use crate::case::facts::Facts;
use crate::case::model::{Carried, Case, Consultation, FoundRecord, Letter, PartyOpinion, RecordRef, SearchTask, spoken_with};
use crate::rules::clock::{Happening, Party};
use crate::rules::reply_needs::ItemFacts;
use crate::rules::terms::DutyKind;
use crate::steps::handle::{charge, consult, correct, excess};
use chrono::NaiveDate;

/// The item with what the case says of it today.
pub fn on_case<'a>(item: ItemFacts<'a>, case: &Case, facts: &Facts<'_>) -> ItemFacts<'a> {
    let third_party = |known: &&Consultation| known.voided.is_none() && known.party == Party::ThirdParty;
    let mut consulted = case.consultations.iter().filter(third_party);
    let correction = correct::standing(case);
    let reasons = excess::standing(case).filter(|known| clock::sent_on(case, Letter::ReasonsRequest { n: known.n }).is_some());
    // What came and waits for its confirmation did come: the applicant was not silent.
    let uncorrected = correction.is_some_and(|known| known.answers.is_empty());
    let terms = duties(case, facts.calendar);
    // The end of a term that runs into a year without a holiday notice is not known yet.
    let certain = |kind: DutyKind| terms.iter().filter(|duty| duty.kind == kind).all(|duty| !duty.provisional);
    let over = |kind: DutyKind, lapse: Happening| certain(kind) && clock::would(case, facts, lapse).is_ok();
    let unpaid = charge::standing(case).is_some_and(|known| known.left() > 0);
    let mut answered = case.search_tasks.iter().filter(|task| task.withdrawn.is_none()).filter_map(SearchTask::result);
    // What was asked and answered on the paper was asked and answered on each of its parts.
    let origin = case.split_from.as_ref();
    let corrected_before = origin.is_some_and(|origin| origin.steps.iter().any(|step| step.what == Carried::CorrectedApplicationReceived));
    ItemFacts {
        search_recorded: item.search_recorded || answered.any(|result| counts(result.searched_on, case)),
        // What was found stays found, though the result was sent back or the task withdrawn.
        records_found: case.search_tasks.iter().flat_map(|task| &task.results).any(|result| !result.found.is_empty()),
        search_withdrawn: case.search_tasks.iter().any(|task| task.withdrawn.is_some() && task.results.is_empty()),
        third_party_asked: consulted.clone().next().is_some(),
        contact_or_reason: item.contact_or_reason || spoken_with(&case.contacts),
        consultation_recorded: origin.is_some_and(|origin| origin.consulted)
            || consulted.clone().any(|known| withholds(known) && consult::ended(case, known, facts)),
        third_party_pending: consulted.any(|known| pending(case, known, facts)),
        correction_answered: corrected_before || correction.and_then(clock::corrected_on).is_some(),
        reasons_requested: reasons.is_some(),
        reasons_unreasonable: reasons.and_then(|known| known.assessment.as_ref()).is_some_and(|assessment| !assessment.reasonable),
        correction_lapsed: uncorrected && over(DutyKind::AnswerCorrection, Happening::CorrectionLapsed),
        fee_lapsed: unpaid && over(DutyKind::PayFee, Happening::FeeLapsed),
        ..item
    }
}

/// Whether a search of this day counts: after a correction it is for what the applicant now asks, after a withdrawal of the reply for the
/// new one (Art 30; domain 6.6).
pub fn counts(searched_on: NaiveDate, case: &Case) -> bool {
    let corrected_on = correct::standing(case).and_then(clock::corrected_on);
    let withdrawn_on = case.replies.iter().filter_map(|reply| reply.revocation.as_ref()).map(|revocation| revocation.on).max();
    let carried = case.split_from.iter().flat_map(|origin| &origin.steps);
    let corrected_before = carried.filter(|step| step.what == Carried::CorrectedApplicationReceived).map(|step| step.on).max();
    [corrected_on, corrected_before, withdrawn_on].into_iter().flatten().all(|since| searched_on >= since)
}

/// Whether a consultation can carry a refusal to disclose: neither did the party agree, nor did the agency decide to disclose.
fn withholds(known: &Consultation) -> bool {
    let agreed = known.answer.as_ref().is_some_and(|answer| answer.opinion == PartyOpinion::Consents);
    !agreed && !known.decision.as_ref().is_some_and(|decision| decision.disclose)
}

/// Every record that the last result of each search found; it stays found though the task was withdrawn after.
pub fn found_records(case: &Case) -> impl Iterator<Item = (RecordRef, &FoundRecord)> {
    case.search_tasks.iter().flat_map(|task| {
        let found = task.results.last().map(|result| result.found.as_slice()).unwrap_or_default();
        found.iter().map(|record| (RecordRef { task: task.n, record: record.n }, record))
    })
}

/// Whether the agency decided to withhold what a third party was asked about.
pub fn withheld_for_third_party(case: &Case) -> bool {
    let asked = case.consultations.iter().filter(|known| known.voided.is_none() && known.party == Party::ThirdParty);
    asked.filter_map(|known| known.decision.as_ref()).any(|decision| !decision.disclose)
}

/// Whether a third party is still asked, or did not agree and nothing was decided on it: until then nothing of it is disclosed (Art 32).
/// A letter that never left asked nobody.
fn pending(case: &Case, known: &Consultation, facts: &Facts<'_>) -> bool {
    let asked = clock::asked_on(case, known).is_some();
    asked && (!consult::ended(case, known, facts) || (known.unwilling() && known.decision.is_none()))
}
