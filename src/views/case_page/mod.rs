//! The case page: the whole case as one answer, its private texts opened, its people masked, its open steps named.

mod application;
pub mod compare;
mod complaint;
mod course;
mod dates;
mod entered;
mod handling;
mod joint;
mod learning;
mod letters;
mod mailing;
mod mending;
mod notices;
mod outdated;
mod platform;
mod proceeding;
mod publication;
mod reader;
mod reply;
mod retention;
mod steps;
mod working;

pub use dates::Dates;
pub use learning::{LessonView, RectificationReportView, RectificationView, notice_view};
pub use mailing::{LetterState, SentBy};
pub use reader::{MaskedPerson, Reader, people};
pub use working::SentBackView;

use super::find;
use super::light::Light;
use super::names::{AccountRef, AgencyRef, DepartmentRef};
use super::precedents::{self, PrecedentHint};
use super::shape::{Label, view};
use super::similar_cases::{self, RepeatHint, Repeats};
use crate::case::duties;
use crate::case::model::{Case, ExternalReference, PrintedLetter};
use crate::case::office::Office;
use crate::case::projection::{outcome_of, report_column};
use crate::case::stage::Stage;
use crate::http::answer::{self, Answer};
use crate::http::call::Call;
use crate::http::caller::Caller;
use crate::http::problem::Problem;
use crate::people::findings::waiting_for_nobody;
use crate::rules::calendar::Calendar;
use crate::rules::matter::Matter;
use crate::rules::permissions::Role;
use crate::rules::receipt::Channel;
use crate::rules::reply_kinds::ReplyKind;
use crate::rules::sight::{Sight, Whose, sight};
use crate::views::warnings::{Warning, nobody_reviews, of_proceedings, warnings};
use actix_web::get;
use actix_web::http::StatusCode;
use application::{
    AcknowledgementView, AgentView, ApplicantView, AssignmentView, AttemptView, ExaminationView, FileNotTakenView, PaperView,
    RegistrationView, RequestView,
};
use chrono::{DateTime, NaiveDate, Utc};
use complaint::ComplaintView;
use dates::DutyView;
use diesel::PgConnection;
use handling::{ConsultationView, CorrectionView, Desk};
use letters::{LetterScanView, MadeLetterView};
use mailing::DispatchView;
use mending::{AmendmentView, ArchivingView, ClosingView, OriginView, SplittingView, VoidingView};
use notices::{ExtensionView, FeeNoticeView, PostponementView, ReasonsRequestView, ReopeningView};
use outdated::OutdatedLetterView;
use platform::PlatformView;
use proceeding::ProceedingView;
use publication::PublicationReviewView;
use reply::{DraftView, ReplyView};
use retention::RetentionView;
use std::sync::Arc;
use steps::AvailableStep;
use uuid::Uuid;
use working::{ConferenceView, ContactView, SearchTaskView};

