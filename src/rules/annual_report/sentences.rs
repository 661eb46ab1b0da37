//! The numbers that the sentences of sections one and six state (rule 8, domain 4): which must equal the tables, and which are only worth a second look.
//!
//! Must: the sentence that says nothing but the total, "本年新收政府信息公开申请12件", "上年结转申请3件", "发出收费通知2份". A sentence with any other word in it
//! may speak of something else, one channel, one month, reconsiderations; it is compared as far as its words say, and only warned of.

/// What a sentence states a number of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stated {
    /// Applications received in the year.
    New,
    /// Applications carried over from the year before.
    CarriedIn,
    /// Fee notices.
    FeeNotices,
}

/// How far a sentence binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binding {
    /// It states the total and nothing else: it equals the table.
    Total,
    /// It speaks of a part (其中): no more than the table.
    Part,
    /// It may speak of something else.
    Loose,
}

/// A number that a sentence states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Of what.
    pub of: Stated,
    /// How far it binds.
    pub binding: Binding,
    /// The number.
    pub number: i64,
    /// Its words.
    pub words: String,
}

/// What says that a total follows, and neither limits nor adds to it.
const PLAIN: &[&str] = &[
    "截至年底",
    "本年度",
    "本年",
    "全年",
    "今年",
    "年度",
    "年内",
    "我机关",
    "本机关",
    "我单位",
    "本单位",
    "我局",
    "本局",
    "各单位",
    "全局",
    "全系统",
    "依法",
    "总共",
    "共计",
    "累计",
    "一共",
    "合计",
    "总计",
    "总数",
    "数量",
    "政府信息",
    "依申请",
    "公开",
    "信息",
    "书面",
    "各类",
    "新",
    "共",
    "的",
    "为",
    "了",
    "是",
    "达",
];
/// Proceedings and other years are no applications of this one.
const ELSEWHERE: &[&str] = &["复议", "诉讼", "起诉", "同比", "去年", "上年收", "上年新", "上年度收", "上年度新"];

/// The numbers before 件 or 份 in a text, as far as its words say what they are of.
pub fn stated(text: &str) -> Vec<Sentence> {
    text.split(['。', '；', ';', '\n']).flat_map(of_sentence).collect()
}

fn of_sentence(sentence: &str) -> Vec<Sentence> {
    let mut found = Vec::new();
    let mut part = false;
    for clause in clauses(sentence) {
        for (before, number, words) in numbers(&clause) {
            part = part || before.contains("其中");
            if let Some((of, binding)) = meaning(&before) {
                let of_part = part && (binding == Binding::Total || before.contains("其中"));
                let binding = if of_part { Binding::Part } else { binding };
                found.push(Sentence { of, binding, number, words });
            }
        }
        part = part || clause.contains("其中");
    }
    found
}

/// A comma between digits, three of which follow, belongs to the number.
fn clauses(sentence: &str) -> Vec<String> {
    let signs: Vec<char> = sentence.chars().map(narrow).collect();
    let digit = |at: usize| signs.get(at).is_some_and(char::is_ascii_digit);
    let groups = |at: usize| at > 0 && digit(at - 1) && (1..=3).all(|by| digit(at + by)) && !digit(at + 4);
    let mut clauses = vec![String::new()];
    for (at, sign) in signs.iter().enumerate() {
        match sign {
            ',' if groups(at) => {}
            ',' | '、' | '(' | ')' | '（' | '）' | ':' => clauses.push(String::new()),
            sign => clauses.iter_mut().last().into_iter().for_each(|clause| clause.push(*sign)),
        }
    }
    clauses
}

/// Digits and commas of full width as the others.
fn narrow(sign: char) -> char {
    match sign {
        '，' => ',',
        '：' => ':',
        '０'..='９' => u32::from(sign).checked_sub(u32::from('０')).and_then(|digit| char::from_digit(digit, 10)).unwrap_or(sign),
        sign => sign,
    }
}

/// Each number that 件 or 份 follows: the words before it back to the number before, itself, and both as they stand.
fn numbers(clause: &str) -> Vec<(String, i64, String)> {
    let mut found = Vec::new();
    let (mut before, mut digits) = (String::new(), String::new());
    for sign in clause.chars().filter(|sign| !sign.is_whitespace()) {
        if sign.is_ascii_digit() {
            digits.push(sign);
            continue;
        }
        if matches!(sign, '件' | '份')
            && let Ok(number) = digits.parse()
        {
            let words = format!("{before}{digits}{sign}");
            found.push((std::mem::take(&mut before), number, words));
        } else {
            before.push_str(&digits);
            before.push(sign);
        }
        digits.clear();
    }
    found
}

