//! Archive the dossier (归档), 档案法实施条例 19. Who: clerk. The dossier goes to the archivist by 30 June of the next year.
//!
//! The catalogue is derived, never typed in. Archive numbers (档号) are the archivist's: whether one was given twice is not
//! checked here.

use super::catalogue::catalogue;
use super::close::{self, Missing};
use super::delivery;
use super::publication::unreviewed;
use crate::case::command::{Command, Edition};
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts};
use crate::case::flow::Step;
use crate::case::model::{Archiving, Case, Letter, PaperKind, Period};
use crate::case::refusal::{Code, FieldRefusal, Refusal};
use crate::case::retention::kind;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::Line;
use crate::rules::retention::{self, DossierKind};
use crate::steps::mail::{SERVICE_RULE, letters};
use crate::views::case_page::CaseView;
use actix_web::post;
use garde::Validate;
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;
use utoipa::ToSchema;

/// Most entries of a catalogue: what an event of 64 KB holds.
const MOST_ENTRIES: usize = 250;

/// Where the dossier goes and how long it is kept.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct ArchiveCase {
    /// The archive number (档号).
    #[garde(dive)]
    #[schema(example = "示市监-2026-XXGK-D30-0012")]
    pub archive_number: Line<60>,
    /// Retention in years; `null` is permanent; left out, the agency's table counts, and where that says nothing its one period. Never
    /// shorter than the table.
    #[serde(default, deserialize_with = "stated")]
    #[garde(inner(inner(range(min = 1, max = 100))))]
    #[schema(value_type = Option<u16>, minimum = 1, maximum = 100)]
    pub retention_years: Option<Option<u16>>,
}

#[expect(clippy::option_option, reason = "left out and null say different things")]
fn stated<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<u16>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

impl Command for ArchiveCase {
    const STEP: Step = Step::Archive;
    // The table in force when the dossier is archived counts.
    const SETTINGS: Edition = Edition::Newest;

    fn ready(case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        // A letter may have become due after the closing: an erratum, or a service that failed.
        complete(case).map(|()| None)
    }

    fn decide(self, _at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let catalogue = catalogue(case);
        if catalogue.len() > MOST_ENTRIES {
            return Err(Refusal::new(
                Code::LimitReached,
                format!("卷内文件 {} 件，超过 {MOST_ENTRIES} 件", catalogue.len()),
                format!("the dossier has {} entries, more than {MOST_ENTRIES}", catalogue.len()),
            ));
        }
        let table = retention::of_kind(&facts.settings.retention, kind(case), facts.today);
        let retention_years = self.retention_years.or(table).unwrap_or(facts.settings.retention_years);
        if table.is_some_and(|years| retention::is_shorter(retention_years, years)) {
            let (zh, en) = ("保管期限不得短于本机关的保管期限表", "the agency's retention table asks for a longer period");
            return Err(Refusal::new(Code::RetentionRuns, zh, en).under("档案法实施条例 19").at("/retention_years"));
        }
        let in_proceedings = retention::of_kind(&facts.settings.retention, DossierKind::Proceeding, facts.today);
        let archiving = Archiving {
            on: facts.today,
            archive_number: self.archive_number.into_string(),
            retention_years,
            in_proceedings: in_proceedings.map(|years| Period { years }),
            catalogue,
        };
        Ok(Decision::new().with(CaseEvent::CaseArchived { archiving }))
    }
}

/// What is missing before a dossier can be archived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lack {
    /// The code of the refusal.
    pub code: Code,
    /// What, and under which rule.
    pub node: Missing,
}

/// Everything that is missing before the dossier can be archived, whatever the stage.
pub fn lacks(case: &Case) -> Vec<Lack> {
    let nodes = close::missing(case).into_iter().chain(published_or_not(case)).map(|node| Lack { code: Code::NodeMissing, node });
    let proofs = delivery::missing(case)
        .into_iter()
        .map(|(zh, en)| Lack { code: Code::DeliveryProofMissing, node: Missing::new(zh, en, SERVICE_RULE) });
    let texts = off_file(case).into_iter().map(|letter| {
        let (zh, en) = letters::named(case, letter);
        let node = Missing::new(format!("{zh}的正本"), format!("the text of {en}"), "45");
        Lack { code: Code::LetterNotOnFile, node }
    });
    nodes.chain(proofs).chain(texts).collect()
}

