//! A refusal is a value: a stable code, the article that forbids the step, and what would make it pass.
//!
//! Which HTTP status a refusal becomes is known only to `http/problem.rs`, by its [`Family`].

use crate::rules::clock::{ClockCode, ClockRefusal};
use serde::Serialize;
use std::borrow::Cow;

/// What sort of refusal it is; the HTTP layer gives each family one status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// The stage of the case, or the state of what is to be changed, forbids it.
    Stage,
    /// A rule of law or of the house refuses it.
    Rule,
    /// The caller has no right to it.
    Permission,
    /// What it names does not exist for this caller.
    Unknown,
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal, $family:ident, $zh:literal, $en:literal;)+) => {
        /// Every refusal the rules and steps can give; codes never change once published.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code { $($(#[doc = $doc])+ $name,)+ }
        impl Code {
            /// Every code, for the published list.
            pub const ALL: &[Self] = &[$(Self::$name,)+];
            /// The stable identifier.
            pub const fn as_str(self) -> &'static str { match self { $(Self::$name => $code,)+ } }
            /// The family, hence the HTTP status.
            pub const fn family(self) -> Family { match self { $(Self::$name => Family::$family,)+ } }
            /// The Chinese title.
            pub const fn title_zh(self) -> &'static str { match self { $(Self::$name => $zh,)+ } }
            /// The English title.
            pub const fn title_en(self) -> &'static str { match self { $(Self::$name => $en,)+ } }
        }
    };
}

