//! Void a case (作废) entered twice or by mistake, 45, domain 6.6. Who: an approver who does not enter cases.
//!
//! The number stays, marked 作废, out of every table; the survivor takes the earlier receipt date. A case under review cannot vanish.

use crate::case::command::{Command, Edition};
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, Needs};
use crate::case::flow::Step;
use crate::case::model::{Case, Period, Voiding};
use crate::case::refusal::{Code, Refusal};
use crate::case::retention::kind;
use crate::case::stage::Stage;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::Words;
use crate::rules::permissions::Role;
use crate::rules::retention::of_kind;
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::NaiveDate;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A voiding.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct VoidCase {
    /// Why.
    #[garde(dive)]
    #[schema(example = "同一申请重复登记。")]
    pub reason: Words<2000>,
    /// The case that survives, where one was entered twice.
    pub survivor: Option<Uuid>,
    /// It is for another agency and goes back to the city's platform, which is told so; only of what is there and was not answered.
    #[serde(default)]
    pub returned: bool,
}

impl Command for VoidCase {
    const STEP: Step = Step::Void;
    // The retention table in force when the case is voided counts.
    const SETTINGS: Edition = Edition::Newest;

    fn needs(&self, _at: Option<u32>, _case: &Case, _today: NaiveDate) -> Needs {
        Needs { cases: self.survivor.into_iter().collect(), ..Needs::default() }
    }

    fn ready(case: &Case, facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        // The reply duty vanishes with the case: who enters cases may not also make them vanish.
        if facts.person.roles.contains(&Role::Clerk) {
            return Err(Refusal::new(
                Code::SecondPersonNeeded,
                "作废须由不兼任经办员的签发人办理",
                "an approver who is not also a clerk must void the case",
            )
            .under("45"));
        }
        if !case.survives.is_empty() {
            return Err(Refusal::new(
                Code::SurvivorUnfit,
                "另一案件已作废并以本案存续，作废本案将使申请无案可查",
                "another case was voided in favour of this one: voiding it too would leave the application without a case",
            )
            .under("45"));
        }
        if case.standing_reply().is_some_and(|reply| reply.joint.is_some()) {
            return Err(Refusal::new(
                Code::JointBroken,
                "本案与他案合并答复，须先撤回该答复",
                "it shares its reply with other cases: recall that first",
            )
            .under("45"));
        }
        if case.proceedings.is_empty() {
            return Ok(None);
        }
        Err(Refusal::new(
            Code::ProceedingEntered,
            "案件已有行政复议或者行政诉讼，答复和统计义务不因作废消灭",
            "a reconsideration or lawsuit was entered: its duties and its line in table four cannot vanish",
        )
        .under("50(3)"))
    }

    fn decide(self, _at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        if self.returned {
            self.may_go_back(case)?;
        }
        let mut decision = Decision::new();
        if let Some(id) = self.survivor {
            decision.others.push(survivor(case, facts, id)?);
        }
        let voiding = Voiding {
            reason: decision.keep(facts, self.reason.into_string()),
            survivor: self.survivor,
            returned: self.returned,
            retention: self.survivor.is_none().then(|| kept(case, facts)),
            on: facts.today,
            by: facts.person.account_id,
        };
        Ok(decision.with(CaseEvent::CaseVoided { voiding }))
    }
}

impl VoidCase {
    /// What was misrouted on the platform is returned there, an event that is not counted (domain 6.6); an answer was given by whoever was competent.
    fn may_go_back(&self, case: &Case) -> Result<(), Refusal> {
        if self.survivor.is_some() {
            let (zh, en) = ("退回平台的案件没有存续案件", "what is returned to the platform goes on in no other case");
            return Err(Refusal::new(Code::SurvivorUnfit, zh, en).at("/survivor"));
        }
        if case.on_platform().is_none() {
            let (zh, en) = ("本案没有平台编号，不能退回平台", "the case has no number on the platform: it cannot be returned there");
            return Err(Refusal::new(Code::PlatformNumberMissing, zh, en).at("/returned"));
        }
        if case.standing_reply().is_some() {
            let (zh, en) = ("已经答复的案件不能退回平台", "what was answered cannot be returned to the platform");
            return Err(Refusal::new(Code::StageForbids, zh, en).under("10(1)").at("/returned"));
        }
        Ok(())
    }
}

