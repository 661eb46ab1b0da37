//! Whether a text that leaves its case still tells whom it is about: names, numbers and addresses of the people of a case, the numbers the case
//! itself goes by, and numbers that are anybody's.
//!
//! Spelling does not hide anything: width, case, spaces, hyphens and dots are left out before the comparison. What it cannot find is a person
//! described without a name; that is for the second person who approves the text.

use super::text::{is_resident_id, is_social_credit_code};
use crate::crypto::normalise::fold;
use std::collections::BTreeSet;

/// What a text gives away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given {
    /// The name of somebody of the case.
    Name,
    /// A number, telephone or address of somebody of the case.
    Contact,
    /// A number the case goes by.
    CaseNumber,
    /// A number that is somebody's, of whichever case: an identity number, a mobile telephone, an e-mail address.
    Number,
}

impl Given {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Name => "names_somebody",
            Self::Contact => "contact_of_somebody",
            Self::CaseNumber => "number_of_the_case",
            Self::Number => "number_of_somebody",
        }
    }

    /// What is wrong. What was found is not said again.
    pub const fn says(self) -> (&'static str, &'static str) {
        match self {
            Self::Name => ("含有案件当事人的姓名或者名称", "it has the name of somebody of the case"),
            Self::Contact => ("含有案件当事人的证件号码、联系方式或者地址", "it has a number, contact or address of somebody of the case"),
            Self::CaseNumber => ("含有案件的登记编号、文号、案号或者邮件号", "it has a number the case goes by"),
            Self::Number => ("含有证件号码、手机号码或者电子邮箱", "it has an identity number, a mobile telephone or an e-mail address"),
        }
    }
}

/// The shortest name that is looked for: one character stands in too many words.
const SHORTEST_NAME: usize = 2;
/// The shortest number or address that is looked for.
const SHORTEST_CONTACT: usize = 6;
/// Parts of a name and address written as one are looked for from this length on.
const SHORTEST_PART: usize = 4;

/// What stands in the place of a name where a letter was signed for, and is nobody's.
const NOBODY: [&str; 20] = [
    "本人",
    "申请人",
    "申请人本人",
    "代理人",
    "委托代理人",
    "联系人",
    "法定代表人",
    "第三方",
    "律师",
    "同事",
    "家属",
    "家人",
    "收发室",
    "门卫",
    "前台",
    "物业",
    "传达室",
    "代收",
    "代收点",
    "保安",
];

/// What must not stand in a text.
#[derive(Debug, Clone, Default)]
pub struct Hidden {
    names: Vec<String>,
    contacts: Vec<String>,
    codes: Vec<String>,
    cases: Vec<String>,
}

/// A text as it is compared.
fn dense(text: &str) -> String {
    let left_out = |c: &char| c.is_whitespace() || matches!(c, '-' | '－' | '—' | '·' | '•' | '.' | '．' | '・');
    fold(text).chars().filter(|c| !left_out(c)).flat_map(char::to_lowercase).collect()
}

fn keep(list: &mut Vec<String>, text: &str, shortest: usize) {
    let text = dense(text);
    if text.chars().count() >= shortest {
        list.push(text);
    }
}

impl Hidden {
    /// A name.
    pub fn name(&mut self, name: &str) {
        if !NOBODY.contains(&name.trim()) {
            keep(&mut self.names, name, SHORTEST_NAME);
        }
    }

    /// A number, telephone, mail or postal address.
    pub fn contact(&mut self, contact: &str) {
        keep(&mut self.contacts, contact, SHORTEST_CONTACT);
    }

    /// A postal code: covered where it stands by itself, and nowhere else looked for, since so few digits stand in other numbers too.
    pub fn postal_code(&mut self, code: &str) {
        keep(&mut self.codes, code, SHORTEST_CONTACT);
    }

    /// A name with its address in one text: the whole and every longer part of it.
    pub fn party(&mut self, party: &str) {
        self.name(party);
        for part in party.split(|c: char| c.is_whitespace() || "，,；;、：:（）()".contains(c)) {
            keep(&mut self.names, part, SHORTEST_PART);
        }
    }

    /// A number the case goes by.
    pub fn case_number(&mut self, number: &str) {
        keep(&mut self.cases, number, SHORTEST_PART);
    }

    /// The first thing a text gives away.
    pub fn found_in(&self, text: &str) -> Option<Given> {
        let text = dense(text);
        let has = |list: &[String]| list.iter().any(|hidden| text.contains(hidden.as_str()));
        if has(&self.names) {
            Some(Given::Name)
        } else if has(&self.contacts) {
            Some(Given::Contact)
        } else if has(&self.cases) {
            Some(Given::CaseNumber)
        } else {
            number_in(&text).then_some(Given::Number)
        }
    }
}

/// What stands in the place of a name, number or address.
const MASK: &str = "＊＊＊";
/// What stands in the place of a text whose telling words cannot be cut out.
const WHOLE: &str = "（此处含有个人信息，已略去）";

