//! Who may do what: one table, pure data. A test prints every operation × role × agency and compares it with the service.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

macro_rules! roles {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal, $zh:literal, $en:literal;)+) => {
        /// A role of an account; an account may have several.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Role { $($(#[doc = $doc])+ $name,)+ }
        impl Role {
            /// Every role.
            pub const ALL: &[Self] = &[$(Self::$name,)+];
            /// The stable identifier.
            pub const fn code(self) -> &'static str { match self { $(Self::$name => $code,)+ } }
            /// The Chinese name.
            pub const fn zh(self) -> &'static str { match self { $(Self::$name => $zh,)+ } }
            /// The English name.
            pub const fn en(self) -> &'static str { match self { $(Self::$name => $en,)+ } }
            /// The role with this identifier.
            pub fn from_code(code: &str) -> Option<Self> { Self::ALL.iter().copied().find(|role| role.code() == code) }
        }
    };
}

roles! {
    /// Clerk of the FOI office: receives, registers, assigns, dispatches, closes, archives.
    Clerk = "clerk", "经办员", "Clerk";
    /// Handler in a department: searches and drafts.
    Handler = "handler", "承办人", "Handler";
    /// Legal reviewer: reviews drafts, keeps proceedings.
    LegalReviewer = "legal_reviewer", "法制审核员", "Legal reviewer";
    /// Approver who signs replies, and decides as the second person.
    Approver = "approver", "签发人", "Approver";
    /// Supervisor: reads the own agency and those below it.
    Supervisor = "supervisor", "监督员", "Supervisor";
    /// Auditor: reads every history and the whole trail, people masked unless shown for a purpose.
    Auditor = "auditor", "审计员", "Auditor";
    /// Administrator: accounts, departments, settings; no cases.
    Administrator = "administrator", "管理员", "Administrator";
    /// Another system that enters and reads cases.
    Integration = "integration", "对接系统", "Integration";
}

/// How far a right reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// The caller's own agency.
    Own,
    /// The own agency and every one below it.
    Below,
}

/// One right: these roles may call this operation.
#[derive(Debug, Clone, Copy)]
pub struct Right {
    /// The operation id.
    pub operation_id: &'static str,
    /// The roles that may, each with its reach.
    pub roles: &'static [(Role, Reach)],
}

use Reach::{Below, Own};
use Role::{Administrator, Approver, Auditor, Clerk, Handler, Integration, LegalReviewer, Supervisor};

const EVERYBODY: &[(Role, Reach)] = &[
    (Clerk, Own),
    (Handler, Own),
    (LegalReviewer, Own),
    (Approver, Own),
    (Supervisor, Own),
    (Auditor, Own),
    (Administrator, Own),
    (Integration, Own),
];
const READ_CASES: &[(Role, Reach)] =
    &[(Clerk, Own), (Handler, Own), (LegalReviewer, Own), (Approver, Own), (Supervisor, Below), (Auditor, Below), (Integration, Own)];
const STAFF: &[(Role, Reach)] = &[(Clerk, Own), (Handler, Own), (LegalReviewer, Own), (Approver, Own)];
const STAFF_OR_AUDITOR: &[(Role, Reach)] = &[(Clerk, Own), (Handler, Own), (LegalReviewer, Own), (Approver, Own), (Auditor, Own)];
const CLERK: &[(Role, Reach)] = &[(Clerk, Own)];
const CLERK_OR_APPROVER: &[(Role, Reach)] = &[(Clerk, Own), (Approver, Own)];
const APPROVER: &[(Role, Reach)] = &[(Approver, Own)];
const REMEDY: &[(Role, Reach)] = &[(Clerk, Own), (LegalReviewer, Own)];
const EVIDENCE: &[(Role, Reach)] = &[(Clerk, Own), (LegalReviewer, Own), (Approver, Own)];
const EXPORT_REGISTER: &[(Role, Reach)] = &[(Clerk, Own), (LegalReviewer, Own), (Approver, Own), (Supervisor, Below), (Auditor, Below)];
const READ_REPORT: &[(Role, Reach)] =
    &[(Clerk, Own), (Handler, Own), (LegalReviewer, Own), (Approver, Own), (Supervisor, Below), (Auditor, Below)];
const RECTIFY: &[(Role, Reach)] = &[(Clerk, Own), (LegalReviewer, Own), (Approver, Own)];
const SUPERVISOR: &[(Role, Reach)] = &[(Supervisor, Below)];
const SUPERVISED: &[(Role, Reach)] =
    &[(Clerk, Own), (Handler, Own), (LegalReviewer, Own), (Approver, Own), (Supervisor, Below), (Auditor, Below)];
