//! What does not stand any more in table four as a frozen report published it (rule 4 and domain 8, choice 30): told by proceeding, each with its reason,
//! so that nothing published vanishes or changes without a word. Who: nobody decides here; the agency's people explain what differs.
//!
//! Each proceeding is compared with the last report that published it, as of the end of that report's year, by what is known today.

use super::FrozenYears;
use super::proceedings::{Category, Instance, Standing, standing_on};
use crate::rules::coded::coded;
use crate::rules::outcomes::Column;
use chrono::{Datelike, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

coded! {
    /// Why a proceeding does not stand any more as a frozen report counted it.
    pub enum ProceedingDifference {
        EnteredAfterwards => "entered_afterwards", "上年度报告定稿后录入的上年复议、诉讼，计入本年", "begun in that year and entered after its report was frozen; it counts in this one";
        NoProceedingAnyMore => "no_proceeding_any_more", "定稿后作废，或者不再由本机关统计；上年尚未审结的不再结转", "voided afterwards, or another counts it; what was pending reappears no more";
        BeganAfterwards => "began_afterwards", "定稿后更正，上年年底尚未开始", "amended afterwards: it had not begun by the end of that year";
        DecisionEnteredAfterwards => "decision_entered_afterwards", "上年已经审结、定稿后录入，结果计入本年", "closed in that year and entered afterwards; the result counts in this one";
        ResultAmended => "result_amended", "定稿后更正了结果，已公布的结果不变", "the result was amended afterwards; what was published stays";
        NotClosedAfterAll => "not_closed_after_all", "公布为已审结，定稿后得知上诉或者更正为尚未审结；已公布的结果不变，不再计数", "published as closed, and appealed or amended afterwards; what was published stays and is not counted again";
        CategoryAmended => "category_amended", "定稿后更正了复议、诉讼类别；已审结的按公布的类别不变", "its group was amended afterwards; a published result stays where it is";
    }
}

/// What a frozen report counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// The year of the report.
    pub year: i32,
    /// The case.
    pub case: Uuid,
    /// The number in it.
    pub n: i32,
    /// Its group.
    pub category: Category,
    /// Its column.
    pub column: Column,
}

/// A difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Differing {
    /// The case.
    pub case: Uuid,
    /// The number in it.
    pub n: i32,
    /// Why.
    pub reason: ProceedingDifference,
    /// The year of the report that said otherwise; none of one that no report named.
    pub published_in: Option<i32>,
}

/// The proceedings at the end of a year, found by any of their rows.
struct AsOf {
    all: Vec<Standing>,
    places: BTreeMap<(Uuid, i32), usize>,
}

impl AsOf {
    fn new(instances: &[Instance], until: NaiveDate) -> Self {
        let all = standing_on(instances, until);
        let rows = all.iter().enumerate().flat_map(|(at, standing)| standing.all.iter().map(move |row| (*row, at)));
        let places = rows.collect();
        Self { all, places }
    }

    fn of(&self, row: (Uuid, i32)) -> Option<&Standing> {
        self.places.get(&row).and_then(|at| self.all.get(*at))
    }
}

fn end_of(year: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, 12, 31).unwrap_or(NaiveDate::MAX)
}

/// Everything that differs from what the frozen reports counted, by case and number.
pub fn differences(instances: &[Instance], frozen: FrozenYears, published: &[Line]) -> Vec<Differing> {
    let now = AsOf::new(instances, NaiveDate::MAX);
    // The last report that spoke of a proceeding; of one that is gone, of its row.
    let key = |line: &Line| now.places.get(&(line.case, line.n)).map_or(Err((line.case, line.n)), |at| Ok(*at));
    let mut last: BTreeMap<Result<usize, (Uuid, i32)>, i32> = BTreeMap::new();
    for line in published {
        let year = last.entry(key(line)).or_insert(line.year);
        *year = line.year.max(*year);
    }
    let years: BTreeSet<i32> = published.iter().map(|line| line.year).chain([frozen.last]).collect();
    let as_of: BTreeMap<i32, AsOf> = years.into_iter().map(|year| (year, AsOf::new(instances, end_of(year)))).collect();
    let mut found: Vec<Differing> = Vec::new();
    for line in published.iter().filter(|line| last.get(&key(line)) == Some(&line.year)) {
        let standing = as_of.get(&line.year).and_then(|year| year.of((line.case, line.n)));
        let known = now.of((line.case, line.n)).is_some();
        if let Some(reason) = compared(line, standing, known) {
            found.push(Differing { case: line.case, n: line.n, reason, published_in: Some(line.year) });
        }
    }
    let named: BTreeSet<(Uuid, i32)> = published.iter().map(|line| (line.case, line.n)).collect();
    let at_the_last = as_of.get(&frozen.last).map(|year| year.all.as_slice()).unwrap_or_default();
    for standing in at_the_last.iter().filter(|standing| standing.rows.iter().all(|row| !named.contains(row))) {
        let counted = &standing.counted;
        if counted.closed_on.is_none_or(|on| on.year() >= frozen.first) {
            let reason = ProceedingDifference::EnteredAfterwards;
            found.push(Differing { case: counted.case, n: counted.n, reason, published_in: None });
        }
    }
    found.sort_by_key(|differing| (differing.case, differing.n));
    found
}

