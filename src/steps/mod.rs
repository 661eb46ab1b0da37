//! THE LIFE: one file a step — the command, the article it rests on, `ready` and `decide`, its handler, its tests.
//!
//! A handler translates and nothing else: [`take`] hands the command to the journal and shows the case as it then stands.

pub mod archive;
#[cfg(test)]
pub(crate) mod fixtures;
pub mod handle;
pub mod learn;
pub mod mail;
pub mod mend;
pub mod receive;
pub mod register;
pub mod remedy;
pub mod reply;
#[cfg(test)]
mod walks;

use crate::case::command::{Command, not_disposed_of};
use crate::case::facts::Facts;
use crate::case::flow::Step;
use crate::case::journal::{self, Taken};
use crate::case::model::Case;
use crate::case::refusal::Refusal;
use crate::case::replay::replay;
use crate::http::answer::{self, Answer};
use crate::http::call::{Call, Versions};
use crate::http::problem::Problem;
use crate::views::case_page;
use crate::views::similar_cases::Repeats;
use actix_web::http::StatusCode;
use garde::Validate;
use std::sync::Arc;
use utoipa_actix_web::service_config::ServiceConfig;

/// The running number after so many, from 1.
pub fn next(count: usize) -> u32 {
    u32::try_from(count).map_or(u32::MAX, |count| count.saturating_add(1))
}

/// Every step's operation.
pub fn routes(config: &mut ServiceConfig) {
    receive::routes(config);
    register::routes(config);
    handle::routes(config);
    reply::routes(config);
    mail::routes(config);
    archive::routes(config);
    remedy::routes(config);
    mend::routes(config);
    learn::routes(config);
}

