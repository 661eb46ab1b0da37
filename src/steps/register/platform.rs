//! Enter a case on the city's platform (市政务公开工作平台), or record that it stands there otherwise. Who: clerk, or another system.
//!
//! Every application is entered there on the day or within a working day of its receipt, where there is a platform. What was recorded is
//! corrected by the same step again; the earlier record stays in the trail. Another number than the one the case has takes a reason: whatever the
//! platform tells under the first finds no case from then on.

use crate::case::command::Command;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, Needs};
use crate::case::flow::Step;
use crate::case::model::{Case, ExternalReference, FileNotTaken, PlatformEntry};
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::{Line, Words};
use crate::rules::platform::{CITY_PLATFORM, PlatformStatus};
use crate::steps::next;
use crate::steps::receive::application::NotTakenInput;
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::NaiveDate;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

/// What the platform says of the case.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct RecordPlatformEntry {
    /// The number there; left out, the one it has.
    #[garde(dive)]
    #[schema(example = "PT-2026-000123")]
    pub number: Option<Line<100>>,
    /// The day of the entry there; left out, the one known for the number.
    #[schema(example = "2026-11-03")]
    pub entered_on: Option<NaiveDate>,
    /// Where it stands there.
    pub status: PlatformStatus,
    /// As of which day; left out, today.
    pub status_on: Option<NaiveDate>,
    /// The receipt date that the platform shows; left out, the one it showed for the number before.
    pub received_on: Option<NaiveDate>,
    /// The due date that the platform shows; left out, the one it showed for the number before.
    pub due_on: Option<NaiveDate>,
    /// Why the case has another number there than was recorded; needed with another number, and only there.
    #[garde(dive)]
    #[schema(example = "原编号录入有误。")]
    pub correction: Option<Words<1000>>,
    /// Files that the platform named with the application and that are not in the dossier; of no caller's body.
    #[serde(skip)]
    pub not_taken: Vec<NotTakenInput>,
}

impl RecordPlatformEntry {
    /// A second number does not take the place of the first in silence, and a reason for a change comes with one.
    fn corrects(&self, known: Option<&str>, number: &str) -> Result<(), Refusal> {
        match (known.filter(|known| *known != number), &self.correction) {
            (Some(known), None) => {
                let zh = format!("本案已登记平台编号 {known}；确需更正的，请填写更正理由（correction）");
                let en = format!("the case has the number {known} there; where this one takes its place, say why (`correction`)");
                Err(Refusal::new(Code::PlatformNumberDiffers, zh, en).at("/number"))
            }
            (None, Some(_)) => {
                let (zh, en) = ("平台编号没有更改，不填写更正理由", "the number stays: there is nothing to correct");
                Err(Refusal::new(Code::FieldsRefused, zh, en).at("/correction"))
            }
            (Some(_), Some(_)) | (None, None) => Ok(()),
        }
    }
}

impl Command for RecordPlatformEntry {
    const STEP: Step = Step::EnterOnPlatform;
    const ADDITIVE: bool = true;

    fn needs(&self, _at: Option<u32>, _case: &Case, _today: NaiveDate) -> Needs {
        let reference = |number: &Line<100>| ExternalReference { system: CITY_PLATFORM.to_owned(), reference: number.as_str().to_owned() };
        Needs { reference: self.number.as_ref().map(reference), ..Needs::default() }
    }

    fn ready(_case: &Case, _facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        Ok(None)
    }

    fn decide(self, _at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let known = case.on_platform();
        let number = self.number.as_ref().map(Line::as_str).or(known.map(|known| known.number)).ok_or_else(|| {
            let (zh, en) = ("尚未登记平台编号，不能登记平台状态", "the case has no number on the platform yet, so it stands nowhere there");
            Refusal::new(Code::PlatformNumberMissing, zh, en).at("/number")
        })?;
        self.corrects(known.map(|known| known.number), number)?;
        if facts.known.reference_used {
            let (zh, en) = ("该平台编号已登记在另一案件", "another case already has this number of the platform");
            return Err(Refusal::new(Code::ReferenceTaken, zh, en).at("/number"));
        }
        let entered_before = known.filter(|known| known.number == number).map(|known| known.entered_on);
        let entered_on = self.entered_on.or(entered_before).ok_or_else(|| {
            Refusal::new(Code::DateMissing, "须填写在平台登记的日期", "a number needs the day of its entry there").at("/entered_on")
        })?;
        let status_on = self.status_on.unwrap_or(facts.today);
        facts.between(case.came_on(), entered_on, "/entered_on")?;
        facts.between(entered_on, status_on, "/status_on")?;
        if let Some(on) = self.received_on {
            facts.between(crate::steps::receive::application::FIRST_DAY, on, "/received_on")?;
        }
        let from_on = self.received_on.or(case.received_on()).unwrap_or(case.came_on());
        if self.due_on.is_some_and(|due_on| due_on < from_on) {
            let (zh, en) = ("答复期限早于收到申请之日", "a due date cannot be before the receipt date");
            return Err(Refusal::new(Code::DateBeforePrevious, zh, en).at("/due_on"));
        }
        // Whoever records a status says nothing of the dates that stand there.
        let shown = case.platform_entries.last().filter(|last| last.number == number);
        let mut decision = Decision::new();
        let not_taken: Vec<FileNotTaken> = self.not_taken.into_iter().map(|file| file.kept(&mut decision, facts)).collect();
        let entry = PlatformEntry {
            n: next(case.platform_entries.len()),
            number: number.to_owned(),
            entered_on,
            status: self.status,
            status_on,
            received_on: self.received_on.or(shown.and_then(|last| last.received_on)),
            due_on: self.due_on.or(shown.and_then(|last| last.due_on)),
            on: facts.today,
            by: facts.person.account_id,
            correction: decision.keep_some(facts, self.correction.map(Words::into_string)),
        };
        if not_taken.is_empty() && case.platform_entries.last().is_some_and(|last| same(last, &entry)) {
            return Err(Refusal::new(Code::NothingToChange, "平台登记情况没有变化", "it stands on the platform as recorded before"));
        }
        Ok(decision.with(CaseEvent::PlatformEntered { entry, not_taken }))
    }
}

