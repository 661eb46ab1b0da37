//! What every step is: a command whose decision is pure.

use super::facts::{Decision, Facts, Needs};
use super::flow::Step;
use super::model::Case;
use super::refusal::Refusal;
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
    fn needs(&self, _case: &Case, _today: NaiveDate) -> Needs {
        Needs::default()
    }

    /// Whether the step is open on this case, and on which ordinal it would act.
    fn ready(case: &Case, facts: &Facts<'_>) -> Result<Option<u32>, Refusal>;

    /// What happens, or why it may not.
    fn decide(self, at: Option<u32>, case: &Case, facts: &Facts<'_>) -> Result<Decision, Refusal>;
}
