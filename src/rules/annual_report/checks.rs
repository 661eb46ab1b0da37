//! The nine checking rules (勾稽关系) of a report (domain 4).

use super::form::COLUMNS;
use super::proceedings::Category;
use super::sentences::{Binding, Sentence, Stated, stated};
use super::tables::{Fees, TableFour, TableThree, TableTwo, millionths};
use super::{ALL_RESULTS, CARRIED_OVER};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What came of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ReportCheck)]
pub struct Check {
    /// The rule, from 1 to 9.
    #[schema(minimum = 1, maximum = 9)]
    pub rule: u8,
    /// It holds, as far as it can be checked.
    pub holds: bool,
    /// What was compared, or what does not fit.
    #[schema(example = "表三各列：第1行加第2行等于第24行加第25行")]
    pub detail: String,
    /// It only warns.
    pub warning: bool,
}

/// What last year's report said, for rules 4 and 7.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LastYear {
    /// Row 25 as it was published: frozen here, or entered by hand.
    pub carried_over: Option<Vec<i64>>,
    /// Table two.
    pub table_two: Option<TableTwo>,
    /// Fee notices of last year.
    pub fee_notices: i64,
}

/// Everything that is checked.
#[derive(Debug)]
pub struct Whole<'a> {
    /// Table two.
    pub two: &'a TableTwo,
    /// Table three.
    pub three: &'a TableThree,
    /// Table four.
    pub four: &'a TableFour,
    /// The fees.
    pub fees: &'a Fees,
    /// The texts of sections one and six, with their numbers.
    pub texts: [&'a str; 2],
    /// Last year.
    pub last: &'a LastYear,
}

fn check(rule: u8, broken: Vec<String>, what: &str) -> Check {
    let holds = broken.is_empty();
    Check { rule, holds, detail: if holds { what.to_owned() } else { broken.join("；") }, warning: false }
}

/// Rules 1 to 3 and 6 of a table three by itself; also of one that is entered by hand.
pub fn identities(table: &TableThree) -> [Check; 4] {
    let (mut one, mut two, mut three, mut six) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (at, column) in COLUMNS.iter().enumerate() {
        let value = |row: u8| table.row(row).get(at).copied().unwrap_or_default();
        let (came, went) = (value(1) + value(2), value(ALL_RESULTS) + value(CARRIED_OVER));
        if came != went {
            one.push(format!("“{column}”列第1行加第2行为{came}，第24行加第25行为{went}"));
        }
        let results: i64 = (3..ALL_RESULTS).map(value).sum();
        if value(ALL_RESULTS) != results {
            two.push(format!("“{column}”列第24行为{}，第3行至第23行之和为{results}", value(ALL_RESULTS)));
        }
    }
    for row in &table.rows {
        let parts: i64 = row.values.iter().take(6).sum();
        let total = row.values.last().copied().unwrap_or_default();
        if total != parts {
            three.push(format!("第{}行总计为{total}，各列之和为{parts}", row.number));
        }
        if row.values.iter().any(|value| *value < 0) {
            six.push(format!("第{}行有负数", row.number));
        }
    }
    [
        check(1, one, "表三各列：第1行加第2行等于第24行加第25行"),
        check(2, two, "表三各列：第24行等于第3行至第23行之和"),
        check(3, three, "表三各行：总计等于自然人与五类组织之和"),
        check(6, six, "各单元格均为非负整数，收费金额可有小数"),
    ]
}

/// All nine rules, in their order.
pub fn all(whole: &Whole<'_>) -> Vec<Check> {
    let [one, two, three, mut six] = identities(whole.three);
    six = and_table_two(six, whole.two);
    vec![one, two, three, carried_over(whole), groups(whole.four), six, documents(whole), sentences(whole), fee_cases(whole)]
}