/// What the words before a number say that it is of.
fn meaning(before: &str) -> Option<(Stated, Binding)> {
    if ELSEWHERE.iter().any(|word| before.contains(word)) {
        return None;
    }
    let (of, verbs, object): (Stated, &[&str], &str) = if before.contains("收费通知") {
        (Stated::FeeNotices, &["发出", "出具", "作出", "制发"], "收费通知")
    } else if !before.contains("申请") {
        return None;
    } else if before.contains("上年结转") || before.contains("上年度结转") {
        (Stated::CarriedIn, &["上年结转", "上年度结转"], "申请")
    } else if ["新收", "收到", "受理"].iter().any(|verb| before.contains(verb)) {
        (Stated::New, &["新收到", "收到", "新收", "受理"], "申请")
    } else {
        return None;
    };
    let mut rest = before.replacen("依申请公开", "", 1).replacen(object, "", 1);
    for verb in verbs {
        rest = rest.replacen(verb, "", 1);
    }
    if of == Stated::FeeNotices {
        rest = ["信息处理费", "书"].iter().fold(rest, |rest, word| rest.replace(word, ""));
    }
    let rest = PLAIN.iter().fold(without_year(&rest), |rest, word| rest.replace(word, ""));
    Some((of, if rest.is_empty() { Binding::Total } else { Binding::Loose }))
}

/// "2025年" says no more than 本年.
fn without_year(words: &str) -> String {
    let digits = words.chars().take_while(char::is_ascii_digit).count();
    let rest: String = words.chars().skip(digits).collect();
    match rest.strip_prefix('年') {
        Some(rest) if digits == 4 => rest.to_owned(),
        _ => words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Binding::{Loose, Part, Total};
    use Stated::{CarriedIn, FeeNotices, New};
    use rstest::rstest;

    fn found(text: &str) -> Vec<(Stated, Binding, i64)> {
        stated(text).into_iter().map(|one| (one.of, one.binding, one.number)).collect()
    }

    #[rstest]
    #[case("全年新收政府信息公开申请12件，上年结转申请3件；发出收费通知2份，培训5次。受理申请12 件", &[(New, Total, 12), (CarriedIn, Total, 3), (FeeNotices, Total, 2), (New, Total, 12)])]
    // 、 parts two statements, and each is read.
    #[case("新收申请12件、上年结转申请3件", &[(New, Total, 12), (CarriedIn, Total, 3)])]
    #[case("新收申请12件上年结转申请3件", &[(New, Total, 12), (CarriedIn, Total, 3)])]
    // Thousands.
    #[case("2025年，本局共收到政府信息公开申请1,200件。", &[(New, Total, 1200)])]
    #[case("2025年本机关收到依申请公开申请１，２００件", &[(New, Total, 1200)])]
    // A part is no total, nor what follows it in the sentence.
    #[case("收到申请40件，其中网上收到申请30件，收到申请10件。", &[(New, Total, 40), (New, Part, 30), (New, Part, 10)])]
    #[case("其中，收到申请10件。收到申请40件", &[(New, Part, 10), (New, Total, 40)])]
    #[case("网上收到申请30件", &[(New, Loose, 30)])]
    #[case("3月收到申请30件", &[(New, Loose, 30)])]
    // Something else.
    #[case("受理行政复议申请3件，收到行政诉讼起诉申请1件", &[])]
    #[case("去年收到申请30件，上年收到申请30件，结转下年申请2件", &[])]
    #[case("培训5次，答复28件", &[])]
    #[case("本年发出政府信息公开信息处理费收费通知书2份，总金额380元", &[(FeeNotices, Total, 2)])]
    #[case("撤回收费通知1份", &[(FeeNotices, Loose, 1)])]
    fn rule_8_sentences_say_what_their_numbers_are_of(#[case] text: &str, #[case] expected: &[(Stated, Binding, i64)]) {
        assert_eq!(found(text), expected, "{text}");
    }

    #[test]
    fn what_does_not_fit_is_told_in_its_own_words() {
        assert_eq!(stated("本局收到申请 1,200 件")[0].words, "本局收到申请1200件");
    }
}