/// How long a case that no other stands for is kept, as a dossier archived on that day would be.
fn kept(case: &Case, facts: &Facts<'_>) -> Period {
    let table = of_kind(&facts.settings.retention, kind(case), facts.today);
    Period { years: table.unwrap_or(facts.settings.retention_years) }
}

/// What happens to the survivor.
fn survivor(case: &Case, facts: &Facts<'_>, id: Uuid) -> Result<(Uuid, Vec<CaseEvent>), Refusal> {
    let unfit = |zh: &str, en: &str| Err(Refusal::new(Code::SurvivorUnfit, zh, en).at("/survivor"));
    let Some(known) = facts.known.cases.get(&id) else {
        return Err(Refusal::new(Code::UnknownReference, "存续案件不存在", "the surviving case is unknown").at("/survivor"));
    };
    if id == case.id {
        return unfit("案件不能以自身为存续案件", "a case cannot survive itself");
    }
    if known.case.stage == Stage::Voided {
        return unfit("存续案件本身已作废", "the surviving case is itself void");
    }
    if known.case.stage == Stage::Split {
        return unfit("存续案件已拆分，请以拆分出的案件为存续案件", "the surviving case was split: name the part that survives");
    }
    if !known.same_applicant {
        return unfit("两案没有相同的申请人", "the two cases share no applicant");
    }
    if known.case.matter != case.matter {
        return unfit(
            "两案申请事项不同：更正本人信息与政府信息公开申请不是重复登记",
            "the two cases are about different matters: they are not one application entered twice",
        );
    }
    let twin = CaseEvent::TwinVoided { from: case.id };
    let Some(receipt) = case.receipt.clone().filter(|receipt| known.case.received_on().is_none_or(|on| receipt.on < on)) else {
        return Ok((id, vec![twin]));
    };
    match known.case.stage {
        Stage::Received | Stage::Registered | Stage::Replied | Stage::Mailed => {
            Ok((id, vec![twin, CaseEvent::EarlierReceiptTaken { from: case.id, receipt }]))
        }
        Stage::AwaitingConfirmation => unfit(
            "存续案件尚未确认收到，请先确认收到，或者保留本案",
            "the survivor is not received yet: confirm its receipt first, or keep this case",
        ),
        Stage::Closed | Stage::Archived | Stage::Voided | Stage::Split | Stage::Disposed => {
            unfit("存续案件已办结，请先更正其收到日期", "the survivor is closed: amend its receipt date first")
        }
    }
}

