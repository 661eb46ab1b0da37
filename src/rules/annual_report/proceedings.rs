//! Table four: which reconsideration or lawsuit counts in which cell of a year (domain 4 and 5.3).
//!
//! A case closed in the year counts in the column of its result whenever it began, one that is pending at the end of the year as 尚未审结. A lawsuit is one
//! case through all its instances: pending while the last of them is, then in the column of the last outcome that did not leave the judgment below
//! standing (行诉法 89). Only the original agency counts (国办公开办函〔2016〕201号).

use super::FrozenYears;
use crate::rules::coded::coded;
use crate::rules::outcomes::Column;
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
    /// The day it began.
    pub began_on: NaiveDate,
    /// The date of its decision.
    pub decided_on: Option<NaiveDate>,
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
}

/// A proceeding at the end of a day, with everything it covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// How it counts.
    pub counted: Counted,
    /// The rows of the instance it stands with: one a case that this instance covers.
    pub instance: Vec<(Uuid, i32)>,
    /// The cases that any of its instances covers, each with the last of them that had begun.
    pub cases: Vec<(Uuid, i32)>,
}

/// What stands at the end of a day: every proceeding that had begun, pending or with the column it then has.
pub fn standing_on(instances: &[Instance], until: NaiveDate) -> Vec<Standing> {
    let mut lawsuits: BTreeMap<(Uuid, i32), Vec<&Instance>> = BTreeMap::new();
    for instance in instances.iter().filter(|instance| instance.began_on <= until) {
        lawsuits.entry((instance.case, instance.chain)).or_default().push(instance);
    }
    for through in lawsuits.values_mut() {
        through.sort_by_key(|instance| instance.n);
    }
    together(lawsuits.into_values().collect()).iter().filter_map(|lawsuit| standing(lawsuit, until)).collect()
}

/// The lawsuits of several cases that have an instance in common are one, whichever instance that is.
fn together(lawsuits: Vec<Vec<&Instance>>) -> Vec<Vec<Vec<&Instance>>> {
    let mut found: Vec<Vec<Vec<&Instance>>> = Vec::new();
    let mut places: BTreeMap<Uuid, usize> = BTreeMap::new();
    for through in lawsuits {
        let ids: BTreeSet<Uuid> = through.iter().filter_map(|instance| instance.proceeding).collect();
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
        places.values_mut().filter(|place| known.contains(place)).for_each(|place| *place = at);
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
fn standing(lawsuit: &[Vec<&Instance>], until: NaiveDate) -> Option<Standing> {
    let ends: Vec<(&Instance, Counted)> = lawsuit.iter().filter_map(|through| end(through, until)).collect();
    let order = |counted: &Counted| (counted.decided_on.is_none(), counted.decided_on);
    let latest = ends.iter().map(|(_, counted)| order(counted)).max()?;
    let (last, counted) =
        ends.iter().filter(|(_, counted)| order(counted) == latest).min_by_key(|(_, counted)| (counted.case, counted.n))?;
    let same = |instance: &Instance| instance.proceeding.is_some() && instance.proceeding == last.proceeding;
    let mut instance: Vec<(Uuid, i32)> = lawsuit.iter().flatten().filter(|one| same(one)).map(|one| (one.case, one.n)).collect();
    if instance.is_empty() {
        instance.push((counted.case, counted.n));
    }
    let mut cases: Vec<(Uuid, i32)> = ends.iter().map(|(_, counted)| (counted.case, counted.n)).collect();
    cases.sort_unstable();
    Some(Standing { counted: *counted, instance, cases })
}

/// The last instance in one case, and how the lawsuit stands by what is known of it there.
fn end<'a>(through: &[&'a Instance], until: NaiveDate) -> Option<(&'a Instance, Counted)> {
    let last = *through.last()?;
    let by_then = |instance: &Instance| instance.decided_on.filter(|on| *on <= until);
    let latest = || through.iter().rev().find_map(|instance| by_then(instance).and(instance.own_column));
    let column = by_then(last).and_then(|_| latest()).unwrap_or(Column::Pending);
    let decided_on = by_then(last).filter(|_| column != Column::Pending);
    Some((last, Counted { case: last.case, n: last.n, category: last.category, column, decided_on }))
}

/// What the frozen reports counted: the column by case and last instance.
pub type Published = BTreeMap<(Uuid, i32), Column>;

/// What counts in a year; `frozen` are the years before it whose reports are frozen, with what they counted.
pub fn of_year(instances: &[Instance], year: i32, (frozen, published): (Option<FrozenYears>, &Published)) -> Vec<Counted> {
    let Some(until) = NaiveDate::from_ymd_opt(year, 12, 31) else { return Vec::new() };
    let first = frozen.map_or(i32::MIN, |frozen| frozen.last.saturating_add(1));
    let counts = |standing: &Standing| match standing.counted.decided_on {
        None => true,
        // A result that was published is not counted again; one known only afterwards counts in the first year that is open.
        Some(on) => {
            let closed = standing.instance.iter().filter_map(|row| published.get(row)).any(|column| *column != Column::Pending);
            let before = frozen.is_some_and(|frozen| on.year() < frozen.first);
            !closed && !before && on.year().max(first) == year
        }
    };
    standing_on(instances, until).into_iter().filter(counts).map(|standing| standing.counted).collect()
}
