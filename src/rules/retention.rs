//! How long a dossier is kept (保管期限), 档案法实施条例 19: the agency's own table, approved by the archives authority, as dated data.
//!
//! A line counts for dossiers archived on its day or later. The period begins with the year after the case was closed (choice, as archives
//! count). Where the table says nothing of a kind, the agency's one period counts.

use super::coded::coded;
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The longest period in years; permanent is longer.
pub const LONGEST: u16 = 100;

coded! {
    /// What sort of dossier it is; the first that fits counts.
    pub enum DossierKind {
        Proceeding => "proceeding", "有复议、诉讼的", "with a reconsideration or lawsuit";
        Withheld => "withheld", "不予公开或者部分公开的", "withheld wholly or in part";
        Given => "given", "予以公开的", "given";
        Other => "other", "其他处理的", "answered otherwise";
    }
}

/// One line of an agency's retention table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetentionLine {
    /// For dossiers archived on this day or later.
    pub from_on: NaiveDate,
    /// What sort of dossier.
    pub kind: DossierKind,
    /// In years; `null` is permanent.
    #[schema(minimum = 1, maximum = 100, required = true)]
    pub years: Option<u16>,
}

/// What the table says of a kind of dossier archived on a day; `None` where it says nothing, `Some(None)` for permanent.
pub fn of_kind(table: &[RetentionLine], kind: DossierKind, archived_on: NaiveDate) -> Option<Option<u16>> {
    let lines = table.iter().filter(|line| line.kind == kind && line.from_on <= archived_on);
    lines.max_by_key(|line| line.from_on).map(|line| line.years)
}

/// The first day on which a dossier is kept no longer: of the period, and where it is permanent, none.
pub fn over_on(closed_on: NaiveDate, years: Option<u16>) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(closed_on.year() + 1 + i32::from(years?), 1, 1)
}

/// The longer of two periods.
pub fn longer(one: Option<u16>, other: Option<u16>) -> Option<u16> {
    if is_shorter(one, other) { other } else { one }
}

/// Whether one period is shorter than another; permanent is the longest.
pub fn is_shorter(one: Option<u16>, other: Option<u16>) -> bool {
    one.unwrap_or(u16::MAX) < other.unwrap_or(u16::MAX)
}

/// Where a table cannot stand: a line of a kind and day that another has, or a period that is none.
pub fn fault(table: &[RetentionLine]) -> Option<usize> {
    table.iter().enumerate().position(|(at, line)| {
        let twice = table.iter().take(at).any(|other| (other.kind, other.from_on) == (line.kind, line.from_on));
        let short = !(2008..=2099).contains(&line.from_on.year());
        twice || short || line.years.is_some_and(|years| !(1..=LONGEST).contains(&years))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn line(from_on: &str, kind: DossierKind, years: Option<u16>) -> RetentionLine {
        RetentionLine { from_on: day(from_on), kind, years }
    }

    #[test]
    fn the_newest_line_of_a_kind_on_the_day_counts() {
        let table = [
            line("2019-05-15", DossierKind::Given, Some(10)),
            line("2027-01-01", DossierKind::Given, Some(30)),
            line("2019-05-15", DossierKind::Proceeding, None),
        ];
        assert_eq!(of_kind(&table, DossierKind::Given, day("2026-12-31")), Some(Some(10)));
        assert_eq!(of_kind(&table, DossierKind::Given, day("2027-01-01")), Some(Some(30)));
        assert_eq!(of_kind(&table, DossierKind::Proceeding, day("2027-01-01")), Some(None));
        assert_eq!(of_kind(&table, DossierKind::Proceeding, day("2018-01-01")), None);
        assert_eq!(of_kind(&table, DossierKind::Withheld, day("2027-01-01")), None);
    }

    #[test]
    fn a_period_begins_with_the_year_after_the_closing_and_permanent_never_ends() {
        assert_eq!(over_on(day("2026-11-10"), Some(10)), Some(day("2037-01-01")));
        assert_eq!(over_on(day("2026-01-01"), Some(30)), Some(day("2057-01-01")));
        assert_eq!(over_on(day("2026-11-10"), None), None);
        assert!(is_shorter(Some(10), Some(30)) && is_shorter(Some(30), None));
        assert_eq!(
            [longer(Some(10), Some(30)), longer(Some(30), Some(10)), longer(None, Some(30)), longer(Some(30), None)],
            [Some(30), Some(30), None, None]
        );
        assert!(!is_shorter(None, None) && !is_shorter(None, Some(30)) && !is_shorter(Some(30), Some(30)));
    }

    #[test]
    fn lines_that_cannot_stand_are_found() {
        let good = [line("2019-05-15", DossierKind::Given, Some(10)), line("2027-01-01", DossierKind::Given, None)];
        assert_eq!(fault(&good), None);
        assert_eq!(fault(&[good[0].clone(), good[0].clone()]), Some(1));
        assert_eq!(fault(&[line("2019-05-15", DossierKind::Given, Some(0))]), Some(0));
        assert_eq!(fault(&[line("2019-05-15", DossierKind::Given, Some(101))]), Some(0));
        assert_eq!(fault(&[line("1019-05-15", DossierKind::Given, Some(10))]), Some(0));
    }
}