view! {
    /// What the standing reply counts as (table three).
    pub struct OutcomeView {
        /// The kind that stands for the reply.
        kind: ReplyKind,
        /// What the kind is called.
        label: Label,
        /// The row of the case in table three of the annual report; null for a correction of records (Art 41). A reply that a body or court
        /// ordered does not change it: it stays that of the reply before.
        report_row: Option<u8>,
    }
    /// A case. People are masked; private texts are null for who does not work the agency's cases, and after shredding.
    #[schema(as = Case)]
    pub struct CaseView {
        /// Its id.
        id: Uuid,
        /// The agency that must answer.
        agency: AgencyRef,
        /// Its version, also the `ETag`.
        version: i32,
        /// When the last event was recorded.
        changed_at: DateTime<Utc>,
        /// What it is about: information, or the correction of one's own records (Art 41).
        matter: Matter,
        /// Where it stands.
        stage: Stage,
        /// What the stage is called.
        stage_label: Label,
        /// The register number, once registered.
        case_number: Option<String>,
        /// The channel of Art 31.
        channel: Channel,
        /// What the channel is called.
        channel_label: Label,
        /// The day it came into the agency's hands.
        arrived_on: NaiveDate,
        /// Number of the mail it came by.
        tracking_number: Option<String>,
        /// The receipt date (收到申请之日); null while a confirmation is awaited.
        received_on: Option<NaiveDate>,
        /// The article the receipt date rests on.
        receipt_article: Option<String>,
        /// While a confirmation is awaited: the due date as if the day of arrival were the receipt date. It binds nobody.
        caution_on: Option<NaiveDate>,
        /// The caution date rests on a year whose holidays are not announced.
        caution_provisional: bool,
        /// The due date of the reply in force; null while it cannot be known, as while an answer to a consultation is awaited.
        due_on: Option<NaiveDate>,
        /// The due date, or the projected one, rests on a year whose holidays are not announced.
        due_on_provisional: bool,
        /// The due date if a consulted party stays silent to the end, or by the start that a late correction notice gave.
        projected_due_on: Option<NaiveDate>,
        /// Working days left by the clock of the law, negative when overdue; null when answered or while no period runs.
        working_days_left: Option<i64>,
        /// Red: overdue or at most one working day left; yellow: two to five; green: more; grey: met, or no period runs.
        light: Light,
        /// What is allowed and still wants attention.
        warnings: Vec<Warning>,
        /// Where it shares a reply with other cases: the day on which the one document is due, the earliest of theirs.
        joint_due_on: Option<NaiveDate>,
        /// The department it is with.
        department: Option<DepartmentRef>,
        /// The handler it is with.
        handler: Option<AccountRef>,
        /// What the standing reply counts as.
        outcome: Option<OutcomeView>,
        /// Who asks; the first-named gives the column of the annual report.
        applicants: Vec<ApplicantView>,
        /// Who acts for them.
        agent: Option<AgentView>,
        /// What is asked.
        request: RequestView,
        /// Attempts to confirm the receipt.
        attempts: Vec<AttemptView>,
        /// Papers in the dossier.
        papers: Vec<PaperView>,
        /// Files that came with the application and were not taken: the applicant is to be asked for them.
        not_taken: Vec<FileNotTakenView>,
        /// The register entry.
        registration: Option<RegistrationView>,
        /// The acknowledgement (登记回执).
        acknowledgement: Option<AcknowledgementView>,
        /// Formal examinations, the latest last.
        examinations: Vec<ExaminationView>,
        /// Assignments, the latest last.
        assignments: Vec<AssignmentView>,
        /// Searches asked of departments (协查).
        search_tasks: Vec<SearchTaskView>,
        /// Conferences (会商).
        conferences: Vec<ConferenceView>,
        /// A hard case (疑难件): a conference was called on it.
        hard_case: bool,
        /// Contacts with the applicant, to be looked at before a correction notice and before a reply that cannot provide.
        contacts: Vec<ContactView>,
        /// Correction notices.
        corrections: Vec<CorrectionView>,
        /// Consultations of third parties and other agencies.
        consultations: Vec<ConsultationView>,
        /// Extensions.
        extensions: Vec<ExtensionView>,
        /// Requests for the reasons of an excessive request.
        reasons_requests: Vec<ReasonsRequestView>,
        /// Later dates for the reply.
        postponements: Vec<PostponementView>,
        /// Fee notices.
        fee_notices: Vec<FeeNoticeView>,
        /// Reopenings after a lapse.
        reopenings: Vec<ReopeningView>,
        /// Drafts of replies.
        drafts: Vec<DraftView>,
        /// Replies.
        replies: Vec<ReplyView>,
        /// Letters made, in order; of one letter the last counts.
        letters: Vec<MadeLetterView>,
        /// Scans of letters as they were sealed.
        letter_scans: Vec<LetterScanView>,
        /// Letters sent.
        dispatches: Vec<DispatchView>,
        /// Reviews whether what was given or withheld is published.
        publication_reviews: Vec<PublicationReviewView>,
        /// Closing.
        closing: Option<ClosingView>,
        /// Archiving.
        archiving: Option<ArchivingView>,
        /// How long the dossier is kept, holds, and its disposal.
        retention: RetentionView,
        /// Reconsiderations and lawsuits.
        proceedings: Vec<ProceedingView>,
        /// Complaints to the authority.
        complaints: Vec<ComplaintView>,
        /// Lessons drawn from corrections.
        lessons: Vec<LessonView>,
        /// Notices to departments to mend something (整改通知).
        rectifications: Vec<RectificationView>,
        /// Amendments.
        amendments: Vec<AmendmentView>,
        /// Letters that bear a datum which an amendment changed since, to be issued again; empty where a newer letter covers each.
        letters_to_reissue: Vec<OutdatedLetterView>,
        /// Voiding.
        voiding: Option<VoidingView>,
        /// Splitting into parts, which stand in its place.
        splitting: Option<SplittingView>,
        /// The paper it is a part of.
        split_from: Option<OriginView>,
        /// Numbers of this case in other systems.
        external_references: Vec<ExternalReference>,
        /// Where it stands on the city's platform (市政务公开工作平台); null where it is not there and need not be.
        platform: Option<PlatformView>,
        /// Every duty, met and open.
        duties: Vec<DutyView>,
        /// While it is received or registered, for who works the agency's cases: how much is like it. A hint, which blocks nothing.
        repeat_hint: Option<RepeatHint>,
        /// While it is received or registered, for who works the agency's cases: others of its kind were corrected (以案促改). It blocks nothing.
        precedent_hint: Option<PrecedentHint>,
        /// What can be done now; empty on another agency's case and on a case as it stood in the past.
        available_steps: Vec<AvailableStep>,
    }
}

