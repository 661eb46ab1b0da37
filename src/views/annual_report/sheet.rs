//! Tables two to four as the form of 30号 draws them: which cell reaches over which, with the official words.

use super::body::Body;
use crate::letters::sheet::Span;
use crate::rules::annual_report::form::{
    AFTER_RECONSIDERATION, APPLICANTS, COLUMNS, DIRECT, IDENTITY, LITIGATION, Line, ORGANISATIONS, RECONSIDERATION, RESULTS, ROWS,
    TABLE_TWO,
};

/// Columns of table two.
pub(super) const OF_TWO: usize = 4;
/// Columns of table three: three of words, seven of numbers.
pub(super) const OF_THREE: usize = 10;
/// Columns of table four.
pub(super) const OF_FOUR: usize = 15;

/// Table two, block by block below one another.
pub(super) fn table_two(body: &Body) -> Vec<Vec<Span>> {
    let mut rows = Vec::new();
    for (block, cells) in TABLE_TWO.iter().zip(body.table_two.cells()) {
        rows.push(vec![Span::one(block.head).over(OF_TWO, 1)]);
        rows.push(spread(block.columns.iter().map(|words| (*words).to_owned()).collect()));
        for (words, numbers) in block.rows.iter().zip(cells) {
            rows.push(spread(std::iter::once((*words).to_owned()).chain(numbers).collect()));
        }
    }
    rows
}

/// Four cells, or two of which the second reaches over the rest.
fn spread(words: Vec<String>) -> Vec<Span> {
    let last = OF_TWO + 1 - words.len();
    let count = words.len();
    let cell = |(at, words): (usize, String)| Span::one(words).over(if at + 1 == count { last } else { 1 }, 1);
    words.into_iter().enumerate().map(cell).collect()
}

/// Table three with its head.
pub(super) fn table_three(body: &Body) -> Vec<Vec<Span>> {
    let [natural, organisations @ .., total] = COLUMNS;
    let mut rows = vec![
        vec![Span::one(IDENTITY).over(3, 3), Span::one(APPLICANTS).over(7, 1)],
        vec![Span::one(natural).over(1, 2), Span::one(ORGANISATIONS).over(5, 1), Span::one(total).over(1, 2)],
        organisations.map(Span::one).to_vec(),
    ];
    let mut before: Option<&Line> = None;
    for line in &ROWS {
        let mut row = words_of(before, line);
        let numbers = line.number.map(|number| body.table_three.row(number)).unwrap_or_default();
        row.extend(numbers.iter().map(|number| Span::one(number.to_string())));
        rows.push(row);
        before = Some(line);
    }
    rows
}

/// The cells of words that begin in a line.
fn words_of(before: Option<&Line>, line: &Line) -> Vec<Span> {
    let same = |of: fn(&Line) -> &'static str| ROWS.iter().filter(|other| of(other) == of(line)).count();
    let mut cells = Vec::new();
    if line.group.is_empty() {
        return vec![Span::one(line.part).over(3, 1)];
    }
    if before.is_none_or(|before| before.part != line.part) {
        cells.push(Span::one(line.part).over(1, same(|line| line.part)));
    }
    if line.words.is_empty() {
        cells.push(Span::one(line.group).over(2, 1));
        return cells;
    }
    if before.is_none_or(|before| before.group != line.group) {
        cells.push(Span::one(line.group).over(1, same(|line| line.group)));
    }
    cells.push(Span::one(line.words));
    cells
}

/// Table four: three rows of heads and one of numbers.
pub(super) fn table_four(body: &Body) -> Vec<Vec<Span>> {
    let table = &body.table_four;
    let groups = [table.reconsideration, table.litigation_direct, table.litigation_after_reconsideration];
    let five = || RESULTS.iter().map(|words| Span::one(*words));
    vec![
        vec![Span::one(RECONSIDERATION).over(5, 1), Span::one(LITIGATION).over(10, 1)],
        five().map(|cell| cell.over(1, 2)).chain([Span::one(DIRECT).over(5, 1), Span::one(AFTER_RECONSIDERATION).over(5, 1)]).collect(),
        five().chain(five()).collect(),
        groups.iter().flat_map(crate::rules::annual_report::tables::Results::values).map(|number| Span::one(number.to_string())).collect(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::letters::sheet::placed;

    #[test]
    fn the_tables_of_the_form_are_filled() {
        let mut body = Body::empty((uuid::Uuid::nil(), "示范局".into()), 2025);
        body.table_three.rows[4].values[6] = 9;
        let three = table_three(&body);
        let cells = placed(OF_THREE, &three).unwrap();
        let at = |row, column| cells.iter().find(|known| known.covers(row, column)).unwrap().span;
        // Three rows of heads, then the 25.
        assert_eq!(three.len(), 28);
        assert_eq!(
            (at(0, 0).words.as_str(), at(0, 9).words.as_str(), at(2, 4).words.as_str()),
            ("（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", "申请人情况", "商业企业")
        );
        assert_eq!((at(3, 2).words.as_str(), at(3, 2).across), ("一、本年新收政府信息公开申请数量", 3));
        assert_eq!((at(26, 0).words.as_str(), at(26, 0).down), ("三、本年度办理结果", 22));
        assert_eq!((at(14, 1).words.as_str(), at(14, 1).down), ("（三）不予公开", 8));
        assert_eq!((at(7, 2).words.as_str(), at(7, 9).words.as_str()), ("1.属于国家秘密", "9"));
        assert_eq!((at(26, 1).words.as_str(), at(27, 0).words.as_str()), ("（七）总计", "四、结转下年度继续办理"));
        assert!(placed(OF_TWO, &table_two(&body)).is_some() && placed(OF_FOUR, &table_four(&body)).is_some());
    }
}