/// Whether a step is open on a case, and on which ordinal it would act.
pub fn ready(step: Step, case: &Case, facts: &Facts<'_>) -> Result<Option<u32>, Refusal> {
    not_disposed_of(case)?;
    match step {
        Step::AttemptConfirmation => receive::attempt::AttemptConfirmation::ready(case, facts),
        Step::ConfirmReceipt => receive::confirm::ConfirmReceipt::ready(case, facts),
        Step::Register => register::enter::RegisterCase::ready(case, facts),
        Step::ReissueAcknowledgement => register::acknowledge::ReissueAcknowledgement::ready(case, facts),
        Step::Examine => register::examine::ExamineApplication::ready(case, facts),
        Step::Assign => handle::assign::AssignCase::ready(case, facts),
        Step::AcceptAssignment => handle::accept::AcceptAssignment::ready(case, facts),
        Step::ReturnAssignment => handle::accept::ReturnAssignment::ready(case, facts),
        Step::OpenSearch => handle::search::OpenSearch::ready(case, facts),
        Step::GiveSearchResult => handle::search::GiveSearchResult::ready(case, facts),
        Step::ReturnSearchResult => handle::search::ReturnSearchResult::ready(case, facts),
        Step::WithdrawSearch => handle::search::WithdrawSearch::ready(case, facts),
        Step::OpenConference => handle::confer::OpenConference::ready(case, facts),
        Step::GiveOpinion => handle::confer::GiveOpinion::ready(case, facts),
        Step::ConcludeConference => handle::confer::ConcludeConference::ready(case, facts),
        Step::LogContact => handle::contact::LogContact::ready(case, facts),
        Step::RequestCorrection => handle::correct::RequestCorrection::ready(case, facts),
        Step::AnswerCorrection => handle::correct::AnswerCorrection::ready(case, facts),
        Step::ConfirmCorrection => handle::correct::ConfirmCorrection::ready(case, facts),
        Step::Consult => handle::consult::OpenConsultation::ready(case, facts),
        Step::AnswerConsultation => handle::consult::AnswerConsultation::ready(case, facts),
        Step::FailConsultation => handle::consult::FailConsultation::ready(case, facts),
        Step::DecideConsultation => handle::consult::DecideConsultation::ready(case, facts),
        Step::Extend => handle::extend::ExtendReply::ready(case, facts),
        Step::RequestReasons => handle::excess::RequestReasons::ready(case, facts),
        Step::GiveReasons => handle::excess::GiveReasons::ready(case, facts),
        Step::AssessReasons => handle::excess::AssessReasons::ready(case, facts),
        Step::Postpone => handle::excess::PostponeReply::ready(case, facts),
        Step::Charge => handle::charge::IssueFeeNotice::ready(case, facts),
        Step::Pay => handle::charge::RecordPayment::ready(case, facts),
        Step::Draft => reply::draft::DraftReply::ready(case, facts),
        Step::Review => reply::review::ReviewDraft::ready(case, facts),
        Step::IssueReply => reply::issue::IssueReply::ready(case, facts),
        Step::MakeLetter => mail::make::MakeLetter::ready(case, facts),
        Step::Dispatch => mail::dispatch::DispatchLetter::ready(case, facts),
        Step::RecordDelivery => mail::delivery::RecordDelivery::ready(case, facts),
        Step::FileDeliveryProof => mail::proof::FileDeliveryProof::ready(case, facts),
        Step::RecordOpening => mail::opening::RecordOpening::ready(case, facts),
        Step::FileLetterScan => mail::scan::FileLetterScan::ready(case, facts),
        Step::ReviewPublication => archive::publication::ReviewPublication::ready(case, facts),
        Step::RecordPublication => archive::publication::RecordPublication::ready(case, facts),
        Step::Close => archive::close::CloseCase::ready(case, facts),
        Step::Archive => archive::archive::ArchiveCase::ready(case, facts),
        Step::HoldDossier => archive::retention::HoldDossier::ready(case, facts),
        Step::ReleaseHold => archive::retention::ReleaseHold::ready(case, facts),
        Step::ProposeDisposal => archive::retention::ProposeDisposal::ready(case, facts),
        Step::DecideDisposal => archive::dispose::DecideDisposal::ready(case, facts),
        Step::AddPaper => archive::paper::AddPaper::ready(case, facts),
        Step::OpenReconsideration => remedy::open::OpenReconsideration::ready(case, facts),
        Step::OpenLitigation => remedy::open::OpenLitigation::ready(case, facts),
        Step::AnswerProceeding => remedy::answer::AnswerProceeding::ready(case, facts),
        Step::DecideProceeding => remedy::decide::RecordDecision::ready(case, facts),
        Step::FileProceeding => remedy::file::FileProceeding::ready(case, facts),
        Step::PerformOrder => remedy::perform::PerformOrder::ready(case, facts),
        Step::ReceiveOpinion => remedy::opinion::ReceiveOpinion::ready(case, facts),
        Step::ReportOnOpinion => remedy::opinion::ReportOnOpinion::ready(case, facts),
        Step::NoteProceeding => remedy::course::NoteProceeding::ready(case, facts),
        Step::AnnounceHearing => remedy::hear::AnnounceHearing::ready(case, facts),
        Step::RecordHearing => remedy::hear::RecordHearing::ready(case, facts),
        Step::TellBody => remedy::tell::TellBody::ready(case, facts),
        Step::OrderRound => remedy::round::OrderRound::ready(case, facts),
        Step::ReceiveComplaint => remedy::complain::ReceiveComplaint::ready(case, facts),
        Step::AnswerComplaint => remedy::complain::AnswerComplaint::ready(case, facts),
        Step::ConcludeComplaint => remedy::conclude::ConcludeComplaint::ready(case, facts),
        Step::RectifyComplaint => remedy::conclude::RectifyComplaint::ready(case, facts),
        Step::Amend => mend::amend::AmendCase::ready(case, facts),
        Step::DecideAmendment => mend::decide::DecideAmendment::ready(case, facts),
        Step::VoidNotice => mend::notice::VoidNotice::ready(case, facts),
        Step::Reopen => mend::reopen::ReopenCase::ready(case, facts),
        Step::Void => mend::void::VoidCase::ready(case, facts),
        Step::RecallReply => mend::recall::RecallReply::ready(case, facts),
        Step::IssueErratum => mend::erratum::IssueErratum::ready(case, facts),
        Step::RevokeReply => mend::revoke::RevokeReply::ready(case, facts),
        Step::Split => mend::split::SplitCase::ready(case, facts),
        Step::DrawLesson => learn::lesson::RecordLesson::ready(case, facts),
        Step::OrderRectification => learn::rectify::OrderRectification::ready(case, facts),
        Step::ReportRectification => learn::rectify::report::ReportRectification::ready(case, facts),
        Step::ReviewRectification => learn::rectify::report::ReviewRectification::ready(case, facts),
        Step::WithdrawRectification => learn::rectify::WithdrawRectification::ready(case, facts),
        Step::EnterOnPlatform => register::platform::RecordPlatformEntry::ready(case, facts),
        Step::Receive => Err(journal::stage_forbids(step, case)),
    }
}

