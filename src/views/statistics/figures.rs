//! The figures: what each counts, as a condition that the numbers and the cases behind them share.

use crate::rules::annual_report::OTHER_RESULT;
use crate::rules::annual_report::proceedings::Category;
use crate::rules::outcomes::Column;

/// Figures that are not an outcome or a proceeding: code, condition over a happening, Chinese name, English name.
pub(super) const PLAIN: [(&str, &str, &str, &str); 10] = [
    ("received", "event = 'received'", "收到申请", "applications received"),
    ("answered", "event = 'answered'", "办结答复", "answered"),
    ("on_time", "event = 'answered' AND NOT late", "按期答复", "answered in time"),
    ("late", "event = 'answered' AND late", "逾期答复", "answered late"),
    ("stopped", "event = 'answered' AND stops > 0", "期限中止的", "whose period stopped"),
    ("extended", "event = 'answered' AND extensions > 0", "延期的", "extended"),
    ("pending", "event = 'pending'", "期末未办结", "pending at the end"),
    ("overdue", "event = 'pending' AND late", "期末逾期未答复", "overdue at the end"),
    ("given_items", "event = 'given'", "提供的信息（项）", "items given"),
    ("published_items", "event = 'given' AND result = 'published'", "转为主动公开（项）", "items given and then published"),
];

/// A figure.
#[derive(Debug, Clone)]
pub(super) struct Figure {
    /// Its code.
    pub code: String,
    /// Which happenings it counts.
    pub condition: String,
    /// What one of them is: a happening, or a proceeding whichever of its cases it stands in.
    pub unit: &'static str,
}

impl Figure {
    /// How many there are among happenings that were put together.
    pub fn counted(&self) -> String {
        let Self { condition, unit, .. } = self;
        if *unit == "*" {
            format!("coalesce(sum(times) FILTER (WHERE {condition}), 0)")
        } else {
            format!("count({unit}) FILTER (WHERE {condition})")
        }
    }
}

/// Every figure, in the order in which they are counted.
pub(super) fn all() -> Vec<Figure> {
    let happenings = |code, condition| Figure { code, condition, unit: "*" };
    let plain = PLAIN.iter().map(|(code, condition, ..)| happenings((*code).to_owned(), (*condition).to_owned()));
    let outcomes = (3..=OTHER_RESULT).map(|row| happenings(outcome(row), format!("event = 'answered' AND report_row = {row}")));
    let proceedings = Category::ALL.iter().flat_map(|category| {
        Column::ALL.iter().map(|column| {
            let condition = format!("event = '{}' AND result = '{}'", category.code(), column.code());
            Figure { code: proceeding(*category, *column), condition, unit: "DISTINCT proceeding" }
        })
    });
    plain.chain(outcomes).chain(proceedings).collect()
}

/// The code of an outcome: its row of table three.
pub(super) fn outcome(row: u8) -> String {
    format!("row_{row}")
}

/// The code of proceedings with a result.
pub(super) fn proceeding(category: Category, column: Column) -> String {
    format!("{}_{}", category.code(), column.code())
}

/// The figure with a code.
pub(super) fn figure(code: &str) -> Option<Figure> {
    all().into_iter().find(|known| known.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_figure_has_a_code_of_its_own() {
        let codes: BTreeSet<String> = all().into_iter().map(|figure| figure.code).collect();
        assert_eq!(codes.len(), 10 + 21 + 12);
        assert!(figure("row_3").is_some() && figure("litigation_direct_pending").is_some() && figure("row_24").is_none());
    }
}
