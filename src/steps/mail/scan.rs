//! File the scan of a letter as it was sealed (盖章件归卷), Art 45. Who: staff of the agency.
//!
//! A letter is printed and sealed as it was approved; its scan goes into the file as a document of that letter, beside the text it was
//! made from. A text that is made anew is another letter: a scan of the earlier one stays on the trail and counts no more.

use super::letters;
use crate::case::command::Command;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, Needs};
use crate::case::flow::Step;
use crate::case::model::{Case, Joint, Letter, LetterScan};
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::Words;
use crate::steps::archive::paper::{late_reason, of_closed};
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::NaiveDate;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Most scans of one case.
const MOST_SCANS: usize = 100;

/// The scan of a sealed letter.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct FileLetterScan {
    /// Which letter.
    pub letter: Letter,
    /// The stored scan.
    pub document_id: Uuid,
    /// Why it comes after the closing; needed then, and only then. Of a joint letter: where one of its cases is closed.
    #[garde(dive)]
    pub late_reason: Option<Words<1000>>,
}

impl Command for FileLetterScan {
    const STEP: Step = Step::FileLetterScan;
    const ADDITIVE: bool = true;

    fn needs(&self, _at: Option<u32>, _case: &Case, _today: NaiveDate) -> Needs {
        Needs { documents: vec![self.document_id], ..Needs::default() }
    }

    fn ready(case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        if case.letter_scans.len() < MOST_SCANS {
            return Ok(None);
        }
        Err(Refusal::new(Code::LimitReached, format!("案卷已有 {MOST_SCANS} 份盖章件"), format!("the case has {MOST_SCANS} scans")))
    }

    fn decide(self, _at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let joint = self.shared(None, case);
        let Self { letter, document_id, late_reason: late } = self;
        if letters::dated_on(case, letter).is_none() {
            return Err(Refusal::new(Code::UnknownReference, "案件没有该函件", "the case has no such letter").at("/letter"));
        }
        let document = facts.document(document_id, "/document_id")?;
        if !document.sealed_in.is_empty() {
            let (zh, en) = ("该文件是未遮盖的原件，不是文书", "this document is an unredacted original, not a letter");
            return Err(Refusal::new(Code::UnknownReference, zh, en).under("17").at("/document_id"));
        }
        if case.scan(letter).is_some_and(|known| known.document_id == document_id) {
            return Err(Refusal::new(Code::NothingToChange, "该盖章件已经归卷", "this scan is filed already").at("/document_id"));
        }
        let sha256 = document.sha256.clone();
        let mut decision = Decision::new();
        let scan = LetterScan {
            n: crate::steps::next(case.letter_scans.len()),
            letter,
            made: case.text_sent(letter),
            document_id,
            sha256,
            added_on: facts.today,
            by: facts.person.account_id,
            late_reason: late_reason(case, of_closed(case, joint.as_ref(), late), (facts, &mut decision))?,
        };
        Ok(decision.with(CaseEvent::LetterScanFiled { scan }))
    }

    fn shared(&self, _at: Option<u32>, case: &Case) -> Option<Joint> {
        case.joint_of(self.letter).cloned()
    }

    fn on_sharer(self, joint: &Joint, _: Option<u32>, _: &Case, case: &Case) -> Result<Option<(Option<u32>, Self)>, Refusal> {
        let own = case.reply_in(joint).filter(|_| case.disposal.is_none()).map(|reply| self.letter.of_reply(reply.n));
        let missing = |letter: &Letter| case.scan(*letter).is_none_or(|known| known.document_id != self.document_id);
        Ok(own.filter(missing).map(|letter| (None, Self { letter, ..self })))
    }
}

/// File the scan of a sealed letter.
///
/// It belongs to the text as it was made: where the letter is made anew before it leaves, the scan of the new one is filed. That of a joint
/// letter is filed with all its cases. It takes `If-Match: *`.
#[utoipa::path(tag = "mail", request_body = FileLetterScan, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/letter-scans")]
pub async fn file_letter_scan(call: Call) -> Answer {
    super::super::take::<FileLetterScan>(call).await
}

#[cfg(test)]
mod tests {
    use super::super::make::MakeLetter;
    use super::super::testing::{made, replied};
    use super::*;
    use crate::case::facts::KnownDocument;
    use crate::case::model::Closing;
    use crate::case::testing::{Bench, CLERK, DOCUMENT, HANDLER, day};
    use crate::steps::fixtures::jointly;
    use serde_json::{Value, json};

