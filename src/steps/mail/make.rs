//! Make a letter (制作文书), Art 45. Who: those who work the case. What was composed and rendered becomes the letter's text.
//!
//! The bytes are rendered and stored before; this decides whether they may be the letter. Made again is only what has changed since, and
//! nothing once it was dispatched: what the applicant has in hand is mended by an erratum, never replaced. A letter that an office wrote on
//! paper and sent may still be made, once, as a copy for the file, and is marked as that. What was signed says what was signed: where an amendment has changed a datum since, a reply is recalled and approved anew, an acknowledgement issued again.

use super::{SERVICE_RULE, letters};
use crate::case::command::Command;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, Needs};
use crate::case::flow::Step;
use crate::case::model::{Case, Joint, Letter, MadeLetter, RenderedFile, UsedTemplate};
use crate::case::refusal::{Code, Refusal};
use chrono::NaiveDate;
use serde::Deserialize;
use uuid::Uuid;

/// A letter that was composed and rendered.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct MakeLetter {
    /// Which letter.
    pub letter: Letter,
    /// The id it gets.
    pub id: Uuid,
    /// What it was composed by.
    pub templates: Vec<UsedTemplate>,
    /// To be printed and sealed.
    pub docx: RenderedFile,
    /// To be served on line; none where it is made for paper alone.
    #[serde(default)]
    pub pdf: Option<RenderedFile>,
    /// SHA-256 over the fonts of the PDF, in hexadecimal.
    pub fonts: String,
    /// SHA-256 of what it says, in hexadecimal.
    #[serde(default)]
    pub says: Option<String>,
}

/// Refuses a letter that the case has not, owes nobody, or has sent.
pub fn may_be_made(case: &Case, letter: Letter) -> Result<(), Refusal> {
    if letters::dated_on(case, letter).is_none() {
        return Err(Refusal::new(Code::UnknownReference, "案件没有该函件", "the case has no such letter").at("/letter"));
    }
    let (zh, en) = letters::named(case, letter);
    if letter == (Letter::Acknowledgement {}) {
        return Ok(());
    }
    let dispatched = letters::dispatched(case, letter);
    if dispatched && case.made(letter).is_some() {
        return Err(Refusal::new(
            Code::LetterAlreadyDispatched,
            format!("{zh}已经寄送，不得重新制作；有误的，请作出更正"),
            format!("{en} was dispatched and cannot be made again: correct it by an erratum"),
        )
        .under(SERVICE_RULE)
        .at("/letter"));
    }
    // A copy of what left may be made when nothing of it is owed any more; not of what was taken back.
    if !letters::open(case).contains(&letter) && (!dispatched || letters::taken_back(case, letter)) {
        return Err(Refusal::new(
            Code::NoOpenLetter,
            format!("{zh}不再需要制作：文书已撤回、撤销或者作废，或者案件已答复"),
            format!("{en} is not to be made: it was withdrawn or voided, or the case is answered"),
        )
        .under(SERVICE_RULE)
        .at("/letter"));
    }
    Ok(())
}

impl Command for MakeLetter {
    const STEP: Step = Step::MakeLetter;

    fn needs(&self, _at: Option<u32>, case: &Case, _today: NaiveDate) -> Needs {
        Needs { texts: letters::compared(case, self.letter), ..Needs::default() }
    }

    fn ready(case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        may_be_made(case, Letter::Acknowledgement {}).map(|()| None)
    }

    fn decide(self, _at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let Self { letter, id, templates, docx, pdf, fonts, says } = self;
        may_be_made(case, letter)?;
        letters::up_to_date(case, letter, facts)?;
        let same =
            |one: Option<&RenderedFile>, other: Option<&RenderedFile>| one.map(|file| &file.sha256) == other.map(|file| &file.sha256);
        if case.made(letter).is_some_and(|made| made.docx.sha256 == docx.sha256 && same(made.pdf.as_ref(), pdf.as_ref())) {
            return Err(Refusal::new(
                Code::NothingToChange,
                "所载内容和模板均无变化，无需重新制作",
                "neither what it states nor its template has changed since it was made",
            )
            .at("/letter"));
        }
        let after_dispatch = letters::dispatched(case, letter) && case.made(letter).is_none();
        let (on, by) = (facts.today, facts.person.account_id);
        let letter = MadeLetter { id, letter, on, by, templates, docx, pdf, fonts, says, after_dispatch };
        Ok(Decision::new().with(CaseEvent::LetterMade { letter }))
    }

    fn shared(&self, _at: Option<u32>, case: &Case) -> Option<Joint> {
        case.joint_of(self.letter).cloned()
    }

    fn on_sharer(self, joint: &Joint, _: Option<u32>, _: &Case, case: &Case) -> Result<Option<(Option<u32>, Self)>, Refusal> {
        Ok(letters::own(case, joint, self.letter).map(|letter| (None, Self { letter, ..self })))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{post, replied, revoke};
    use super::*;
    use crate::case::stage::Stage;
    use crate::case::testing::{APPROVER, Bench, CLERK};
    use crate::steps::fixtures::{issued, registered};
    use crate::steps::mail::dispatch::DispatchLetter;
    use crate::steps::mend::{amend::AmendCase, recall::RecallReply};
    use crate::steps::register::acknowledge::ReissueAcknowledgement;
    use serde_json::{Value, json};

    const REPLY: Letter = Letter::Reply { n: 1 };

    fn body(letter: Letter, text: &str) -> Value {
        let file = |n: u128| json!({"document": Uuid::from_u128(n), "sha256": text.repeat(32), "size": 9});
        json!({"letter": letter, "id": Uuid::from_u128(40), "templates": [], "docx": file(41), "pdf": file(42), "fonts": "00"})
    }

    fn make(bench: &mut Bench, letter: Letter, text: &str) -> Result<(), &'static str> {
        bench.take::<MakeLetter>(CLERK, None, body(letter, text)).map(|_| ()).map_err(|refusal| refusal.code.as_str())
    }