codes! {
    /// The stage of the case does not allow the step.
    StageForbids = "stage_forbids", Stage, "当前阶段不能办理该步骤", "The stage of the case forbids this step";
    /// The step was already taken and happens once.
    AlreadyDone = "already_done", Stage, "该步骤已经办理", "This step was already taken";
    /// The caller's roles do not allow the step.
    NotPermitted = "not_permitted", Permission, "没有办理该步骤的权限", "Your roles do not permit this step";
    /// The same person may not do both halves of the step.
    SamePerson = "same_person", Rule, "须由另一人办理", "Another person must do this";
    /// The case, or what the step names in it, is unknown.
    UnknownTarget = "unknown_target", Unknown, "所指事项不存在", "What the step names does not exist";
    /// A department, account, document or case named in the body is unknown in this agency.
    UnknownReference = "unknown_reference", Rule, "引用的部门、人员、文件或案件不存在", "A department, account, document or case named is unknown";
    /// A date lies in the future.
    DateInFuture = "date_in_future", Rule, "日期不得晚于今天", "The date lies in the future";
    /// A date lies before the step it must follow.
    DateBeforePrevious = "date_before_previous", Rule, "日期早于前一步骤", "The date lies before the step it follows";
    /// A date lies before the Regulations were in force (2008-05-01), or further off than it can be.
    DateOutOfRange = "date_out_of_range", Rule, "日期超出范围", "The date is out of range";
    /// A date is missing that the channel or method needs.
    DateMissing = "date_missing", Rule, "缺少日期", "A date is missing";
    /// A date was given that the channel or method does not know.
    DateNotApplicable = "date_not_applicable", Rule, "该渠道不适用此日期", "The date does not apply to this channel";
    /// One or more fields break a rule.
    FieldsRefused = "fields_refused", Rule, "填写内容不符合规定", "Some fields break a rule";
    /// A reply of this kind needs more before it may be drafted or issued.
    ReplyIncomplete = "reply_incomplete", Rule, "答复所需事实或理由不完整", "The reply lacks what its kind needs";
    /// This kind of reply does not answer what the case is about.
    ReplyKindNotOpen = "reply_kind_not_open", Rule, "该答复类型不适用于本案", "This kind of reply does not answer this case";
    /// A denial needs a second approval by somebody else.
    SecondApprovalMissing = "second_approval_missing", Rule, "不予公开须经第二人审核", "A denial needs a second approval";
    /// The draft was sent back; a new draft must be made.
    DraftReturned = "draft_returned", Rule, "文稿已被退回", "The draft was returned";
    /// There is no draft to review or issue.
    NoDraft = "no_draft", Stage, "没有待审核的文稿", "There is no open draft";
    /// The case has no assigned department and handler.
    NotAssigned = "not_assigned", Stage, "案件尚未分办", "The case is not assigned";
    /// The tracking number is already on another letter.
    TrackingNumberUsed = "tracking_number_used", Rule, "邮件号已用于另一封函件", "The tracking number belongs to another letter";
    /// On-line service needs the applicant's consent in writing.
    ConsentMissing = "consent_missing", Rule, "在线送达须有申请人书面同意", "On-line service needs the applicant's written consent";
    /// A node of the life is missing: the case cannot be closed.
    NodeMissing = "node_missing", Rule, "节点缺失，不能办结", "A node is missing; the case cannot be closed";
    /// A change that moves a due date later needs a second person.
    SecondPersonNeeded = "second_person_needed", Rule, "推迟期限的更改须经第二人确认", "A change that moves a date later needs a second person";
    /// Nothing would change.
    NothingToChange = "nothing_to_change", Rule, "没有需要更改的内容", "Nothing would change";
    /// The outcome does not belong to this kind of proceeding.
    OutcomeMismatch = "outcome_mismatch", Rule, "结果与程序种类不符", "The outcome does not belong to this proceeding";
    /// A reference of another system (platform number, case number) is taken.
    ReferenceTaken = "reference_taken", Rule, "外部编号已被使用", "The reference is already used";
    /// A limit of count or size is reached.
    LimitReached = "limit_reached", Rule, "超出数量限制", "A limit is reached";
    /// A body, court or pattern the step needs is not set for the agency.
    SettingMissing = "setting_missing", Rule, "机关设置不完整", "A setting of the agency is missing";
    /// No letter, or not this one, waits to be sent.
    NoOpenLetter = "no_open_letter", Stage, "没有待寄送的函件", "No such letter waits to be sent";
    /// No dispatch waits for its result.
    NoLetterOnItsWay = "no_letter_on_its_way", Stage, "没有在途的函件", "No letter is on its way";
    /// What is handed over is served by a signature, and none is named.
    SignatureMissing = "signature_missing", Rule, "缺少签收人", "Who signed is missing";
    /// The result does not belong to the way the letter was sent.
    DeliveryResultMismatch = "delivery_result_mismatch", Rule, "送达结果与寄送方式不符", "The result does not belong to this way of sending";
    /// A paper that comes after the closing needs a reason.
    LateReasonMissing = "late_reason_missing", Rule, "缺少迟交理由", "The reason for the late paper is missing";
    /// The reply has not left the agency.
    ReplyNotDispatched = "reply_not_dispatched", Rule, "该答复尚未发出", "The reply has not left the agency";
    /// The proceeding that this one follows is missing, not decided, or not of the kind it can follow.
    PrecedingMissing = "preceding_missing", Rule, "前一程序未登记、未审结或者不符", "The proceeding it follows is missing, undecided or of the wrong kind";
    /// There is nothing in the case that the step could act on.
    NothingOpen = "nothing_open", Stage, "没有待办理的事项", "There is nothing this step could act on";
    /// What an amendment was to change has changed since it was proposed.
    AmendmentOutdated = "amendment_outdated", Rule, "提出更正后原内容已变更", "What the amendment was to change has changed since";
    /// The case named cannot survive the voided one.
    SurvivorUnfit = "survivor_unfit", Rule, "所指案件不能作为存续案件", "The case named cannot be the survivor";
    /// A proceeding was entered; the case cannot vanish from the tables.
    ProceedingEntered = "proceeding_entered", Rule, "已登记复议或者诉讼，不能作废", "A proceeding was entered; the case cannot be voided";
    /// The account still has open cases; they are handed over first.
    AccountHasCases = "account_has_cases", Stage, "该账号尚有未归档的案件，须先移交", "The account still has open cases; hand them over first";
    /// Nobody could administer the agency any more.
    LastAdministrator = "last_administrator", Stage, "不能停用或降级最后一名管理员", "The last active administrator cannot be removed";
    /// The department still has active accounts or open cases.
    DepartmentInUse = "department_in_use", Stage, "该部门尚有在岗人员或未归档案件", "The department still has active accounts or open cases";
    /// The archive number is already on another dossier.
    ArchiveNumberUsed = "archive_number_used", Rule, "档号已被使用", "The archive number belongs to another dossier";
    /// Only one person is head of the FOI office at a time.
    HeadOverlaps = "head_overlaps", Stage, "任期与现有负责人的任期重叠", "The term overlaps another head's";
    /// The current password was not given rightly.
    CurrentPasswordWrong = "current_password_wrong", Rule, "当前密码错误", "The current password is wrong";
    /// A date lies after a step that comes after it.
    DateAfterNext = "date_after_next", Rule, "日期晚于后一步骤", "The date lies after the step that follows it";
    /// The same amendment waits for a second person already.
    AmendmentPending = "amendment_pending", Stage, "相同的更正正在等待第二人确认", "The same amendment already waits for a second person";
    /// A posting list names one letter twice.
    LetterRepeated = "letter_repeated", Rule, "清单重复列出同一函件", "The list names one letter twice";
    /// Nobody could register, send or close the open cases any more.
    LastClerk = "last_clerk", Stage, "尚有未归档案件，不能停用或降级最后一名经办员", "While cases are open the last active clerk cannot be removed";
    /// Nobody could sign the replies of the open cases any more.
    LastApprover = "last_approver", Stage, "尚有未归档案件，不能停用或降级最后一名签发人", "While cases are open the last active approver cannot be removed";
    /// Nobody could extend the period of an open case any more.
    LastHead = "last_head", Stage, "尚有未归档案件，不能停用唯一在任的信息公开工作机构负责人", "While cases are open the only head of the FOI office cannot be removed";
    /// Whoever does not work the agency's cases says why they look at personal data.
    PurposeNeeded = "purpose_needed", Rule, "须注明用途", "Say for which purpose";
    /// Nothing was received yet: no clock can be moved.
    StepBeforeReceipt = "step_before_receipt", Rule, "尚未收到申请", "Nothing was received yet";
    /// The application was already received.
    AlreadyReceived = "already_received", Rule, "已经收到申请", "The application was already received";
    /// The reply was already given.
    AlreadyReplied = "already_replied", Rule, "已经答复", "The reply was already given";
    /// The case is closed.
    AlreadyClosed = "already_closed", Rule, "已经终结", "The case is closed";
    /// A correction may be asked for once (choice 15).
    CorrectionAlreadyUsed = "correction_already_used", Rule, "补正告知只能一次", "A correction may be asked for once";
    /// No correction is awaited.
    CorrectionNotOpen = "correction_not_open", Rule, "没有待补正的告知", "No correction is awaited";
    /// The correction notice was already delivered.
    CorrectionAlreadyDelivered = "correction_already_delivered", Rule, "补正告知已经送达", "The correction notice was already delivered";
    /// A term of days is out of range.
    TermOutOfRange = "term_out_of_range", Rule, "期限天数超出范围", "The term is out of range";
    /// A term is not over yet.
    LapseBeforeItsDay = "lapse_before_its_day", Rule, "期限尚未届满", "The term is not over";
    /// There is no such consultation, or its letter was never sent.
    ConsultationUnknown = "consultation_unknown", Rule, "没有该征求意见", "There is no such consultation";
    /// The consultation was already sent.
    ConsultationAlreadySent = "consultation_already_sent", Rule, "该征求意见已经发出", "This consultation was already sent";
    /// The consultation was already delivered.
    ConsultationAlreadyDelivered = "consultation_already_delivered", Rule, "该征求意见已经送达", "This consultation was already delivered";
    /// The consultation already ended.
    ConsultationAlreadyEnded = "consultation_already_ended", Rule, "该征求意见已经结束", "This consultation already ended";
    /// An extension is 1 to 20 working days.
    ExtensionDaysOutOfRange = "extension_days_out_of_range", Rule, "延期天数超出范围", "The extension is out of range";
    /// A period is extended once (choice 12).
    ExtensionAlreadyUsed = "extension_already_used", Rule, "只能延期一次", "The period was already extended";
    /// An extension is approved and notified by the due date.
    ExtensionAfterDueDate = "extension_after_due_date", Rule, "答复期限已经届满", "The due date has passed";
    /// No period runs that could be moved.
    NoPeriodRuns = "no_period_runs", Rule, "期限没有进行", "No period runs";
    /// A fee notice was already sent.
    FeeAlreadyNotified = "fee_already_notified", Rule, "收费通知已经发出", "A fee notice was already sent";
    /// A fee is asked for within the period.
    FeeNoticeAfterDueDate = "fee_notice_after_due_date", Rule, "答复期限已经届满，不得收费", "The due date has passed; no fee may be asked for";
    /// No payment is awaited.
    FeeNotOpen = "fee_not_open", Rule, "没有待缴的费用", "No payment is awaited";
    /// The fee notice was already delivered.
    FeeAlreadyDelivered = "fee_already_delivered", Rule, "收费通知已经送达", "The fee notice was already delivered";
    /// Reasons were already requested.
    ReasonsAlreadyRequested = "reasons_already_requested", Rule, "已经要求说明理由", "Reasons were already requested";
    /// No reasons were requested.
    ReasonsNotRequested = "reasons_not_requested", Rule, "没有要求说明理由", "No reasons were requested";
    /// The reasons were already given.
    ReasonsAlreadyGiven = "reasons_already_given", Rule, "已经说明理由", "The reasons were already given";
    /// No reasons were given.
    ReasonsNotGiven = "reasons_not_given", Rule, "尚未说明理由", "No reasons were given";
    /// A later date is announced by the due date.
    PostponedAfterDueDate = "postponed_after_due_date", Rule, "答复期限已经届满，不得再确定延迟", "The due date has passed";
    /// A later date lies after the due date.
    PostponedDateNotLater = "postponed_date_not_later", Rule, "延迟的日期须晚于答复期限", "The date must lie after the due date";
    /// The reply was already postponed.
    AlreadyPostponed = "already_postponed", Rule, "已经确定延迟答复", "The reply was already postponed";
    /// What is asked for lies within the free band, or is free by its matter.
    NothingToCharge = "nothing_to_charge", Rule, "没有可以收取的费用", "There is nothing to charge";
    /// An amount is out of range.
    AmountOutOfRange = "amount_out_of_range", Rule, "金额超出范围", "The amount is out of range";
    /// Only the head of the FOI office, or the deputy, extends (Art 33(2)).
    NotHeadOfFoiOffice = "not_head_of_foi_office", Rule, "须由政府信息公开工作机构负责人批准", "Only the head of the FOI office may approve this";
    /// The notice of a year contradicts itself or is for a year that cannot be.
    CalendarRefused = "calendar_refused", Rule, "节假日安排不符合规定", "The holiday notice cannot be as given";
    /// A closing by a lapse is taken back by reopening, for good reason and by somebody else, never by a revocation (domain 6.6).
    ReopenInstead = "reopen_instead", Rule, "因逾期终结的，应当恢复办理，不得撤销答复", "A closing by a lapse is reopened, not revoked";
    /// What belongs to a request for information has no place in the correction of one's own records (Art 41).
    NotForRecordCorrection = "not_for_record_correction", Rule, "更正本人信息不适用该步骤", "This step has no place in the correction of one's own records";
    /// A number of pages is out of range.
    PagesOutOfRange = "pages_out_of_range", Rule, "页数超出范围", "The number of pages is out of range";
    /// The reasons of an excessive request were not assessed as reasonable.
    ReasonsNotAssessed = "reasons_not_assessed", Rule, "理由尚未审查认定为合理", "The reasons were not assessed as reasonable";
    /// A letter that was dispatched is not made again.
    LetterAlreadyDispatched = "letter_already_dispatched", Stage, "函件已经寄送，不得重新制作", "The letter was dispatched; it is not made again";
    /// What is sent on line is the letter as it was made, and it was not made.
    LetterNotMade = "letter_not_made", Rule, "尚未制作该文书", "The letter was not made yet";
    /// The dossier has neither the text of a letter nor a scan of it.
    LetterNotOnFile = "letter_not_on_file", Rule, "案卷缺少文书正本", "The dossier lacks the text of a letter";
    /// No font has a character of the letter.
    CharacterUndrawable = "character_undrawable", Rule, "字体缺字，不能排印", "A character cannot be set in the fonts there are";
    /// The private texts of the case were destroyed.
    PrivateTextsGone = "private_texts_gone", Stage, "案件的个人信息已销毁", "The private texts of the case were destroyed";
    /// The applicant was not spoken to, and no reason for that is given.
    ContactOrReasonNeeded = "contact_or_reason_needed", Rule, "未与申请人沟通，也未说明理由", "Nobody spoke with the applicant, and no reason is given";
    /// An inner date lies before the legal due date, always.
    InnerDateTooLate = "inner_date_too_late", Rule, "内部期限须早于法定答复期限", "An inner date must lie before the legal due date";
    /// The assignment was already taken on, sent back or replaced.
    AssignmentEnded = "assignment_ended", Stage, "该分办已经认领、退回或者被重新分办", "The assignment was already taken on, sent back or replaced";
    /// The department already has this task open.
    SearchAlreadyAsked = "search_already_asked", Rule, "该部门尚有未反馈的协查", "The department already has an open search task";
    /// A search has a result already.
    SearchAlreadyAnswered = "search_already_answered", Stage, "该协查已经反馈", "The search task is already answered";
    /// A search task was withdrawn.
    SearchWithdrawn = "search_withdrawn", Stage, "该协查已经撤回", "The search task was withdrawn";
    /// A search waits for its result: there is nothing to send back.
    SearchNotAnswered = "search_not_answered", Stage, "该协查尚未反馈", "The search task is not answered yet";
    /// A result says both that records were found and that none were, or neither.
    SearchResultContradicts = "search_result_contradicts", Rule, "检索结果须列明所找到的记录，或者声明未找到，二者择一", "A search result lists what was found or states that nothing was, never both";
    /// The conference is over.
    ConferenceEnded = "conference_ended", Stage, "会商已经结束", "The conference is over";
    /// Only participants speak in a conference.
    NotAParticipant = "not_a_participant", Permission, "不是会商参加人", "Not a participant of the conference";
    /// A conference ends after its participants were heard.
    NoOpinionYet = "no_opinion_yet", Rule, "尚无会商意见", "Nobody gave an opinion yet";
    /// A dossier goes to the archive with the papers that prove its deliveries.
    DeliveryProofMissing = "delivery_proof_missing", Rule, "缺少送达凭证，不能归档", "The proof of a delivery is missing; the dossier cannot be archived";
    /// The review chain asks for a review that has not passed yet.
    ReviewMissing = "review_missing", Rule, "尚缺审核环节", "A review of the chain is missing";
    /// The document is the unredacted original of something given: only few may read it, and it never leaves the agency.
    SealedDocument = "sealed_document", Permission, "未遮盖的原件，限于少数人员查阅", "An unredacted original is open to few";
    /// What is given may not be an unredacted original, and no paper is its own redaction.
    UnredactedGiven = "unredacted_given", Rule, "未遮盖的原件不得提供给申请人", "An unredacted original is not given";
    /// Only who signs or heads a department has a deputy, and only staff of the agency's cases can be one.
    NoDeputyHere = "no_deputy_here", Rule, "该人员不能指定或者担任代理人", "This person cannot have, or be, a deputy";
    /// A department has one head at a time, a principal one deputy.
    PostOverlaps = "post_overlaps", Stage, "任期与现有任期重叠", "The term overlaps another";
    /// A paper is split before the first reply or not at all.
    SplitAfterReply = "split_after_reply", Stage, "已经答复，不能拆分", "The case was answered; it cannot be split";
    /// Something still waits for somebody, or judges the paper as one application.
    SplitObstructed = "split_obstructed", Rule, "尚有未了结事项，不能拆分", "Something unsettled stands against the split";
    /// These cases cannot share a reply.
    JointUnfit = "joint_unfit", Rule, "不能合并答复", "These cases cannot share a reply";
    /// A list names one case twice.
    CaseRepeated = "case_repeated", Rule, "重复列出同一案件", "One case is named twice";
    /// The cases of a joint reply no longer share their drafts.
    JointBroken = "joint_broken", Rule, "合并答复已不完整", "The cases no longer share the draft";
    /// The dossier is kept permanently, or its period is not over.
    RetentionRuns = "retention_runs", Rule, "保管期限未满，不得销毁", "The dossier is still to be kept";
    /// A hold stands on the dossier.
    DossierHeld = "dossier_held", Rule, "案卷已暂缓销毁", "A hold stands on the dossier";
    /// A proceeding has not come to its end.
    ProceedingRuns = "proceeding_runs", Rule, "复议、诉讼尚未终结", "A proceeding has not come to its end";
    /// The dossier was disposed of; nothing but its trail and the report is left.
    DossierDisposed = "dossier_disposed", Stage, "案卷已销毁", "The dossier was disposed of";
    /// The reasons say something else than was agreed, and nobody said why.
    DepartureReasonNeeded = "departure_reason_needed", Rule, "偏离答复口径须说明理由", "A departure from an agreed answer needs its reason";
    /// The edition named is not in force on the day.
    EditionNotInForce = "edition_not_in_force", Rule, "所引版本未生效或者已失效", "The edition is not in force";
    /// The entry is not for such a reply.
    EntryDoesNotApply = "entry_does_not_apply", Rule, "该条目不适用", "The entry does not apply here";
    /// An edition of the entry waits for a second person.
    EditionWaiting = "edition_waiting", Stage, "该条目有一个版本尚待确认", "An edition of the entry waits to be decided";
    /// A letter bears what has changed since it was signed, handed out or made.
    LetterOutdated = "letter_outdated", Rule, "文书所载内容已变更", "What the letter bears has changed since";
    /// The agency's template of a letter does not pass the check of templates any more.
    TemplateUnfit = "template_unfit", Rule, "文书模板不合规定", "The template of the letter cannot be used";
    /// A split does not say to which part the will of a third party belongs.
    ConsultationUnplaced = "consultation_unplaced", Rule, "未指明第三方意见所涉的拆分件", "It is not said which part a third party's opinion belongs to";
    /// What goes with a dossier is not what the report on its disposal names any more.
    DisposalOutdated = "disposal_outdated", Stage, "销毁范围已变更", "What would be disposed of has changed since";
    /// A paper proves another dispatch already.
    ProofUsed = "proof_used", Rule, "该凭证已用于另一次寄送", "The paper proves another dispatch";
    /// Whoever signed has no capacity to receive for the applicant.
    RecipientUnfit = "recipient_unfit", Rule, "签收人不是有权签收的人", "Whoever signed may not receive it";
    /// It is not said in which capacity somebody else signed.
    CapacityMissing = "capacity_missing", Rule, "须说明签收人的身份", "Say in which capacity it was signed for";
    /// A proceeding that rests rests already.
    AlreadySuspended = "already_suspended", Stage, "程序已经中止", "The proceeding rests already";
    /// Only a proceeding that rests can go on again.
    NotSuspended = "not_suspended", Stage, "程序没有中止", "The proceeding does not rest";
    /// The law knows no longer term for this decision, or only once, or not so long.
    TermNotExtendable = "term_not_extendable", Rule, "依法不得如此延长审理期限", "The law gives no such extension of the term";
    /// The procedure is the ordinary one already.
    ProcedureIsOrdinary = "procedure_is_ordinary", Stage, "已适用普通程序", "The procedure is the ordinary one already";
    /// Who is sued after a reconsideration follows from its outcome.
    StandingMismatch = "standing_mismatch", Rule, "机关的诉讼地位与复议结果不符", "Who is sued does not fit the outcome of the reconsideration";
    /// A performance is proved by a paper, or by the new reply that left.
    PerformanceUnproved = "performance_unproved", Rule, "履行情况须有凭证", "The performance is not proved";
    /// No decision in force orders another reply.
    NoRoundOrdered = "no_round_ordered", Stage, "没有生效的决定或者裁判责令重新答复", "No decision in force orders another reply";
    /// The head appears in person, or it is said why not.
    HeadAbsenceUnexplained = "head_absence_unexplained", Rule, "负责人未出庭，须记明理由", "The head did not appear, and it is not said why";
    /// The sitting was held or called off already.
    HearingEnded = "hearing_ended", Stage, "该次听证、开庭已有结果", "The hearing or session has its result already";
    /// What is challenged was not revoked while it was challenged.
    NothingRevoked = "nothing_revoked", Stage, "程序进行期间没有撤销被诉答复", "The reply challenged was not revoked meanwhile";
    /// A proceeding over several cases covers at least two, each once.
    CasesOfProceeding = "cases_of_proceeding", Rule, "一并审理的案件须为二件以上且不得重复", "A proceeding over several cases names each once";
    /// A finding that puts nothing right orders nothing.
    FindingMismatch = "finding_mismatch", Rule, "整改要求与投诉处理结果不符", "What is to be put right does not fit the finding";
    /// The evidence pack goes out when nothing it needs is missing.
    PackIncomplete = "pack_incomplete", Rule, "证据材料尚不完整", "The evidence pack is not complete";
    /// A table of the annual report, counted or typed in, breaks a checking rule.
    TableIdentityBroken = "table_identity_broken", Rule, "报表不符合勾稽关系", "A table breaks a checking rule";
    /// The year is not over: its report can be previewed only.
    YearNotOver = "year_not_over", Rule, "年度尚未结束", "The year is not over";
    /// The report of the year is frozen.
    ReportFrozen = "report_frozen", Stage, "年度报告已经定稿", "The report is frozen";
    /// The report is not approved as it stands.
    ReportNotApproved = "report_not_approved", Stage, "年度报告尚未批准", "The report is not approved as it stands";
    /// The report has changed since it was read.
    ReportChanged = "report_changed", Stage, "年度报告已有变化", "The report has changed since it was read";
    /// Reports are frozen year after year.
    EarlierReportOpen = "earlier_report_open", Stage, "上一年度报告尚未定稿", "The report of an earlier year is not frozen";
    /// What people add to the report by hand is missing.
    ReportIncomplete = "report_incomplete", Rule, "年度报告内容不完整", "The report lacks what is added by hand";
    /// No decision of the proceeding corrects the agency: there is nothing to learn from.
    NotCorrected = "not_corrected", Rule, "该程序没有结果纠正的决定", "No decision of the proceeding corrects the agency";
    /// A notice of rectification was withdrawn or settled.
    RectificationEnded = "rectification_ended", Stage, "该整改通知已经撤回或者复查通过", "The notice of rectification was withdrawn or settled";
    /// A notice of rectification is not settled.
    RectificationRuns = "rectification_runs", Rule, "整改通知尚未复查通过", "A notice of rectification is not settled";
    /// A text that leaves its case names somebody, or a number by which they are known.
    IdentifiesSomebody = "identifies_somebody", Rule, "内容未去除个人信息", "The text identifies somebody";
    /// A dossier of the sample is not scored yet.
    InspectionUnfinished = "inspection_unfinished", Rule, "尚有案卷未评分", "A dossier of the sample is not scored yet";
    /// A message of a neighbouring system keeps its words for ever; its id was used with others.
    MessageIdReused = "message_id_reused", Stage, "消息编号已用于其他内容", "The id of the message was used with other words";
    /// A message was applied, taken by hand or dismissed before.
    MessageDone = "message_done", Stage, "该消息已经办结", "The message was settled before";
    /// A case has a status on the platform only with its number there.
    PlatformNumberMissing = "platform_number_missing", Rule, "尚无平台编号", "The case has no number on the platform";
    /// A reply is out in the round that a decision opened: the round cannot lose its ground.
    RoundAnswered = "round_answered", Rule, "重新作出的答复已经签发", "A reply was issued in the round that a decision opened";
    /// A proceeding that others follow is not voided before them.
    ProceedingFollowed = "proceeding_followed", Rule, "另有程序接续该程序", "Another proceeding follows this one";
    /// What upholds or rejects orders nothing of the agency.
    OrderMismatch = "order_mismatch", Rule, "责令事项与结果不符", "Nothing is ordered by such an outcome";
    /// Another instance, or another suit, follows that proceeding already.
    AlreadyFollowed = "already_followed", Rule, "已登记接续该程序的程序", "Something follows that proceeding already";
    /// The same papers of the same body, of the same day and without a number, are entered already.
    ProceedingKnown = "proceeding_known", Rule, "同一程序已登记", "The same proceeding is already entered";
    /// A proceeding over several cases is followed in all of them.
    JointProceeding = "joint_proceeding", Rule, "前一程序涉及多个案件，须一并登记", "The proceeding it follows covers several cases";
    /// What is not final cannot have been published.
    ReportNotFrozen = "report_not_frozen", Stage, "年度报告尚未定稿", "The report is not frozen";
    /// No neighbour bears the name of the proceeding's body.
    NoNeighbour = "no_neighbour", Rule, "该机关没有数据对接", "The body of the proceeding is no neighbour of the exchange";
    /// The dossier is no longer what was offered.
    DossierChanged = "dossier_changed", Stage, "案卷与所提供的摘要不一致", "The dossier is no longer what was offered";
    /// Another system names a second number for a case.
    PlatformNumberDiffers = "platform_number_differs", Rule, "与本案已有的平台编号不同", "The case has another number on the platform";
    /// The outcome orders something, and what is not said.
    OrderMissing = "order_missing", Rule, "未填写责令事项", "What is ordered is missing";
}

