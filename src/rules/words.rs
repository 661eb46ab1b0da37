//! The words of a Chinese text, for finding it again: pairs of neighbouring characters, and whole words of other scripts. Pure.
//!
//! Chinese has no spaces and a dictionary would lose what it does not know, so every pair of neighbours is a word: nothing written is ever
//! lost, and what two pairs cannot tell apart is looked up in the text itself ([`Asked::is_in`]). Width and case make no difference; spaces
//! and line ends between Chinese characters mean nothing; punctuation parts; traditional characters stay what they are.

use crate::crypto::normalise::{fold, is_chinese};
use std::collections::{BTreeMap, BTreeSet};

/// Most characters of a question.
pub const LONGEST: usize = 200;

/// What nearly every request says, and what therefore makes no two alike.
const COMMONPLACE: &str = "申请公开信息。申请信息公开。政府信息公开申请。申请人请求依法公开以下政府信息。特此申请。根据中华人民共和国政府信息公开条例。\
    请依法书面答复。请求公开关于的。本人申请。现申请公开。请予公开。申请公开关于";

/// A Chinese character, or a word of another script.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Unit {
    text: String,
    chinese: bool,
}

/// The stretches between punctuation.
fn runs(text: &str) -> Vec<Vec<Unit>> {
    let mut runs: Vec<Vec<Unit>> = Vec::new();
    let mut run: Vec<Unit> = Vec::new();
    let mut word = String::new();
    let end = |word: &mut String, run: &mut Vec<Unit>| {
        if !word.is_empty() {
            run.push(Unit { text: std::mem::take(word), chinese: false });
        }
    };
    for c in fold(text).chars().flat_map(char::to_lowercase) {
        if is_chinese(c) {
            end(&mut word, &mut run);
            run.push(Unit { text: c.to_string(), chinese: true });
        } else if c.is_alphanumeric() {
            word.push(c);
        } else {
            end(&mut word, &mut run);
            if !c.is_whitespace() && !run.is_empty() {
                runs.push(std::mem::take(&mut run));
            }
        }
    }
    end(&mut word, &mut run);
    runs.push(run);
    runs.retain(|run| !run.is_empty());
    runs
}

/// Every word of a text, with how often it stands there.
pub fn words(text: &str) -> BTreeMap<String, u32> {
    let mut words: BTreeMap<String, u32> = BTreeMap::new();
    for run in runs(text) {
        for unit in run.iter().filter(|unit| !unit.chinese) {
            *words.entry(unit.text.clone()).or_default() += 1;
        }
        for pair in run.windows(2) {
            if let [one, next] = pair
                && (one.chinese || next.chinese)
            {
                *words.entry(format!("{}{}", one.text, next.text)).or_default() += 1;
            }
        }
    }
    words
}

/// The words by which a request is like another: those that not every request has.
pub fn telling_words(text: &str) -> BTreeSet<String> {
    let commonplace = words(COMMONPLACE);
    words(text).into_keys().filter(|word| !commonplace.contains_key(word)).collect()
}

/// How alike two sets of words are: shared of all, in percent.
pub fn alike_percent(one: &BTreeSet<String>, other: &BTreeSet<String>) -> usize {
    let shared = one.intersection(other).count();
    (100 * shared).checked_div(one.len() + other.len() - shared).unwrap_or(0)
}

/// A text as it is compared character by character: width and case folded, nothing between the characters.
fn tight(text: &str) -> String {
    fold(text).chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// Why a question cannot be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unasked {
    /// It has more than [`LONGEST`] characters.
    TooLong,
    /// One of its words has less than two characters that mean something, or it has no word.
    TooShort,
}

/// What is looked for: every one of its words must be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    words: BTreeSet<String>,
    spelled: Vec<String>,
}

impl Asked {
    /// Reads a question: words between spaces, and phrases in quotation marks that must stand so.
    pub fn parse(question: &str) -> Result<Self, Unasked> {
        if question.chars().count() > LONGEST {
            return Err(Unasked::TooLong);
        }
        let mut asked = Self { words: BTreeSet::new(), spelled: Vec::new() };
        let folded = fold(question);
        for (index, part) in folded.split(['"', '“', '”']).enumerate() {
            if index % 2 == 1 {
                asked.add(part, true)?;
            } else {
                part.split_whitespace().try_for_each(|word| asked.add(word, false))?;
            }
        }
        if asked.words.is_empty() { Err(Unasked::TooShort) } else { Ok(asked) }
    }

    fn add(&mut self, part: &str, phrase: bool) -> Result<(), Unasked> {
        let known = words(part);
        if known.keys().all(|word| word.chars().count() < 2) {
            return Err(Unasked::TooShort);
        }
        self.words.extend(known.into_keys());
        if phrase {
            self.spelled.push(tight(part));
        } else {
            self.spelled.extend(runs(part).into_iter().map(|run| run.into_iter().map(|unit| unit.text).collect()));
        }
        Ok(())
    }

