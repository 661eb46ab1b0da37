//! The clock preview: what would the law's clock say to these steps? Nothing is stored (Arts 30-35, 109号).
//!
//! Who: any signed-in caller. The newest calendar counts; the choices the law leaves to the agency are the caller's own agency's.

use super::shape::view;
use crate::http::answer::{self, Answer};
use crate::http::call::{Call, language};
use crate::http::problem::{Language, Problem};
use crate::http::text::Line;
use crate::rules::calendar::Calendar;
use crate::rules::clock::{
    Awaited, Clock, ClockChoices, ClockCode, ClockRefusal, ClockStatus, ClockStep, Happening, Party, Reading, StepKind, walk,
};
use crate::rules::due::LedgerDay;
use crate::rules::terms::DutyKind;
use actix_web::post;
use chrono::NaiveDate;
use garde::Validate;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// Most steps of one history; no real case comes near.
const MOST_STEPS: usize = 200;
/// Numbers of days are read up to this; the clock says which of them a period may have.
const DAYS: i64 = 10_000;

macro_rules! preview_steps {
    ($($(#[doc = $doc:literal])+ $name:ident $({ $($(#[$about:meta])* $field:ident: $ty:ty,)+ })? => $what:expr;)+) => {
        /// One step of a history. Each kind has its own facts.
        #[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
        #[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
        #[garde(allow_unvalidated)]
        pub enum PreviewStep {
            $($(#[doc = $doc])+ $name {
                /// The legal date of the step.
                on: NaiveDate,
                $($($(#[$about])* $field: $ty,)+)?
            },)+
        }

        impl From<PreviewStep> for ClockStep {
            fn from(step: PreviewStep) -> Self {
                match step { $(PreviewStep::$name { on, $($($field,)+)? } => Self { on, what: $what },)+ }
            }
        }
    };
}

preview_steps! {
    /// An unconfirmed letter, fax or online application came in.
    Arrived => Happening::Arrived;
    /// The receipt date.
    Received => Happening::Received;
    /// The correction notice left the agency.
    CorrectionNoticeSent => Happening::CorrectionNoticeSent;
    /// The applicant got the correction notice.
    CorrectionNoticeDelivered {
        /// The term it gives, in working days; none takes the agency's usual one.
        #[garde(range(min = -DAYS, max = DAYS))]
        #[schema(minimum = -10_000, maximum = 10_000)]
        answer_within_working_days: Option<i64>,
    } => Happening::CorrectionNoticeDelivered { answer_within_working_days: answer_within_working_days.map(days) };
    /// The corrected application counts as received.
    CorrectedApplicationReceived => Happening::CorrectedApplicationReceived;
    /// The agency stops handling an application that was not corrected in time.
    CorrectionLapsed => Happening::CorrectionLapsed;
    /// A letter asks for an opinion.
    ConsultationSent {
        /// A name for the consultation.
        #[garde(dive)]
        #[schema(example = "A")]
        consultation: Line<40>,
        /// Who is asked.
        party: Party,
    } => Happening::ConsultationSent { consultation: consultation.into_string(), party };
    /// The consulted party got the letter.
    ConsultationDelivered {
        /// The name of the consultation.
        #[garde(dive)]
        #[schema(example = "A")]
        consultation: Line<40>,
    } => Happening::ConsultationDelivered { consultation: consultation.into_string() };
    /// The consulted party's answer came.
    ConsultationAnswered {
        /// The name of the consultation.
        #[garde(dive)]
        #[schema(example = "A")]
        consultation: Line<40>,
    } => Happening::ConsultationAnswered { consultation: consultation.into_string() };
    /// The letter cannot be delivered.
    ConsultationUndeliverable {
        /// The name of the consultation.
        #[garde(dive)]
        #[schema(example = "A")]
        consultation: Line<40>,
    } => Happening::ConsultationUndeliverable { consultation: consultation.into_string() };
    /// The consulted party stayed silent to the end of its term.
    ConsultationLapsed {
        /// The name of the consultation.
        #[garde(dive)]
        #[schema(example = "A")]
        consultation: Line<40>,
    } => Happening::ConsultationLapsed { consultation: consultation.into_string() };
    /// An approved extension was notified.
    ExtensionNotified {
        /// By how many working days.
        #[garde(range(min = -DAYS, max = DAYS))]
        #[schema(minimum = -10_000, maximum = 10_000)]
        working_days: i64,
    } => Happening::ExtensionNotified { working_days: days(working_days) };
    /// The fee notice left the agency.
    FeeNoticeSent => Happening::FeeNoticeSent;
    /// The applicant got the fee notice.
    FeeNoticeDelivered => Happening::FeeNoticeDelivered;
    /// The fee was paid in full.
    FeePaid => Happening::FeePaid;
    /// The agency stops handling an application whose fee was not paid in time.
    FeeLapsed => Happening::FeeLapsed;
    /// The agency asked for the reasons of an excessive request.
    ReasonsRequested => Happening::ReasonsRequested;
    /// The applicant gave reasons.
    ReasonsGiven => Happening::ReasonsGiven;
    /// The agency announced a later date.
    ReplyPostponed {
        /// The date.
        until: NaiveDate,
    } => Happening::ReplyPostponed { until };
    /// The reply left the agency, or was signed for.
    Replied => Happening::Replied;
    /// The case ended.
    Closed => Happening::Closed;
}

/// A number of days that no period has is none: the clock names it in its refusal.
fn days(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(0)
}

/// A history to be counted.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct PreviewClock {
    /// What happened, in date order.
    #[garde(dive, length(min = 1, max = MOST_STEPS))]
    #[schema(min_items = 1, max_items = 200)]
    pub steps: Vec<PreviewStep>,
}

view! {
    /// Why a step was refused.
    pub struct StepRefusal {
        /// Stable code.
        code: ClockCode,
        /// The article.
        article: &'static str,
        /// What is wrong.
        detail: String,
    }
    /// A duty or a right that runs beside the reply.
    pub struct OtherDuty {
        /// Which.
        kind: DutyKind,
        /// The consultation it belongs to.
        consultation: Option<String>,
        /// Its last day.
        due_on: NaiveDate,
        /// The article.
        article: &'static str,
    }
    /// A step, and the clock right after it.
    pub struct ClockEntry {
        /// The legal date of the step.
        on: NaiveDate,
        /// What happened.
        kind: StepKind,
        /// The consultation it is about.
        consultation: Option<String>,
        /// Whether the step counts; one refused changes nothing.
        accepted: bool,
        /// Why not.
        refusal: Option<StepRefusal>,
        /// How the clock stands.
        status: ClockStatus,
        /// The due date in force; null while it cannot be known.
        due_on: Option<NaiveDate>,
        /// The due date if a consulted party stays silent to the end, or by the start that a late correction notice gave.
        projected_due_on: Option<NaiveDate>,
        /// Working days left, negative when overdue; null while no period runs.
        working_days_left: Option<i64>,
        /// A date shown rests on a year whose holiday notice is not loaded.
        provisional: bool,
        /// What runs beside the reply.
        other_duties: Vec<OtherDuty>,
    }
    /// What the law's clock says.
    pub struct ClockPreview {
        /// One entry a step.
        steps: Vec<ClockEntry>,
        /// Every day from the current start to the due date; empty while there is no due date.
        ledger: Vec<LedgerDay>,
    }
}

/// A step with what the clock said to it, in the language of the caller.
pub(super) fn entry(step: &ClockStep, taken: Result<(), ClockRefusal>, reading: Reading, language: Language) -> ClockEntry {
    let refusal = taken.err().map(|refusal| StepRefusal {
        code: refusal.code,
        article: refusal.article,
        detail: if language == Language::Chinese { refusal.zh.into_owned() } else { refusal.en.into_owned() },
    });
    let consultation = step.what.consultation().map(str::to_owned);
    ClockEntry { accepted: refusal.is_none(), refusal, ..noted((step.on, step.what.kind()), consultation, reading) }
}

/// A fact that moves nothing, with the clock at its side.
pub(super) fn noted((on, kind): (NaiveDate, StepKind), consultation: Option<String>, reading: Reading) -> ClockEntry {
    let provisional = reading.provisional();
    let duty = |awaited: Awaited| OtherDuty {
        kind: awaited.kind,
        consultation: awaited.consultation,
        due_on: awaited.due.on,
        article: awaited.article,
    };
    ClockEntry {
        on,
        kind,
        consultation,
        accepted: true,
        refusal: None,
        status: reading.status,
        due_on: reading.due.map(|due| due.on),
        projected_due_on: reading.projected.map(|due| due.on),
        working_days_left: reading.working_days_left,
        provisional,
        other_duties: reading.awaited.into_iter().map(duty).collect(),
    }
}

fn preview(calendar: &Calendar, choices: ClockChoices, steps: &[ClockStep], language: Language) -> ClockPreview {
    let mut clock = Clock::new(calendar, choices);
    let told = walk(&mut clock, steps);
    let entries = steps.iter().zip(told).map(|(step, told)| entry(step, told.taken, told.reading, language)).collect();
    let ledger = steps.last().map_or_else(Vec::new, |last| clock.ledger(clock.day_of(last)));
    ClockPreview { steps: entries, ledger }
}

/// Preview the clock of the law.
///
/// One entry a step, as things stand right after it; a step refused changes nothing. Nothing is stored.
#[utoipa::path(tag = "read", request_body = PreviewClock, responses((status = 200, description = "What the clock says.", body = ClockPreview)))]
#[post("/clock-previews")]
pub async fn preview_clock(call: Call) -> Answer {
    let scope = call.permit("preview_clock")?;
    let steps: Vec<ClockStep> = call.json::<PreviewClock>()?.steps.into_iter().map(ClockStep::from).collect();
    let language = language(&call.request);
    let (office, agency) = (Arc::clone(&call.app.office), call.caller.agency_id);
    let view = call
        .app
        .db
        .run(scope, move |conn| {
            let newest = office.newest(conn, agency)?;
            let (calendar, settings) = (office.calendar(conn, newest.calendar)?, office.settings(conn, agency, newest.settings)?);
            Ok::<_, Problem>(preview(&calendar, settings.clock, &steps, language))
        })
        .await?;
    answer::ok(&view)
}

#[cfg(test)]
mod differential;
#[cfg(test)]
mod tests;
