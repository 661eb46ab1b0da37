//! Letters that bear a datum which an amendment changed since: to be issued again (domain 6.6). A pure function of the case.
//!
//! A letter leaves the list when a newer one covers it: an acknowledgement by the next, a reply by its recall or
//! revocation; an erratum covers the data that it names and no other.

use super::model::{AmendmentState, Case, Printed, PrintedDatum, PrintedLetter, ReplyState};
use super::private::{PersonDetails, Private, Texts};
use chrono::NaiveDate;

/// A datum as it was printed and as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Differs {
    /// The receipt date.
    ReceivedOn(Option<NaiveDate>, Option<NaiveDate>),
    /// The due date, which follows from it.
    DueOn(Option<NaiveDate>, Option<NaiveDate>),
    /// Who asks; whether the names differ only the opened texts tell.
    Applicants(Vec<Private>, Vec<Private>),
    /// What is asked; likewise.
    Request(Private, Private),
}

impl Differs {
    /// Which datum.
    pub const fn datum(&self) -> PrintedDatum {
        match self {
            Self::ReceivedOn(..) => PrintedDatum::ReceivedOn,
            Self::DueOn(..) => PrintedDatum::DueOn,
            Self::Applicants(..) => PrintedDatum::Applicants,
            Self::Request(..) => PrintedDatum::Request,
        }
    }

    /// Whether the letter would read otherwise: it names the applicants, their telephone and address stand on the envelope.
    fn to_the_reader(&self, texts: &Texts) -> bool {
        match self {
            Self::ReceivedOn(..) | Self::DueOn(..) => true,
            Self::Applicants(old, new) => {
                let old = names(old, texts);
                old.is_none() || old != names(new, texts)
            }
            Self::Request(old, new) => {
                let old = texts.get(old);
                old.is_none() || old != texts.get(new)
            }
        }
    }
}

/// The names of people; none where one cannot be read.
fn names(people: &[Private], texts: &Texts) -> Option<Vec<String>> {
    let details = people.iter().map(|details| serde_json::from_str::<PersonDetails>(texts.get(details)?).ok());
    details.map(|details| details.map(|details| details.name)).collect()
}

/// Every letter that stands, with what it bears no longer truly to those who get it. `due_on` is the due date as it stands: it is held
/// against a letter only where the receipt, or another day it was counted from, has been amended. Private data are compared by what they say; what is not
/// among the texts counts as changed.
pub fn outdated<'a>(case: &'a Case, due_on: Option<NaiveDate>, texts: &Texts) -> Vec<(&'a Printed, Vec<Differs>)> {
    if !case.stage.counts() {
        return Vec::new();
    }
    let letters = case.printed.iter().filter(|printed| stands(case, printed.letter)).map(|printed| {
        let found = differs(case, printed, due_on).into_iter().filter(|differs| differs.to_the_reader(texts));
        (printed, found.collect::<Vec<_>>())
    });
    letters.filter(|(_, differs)| !differs.is_empty()).collect()
}

/// The private texts that tell whether a letter bears the applicants as they are.
pub fn people_of(case: &Case, letter: PrintedLetter) -> Vec<Private> {
    let printed = case.printed.iter().filter(|printed| printed.letter == letter);
    printed.flat_map(|printed| printed.applicants.iter().cloned()).chain(applicants(case)).collect()
}

fn stands(case: &Case, letter: PrintedLetter) -> bool {
    match letter {
        PrintedLetter::Acknowledgement => true,
        PrintedLetter::Reply { n } => case.reply(n).is_some_and(|reply| reply.state == ReplyState::Issued && reply.letter_needed),
    }
}

