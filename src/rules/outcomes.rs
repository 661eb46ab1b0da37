//! How reconsideration (行政复议) and litigation (行政诉讼) end, under which article, and in which column of table four they count
//! (domain rules 5.3).

#[cfg(test)]
mod tests;

use super::coded::coded;

coded! {
    /// Column of table four.
    pub enum Column {
        Upheld => "upheld", "结果维持", "upheld";
        Overturned => "overturned", "结果纠正", "overturned";
        Other => "other", "其他结果", "other result";
        Pending => "pending", "尚未审结", "pending";
    }
}

coded! {
    /// Why a reply was corrected (domain 5.4).
    pub enum CorrectionCause {
        WrongArticle => "wrong_article", "适用条款错误", "wrong article applied";
        OutOfTime => "out_of_time", "程序超期", "out of time";
        PoorSearch => "poor_search", "检索不力·协查不力", "poor search or help between offices";
        NotSeparated => "not_separated", "未区分处理", "not separated";
        ThirdPartyNotAsked => "third_party_not_asked", "未征求第三方", "third party not asked";
        PoorReasons => "poor_reasons", "说理不足", "poor reasons";
        Other => "other", "其他", "other";
    }
}

coded! {
    /// Instance of a lawsuit.
    pub enum Instance {
        First => "first", "一审", "first instance";
        Second => "second", "二审", "second instance";
        Retrial => "retrial", "再审", "retrial";
    }
}

coded! {
    /// Kind of procedure.
    pub enum ProcedureKind {
        Ordinary => "ordinary", "普通程序", "ordinary procedure";
        Summary => "summary", "简易程序", "summary procedure";
    }
}

coded! {
    /// The form of a court's decision; it sets the term of appeal (行诉法 85).
    pub enum CourtForm {
        Judgment => "judgment", "判决", "judgment: 15 days to appeal";
        Ruling => "ruling", "裁定", "ruling: 10 days to appeal";
    }
}

coded! {
    /// How reconsideration ended.
    pub enum ReconsiderationOutcome {
        Upheld => "upheld", "维持", "upheld";
        RequestRejected => "request_rejected", "驳回行政复议请求", "request rejected";
        Revoked => "revoked", "撤销", "revoked";
        PartlyRevoked => "partly_revoked", "部分撤销", "revoked in part";
        Changed => "changed", "变更", "changed";
        PerformanceOrdered => "performance_ordered", "责令限期履行", "performance ordered";
        DeclaredUnlawful => "declared_unlawful", "确认违法", "declared unlawful";
        DeclaredUnlawfulAfterOwnRevocation => "declared_unlawful_after_own_revocation", "自行撤销后确认违法", "declared unlawful after the agency revoked it itself";
        DeclaredInvalid => "declared_invalid", "确认无效", "declared invalid";
        NotAccepted => "not_accepted", "不予受理", "not accepted";
        ApplicationDismissed => "application_dismissed", "驳回行政复议申请", "application dismissed as inadmissible";
        Terminated => "terminated", "终止", "terminated";
        Mediated => "mediated", "调解", "mediated";
    }
}

impl ReconsiderationOutcome {
    /// The article of the Reconsideration Law.
    pub const fn article(self) -> &'static str {
        match self {
            Self::Upheld => "复议法 68",
            Self::RequestRejected => "复议法 69",
            Self::Revoked | Self::PartlyRevoked => "复议法 64",
            Self::Changed => "复议法 63",
            Self::PerformanceOrdered => "复议法 66",
            Self::DeclaredUnlawful => "复议法 65",
            Self::DeclaredUnlawfulAfterOwnRevocation => "复议法 65(2)",
            Self::DeclaredInvalid => "复议法 67",
            Self::NotAccepted => "复议法 30",
            Self::ApplicationDismissed => "复议法 33",
            Self::Terminated => "复议法 41, 74",
            Self::Mediated => "复议法 73",
        }
    }

    /// The column of table four.
    pub const fn column(self) -> Column {
        match self {
            Self::Upheld | Self::RequestRejected => Column::Upheld,
            Self::Revoked
            | Self::PartlyRevoked
            | Self::Changed
            | Self::PerformanceOrdered
            | Self::DeclaredUnlawful
            | Self::DeclaredUnlawfulAfterOwnRevocation
            | Self::DeclaredInvalid => Column::Overturned,
            Self::NotAccepted | Self::ApplicationDismissed | Self::Terminated | Self::Mediated => Column::Other,
        }
    }
}