/// Letters to the applicant whose text is missing: neither made here, nor scanned as sealed, nor put in as a paper of its date.
fn off_file(case: &Case) -> Vec<Letter> {
    let scanned = |letter| {
        let dated_on = letters::dated_on(case, letter);
        case.papers.iter().any(|paper| paper.kind == PaperKind::ReplyOriginal && Some(paper.dated_on) == dated_on)
    };
    let there = |letter| case.made(letter).is_some() || case.scan(letter).is_some() || scanned(letter);
    letters::owed(case).into_iter().filter(|letter| !there(*letter)).collect()
}

/// Refuses while anything is missing, all of it at once: each lack with the code that it has.
fn complete(case: &Case) -> Result<(), Refusal> {
    let lacks = lacks(case);
    let Some(first) = lacks.first() else { return Ok(()) };
    let list = |text: fn(&Missing) -> &str, between: &str| lacks.iter().map(|lack| text(&lack.node)).collect::<Vec<_>>().join(between);
    let mut rules: Vec<&str> = lacks.iter().map(|lack| lack.node.rule).collect();
    rules.dedup();
    let copies = if lacks.iter().any(|lack| lack.code == Code::LetterNotOnFile) {
        (
            "；文书请在系统中制作（已寄送而未制作的可补制存卷），或者补入盖章件扫描件",
            "; make the letter (a copy where it has left), or put in the scan of the sealed one",
        )
    } else {
        ("", "")
    };
    let mut refusal = Refusal::new(
        first.code,
        format!("案卷尚缺：{}{}", list(|node| &node.zh, "；"), copies.0),
        format!("the dossier still lacks {}{}", list(|node| &node.en, "; "), copies.1),
    )
    .under(rules.join("; "));
    refusal.errors = lacks
        .iter()
        .map(|lack| FieldRefusal {
            pointer: String::new(),
            code: Cow::Borrowed(lack.code.as_str()),
            detail_zh: format!("缺{}（{}）", lack.node.zh, lack.node.rule),
            detail_en: format!("{} is missing ({})", lack.node.en, lack.node.rule),
        })
        .collect();
    Err(refusal)
}

/// Whether what was given could be for everybody is decided with the reply; the dossier does not go without (Art 44).
fn published_or_not(case: &Case) -> Option<Missing> {
    let items: Vec<String> = unreviewed(case).iter().map(u32::to_string).collect();
    let zh = format!("第 {} 项的依申请转主动公开审查", items.join("、"));
    (!items.is_empty()).then(|| Missing::new(zh, format!("whether item {} is published for everybody", items.join(", ")), "44"))
}

