//! What every step is: a command whose decision is pure.

use super::facts::{Decision, Facts, Needs};
use super::flow::Step;
use super::model::{Case, Joint};
use super::refusal::{Code, Refusal};
use chrono::NaiveDate;
use serde::de::DeserializeOwned;

/// An edition of the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edition {
    /// The one the case rests on.
    Pinned,
    /// The newest: where the pinned one may be what was wrong.
    Newest,
}

/// A step of the life. `ready` says whether it is open at all; `decide` says what happens.
pub trait Command: DeserializeOwned + Send + 'static {
    /// Its line in the flow table.
    const STEP: Step;
    /// An additive step takes `If-Match: *`: it cannot contradict what another clerk did meanwhile.
    const ADDITIVE: bool = false;
    /// Which edition of the agency's settings the decision is made from.
    const SETTINGS: Edition = Edition::Pinned;

    /// What the journal must look up before the decision.
    fn needs(&self, _at: Option<u32>, _case: &Case, _today: NaiveDate) -> Needs {
        Needs::default()
    }

    /// Whether the step is open on this case, and on which ordinal it would act.
    fn ready(case: &Case, facts: &Facts<'_>) -> Result<Option<u32>, Refusal>;

    /// What happens, or why it may not.
    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal>;

    /// The cases that share the reply it is about (合并答复): the step is taken on all of them or on none.
    fn shared(&self, _at: Option<u32>, _case: &Case) -> Option<Joint> {
        None
    }

    /// The same step on another of those cases, with its own ordinals, after it was taken on the first; `None` where that has nothing left to
    /// do there.
    fn on_sharer(self, _joint: &Joint, _at: Option<u32>, _first: &Case, _case: &Case) -> Result<Option<(Option<u32>, Self)>, Refusal>
    where
        Self: Sized,
    {
        Ok(None)
    }
}

/// Refuses every step on what was disposed of: nothing that it would keep could be read. A voided case and a split paper keep their stage.
pub fn not_disposed_of(case: &Case) -> Result<(), Refusal> {
    if case.disposal.is_none() {
        return Ok(());
    }
    let (zh, en) = ("案卷已销毁，仅保留办理轨迹和销毁清册", "the dossier was disposed of; its trail and the report are left");
    Err(Refusal::new(Code::DossierDisposed, zh, en).under("档案法实施条例 19"))
}

/// The step back if it is open on the case. Where nothing is open and the step names what the case does not have, the refusal says that.
pub fn if_ready<C: Command>(command: C, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<C, Refusal> {
    not_disposed_of(case)?;
    let Err(closed) = C::ready(case, facts) else { return Ok(command) };
    if !matches!(closed.code, Code::NothingOpen | Code::NoOpenLetter) {
        return Err(closed);
    }
    let names_nothing = |refusal: &Refusal| match refusal.code {
        Code::UnknownTarget | Code::ConsultationUnknown => true,
        Code::UnknownReference => refusal.errors.iter().any(|error| error.pointer == "/letter"),
        _ => false,
    };
    Err(command.decide(at, case, facts).err().filter(names_nothing).unwrap_or(closed))
}

/// The refusal of a step that the stage does not allow.
pub fn stage_forbids(step: Step, case: &Case) -> Refusal {
    let row = step.row();
    let allowed = row.from.iter().map(|stage| stage.zh()).collect::<Vec<_>>().join("、");
    let allowed_en = row.from.iter().map(|stage| stage.code()).collect::<Vec<_>>().join(", ");
    Refusal::new(
        Code::StageForbids,
        format!("案件处于“{}”阶段；“{}”只能在以下阶段办理：{allowed}", case.stage.zh(), row.zh),
        format!("the case is {}; \"{}\" is open only when it is {allowed_en}", case.stage.code(), row.en),
    )
    .under(row.article)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::testing::CLERK;
    use crate::steps::fixtures::registered;
    use crate::steps::handle::consult::AnswerConsultation;
    use crate::steps::mail::dispatch::DispatchLetter;
    use serde_json::json;

    #[test]
    fn what_the_case_does_not_have_is_named_although_nothing_is_open() {
        let mut bench = registered("2026-06-01");
        let answer = json!({"on": "2026-06-01", "opinion": "consents"});
        let refusal = bench.take::<AnswerConsultation>(CLERK, Some(9), answer).unwrap_err();
        assert_eq!((refusal.code, refusal.detail_en.as_str()), (Code::UnknownTarget, "no consultation 9"));
        let letter = |letter| json!({"letter": letter, "on": "2026-06-01", "method": {"method": "hand_over"}});
        let refusal = bench.take::<DispatchLetter>(CLERK, None, letter(json!({"kind": "consultation", "n": 9}))).unwrap_err();
        assert_eq!(refusal.code, Code::UnknownReference);
        assert!(refusal.detail_zh.contains("没有第 9 份征求意见书"), "{}", refusal.detail_zh);
    }
}