    /// The words by which the texts that may have it are found.
    pub fn words(&self) -> &BTreeSet<String> {
        &self.words
    }

    /// Whether every word and phrase stands in one of these texts as it was written.
    pub fn is_in(&self, texts: &[String]) -> bool {
        let texts: Vec<String> = texts.iter().map(|text| tight(text)).collect();
        self.spelled.iter().all(|spelled| texts.iter().any(|text| text.contains(spelled)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn found(question: &str, text: &str) -> bool {
        let (asked, known) = (Asked::parse(question).unwrap(), words(text));
        asked.words().iter().all(|word| known.contains_key(word)) && asked.is_in(&[text.to_owned()])
    }

    #[rstest]
    #[case("征地", "申请公开某村征地补偿安置方案。")]
    #[case("补偿 征地", "申请公开某村征地补偿安置方案。")]
    #[case("征地补偿安置", "申请公开某村征地补\n偿安置方案。")]
    #[case("补偿", "某村征地补 偿方案")]
    #[case("2024年", "二〇二四年即２０２４年度预算")]
    #[case("ｐｍ2.5", "PM2.5监测数据")]
    #[case("Ａ类企业", "列入a类企业名单")]
    #[case("gb 7718", "依据GB 7718的规定")]
    #[case("“第四十八条”", "土地管理法第四十八条")]
    #[case("\"管理法》第\"", "《土地管理法》第四十八条")]
    #[case("土地管理法第四十八条".strip_suffix("条").unwrap(), "土地管理法第四十八条")]
    #[case("𠮷野", "日本𠮷野家")]
    #[case("徵收", "土地徵收公告")]
    fn what_is_written_is_found(#[case] question: &str, #[case] text: &str) {
        assert!(found(question, text), "{question} in {text}");
    }

    #[rstest]
    #[case("征收", "土地徵收公告")]
    #[case("征地补偿", "征地公告。地补方案。补偿标准。")]
    #[case("征地公告", "征地、公告")]
    #[case("24年", "2024年")]
    #[case("\"管理法第\"", "《土地管理法》第四十八条")]
    #[case("预算 决算", "2024年度预算")]
    fn what_is_not_written_is_not_found(#[case] question: &str, #[case] text: &str) {
        assert!(!found(question, text), "{question} in {text}");
    }

    #[rstest]
    #[case("", Unasked::TooShort)]
    #[case("征", Unasked::TooShort)]
    #[case("a", Unasked::TooShort)]
    #[case("征 地", Unasked::TooShort)]
    #[case("征地 补", Unasked::TooShort)]
    #[case("&|!()<->:*", Unasked::TooShort)]
    #[case("\"\"", Unasked::TooShort)]
    #[case("征、地", Unasked::TooShort)]
    #[case(&"征".repeat(201), Unasked::TooLong)]
    fn what_cannot_be_asked_is_refused(#[case] question: &str, #[case] why: Unasked) {
        assert_eq!(Asked::parse(question), Err(why), "{question}");
    }

    #[test]
    fn operators_are_only_punctuation() {
        assert_eq!(Asked::parse("征地 & !补偿:* | <-> '").map(|_| ()), Err(Unasked::TooShort));
        assert!(found("!征地&补偿", "征地和补偿"));
        assert!(Asked::parse(&"征".repeat(200)).is_ok());
    }

    /// Every two-character word, and every longer stretch between two punctuation marks, finds the text it stands in.
    #[test]
    fn nothing_written_is_lost() {
        let text = "申请公开示范区2023年度GB2760抽检不合格产品名单及处罚决定书；含Ａ类、B2类企业。\n一并提供依据文件《食品安全抽样检验管理办法》第12条。";
        let mut asked = 0;
        for run in runs(text) {
            for from in 0..run.len() {
                for to in from + 1..=run.len() {
                    let stretch: String = run[from..to].iter().map(|unit| unit.text.as_str()).collect();
                    if let Ok(question) = Asked::parse(&stretch) {
                        assert!(
                            question.words().iter().all(|word| words(text).contains_key(word)) && question.is_in(&[text.into()]),
                            "{stretch}"
                        );
                        asked += 1;
                    }
                }
            }
        }
        assert!(asked > 400, "{asked}");
    }

    #[test]
    fn requests_are_alike_by_what_they_ask_not_by_how() {
        let telling = |text: &str| telling_words(text);
        let one = telling("申请公开示范区幸福里小区电梯年度检验报告。");
        let again = telling("本人申请公开示范区幸福里小区电梯的年度检验报告，请书面答复");
        let other = telling("申请公开2025年度行政处罚罚没款总额。");
        assert!(alike_percent(&one, &again) >= 60, "{}", alike_percent(&one, &again));
        assert!(alike_percent(&one, &other) < 10);
        assert_eq!((alike_percent(&one, &one), alike_percent(&BTreeSet::new(), &BTreeSet::new())), (100, 0));
    }
}