/// The day a page is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Today, with the steps that are open.
    Now,
    /// A day in the past: the case as it stood, which takes no steps.
    Past(NaiveDate),
}

/// Who looks, and at which moment.
pub struct Viewer<'a> {
    /// Clock, keys, editions.
    pub office: &'a Office,
    /// Who looks.
    pub caller: &'a Caller,
    /// As of when.
    pub moment: Moment,
    /// Whether what is like the case is counted.
    pub repeats: Repeats,
}

/// Shows a case as it stands.
pub fn show(conn: &mut PgConnection, viewer: (&Office, &Caller), case: &Case, repeats: Repeats) -> Result<CaseView, Problem> {
    let (office, caller) = viewer;
    page(conn, &Viewer { office, caller, moment: Moment::Now, repeats }, case)
}

/// The warnings of a day; that nobody may give what waits is asked of today alone.
fn warned(
    conn: &mut PgConnection,
    viewer: &Viewer<'_>,
    case: &Case,
    (calendar, today): (&Calendar, NaiveDate),
) -> Result<Vec<Warning>, Problem> {
    let language = viewer.caller.language;
    let mut all = warnings(case, calendar, today, language);
    all.extend(of_proceedings(case, calendar, language));
    if viewer.moment == Moment::Now {
        all.extend(waiting_for_nobody(conn, case, calendar, today)?.into_iter().map(|kind| nobody_reviews(kind, language)));
    }
    Ok(all)
}

