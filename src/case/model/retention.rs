//! What becomes of a dossier after archiving: held (暂缓销毁), proposed for disposal (鉴定), disposed of (销毁), 档案法实施条例 19.

use super::letter::RenderedFile;
use super::split::Part;
use super::working::SentBack;
use crate::case::private::Private;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A period of an agency's table as it was on the day it was written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// In years; `None` is permanent.
    pub years: Option<u16>,
}

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
    /// Number of the proposal; of a case that goes with a dossier, that of the dossier.
    pub proposal: u32,
    /// The day.
    pub on: NaiveDate,
    /// Who decided.
    pub by: Uuid,
    /// The report (销毁清册), which is kept.
    pub report: RenderedFile,
    /// Documents whose keys were destroyed; those that another case uses stay.
    pub documents: Vec<Uuid>,
    /// The dossier it went with, of a paper that was split and of a case that was voided in favour of another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with_case: Option<Uuid>,
    /// The cases that went with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub companions: Vec<Part>,
}
