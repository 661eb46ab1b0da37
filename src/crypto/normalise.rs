//! One spelling for what people write in several, before it goes into the blind index.
//!
//! Full-width forms become ASCII; what is left of nothing is `None`, for two people without a telephone are not the same person. Unicode
//! compatibility forms beyond full-width ASCII stay as they are.

/// A person's or an organisation's name. In a name with Chinese characters spaces mean nothing, and every dot between the parts of a name
/// (`·`, `•`, `．`, `・`, `.`) is the same one; any other name is compared without case and with single spaces.
pub fn name(text: &str) -> Option<String> {
    let folded = fold(text);
    let chinese = folded.chars().any(is_chinese);
    filled(if chinese {
        folded.chars().filter(|c| !c.is_whitespace()).map(one_dot).flat_map(char::to_lowercase).collect()
    } else {
        folded.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
    })
}

/// The number of an identity card, a passport or a unified social credit code (统一社会信用代码): without spaces and hyphens, in capitals.
pub fn id_number(text: &str) -> Option<String> {
    filled(fold(text).chars().filter(|c| !c.is_whitespace() && *c != '-').collect::<String>().to_uppercase())
}

/// A telephone number: digits only, as it is dialled inside China (`+86 138…` and `138…` are one; `+86 10 …` and `010-…` are one).
pub fn phone(text: &str) -> Option<String> {
    let folded = fold(text);
    let digits: String = folded.chars().filter(char::is_ascii_digit).collect();
    let abroad = folded.trim_start().strip_prefix('+').and_then(|_| digits.strip_prefix("86")).or_else(|| digits.strip_prefix("0086"));
    let national = match abroad.or_else(|| digits.strip_prefix("86").filter(|rest| is_mobile(rest))) {
        Some(rest) => rest.trim_start_matches('0'),
        None => return filled(digits),
    };
    filled(if national.is_empty() || is_mobile(national) { national.to_owned() } else { format!("0{national}") })
}

/// An e-mail address, in lower case.
pub fn email(text: &str) -> Option<String> {
    filled(fold(text).trim().to_lowercase())
}

fn is_mobile(digits: &str) -> bool {
    digits.len() == 11 && digits.starts_with('1') && digits.chars().nth(1).is_some_and(|second| ('3'..='9').contains(&second))
}

fn filled(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

/// Full-width ASCII (`Ａ`, `１`, `－`) and the ideographic space become ASCII; what cannot be seen goes.
pub fn fold(text: &str) -> String {
    text.chars().filter(|c| !is_invisible(*c)).map(half_width).collect()
}

fn half_width(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '\u{3000}' => ' ',
        _ => c,
    }
}

/// Zero-width characters and byte order marks come along when a text is copied from a page.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{FEFF}' | '\u{FE0F}')
}

fn one_dot(c: char) -> char {
    if matches!(c, '.' | '•' | '‧' | '・' | '･' | '∙' | '⋅' | '˙') { '·' } else { c }
}

/// A Chinese character, simplified or traditional.
pub const fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(" 甲 某 ", Some("甲某"))]
    #[case("甲\u{3000}某", Some("甲某"))]
    #[case("甲\u{200B}某", Some("甲某"))]
    #[case("阿甲．某某", Some("阿甲·某某"))]
    #[case("阿甲.某某", Some("阿甲·某某"))]
    #[case("阿甲•某某", Some("阿甲·某某"))]
    #[case("ＡＢＣ检测公司", Some("abc检测公司"))]
    #[case("John  Q.  Sample", Some("john q. sample"))]
    #[case(" \u{3000} ", None)]
    fn names(#[case] written: &str, #[case] expected: Option<&str>) {
        assert_eq!(name(written).as_deref(), expected);
    }

    #[rstest]
    #[case("00000019000101000x", Some("00000019000101000X"))]
    #[case("０００００0 19000101 000Ｘ", Some("00000019000101000X"))]
    #[case("91110000-0000 0000-0x", Some("91110000000000000X"))]
    #[case("-", None)]
    fn id_numbers(#[case] written: &str, #[case] expected: Option<&str>) {
        assert_eq!(id_number(written).as_deref(), expected);
    }

    #[rstest]
    #[case("138 0000 0000", Some("13800000000"))]
    #[case("+86 138-0000-0000", Some("13800000000"))]
    #[case("８６１３８００００００００", Some("13800000000"))]
    #[case("0086 13800000000", Some("13800000000"))]
    #[case("010-1234 5678", Some("01012345678"))]
    #[case("+86 10 1234 5678", Some("01012345678"))]
    #[case("+86 (0)10 1234 5678", Some("01012345678"))]
    #[case("8612345", Some("8612345"))]
    #[case("12315", Some("12315"))]
    #[case("ext.", None)]
    #[case("+86", None)]
    fn phones(#[case] written: &str, #[case] expected: Option<&str>) {
        assert_eq!(phone(written).as_deref(), expected);
    }

    #[rstest]
    #[case(" Someone@Example.INVALID ", Some("someone@example.invalid"))]
    #[case("ｓomeone＠example.invalid", Some("someone@example.invalid"))]
    #[case("", None)]
    fn emails(#[case] written: &str, #[case] expected: Option<&str>) {
        assert_eq!(email(written).as_deref(), expected);
    }
}
