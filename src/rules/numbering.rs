//! Register numbers and document numbers (文号): agency code, year in hexagonal brackets, running number without leading zeros
//! (GB/T 9704). The pattern is a setting; drawing the number, one sequence per kind and year without gaps, is the journal's work.

use std::fmt;

use super::clock::Party;
use super::coded::coded;

use serde::{Deserialize, Serialize};

/// The longest pattern, in characters.
pub const PATTERN_LIMIT: usize = 60;

coded! {
    /// A kind of notice with a sequence of document numbers of its own (domain 6.2); its label is the word that stands for it in the number.
    pub enum NoticeKind {
        Correction => "correction", "补", "correction notice";
        Consultation => "consultation", "询", "letter to a party that is consulted";
        Assistance => "assistance", "协", "letter to another agency";
        ThirdPartyNotice => "third_party_notice", "告", "notice of disclosure to a third party";
        Extension => "extension", "延", "notice of an extension";
        ReasonsRequest => "reasons_request", "由", "notice that asks for reasons";
        Postponement => "postponement", "缓", "announcement of a later date";
        Fee => "fee", "费", "fee notice";
    }
}

impl NoticeKind {
    /// Of the letter to a consulted party: an agency that made the information jointly gets the one that a third party gets, another agency
    /// one of its own kind (domain 6.2).
    pub const fn of(party: Party) -> Self {
        match party {
            Party::ThirdParty | Party::CoProducingAgency => Self::Consultation,
            Party::OtherAgency => Self::Assistance,
        }
    }

    /// Its pattern, by the one of all notices: a pattern with `{kind}` in it, so that no two kinds number alike.
    pub fn pattern(self, of_notices: &str) -> Result<Pattern, PatternError> {
        const KIND: &str = "{kind}";
        if of_notices.matches(KIND).count() != 1 {
            return Err(PatternError::Once("kind"));
        }
        Pattern::parse(&of_notices.replace(KIND, self.zh()))
    }
}

/// A pattern such as `{agency}公复〔{year}〕{n}号`, checked when it is read.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pattern {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Part {
    Text(String),
    Agency,
    Year,
    Number,
}

/// Why a pattern was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// Longer than [`PATTERN_LIMIT`].
    #[error("a pattern has at most {PATTERN_LIMIT} characters")]
    TooLong,
    /// A control character or white space.
    #[error("a pattern holds neither spaces nor control characters")]
    Blank,
    /// A brace that does not pair.
    #[error("the pattern has an unpaired brace")]
    Brace,
    /// A name other than `agency`, `year`, `n`.
    #[error("the pattern knows {{agency}}, {{year}} and {{n}}, not {{{0}}}")]
    Unknown(String),
    /// `{year}`, `{n}` or, for notices, `{kind}` absent, or a placeholder twice.
    #[error("the pattern needs {{{0}}} exactly once")]
    Once(&'static str),
    /// The year without its brackets, so that numbers could run together.
    #[error("the year stands in hexagonal brackets: 〔{{year}}〕")]
    Brackets,
    /// A digit, or a placeholder that may hold one, beside the running number: a leading zero, or two numbers that look alike.
    #[error("neither a digit nor a placeholder may stand beside {{n}}")]
    Digit,
}

impl PatternError {
    /// What is wrong, in Chinese; placeholders stand as they are written.
    pub fn zh(&self) -> String {
        match self {
            Self::TooLong => format!("最多{PATTERN_LIMIT}字"),
            Self::Blank => "不得有空格或者控制字符".to_owned(),
            Self::Brace => "花括号不成对".to_owned(),
            Self::Unknown(name) => format!("只能使用 {{agency}}、{{year}}、{{n}}，不能使用 {{{name}}}"),
            Self::Once(name) => format!("{{{name}}} 须有且仅有一次"),
            Self::Brackets => "年份须置于六角括号内：〔{year}〕".to_owned(),
            Self::Digit => "{n} 前后不得为数字或者占位符".to_owned(),
        }
    }
}

impl Pattern {
    /// Reads a pattern. Year and number must each stand in it once: without either, two letters could bear the same number.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        if text.chars().count() > PATTERN_LIMIT {
            return Err(PatternError::TooLong);
        }
        if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(PatternError::Blank);
        }
        let parts = split(text)?;
        for (part, name, least) in [(Part::Agency, "agency", 0), (Part::Year, "year", 1), (Part::Number, "n", 1)] {
            let found = parts.iter().filter(|one| **one == part).count();
            if found > 1 || found < least {
                return Err(PatternError::Once(name));
            }
        }
        let pattern = Self { parts };
        if pattern.neighbours(&Part::Year) != Some((Some('〔'), Some('〕'))) {
            return Err(PatternError::Brackets);
        }
        let (before, after) = pattern.neighbours(&Part::Number).unwrap_or_default();
        if [before, after].into_iter().flatten().any(|c| c.is_numeric() || matches!(c, '{' | '}')) {
            return Err(PatternError::Digit);
        }
        Ok(pattern)
    }

    /// The number of a letter or a case; `n` counts from 1.
    pub fn render(&self, agency_code: &str, year: i32, n: u32) -> String {
        let part = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Agency => agency_code.to_owned(),
            Part::Year => year.to_string(),
            Part::Number => n.to_string(),
        };
        self.parts.iter().map(part).collect()
    }

    /// The characters that touch a placeholder: none at the ends of the pattern, a brace for another placeholder.
    fn neighbours(&self, placeholder: &Part) -> Option<(Option<char>, Option<char>)> {
        let place = self.parts.iter().position(|part| part == placeholder)?;
        let before = place.checked_sub(1).and_then(|place| self.parts.get(place));
        let after = self.parts.get(place + 1);
        Some((before.and_then(|part| part.plain().chars().next_back()), after.and_then(|part| part.plain().chars().next())))
    }
}

