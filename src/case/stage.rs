//! The stages (节点) of a case: the owner's state machine, from the counter to the archive.
//!
//! A stage is output only: it follows from the trail, no client sets it. Review and litigation run beside
//! the stages (see [`crate::case::model::Proceeding`]), because they may begin at any of them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where a case stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Arrived by a channel whose receipt date needs a confirmation (待确认, Art 31(2)(3)).
    AwaitingConfirmation,
    /// Received (接收): the receipt date is fixed, the reply clock runs.
    Received,
    /// Registered (登记): numbered, acknowledged, being handled.
    Registered,
    /// Replied (答复): a reply is approved and issued; it has not left the agency.
    Replied,
    /// Mailed (邮寄): the reply has left the agency or was handed over.
    Mailed,
    /// Closed (办结): every node is proved.
    Closed,
    /// Archived (归档): the dossier is with the archivist.
    Archived,
    /// Voided (作废): entered twice or by mistake; the number stays, the case is out of every table.
    Voided,
    /// Split (拆分): one paper with several matters; the number stays, and its parts are answered and counted in its place.
    Split,
    /// Disposed of (销毁): the period of the dossier is over, its contents are shredded; the trail stays.
    Disposed,
}

impl Stage {
    /// Every stage, in the order of the life.
    pub const ALL: &[Self] = &[
        Self::AwaitingConfirmation,
        Self::Received,
        Self::Registered,
        Self::Replied,
        Self::Mailed,
        Self::Closed,
        Self::Archived,
        Self::Voided,
        Self::Split,
        Self::Disposed,
    ];

    /// Stages of a case that is out of every table: other cases, if any, stand in its place.
    pub const UNCOUNTED: [Self; 2] = [Self::Voided, Self::Split];

    /// Stages in which nobody has anything to do with a case any more.
    pub const ENDED: [Self; 4] = [Self::Archived, Self::Voided, Self::Split, Self::Disposed];

    /// The codes of stages, for filters.
    pub fn codes<const N: usize>(stages: [Self; N]) -> [&'static str; N] {
        stages.map(Self::code)
    }

    /// Whether the case counts in the tables.
    pub fn counts(self) -> bool {
        !Self::UNCOUNTED.contains(&self)
    }

    /// The stable English identifier used in JSON, the database and filters.
    pub const fn code(self) -> &'static str {
        match self {
            Self::AwaitingConfirmation => "awaiting_confirmation",
            Self::Received => "received",
            Self::Registered => "registered",
            Self::Replied => "replied",
            Self::Mailed => "mailed",
            Self::Closed => "closed",
            Self::Archived => "archived",
            Self::Voided => "voided",
            Self::Split => "split",
            Self::Disposed => "disposed",
        }
    }

    /// The official Chinese label.
    pub const fn zh(self) -> &'static str {
        match self {
            Self::AwaitingConfirmation => "待确认",
            Self::Received => "已接收",
            Self::Registered => "已登记",
            Self::Replied => "已答复（待送达）",
            Self::Mailed => "已寄送",
            Self::Closed => "已办结",
            Self::Archived => "已归档",
            Self::Voided => "已作废",
            Self::Split => "已拆分",
            Self::Disposed => "已销毁",
        }
    }

    /// The English label.
    pub const fn en(self) -> &'static str {
        match self {
            Self::AwaitingConfirmation => "Awaiting confirmation of receipt",
            Self::Received => "Received",
            Self::Registered => "Registered",
            Self::Replied => "Reply issued, not yet dispatched",
            Self::Mailed => "Reply dispatched",
            Self::Closed => "Closed",
            Self::Archived => "Archived",
            Self::Voided => "Voided",
            Self::Split => "Split into several cases",
            Self::Disposed => "Disposed of",
        }
    }
}