fn differs(case: &Case, printed: &Printed, due_on: Option<NaiveDate>) -> Vec<Differs> {
    let mut found = Vec::new();
    if printed.received_on != case.received_on() {
        found.push(Differs::ReceivedOn(printed.received_on, case.received_on()));
        if printed.due_on.is_some() && printed.due_on != due_on {
            found.push(Differs::DueOn(printed.due_on, due_on));
        }
    } else if printed.due_on.is_some() && printed.due_on != due_on && recounted_since(case, printed) {
        found.push(Differs::DueOn(printed.due_on, due_on));
    }
    let applicants = applicants(case);
    if printed.applicants != applicants {
        found.push(Differs::Applicants(printed.applicants.clone(), applicants));
    }
    // The acknowledgement does not restate what was asked.
    if printed.letter != PrintedLetter::Acknowledgement && printed.words != case.request.words {
        found.push(Differs::Request(printed.words.clone(), case.request.words.clone()));
    }
    found
}

/// Whether a day that the printed due date was counted from has been amended since.
fn recounted_since(case: &Case, printed: &Printed) -> bool {
    let applied = case.amendments.iter().filter(|known| known.state == AmendmentState::Applied && known.on >= printed.on);
    applied.filter_map(|known| known.change.moved_from()).any(|old_on| old_on <= printed.on)
}

fn applicants(case: &Case) -> Vec<Private> {
    case.applicants.iter().map(|applicant| applicant.details.clone()).collect()
}

/// What a letter bears if it is printed as the case stands.
fn bearing(case: &Case, letter: PrintedLetter, (on, due_on): (NaiveDate, Option<NaiveDate>)) -> Printed {
    Printed { letter, on, received_on: case.received_on(), due_on, applicants: applicants(case), words: case.request.words.clone() }
}

/// Notes what a letter bears on the day it is printed, in place of what its earlier version bore.
pub fn print(case: &mut Case, letter: PrintedLetter, dates: (NaiveDate, Option<NaiveDate>)) {
    let printed = bearing(case, letter, dates);
    match case.printed.iter_mut().find(|known| known.letter == letter) {
        Some(known) => *known = printed,
        None => case.printed.push(printed),
    }
}

