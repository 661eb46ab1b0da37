//! The office: what the journal and the views work with beside a connection — clock, keys, and the immutable editions.

use super::model::Pins;
use crate::clock::Clock;
use crate::crypto::{BlindIndex, CryptoError, MasterKey};
use crate::db::editions::read_calendar;
use crate::db::schema::{calendar_editions, settings_editions};
use crate::rules::calendar::Calendar;
use crate::rules::review;
use crate::rules::settings::Settings;
use diesel::prelude::*;
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use uuid::Uuid;

/// Why an edition cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum EditionError {
    /// The database failed.
    #[error(transparent)]
    Query(#[from] diesel::result::Error),
    /// It is not there.
    #[error("{0} is not loaded")]
    Missing(String),
    /// It cannot be read.
    #[error("{0}")]
    Unreadable(String),
}

/// Clock, keys and editions.
#[derive(Debug)]
pub struct Office {
    /// The legal clock.
    pub clock: Clock,
    /// Wraps the key of each case.
    pub keys: MasterKey,
    /// Finds a person again without naming them.
    pub blind: BlindIndex,
    calendars: RwLock<BTreeMap<i32, Arc<Calendar>>>,
    settings: RwLock<BTreeMap<(Uuid, i32), Arc<Settings>>>,
}

impl Office {
    /// An office with this clock and master key.
    pub fn new(clock: Clock, keys: MasterKey) -> Result<Self, CryptoError> {
        let blind = keys.blind_index()?;
        Ok(Self { clock, keys, blind, calendars: RwLock::default(), settings: RwLock::default() })
    }

    /// A calendar edition; kept once read, because editions never change.
    pub fn calendar(&self, conn: &mut PgConnection, edition: i32) -> Result<Arc<Calendar>, EditionError> {
        if let Some(known) = self.calendars.read().unwrap_or_else(PoisonError::into_inner).get(&edition) {
            return Ok(Arc::clone(known));
        }
        let data: Option<String> = calendar_editions::table.find(edition).select(calendar_editions::data).first(conn).optional()?;
        let data = data.ok_or_else(|| EditionError::Missing(format!("calendar edition {edition}")))?;
        let calendar = Arc::new(read_calendar(edition, &data).map_err(|error| EditionError::Unreadable(error.to_string()))?);
        self.calendars.write().unwrap_or_else(PoisonError::into_inner).insert(edition, Arc::clone(&calendar));
        Ok(calendar)
    }

    /// The newest calendar edition, for what counts from today over many cases.
    pub fn newest_calendar(&self, conn: &mut PgConnection) -> Result<Arc<Calendar>, EditionError> {
        let edition: Option<i32> = calendar_editions::table.select(diesel::dsl::max(calendar_editions::edition)).first(conn)?;
        self.calendar(conn, edition.ok_or_else(|| EditionError::Missing("a calendar".into()))?)
    }

    /// A settings edition of an agency.
    pub fn settings(&self, conn: &mut PgConnection, agency: Uuid, edition: i32) -> Result<Arc<Settings>, EditionError> {
        if let Some(known) = self.settings.read().unwrap_or_else(PoisonError::into_inner).get(&(agency, edition)) {
            return Ok(Arc::clone(known));
        }
        let data: Option<serde_json::Value> =
            settings_editions::table.find((agency, edition)).select(settings_editions::data).first(conn).optional()?;
        let data = data.ok_or_else(|| EditionError::Missing(format!("settings edition {edition}")))?;
        let mut settings: Settings = serde_json::from_value(data).map_err(|error| EditionError::Unreadable(error.to_string()))?;
        settings.review_chain = review::lawful(settings.review_chain);
        let settings = Arc::new(settings);
        self.settings.write().unwrap_or_else(PoisonError::into_inner).insert((agency, edition), Arc::clone(&settings));
        Ok(settings)
    }

    /// The newest editions, for a new case.
    pub fn newest(&self, conn: &mut PgConnection, agency: Uuid) -> Result<Pins, EditionError> {
        let calendar: Option<i32> = calendar_editions::table.select(diesel::dsl::max(calendar_editions::edition)).first(conn)?;
        let settings: Option<i32> = settings_editions::table
            .filter(settings_editions::agency_id.eq(agency))
            .select(diesel::dsl::max(settings_editions::edition))
            .first(conn)?;
        Ok(Pins {
            calendar: calendar.ok_or_else(|| EditionError::Missing("a calendar".into()))?,
            settings: settings.ok_or_else(|| EditionError::Missing("the agency's settings".into()))?,
        })
    }
}
