//! Why the clock refuses a step. The codes are public and never change.

use std::borrow::Cow;

use super::super::coded::coded;

coded! {
    /// Why a step was refused; nothing changed.
    pub enum ClockCode {
        DateOutOfRange => "date_out_of_range", "日期超出计时范围", "the date is out of range";
        OutOfDateOrder => "out_of_date_order", "日期早于前一步骤", "the date lies before the step before it";
        StepBeforeReceipt => "step_before_receipt", "尚未收到申请", "nothing was received yet";
        AlreadyReceived => "already_received", "已经收到申请", "the application was already received";
        AlreadyReplied => "already_replied", "已经答复", "the reply was already given";
        AlreadyClosed => "already_closed", "已经终结", "the case is closed";
        CorrectionAlreadyUsed => "correction_already_used", "补正告知只能一次", "a correction may be asked for once";
        CorrectionNotOpen => "correction_not_open", "没有待补正的告知", "no correction is awaited";
        CorrectionAlreadyDelivered => "correction_already_delivered", "补正告知已经送达", "the correction notice was already delivered";
        TermOutOfRange => "term_out_of_range", "期限天数超出范围", "the term is out of range";
        LapseBeforeItsDay => "lapse_before_its_day", "期限尚未届满", "the term is not over";
        ConsultationUnknown => "consultation_unknown", "没有该征求意见", "there is no such consultation";
        ConsultationAlreadySent => "consultation_already_sent", "该征求意见已经发出", "this consultation was already sent";
        ConsultationAlreadyDelivered => "consultation_already_delivered", "该征求意见已经送达", "this consultation was already delivered";
        ConsultationAlreadyEnded => "consultation_already_ended", "该征求意见已经结束", "this consultation already ended";
        ExtensionDaysOutOfRange => "extension_days_out_of_range", "延期天数超出范围", "the extension is out of range";
        ExtensionAlreadyUsed => "extension_already_used", "只能延期一次", "the period was already extended";
        ExtensionAfterDueDate => "extension_after_due_date", "答复期限已经届满", "the due date has passed";
        NoPeriodRuns => "no_period_runs", "期限没有进行", "no period runs";
        FeeAlreadyNotified => "fee_already_notified", "收费通知已经发出", "a fee notice was already sent";
        FeeNoticeAfterDueDate => "fee_notice_after_due_date", "答复期限已经届满，不得收费", "the due date has passed; no fee may be asked for";
        FeeNotOpen => "fee_not_open", "没有待缴的费用", "no payment is awaited";
        FeeAlreadyDelivered => "fee_already_delivered", "收费通知已经送达", "the fee notice was already delivered";
        ReasonsAlreadyRequested => "reasons_already_requested", "已经要求说明理由", "reasons were already requested";
        ReasonsNotRequested => "reasons_not_requested", "没有要求说明理由", "no reasons were requested";
        ReasonsAlreadyGiven => "reasons_already_given", "已经说明理由", "the reasons were already given";
        ReasonsNotGiven => "reasons_not_given", "尚未说明理由", "no reasons were given";
        PostponedAfterDueDate => "postponed_after_due_date", "答复期限已经届满，不得再确定延迟", "the due date has passed";
        PostponedDateNotLater => "postponed_date_not_later", "延迟的日期须晚于答复期限", "the date must lie after the due date";
        AlreadyPostponed => "already_postponed", "已经确定延迟答复", "the reply was already postponed";
    }
}

/// A step refused: nothing changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockRefusal {
    /// Why.
    pub code: ClockCode,
    /// The article it rests on.
    pub article: &'static str,
    /// What is wrong, in Chinese, with the dates.
    pub zh: Cow<'static, str>,
    /// The same in English.
    pub en: Cow<'static, str>,
}

impl ClockRefusal {
    /// A refusal whose label says everything.
    pub(super) const fn plain(code: ClockCode, article: &'static str) -> Self {
        Self { code, article, zh: Cow::Borrowed(code.zh()), en: Cow::Borrowed(code.en()) }
    }

    /// A refusal that names dates or numbers.
    pub(super) fn with(code: ClockCode, article: &'static str, zh: String, en: String) -> Self {
        Self { code, article, zh: Cow::Owned(zh), en: Cow::Owned(en) }
    }
}