/// Notes that an erratum states these data of a letter anew; what it does not name stands in the letter as it was.
pub fn correct(case: &mut Case, letter: PrintedLetter, on: NaiveDate, corrects: &[PrintedDatum]) {
    let stated = bearing(case, letter, (on, None));
    let Some(printed) = case.printed.iter_mut().find(|known| known.letter == letter) else { return };
    for datum in corrects {
        printed.on = on;
        match datum {
            PrintedDatum::ReceivedOn => printed.received_on = stated.received_on,
            // Only the acknowledgement states one, and no erratum corrects that.
            PrintedDatum::DueOn => {}
            PrintedDatum::Applicants => printed.applicants.clone_from(&stated.applicants),
            PrintedDatum::Request => printed.words = stated.words.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::duties::{duties, reply_duty};
    use crate::case::event::CaseEvent;
    use crate::case::model::{AmendmentState, Receipt};
    use crate::case::testing::{APPROVER, Bench, CLERK, day};
    use crate::steps::fixtures::{issued, served};
    use crate::steps::mend::amend::AmendCase;
    use crate::steps::mend::decide::DecideAmendment;
    use crate::steps::mend::erratum::IssueErratum;
    use crate::steps::mend::recall::RecallReply;
    use crate::steps::mend::revoke::RevokeReply;
    use crate::steps::register::acknowledge::ReissueAcknowledgement;
    use serde_json::{Value, json};
    use uuid::Uuid;

    const ACKNOWLEDGEMENT: PrintedLetter = PrintedLetter::Acknowledgement;
    const REPLY: PrintedLetter = PrintedLetter::Reply { n: 1 };

    fn due_on(bench: &Bench) -> Option<NaiveDate> {
        reply_duty(&duties(bench.case(), bench.calendar())).map(|duty| duty.due_on)
    }

    fn texts(bench: &Bench) -> Texts {
        bench.secrets.iter().map(|secret| (secret.reference.id, secret.text.clone())).collect()
    }

    fn list(bench: &Bench) -> Vec<(PrintedLetter, Vec<PrintedDatum>)> {
        let all = outdated(bench.case(), due_on(bench), &texts(bench));
        all.into_iter().map(|(printed, found)| (printed.letter, found.iter().map(Differs::datum).collect())).collect()
    }

    fn amend(bench: &mut Bench, change: Value) -> AmendmentState {
        let case = bench.take::<AmendCase>(CLERK, None, json!({"change": change, "reason": "登记有误"})).unwrap();
        case.amendments.last().unwrap().state
    }

    fn counter(on: &str) -> Value {
        json!({"subject": "receipt", "channel": "counter", "arrived_on": on})
    }

    fn erratum(bench: &mut Bench, corrects: Value) {
        let body = json!({"text": "原文有误", "remedy": "unchanged", "corrects": corrects});
        bench.take::<IssueErratum>(APPROVER, Some(1), body).unwrap();
    }

    #[test]
    fn domain_6_6_every_letter_with_the_old_receipt_date_is_listed_with_both_values() {
        let mut bench = served("2026-08-05", "2026-08-07");
        let printed_due_on = due_on(&bench);
        assert_eq!(list(&bench), []);
        amend(&mut bench, counter("2026-08-03"));
        let dates = vec![PrintedDatum::ReceivedOn, PrintedDatum::DueOn];
        assert_eq!(list(&bench), [(ACKNOWLEDGEMENT, dates), (REPLY, vec![PrintedDatum::ReceivedOn])]);
        let all = outdated(bench.case(), due_on(&bench), &texts(&bench));
        assert_eq!(
            all[0].1,
            [
                Differs::ReceivedOn(Some(day("2026-08-05")), Some(day("2026-08-03"))),
                Differs::DueOn(printed_due_on, Some(day("2026-08-31")))
            ]
        );
    }

    #[test]
    fn a_due_date_that_stays_is_not_listed() {
        let mut bench = served("2026-08-02", "2026-08-07");
        amend(&mut bench, counter("2026-08-01"));
        assert_eq!(list(&bench), [(ACKNOWLEDGEMENT, vec![PrintedDatum::ReceivedOn]), (REPLY, vec![PrintedDatum::ReceivedOn])], "a weekend");
    }

    #[test]
    fn what_only_is_proposed_has_changed_nothing() {
        let mut bench = served("2026-08-03", "2026-08-07");
        let people = json!({"subject": "applicants", "applicants": [{"kind": "natural_person", "name": "乙某"}]});
        assert_eq!((amend(&mut bench, people), list(&bench)), (AmendmentState::Proposed, vec![]));
        bench.take::<DecideAmendment>(APPROVER, Some(1), json!({"verdict": "approved"})).unwrap();
        let people = vec![PrintedDatum::Applicants];
        assert_eq!(list(&bench), [(ACKNOWLEDGEMENT, people.clone()), (REPLY, people)]);
    }

    #[test]
    fn the_reply_restates_the_request_and_the_acknowledgement_does_not() {
        let mut bench = served("2026-08-03", "2026-08-07");
        let request = json!({"description": "申请公开乙文件。", "wanted_form": "paper", "delivery_channel": "post"});
        amend(&mut bench, json!({"subject": "request", "request": request}));
        assert_eq!(list(&bench), [(REPLY, vec![PrintedDatum::Request])]);
    }

    #[test]
    fn an_erratum_covers_what_it_names_until_the_next_amendment() {
        let mut bench = served("2026-08-05", "2026-08-07");
        amend(&mut bench, counter("2026-08-04"));
        erratum(&mut bench, json!(["received_on"]));
        assert_eq!(list(&bench).iter().map(|(letter, _)| *letter).collect::<Vec<_>>(), [ACKNOWLEDGEMENT]);
        amend(&mut bench, counter("2026-08-03"));
        let all = outdated(bench.case(), due_on(&bench), &texts(&bench));
        assert_eq!(all[1].1, [Differs::ReceivedOn(Some(day("2026-08-04")), Some(day("2026-08-03")))], "as the erratum states it");
    }

    #[test]
    fn an_erratum_about_something_else_leaves_the_reply_on_the_list() {
        let mut bench = served("2026-08-05", "2026-08-07");
        amend(&mut bench, counter("2026-08-04"));
        let request = json!({"description": "申请公开乙文件。", "wanted_form": "paper", "delivery_channel": "post"});
        amend(&mut bench, json!({"subject": "request", "request": request}));
        let reply = |bench: &Bench| list(bench).into_iter().find(|(letter, _)| *letter == REPLY).map(|(_, data)| data);
        let both = Some(vec![PrintedDatum::ReceivedOn, PrintedDatum::Request]);
        assert_eq!(reply(&bench), both);
        erratum(&mut bench, json!([]));
        assert_eq!(reply(&bench), both, "an erratum of the page number states neither");
        erratum(&mut bench, json!(["request"]));
        assert_eq!(reply(&bench), Some(vec![PrintedDatum::ReceivedOn]));
        erratum(&mut bench, json!(["received_on"]));
        assert_eq!(reply(&bench), None);
    }

    #[test]
    fn a_changed_telephone_is_no_reason_to_issue_the_acknowledgement_again() {
        let mut bench = served("2026-08-05", "2026-08-07");
        let people =
            |name: &str| json!({"subject": "applicants", "applicants": [{"kind": "natural_person", "name": name, "phone": "13800001234"}]});
        assert_eq!(amend(&mut bench, people("甲某")), AmendmentState::Applied);
        assert_eq!(list(&bench), []);
        let refused = bench.take::<ReissueAcknowledgement>(CLERK, None, json!({})).unwrap_err();
        assert_eq!(refused.code.as_str(), "nothing_to_change");
    }

    #[test]
    fn a_recall_or_revocation_takes_the_reply_off_the_list() {
        let mut bench = issued("2026-08-05");
        amend(&mut bench, counter("2026-08-03"));
        assert_eq!(list(&bench).len(), 2, "signed, not sent");
        bench.take::<RecallReply>(APPROVER, Some(1), json!({"reason": "收到日期有误"})).unwrap();
        assert_eq!(list(&bench).len(), 1);
        let mut bench = served("2026-08-05", "2026-08-07");
        amend(&mut bench, counter("2026-08-03"));
        bench.take::<RevokeReply>(APPROVER, Some(1), json!({"reason": "收到日期有误"})).unwrap();
        assert_eq!(list(&bench).len(), 1);
    }

    #[test]
    fn an_acknowledgement_issued_again_states_the_dates_as_they_stand() {
        let mut bench = served("2026-08-05", "2026-08-07");
        let refused = bench.take::<ReissueAcknowledgement>(CLERK, None, json!({})).unwrap_err();
        assert_eq!(refused.code.as_str(), "nothing_to_change");
        amend(&mut bench, counter("2026-08-03"));
        bench.take::<ReissueAcknowledgement>(CLERK, None, json!({})).unwrap();
        assert_eq!(list(&bench), [(REPLY, vec![PrintedDatum::ReceivedOn])]);
        let printed = &bench.case().printed[0];
        assert_eq!((printed.on, printed.due_on), (day("2026-08-07"), Some(day("2026-08-31"))));
        assert_eq!(bench.case().registration.as_ref().unwrap().due_on, day("2026-09-02"), "what was handed out first stays on record");
        assert_eq!(bench.take::<ReissueAcknowledgement>(CLERK, None, json!({})).unwrap_err().code.as_str(), "nothing_to_change");
    }

    #[test]
    fn an_earlier_receipt_taken_from_a_twin_is_listed_too() {
        let mut bench = served("2026-08-05", "2026-08-07");
        let receipt = Receipt { on: day("2026-08-03"), article: "31(1)".into() };
        bench.keep(vec![CaseEvent::EarlierReceiptTaken { from: Uuid::from_u128(9), receipt }], Vec::new());
        assert_eq!(list(&bench).len(), 2);
    }

    #[test]
    fn of_a_letter_nobody_gets_nothing_is_listed() {
        let mut bench = served("2026-08-05", "2026-08-07");
        bench.case.as_mut().unwrap().replies[0].letter_needed = false;
        amend(&mut bench, counter("2026-08-03"));
        assert_eq!(list(&bench).len(), 1);
    }
}