/// One field that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldRefusal {
    /// JSON pointer into the body, for example `/items/0/reasons`.
    pub pointer: String,
    /// Stable code of what is wrong.
    pub code: Cow<'static, str>,
    /// What is wrong, in Chinese.
    pub detail_zh: String,
    /// What is wrong, in English.
    pub detail_en: String,
}

/// Why a step cannot be taken, and what would make it pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Stable code.
    pub code: Code,
    /// The article that forbids the step, for example `条例 33(2)`.
    pub article: Option<Cow<'static, str>>,
    /// What is wrong and what would help, in Chinese.
    pub detail_zh: String,
    /// The same in English.
    pub detail_en: String,
    /// Every field that breaks a rule, all at once.
    pub errors: Vec<FieldRefusal>,
}

impl Refusal {
    /// A refusal with its reasons in both languages.
    pub fn new(code: Code, detail_zh: impl Into<String>, detail_en: impl Into<String>) -> Self {
        Self { code, article: None, detail_zh: detail_zh.into(), detail_en: detail_en.into(), errors: Vec::new() }
    }

    /// Names the article the refusal rests on.
    #[must_use]
    pub fn under(mut self, article: impl Into<Cow<'static, str>>) -> Self {
        self.article = Some(article.into());
        self
    }

    /// Points to one field of the body.
    #[must_use]
    pub fn at(mut self, pointer: impl Into<String>) -> Self {
        self.errors.push(FieldRefusal {
            pointer: pointer.into(),
            code: Cow::Borrowed(self.code.as_str()),
            detail_zh: self.detail_zh.clone(),
            detail_en: self.detail_en.clone(),
        });
        self
    }

