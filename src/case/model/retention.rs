//! What becomes of a dossier after archiving: held (暂缓销毁), proposed for disposal (鉴定), disposed of (销毁), 档案法实施条例 19.

use super::letter::RenderedFile;
use super::working::SentBack;
use crate::case::private::Private;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A dossier is not disposed of while a hold stands: an inspection, a dispute on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Running number in the case, from 1.
    pub n: u32,
    /// The day.
    pub on: NaiveDate,
    /// Who held it.
    pub by: Uuid,
    /// Why.
    pub reason: Private,
    /// Its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub released: Option<SentBack>,
}

/// Somebody proposes to dispose of a dossier whose period is over; another decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisposalProposal {
    /// Running number in the case, from 1.
    pub n: u32,
    /// The day.
    pub on: NaiveDate,
    /// Who proposed.
    pub by: Uuid,
    /// The appraisal (鉴定意见). It outlives the dossier, so it names nobody.
    pub appraisal: String,
    /// Refused by the second person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejected: Option<SentBack>,
}

/// The disposal: keys destroyed, trail kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disposal {
    /// Number of the proposal.
    pub proposal: u32,
    /// The day.
    pub on: NaiveDate,
    /// Who decided.
    pub by: Uuid,
    /// The report (销毁清册), which is kept.
    pub report: RenderedFile,
    /// Documents whose keys were destroyed; those that another case uses stay.
    pub documents: Vec<Uuid>,
}