/// Takes a step on the case in the path.
pub async fn take<C>(call: Call) -> Answer
where
    C: Command + Clone + Validate<Context = ()>,
{
    let row = C::STEP.row();
    let scope = call.permit(row.operation_id)?;
    let id = call.id("case_id")?;
    let at = if row.path.contains("{n}") { Some(call.ordinal("n")?) } else { None };
    let ask = call.ask(id, at, if C::ADDITIVE { Versions::OrAny } else { Versions::Exact })?;
    let command: C = call.json()?;
    let (office, caller) = (Arc::clone(&call.app.office), call.caller.clone());
    call.app
        .db
        .run(scope, move |conn| {
            let taken = journal::take(conn, &office, &ask, command)?;
            show_after(conn, (&office, &caller), C::STEP, taken)
        })
        .await
        .and_then(Shown::answer)
}

/// A case on its way to the caller.
pub struct Shown {
    status: StatusCode,
    case: case_page::CaseView,
}

impl Shown {
    /// 201 with `Location` for what was written, 200 for what was only validated.
    pub fn answer(self) -> Answer {
        let location = format!("/api/v1/cases/{}", self.case.id);
        let location = (self.status == StatusCode::CREATED).then_some(location);
        answer::versioned(self.status, self.case.version, location.as_deref(), &self.case)
    }
}

/// What came of a step, as the caller sees it; a repeated key is answered from the version it made.
pub fn show(
    conn: &mut diesel::PgConnection,
    office: &crate::case::office::Office,
    caller: &crate::http::caller::Caller,
    taken: Taken,
) -> Result<Shown, Problem> {
    shown(conn, (office, caller), taken, Repeats::OnDemand)
}

/// The same after a step; one that changes people or request counts what is like the case.
pub fn show_after(
    conn: &mut diesel::PgConnection,
    viewer: (&crate::case::office::Office, &crate::http::caller::Caller),
    step: Step,
    taken: Taken,
) -> Result<Shown, Problem> {
    shown(conn, viewer, taken, Repeats::after(step))
}

fn shown(
    conn: &mut diesel::PgConnection,
    (office, caller): (&crate::case::office::Office, &crate::http::caller::Caller),
    taken: Taken,
    repeats: Repeats,
) -> Result<Shown, Problem> {
    let (status, case) = match taken {
        Taken::Written(case) => (StatusCode::CREATED, *case),
        Taken::Valid(case) => (StatusCode::OK, *case),
        Taken::Repeated(repeated) => {
            let case = replay(conn, caller.agency_id, repeated.resource, Some(repeated.version))?.ok_or_else(Problem::not_found)?;
            (StatusCode::CREATED, case)
        }
    };
    Ok(Shown { status, case: case_page::show(conn, (office, caller), &case, repeats)? })
}
