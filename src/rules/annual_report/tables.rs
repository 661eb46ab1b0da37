//! Tables three and four as numbers, in the shape in which they are given out.

use super::count::{Entered, Place};
use super::form::{COLUMN_CODES, ROWS};
use super::proceedings::{Category, Counted};
use super::{ALL_RESULTS, CARRIED_OVER};
use crate::rules::outcomes::Column;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A row of table three.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TableThreeRow {
    /// Its number, from 1 to 25.
    #[schema(minimum = 1, maximum = 25)]
    pub number: u8,
    /// Its official words.
    #[schema(example = "一、本年新收政府信息公开申请数量")]
    pub label: String,
    /// The seven columns; the last is their total.
    #[schema(min_items = 7, max_items = 7)]
    pub values: Vec<i64>,
}

/// Table three (收到和处理政府信息公开申请情况).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TableThree {
    /// The codes of the seven columns.
    #[schema(min_items = 7, max_items = 7)]
    pub columns: Vec<String>,
    /// Its rows, 1 to 25.
    #[schema(min_items = 25, max_items = 25)]
    pub rows: Vec<TableThreeRow>,
}

impl Default for TableThree {
    fn default() -> Self {
        let row = |(number, line): (u8, &super::form::Line)| TableThreeRow { number, label: line.label().to_owned(), values: vec![0; 7] };
        Self { columns: COLUMN_CODES.map(str::to_owned).to_vec(), rows: (1..).zip(&ROWS).map(row).collect() }
    }
}

impl TableThree {
    /// A table of these numbers, row by row; none where they are not 25 rows of seven.
    pub fn of(numbers: &[Vec<i64>]) -> Option<Self> {
        let mut table = Self::default();
        if numbers.len() != table.rows.len() || numbers.iter().any(|values| values.len() != COLUMN_CODES.len()) {
            return None;
        }
        for (row, values) in table.rows.iter_mut().zip(numbers) {
            row.values.clone_from(values);
        }
        Some(table)
    }

    /// The numbers of a row.
    pub fn row(&self, number: u8) -> &[i64] {
        self.rows.iter().find(|row| row.number == number).map_or(&[], |row| &row.values)
    }

    /// The number in the last column of a row.
    pub fn total(&self, number: u8) -> i64 {
        self.row(number).last().copied().unwrap_or_default()
    }

    fn add_to(&mut self, number: u8, column: u8, cases: i64) {
        let Some(row) = self.rows.iter_mut().find(|row| row.number == number) else { return };
        for at in [column, 7] {
            if let Some(value) = row.values.get_mut(usize::from(at) - 1) {
                *value += cases;
            }
        }
    }

    /// Counts so many cases that stand at this place.
    pub fn count(&mut self, place: Place, cases: i64) {
        let column = place.column.column();
        self.add_to(if place.entered == Entered::Carried { 2 } else { 1 }, column, cases);
        self.add_to(place.row, column, cases);
        if place.row != CARRIED_OVER {
            self.add_to(ALL_RESULTS, column, cases);
        }
    }

    /// Adds another agency's table.
    pub fn add(&mut self, other: &Self) {
        for (row, added) in self.rows.iter_mut().zip(&other.rows) {
            for (value, more) in row.values.iter_mut().zip(&added.values) {
                *value += more;
            }
        }
    }
}

/// One group of table four.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ReportResults)]
pub struct Results {
    /// 结果维持.
    pub upheld: i64,
    /// 结果纠正.
    pub overturned: i64,
    /// 其他结果.
    pub other: i64,
    /// 尚未审结.
    pub pending: i64,
    /// 总计.
    pub total: i64,
}

impl Results {
    /// The five numbers, in the order of the form.
    pub const fn values(&self) -> [i64; 5] {
        [self.upheld, self.overturned, self.other, self.pending, self.total]
    }

    fn add(&mut self, other: &Self) {
        self.upheld += other.upheld;
        self.overturned += other.overturned;
        self.other += other.other;
        self.pending += other.pending;
        self.total += other.total;
    }
}

/// Table four (政府信息公开行政复议、行政诉讼情况).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TableFour {
    /// 行政复议.
    pub reconsideration: Results,
    /// 行政诉讼，未经复议直接起诉.
    pub litigation_direct: Results,
    /// 行政诉讼，复议后起诉.
    pub litigation_after_reconsideration: Results,
}

impl TableFour {
    /// A group.
    pub const fn of(&self, category: Category) -> &Results {
        match category {
            Category::Reconsideration => &self.reconsideration,
            Category::LitigationDirect => &self.litigation_direct,
            Category::LitigationAfterReconsideration => &self.litigation_after_reconsideration,
        }
    }

