//! Corrections and consultations on the case page (Arts 30, 32-34): what was asked, when it left and was served, what came back.

use super::notices::document_number;
use super::reader::Reader;
use crate::case::clock::{self, asked_on, corrected_on, label_of, sent_on};
use crate::case::duties::served_on;
use crate::case::model::{Case, Consultation, Correction, CorrectionAnswer, Letter, NoticeVoiding, PartyOpinion};
use crate::rules::calendar::Calendar;
use crate::rules::clock::{Clock, Party};
use crate::rules::receipt::Channel;
use crate::rules::terms::{Circumstance, DutyKind, term};
use crate::views::labels::Labelled;
use crate::views::names::AccountRef;
use crate::views::shape::{Label, view};
use chrono::NaiveDate;

view! {
    /// A notice sent by mistake and voided (作废).
    pub struct NoticeVoidingView {
        /// The day.
        on: NaiveDate,
        /// Who voided it.
        by: AccountRef,
        /// Why.
        reason: Option<String>,
    }
    /// A corrected application as it came in.
    pub struct CorrectionAnswerView {
        /// Running number within the notice.
        n: u32,
        /// The channel.
        channel: Channel,
        /// What the channel is called.
        channel_label: Label,
        /// The day it came into the agency's hands.
        arrived_on: NaiveDate,
        /// The day it counts as received; null while a confirmation is awaited.
        received_on: Option<NaiveDate>,
        /// The article that day rests on.
        receipt_article: Option<String>,
        /// The corrected words.
        words: Option<String>,
        /// Who entered it.
        by: AccountRef,
    }
    /// A correction notice (补正告知书).
    pub struct CorrectionView {
        /// Running number in the case.
        n: u32,
        /// Its document number (文号).
        document_number: Option<String>,
        /// The date the notice bears.
        on: NaiveDate,
        /// Who made it.
        by: AccountRef,
        /// Everything that must be corrected, and how.
        points: Option<String>,
        /// Why.
        reasons: Option<String>,
        /// Why nobody spoke with the applicant first, where nobody did.
        no_contact_reason: Option<String>,
        /// The day the notice had to leave by: the 7th working day after the receipt.
        notice_due_on: Option<NaiveDate>,
        /// The day it counts as sent.
        sent_on: Option<NaiveDate>,
        /// The day it was served.
        served_on: Option<NaiveDate>,
        /// It left after the 7th working day: the first due date stays in force.
        late: bool,
        /// Where it was late: the due date that stays in force.
        kept_due_on: Option<NaiveDate>,
        /// Where it was late and the correction came: the due date that a notice in time would have given.
        restarted_due_on: Option<NaiveDate>,
        /// The term in working days from the service.
        answer_within_working_days: u32,
        /// The last day of the term.
        answer_due_on: Option<NaiveDate>,
        /// The last day of the term rests on a year whose holidays are not announced.
        answer_due_on_provisional: bool,
        /// What came in.
        answers: Vec<CorrectionAnswerView>,
        /// The last day of the term, once it was recorded that nothing had come by then.
        ran_out_on: Option<NaiveDate>,
        /// Voiding.
        voided: Option<NoticeVoidingView>,
    }
    /// What a consulted party answered.
    pub struct ConsultationAnswerView {
        /// The day it came.
        on: NaiveDate,
        /// What it says.
        opinion: PartyOpinion,
        /// What that is called.
        opinion_label: Label,
        /// Its reasons.
        words: Option<String>,
        /// It came after the excluded days had ended: on file, without effect on the clock.
        late: bool,
        /// Who entered it.
        by: AccountRef,
    }
    /// A letter to a consulted party that cannot be delivered.
    pub struct ConsultationFailureView {
        /// The day this was recorded.
        on: NaiveDate,
        /// What was tried.
        note: Option<String>,
        /// Who recorded it.
        by: AccountRef,
    }
    /// What the agency makes of a consultation.
    pub struct ConsultationDecisionView {
        /// The day.
        on: NaiveDate,
        /// Who decided.
        by: AccountRef,
        /// To disclose or not.
        disclose: bool,
        /// The assessment.
        reasons: Option<String>,
        /// The party must be told in writing, because it is disclosed against its will.
        notice_needed: bool,
        /// The document number (文号) of that notice.
        notice_document_number: Option<String>,
        /// The day that notice counts as sent.
        notice_sent_on: Option<NaiveDate>,
        /// The day it was served.
        notice_served_on: Option<NaiveDate>,
    }
    /// A written consultation (征求意见) of somebody outside the agency.
    pub struct ConsultationView {
        /// Running number in the case.
        n: u32,
        /// Who is asked.
        party: Party,
        /// What such a party is called.
        party_label: Label,
        /// The article.
        article: &'static str,
        /// Name and contact; masked for who does not work the agency's cases.
        name: Option<String>,
        /// What is asked.
        question: Option<String>,
        /// Its document number (文号).
        document_number: Option<String>,
        /// The date the letter bears.
        on: NaiveDate,
        /// Who made it.
        by: AccountRef,
        /// The day the letter first left; the days after it do not count.
        sent_on: Option<NaiveDate>,
        /// The day it was served.
        served_on: Option<NaiveDate>,
        /// The last day of the party's term.
        answer_due_on: Option<NaiveDate>,
        /// The last day of the term rests on a year whose holidays are not announced.
        answer_due_on_provisional: bool,
        /// The last day that does not count; null while the answer is awaited.
        ended_on: Option<NaiveDate>,
        /// The answer.
        answer: Option<ConsultationAnswerView>,
        /// The letter cannot be delivered.
        failure: Option<ConsultationFailureView>,
        /// The last day of the term, once it was recorded that it had run out in silence.
        ran_out_on: Option<NaiveDate>,
        /// Whether that record has an effect; false where an answer, or the failure of the letter, was entered afterwards that had come
        /// in time: there was no silence.
        lapse_has_effect: Option<bool>,
        /// What the agency decided.
        decision: Option<ConsultationDecisionView>,
        /// Voiding.
        voided: Option<NoticeVoidingView>,
        /// Its number on the paper that this case is a part of, where it was asked there: letter and proofs lie with the paper.
        on_paper: Option<u32>,
    }
}