/// Shows a case at a moment.
pub fn page(conn: &mut PgConnection, viewer: &Viewer<'_>, case: &Case) -> Result<CaseView, Problem> {
    let Viewer { office, caller, moment, repeats } = viewer;
    let own = caller.agency_id == case.agency_id;
    let whose = if own { Whose::Own } else { Whose::Below };
    let reader = Reader::open(conn, office, case, sight(whose, caller.roles.iter().copied()))?;
    let calendar = office.calendar(conn, case.pins.calendar)?;
    let today = match moment {
        Moment::Now => office.clock.today(),
        Moment::Past(day) => *day,
    };
    let dates = Dates::on(case, &calendar, today);
    let desk = Desk::on(case, &calendar, today);
    let available_steps = if own && *moment == Moment::Now { steps::open_steps(conn, viewer, case, &reader)? } else { Vec::new() };
    let acknowledgement = acknowledgement(conn, viewer, case, &reader)?;
    let hinted = *moment == Moment::Now && matches!(case.stage, Stage::Received | Stage::Registered);
    let sight = sight(whose, caller.roles.iter().copied());
    let repeat_hint = if hinted && sight == Sight::Full { Some(similar_cases::hint(conn, office, case, *repeats)?) } else { None };
    let precedent_hint = if hinted && sight == Sight::Full { precedents::hint(conn, office, case, reader.texts())? } else { None };
    Ok(CaseView {
        id: case.id,
        agency: reader.agency(),
        version: case.version,
        changed_at: case.changed_at,
        matter: case.matter,
        stage: case.stage,
        stage_label: Label { zh: case.stage.zh(), en: case.stage.en() },
        case_number: case.registration.as_ref().map(|entry| entry.case_number.clone()),
        channel: case.channel,
        channel_label: Label { zh: case.channel.zh(), en: case.channel.en() },
        arrived_on: case.arrived_on,
        tracking_number: case.tracking_number.clone(),
        received_on: case.received_on(),
        receipt_article: case.receipt.as_ref().map(|receipt| receipt.article.clone()),
        caution_on: dates.caution.map(|caution| caution.on),
        caution_provisional: dates.caution.is_some_and(|caution| caution.provisional),
        due_on: dates.due.map(|due| due.on),
        due_on_provisional: [dates.due, dates.projected].into_iter().flatten().any(|due| due.provisional),
        projected_due_on: dates.projected.map(|due| due.on),
        working_days_left: dates.working_days_left,
        light: dates.light,
        warnings: warned(conn, viewer, case, (&calendar, today))?,
        joint_due_on: if *moment == Moment::Now { joint::due_on(conn, case)? } else { None },
        department: case.assignment().map(|assignment| reader.department(assignment.department)),
        handler: case.assignment().map(|assignment| reader.account(assignment.handler)),
        outcome: outcome(case),
        applicants: case.applicants.iter().map(|applicant| reader.applicant(applicant)).collect(),
        agent: case.agent.as_ref().map(|agent| reader.agent(agent)),
        request: reader.request(&case.request),
        attempts: case.attempts.iter().map(|attempt| reader.attempt(attempt)).collect(),
        papers: case.papers.iter().map(|paper| reader.paper(paper)).collect(),
        not_taken: case.not_taken.iter().map(|file| reader.not_taken(file)).collect(),
        registration: case.registration.as_ref().map(|entry| RegistrationView::of(entry, case, &calendar)),
        acknowledgement,
        examinations: case.examinations.iter().map(|examination| reader.examination(examination)).collect(),
        assignments: case.assignments.iter().map(|assignment| reader.assignment(assignment)).collect(),
        search_tasks: case.search_tasks.iter().map(|task| reader.search_task(task)).collect(),
        conferences: case.conferences.iter().map(|conference| reader.conference(conference)).collect(),
        hard_case: !case.conferences.is_empty(),
        contacts: case.contacts.iter().map(|contact| reader.contact(contact)).collect(),
        corrections: case.corrections.iter().map(|known| reader.correction(&desk, known)).collect(),
        consultations: case.consultations.iter().map(|known| reader.consultation(&desk, known)).collect(),
        extensions: case.extensions.iter().map(|known| reader.extension(&desk, known)).collect(),
        reasons_requests: case.reasons_requests.iter().map(|known| reader.reasons_request(&desk, known)).collect(),
        postponements: case.postponements.iter().map(|known| reader.postponement(&desk, known)).collect(),
        fee_notices: case.fee_notices.iter().map(|known| reader.fee_notice(&desk, known)).collect(),
        reopenings: case.reopenings.iter().map(|known| reader.reopening(known)).collect(),
        drafts: case.drafts.iter().map(|draft| reader.draft(draft)).collect(),
        replies: case.replies.iter().map(|reply| reader.reply(reply)).collect(),
        letters: case.letters.iter().map(|made| reader.made(case, made)).collect(),
        letter_scans: case.letter_scans.iter().map(|scan| reader.scan(case, scan)).collect(),
        dispatches: case.dispatches.iter().map(|dispatch| reader.dispatch(case, dispatch)).collect(),
        publication_reviews: case.publication_reviews.iter().map(|review| reader.publication_review(review)).collect(),
        closing: case.closing.as_ref().map(|closing| reader.closing(closing)),
        archiving: case.archiving.as_ref().map(ArchivingView::from),
        retention: reader.retention(case),
        proceedings: case
            .proceedings
            .iter()
            .map(|proceeding| {
                let ordered = case.ordered_rounds.iter().find(|ordered| ordered.proceeding == proceeding.n);
                let ordered = ordered.and_then(|ordered| duties::ordered_round(case, ordered.round, &calendar));
                reader.proceeding(proceeding, report_column(case, proceeding), ordered.map(|(ordered, _)| ordered).as_ref())
            })
            .collect(),
        complaints: case.complaints.iter().map(|complaint| reader.complaint(complaint)).collect(),
        lessons: case.lessons.iter().map(|lesson| reader.lesson(lesson)).collect(),
        rectifications: case.rectifications.iter().map(|notice| reader.rectification(notice)).collect(),
        amendments: case.amendments.iter().map(|amendment| reader.amendment(amendment)).collect(),
        letters_to_reissue: reader.outdated(case, dates.reply.as_ref().map(|duty| duty.due_on)),
        voiding: case.voiding.as_ref().map(|voiding| reader.voiding(voiding)),
        splitting: case.splitting.as_ref().map(|splitting| reader.splitting(splitting)),
        split_from: case.split_from.as_ref().map(OriginView::from),
        external_references: case.external_references.clone(),
        platform: reader.platform(case, &calendar, today),
        duties: dates.duties(today),
        repeat_hint,
        precedent_hint,
        available_steps,
    })
}