    const REPLY: Letter = Letter::Reply { n: 1 };

    fn file(bench: &mut Bench, body: Value) -> Result<(), &'static str> {
        bench.take::<FileLetterScan>(HANDLER, None, body).map(|_| ()).map_err(|refusal| refusal.code.as_str())
    }

    fn scan(letter: Letter) -> Value {
        json!({"letter": letter, "document_id": DOCUMENT})
    }

    #[test]
    fn a_scan_belongs_to_the_text_that_was_sealed() {
        let mut bench = replied("2026-11-10");
        made(&mut bench, REPLY);
        assert_eq!(file(&mut bench, scan(REPLY)), Ok(()));
        assert_eq!(file(&mut bench, scan(REPLY)), Err("nothing_to_change"));
        assert_eq!(bench.case().scan(REPLY).unwrap().made, Some(DOCUMENT));
        let paper = |n: u128| json!({"document": Uuid::from_u128(n), "sha256": "cd".repeat(32), "size": 9});
        let anew = json!({"letter": REPLY, "id": Uuid::from_u128(40), "templates": [], "docx": paper(41), "pdf": paper(42), "fonts": "00"});
        bench.take::<MakeLetter>(CLERK, None, anew).unwrap();
        assert_eq!(bench.case().scan(REPLY), None, "another text was sealed then");
        assert_eq!(file(&mut bench, scan(REPLY)), Ok(()));
        assert_eq!(bench.case().letter_scans.len(), 2, "nothing is replaced");
    }

    #[test]
    fn a_letter_that_was_not_made_here_has_a_scan_too() {
        let mut bench = replied("2026-11-10");
        assert_eq!(file(&mut bench, scan(REPLY)), Ok(()));
        assert_eq!(bench.case().scan(REPLY).unwrap().made, None);
    }

    #[test]
    fn unknown_letters_and_documents_originals_and_too_many_are_refused() {
        let mut bench = replied("2026-11-10");
        assert_eq!(file(&mut bench, scan(Letter::Reply { n: 2 })), Err("unknown_reference"));
        assert_eq!(file(&mut bench, json!({"letter": REPLY, "document_id": Uuid::from_u128(999)})), Err("unknown_reference"));
        let original = Uuid::from_u128(70);
        bench.known.documents.insert(original, KnownDocument { sha256: "11".repeat(32), sealed_in: vec![Uuid::from_u128(77)] });
        assert_eq!(file(&mut bench, json!({"letter": REPLY, "document_id": original})), Err("unknown_reference"));
        file(&mut bench, scan(REPLY)).unwrap();
        let scans = &mut bench.case.as_mut().unwrap().letter_scans;
        *scans = vec![scans[0].clone(); MOST_SCANS];
        assert_eq!(file(&mut bench, scan(Letter::Acknowledgement {})), Err("limit_reached"));
    }

    #[test]
    fn after_the_closing_a_scan_needs_its_reason() {
        let mut bench = replied("2026-11-10");
        bench.case.as_mut().unwrap().closing = Some(Closing { on: day("2026-11-10"), by: CLERK });
        assert_eq!(file(&mut bench, scan(REPLY)), Err("late_reason_missing"));
        let mut late = scan(REPLY);
        late["late_reason"] = json!("扫描仪故障。");
        assert_eq!(file(&mut bench, late), Ok(()));
    }

    #[test]
    fn of_a_joint_letter_the_reason_is_the_closed_case_s() {
        let (mut open, mut closed) = (replied("2026-11-10"), replied("2026-11-10"));
        let joint = jointly([&mut open, &mut closed]);
        closed.case.as_mut().unwrap().closing = Some(Closing { on: day("2026-11-10"), by: CLERK });
        let mut late = scan(REPLY);
        late["late_reason"] = json!("扫描仪故障。");
        let command: FileLetterScan = serde_json::from_value(late.clone()).unwrap();
        assert_eq!(file(&mut open, late), Ok(()));
        assert!(open.case().letter_scans[0].late_reason.is_none(), "it is not late there");
        let own = command.on_sharer(&joint, None, open.case(), closed.case()).unwrap().unwrap();
        assert!(closed.take_on(HANDLER, own).unwrap().letter_scans[0].late_reason.is_some());
    }
}