/// A case with its clock on the day the page is about.
pub struct Desk<'a> {
    case: &'a Case,
    calendar: &'a Calendar,
    today: NaiveDate,
    clock: Clock<'a>,
}

impl<'a> Desk<'a> {
    /// As the case's own calendar counts.
    pub fn on(case: &'a Case, calendar: &'a Calendar, today: NaiveDate) -> Self {
        Self { case, calendar, today, clock: clock::clock(case, calendar, &clock::steps(case)) }
    }

    /// The days a letter to the applicant counts as sent and served.
    pub(super) fn way(&self, letter: Letter) -> (Option<NaiveDate>, Option<NaiveDate>) {
        (sent_on(self.case, letter), served_on(self.case, letter))
    }

    /// The last day of a term of the table that starts with the service of a letter, and whether it is provisional.
    pub(super) fn until(&self, kind: DutyKind, from_on: Option<NaiveDate>) -> Option<(NaiveDate, bool)> {
        let from_on = from_on?;
        let due = term(kind, Circumstance::Always, from_on)?.due(self.calendar, from_on)?;
        Some((due.on, due.provisional))
    }

    /// Where a correction notice was late: the due date that stays in force, and the one that the correction gave. A fee paid
    /// since then starts the period afresh, and neither counts any more.
    fn both_dates(&self, known: &Correction) -> (Option<NaiveDate>, Option<NaiveDate>) {
        if known.voided.is_some() || self.case.fee_notices.iter().any(|notice| notice.voided.is_none() && notice.paid_on().is_some()) {
            return (None, None);
        }
        let reading = self.clock.reading(self.today);
        let came = corrected_on(known).and(reading.projected);
        (reading.due.map(|due| due.on), came.map(|due| due.on))
    }
}

impl Reader {
    /// The voiding of a notice.
    pub(super) fn notice_voiding(&self, voided: Option<&NoticeVoiding>) -> Option<NoticeVoidingView> {
        voided.map(|voided| NoticeVoidingView { on: voided.on, by: self.account(voided.by), reason: self.text(&voided.reason) })
    }

    /// A correction notice.
    pub fn correction(&self, desk: &Desk<'_>, known: &Correction) -> CorrectionView {
        let (sent_on, served_on) = desk.way(Letter::Correction { n: known.n });
        let notice_due_on = desk.until(DutyKind::CorrectionNotice, desk.case.received_on()).map(|(on, _)| on);
        let late = sent_on.zip(notice_due_on).is_some_and(|(sent_on, due_on)| due_on < sent_on);
        let (kept_due_on, restarted_due_on) = if late { desk.both_dates(known) } else { (None, None) };
        let until = served_on.map(|from| desk.calendar.nth_working_day_after(from, known.answer_within_working_days));
        CorrectionView {
            n: known.n,
            document_number: document_number(known),
            on: known.on,
            by: self.account(known.by),
            points: self.text(&known.points),
            reasons: self.text(&known.reasons),
            no_contact_reason: self.text_some(known.no_contact_reason.as_ref()),
            notice_due_on,
            sent_on,
            served_on,
            late,
            kept_due_on,
            restarted_due_on,
            answer_within_working_days: known.answer_within_working_days,
            answer_due_on: until.map(|until| until.on),
            answer_due_on_provisional: until.is_some_and(|until| until.provisional),
            answers: known.answers.iter().map(|answer| self.correction_answer(answer)).collect(),
            ran_out_on: known.ran_out_on,
            voided: self.notice_voiding(known.voided.as_ref()),
        }
    }