impl Hidden {
    /// The text with the names, numbers and addresses of the people of the case covered, however they are spelt. A text with somebody else's number is
    /// left out as a whole.
    pub fn masked(&self, text: &str) -> String {
        // Each character that is compared, with the place of the one it came from.
        let compared: Vec<(usize, char)> = text
            .chars()
            .enumerate()
            .flat_map(|(at, c)| dense(c.encode_utf8(&mut [0; 4])).chars().map(move |c| (at, c)).collect::<Vec<_>>())
            .collect();
        let mut covered: BTreeSet<usize> = BTreeSet::new();
        for hidden in self.names.iter().chain(&self.contacts) {
            let hidden: Vec<char> = hidden.chars().collect();
            for found in compared.windows(hidden.len().max(1)).filter(|found| found.iter().map(|(_, c)| c).eq(&hidden)) {
                if let Some(((first, _), (last, _))) = found.first().zip(found.last()) {
                    covered.extend(*first..=*last);
                }
            }
        }
        let digit = |at: Option<usize>| at.and_then(|at| compared.get(at)).is_some_and(|(_, c)| c.is_ascii_digit());
        for hidden in &self.codes {
            let hidden: Vec<char> = hidden.chars().collect();
            for (start, found) in compared.windows(hidden.len().max(1)).enumerate() {
                let alone = !digit(start.checked_sub(1)) && !digit(Some(start + hidden.len()));
                if let Some(((first, _), (last, _))) = found.first().zip(found.last())
                    && alone
                    && found.iter().map(|(_, c)| c).eq(&hidden)
                {
                    covered.extend(*first..=*last);
                }
            }
        }
        let mut told = String::new();
        for (at, c) in text.chars().enumerate() {
            if !covered.contains(&at) {
                told.push(c);
            } else if at == 0 || !covered.contains(&(at - 1)) {
                told.push_str(MASK);
            }
        }
        if self.found_in(&told).is_some() { WHOLE.to_owned() } else { told }
    }
}

/// Whether a number stands there that is somebody's, whoever they are.
fn number_in(dense: &str) -> bool {
    let runs = dense.split(|c: char| !c.is_ascii_alphanumeric());
    let mobile = |run: &str| {
        run.len() == 11
            && run.bytes().all(|byte| byte.is_ascii_digit())
            && run.starts_with('1')
            && !matches!(run.as_bytes().get(1), Some(b'0'..=b'2'))
    };
    let identity = |run: &str| run.len() == 18 && (is_resident_id(run) || is_social_credit_code(run));
    let parts: Vec<&str> = dense.split('@').collect();
    let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let mail = parts.windows(2).any(|pair| match pair {
        [before, after] => latin(before.chars().next_back()) && latin(after.chars().next()),
        _ => false,
    });
    mail || runs.into_iter().any(|run| mobile(run) || identity(run))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn hidden() -> Hidden {
        let mut hidden = Hidden::default();
        hidden.name("甲某某");
        hidden.name("乙");
        hidden.party("本人");
        hidden.party("申请人");
        hidden.postal_code("201203");
        hidden.name("John Q. Sample");
        hidden.contact("010-8888 0000");
        hidden.contact("示范市示范区示范路1号");
        hidden.contact("12");
        hidden.party("示例检测有限公司，示例路9号");
        hidden.case_number("示市监依申请〔2026〕1号");
        hidden
    }

    #[rstest]
    #[case("申请人甲某某要求公开。", Some(Given::Name))]
    #[case("申请人甲 某\u{200B}某 要求公开。", Some(Given::Name))]
    #[case("ＪＯＨＮ Q SAMPLE asked", Some(Given::Name))]
    #[case("征求示例检测有限公司意见。", Some(Given::Name))]
    #[case("寄至示例路9号。", Some(Given::Name))]
    #[case("电话０１０８８８８００００。", Some(Given::Contact))]
    #[case("寄至示范市示范区 示范路1号。", Some(Given::Contact))]
    #[case("见示市监依申请〔2026〕1号。", Some(Given::CaseNumber))]
    #[case("证件号11010519491231002X。", Some(Given::Number))]
    #[case("证件号 110105 19491231 002x。", Some(Given::Number))]
    #[case("联系 138-0000-0000。", Some(Given::Number))]
    #[case("联系 someone@example.cn。", Some(Given::Number))]
    #[case("申请人本人某甲申请公开乙类信息，2026年11月2日收到，共12页。", None)]
    #[case("依据第16条，文号〔2025〕12345678901号。", None)]
    fn a_text_gives_away_whom_it_is_about(#[case] text: &str, #[case] given: Option<Given>) {
        assert_eq!(hidden().found_in(text), given);
    }

    #[rstest]
    #[case("申请人甲 某\u{200B}某 要求公开。", "申请人＊＊＊ 要求公开。")]
    #[case("甲某某、John Q. Sample，电话 010-8888 0000。", "＊＊＊、＊＊＊，电话 ＊＊＊。")]
    #[case("征求示例检测有限公司（示例路9号）意见。", "征求＊＊＊（＊＊＊）意见。")]
    #[case("联系 138-0000-0000。", WHOLE)]
    #[case("邮编201203，2012年03月，2012-03-15收到。", "邮编＊＊＊，2012年03月，2012-03-15收到。")]
    #[case("申请人要求公开。", "申请人要求公开。")]
    #[case("依据第16条，共12页。", "依据第16条，共12页。")]
    #[case("", "")]
    fn a_masked_text_gives_nobody_of_the_case_away(#[case] text: &str, #[case] told: &str) {
        let mut hidden = hidden();
        hidden.cases.clear();
        assert_eq!(hidden.masked(text), told);
        assert_eq!(hidden.found_in(&hidden.masked(text)), None);
    }
}