coded! {
    /// How an instance ended.
    pub enum CourtOutcome {
        ClaimDismissed => "claim_dismissed", "驳回诉讼请求", "claim dismissed";
        Revoked => "revoked", "撤销", "revoked";
        PartlyRevoked => "partly_revoked", "部分撤销", "revoked in part";
        NewActOrdered => "new_act_ordered", "撤销并责令重新作出", "revoked, new act ordered";
        PerformanceOrdered => "performance_ordered", "判决履行", "performance ordered";
        PaymentOrdered => "payment_ordered", "判决给付", "payment or delivery ordered";
        DeclaredUnlawful => "declared_unlawful", "确认违法", "declared unlawful";
        DeclaredInvalid => "declared_invalid", "确认无效", "declared invalid";
        Changed => "changed", "变更", "changed";
        NotDocketed => "not_docketed", "不予立案", "not docketed";
        SuitDismissed => "suit_dismissed", "驳回起诉", "suit dismissed as inadmissible";
        WithdrawalAllowed => "withdrawal_allowed", "准许撤诉", "withdrawal of the suit allowed";
        DeemedWithdrawn => "deemed_withdrawn", "按撤诉处理", "deemed withdrawn";
        Transferred => "transferred", "移送", "transferred to another court";
        Discontinued => "discontinued", "终结诉讼", "discontinued";
        AppealDismissed => "appeal_dismissed", "驳回上诉，维持原判", "appeal dismissed";
        AppealWithdrawn => "appeal_withdrawn", "准许撤回上诉", "withdrawal of the appeal allowed";
        Remanded => "remanded", "发回重审", "sent back for a new trial";
        Mediated => "mediated", "调解", "mediated";
    }
}

impl CourtOutcome {
    /// The article it rests on.
    pub const fn article(self) -> &'static str {
        match self {
            Self::ClaimDismissed => "行诉法 69",
            Self::Revoked | Self::PartlyRevoked | Self::NewActOrdered => "行诉法 70",
            Self::PerformanceOrdered => "行诉法 72",
            Self::PaymentOrdered => "行诉法 73",
            Self::DeclaredUnlawful => "行诉法 74",
            Self::DeclaredInvalid => "行诉法 75",
            Self::Changed => "行诉法 77",
            Self::NotDocketed => "行诉法 51",
            Self::SuitDismissed => "行诉法 49",
            Self::WithdrawalAllowed | Self::AppealWithdrawn => "行诉法 62",
            Self::DeemedWithdrawn => "行诉法 58",
            Self::Transferred => "行诉法 22",
            Self::Discontinued => "行诉解释 88",
            Self::AppealDismissed | Self::Remanded => "行诉法 89",
            Self::Mediated => "行诉法 60",
        }
    }

    /// The column this outcome has by itself in an instance; none where it leaves the judgment below standing. Above the first instance, what is
    /// not docketed or counts as withdrawn is the appeal or the application for a retrial (按自动撤回上诉处理), and not the suit.
    pub const fn column_in(self, instance: Instance) -> Option<Column> {
        match (instance, self) {
            (Instance::Second | Instance::Retrial, Self::NotDocketed | Self::DeemedWithdrawn) => None,
            _ => self.column(),
        }
    }

    /// In what form a court decides so (行诉法 49, 51, 58, 62, 69-77; 行诉解释 101): it sets the term of appeal (行诉法 85). None where either
    /// is used, or neither: an appeal is dismissed and a case sent back by both, and a mediation has a document of its own (调解书).
    pub const fn form(self) -> Option<CourtForm> {
        match self {
            Self::NotDocketed
            | Self::SuitDismissed
            | Self::WithdrawalAllowed
            | Self::DeemedWithdrawn
            | Self::Transferred
            | Self::Discontinued
            | Self::AppealWithdrawn => Some(CourtForm::Ruling),
            Self::AppealDismissed | Self::Remanded | Self::Mediated => None,
            _ => Some(CourtForm::Judgment),
        }
    }

    /// The column this outcome has by itself in a first instance; none of what only a court above it decides and leaves the judgment below
    /// standing.
    pub const fn column(self) -> Option<Column> {
        match self {
            Self::ClaimDismissed => Some(Column::Upheld),
            Self::Revoked
            | Self::PartlyRevoked
            | Self::NewActOrdered
            | Self::PerformanceOrdered
            | Self::PaymentOrdered
            | Self::DeclaredUnlawful
            | Self::DeclaredInvalid
            | Self::Changed => Some(Column::Overturned),
            Self::NotDocketed
            | Self::SuitDismissed
            | Self::WithdrawalAllowed
            | Self::DeemedWithdrawn
            | Self::Transferred
            | Self::Discontinued
            | Self::Mediated => Some(Column::Other),
            Self::Remanded => Some(Column::Pending),
            Self::AppealDismissed | Self::AppealWithdrawn => None,
        }
    }
}

/// The column of a lawsuit, which is one case through all its instances, from the outcomes so far in their order: the last one that
/// did not leave the judgment below standing. Pending where none is on record, also when only a dismissed appeal is: the judgment below
/// is missing then. An instance still open makes the case pending too; that is for the caller to know.
pub fn litigation_column(outcomes: &[(Instance, CourtOutcome)]) -> Column {
    outcomes.iter().rev().find_map(|(instance, outcome)| outcome.column_in(*instance)).unwrap_or(Column::Pending)
}
