//! A case on the city's platform for applications (市政务公开工作平台): its number there and what the platform said of it, statement by statement.

use super::Case;
use crate::case::private::Private;
use crate::rules::platform::{CITY_PLATFORM, PlatformStatus};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What the platform says of a case. The last one stands; an earlier one is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlatformEntry {
    /// Running number in the case, from 1.
    pub n: u32,
    /// The number there.
    pub number: String,
    /// The day of the entry there.
    pub entered_on: NaiveDate,
    /// Where it stands there.
    pub status: PlatformStatus,
    /// As of which day.
    pub status_on: NaiveDate,
    /// The receipt date that the platform shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_on: Option<NaiveDate>,
    /// The due date that the platform shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
    /// The day of the record.
    pub on: NaiveDate,
    /// Who recorded it.
    pub by: Uuid,
    /// Why it has another number than before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correction: Option<Private>,
}

/// Where a case stands on the platform, as told last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OnPlatform<'a> {
    /// The number there.
    pub number: &'a str,
    /// The day of the entry there.
    pub entered_on: NaiveDate,
    /// The day from which the agency knew the number.
    pub known_on: NaiveDate,
    /// What was told; none where nothing but the number is known.
    pub entry: Option<&'a PlatformEntry>,
}

impl Case {
    /// Where it stands on the platform; none while it has no number there. A number that came with the application was given before it came.
    pub fn on_platform(&self) -> Option<OnPlatform<'_>> {
        let number = self.external_references.iter().find(|known| known.system == CITY_PLATFORM)?.reference.as_str();
        let entry = self.platform_entries.last();
        let first = self.platform_entries.iter().find(|entry| entry.number == number);
        Some(OnPlatform {
            number,
            entered_on: entry.map_or(self.arrived_on, |entry| entry.entered_on),
            known_on: first.map_or(self.arrived_on, |entry| entry.on),
            entry,
        })
    }

    /// The earliest day on which it can have been entered there: the day it came.
    pub fn came_on(&self) -> NaiveDate {
        self.received_on().map_or(self.arrived_on, |received_on| received_on.min(self.arrived_on))
    }
}
