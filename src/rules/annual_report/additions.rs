//! What people add to a report by hand: table two, the texts, explanations, and for the first report made here last year's published table three.

use super::checks::identities;
use super::tables::{TableThree, TableTwo, millionths};
use super::words::unknown_placeholder;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The largest number of a cell that is entered by hand.
pub const MOST: i64 = 1_000_000_000;

/// What is added by hand, one version of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReportAdditionsContent)]
pub struct Additions {
    /// Section one (总体情况); `{{new}}` and the like stand for the numbers of the report.
    pub overview: String,
    /// A text of section two beside its table.
    #[schema(required = true)]
    pub proactive_disclosure: Option<String>,
    /// Section five (存在的主要问题及改进情况).
    pub problems: String,
    /// Section six (其他需要报告的事项), with the figures of the information handling fee.
    pub other_matters: String,
    /// Why a number differs from last year's report.
    #[schema(required = true)]
    pub explanations: Option<String>,
    /// Table two.
    pub table_two: TableTwo,
    /// Last year's table three as it was published before the agency worked here: 25 rows of seven numbers.
    #[schema(required = true)]
    pub published_before: Option<Vec<Vec<i64>>>,
}

/// Something in it that cannot stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub pointer: String,
    /// Whether it breaks a checking rule, or is no number, no placeholder.
    pub kind: FaultKind,
    /// What is wrong, in Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// What sort of fault it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// A table that is typed in breaks an identity.
    Identity,
    /// It is not what the field takes.
    Field,
}

impl Additions {
    /// Everything that cannot stand, all at once.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = self.texts();
        faults.extend(self.numbers());
        if let Some(numbers) = &self.published_before {
            faults.extend(published(numbers));
        }
        faults
    }

    fn texts(&self) -> Vec<Fault> {
        let texts = [
            ("/overview", Some(&self.overview)),
            ("/proactive_disclosure", self.proactive_disclosure.as_ref()),
            ("/problems", Some(&self.problems)),
            ("/other_matters", Some(&self.other_matters)),
            ("/explanations", self.explanations.as_ref()),
        ];
        let fault = |(pointer, text): (&str, Option<&String>)| {
            let name = unknown_placeholder(text?)?;
            Some(field(pointer, format!("没有占位符“{name}”"), format!("there is no placeholder {name}")))
        };
        texts.into_iter().filter_map(fault).collect()
    }

    fn numbers(&self) -> Vec<Fault> {
        let two = &self.table_two;
        let mut numbers = vec![
            ("/table_two/licences".to_owned(), two.licences),
            ("/table_two/penalties".to_owned(), two.penalties),
            ("/table_two/coercive_measures".to_owned(), two.coercive_measures),
        ];
        for (of, documents) in [("regulations", &two.regulations), ("normative_documents", &two.normative_documents)] {
            numbers.push((format!("/table_two/{of}/made"), documents.made));
            numbers.push((format!("/table_two/{of}/repealed"), documents.repealed));
            numbers.push((format!("/table_two/{of}/in_force"), documents.in_force));
        }
        let mut faults: Vec<Fault> = numbers.into_iter().filter_map(|(pointer, number)| out_of_range(pointer, number)).collect();
        if millionths(&two.charges).is_none() {
            let (zh, en) = ("收费金额为非负数，至多六位小数", "the amount is not negative and has at most six decimals");
            faults.push(field("/table_two/charges", zh, en));
        }
        faults
    }
}

fn field(pointer: impl Into<String>, zh: impl Into<String>, en: impl Into<String>) -> Fault {
    Fault { pointer: pointer.into(), kind: FaultKind::Field, zh: zh.into(), en: en.into() }
}

/// Rule 6: no cell is negative.
fn out_of_range(pointer: String, number: i64) -> Option<Fault> {
    let within = (0..=MOST).contains(&number);
    (!within).then(|| field(pointer, format!("应为0至{MOST}的整数"), format!("a whole number from 0 to {MOST}")))
}

/// Rules 1 to 3 hold in a table that is typed in as in one that is counted.
fn published(numbers: &[Vec<i64>]) -> Vec<Fault> {
    const AT: &str = "/published_before";
    let Some(table) = TableThree::of(numbers) else {
        return vec![field(AT, "表三为25行，每行7个数", "table three has 25 rows of seven numbers")];
    };
    let cells = numbers.iter().enumerate().flat_map(|(row, values)| values.iter().enumerate().map(move |(at, value)| (row, at, *value)));
    let faults: Vec<Fault> = cells.filter_map(|(row, at, value)| out_of_range(format!("{AT}/{row}/{at}"), value)).collect();
    if !faults.is_empty() {
        return faults;
    }
    let broken = identities(&table).into_iter().filter(|check| !check.holds);
    let fault = |check: super::checks::Check| Fault {
        pointer: AT.to_owned(),
        kind: FaultKind::Identity,
        zh: format!("不符合第{}条勾稽关系：{}", check.rule, check.detail),
        en: format!("checking rule {} does not hold: {}", check.rule, check.detail),
    };
    broken.map(fault).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Additions {
        Additions { table_two: TableTwo { charges: "0".into(), ..TableTwo::default() }, ..Additions::default() }
    }

    fn pointers(additions: &Additions) -> Vec<(String, FaultKind)> {
        additions.faults().into_iter().map(|fault| (fault.pointer, fault.kind)).collect()
    }

    #[test]
    fn what_cannot_stand_is_named() {
        assert!(good().faults().is_empty());
        let mut wrong = good();
        wrong.overview = "{{nothing}}".into();
        wrong.table_two.licences = -1;
        wrong.table_two.charges = "1,5".into();
        let expected = ["/overview", "/table_two/licences", "/table_two/charges"];
        assert_eq!(pointers(&wrong), expected.map(|pointer| (pointer.to_owned(), FaultKind::Field)));
    }

    #[test]
    fn a_table_typed_in_must_keep_its_identities() {
        let mut numbers = vec![vec![0; 7]; 25];
        for row in [1, 3, 24] {
            numbers[row - 1] = vec![2, 0, 0, 0, 0, 1, 3];
        }
        let with = |numbers: &Vec<Vec<i64>>| Additions { published_before: Some(numbers.clone()), ..good() };
        assert!(with(&numbers).faults().is_empty());
        let identity = ("/published_before".to_owned(), FaultKind::Identity);
        let mut sum = numbers.clone();
        sum[23][6] = 4;
        assert_eq!(pointers(&with(&sum)), [identity.clone(), identity.clone(), identity]);
        let mut negative = numbers.clone();
        negative[4][1] = -1;
        assert_eq!(pointers(&with(&negative)), [("/published_before/4/1".to_owned(), FaultKind::Field)]);
        numbers.pop();
        assert_eq!(pointers(&with(&numbers)), [("/published_before".to_owned(), FaultKind::Field)]);
    }
}