/// Whether the second says nothing new: it may be recorded by another, on another day.
fn same(last: &PlatformEntry, entry: &PlatformEntry) -> bool {
    *last == PlatformEntry { n: last.n, on: last.on, by: last.by, correction: last.correction.clone(), ..entry.clone() }
}

/// Record the case's number and status on the city's platform.
///
/// What was recorded is corrected by the same step again; another number than the one the case has needs a reason (`correction`).
#[utoipa::path(tag = "register", request_body = RecordPlatformEntry, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/platform-entries")]
pub async fn record_platform_entry(call: Call) -> Answer {
    super::super::take::<RecordPlatformEntry>(call).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::model::PaperKind;
    use crate::case::testing::{APPROVER, Bench, CLERK, day};
    use crate::steps::mend::void::VoidCase;
    use serde_json::{Value, json};

    fn refused(bench: &mut Bench, body: Value) -> (&'static str, String) {
        let refusal = bench.take::<RecordPlatformEntry>(CLERK, None, body).unwrap_err();
        (refusal.code.as_str(), refusal.errors.first().map(|error| error.pointer.clone()).unwrap_or_default())
    }

    #[test]
    fn what_cannot_be_is_refused_by_name() {
        let mut bench = Bench::received("2026-11-03");
        bench.go("2026-11-05");
        assert_eq!(refused(&mut bench, json!({"status": "received"})), ("platform_number_missing", "/number".into()));
        let entry = |on: &str| json!({"number": "PT-1", "entered_on": on, "status": "received"});
        assert_eq!(refused(&mut bench, json!({"number": "PT-1", "status": "received"})), ("date_missing", "/entered_on".into()));
        assert_eq!(refused(&mut bench, entry("2026-11-02")), ("date_before_previous", "/entered_on".into()), "before it came");
        assert_eq!(refused(&mut bench, entry("2026-11-06")), ("date_in_future", "/entered_on".into()));
        let mut body = entry("2026-11-04");
        body["status_on"] = json!("2026-11-03");
        assert_eq!(refused(&mut bench, body.clone()), ("date_before_previous", "/status_on".into()));
        body["status_on"] = json!("2026-11-06");
        assert_eq!(refused(&mut bench, body), ("date_in_future", "/status_on".into()));
        let mut body = entry("2026-11-04");
        body["due_on"] = json!("2026-11-02");
        assert_eq!(refused(&mut bench, body), ("date_before_previous", "/due_on".into()));
        bench.known.reference_used = true;
        assert_eq!(refused(&mut bench, entry("2026-11-04")), ("reference_taken", "/number".into()));
        assert!(bench.case().platform_entries.is_empty());
    }

    #[test]
    fn a_due_date_before_an_unconfirmed_letter_came_is_refused_too() {
        let mut bench = Bench::on("2026-11-05");
        let fax = json!({
            "channel": "fax", "arrived_on": "2026-11-03", "applicants": [{"kind": "natural_person", "name": "甲某"}],
            "request": {"description": "申请公开甲文件。", "wanted_form": "paper", "delivery_channel": "post"}
        });
        bench.receive(fax).unwrap();
        assert_eq!(bench.case().received_on(), None, "Art 31(3)");
        // Also one that the database does not know.
        for due_on in ["2026-11-02", "-9999-01-01"] {
            let body = json!({"number": "PT-1", "entered_on": "2026-11-04", "status": "received", "due_on": due_on});
            assert_eq!(refused(&mut bench, body), ("date_before_previous", "/due_on".into()), "{due_on}");
        }
    }

    #[test]
    fn it_is_corrected_by_the_same_step_and_what_was_recorded_stays() {
        let mut bench = Bench::received("2026-11-03");
        let first = json!({"number": "PT-1", "entered_on": "2026-11-03", "status": "received"});
        bench.take::<RecordPlatformEntry>(CLERK, None, first.clone()).unwrap();
        assert_eq!(refused(&mut bench, first), ("nothing_to_change", String::new()));
        bench.go("2026-11-04").take::<RecordPlatformEntry>(CLERK, None, json!({"status": "registered"})).unwrap();
        bench
            .take::<RecordPlatformEntry>(
                CLERK,
                None,
                json!({"number": "PT-2", "entered_on": "2026-11-04", "status": "registered", "correction": "原编号录入有误。"}),
            )
            .unwrap();
        let case = bench.case();
        let known = case.on_platform().unwrap();
        assert_eq!((known.number, known.entered_on, known.known_on), ("PT-2", day("2026-11-04"), day("2026-11-04")));
        assert_eq!(case.external_references.len(), 1, "it has one number there");
        assert_eq!(case.platform_entries.iter().map(|entry| entry.number.as_str()).collect::<Vec<_>>(), ["PT-1", "PT-1", "PT-2"]);
        assert_eq!(case.platform_entries[1].entered_on, day("2026-11-03"), "a status leaves the day of the entry");
    }

    #[test]
    fn a_second_number_does_not_take_the_place_of_the_first_in_silence() {
        let mut bench = Bench::received("2026-11-03");
        let entry = |number: &str| json!({"number": number, "entered_on": "2026-11-03", "status": "received"});
        let corrected = |number: &str| {
            let mut body = entry(number);
            body["correction"] = json!("原编号录入有误。");
            body
        };
        assert_eq!(refused(&mut bench, corrected("PT-1")), ("fields_refused", "/correction".into()), "there is none to correct");
        bench.take::<RecordPlatformEntry>(CLERK, None, entry("PT-1")).unwrap();
        assert_eq!(refused(&mut bench, entry("PT-2")), ("platform_number_differs", "/number".into()));
        assert_eq!(refused(&mut bench, corrected("PT-1")), ("fields_refused", "/correction".into()), "the number stays");
        bench.take::<RecordPlatformEntry>(CLERK, None, corrected("PT-2")).unwrap();
        let case = bench.case();
        assert_eq!(case.on_platform().unwrap().number, "PT-2");
        let reasons: Vec<_> = case.platform_entries.iter().map(|entry| (entry.number.as_str(), entry.correction.is_some())).collect();
        assert_eq!(reasons, [("PT-1", false), ("PT-2", true)]);
    }

    #[test]
    fn art_45_a_file_that_came_with_an_application_and_is_not_there_stands_with_the_case_also_where_nothing_else_is_new() {
        let mut bench = Bench::received("2026-11-03");
        let first = json!({"number": "PT-1", "entered_on": "2026-11-03", "status": "received"});
        bench.take::<RecordPlatformEntry>(CLERK, None, first.clone()).unwrap();
        let missing =
            NotTakenInput { title: "附件.pdf".into(), kind: PaperKind::Other, sha256: "ab".repeat(32), code: "file_missing".into() };
        let mut command: RecordPlatformEntry = serde_json::from_value(first).unwrap();
        command.not_taken = vec![missing];
        bench.take_on(CLERK, (None, command)).unwrap();
        let codes: Vec<_> = bench.case().not_taken.iter().map(|file| file.code.as_str()).collect();
        assert_eq!(codes, ["file_missing"]);
    }

    #[test]
    fn a_status_takes_no_date_away_that_the_platform_shows() {
        let mut bench = Bench::received("2026-11-03");
        let first = json!({"number": "PT-1", "entered_on": "2026-11-03", "status": "received", "received_on": "2026-11-02",
                           "due_on": "2026-11-30"});
        bench.take::<RecordPlatformEntry>(CLERK, None, first).unwrap();
        bench.take::<RecordPlatformEntry>(CLERK, None, json!({"status": "registered"})).unwrap();
        let dates = |bench: &Bench| bench.case().platform_entries.last().map(|last| (last.received_on, last.due_on)).unwrap();
        assert_eq!(dates(&bench), (Some(day("2026-11-02")), Some(day("2026-11-30"))));
        bench.take::<RecordPlatformEntry>(CLERK, None, json!({"status": "registered", "due_on": "2026-12-01"})).unwrap();
        assert_eq!(dates(&bench), (Some(day("2026-11-02")), Some(day("2026-12-01"))));
        // Another number has dates of its own.
        let second = json!({"number": "PT-2", "entered_on": "2026-11-03", "status": "received", "correction": "平台重新编号。"});
        bench.take::<RecordPlatformEntry>(CLERK, None, second).unwrap();
        assert_eq!(dates(&bench), (None, None));
    }

    #[test]
    fn a_voided_case_leaves_its_number() {
        let mut bench = Bench::received("2026-11-03");
        bench
            .take::<RecordPlatformEntry>(CLERK, None, json!({"number": "PT-1", "entered_on": "2026-11-03", "status": "received"}))
            .unwrap();
        bench.take::<VoidCase>(APPROVER, None, json!({"reason": "误登记。"})).unwrap();
        assert_eq!(bench.case().on_platform(), None);
        assert_eq!(bench.case().platform_entries.len(), 1);
    }
}
