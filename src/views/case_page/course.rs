//! The course of a reconsideration or lawsuit on the case page.

use super::reader::Reader;
use crate::case::model::{CourseNotice, Hearing, HearingResult, LongerTerm, Noted, ProcedureChange, Suspension, Told};
use crate::rules::outcomes::ProcedureKind;
use crate::rules::proceedings::{AppearanceRole, CourseKind, HearingKind, HearingState};
use crate::views::names::AccountRef;
use crate::views::shape::view;
use chrono::NaiveDate;
use uuid::Uuid;

view! {
    /// A rest (中止).
    pub struct SuspensionView {
        /// Running number in the proceeding.
        n: u32,
        /// The day it began.
        on: NaiveDate,
        /// The last day that does not count; null while it lasts.
        resumed_on: Option<NaiveDate>,
    }
    /// A longer term for the decision.
    pub struct LongerTermView {
        /// The day the parties were told.
        on: NaiveDate,
        /// How many days more.
        days: Option<u32>,
        /// Until when.
        until: Option<NaiveDate>,
    }
    /// A change to the ordinary procedure.
    pub struct ProcedureChangeView {
        /// The day.
        on: NaiveDate,
        /// What it was until then.
        from: ProcedureKind,
    }
    /// A notice about the course.
    pub struct NotedView {
        /// What it says.
        what: CourseKind,
        /// The day from which it has effect.
        on: NaiveDate,
        /// The stored paper.
        document_id: Option<Uuid>,
        /// Its document number.
        document_number: Option<String>,
        /// Its words, where there is no paper of it; null to whoever does not read the case in full.
        text: Option<String>,
    }
    /// Somebody who appeared for the agency.
    pub struct AppearanceView {
        /// As what.
        role: AppearanceRole,
        /// Name and post; null after shredding.
        person: Option<String>,
    }
    /// A hearing or court session.
    pub struct HearingView {
        /// Running number in the proceeding.
        n: u32,
        /// What it is.
        kind: HearingKind,
        /// The day its notice reached the agency.
        notified_on: NaiveDate,
        /// Its day.
        on: NaiveDate,
        /// Where, and at what time of day.
        place: Option<String>,
        /// The stored notice.
        document_id: Option<Uuid>,
        /// What became of it.
        state: HearingState,
        /// The head of the agency came in person (负责人出庭); null while that is not known.
        head_appeared: Option<bool>,
        /// Who appeared.
        appearances: Vec<AppearanceView>,
        /// Why the head did not come.
        absence: Option<String>,
        /// The stored record.
        record_document_id: Option<Uuid>,
        /// The day the agency learnt that it was called off.
        called_off_on: Option<NaiveDate>,
    }
    /// Word to the body of the agency's own revocation.
    pub struct ToldView {
        /// The reply that was revoked.
        reply: u32,
        /// The day.
        on: NaiveDate,
        /// Who sent it.
        by: AccountRef,
        /// The stored paper.
        document_id: Option<Uuid>,
    }
}

impl From<&Suspension> for SuspensionView {
    fn from(known: &Suspension) -> Self {
        Self { n: known.n, on: known.on, resumed_on: known.resumed_on }
    }
}

impl From<&LongerTerm> for LongerTermView {
    fn from(known: &LongerTerm) -> Self {
        Self { on: known.on, days: known.days, until: known.until }
    }
}

impl From<&ProcedureChange> for ProcedureChangeView {
    fn from(known: &ProcedureChange) -> Self {
        Self { on: known.on, from: known.from }
    }
}

impl Reader {
    /// A notice about the course.
    pub(super) fn noted(&self, noted: &Noted) -> NotedView {
        let what = match noted.notice {
            CourseNotice::Suspended => CourseKind::Suspended,
            CourseNotice::Resumed => CourseKind::Resumed,
            CourseNotice::TermExtended { .. } => CourseKind::TermExtended,
            CourseNotice::TurnedOrdinary => CourseKind::TurnedOrdinary,
        };
        NotedView {
            what,
            on: noted.on,
            document_id: noted.document_id,
            document_number: noted.document_number.clone(),
            text: noted.text.as_ref().and_then(|text| self.text(text)),
        }
    }

    /// A hearing or court session.
    pub(super) fn hearing(&self, hearing: &Hearing) -> HearingView {
        let mut view = HearingView {
            n: hearing.n,
            kind: hearing.kind,
            notified_on: hearing.notified_on,
            on: hearing.on,
            place: hearing.place.clone(),
            document_id: hearing.document_id,
            state: HearingState::Announced,
            head_appeared: hearing.head_appeared(),
            appearances: Vec::new(),
            absence: None,
            record_document_id: None,
            called_off_on: None,
        };
        match &hearing.result {
            None => {}
            Some(HearingResult::CalledOff { on }) => {
                view.state = HearingState::CalledOff;
                view.called_off_on = Some(*on);
            }
            Some(HearingResult::Held { appearances, absence, document_id }) => {
                view.state = HearingState::Held;
                view.appearances =
                    appearances.iter().map(|one| AppearanceView { role: one.role, person: self.text(&one.person) }).collect();
                view.absence = absence.as_ref().and_then(|absence| self.text(absence));
                view.record_document_id = *document_id;
            }
        }
        view
    }

    /// Word to the body.
    pub(super) fn told(&self, told: &Told) -> ToldView {
        ToldView { reply: told.reply, on: told.on, by: self.account(told.by), document_id: told.document_id }
    }
}
