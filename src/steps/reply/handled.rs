//! What the steps between registration and reply give a reply to rest on: a consultation, a correction, reasons, a term that ran out.

use crate::case::clock;
use crate::case::duties::duties;
use crate::case::facts::Facts;
use crate::case::model::{Carried, Case, Consultation, FoundRecord, Letter, PartyOpinion, RecordRef, SearchTask, spoken_with};
use crate::case::private::Private;
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

/// Every record that a search found, though its result was sent back or its task withdrawn after. Where a later result of the task names the
/// same record again, that one counts.
pub fn found_records<'a>(case: &'a Case, facts: &'a Facts<'_>) -> impl Iterator<Item = (RecordRef, &'a FoundRecord)> {
    case.search_tasks.iter().flat_map(move |task| {
        (1..).zip(&task.results).flat_map(move |(place, result)| {
            let later = task.results.iter().skip(place).flat_map(|later| &later.found);
            let again = move |record: &FoundRecord| later.clone().any(|known| is_same(record, known, facts));
            let earlier = (place < task.results.len()).then_some(result.n);
            let found = result.found.iter().filter(move |record| !again(record));
            found.map(move |record| (RecordRef { task: task.n, record: record.n, result: earlier }, record))
        })
    })
}

/// The titles that tell whether a later result of a search names a record again.
pub fn titles(case: &Case) -> Vec<Private> {
    let repeated = case.search_tasks.iter().filter(|task| task.results.len() > 1);
    repeated.flat_map(|task| &task.results).flat_map(|result| &result.found).map(|record| record.title.clone()).collect()
}

/// One document, or one title without two dates.
fn is_same(one: &FoundRecord, other: &FoundRecord, facts: &Facts<'_>) -> bool {
    let title = |record: &FoundRecord| facts.known.texts.get(&record.title).map(str::trim);
    let titled = title(one).is_some() && title(one) == title(other);
    let dated = one.dated_on.zip(other.dated_on).is_none_or(|(one, other)| one == other);
    (titled && dated) || (one.document_id.is_some() && one.document_id == other.document_id)
}

/// Whether the agency decided to withhold what a third party was asked about.
pub fn withheld_for_third_party(case: &Case) -> bool {
    let asked = case.consultations.iter().filter(|known| known.voided.is_none() && known.party == Party::ThirdParty);
    asked.filter_map(|known| known.decision.as_ref()).any(|decision| !decision.disclose)
}

/// Whether a third party was asked on the paper that this case is a part of, and nobody is known to be asked in the part itself: papers split
/// before each consultation was given to the parts it belongs to (Arts 15, 32).
pub fn asked_on_paper_alone(case: &Case) -> bool {
    let asked = case.consultations.iter().any(|known| known.voided.is_none() && known.party == Party::ThirdParty);
    !asked && case.split_from.as_ref().is_some_and(|origin| origin.consulted)
}

/// Whether a third party is still asked, or did not agree and nothing was decided on it: until then nothing of it is disclosed (Art 32).
/// A letter that never left asked nobody.
fn pending(case: &Case, known: &Consultation, facts: &Facts<'_>) -> bool {
    let asked = clock::asked_on(case, known).is_some();
    asked && (!consult::ended(case, known, facts) || (known.unwilling() && known.decision.is_none()))
}