    /// Counts a proceeding.
    pub fn count(&mut self, counted: &Counted) {
        let group = match counted.category {
            Category::Reconsideration => &mut self.reconsideration,
            Category::LitigationDirect => &mut self.litigation_direct,
            Category::LitigationAfterReconsideration => &mut self.litigation_after_reconsideration,
        };
        match counted.column {
            Column::Upheld => group.upheld += 1,
            Column::Overturned => group.overturned += 1,
            Column::Other => group.other += 1,
            Column::Pending => group.pending += 1,
        }
        group.total += 1;
    }

    /// Adds another agency's table.
    pub fn add(&mut self, other: &Self) {
        self.reconsideration.add(&other.reconsideration);
        self.litigation_direct.add(&other.litigation_direct);
        self.litigation_after_reconsideration.add(&other.litigation_after_reconsideration);
    }
}

/// Documents made, repealed, in force (第二十条第（一）项).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReportDocuments)]
pub struct Documents {
    /// 本年制发件数.
    #[schema(minimum = 0)]
    pub made: i64,
    /// 本年废止件数.
    #[schema(minimum = 0)]
    pub repealed: i64,
    /// 现行有效件数.
    #[schema(minimum = 0)]
    pub in_force: i64,
}

/// Table two (主动公开政府信息情况), entered by hand.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TableTwo {
    /// 规章.
    pub regulations: Documents,
    /// 行政规范性文件.
    pub normative_documents: Documents,
    /// 行政许可，本年处理决定数量.
    #[schema(minimum = 0)]
    pub licences: i64,
    /// 行政处罚，本年处理决定数量.
    #[schema(minimum = 0)]
    pub penalties: i64,
    /// 行政强制，本年处理决定数量.
    #[schema(minimum = 0)]
    pub coercive_measures: i64,
    /// 行政事业性收费，本年收费金额（万元）: digits, and at most six decimals.
    #[schema(example = "12.5", pattern = "^[0-9]{1,12}(\\.[0-9]{1,6})?$")]
    pub charges: String,
}

impl TableTwo {
    /// The words of its cells, block by block, row by row.
    pub fn cells(&self) -> [Vec<Vec<String>>; 4] {
        let documents = |of: &Documents| [of.made, of.repealed, of.in_force].map(|number| number.to_string()).to_vec();
        let one = |number: i64| vec![number.to_string()];
        [
            vec![documents(&self.regulations), documents(&self.normative_documents)],
            vec![one(self.licences)],
            vec![one(self.penalties), one(self.coercive_measures)],
            vec![vec![self.charges.clone()]],
        ]
    }

    /// Adds another agency's table.
    pub fn add(&mut self, other: &Self) {
        for (mine, theirs) in [(&mut self.regulations, &other.regulations), (&mut self.normative_documents, &other.normative_documents)] {
            mine.made += theirs.made;
            mine.repealed += theirs.repealed;
            mine.in_force += theirs.in_force;
        }
        self.licences += other.licences;
        self.penalties += other.penalties;
        self.coercive_measures += other.coercive_measures;
        self.charges = sum(&self.charges, &other.charges);
    }
}

/// Millionths of 万元, which a sum of decimals is counted in; none for what is no amount.
pub fn millionths(amount: &str) -> Option<i64> {
    let (whole, decimals) = amount.split_once('.').unwrap_or((amount, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(decimals) || whole.len() > 12 || decimals.len() > 6 {
        return None;
    }
    let scale = 10_i64.pow(6 - u32::try_from(decimals.len()).ok()?);
    Some(whole.parse::<i64>().ok()? * 1_000_000 + decimals.parse::<i64>().ok()? * scale)
}

fn sum(one: &str, other: &str) -> String {
    let all = millionths(one).unwrap_or_default() + millionths(other).unwrap_or_default();
    let (whole, decimals) = (all / 1_000_000, all % 1_000_000);
    if decimals == 0 { whole.to_string() } else { format!("{whole}.{decimals:06}").trim_end_matches('0').to_owned() }
}

/// The information handling fee in the year (第六部分, 109号), in yuan.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ReportFees)]
pub struct Fees {
    /// Fee notices sent.
    pub notices: i64,
    /// What they asked for.
    pub amount: i64,
    /// What was paid.
    pub collected: i64,
}

impl Fees {
    /// Adds another agency's.
    pub fn add(&mut self, other: &Self) {
        self.notices += other.notices;
        self.amount += other.amount;
        self.collected += other.collected;
    }
}
