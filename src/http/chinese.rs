//! Chinese words for what serde says of a body it cannot read, and English ones for the names of types in it.

/// What is expected, as serde names it, and in Chinese.
const EXPECTED: &[(&str, &str)] = &[
    ("a string", "字符串"),
    ("a borrowed string", "字符串"),
    ("a boolean", "true 或 false"),
    ("a formatted date string", "YYYY-MM-DD 形式的日期"),
    ("RFC 3339 formatted date and time string", "RFC 3339 形式的日期时间"),
    ("an RFC 3339 formatted date and time string", "RFC 3339 形式的日期时间"),
    ("a formatted time string", "HH:MM 形式的时间"),
    ("a UUID string", "UUID"),
    ("a formatted UUID string", "UUID"),
    ("a sequence", "数组"),
    ("a map", "对象"),
];

/// The beginning of a reason, and what it means.
const REASONS: &[(&str, &str)] = &[
    ("duplicate field", "字段重复"),
    ("a name stands twice", "同一对象中字段重复"),
    ("EOF while parsing", "JSON 不完整"),
    ("trailing characters", "JSON 之后还有多余内容"),
    ("trailing comma", "JSON 中有多余的逗号"),
    ("recursion limit exceeded", "JSON 嵌套过深"),
    ("invalid unicode code point", "不是有效的 UTF-8 文本"),
    ("invalid number", "不是有效的数字"),
    ("number out of range", "数字超出范围"),
    ("control character", "字符串中含有控制字符"),
    ("key must be a string", "字段名须为字符串"),
    ("data did not match any variant", "内容不是所列形式之一"),
    ("premature end of input", "日期或时间不完整"),
    ("input contains invalid characters", "日期或时间格式不对"),
    ("input is out of range", "不存在这样的日期或时间"),
    ("input is not enough for unique date and time", "日期或时间不完整"),
    ("trailing input", "日期或时间之后还有多余内容"),
    ("UUID parsing failed", "不是有效的 UUID"),
    ("invalid length", "元素个数不对"),
    ("expected ", "不是有效的 JSON"),
    ("key must", "不是有效的 JSON"),
];

/// A reason of serde in Chinese; what it shows of the body was hidden before.
pub fn reason(text: &str) -> String {
    let (what, expected) = match text.split_once(", expected ") {
        Some((what, expected)) => (what, Some(expected.split(" at line ").next().unwrap_or(expected))),
        None => (text, None),
    };
    if let Some(name) = what.strip_prefix("unknown field ") {
        return with(format!("没有字段 {name}"), "可用的字段", expected);
    }
    if let Some(name) = what.strip_prefix("missing field ") {
        return format!("缺少字段 {}", name.split(" at line ").next().unwrap_or(name));
    }
    if what.starts_with("unknown variant") {
        return with("不是可选的值".to_owned(), "可选", expected);
    }
    if what.starts_with("invalid type: null") {
        return with("不得为 null".to_owned(), "须为", expected);
    }
    if what.starts_with("invalid type") {
        return with("类型不对".to_owned(), "须为", expected);
    }
    if what.starts_with("invalid value") {
        return with("值不对".to_owned(), "须为", expected);
    }
    let known = REASONS.iter().find(|(start, _)| text.starts_with(start));
    known.map_or("内容不符合所要求的形式", |(_, zh)| zh).to_owned()
}

/// A limit of number or length that a field breaks, in Chinese.
pub fn limit(text: &str) -> Option<String> {
    let limits = [
        ("length is lower than ", "数量不得少于"),
        ("length is greater than ", "数量不得多于"),
        ("lower than ", "不得小于"),
        ("greater than ", "不得大于"),
    ];
    limits.iter().find_map(|(start, zh)| text.strip_prefix(start).map(|number| format!("{zh}{number}")))
}

/// A reason of serde in English without the names of types: what is expected is said to people.
pub fn plain(text: &str) -> String {
    let Some((what, expected)) = text.split_once(", expected ") else { return text.to_owned() };
    let (expected, place) = match expected.split_once(" at line ") {
        Some((expected, place)) => (expected, format!(" at line {place}")),
        None => (expected, String::new()),
    };
    let said = match kind(expected) {
        Some("非负整数") => "a whole number, not negative",
        Some("整数") => "a whole number",
        Some(_) => "an object",
        None if expected == "a borrowed string" => "a string",
        None if expected == "a sequence" => "a list",
        None if expected == "a map" => "an object",
        None => expected,
    };
    format!("{what}, expected {said}{place}")
}

