//! The texts of the report: the placeholders for its numbers. What its sentences state is read next door.

use super::CARRIED_OVER;
use super::tables::{Fees, TableThree};

/// What a text may name between double braces, with what it stands for.
pub const PLACEHOLDERS: [(&str, &str); 7] = [
    ("new", "本年新收件数"),
    ("carried_in", "上年结转件数"),
    ("answered", "本年办理结果总计"),
    ("carried_over", "结转下年件数"),
    ("fee_notices", "收费通知份数"),
    ("fee_amount", "收费通知总金额（元）"),
    ("fee_collected", "实际收取金额（元）"),
];

fn value(name: &str, table: &TableThree, fees: &Fees) -> Option<i64> {
    Some(match name {
        "new" => table.total(1),
        "carried_in" => table.total(2),
        "answered" => table.total(super::ALL_RESULTS),
        "carried_over" => table.total(CARRIED_OVER),
        "fee_notices" => fees.notices,
        "fee_amount" => fees.amount,
        "fee_collected" => fees.collected,
        _ => return None,
    })
}

/// The first thing between double braces that is no placeholder, or a brace that is never closed.
pub fn unknown_placeholder(text: &str) -> Option<String> {
    text.split("{{").skip(1).find_map(|part| match part.split_once("}}") {
        Some((name, _)) if PLACEHOLDERS.iter().any(|(known, _)| *known == name.trim()) => None,
        Some((name, _)) => Some(name.trim().chars().take(40).collect()),
        None => Some("{{".to_owned()),
    })
}

/// The text with its numbers.
pub fn filled(text: &str, table: &TableThree, fees: &Fees) -> String {
    let mut parts = text.split("{{");
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        if let Some((number, rest)) = part.split_once("}}").and_then(|(name, rest)| Some((value(name.trim(), table, fees)?, rest))) {
            whole.push_str(&number.to_string());
            whole.push_str(rest);
        } else {
            whole.push_str("{{");
            whole.push_str(part);
        }
    }
    whole
}

/// The figures of the fee that section six holds (domain 3 and 4, section six), in the official units; none where its text says all three already.
pub fn fee_line(other_matters: &str, fees: &Fees) -> Option<String> {
    let Fees { notices, amount, collected } = fees;
    let told = |number: &i64, unit: &str| {
        let words = format!("{number}{unit}");
        other_matters.match_indices(&words).any(|(at, _)| {
            let before = other_matters.get(..at).and_then(|before| before.chars().next_back());
            before.is_none_or(|before| !before.is_ascii_digit() && before != '.')
        })
    };
    if other_matters.contains("收费通知") && told(notices, "份") && told(amount, "元") && told(collected, "元") {
        return None;
    }
    Some(format!("政府信息公开信息处理费：本年发出收费通知{notices}份，总金额{amount}元，实际收取{collected}元。"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_numbers_and_others_are_named() {
        let mut table = TableThree::default();
        table.rows[0].values = vec![3, 0, 0, 0, 0, 1, 4];
        let fees = Fees { notices: 2, amount: 300, collected: 100 };
        assert_eq!(filled("新收{{new}}件，收费{{ fee_amount }}元，{{x}}", &table, &fees), "新收4件，收费300元，{{x}}");
        assert_eq!(unknown_placeholder("{{new}}件{{carried_over}}件"), None);
        assert_eq!(unknown_placeholder("{{neu}}件").as_deref(), Some("neu"));
        assert_eq!(unknown_placeholder("{{new").as_deref(), Some("{{"));
    }

    #[test]
    fn section_six_has_the_fee_figures_once() {
        let fees = Fees { notices: 2, amount: 300, collected: 100 };
        let line = "政府信息公开信息处理费：本年发出收费通知2份，总金额300元，实际收取100元。";
        for typed in ["无其他事项。", "本年发出收费通知12份，总金额300元，实际收取100元。", "本年发出收费通知2份，总金额300元。"]
        {
            assert_eq!(fee_line(typed, &fees).as_deref(), Some(line), "{typed}");
        }
        assert_eq!(fee_line("本年发出收费通知2份，总金额300元，实际收取100元。", &fees), None);
    }
}