    fn correction_answer(&self, answer: &CorrectionAnswer) -> CorrectionAnswerView {
        let receipt = answer.receipt.as_ref();
        CorrectionAnswerView {
            n: answer.n,
            channel: answer.channel,
            channel_label: answer.channel.label(),
            arrived_on: answer.arrived_on,
            received_on: receipt.map(|receipt| receipt.on),
            receipt_article: receipt.map(|receipt| receipt.article.clone()),
            words: self.text(&answer.words),
            by: self.account(answer.by),
        }
    }

    /// A consultation.
    pub fn consultation(&self, desk: &Desk<'_>, known: &Consultation) -> ConsultationView {
        let letter = Letter::Consultation { n: known.n };
        let served_on = served_on(desk.case, letter);
        let until = desk.until(DutyKind::AnswerConsultation, served_on);
        let ended_on = desk.clock.ended_on(&label_of(known), desk.today);
        ConsultationView {
            n: known.n,
            party: known.party,
            party_label: known.party.label(),
            article: known.party.article(),
            name: self.party(&known.name),
            question: self.text(&known.question),
            document_number: document_number(known),
            on: known.on,
            by: self.account(known.by),
            sent_on: asked_on(desk.case, known),
            served_on,
            answer_due_on: until.map(|(on, _)| on),
            answer_due_on_provisional: until.is_some_and(|(_, provisional)| provisional),
            ended_on,
            answer: known.answer.as_ref().map(|answer| ConsultationAnswerView {
                on: answer.on,
                opinion: answer.opinion,
                opinion_label: answer.opinion.label(),
                words: self.text_some(answer.words.as_ref()),
                late: ended_on.is_some_and(|ended_on| ended_on < answer.on),
                by: self.account(answer.by),
            }),
            failure: known.failure.as_ref().map(|failure| ConsultationFailureView {
                on: failure.on,
                note: self.text(&failure.note),
                by: self.account(failure.by),
            }),
            ran_out_on: known.ran_out_on,
            lapse_has_effect: known.ran_out_on.map(|until| {
                let answered_on = known.answer.as_ref().map(|answer| answer.on);
                let failed_on = known.failure.as_ref().map(|failure| failure.on);
                answered_on.into_iter().chain(failed_on).all(|on| until < on)
            }),
            decision: known.decision.as_ref().map(|decision| {
                let (notice_sent_on, notice_served_on) = desk.way(Letter::ThirdPartyNotice { n: known.n });
                ConsultationDecisionView {
                    on: decision.on,
                    by: self.account(decision.by),
                    disclose: decision.disclose,
                    reasons: self.text(&decision.reasons),
                    notice_needed: decision.notice_needed,
                    notice_document_number: decision.number.as_ref().map(|number| number.document_number.clone()),
                    notice_sent_on: notice_sent_on.or_else(|| known.told_before()),
                    notice_served_on,
                }
            }),
            voided: self.notice_voiding(known.voided.as_ref()),
            on_paper: known.on_paper.as_ref().map(|paper| paper.n),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::event::CaseEvent;
    use crate::case::model::Awaiting;
    use crate::case::private::Texts;
    use crate::case::testing::{Bench, CLERK, day};
    use crate::rules::sight::Sight;
    use crate::steps::handle::consult::{AnswerConsultation, OpenConsultation};
    use crate::steps::handle::correct::{AnswerCorrection, RequestCorrection};
    use crate::steps::mail::{delivery::RecordDelivery, dispatch::DispatchLetter};
    use crate::steps::register::enter::RegisterCase;
    use serde_json::{Value, json};

    fn registered() -> Bench {
        let mut bench = Bench::received("2026-03-02");
        bench.take::<RegisterCase>(CLERK, None, json!({})).unwrap();
        bench
    }

    fn page(bench: &Bench) -> (Vec<CorrectionView>, Vec<ConsultationView>) {
        let desk = Desk::on(bench.case(), bench.calendar(), bench.today);
        let (reader, case) = (Reader::with(Sight::Masked, Texts::default()), bench.case());
        let corrections = case.corrections.iter().map(|known| reader.correction(&desk, known)).collect();
        (corrections, case.consultations.iter().map(|known| reader.consultation(&desk, known)).collect())
    }

    fn dispatched(bench: &mut Bench, letter: Value, served_on: &str) {
        let today = bench.today.to_string();
        let dispatch = crate::steps::next(bench.case().dispatches.len());
        let method = json!({"method": "post", "carrier": "ems", "tracking_number": format!("EA10000000{dispatch}CN")});
        bench.take::<DispatchLetter>(CLERK, None, json!({"letter": letter, "on": today, "method": method})).unwrap();
        bench
            .go(served_on)
            .take::<RecordDelivery>(CLERK, Some(dispatch), json!({"result": "delivered", "on": served_on, "signed_as": "addressee"}))
            .unwrap();
    }

    /// Asks for a correction on a day, and has it answered two days after its service.
    fn corrected(sent_on: &str, served_on: &str, answered_on: &str) -> (Bench, CorrectionView) {
        let mut bench = registered();
        let notice = json!({"on": sent_on, "no_contact_reason": "申请人未留电话。", "points": "请补充文号。", "reasons": "内容不明确。"});
        bench.go(sent_on).take::<RequestCorrection>(CLERK, None, notice).unwrap();
        dispatched(&mut bench, json!({"kind": "correction", "n": 1}), served_on);
        let waiting = page(&bench).0.remove(0);
        let answer = json!({"channel": "counter", "arrived_on": answered_on, "words": "文号如下。"});
        bench.go(answered_on).take::<AnswerCorrection>(CLERK, Some(1), answer).unwrap();
        (bench, waiting)
    }

    #[test]
    fn article_30_a_notice_after_day_7_is_flagged_with_both_dates_and_one_in_time_is_not() {
        // Received on Monday 2 March; the 7th working day after it is Wednesday 11 March.
        let (bench, waiting) = corrected("2026-03-12", "2026-03-13", "2026-03-16");
        assert_eq!((waiting.late, waiting.notice_due_on, waiting.sent_on), (true, Some(day("2026-03-11")), Some(day("2026-03-12"))));
        assert_eq!((waiting.kept_due_on, waiting.restarted_due_on), (Some(day("2026-03-30")), None));
        assert_eq!(waiting.answer_due_on, Some(day("2026-04-03")));
        let came = page(&bench).0.remove(0);
        assert_eq!((came.kept_due_on, came.restarted_due_on), (Some(day("2026-03-30")), Some(day("2026-04-14"))));
        assert_eq!((came.answers[0].received_on, came.answers[0].arrived_on), (Some(day("2026-03-16")), day("2026-03-16")));

        let (bench, _) = corrected("2026-03-11", "2026-03-12", "2026-03-16");
        let came = page(&bench).0.remove(0);
        assert_eq!((came.late, came.kept_due_on, came.restarted_due_on), (false, None, None));
    }

    #[test]
    fn article_32_an_answer_in_time_entered_after_the_lapse_leaves_no_silence() {
        let ask = |answered_on: Option<&str>| {
            let mut bench = registered();
            let letter = json!({"party": "third_party", "name": "示范公司", "on": "2026-03-02", "question": "是否同意？"});
            bench.take::<OpenConsultation>(CLERK, None, letter).unwrap();
            dispatched(&mut bench, json!({"kind": "consultation", "n": 1}), "2026-03-04");
            let until = day("2026-03-25");
            bench.go("2026-03-26").keep(vec![CaseEvent::TermRanOut { awaiting: Awaiting::Consultation { n: 1 }, until }], Vec::new());
            if let Some(on) = answered_on {
                bench.take::<AnswerConsultation>(CLERK, Some(1), json!({"on": on, "opinion": "consents"})).unwrap();
            }
            let shown = page(&bench).1.remove(0);
            (shown.ran_out_on, shown.lapse_has_effect, shown.answer.map(|answer| answer.late))
        };
        let recorded = Some(day("2026-03-25"));
        assert_eq!(ask(None), (recorded, Some(true), None));
        assert_eq!(ask(Some("2026-03-25")), (recorded, Some(false), Some(false)));
        assert_eq!(ask(Some("2026-03-26")), (recorded, Some(true), Some(true)));
    }

    #[test]
    fn article_32_an_answer_after_the_term_is_shown_as_late() {
        let ask = |answered_on: &str| {
            let mut bench = registered();
            let letter = json!({"party": "third_party", "name": "示范公司", "on": "2026-03-02", "question": "是否同意？"});
            bench.take::<OpenConsultation>(CLERK, None, letter).unwrap();
            dispatched(&mut bench, json!({"kind": "consultation", "n": 1}), "2026-03-04");
            let answer = json!({"on": answered_on, "opinion": "consents"});
            bench.go(answered_on).take::<AnswerConsultation>(CLERK, Some(1), answer).unwrap();
            let shown = page(&bench).1.remove(0);
            (shown.sent_on, shown.answer_due_on, shown.ended_on, shown.answer.unwrap().late)
        };
        // Served on Wednesday 4 March; the 15th working day after it is Wednesday 25 March.
        let (sent_on, due_on) = (Some(day("2026-03-02")), Some(day("2026-03-25")));
        assert_eq!(ask("2026-03-25"), (sent_on, due_on, due_on, false));
        assert_eq!(ask("2026-03-26"), (sent_on, due_on, due_on, true));
    }
}
