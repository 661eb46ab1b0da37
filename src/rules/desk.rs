//! On whose desk a duty stands (岗位): of whoever may take the step that meets it. Pure data, read from the table of rights.
//!
//! What a handler may do is the handler's of the case; what only the FOI office may do (寄送, 依申请转主动公开审查, 办结归档) is the clerks', what only
//! a leader may do the approvers', whoever handles the case. Reviews and signatures go by posts as well, and are told apart elsewhere.

use super::permissions::{Role, right_for};
use super::terms::DutyKind;

/// The operation that meets a duty; none of what nobody in the agency owes.
pub const fn operation(kind: DutyKind) -> Option<&'static str> {
    Some(match kind {
        DutyKind::ConfirmReceipt => "confirm_receipt",
        DutyKind::Register => "register_case",
        // Until it is signed; then it is sent.
        DutyKind::Reply | DutyKind::InnerDraft | DutyKind::InnerHandle | DutyKind::CloseLapsed | DutyKind::ReviseDraft => "draft_reply",
        DutyKind::CorrectionNotice => "request_correction",
        DutyKind::NotifyExtension | DutyKind::NotifyPostponement | DutyKind::NotifyThirdParty | DutyKind::SendAgain => "dispatch_letter",
        // Anybody may file the proof; it is asked of those who sent the letter.
        DutyKind::TraceDelivery | DutyKind::FileProof => "record_delivery",
        DutyKind::AssessReasons => "assess_reasons",
        DutyKind::InnerAssign | DutyKind::AssignAgain => "assign_case",
        DutyKind::ClaimCase => "accept_assignment",
        DutyKind::AnswerSearch => "record_search_result",
        DutyKind::ConcludeConference => "conclude_case_conference",
        DutyKind::InnerReview
        | DutyKind::ReviewContent
        | DutyKind::ReviewLegal
        | DutyKind::ReviewSecrecy
        | DutyKind::ReviewByDepartmentHead
        | DutyKind::ReviewByOffice => "review_draft",
        DutyKind::InnerIssue | DutyKind::SignReply => "issue_reply",
        DutyKind::ReviewPublication => "review_publication",
        DutyKind::PublishInformation => "record_publication",
        DutyKind::Archive => "archive_case",
        DutyKind::AnswerReconsideration | DutyKind::DefendLitigation => "answer_proceeding",
        DutyKind::ReportOnOpinion => "report_on_opinion",
        DutyKind::Appeal => "open_litigation",
        DutyKind::PerformOrder => "perform_order",
        DutyKind::DecideConsultation => "decide_consultation",
        DutyKind::DecideAmendment => "decide_amendment",
        DutyKind::AnswerSupervisionLetter => "answer_supervision_letter",
        DutyKind::PublishAnnualReport => "record_report_publication",
        DutyKind::SeeToMessage => "match_exchange_message",
        DutyKind::EnterOnPlatform => "record_platform_entry",
        DutyKind::AttendHearing => "record_hearing",
        DutyKind::TellRevocation => "tell_body",
        DutyKind::FileOpening | DutyKind::FileDecision => "file_proceeding",
        DutyKind::AnswerComplaint => "answer_complaint",
        DutyKind::RectifyComplaint => "rectify_complaint",
        DutyKind::Rectify => "report_rectification",
        DutyKind::ReviewRectification => "review_rectification",
        DutyKind::AnswerCorrection
        | DutyKind::AnswerConsultation
        | DutyKind::PayFee
        | DutyKind::ApplyForReconsideration
        | DutyKind::SueDirectly
        | DutyKind::SueAfterReconsideration
        | DutyKind::ReconsiderSilence
        | DutyKind::SueOverSilence
        | DutyKind::SendCopy
        | DutyKind::AdmitReconsideration
        | DutyKind::ApplyForRetrial
        | DutyKind::DecideReconsideration
        | DutyKind::GiveJudgment => return None,
    })
}

/// The operation that meets a duty under a notice of rectification that hangs on no case.
pub const fn on_no_case(kind: DutyKind) -> Option<&'static str> {
    match kind {
        DutyKind::Rectify => Some("report_agency_rectification"),
        DutyKind::ReviewRectification => Some("review_agency_rectification"),
        _ => None,
    }
}

/// What meets the duty to reply once the reply is signed: domain 6.1, 答复送达.
pub const OF_SIGNED_REPLY: &str = "dispatch_letter";

/// The roles that an operation is left to, whoever handles the case; none where the handler may call it. What a clerk may do is not asked of
/// the leaders who may do it too.
pub fn office(operation: &str) -> Option<Vec<Role>> {
    let roles: Vec<Role> = right_for(operation)?.roles.iter().map(|(role, _)| *role).collect();
    if roles.contains(&Role::Handler) {
        return None;
    }
    let by_clerks = roles.contains(&Role::Clerk);
    let staff = |role: &Role| match role {
        Role::Clerk | Role::LegalReviewer => true,
        Role::Approver => !by_clerks,
        Role::Handler | Role::Supervisor | Role::Auditor | Role::Administrator | Role::Integration => false,
    };
    Some(roles.into_iter().filter(staff).collect())
}

/// Every operation that meets a duty and is left to the office.
pub fn of_office() -> Vec<(&'static str, Vec<Role>)> {
    let mut operations: Vec<&str> = DutyKind::ALL.iter().filter_map(|kind| operation(*kind)).chain([OF_SIGNED_REPLY]).collect();
    operations.sort_unstable();
    operations.dedup();
    operations.into_iter().filter_map(|operation| Some((operation, office(operation)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::terms::DutyOwner;

    #[test]
    fn whatever_the_agency_owes_is_met_by_an_operation_that_somebody_may_call() {
        for kind in DutyKind::ALL {
            let operation = operation(*kind);
            assert_eq!(operation.is_some(), kind.owed_by() == DutyOwner::Agency, "{kind:?}");
            let nobodys = operation
                .is_some_and(|operation| right_for(operation).is_none() || office(operation).is_some_and(|roles| roles.is_empty()));
            assert!(!nobodys, "{kind:?}");
        }
    }

    #[test]
    fn domain_6_1_the_office_sends_reviews_publication_and_archives() {
        for operation in [OF_SIGNED_REPLY, "review_publication", "archive_case", "record_delivery"] {
            assert_eq!(office(operation), Some(vec![Role::Clerk]), "{operation}");
        }
        assert_eq!(office("draft_reply"), None, "the handler's");
        assert_eq!(office("answer_proceeding"), Some(vec![Role::Clerk, Role::LegalReviewer]));
        assert_eq!(office("assess_reasons"), Some(vec![Role::Approver]));
    }
}
