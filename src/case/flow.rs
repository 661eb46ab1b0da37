//! The flow table (from × step → to) as data: which steps a stage allows and where they lead.
//!
//! One line a step. `GET /flow` serves it, `available_steps` reads it, a test holds the fold to its `to`.

use super::stage::Stage;
use super::stage::Stage::{Archived, AwaitingConfirmation, Closed, Mailed, Received, Registered, Replied, Split, Voided};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where a step leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    /// The stage stays.
    Same,
    /// To this stage.
    Stage(Stage),
    /// A new case begins in one of these.
    Opens(&'static [Stage]),
    /// From the first of a pair to the second, or it stays: what the step finds decides.
    MayMove(&'static [(Stage, Stage)]),
}

/// The owner's nodes (节点) that must be traced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Node {
    /// 接收.
    Receive,
    /// 登记.
    Register,
    /// 答复.
    Reply,
    /// 邮寄.
    Mail,
    /// 办结归档.
    Archive,
    /// 复议诉讼报备.
    Remedy,
    /// Handling between registration and reply (办理).
    Handle,
    /// Mending of mistakes (更正).
    Mend,
}

/// One line of the flow table.
#[derive(Debug, Clone, Copy)]
pub struct FlowRow {
    /// The step.
    pub step: Step,
    /// Operation id of its POST.
    pub operation_id: &'static str,
    /// Its path below the case; `{n}` is the ordinal it acts on.
    pub path: &'static str,
    /// The node it belongs to.
    pub node: Node,
    /// Stages that allow it.
    pub from: &'static [Stage],
    /// Where it leads.
    pub to: To,
    /// The article or rule it rests on.
    pub article: &'static str,
    /// Chinese name.
    pub zh: &'static str,
    /// English name.
    pub en: &'static str,
}

macro_rules! flow {
    ($($name:ident = $code:literal: $op:literal $path:literal $node:ident [$($from:ident),*] => $to:expr, $article:literal, $zh:literal, $en:literal;)+) => {
        /// Every step of the life.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Step { $(#[doc = $en] $name,)+ }
        impl Step {
            /// Every step, in the order of the life.
            pub const ALL: &[Self] = &[$(Self::$name,)+];
            /// The stable identifier.
            pub const fn code(self) -> &'static str { match self { $(Self::$name => $code,)+ } }
            /// Its line in the flow table.
            pub const fn row(self) -> FlowRow {
                match self { $(Self::$name => FlowRow {
                    step: Self::$name, operation_id: $op, path: $path, node: Node::$node,
                    from: &[$($from),*], to: $to, article: $article, zh: $zh, en: $en,
                },)+ }
            }
        }
    };
}