/// Archive the dossier.
///
/// Refused while the text of a letter, the proof of a delivery or the envelope of a letter that came back is not on file, naming each.
/// The catalogue is made from the case in the order of the dossier; the retention period is the agency's, unless stated.
#[utoipa::path(tag = "archive", request_body = ArchiveCase, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/archiving")]
pub async fn archive_case(call: Call) -> Answer {
    super::super::take::<ArchiveCase>(call).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::duties::duties;
    use crate::case::model::Letter;
    use crate::case::stage::Stage;
    use crate::case::testing::{Bench, CLERK, DOCUMENT, day};
    use crate::rules::reply_kinds::{OtherReason, ReplyKind};
    use crate::rules::terms::DutyKind;
    use crate::steps::archive::close::CloseCase;
    use crate::steps::archive::paper::AddPaper;
    use crate::steps::mail::dispatch::DispatchLetter;
    use crate::steps::mail::proof::FileDeliveryProof;
    use crate::steps::mail::testing::{erratum, made, replied_with};
    use serde_json::json;

    fn closed() -> Bench {
        let mut bench = replied_with("2026-11-10", ReplyKind::O3, Some(OtherReason::Withdrawn));
        bench.take::<CloseCase>(CLERK, None, json!({})).unwrap();
        bench.go("2027-03-01");
        bench
    }

    #[test]
    fn archiving_follows_closing_on_a_day_of_its_own() {
        let mut bench = replied_with("2026-11-10", ReplyKind::O3, Some(OtherReason::Withdrawn));
        assert_eq!(
            bench.take::<ArchiveCase>(CLERK, None, json!({"archive_number": "D30-0001"})).unwrap_err().code.as_str(),
            "stage_forbids"
        );
        let mut bench = closed();
        bench.take::<ArchiveCase>(CLERK, None, json!({"archive_number": "D30-0001"})).unwrap();
        let case = bench.case();
        let archiving = case.archiving.as_ref().unwrap();
        assert_eq!((case.stage, archiving.on, case.closing.as_ref().unwrap().on), (Stage::Archived, day("2027-03-01"), day("2026-11-10")));
        assert_eq!(archiving.catalogue, catalogue(bench.case()));
        let duty = duties(case, bench.calendar()).into_iter().find(|duty| duty.kind == DutyKind::Archive).unwrap();
        assert_eq!(duty.met_on, Some(day("2027-03-01")));
    }

    #[test]
    fn retention_is_the_agency_s_unless_stated() {
        for (body, years) in [
            (json!({"archive_number": "甲"}), Some(30)),
            (json!({"archive_number": "甲", "retention_years": 10}), Some(10)),
            (json!({"archive_number": "甲", "retention_years": null}), None),
        ] {
            let mut bench = closed();
            let case = bench.take::<ArchiveCase>(CLERK, None, body.clone()).unwrap();
            assert_eq!(case.archiving.as_ref().unwrap().retention_years, years, "{body}");
        }
        for years in [0, 101] {
            let command: ArchiveCase = serde_json::from_value(json!({"archive_number": "甲", "retention_years": years})).unwrap();
            assert!(command.validate().is_err(), "{years}");
        }
    }

    #[test]
    fn a_dossier_without_the_text_of_its_reply_is_refused_by_name() {
        let proved = |bench: &mut Bench| {
            let slip = json!({"document_id": DOCUMENT, "role": "signed_slip", "dated_on": "2026-11-10"});
            bench.take::<FileDeliveryProof>(CLERK, Some(1), slip).unwrap();
        };
        let closed = |with_text: bool| {
            let mut bench = replied_with("2026-11-10", ReplyKind::A1, None);
            if with_text {
                made(&mut bench, Letter::Reply { n: 1 });
            }
            let signed = json!({"letter": Letter::Reply { n: 1 }, "on": "2026-11-10", "method": {"method": "hand_over", "delivered_on": "2026-11-10", "signed_by": "甲某"}});
            bench.take::<DispatchLetter>(CLERK, None, signed).unwrap();
            proved(&mut bench);
            bench.take::<CloseCase>(CLERK, None, json!({})).unwrap();
            bench
        };
        let archive = json!({"archive_number": "甲"});
        assert!(closed(true).take::<ArchiveCase>(CLERK, None, archive.clone()).is_ok());
        let mut bench = closed(false);
        assert_eq!(bench.take::<ArchiveCase>(CLERK, None, archive.clone()).unwrap_err().code.as_str(), "letter_not_on_file");
        let scan = json!({"document_id": DOCUMENT, "kind": "reply_original", "title": "盖章件", "dated_on": "2026-11-10", "late_reason": "补入扫描件。"});
        bench.take::<AddPaper>(CLERK, None, scan).unwrap();
        assert!(bench.take::<ArchiveCase>(CLERK, None, archive).is_ok());
    }

    #[test]
    fn a_letter_that_became_due_after_closing_keeps_the_dossier_open() {
        let mut bench = closed();
        erratum(&mut bench, "2027-03-01");
        assert_eq!(bench.take::<ArchiveCase>(CLERK, None, json!({"archive_number": "甲"})).unwrap_err().code.as_str(), "node_missing");
    }
}
