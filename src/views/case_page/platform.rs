//! The city's platform on the case page: the number there, what was said of the case, and what it should say.

use super::reader::Reader;
use crate::case::model::{Case, PlatformEntry};
use crate::case::platform::standing;
use crate::rules::calendar::Calendar;
use crate::rules::platform::PlatformStatus;
use crate::views::names::AccountRef;
use crate::views::shape::{Label, view};
use chrono::NaiveDate;

view! {
    /// What the platform said of the case.
    pub struct PlatformEntryView {
        /// Running number in the case.
        n: u32,
        /// The number there.
        number: String,
        /// The day of the entry there.
        entered_on: NaiveDate,
        /// Where it stands there.
        status: PlatformStatus,
        /// What the status is called.
        status_label: Label,
        /// As of which day.
        status_on: NaiveDate,
        /// The receipt date that the platform shows.
        received_on: Option<NaiveDate>,
        /// The due date that the platform shows.
        due_on: Option<NaiveDate>,
        /// The day of the record.
        on: NaiveDate,
        /// Who recorded it.
        by: AccountRef,
        /// Why it has another number than before.
        correction: Option<String>,
    }
    /// Where the case stands on the city's platform.
    pub struct PlatformView {
        /// Its number there; null while it is to be entered.
        number: Option<String>,
        /// The day of the entry there.
        entered_on: Option<NaiveDate>,
        /// Where it stands there, as told last.
        status: Option<PlatformStatus>,
        /// As of which day.
        status_on: Option<NaiveDate>,
        /// Where it should stand there by the register; null of a paper that was split.
        own_status: Option<PlatformStatus>,
        /// Working days after receipt within which it is to be entered; null where it need not be.
        enter_within: Option<u32>,
        /// What was recorded, the latest last.
        entries: Vec<PlatformEntryView>,
    }
}

impl Reader {
    /// Where the case stands on the platform, and should.
    pub(super) fn platform(&self, case: &Case, calendar: &Calendar, today: NaiveDate) -> Option<PlatformView> {
        let known = case.on_platform();
        if known.is_none() && case.platform_within.is_none() && case.platform_entries.is_empty() {
            return None;
        }
        let entry = known.and_then(|known| known.entry);
        Some(PlatformView {
            number: known.map(|known| known.number.to_owned()),
            entered_on: known.map(|known| known.entered_on),
            status: entry.map(|entry| entry.status),
            status_on: entry.map(|entry| entry.status_on),
            own_status: standing(case, calendar, today).and_then(|standing| standing.status),
            enter_within: case.platform_within,
            entries: case.platform_entries.iter().map(|entry| self.platform_entry(entry)).collect(),
        })
    }

    fn platform_entry(&self, entry: &PlatformEntry) -> PlatformEntryView {
        PlatformEntryView {
            n: entry.n,
            number: entry.number.clone(),
            entered_on: entry.entered_on,
            status: entry.status,
            status_label: Label { zh: entry.status.zh(), en: entry.status.en() },
            status_on: entry.status_on,
            received_on: entry.received_on,
            due_on: entry.due_on,
            on: entry.on,
            by: self.account(entry.by),
            correction: self.text_some(entry.correction.as_ref()),
        }
    }
}