flow! {
    Receive = "receive": "receive_application" "" Receive [] => To::Opens(&[AwaitingConfirmation, Received]), "29, 31", "接收申请", "Receive an application";
    AttemptConfirmation = "attempt_confirmation": "log_confirmation_attempt" "/confirmation-attempts" Receive [AwaitingConfirmation] => To::Same, "31(2)(3)", "记录确认联系", "Log an attempt to confirm the receipt";
    ConfirmReceipt = "confirm_receipt": "confirm_receipt" "/receipt-confirmations" Receive [AwaitingConfirmation] => To::Stage(Received), "31(2)(3)", "确认收到申请", "Confirm the receipt with the applicant";
    Register = "register": "register_case" "/registration" Register [Received] => To::Stage(Registered), "45", "登记并出具回执", "Register and acknowledge";
    ReissueAcknowledgement = "reissue_acknowledgement": "reissue_acknowledgement" "/acknowledgements" Register [Registered, Replied, Mailed, Closed, Archived] => To::Same, "45", "重新出具回执", "Issue the acknowledgement again";
    Examine = "examine": "examine_application" "/examinations" Register [Registered] => To::Same, "29(2), 30, 35, 36(6)", "形式审查", "Examine formally";
    Assign = "assign": "assign_case" "/assignments" Handle [Registered, Replied, Mailed, Closed] => To::Same, "45", "分办", "Assign to a department and handler";
    AcceptAssignment = "accept_assignment": "accept_assignment" "/assignments/{n}/acceptance" Handle [Registered, Replied, Mailed, Closed] => To::Same, "45", "认领", "Take an assignment on";
    ReturnAssignment = "return_assignment": "return_assignment" "/assignments/{n}/return" Handle [Registered, Replied, Mailed, Closed] => To::Same, "45", "退回分办", "Send an assignment back";
    OpenSearch = "open_search": "open_search_tasks" "/search-tasks" Handle [Registered] => To::Same, "36(4)", "协查", "Ask departments to search";
    GiveSearchResult = "give_search_result": "record_search_result" "/search-tasks/{n}/result" Handle [Registered] => To::Same, "36(4)", "反馈检索结果", "Give the result of a search";
    ReturnSearchResult = "return_search_result": "return_search_result" "/search-tasks/{n}/return" Handle [Registered] => To::Same, "36(4)", "退回检索结果", "Send an incomplete search result back";
    WithdrawSearch = "withdraw_search": "withdraw_search_task" "/search-tasks/{n}/withdrawal" Handle [Registered] => To::Same, "36(4)", "撤回协查", "Withdraw a search task";
    OpenConference = "open_conference": "open_case_conference" "/case-conferences" Handle [Registered] => To::Same, "45", "会商", "Call a conference on a hard case";
    GiveOpinion = "give_opinion": "record_conference_opinion" "/case-conferences/{n}/opinions" Handle [Registered] => To::Same, "45", "登记会商意见", "Give an opinion in a conference";
    ConcludeConference = "conclude_conference": "conclude_case_conference" "/case-conferences/{n}/conclusion" Handle [Registered] => To::Same, "45", "形成会商纪要", "Conclude a conference";
    LogContact = "log_contact": "log_contact" "/contacts" Handle [AwaitingConfirmation, Received, Registered, Replied, Mailed, Closed] => To::Same, "45", "记录与申请人沟通", "Log a contact with the applicant";
    RequestCorrection = "request_correction": "request_correction" "/corrections" Handle [Registered] => To::Same, "30", "补正告知", "Ask for a correction";
    AnswerCorrection = "answer_correction": "receive_correction" "/corrections/{n}/answers" Handle [Registered] => To::Same, "30, 31", "收到补正申请", "Enter a corrected application";
    ConfirmCorrection = "confirm_correction": "confirm_correction" "/corrections/{n}/receipt-confirmations" Handle [Registered] => To::Same, "30, 31", "确认收到补正申请", "Confirm a corrected application";
    Consult = "consult": "open_consultation" "/consultations" Handle [Registered] => To::Same, "32, 33(3), 34", "征求意见", "Consult a third party or another agency";
    AnswerConsultation = "answer_consultation": "record_consultation_answer" "/consultations/{n}/answers" Handle [Registered, Replied, Mailed, Closed] => To::Same, "32, 33(3), 34", "登记反馈意见", "Record the answer of a consulted party";
    FailConsultation = "fail_consultation": "record_consultation_failure" "/consultations/{n}/failure" Handle [Registered] => To::Same, "32, 33(3), 34", "登记征求意见无法送达", "Record that a consultation cannot be delivered";
    DecideConsultation = "decide_consultation": "decide_consultation" "/consultations/{n}/decision" Handle [Registered] => To::Same, "32, 34", "决定是否公开", "Decide what follows from a consultation";
    Extend = "extend": "extend_reply" "/extensions" Handle [Registered] => To::Same, "33(2)", "批准延期", "Extend the reply period";
    RequestReasons = "request_reasons": "request_reasons" "/reasons-requests" Handle [Registered] => To::Same, "35", "要求说明理由", "Ask for the reasons of an excessive request";
    GiveReasons = "give_reasons": "record_reasons" "/reasons-requests/{n}/answers" Handle [Registered] => To::Same, "35", "登记申请理由", "Record the reasons of the applicant";
    AssessReasons = "assess_reasons": "assess_reasons" "/reasons-requests/{n}/assessment" Handle [Registered] => To::Same, "35", "审查申请理由", "Assess the reasons of the applicant";
    Postpone = "postpone": "postpone_reply" "/postponements" Handle [Registered] => To::Same, "35", "确定延迟答复", "Set a later date for the reply";
    Charge = "charge": "issue_fee_notice" "/fee-notices" Handle [Registered] => To::Same, "42, 109号", "收费通知", "Charge the handling fee";
    Pay = "pay": "record_payment" "/payments" Handle [Registered] => To::Same, "109号", "登记缴费", "Record a payment";
    Draft = "draft": "draft_reply" "/drafts" Reply [Registered] => To::Same, "36-39", "拟稿", "Draft a reply";
    Review = "review": "review_draft" "/reviews" Reply [Registered] => To::Same, "17, 45", "审核文稿", "Review a draft";
    IssueReply = "issue_reply": "issue_reply" "/replies" Reply [Registered] => To::Stage(Replied), "33, 36-39", "签发答复", "Approve, number and issue the reply";
    MakeLetter = "make_letter": "make_letter" "/letters" Mail [Registered, Replied, Mailed, Closed, Archived] => To::Same, "45", "制作文书", "Make a letter";
    Dispatch = "dispatch": "dispatch_letter" "/dispatches" Mail [Registered, Replied, Mailed, Closed, Archived] => To::MayMove(&[(Replied, Mailed)]), "国办公开办函〔2016〕235号", "寄送", "Dispatch a letter";
    RecordDelivery = "record_delivery": "record_delivery" "/dispatches/{n}/delivery" Mail [Registered, Mailed, Closed, Archived, Split] => To::Same, "国办公开办函〔2016〕235号", "登记送达结果", "Record what became of a letter";
    FileDeliveryProof = "file_delivery_proof": "file_delivery_proof" "/dispatches/{n}/proofs" Mail [Registered, Replied, Mailed, Closed, Archived, Split] => To::Same, "国办公开办函〔2016〕235号", "送达凭证归卷", "File a proof of a dispatch";
    RecordOpening = "record_opening": "record_letter_opening" "/dispatches/{n}/openings" Mail [Registered, Replied, Mailed, Closed, Archived] => To::Same, "民事诉讼法 90", "登记在线查阅", "Record that a letter was opened on line";
    FileLetterScan = "file_letter_scan": "file_letter_scan" "/letter-scans" Mail [Registered, Replied, Mailed, Closed, Archived] => To::Same, "45", "盖章件归卷", "File the scan of a sealed letter";
    ReviewPublication = "review_publication": "review_publication" "/publication-reviews" Archive [Replied, Mailed, Closed, Archived] => To::Same, "18, 44", "依申请转主动公开审查", "Review whether an item is published";
    RecordPublication = "record_publication": "record_publication" "/publication-reviews/{n}/publication" Archive [Replied, Mailed, Closed, Archived] => To::Same, "26, 44", "登记主动公开情况", "Record a publication";
    Close = "close": "close_case" "/closing" Archive [Replied, Mailed] => To::Stage(Closed), "45", "办结", "Close";
    Archive = "archive": "archive_case" "/archiving" Archive [Closed] => To::Stage(Archived), "档案法实施条例 19", "归档", "Archive the dossier";
    HoldDossier = "hold_dossier": "hold_dossier" "/holds" Archive [Closed, Archived, Voided, Split] => To::Same, "档案法实施条例 19", "暂缓销毁", "Hold the dossier";
    ReleaseHold = "release_hold": "release_hold" "/holds/{n}/release" Archive [Closed, Archived, Voided, Split] => To::Same, "档案法实施条例 19", "解除暂缓销毁", "Release a hold";
    ProposeDisposal = "propose_disposal": "propose_disposal" "/disposal-proposals" Archive [Archived, Voided, Split] => To::Same, "档案法实施条例 19", "提出销毁", "Propose to dispose of the dossier";
    DecideDisposal = "decide_disposal": "decide_disposal" "/disposal-proposals/{n}/decision" Archive [Archived, Voided, Split] => To::MayMove(&[(Archived, Stage::Disposed)]), "档案法实施条例 19", "审批销毁", "Decide on a disposal as the second person";
    AddPaper = "add_paper": "add_paper" "/papers" Archive [AwaitingConfirmation, Received, Registered, Replied, Mailed, Closed, Archived, Split] => To::Same, "45", "补充材料", "Put a paper into the dossier";
    OpenReconsideration = "open_reconsideration": "open_reconsideration" "/reconsiderations" Remedy [Received, Registered, Replied, Mailed, Closed, Archived] => To::Same, "复议法 48, 54", "登记行政复议", "Enter a reconsideration";
    OpenLitigation = "open_litigation": "open_litigation" "/litigations" Remedy [Received, Registered, Replied, Mailed, Closed, Archived] => To::Same, "行诉法 67", "登记行政诉讼", "Enter a lawsuit";
    AnswerProceeding = "answer_proceeding": "answer_proceeding" "/proceedings/{n}/answer" Remedy [Received, Registered, Replied, Mailed, Closed, Archived] => To::Same, "复议法 48, 54; 行诉法 67", "提交答复或答辩", "Answer with evidence";
    DecideProceeding = "decide_proceeding": "record_proceeding_decision" "/proceedings/{n}/decision" Remedy [Received, Registered, Replied, Mailed, Closed, Archived] => To::MayMove(&[(Replied, Registered), (Mailed, Registered), (Closed, Registered), (Archived, Registered)]), "复议法 62-69; 行诉法 69-77, 89", "登记复议决定或裁判", "Record the decision";
    FileProceeding = "file_proceeding": "file_proceeding" "/proceedings/{n}/filings" Remedy [Received, Registered, Replied, Mailed, Closed, Archived] => To::Same, "50(3)", "复议诉讼报备", "File the proceeding with the authority";
    PerformOrder = "perform_order": "perform_order" "/proceedings/{n}/performance" Remedy [Received, Registered, Replied, Mailed, Closed, Archived] => To::Same, "复议法 77; 行诉法 94", "履行决定或判决", "Record the performance of an order";
    ReceiveOpinion = "receive_opinion": "receive_opinion" "/proceedings/{n}/opinion" Remedy [Received, Registered, Replied, Mailed, Closed, Archived] => To::Same, "复议法 76", "登记行政复议意见书", "Enter a reconsideration opinion";
    ReportOnOpinion = "report_on_opinion": "report_on_opinion" "/proceedings/{n}/opinion-report" Remedy [Received, Registered, Replied, Mailed, Closed, Archived] => To::Same, "复议法 76", "报送意见书办理情况", "Report on a reconsideration opinion";
    NoteProceeding = "note_proceeding": "note_proceeding" "/proceedings/{n}/notices" Remedy [Received, Registered, Replied, Mailed, Closed, Archived] => To::Same, "复议法 39, 55, 62; 行诉法 81, 84, 88", "登记中止、恢复、延期、转普通程序", "Enter a notice about the course of a proceeding";
    AnnounceHearing = "announce_hearing": "announce_hearing" "/proceedings/{n}/hearings" Remedy [Received, Registered, Replied, Mailed, Closed, Archived] => To::Same, "行诉法 3(3); 复议法 49-51", "登记听证、开庭通知", "Enter a hearing or court session";
    RecordHearing = "record_hearing": "record_hearing" "/proceedings/{n}/hearing-records" Remedy [Received, Registered, Replied, Mailed, Closed, Archived] => To::Same, "行诉法 3(3); 复议法 51", "登记听证、开庭情况", "Record what became of a hearing or court session";
    TellBody = "tell_body": "tell_body" "/proceedings/{n}/revocation-notice" Remedy [Received, Registered, Replied, Mailed, Closed, Archived] => To::Same, "行诉解释 81; 复议法 41, 74", "告知自行撤销", "Tell the body of the agency's own revocation";
    OrderRound = "order_round": "order_round" "/proceedings/{n}/new-round" Remedy [Replied, Mailed, Closed, Archived] => To::Stage(Registered), "复议法 77; 行诉法 94", "依决定、裁判重新答复", "Begin the round of reply that a decision orders";
    ReceiveComplaint = "receive_complaint": "receive_complaint" "/complaints" Remedy [Received, Registered, Replied, Mailed, Closed, Archived] => To::Same, "47(2), 51", "登记投诉举报", "Enter a complaint that the authority passed on";
    AnswerComplaint = "answer_complaint": "answer_complaint" "/complaints/{n}/answer" Remedy [Received, Registered, Replied, Mailed, Closed, Archived] => To::Same, "47(2), 51", "说明投诉情况", "Explain a complaint to the authority";
    ConcludeComplaint = "conclude_complaint": "conclude_complaint" "/complaints/{n}/conclusion" Remedy [Received, Registered, Replied, Mailed, Closed, Archived] => To::Same, "47(2)", "登记投诉处理结果", "Enter what the authority found on a complaint";
    RectifyComplaint = "rectify_complaint": "rectify_complaint" "/complaints/{n}/rectification" Remedy [Received, Registered, Replied, Mailed, Closed, Archived] => To::Same, "47(2)", "落实督促整改", "Record that what a complaint found was put right";
    Amend = "amend": "amend_case" "/amendments" Mend [AwaitingConfirmation, Received, Registered, Replied, Mailed, Closed, Archived] => To::MayMove(&[(AwaitingConfirmation, Received), (Received, AwaitingConfirmation)]), "31, 45", "更正登记内容", "Amend what was entered wrongly";
    DecideAmendment = "decide_amendment": "decide_amendment" "/amendments/{n}/decision" Mend [AwaitingConfirmation, Received, Registered, Replied, Mailed, Closed, Archived] => To::MayMove(&[(AwaitingConfirmation, Received), (Received, AwaitingConfirmation), (Registered, Replied), (Registered, Mailed), (Registered, Closed), (Registered, Archived)]), "45", "第二人确认更正", "Decide on an amendment as the second person";
    VoidNotice = "void_notice": "void_notice" "/notice-voidings" Mend [Registered] => To::Same, "45", "作废误发的文书", "Void a notice sent by mistake";
    Reopen = "reopen": "reopen_case" "/reopenings" Mend [Mailed, Closed, Archived] => To::Stage(Registered), "30, 109号", "恢复办理", "Reopen a case closed by a lapse";
    Void = "void": "void_case" "/voiding" Mend [AwaitingConfirmation, Received, Registered, Replied] => To::Stage(Voided), "45", "作废重复登记", "Void a case entered twice or by mistake";
    RecallReply = "recall_reply": "recall_reply" "/replies/{n}/recall" Mend [Replied] => To::Stage(Registered), "45", "撤回未发出的答复", "Recall a reply that has not left";
    IssueErratum = "issue_erratum": "issue_erratum" "/replies/{n}/errata" Mend [Mailed, Closed, Archived] => To::Same, "复议法 20(3)", "更正答复笔误", "Correct a clerical mistake of a dispatched reply";
    RevokeReply = "revoke_reply": "revoke_reply" "/replies/{n}/revocation" Mend [Mailed, Closed, Archived] => To::Stage(Registered), "复议法 41, 74", "撤销已发出的答复", "Revoke a dispatched reply and answer anew";
    Split = "split": "split_case" "/splits" Mend [Registered] => To::Stage(Stage::Split), "42, 45", "拆分", "Split one paper into several cases";
    DrawLesson = "draw_lesson": "record_lesson" "/proceedings/{n}/lessons" Remedy [Received, Registered, Replied, Mailed, Closed, Archived] => To::Same, "46", "总结经验教训", "Draw a lesson from a correction";
    OrderRectification = "order_rectification": "order_rectification" "/rectifications" Remedy [Received, Registered, Replied, Mailed, Closed, Archived] => To::Same, "46", "发出整改通知", "Tell a department to mend something";
    ReportRectification = "report_rectification": "report_rectification" "/rectifications/{n}/reports" Remedy [Received, Registered, Replied, Mailed, Closed, Archived] => To::Same, "46", "反馈整改情况", "Report what was mended";
    ReviewRectification = "review_rectification": "review_rectification" "/rectifications/{n}/review" Remedy [Received, Registered, Replied, Mailed, Closed, Archived] => To::Same, "46", "复查整改情况", "Look whether it is mended, as the second person";
    WithdrawRectification = "withdraw_rectification": "withdraw_rectification" "/rectifications/{n}/withdrawal" Remedy [Received, Registered, Replied, Mailed, Closed, Archived] => To::Same, "46", "撤回整改通知", "Withdraw a notice of rectification";
    EnterOnPlatform = "enter_on_platform": "record_platform_entry" "/platform-entries" Register [AwaitingConfirmation, Received, Registered, Replied, Mailed, Closed, Archived, Split] => To::Same, "45", "登记平台编号和状态", "Record number and status on the city's platform";
}

impl FlowRow {
    /// Whether the stage allows the step.
    pub fn allows(&self, stage: Stage) -> bool {
        self.from.contains(&stage)
    }

    /// The stages it can lead to from a stage, staying left out; from none, those in which a case begins.
    pub fn targets(&self, at: Option<Stage>) -> Vec<Stage> {
        match (self.to, at) {
            (To::Opens(stages), None) => stages.to_vec(),
            (To::Stage(stage), Some(_)) => vec![stage],
            (To::MayMove(pairs), Some(at)) => pairs.iter().filter(|(from, _)| *from == at).map(|(_, to)| *to).collect(),
            _ => Vec::new(),
        }
    }

    /// Whether it can leave a case in the stage it found it in.
    pub fn may_stay(&self, at: Stage) -> bool {
        match self.to {
            To::Same | To::MayMove(_) => true,
            To::Stage(stage) => stage == at,
            To::Opens(_) => false,
        }
    }

    /// Whether the step may lead from `before` to `after`.
    pub fn leads(&self, before: Stage, after: Stage) -> bool {
        if before == after { self.may_stay(before) } else { self.targets(Some(before)).contains(&after) }
    }
}
