//! Report what was mended (反馈整改情况), and look whether it is (复查).

use super::{first, in_reach, named, standing};
use crate::case::command::Command;
use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, Needs};
use crate::case::flow::Step;
use crate::case::model::{Case, Rectification, RectificationReport, RectificationReview, Verdict};
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::text::Words;
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::NaiveDate;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// What was mended.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct ReportRectification {
    /// What was done.
    #[garde(dive)]
    #[schema(example = "已印发检索办法，补录目录126条。")]
    pub done: Words<4000>,
    /// The stored papers that prove it.
    #[garde(length(min = 1, max = 20))]
    #[schema(min_items = 1, max_items = 20)]
    pub proofs: Vec<Uuid>,
}

fn not_asked() -> Refusal {
    let (zh, en) = ("只能由被通知整改部门的人员反馈", "only a member of the department reports what it mended");
    Refusal::new(Code::NotPermitted, zh, en).under("46")
}

fn reported() -> Refusal {
    let (zh, en) = ("已经反馈整改情况；需要继续整改的，由复查人退回", "a report was given; who looks at it sends it back first");
    Refusal::new(Code::AlreadyDone, zh, en).under("46")
}

/// Only the department that was told reports, and once until it is sent back.
pub(crate) fn reportable<T>(notice: &Rectification<T>, department: Option<Uuid>) -> Result<(), Refusal> {
    standing(notice)?;
    if department != Some(notice.department) {
        return Err(not_asked());
    }
    if notice.is_open() { Ok(()) } else { Err(reported()) }
}

impl Command for ReportRectification {
    const STEP: Step = Step::ReportRectification;
    const ADDITIVE: bool = true;

    fn needs(&self, _case: &Case, _today: NaiveDate) -> Needs {
        Needs { documents: self.proofs.clone(), ..Needs::default() }
    }

    fn ready(case: &Case, facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        let own = |notice: &&Rectification| Some(notice.department) == facts.person.department && notice.is_open();
        match case.rectifications.iter().find(own) {
            Some(notice) => Ok(Some(notice.n)),
            None => first(case, Rectification::is_open).and(Err(not_asked())),
        }
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let notice = named(case, at)?;
        reportable(notice, facts.person.department)?;
        for (index, id) in self.proofs.iter().enumerate() {
            facts.document(*id, &format!("/proofs/{index}"))?;
        }
        let mut decision = Decision::new();
        let mut proofs = self.proofs;
        proofs.sort_unstable();
        proofs.dedup();
        let report = RectificationReport {
            n: crate::steps::next(notice.reports.len()),
            on: facts.today,
            by: facts.person.account_id,
            done: decision.keep(facts, self.done.into_string()),
            proofs,
            review: None,
        };
        Ok(decision.with(CaseEvent::RectificationReported { rectification: notice.n, report }))
    }
}

/// Whether it is mended.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct ReviewRectification {
    /// Mended (`approved`), or to be mended further (`returned`).
    pub verdict: Verdict,
    /// What was found; needed to send it back.
    #[garde(dive)]
    #[schema(example = "抽查10条目录，均可检索。")]
    pub remark: Option<Words<2000>>,
    /// Until when it is to be mended further; of what is sent back only, none leaves the first date.
    pub due_on: Option<NaiveDate>,
}

impl ReviewRectification {
    /// The number of the report that is looked at, where this may be found of it by this person.
    pub(crate) fn of<T>(&self, notice: &Rectification<T>, (by, today): (Uuid, NaiveDate)) -> Result<u32, Refusal> {
        standing(notice)?;
        let Some(report) = notice.unreviewed() else {
            let (zh, en) = ("没有待复查的整改情况", "no report waits for a second look");
            return Err(Refusal::new(Code::NothingOpen, zh, en).under("46"));
        };
        if report.by == by {
            return Err(same_person());
        }
        let returned = self.verdict == Verdict::Returned;
        if returned && self.remark.is_none() {
            let (zh, en) = ("退回的，须说明还要整改什么", "to send it back, say what is still to be done");
            return Err(Refusal::new(Code::FieldsRefused, zh, en).at("/remark"));
        }
        match self.due_on {
            Some(_) if !returned => {
                let (zh, en) = ("复查通过的，不再有整改期限", "what is mended has no further date");
                return Err(Refusal::new(Code::DateNotApplicable, zh, en).at("/due_on"));
            }
            Some(due_on) => in_reach(today, due_on, "/due_on")?,
            None => {}
        }
        Ok(report.n)
    }
}

impl Command for ReviewRectification {
    const STEP: Step = Step::ReviewRectification;

    fn ready(case: &Case, facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
        let by_other = |notice: &&Rectification| notice.unreviewed().is_some_and(|report| report.by != facts.person.account_id);
        match case.rectifications.iter().find(by_other) {
            Some(notice) => Ok(Some(notice.n)),
            None => first(case, |notice| notice.unreviewed().is_some()).and(Err(same_person())),
        }
    }

    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let notice = named(case, at)?;
        let report = self.of(notice, (facts.person.account_id, facts.today))?;
        let mut decision = Decision::new();
        let review = RectificationReview {
            on: facts.today,
            by: facts.person.account_id,
            verdict: self.verdict,
            remark: decision.keep_some(facts, self.remark.map(Words::into_string)),
            due_on: self.due_on,
        };
        Ok(decision.with(CaseEvent::RectificationReviewed { rectification: notice.n, report, review }))
    }
}

fn same_person() -> Refusal {
    let (zh, en) = ("须由反馈人以外的另一人复查", "somebody other than who reported looks whether it is mended");
    Refusal::new(Code::SamePerson, zh, en).under("46")
}

/// Report what was mended.
#[utoipa::path(tag = "remedy", request_body = ReportRectification, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/rectifications/{n}/reports")]
pub async fn report_rectification(call: Call) -> Answer {
    crate::steps::take::<ReportRectification>(call).await
}

/// Look whether it is mended, as the second person.
///
/// Never who reported it. What is sent back is owed again.
#[utoipa::path(tag = "remedy", request_body = ReviewRectification, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/rectifications/{n}/review")]
pub async fn review_rectification(call: Call) -> Answer {
    crate::steps::take::<ReviewRectification>(call).await
}
