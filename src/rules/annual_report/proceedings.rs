//! Table four: which reconsideration or lawsuit counts in which cell of a year (domain 4 and 5.3).
//!
//! A case closed in the year counts in the column of its result whenever it began, one that is pending at the end of the year as 尚未审结. A lawsuit is one
//! case through all its instances: pending while the last of them is, then in the column of the last outcome that did not leave the judgment below
//! standing (行诉法 89). Only the original agency counts (国办公开办函〔2016〕201号).
//!
//! Chosen where domain 4 is silent:
//! - A judgment that can still be appealed at the end of 31 December, or that was appealed whenever the copy came, closes nothing: the lawsuit is
//!   pending. One that nobody appealed closes on the last day of the term (行诉法 85); any other on the date of its decision.
//! - What was not accepted or not docketed before the agency heard of it began at the latest on the day of that decision.
//! - A result that was published is that of the lawsuit: it is not counted again, whatever is entered or amended afterwards, and the difference is told.
//!   Only a retrial counts anew.

use super::FrozenYears;
use crate::rules::coded::coded;
use crate::rules::outcomes::{Column, Instance as Level};
use chrono::{Datelike, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

coded! {
    /// Group of table four.
    pub enum Category {
        Reconsideration => "reconsideration", "行政复议", "reconsideration";
        LitigationDirect => "litigation_direct", "行政诉讼（未经复议直接起诉）", "lawsuit brought directly";
        LitigationAfterReconsideration => "litigation_after_reconsideration", "行政诉讼（复议后起诉）", "lawsuit after a reconsideration";
    }
}

/// One reconsideration, or one instance of a lawsuit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// The case.
    pub case: Uuid,
    /// Its number in the case.
    pub n: i32,
    /// Number of the first instance of the lawsuit; its own otherwise.
    pub chain: i32,
    /// The proceeding, where it covers several cases.
    pub proceeding: Option<Uuid>,
    /// Its group.
    pub category: Category,
    /// Which instance of a lawsuit it is.
    pub level: Option<Level>,
    /// The day it began.
    pub began_on: NaiveDate,
    /// The date of its decision.
    pub decided_on: Option<NaiveDate>,
    /// The last day on which that could be appealed.
    pub appealable_until: Option<NaiveDate>,
    /// The column that decision has by itself; none where it leaves the judgment below standing.
    pub own_column: Option<Column>,
}

/// A proceeding as it counts in a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// The case under which it counts.
    pub case: Uuid,
    /// Its last instance that had begun.
    pub n: i32,
    /// Its group.
    pub category: Category,
    /// Its column.
    pub column: Column,
    /// The date of the decision, of one that is closed.
    pub decided_on: Option<NaiveDate>,
    /// The day that closed it: of the decision, or the last on which it could be appealed.
    pub closed_on: Option<NaiveDate>,
}

/// A proceeding at the end of a day, with everything it covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// How it counts.
    pub counted: Counted,
    /// The rows it counts by: all that had begun, in every case; of a retrial those from it on, since it counts anew.
    pub rows: Vec<(Uuid, i32)>,
    /// Every row that had begun.
    pub all: Vec<(Uuid, i32)>,
    /// The cases that any of its instances covers, each with the last of them that had begun.
    pub cases: Vec<(Uuid, i32)>,
}

/// A lawsuit in one of its cases: its instances that had begun, and whether one that had not is an appeal.
struct Through<'a> {
    begun: Vec<&'a Instance>,
    next: Option<&'a Instance>,
}

/// What stands at the end of a day: every proceeding that had begun, pending or with the column it then has.
pub fn standing_on(instances: &[Instance], until: NaiveDate) -> Vec<Standing> {
    together(lawsuits(instances, until)).iter().filter_map(|lawsuit| standing(lawsuit, until)).collect()
}

/// The same at the end of each of several days: what is said of a proceeding on a day. Proceedings that never have an instance in common are looked at
/// one by one, and no more once everything known of one has happened.
pub fn standing_on_each(instances: &[Instance], days: &[NaiveDate], mut say: impl FnMut(NaiveDate, &Standing)) {
    for lawsuit in together(lawsuits(instances, NaiveDate::MAX)) {
        let all: Vec<&Instance> = lawsuit.iter().flat_map(|through| through.begun.iter().copied()).collect();
        let Some(first) = all.iter().map(|instance| instance.began_on).min() else { continue };
        let dates = all.iter().flat_map(|one| [Some(one.began_on), one.decided_on, one.appealable_until]).flatten();
        let last = dates.max().unwrap_or(first);
        let mut at_last: Option<Vec<Standing>> = None;
        for day in days.iter().copied().filter(|day| first <= *day) {
            let then = at_last.take().unwrap_or_else(|| {
                together(lawsuits(all.iter().copied(), day)).iter().filter_map(|lawsuit| standing(lawsuit, day)).collect()
            });
            for standing in &then {
                say(day, standing);
            }
            at_last = Some(then).filter(|_| last <= day);
        }
    }
}