fn carried_over(whole: &Whole<'_>) -> Check {
    let Some(published) = &whole.last.carried_over else {
        return check(4, Vec::new(), "上年度报告未在本系统定稿，也未录入其表三；第2行按收到、答复日期计算");
    };
    let broken = COLUMNS.iter().zip(whole.three.row(2).iter().zip(published)).filter(|(_, (now, then))| now != then);
    let broken = broken.map(|(column, (now, then))| format!("“{column}”列第2行为{now}，上年公布的第25行为{then}")).collect();
    check(4, broken, "第2行与上年公布的第25行各列相等")
}

fn groups(table: &TableFour) -> Check {
    let broken = Category::ALL.iter().filter_map(|category| {
        let results = table.of(*category);
        let parts = results.upheld + results.overturned + results.other + results.pending;
        (results.total != parts).then(|| format!("{}总计为{}，各项之和为{parts}", category.zh(), results.total))
    });
    check(5, broken.collect(), "表四三组：总计等于前四项之和")
}

fn and_table_two(mut six: Check, table: &TableTwo) -> Check {
    let documents = [&table.regulations, &table.normative_documents];
    let numbers = documents.iter().flat_map(|of| [of.made, of.repealed, of.in_force]);
    let negative = numbers.chain([table.licences, table.penalties, table.coercive_measures]).any(|number| number < 0);
    if negative || millionths(&table.charges).is_none() {
        let before = if six.holds { String::new() } else { format!("{}；", six.detail) };
        six = Check { holds: false, detail: format!("{before}表二有负数，或者收费金额不是数"), ..six };
    }
    six
}

/// A warning only: revisions break it.
fn documents(whole: &Whole<'_>) -> Check {
    let Some(last) = &whole.last.table_two else {
        return Check { warning: true, ..check(7, Vec::new(), "没有上年度表二可供比较") };
    };
    let kinds = [
        ("规章", &whole.two.regulations, &last.regulations),
        ("行政规范性文件", &whole.two.normative_documents, &last.normative_documents),
    ];
    let broken = kinds.iter().filter_map(|(what, now, then)| {
        let expected = then.in_force + now.made - now.repealed;
        (now.in_force != expected).then(|| {
            format!("{what}现行有效{}件，上年{}件加制发{}件减废止{}件为{expected}件", now.in_force, then.in_force, now.made, now.repealed)
        })
    });
    Check { warning: true, ..check(7, broken.collect(), "现行有效件数等于上年数加制发减废止") }
}

/// A sentence that states a total must equal the table; of any other it is only warned.
fn sentences(whole: &Whole<'_>) -> Check {
    let table = |of: Stated| match of {
        Stated::New => whole.three.total(1),
        Stated::CarriedIn => whole.three.total(2),
        Stated::FeeNotices => whole.fees.notices,
    };
    let unlike = |one: &Sentence| match one.binding {
        Binding::Total | Binding::Loose => one.number != table(one.of),
        Binding::Part => one.number > table(one.of),
    };
    let (mut broken, mut doubtful) = (Vec::new(), Vec::new());
    for (section, text) in ["一", "六"].iter().zip(whole.texts) {
        for one in stated(text).into_iter().filter(unlike) {
            let told = format!("第{section}部分“{}”与统计数{}不符", one.words, table(one.of));
            if one.binding == Binding::Total { broken.push(told) } else { doubtful.push(told) }
        }
    }
    let what = "第一、第六部分所述件数与表三、收费数据一致";
    if broken.is_empty() && !doubtful.is_empty() {
        return Check { warning: true, ..check(8, doubtful, what) };
    }
    check(8, broken, what)
}

fn fee_cases(whole: &Whole<'_>) -> Check {
    let (closed, notices) = (whole.three.total(22), whole.fees.notices + whole.last.fee_notices);
    let broken = (closed > notices).then(|| format!("第22行为{closed}件，本年和上年的收费通知共{notices}份"));
    check(9, broken.into_iter().collect(), "第22行不超过本年和上年收费通知份数")
}