    #[test]
    fn a_letter_is_made_again_only_while_something_changes() {
        let mut bench = replied("2026-11-10");
        assert_eq!(make(&mut bench, REPLY, "ab"), Ok(()));
        assert_eq!(make(&mut bench, REPLY, "ab"), Err("nothing_to_change"));
        assert_eq!(make(&mut bench, REPLY, "cd"), Ok(()));
        assert_eq!(bench.case().letters.len(), 2, "the earlier text stays on the trail");
        assert_eq!(bench.case().made(REPLY).unwrap().docx.sha256, "cd".repeat(32));
    }

    #[test]
    fn what_was_dispatched_is_never_made_again() {
        let mut bench = replied("2026-11-10");
        make(&mut bench, REPLY, "ab").unwrap();
        bench.take::<DispatchLetter>(CLERK, None, post(REPLY, "EA123456789CN", "2026-11-10")).unwrap();
        assert_eq!(make(&mut bench, REPLY, "cd"), Err("letter_already_dispatched"));
    }

    #[test]
    fn what_the_case_has_not_or_does_not_owe_is_refused() {
        let mut bench = registered("2026-11-10");
        assert_eq!(make(&mut bench, REPLY, "ab"), Err("unknown_reference"));
        assert_eq!(make(&mut bench, Letter::Acknowledgement {}, "ab"), Ok(()));
        let mut bench = replied("2026-11-10");
        bench.take::<RecallReply>(APPROVER, Some(1), json!({"reason": "附件有误。"})).unwrap();
        assert_eq!(make(&mut bench, REPLY, "ab"), Err("no_open_letter"));
    }

    #[test]
    fn domain_6_6_what_was_amended_since_is_not_made_but_recalled_or_issued_again() {
        let earlier = json!({"change": {"subject": "receipt", "channel": "counter", "arrived_on": "2026-08-03"}, "reason": "登记有误。"});
        let mut bench = issued("2026-08-05");
        bench.take::<AmendCase>(CLERK, None, earlier).unwrap();
        assert_eq!(make(&mut bench, REPLY, "ab"), Err("letter_outdated"));
        assert_eq!(make(&mut bench, Letter::Acknowledgement {}, "ab"), Err("letter_outdated"));
        bench.take::<ReissueAcknowledgement>(CLERK, None, json!({})).unwrap();
        assert_eq!(make(&mut bench, Letter::Acknowledgement {}, "ab"), Ok(()));
        assert_eq!(make(&mut bench, REPLY, "ab"), Err("letter_outdated"), "the reply needs a new approval");
    }

    #[test]
    fn article_45_what_left_on_paper_is_made_once_more_as_a_copy_for_the_file() {
        let mut bench = replied("2026-11-10");
        bench.take::<DispatchLetter>(CLERK, None, post(REPLY, "EA123456789CN", "2026-11-10")).unwrap();
        assert_eq!(make(&mut bench, REPLY, "ab"), Ok(()));
        assert!(bench.case().made(REPLY).unwrap().after_dispatch);
        assert_eq!(make(&mut bench, REPLY, "cd"), Err("letter_already_dispatched"), "once");
        assert_eq!(bench.case().dispatches[0].content, None, "what went out was another paper");
        let mut bench = replied("2026-11-10");
        make(&mut bench, REPLY, "ab").unwrap();
        assert!(!bench.case().made(REPLY).unwrap().after_dispatch);
    }

    #[test]
    fn article_45_no_copy_is_made_of_what_was_taken_back() {
        let mut bench = replied("2026-11-10");
        bench.take::<DispatchLetter>(CLERK, None, post(REPLY, "EA123456789CN", "2026-11-10")).unwrap();
        revoke(&mut bench, "2026-11-10");
        assert_eq!(make(&mut bench, REPLY, "ab"), Err("no_open_letter"));
    }

    #[test]
    fn domain_6_1_the_acknowledgement_goes_to_the_applicant_and_goes_again_when_issued_anew() {
        let dispatch = |bench: &mut Bench, tracking: &str, on: &str| {
            let taken = bench.take::<DispatchLetter>(CLERK, None, post(Letter::Acknowledgement {}, tracking, on));
            taken.map(|_| ()).map_err(|refusal| refusal.code.as_str())
        };
        let mut bench = registered("2026-11-10");
        make(&mut bench, Letter::Acknowledgement {}, "ab").unwrap();
        assert_eq!(dispatch(&mut bench, "EA123456789CN", "2026-11-10"), Ok(()));
        assert_eq!(bench.case().stage, Stage::Registered);
        assert_eq!(dispatch(&mut bench, "EA123456780CN", "2026-11-10"), Err("no_open_letter"), "it is on its way");
        // Issued anew, it may say something else.
        make(&mut bench, Letter::Acknowledgement {}, "cd").unwrap();
        assert_eq!(dispatch(&mut bench, "EA123456780CN", "2026-11-10"), Ok(()));
        let mut bench = replied("2026-11-10");
        assert_eq!(dispatch(&mut bench, "EA123456789CN", "2026-11-10"), Err("no_open_letter"), "the reply says it all");
    }
}
