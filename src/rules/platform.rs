//! The city's platform for applications (市政务公开工作平台): what it says of an application, and in what it can differ from the register.
//!
//! Every application is entered there on the day or within a working day of its receipt, as the agency's settings say; where there is no platform
//! nothing is owed. Pure; which case stands how is derived elsewhere.

use super::coded::coded;

/// The system that the platform's numbers are references of.
pub const CITY_PLATFORM: &str = "city_platform";

/// The longest time that an agency's settings may give for the entry, in working days; 0 is the same day.
pub const LONGEST_ENTRY: u32 = 10;

coded! {
    /// Where an application stands on the city's platform.
    pub enum PlatformStatus {
        AwaitingConfirmation => "awaiting_confirmation", "待确认", "awaiting confirmation of receipt";
        Received => "received", "已接收", "received";
        Registered => "registered", "办理中", "registered, being handled";
        CorrectionAsked => "correction_asked", "待补正", "a correction was asked for";
        Consulting => "consulting", "征求意见中", "somebody is consulted";
        PaymentAsked => "payment_asked", "待缴费", "a payment was asked for";
        Extended => "extended", "已延期", "the period was extended";
        Answered => "answered", "已答复", "answered";
        Closed => "closed", "已办结", "closed";
        Withdrawn => "withdrawn", "已撤销", "withdrawn";
        Returned => "returned", "已退回", "returned to the platform: misrouted";
    }
}

impl PlatformStatus {
    /// Whether the platform says by this what the register says by the other: a case that was voided may have been withdrawn or returned.
    pub fn agrees(self, ours: Self) -> bool {
        self == ours || (ours == Self::Withdrawn && self == Self::Returned)
    }
}

coded! {
    /// In what the platform and the register differ.
    pub enum PlatformDifference {
        NotOnPlatform => "not_on_platform", "未在平台登记", "the case is not on the platform";
        UnknownNumber => "unknown_number", "平台编号未对应案件", "no case bears the platform's number";
        StatusDiffers => "status_differs", "状态不一致", "the statuses differ";
        ReceiptDateDiffers => "receipt_date_differs", "收到日期不一致", "the receipt dates differ";
        DueDateDiffers => "due_date_differs", "答复期限不一致", "the due dates differ";
        NotListed => "not_listed", "平台名单中没有该编号", "the platform's list of the day does not have the case's number";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_voided_case_may_have_been_returned() {
        assert!(PlatformStatus::Returned.agrees(PlatformStatus::Withdrawn));
        assert!(!PlatformStatus::Withdrawn.agrees(PlatformStatus::Returned));
        assert!(!PlatformStatus::Closed.agrees(PlatformStatus::Answered));
    }
}