/// Void a case entered twice or by mistake.
#[utoipa::path(tag = "mend", request_body = VoidCase, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/voiding")]
pub async fn void_case(call: Call) -> Answer {
    super::super::take::<VoidCase>(call).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::duties::duties;
    use crate::case::projection::project;
    use crate::case::testing::{APPROVER, Bench, REVIEWER};
    use crate::steps::fixtures::{issued, reconsideration, served};
    use crate::steps::remedy::open::OpenReconsideration;
    use serde_json::json;

    const OTHER: Uuid = Uuid::from_u128(101);

    fn other(bench: &Bench) -> Case {
        Case { id: OTHER, ..bench.case().clone() }
    }

    fn void(bench: &mut Bench, body: serde_json::Value) -> Result<(), &'static str> {
        bench.take::<VoidCase>(APPROVER, None, body).map(|_| ()).map_err(|refusal| refusal.code.as_str())
    }

    fn twice() -> serde_json::Value {
        json!({"reason": "重复登记", "survivor": OTHER})
    }

    #[test]
    fn the_number_stays_and_the_case_is_out_of_every_table() {
        let mut bench = issued("2026-08-03");
        void(&mut bench, json!({"reason": "登记有误"})).unwrap();
        let case = bench.case();
        assert_eq!((case.stage, case.registration.is_some()), (Stage::Voided, true));
        assert!(duties(case, bench.calendar()).is_empty() && project(case, bench.calendar()).result.is_none());
    }

    #[test]
    fn domain_6_6_what_was_misrouted_on_the_platform_goes_back_there_and_keeps_its_number() {
        use crate::case::platform::standing;
        use crate::case::testing::CLERK;
        use crate::rules::platform::PlatformStatus;
        use crate::steps::register::platform::RecordPlatformEntry;
        let back = || json!({"reason": "属于另一机关职责。", "returned": true});
        let mut bench = Bench::received("2026-08-03");
        assert_eq!(void(&mut bench, back()), Err("platform_number_missing"));
        let entry = json!({"number": "PT-1", "entered_on": "2026-08-03", "status": "received"});
        bench.take::<RecordPlatformEntry>(CLERK, None, entry.clone()).unwrap();
        let known = other(&bench);
        bench.knows(OTHER, known, true);
        assert_eq!(void(&mut bench, json!({"reason": "重复登记", "survivor": OTHER, "returned": true})), Err("survivor_unfit"));
        void(&mut bench, back()).unwrap();
        let case = bench.case();
        assert_eq!((case.stage, case.on_platform().map(|known| known.number)), (Stage::Voided, Some("PT-1")));
        assert_eq!(standing(case, bench.calendar(), bench.today).unwrap().status, Some(PlatformStatus::Returned));
        assert!(duties(case, bench.calendar()).is_empty() && project(case, bench.calendar()).result.is_none(), "it is not counted");
        // Whoever answered was competent.
        let mut bench = issued("2026-08-03");
        bench.take::<RecordPlatformEntry>(CLERK, None, entry).unwrap();
        assert_eq!(void(&mut bench, back()), Err("stage_forbids"));
    }

    #[test]
    fn who_enters_cases_may_not_void_them() {
        let mut bench = Bench::received("2026-08-03");
        bench.known.accounts.get_mut(&APPROVER).unwrap().roles.insert(Role::Clerk);
        assert_eq!(void(&mut bench, json!({"reason": "登记有误"})), Err("second_person_needed"));
    }

    #[test]
    fn a_case_under_review_cannot_vanish() {
        let mut bench = Bench::received("2026-08-03");
        bench.go("2026-09-02").take::<OpenReconsideration>(REVIEWER, None, reconsideration("2026-09-01")).unwrap();
        assert_eq!(void(&mut bench, json!({"reason": "登记有误"})), Err("proceeding_entered"));
    }

    #[test]
    fn the_survivor_takes_the_earlier_receipt() {
        let mut bench = Bench::received("2026-08-03");
        let mut later = Bench::received("2026-08-05");
        bench.knows(OTHER, other(&later), true);
        void(&mut bench, twice()).unwrap();
        let [(id, events)] = &bench.others[..] else { panic!() };
        assert_eq!(*id, OTHER);
        let receipt = bench.case().receipt.clone().unwrap();
        let from = bench.case().id;
        assert_eq!(events[..], [CaseEvent::TwinVoided { from }, CaseEvent::EarlierReceiptTaken { from, receipt: receipt.clone() }]);
        later.keep(events.clone(), Vec::new());
        assert_eq!(later.case().receipt, Some(receipt));
        // The application must not be left without a case.
        assert_eq!(void(&mut later, json!({"reason": "登记有误"})), Err("survivor_unfit"));
        let mut bench = Bench::received("2026-08-03");
        let earlier = Bench::received("2026-08-02");
        bench.knows(OTHER, other(&earlier), true);
        void(&mut bench, twice()).unwrap();
        let [(_, events)] = &bench.others[..] else { panic!() };
        assert_eq!(events[..], [CaseEvent::TwinVoided { from: bench.case().id }], "the survivor's own date is the earlier one");
    }

    #[test]
    fn what_cannot_survive() {
        let fresh = || Bench::received("2026-08-03");
        let mut bench = fresh();
        assert_eq!(void(&mut bench, twice()), Err("unknown_reference"));
        let own = bench.case().clone();
        let id = own.id;
        bench.knows(id, own, true);
        assert_eq!(void(&mut bench, json!({"reason": "重复登记", "survivor": id})), Err("survivor_unfit"));
        let later = served("2026-08-04", "2026-08-06");
        for (stage, same_applicant, result) in [
            (Stage::Mailed, false, Err("survivor_unfit")),
            (Stage::Voided, true, Err("survivor_unfit")),
            (Stage::Closed, true, Err("survivor_unfit")),
            (Stage::Mailed, true, Ok(())),
        ] {
            let mut bench = fresh();
            bench.knows(OTHER, Case { stage, ..other(&later) }, same_applicant);
            assert_eq!(void(&mut bench, twice()), result, "{stage:?}");
        }
        let mut bench = fresh();
        bench.knows(OTHER, Case { matter: crate::rules::matter::Matter::RecordCorrection, ..other(&later) }, true);
        assert_eq!(void(&mut bench, twice()), Err("survivor_unfit"), "another matter");
        let mut bench = fresh();
        bench.knows(OTHER, Case { stage: Stage::AwaitingConfirmation, receipt: None, ..other(&later) }, true);
        assert_eq!(void(&mut bench, twice()), Err("survivor_unfit"));
    }
}