impl Part {
    fn plain(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Agency => "{agency}",
            Self::Year => "{year}",
            Self::Number => "{n}",
        }
    }
}

fn split(text: &str) -> Result<Vec<Part>, PatternError> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((plain, tail)) = rest.split_once('{') {
        let (name, after) = tail.split_once('}').ok_or(PatternError::Brace)?;
        push_text(&mut parts, plain)?;
        parts.push(match name {
            "agency" => Part::Agency,
            "year" => Part::Year,
            "n" => Part::Number,
            _ => return Err(PatternError::Unknown(name.to_owned())),
        });
        rest = after;
    }
    push_text(&mut parts, rest)?;
    Ok(parts)
}

fn push_text(parts: &mut Vec<Part>, text: &str) -> Result<(), PatternError> {
    if text.contains('}') {
        return Err(PatternError::Brace);
    }
    if !text.is_empty() {
        parts.push(Part::Text(text.to_owned()));
    }
    Ok(())
}

impl fmt::Display for Pattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.iter().try_for_each(|part| formatter.write_str(part.plain()))
    }
}

impl TryFrom<String> for Pattern {
    type Error = PatternError;

    fn try_from(text: String) -> Result<Self, PatternError> {
        Self::parse(&text)
    }
}

impl From<Pattern> for String {
    fn from(pattern: Pattern) -> Self {
        pattern.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gb_t_9704_year_in_brackets_and_no_leading_zero() {
        let reply = Pattern::parse("{agency}公复〔{year}〕{n}号").unwrap();
        assert_eq!(reply.render("示市监", 2026, 7), "示市监公复〔2026〕7号");
        let register = Pattern::parse("{agency}依申请〔{year}〕{n}号").unwrap();
        assert_eq!(register.render("示市监", 2026, 1024), "示市监依申请〔2026〕1024号");
    }

    #[test]
    fn an_agency_code_is_never_read_as_a_pattern() {
        let pattern = Pattern::parse("{agency}公复〔{year}〕{n}号").unwrap();
        assert_eq!(pattern.render("{n}", 2026, 1), "{n}公复〔2026〕1号");
    }

    #[test]
    fn a_pattern_that_could_number_two_letters_alike_is_refused() {
        for (text, error) in [
            ("{agency}公复{n}号", PatternError::Once("year")),
            ("{agency}公复〔{year}〕号", PatternError::Once("n")),
            ("{agency}〔{year}〕{n}{n}号", PatternError::Once("n")),
            ("{agency}{agency}〔{year}〕{n}号", PatternError::Once("agency")),
            ("{agency}公复[{year}]{n}号", PatternError::Brackets),
            ("{agency}公复（{year}）{n}号", PatternError::Brackets),
            ("{agency}公复{year}{n}号", PatternError::Brackets),
            ("{agency}公复〔{year}〕0{n}号", PatternError::Digit),
            ("公复〔{year}〕{n}{agency}", PatternError::Digit),
            ("公复〔{year}〕{agency}{n}号", PatternError::Digit),
            ("{agency}公复〔{year}〕{m}号", PatternError::Unknown("m".to_owned())),
            ("{agency}公复〔{year}〕{n号", PatternError::Brace),
            ("{agency}公复〔{year}〕n}号", PatternError::Brace),
            ("{agency} 公复〔{year}〕{n}号", PatternError::Blank),
            ("", PatternError::Once("year")),
        ] {
            assert_eq!(Pattern::parse(text), Err(error), "{text}");
        }
        assert_eq!(Pattern::parse(&format!("{}〔{{year}}〕{{n}}号", "长".repeat(60))), Err(PatternError::TooLong));
    }

    #[test]
    fn domain_6_2_each_kind_of_notice_has_a_number_of_its_own() {
        let number = |kind: NoticeKind| kind.pattern("{agency}公{kind}〔{year}〕{n}号").unwrap().render("示", 2026, 3);
        assert_eq!(
            (number(NoticeKind::Correction), number(NoticeKind::Fee)),
            ("示公补〔2026〕3号".to_owned(), "示公费〔2026〕3号".to_owned())
        );
        let numbers: std::collections::BTreeSet<_> = NoticeKind::ALL.iter().copied().map(number).collect();
        assert_eq!(numbers.len(), NoticeKind::ALL.len());
        for (text, error) in [
            ("{agency}公〔{year}〕{n}号", PatternError::Once("kind")),
            ("{kind}{kind}〔{year}〕{n}号", PatternError::Once("kind")),
            ("{agency}公{kind}{n}号", PatternError::Once("year")),
        ] {
            assert_eq!(NoticeKind::Correction.pattern(text), Err(error), "{text}");
        }
        assert_eq!(Pattern::parse("{kind}〔{year}〕{n}号"), Err(PatternError::Unknown("kind".to_owned())), "of notices alone");
    }

    #[test]
    fn a_pattern_survives_storage() {
        let text = "{agency}公复〔{year}〕{n}号";
        let pattern: Pattern = serde_json::from_value(serde_json::json!(text)).unwrap();
        assert_eq!(serde_json::to_value(&pattern).unwrap(), text);
        assert!(serde_json::from_value::<Pattern>(serde_json::json!("{n}")).is_err());
    }
}
