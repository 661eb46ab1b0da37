//! What a line of the table of clocks says.

use super::super::{Basis, DutyKind, Unit};
use chrono::NaiveDate;

/// One thing in Chinese and in English.
pub type Said = (&'static str, &'static str);

/// A length that no duty carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnLength {
    /// How many units; 0 where the unit is itself a date.
    pub length: u32,
    /// What is counted.
    pub unit: Unit,
    /// Whether it is law.
    pub basis: Basis,
    /// The first start day it applies to.
    pub in_force_from: NaiveDate,
}

/// Where a clock has its lengths from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lengths {
    /// The rows of a duty.
    Of(DutyKind),
    /// Its own.
    Own(&'static [OwnLength]),
}

/// One clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LegalClock {
    /// Its name in this table; other rows refer to it.
    pub name: &'static str,
    /// What it is called.
    pub title: Said,
    /// What sets it going.
    pub trigger: Said,
    /// The day it is counted from, which is not counted.
    pub counted_from: Said,
    /// How long it is.
    pub lengths: Lengths,
    /// The article; none takes that of each length's row.
    pub article: Option<&'static str>,
    /// Clocks whose time is left out of it.
    pub suspended_by: &'static [&'static str],
    /// Clocks that add days to it.
    pub lengthened_by: &'static [&'static str],
    /// Clocks that put another start or date in its place.
    pub replaced_by: &'static [&'static str],
    /// What ends it.
    pub ended_by: Said,
}
