//! The annual report (政府信息公开工作年度报告), Art 49, 50 and 30号: its rows and labels, which case counts where, the nine checking rules.
//!
//! Pure: what is counted comes in as facts, with the years of their legal dates. Who: nobody here decides anything; the agency's people approve what
//! was counted. A report that is frozen is never counted again: what it counted stays, and the next one continues from it.

pub mod additions;
pub mod checks;
pub mod count;
pub mod form;
pub mod proceedings;
pub mod publication;
pub mod published;
pub mod sentences;
pub mod tables;
#[cfg(test)]
mod tests;
pub mod warnings;
pub mod words;

/// The years whose reports are frozen; from the first on they follow one another without a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrozenYears {
    /// The first.
    pub first: i32,
    /// The last.
    pub last: i32,
}

/// Which report of a year an agency makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Extent {
    /// Its own.
    Own,
    /// One of it and every agency below it (Art 49(2)): the numbers are those of its parts, the texts its own.
    Consolidated,
}

impl Extent {
    /// By whether it adds up others.
    pub const fn of(consolidated: bool) -> Self {
        if consolidated { Self::Consolidated } else { Self::Own }
    }

    /// Whether it adds up others.
    pub const fn is_consolidated(self) -> bool {
        matches!(self, Self::Consolidated)
    }
}

/// The first year that can have a report: the Regulations came into force on 2008-05-01.
pub const FIRST_YEAR: i32 = 2008;

/// Row 24, all results.
pub const ALL_RESULTS: u8 = 24;
/// Row 25, carried over to the next year.
pub const CARRIED_OVER: u8 = 25;
/// Row 23, other results.
pub const OTHER_RESULT: u8 = 23;