    /// Several fields refused at once.
    pub fn fields(errors: Vec<FieldRefusal>) -> Self {
        Self {
            code: Code::FieldsRefused,
            article: None,
            detail_zh: format!("{} 处填写内容不符合规定", errors.len()),
            detail_en: format!("{} fields break a rule", errors.len()),
            errors,
        }
    }

    /// The same refusal where it comes from another case that shares the reply or the proceeding: it names that case, and points to no field.
    #[must_use]
    pub fn of_sharer(mut self, case_number: &str) -> Self {
        self.detail_zh = format!("一并办理的案件 {case_number}：{}", self.detail_zh);
        self.detail_en = format!("case {case_number}, on which the step is taken too: {}", self.detail_en);
        self.errors.clear();
        self
    }

    /// The same refusal for one of several items: every pointer moves below it.
    #[must_use]
    pub fn below(mut self, prefix: &str) -> Self {
        for error in &mut self.errors {
            error.pointer.insert_str(0, prefix);
        }
        self
    }
}

impl From<ClockRefusal> for Refusal {
    fn from(refused: ClockRefusal) -> Self {
        let code = match refused.code {
            ClockCode::DateOutOfRange => Code::DateOutOfRange,
            ClockCode::OutOfDateOrder => Code::DateBeforePrevious,
            ClockCode::StepBeforeReceipt => Code::StepBeforeReceipt,
            ClockCode::AlreadyReceived => Code::AlreadyReceived,
            ClockCode::AlreadyReplied => Code::AlreadyReplied,
            ClockCode::AlreadyClosed => Code::AlreadyClosed,
            ClockCode::CorrectionAlreadyUsed => Code::CorrectionAlreadyUsed,
            ClockCode::CorrectionNotOpen => Code::CorrectionNotOpen,
            ClockCode::CorrectionAlreadyDelivered => Code::CorrectionAlreadyDelivered,
            ClockCode::TermOutOfRange => Code::TermOutOfRange,
            ClockCode::LapseBeforeItsDay => Code::LapseBeforeItsDay,
            ClockCode::ConsultationUnknown => Code::ConsultationUnknown,
            ClockCode::ConsultationAlreadySent => Code::ConsultationAlreadySent,
            ClockCode::ConsultationAlreadyDelivered => Code::ConsultationAlreadyDelivered,
            ClockCode::ConsultationAlreadyEnded => Code::ConsultationAlreadyEnded,
            ClockCode::ExtensionDaysOutOfRange => Code::ExtensionDaysOutOfRange,
            ClockCode::ExtensionAlreadyUsed => Code::ExtensionAlreadyUsed,
            ClockCode::ExtensionAfterDueDate => Code::ExtensionAfterDueDate,
            ClockCode::NoPeriodRuns => Code::NoPeriodRuns,
            ClockCode::FeeAlreadyNotified => Code::FeeAlreadyNotified,
            ClockCode::FeeNoticeAfterDueDate => Code::FeeNoticeAfterDueDate,
            ClockCode::FeeNotOpen => Code::FeeNotOpen,
            ClockCode::FeeAlreadyDelivered => Code::FeeAlreadyDelivered,
            ClockCode::ReasonsAlreadyRequested => Code::ReasonsAlreadyRequested,
            ClockCode::ReasonsNotRequested => Code::ReasonsNotRequested,
            ClockCode::ReasonsAlreadyGiven => Code::ReasonsAlreadyGiven,
            ClockCode::ReasonsNotGiven => Code::ReasonsNotGiven,
            ClockCode::PostponedAfterDueDate => Code::PostponedAfterDueDate,
            ClockCode::PostponedDateNotLater => Code::PostponedDateNotLater,
            ClockCode::AlreadyPostponed => Code::AlreadyPostponed,
        };
        Self::new(code, refused.zh, refused.en).under(refused.article)
    }
}