/// The lawsuits in each of their cases that had begun.
fn lawsuits<'a>(instances: impl IntoIterator<Item = &'a Instance>, until: NaiveDate) -> Vec<Through<'a>> {
    let mut lawsuits: BTreeMap<(Uuid, i32), Vec<&Instance>> = BTreeMap::new();
    for instance in instances {
        lawsuits.entry((instance.case, instance.chain)).or_default().push(instance);
    }
    lawsuits.into_values().filter_map(|all| through(all, until)).collect()
}

fn through(mut all: Vec<&Instance>, until: NaiveDate) -> Option<Through<'_>> {
    all.sort_by_key(|instance| instance.n);
    let last = all.iter().rposition(|instance| instance.began_on <= until)?;
    let next = all.get(last + 1).copied();
    all.truncate(last + 1);
    all.retain(|instance| instance.began_on <= until);
    Some(Through { begun: all, next })
}

/// The lawsuits of several cases that have an instance in common are one, whichever instance that is.
fn together(lawsuits: Vec<Through<'_>>) -> Vec<Vec<Through<'_>>> {
    let mut found: Vec<Vec<Through<'_>>> = Vec::new();
    let mut places: BTreeMap<Uuid, usize> = BTreeMap::new();
    for through in lawsuits {
        let ids: BTreeSet<Uuid> = through.begun.iter().filter_map(|instance| instance.proceeding).collect();
        let known: BTreeSet<usize> = ids.iter().filter_map(|id| places.get(id).copied()).collect();
        let at = known.first().copied().unwrap_or(found.len());
        if at == found.len() {
            found.push(Vec::new());
        }
        // It may be what joins several that stood apart so far.
        let mut joined = Vec::new();
        for other in known.iter().filter(|other| **other != at) {
            joined.extend(found.get_mut(*other).map(std::mem::take).unwrap_or_default());
        }
        // Rarely: looked through for each of many lawsuits, the places would cost their product.
        if known.len() > 1 {
            places.values_mut().filter(|place| known.contains(place)).for_each(|place| *place = at);
        }
        places.extend(ids.into_iter().map(|id| (id, at)));
        if let Some(lawsuit) = found.get_mut(at) {
            lawsuit.extend(joined);
            lawsuit.push(through);
        }
    }
    found.retain(|lawsuit| !lawsuit.is_empty());
    found
}

/// One lawsuit through the instances of each of its cases: pending while any of them is, else as decided last.
fn standing(lawsuit: &[Through<'_>], until: NaiveDate) -> Option<Standing> {
    let ends: Vec<Counted> = lawsuit.iter().filter_map(|through| end(through, until)).collect();
    let order = |counted: &Counted| (counted.closed_on.is_none(), counted.closed_on);
    let latest = ends.iter().map(order).max()?;
    let counted = ends.iter().filter(|counted| order(counted) == latest).min_by_key(|counted| (counted.case, counted.n))?;
    let rows = |of: &[&Instance]| of.iter().map(|one| (one.case, one.n)).collect::<Vec<_>>();
    let retried = |through: &Through<'_>| through.begun.iter().rposition(|one| one.level == Some(Level::Retrial));
    let all: Vec<(Uuid, i32)> = lawsuit.iter().flat_map(|through| rows(&through.begun)).collect();
    let anew: Vec<(Uuid, i32)> =
        lawsuit.iter().flat_map(|through| retried(through).and_then(|at| through.begun.get(at..)).map(rows).unwrap_or_default()).collect();
    let mut cases: Vec<(Uuid, i32)> = ends.iter().map(|counted| (counted.case, counted.n)).collect();
    cases.sort_unstable();
    Some(Standing { counted: *counted, rows: if anew.is_empty() { all.clone() } else { anew }, all, cases })
}

/// How the lawsuit stands by what is known of it in one case.
fn end(through: &Through<'_>, until: NaiveDate) -> Option<Counted> {
    let last = *through.begun.last()?;
    let by_then = |instance: &Instance| instance.decided_on.filter(|on| *on <= until);
    // An appeal keeps the judgment from closing anything, however late its copy came; nobody knows of one while its term runs.
    let appealed = last.appealable_until.is_some() && through.next.is_some_and(|next| next.level == Some(Level::Second));
    let closed_on = by_then(last).map(|on| last.appealable_until.map_or(on, |term| term.max(on))).filter(|on| !appealed && *on <= until);
    let latest = || through.begun.iter().rev().find_map(|instance| by_then(instance).and(instance.own_column));
    let column = closed_on.and_then(|_| latest()).unwrap_or(Column::Pending);
    let closed_on = closed_on.filter(|_| column != Column::Pending);
    let decided_on = closed_on.and(last.decided_on);
    Some(Counted { case: last.case, n: last.n, category: last.category, column, decided_on, closed_on })
}

/// What the frozen reports counted: the column by case and last instance.
pub type Published = BTreeMap<(Uuid, i32), Column>;

/// What counts in a year; `frozen` are the years before it whose reports are frozen, with what they counted.
pub fn of_year(instances: &[Instance], year: i32, (frozen, published): (Option<FrozenYears>, &Published)) -> Vec<Counted> {
    let Some(until) = NaiveDate::from_ymd_opt(year, 12, 31) else { return Vec::new() };
    let first = frozen.map_or(i32::MIN, |frozen| frozen.last.saturating_add(1));
    let counts = |standing: &Standing| {
        // A result that was published is not counted again; one known only afterwards counts in the first year that is open.
        let closed = standing.rows.iter().filter_map(|row| published.get(row)).any(|column| *column != Column::Pending);
        let before = |on: NaiveDate| frozen.is_some_and(|frozen| on.year() < frozen.first);
        !closed && standing.counted.closed_on.is_none_or(|on| !before(on) && on.year().max(first) == year)
    };
    standing_on(instances, until).into_iter().filter(counts).map(|standing| standing.counted).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Days;

    /// Domain 4, table four: whichever days are asked for at once, each is answered as if it were the only one.
    #[test]
    fn several_days_are_answered_like_each_by_itself() {
        let mut seed: u64 = 0x9e37_79b9;
        let mut roll = |sides: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % sides
        };
        let start: NaiveDate = "2025-01-06".parse().unwrap();
        let mut instances = Vec::new();
        for case in 0..400_u128 {
            let mut began_on = start + Days::new(roll(600));
            let first_proceeding = (roll(3) == 0).then(|| Uuid::from_u128(1_000 + u128::from(roll(60))));
            for n in 1..=i32::try_from(1 + roll(3)).unwrap() {
                let decided_on = (roll(4) > 0).then(|| began_on + Days::new(roll(120)));
                let level = [Level::First, Level::Second, Level::Retrial][usize::try_from(n - 1).unwrap()];
                instances.push(Instance {
                    case: Uuid::from_u128(case),
                    n,
                    chain: 1,
                    proceeding: if n == 1 {
                        first_proceeding
                    } else {
                        (roll(5) == 0).then(|| Uuid::from_u128(2_000 + u128::from(roll(60))))
                    },
                    category: Category::LitigationDirect,
                    level: Some(level),
                    began_on,
                    decided_on,
                    appealable_until: decided_on.filter(|_| n == 1 && roll(2) == 0).map(|on| on + Days::new(15)),
                    own_column: decided_on.filter(|_| roll(5) > 0).map(|_| Column::ALL[usize::try_from(roll(3)).unwrap()]),
                });
                began_on = began_on + Days::new(roll(150));
            }
        }
        let days: Vec<NaiveDate> = (0..24).map(|n| start + Days::new(n * 31)).collect();
        let mut said: BTreeMap<NaiveDate, Vec<Standing>> = BTreeMap::new();
        standing_on_each(&instances, &days, |day, standing| said.entry(day).or_default().push(standing.clone()));
        let sorted = |mut all: Vec<Standing>| {
            for one in &mut all {
                one.rows.sort_unstable();
                one.all.sort_unstable();
            }
            all.sort_by_key(|one| (one.counted.case, one.counted.n));
            all
        };
        for day in days {
            let alone = sorted(standing_on(&instances, day));
            assert_eq!(sorted(said.remove(&day).unwrap_or_default()), alone, "{day}");
            assert!(alone.iter().any(|one| one.cases.len() > 2) || day < start + Days::new(300), "some are joined: {day}");
        }
    }
}