const ADMINISTRATOR: &[(Role, Reach)] = &[(Administrator, Own)];

const fn right(operation_id: &'static str, roles: &'static [(Role, Reach)]) -> Right {
    Right { operation_id, roles }
}

/// The whole table, in the order of the life. Operations that need no sign-in do not stand here.
pub const RIGHTS: &[Right] = &[
    right("receive_application", &[(Clerk, Own), (Integration, Own)]),
    right("log_confirmation_attempt", CLERK),
    right("confirm_receipt", &[(Clerk, Own), (Integration, Own)]),
    right("register_case", CLERK),
    right("record_platform_entry", &[(Clerk, Own), (Integration, Own)]),
    right("reissue_acknowledgement", CLERK),
    right("examine_application", CLERK),
    right("assign_case", CLERK_OR_APPROVER),
    right("accept_assignment", &[(Clerk, Own), (Handler, Own)]),
    right("return_assignment", &[(Clerk, Own), (Handler, Own)]),
    right("open_search_tasks", &[(Clerk, Own), (Handler, Own)]),
    right("record_search_result", STAFF),
    right("return_search_result", &[(Clerk, Own), (Handler, Own)]),
    right("withdraw_search_task", &[(Clerk, Own), (Handler, Own)]),
    right("open_case_conference", STAFF),
    right("record_conference_opinion", STAFF),
    right("conclude_case_conference", STAFF),
    right("log_contact", &[(Clerk, Own), (Handler, Own)]),
    right("get_completeness", READ_CASES),
    right("request_correction", CLERK),
    right("receive_correction", CLERK),
    right("confirm_correction", CLERK),
    right("open_consultation", CLERK),
    right("record_consultation_answer", CLERK),
    right("record_consultation_failure", CLERK),
    right("decide_consultation", APPROVER),
    right("extend_reply", &[(Clerk, Own), (Handler, Own), (LegalReviewer, Own), (Approver, Own)]),
    right("request_reasons", CLERK),
    right("record_reasons", CLERK),
    right("assess_reasons", APPROVER),
    right("postpone_reply", APPROVER),
    right("issue_fee_notice", CLERK),
    right("record_payment", CLERK),
    right("draft_reply", &[(Clerk, Own), (Handler, Own)]),
    right("review_draft", STAFF),
    right("issue_reply", APPROVER),
    right("make_letter", STAFF),
    right("preview_letter", STAFF),
    right("get_letter_content", STAFF_OR_AUDITOR),
    right("get_fee_standard", EVERYBODY),
    right("list_letter_templates", EVERYBODY),
    right("get_letter_template", EVERYBODY),
    right("list_letter_template_editions", EVERYBODY),
    right("get_letter_template_sample", EVERYBODY),
    right("replace_letter_template", ADMINISTRATOR),
    right("list_library", EVERYBODY),
    right("propose_library_entry", STAFF),
    right("get_library_entry", EVERYBODY),
    right("propose_library_edition", STAFF),
    right("decide_library_edition", &[(LegalReviewer, Own), (Approver, Own)]),
    right("list_library_uses", STAFF_OR_AUDITOR),
    right("list_library_suggestions", STAFF),
    right("list_precedents", STAFF),
    right("dispatch_letter", CLERK),
    right("dispatch_batch", CLERK),
    right("record_delivery", CLERK),
    right("file_delivery_proof", STAFF),
    right("record_letter_opening", &[(Clerk, Own), (Integration, Own)]),
    right("file_letter_scan", STAFF),
    right("close_case", CLERK),
    right("archive_case", CLERK),
    right("add_paper", STAFF),
    right("hold_dossier", CLERK_OR_APPROVER),
    right("release_hold", APPROVER),
    right("propose_disposal", CLERK),
    right("decide_disposal", APPROVER),
    right("list_disposal_candidates", &[(Clerk, Own), (Approver, Own), (Auditor, Own)]),
    right("get_catalogue", READ_CASES),
    right("get_dossier", &[(Clerk, Own), (LegalReviewer, Own), (Approver, Own), (Auditor, Own)]),
    right("review_publication", CLERK_OR_APPROVER),
    right("record_publication", &[(Clerk, Own), (Handler, Own)]),
    right("open_reconsideration", REMEDY),
    right("open_litigation", REMEDY),
    right("answer_proceeding", REMEDY),
    right("record_proceeding_decision", REMEDY),
    right("file_proceeding", REMEDY),
    right("perform_order", REMEDY),
    right("receive_opinion", REMEDY),
    right("report_on_opinion", REMEDY),
    right("note_proceeding", REMEDY),
    right("announce_hearing", REMEDY),
    right("record_hearing", REMEDY),
    right("tell_body", REMEDY),
    right("order_round", REMEDY),
    right("receive_complaint", REMEDY),
    right("answer_complaint", REMEDY),
    right("conclude_complaint", REMEDY),
    right("rectify_complaint", REMEDY),
    right("open_proceeding", REMEDY),
    right("list_proceedings", READ_CASES),
    right("export_proceedings_csv", EXPORT_REGISTER),
    right("export_proceedings_xlsx", EXPORT_REGISTER),
    right("check_evidence_pack", EVIDENCE),
    right("get_evidence_pack", EVIDENCE),
    right("record_lesson", RECTIFY),
    right("list_lessons", SUPERVISED),
    right("order_rectification", RECTIFY),
    right("report_rectification", STAFF),
    right("review_rectification", RECTIFY),
    right("withdraw_rectification", RECTIFY),
    right("amend_case", CLERK),
    right("decide_amendment", APPROVER),
    right("void_notice", APPROVER),
    right("reopen_case", APPROVER),
    right("void_case", APPROVER),
    right("recall_reply", APPROVER),
    right("issue_erratum", APPROVER),
    right("revoke_reply", APPROVER),
    right("split_case", CLERK),
    right("receive_visit", CLERK),
    right("record_delivery_batch", CLERK),
    right("draft_joint_reply", &[(Clerk, Own), (Handler, Own)]),
    right("list_exchange_peers", &[(Clerk, Own), (LegalReviewer, Own), (Administrator, Own)]),
    right("create_exchange_peer", ADMINISTRATOR),
    right("change_exchange_peer", ADMINISTRATOR),
    right("rotate_exchange_secrets", ADMINISTRATOR),
    right("list_exchange_messages", REMEDY),
    right("get_exchange_message", REMEDY),
    right("match_exchange_message", REMEDY),
    right("enter_exchange_message_by_hand", REMEDY),
    right("dismiss_exchange_message", REMEDY),
    right("list_exchange_deliveries", &[(Clerk, Own), (LegalReviewer, Own), (Administrator, Own)]),
    right("replay_exchange_delivery", &[(Clerk, Own), (LegalReviewer, Own), (Administrator, Own)]),
    right("offer_dossier", EVIDENCE),
    right("hand_in_platform_list", &[(Clerk, Own), (Integration, Own)]),
    right("list_platform_lists", STAFF_OR_AUDITOR),
    right("get_platform_list", STAFF_OR_AUDITOR),
    right("list_platform_differences", READ_CASES),
    right("list_cases", READ_CASES),
    right("export_register_csv", EXPORT_REGISTER),
    right("export_register_xlsx", EXPORT_REGISTER),
    right("list_annual_reports", READ_REPORT),
    right("get_annual_report", READ_REPORT),
    right("get_annual_report_content", READ_REPORT),
    right("list_report_cell", READ_REPORT),
    right("list_report_differences", READ_REPORT),
    right("export_annual_report_xlsx", READ_REPORT),
    right("export_annual_report_docx", READ_REPORT),
    right("list_report_additions", READ_REPORT),
    right("get_report_additions", READ_REPORT),
    right("add_to_report", &[(Clerk, Own), (LegalReviewer, Own), (Approver, Own)]),
    right("approve_annual_report", APPROVER),
    right("freeze_annual_report", APPROVER),
    right("record_report_publication", &[(Clerk, Own), (Approver, Own)]),
    right("get_statistics", READ_REPORT),
    right("list_statistics_cases", READ_REPORT),
    right("export_statistics", READ_REPORT),
    right("get_case", READ_CASES),
    right("list_similar_cases", STAFF),
    right("list_publication_suggestions", STAFF),
    right("list_case_events", READ_CASES),
    right("get_case_as_of", READ_CASES),
    right("get_case_clock", READ_CASES),
    right("reveal_applicant", STAFF_OR_AUDITOR),
    right("search_applicants", &[(Clerk, Own), (Handler, Own), (LegalReviewer, Own)]),
    right("list_duties", &[(Clerk, Own), (Handler, Own), (LegalReviewer, Own), (Approver, Own), (Supervisor, Below)]),
    right("list_events", &[(Auditor, Below), (Supervisor, Below)]),
    right("upload_document", &[(Clerk, Own), (Handler, Own), (LegalReviewer, Own), (Approver, Own), (Integration, Own)]),
    right("get_document", STAFF_OR_AUDITOR),
    right("get_document_content", STAFF_OR_AUDITOR),
    right("preview_clock", EVERYBODY),
    right("get_me", EVERYBODY),
    right("change_password", EVERYBODY),
    right("sign_out", EVERYBODY),
    right("get_flow", EVERYBODY),
    right("list_code_lists", EVERYBODY),
    right("get_code_list", EVERYBODY),
    right("list_terms", EVERYBODY),
    right("list_agencies", EVERYBODY),
    right("list_departments", EVERYBODY),
    right("create_department", ADMINISTRATOR),
    right("change_department", ADMINISTRATOR),
    right("list_accounts", &[(Clerk, Own), (Handler, Own), (LegalReviewer, Own), (Approver, Own), (Administrator, Own), (Auditor, Own)]),
    right("create_account", ADMINISTRATOR),
    right("get_account", &[(Administrator, Own), (Auditor, Own)]),
    right("change_account", ADMINISTRATOR),
    right("reset_password", ADMINISTRATOR),
    right("hand_over_account", &[(Administrator, Own), (Approver, Own)]),
    right("appoint_head", ADMINISTRATOR),
    right("list_heads", EVERYBODY),
    right("list_posts", EVERYBODY),
    right("appoint_department_head", ADMINISTRATOR),
    right("name_deputy", STAFF),
    right("end_post", &[(Clerk, Own), (Handler, Own), (LegalReviewer, Own), (Approver, Own), (Administrator, Own)]),
    right("list_publication_candidates", READ_CASES),
    right("list_withheld_items", READ_CASES),
    right("get_draft", STAFF),
    right("get_settings", EVERYBODY),
    right("list_agency_findings", EVERYBODY),
    right("replace_settings", ADMINISTRATOR),
    right("list_calendar_editions", EVERYBODY),
    right("get_calendar_edition", EVERYBODY),
    right("load_calendar_notice", ADMINISTRATOR),
    right("list_calendar_proposals", EVERYBODY),
    right("decide_calendar_proposal", &[(Administrator, Own), (Approver, Own), (Supervisor, Own)]),
    right("list_calendar_changes", EVERYBODY),
    right("list_supervision_letters", SUPERVISED),
    right("send_supervision_letter", SUPERVISOR),
    right("get_supervision_letter", SUPERVISED),
    right("note_supervision_letter", RECTIFY),
    right("answer_supervision_letter", RECTIFY),
    right("conclude_supervision_letter", SUPERVISOR),
    right("get_supervision_proof", SUPERVISOR),
    right("list_rectifications", SUPERVISED),
    right("get_rectification", SUPERVISED),
    right("order_agency_rectification", RECTIFY),
    right("report_agency_rectification", STAFF),
    right("review_agency_rectification", RECTIFY),
    right("withdraw_agency_rectification", RECTIFY),
    right("draw_inspection", SUPERVISOR),
    right("list_inspections", SUPERVISOR),
    right("get_inspection", SUPERVISOR),
    right("get_inspected_dossier", SUPERVISOR),
    right("score_inspected_dossier", SUPERVISOR),
    right("conclude_inspection", SUPERVISOR),
    right("export_inspection_xlsx", SUPERVISOR),
    right("list_mail_tasks", &[(Clerk, Own), (Administrator, Own)]),
    right("resolve_mail_task", &[(Clerk, Own), (Administrator, Own)]),
];

/// What a deputy of an approver may do in the approver's name, whatever the deputy's own roles.
pub const OF_DEPUTIES: &[&str] = &["review_draft", "issue_reply"];

/// The right for an operation.
pub fn right_for(operation_id: &str) -> Option<&'static Right> {
    RIGHTS.iter().find(|right| right.operation_id == operation_id)
}

/// How far somebody with these roles may reach with an operation; `None` is not at all.
pub fn reach(operation_id: &str, roles: impl IntoIterator<Item = Role>) -> Option<Reach> {
    let right = right_for(operation_id)?;
    let mut best = None;
    for role in roles {
        for (allowed, reach) in right.roles {
            if *allowed == role && best != Some(Below) {
                best = Some(*reach);
            }
        }
    }
    best
}