fn compared(line: &Line, standing: Option<&Standing>, known: bool) -> Option<ProceedingDifference> {
    let Some(Standing { counted, .. }) = standing else {
        return Some(if known { ProceedingDifference::BeganAfterwards } else { ProceedingDifference::NoProceedingAnyMore });
    };
    match (line.column, counted.column) {
        (before, after) if before == after => (line.category != counted.category).then_some(ProceedingDifference::CategoryAmended),
        (Column::Pending, _) => Some(ProceedingDifference::DecisionEnteredAfterwards),
        (_, Column::Pending) => Some(ProceedingDifference::NotClosedAfterAll),
        _ => Some(ProceedingDifference::ResultAmended),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::outcomes::Instance as Level;

    const YEARS: FrozenYears = FrozenYears { first: 2024, last: 2025 };

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// A reconsideration, or the first instance of a lawsuit, of a case of its own.
    fn instance(case: u128, began_on: &str, decided: Option<(&str, Column)>) -> Instance {
        Instance {
            case: Uuid::from_u128(case),
            n: 1,
            chain: 1,
            proceeding: None,
            category: Category::Reconsideration,
            level: None,
            began_on: day(began_on),
            decided_on: decided.map(|(on, _)| day(on)),
            appealable_until: None,
            own_column: decided.map(|(_, column)| column),
        }
    }

    fn line(year: i32, case: u128, column: Column) -> Line {
        Line { year, case: Uuid::from_u128(case), n: 1, category: Category::Reconsideration, column }
    }

    fn told(instances: &[Instance], published: &[Line]) -> Vec<(u128, ProceedingDifference)> {
        differences(instances, YEARS, published).iter().map(|one| (one.case.as_u128(), one.reason)).collect()
    }

    /// Domain 8, choice 30, and rule 4: what was published neither vanishes nor changes without a word.
    #[test]
    fn everything_that_was_published_otherwise_is_told_with_its_reason() {
        let instances = [
            instance(2, "2026-02-01", None),
            instance(3, "2025-10-01", Some(("2025-12-20", Column::Other))),
            instance(4, "2025-03-01", Some(("2025-06-01", Column::Overturned))),
            instance(5, "2025-03-01", None),
            Instance { category: Category::LitigationDirect, ..instance(6, "2025-03-01", None) },
            instance(7, "2025-03-01", None),
            // As it was published.
            instance(8, "2025-11-01", None),
            instance(9, "2024-11-01", Some(("2025-01-01", Column::Upheld))),
            // Closed before the first report that was made here; begun after the last.
            instance(10, "2023-11-01", Some(("2023-12-01", Column::Upheld))),
            instance(11, "2026-01-01", None),
        ];
        let published = [
            line(2025, 1, Column::Pending),
            line(2025, 2, Column::Pending),
            line(2025, 3, Column::Pending),
            line(2025, 4, Column::Upheld),
            line(2025, 5, Column::Upheld),
            line(2025, 6, Column::Pending),
            line(2025, 8, Column::Pending),
            line(2024, 9, Column::Pending),
            line(2025, 9, Column::Upheld),
        ];
        assert_eq!(
            told(&instances, &published),
            [
                (1, ProceedingDifference::NoProceedingAnyMore),
                (2, ProceedingDifference::BeganAfterwards),
                (3, ProceedingDifference::DecisionEnteredAfterwards),
                (4, ProceedingDifference::ResultAmended),
                (5, ProceedingDifference::NotClosedAfterAll),
                (6, ProceedingDifference::CategoryAmended),
                (7, ProceedingDifference::EnteredAfterwards),
            ]
        );
    }

    /// 行诉法 85: an appeal that became known after the freezing; a retrial is no difference, it counts anew.
    #[test]
    fn an_appeal_that_is_known_afterwards_is_told_and_a_retrial_is_not() {
        let first = Instance {
            category: Category::LitigationDirect,
            level: Some(Level::First),
            appealable_until: Some(day("2025-12-22")),
            ..instance(1, "2025-06-01", Some(("2025-12-01", Column::Upheld)))
        };
        let follows = |level| Instance { n: 2, level: Some(level), decided_on: None, began_on: day("2026-01-12"), ..first.clone() };
        let published = [Line { category: Category::LitigationDirect, ..line(2025, 1, Column::Upheld) }];
        let known = |later| told(&[first.clone(), later], &published);
        assert_eq!(known(follows(Level::Second)), [(1, ProceedingDifference::NotClosedAfterAll)]);
        assert_eq!(known(follows(Level::Retrial)), []);
    }
}