fn with(what: String, verb: &str, expected: Option<&str>) -> String {
    let Some(expected) = expected else { return what };
    let named = EXPECTED.iter().find(|(en, _)| *en == expected).map(|(_, zh)| (*zh).to_owned());
    let choices = || expected.contains('`').then(|| expected.replace("one of ", "").replace(" or ", "、").replace(", ", "、"));
    match named.or_else(choices).or_else(|| kind(expected).map(str::to_owned)) {
        Some(zh) => format!("{what}；{verb}：{zh}"),
        None => what,
    }
}

/// Numbers and shapes, of which serde knows many names.
fn kind(expected: &str) -> Option<&'static str> {
    match expected {
        "u8" | "u16" | "u32" | "u64" | "usize" | "a nonzero u32" => Some("非负整数"),
        "i8" | "i16" | "i32" | "i64" => Some("整数"),
        _ if expected.starts_with("struct ") || expected.starts_with("internally tagged enum") || expected.starts_with("enum ") => {
            Some("对象")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{limit, plain, reason};
    use chrono::NaiveDate;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Way {
        Post,
        Email,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Form {
        way: Way,
        on: NaiveDate,
        pages: u32,
        names: Vec<String>,
    }

    fn said(body: &str) -> String {
        reason(&serde_json::from_str::<Form>(body).unwrap_err().to_string())
    }

    #[test]
    fn neither_language_shows_the_name_of_a_type_or_the_words_of_the_other() {
        let read = |text: &str| plain(&serde_json::from_str::<Form>(text).unwrap_err().to_string());
        let pages = |pages: &str| read(&format!(r#"{{"way": "post", "on": "2026-11-02", "pages": {pages}, "names": []}}"#));
        assert!(pages("\"x\"").contains("expected a whole number, not negative at line 1"), "{}", pages("\"x\""));
        assert!(pages("-1").contains("expected a whole number, not negative"));
        assert!(read("1").contains("expected an object"), "{}", read("1"));
        assert_eq!(read("{"), "EOF while parsing an object at line 1 column 1");
        assert_eq!(limit("length is lower than 1").as_deref(), Some("数量不得少于1"));
        assert_eq!(limit("greater than 20").as_deref(), Some("不得大于20"));
        assert_eq!(limit("another"), None);
    }

    #[test]
    fn the_common_mistakes_are_told_in_chinese() {
        let form = |way: &str, on: &str, pages: &str, names: &str| {
            said(&format!(r#"{{"way": {way}, "on": {on}, "pages": {pages}, "names": {names}}}"#))
        };
        let (way, on) = ("\"post\"", "\"2026-11-02\"");
        assert_eq!(said(r#"{"surprise": 1}"#), "没有字段 `surprise`；可用的字段：`way`、`on`、`pages`、`names`");
        assert_eq!(said("{}"), "缺少字段 `way`");
        assert_eq!(form("\"pigeon\"", on, "1", "[]"), "不是可选的值；可选：`post`、`email`");
        assert_eq!(form(way, on, "\"x\"", "[]"), "类型不对；须为：非负整数");
        assert_eq!(form(way, on, "-1", "[]"), "值不对；须为：非负整数");
        assert_eq!(form(way, on, "null", "[]"), "不得为 null；须为：非负整数");
        assert_eq!(form(way, on, "1", "{}"), "类型不对；须为：数组");
        assert_eq!(form(way, on, "1", "[1]"), "类型不对；须为：字符串");
        assert_eq!(form(way, "1", "1", "[]"), "类型不对；须为：YYYY-MM-DD 形式的日期");
        assert_eq!(form(way, "\"2026-02-31\"", "1", "[]"), "不存在这样的日期或时间");
        assert_eq!(form(way, "\"yesterday\"", "1", "[]"), "日期或时间格式不对");
        assert_eq!(said("{"), "JSON 不完整");
        assert_eq!(said("1"), "类型不对；须为：对象");
        assert_eq!(said(r#"{"way" 1}"#), "不是有效的 JSON");
        let uuid = serde_json::from_str::<uuid::Uuid>("\"x\"").unwrap_err().to_string();
        assert_eq!(reason(&uuid), "不是有效的 UUID");
    }
}