fn outcome(case: &Case) -> Option<OutcomeView> {
    let counting = case.counting_reply();
    let outcome = outcome_of(&case.standing_reply().or(counting)?.items)?;
    let report_row = counting.and_then(|reply| outcome_of(&reply.items)).and_then(|counted| counted.row);
    Some(OutcomeView { kind: outcome.kind, label: Label { zh: outcome.kind.zh(), en: outcome.kind.en() }, report_row })
}

/// The acknowledgement. Its query code opens the applicant's own view of the case, so only those who hand it out see it.
fn acknowledgement(
    conn: &mut PgConnection,
    viewer: &Viewer<'_>,
    case: &Case,
    reader: &Reader,
) -> Result<Option<AcknowledgementView>, Problem> {
    let Some(entry) = &case.registration else { return Ok(None) };
    let settings = viewer.office.settings(conn, case.agency_id, case.pins.settings)?;
    let hands_out = viewer.caller.agency_id == case.agency_id && viewer.caller.roles.contains(&Role::Clerk);
    // What is handed out again states the dates as they stand; what was handed out before stays in the register entry.
    let calendar = viewer.office.calendar(conn, case.pins.calendar)?;
    let owed = duties::duties(case, &calendar);
    let (due_on, provisional) = duties::reply_duty(&owed).map_or((entry.due_on, entry.provisional), |duty| (duty.due_on, duty.provisional));
    let issued = case.printed.iter().find(|printed| printed.letter == PrintedLetter::Acknowledgement);
    Ok(Some(AcknowledgementView {
        case_number: entry.case_number.clone(),
        issued_on: issued.map_or(entry.on, |printed| printed.on),
        query_code: if hands_out { reader.text(&entry.query_code) } else { None },
        received_on: case.received_on(),
        due_on,
        provisional,
        agency: reader.agency().name,
        contact: settings.contact.clone(),
    }))
}

/// Read a case.
///
/// The whole case: people masked, private texts for the clerks, handlers, reviewers and approvers of its agency, what is owed by when, and what can be done next.
#[utoipa::path(tag = "read", responses((status = 200, description = "The case.", body = CaseView)))]
#[get("/cases/{case_id}")]
pub async fn get_case(call: Call) -> Answer {
    let scope = call.permit("get_case")?;
    find::no_query(&call)?;
    let id = call.id("case_id")?;
    let (office, caller) = (Arc::clone(&call.app.office), call.caller.clone());
    let reads = scope.reads.clone();
    let view = call
        .app
        .db
        .run(scope, move |conn| {
            let loaded = find::case(conn, &reads, id)?;
            show(conn, (&office, &caller), &loaded.case, Repeats::OnDemand)
        })
        .await?;
    answer::versioned(StatusCode::OK, view.version, None, &view)
}
