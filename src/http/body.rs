//! Reading what a caller sends: JSON with a pointer to what is wrong, queries that refuse unknown keys.

use super::chinese;
use super::json::Json;
use super::problem::{Fault, FieldProblem, Problem};
use crate::case::refusal::{FieldRefusal, Refusal};
use garde::Validate;
use serde::de::DeserializeOwned;
use std::borrow::Cow;

/// Most fields named in one answer; a body of a thousand mistakes needs no longer list.
const ERRORS_SHOWN: usize = 50;

/// Reads and validates a JSON body.
pub fn json<T: DeserializeOwned + Validate<Context = ()>>(media_type: Option<&str>, bytes: &[u8]) -> Result<T, Problem> {
    let value = unvalidated_json(media_type, bytes)?;
    validate(&value)?;
    Ok(value)
}

/// Every field that breaks a rule, all at once.
pub fn validate<T: Validate<Context = ()>>(value: &T) -> Result<(), Problem> {
    let Err(report) = value.validate() else { return Ok(()) };
    let field = |(path, error): &(garde::error::Path, garde::Error)| {
        let message = error.message();
        let (code, detail) = message.split_once('|').unwrap_or(("out_of_range", message));
        FieldRefusal {
            pointer: pointer(&path.to_string()),
            code: Cow::Owned(code.to_owned()),
            detail_zh: chinese(code).map(str::to_owned).or_else(|| chinese::limit(detail)).unwrap_or_else(|| "不符合规定".to_owned()),
            detail_en: detail.to_owned(),
        }
    };
    Err(Refusal::fields(report.iter().take(ERRORS_SHOWN).map(field).collect()).into())
}

fn chinese(code: &str) -> Option<&'static str> {
    Some(match code {
        "text_empty" => "不得为空",
        "text_too_long" => "超出字数限制",
        "text_control_character" => "含有控制字符",
        "text_direction_mark" => "含有改变书写方向的标记",
        "reason_without_substance" => "没有说明理由（“无”“略”“不需要”等不是理由），请写明本案的具体情况",
        "digest_malformed" => "摘要须为 64 位小写十六进制数字",
        "tracking_number_malformed" => "邮件号须为 8 至 30 位字母和数字",
        _ => return None,
    })
}

/// Reads a JSON body.
pub fn unvalidated_json<T: DeserializeOwned>(media_type: Option<&str>, bytes: &[u8]) -> Result<T, Problem> {
    let essence = media_type.and_then(|media| media.split(';').next()).map(str::trim);
    if !essence.is_some_and(|essence| essence.eq_ignore_ascii_case("application/json")) {
        return Err(Problem::new(Fault::WrongMediaType, "请求内容须为 application/json", "the body must be application/json"));
    }
    let Json(value) = serde_json::from_slice(bytes).map_err(|error| malformed(String::new(), &error.to_string()))?;
    serde_path_to_error::deserialize(value).map_err(|error| {
        let at = pointer(&error.path().to_string());
        malformed(at, &error.inner().to_string())
    })
}

fn malformed(at: String, reason: &str) -> Problem {
    let shown = printable(reason);
    let (detail_zh, detail_en) = (chinese::reason(&shown), chinese::plain(&shown));
    Problem::new(Fault::MalformedBody, format!("请求内容无法读取：{detail_zh}"), format!("the body cannot be read: {detail_en}"))
        .with(FieldProblem { pointer: Some(at), parameter: None, code: Cow::Borrowed("malformed"), detail_zh, detail_en })
}

/// What serde says may repeat what the caller sent; personal data and control characters must not come back in an error.
/// Values stand in quotes or, where a number or a choice does not fit, in the first backticks; a field's name may be shown.
fn printable(reason: &str) -> String {
    const HIDDEN: &str = "…";
    let unquoted = reason.split('"').enumerate().map(|(n, part)| if n % 2 == 1 { HIDDEN } else { part }).collect::<String>();
    let names_a_field = ["unknown field", "missing field", "duplicate field"].iter().any(|start| unquoted.starts_with(start));
    let shown = match unquoted.splitn(3, '`').collect::<Vec<_>>().as_slice() {
        [before, _, after] if !names_a_field => format!("{before}{HIDDEN}{after}"),
        _ => unquoted,
    };
    shown.chars().filter(|c| !c.is_control()).take(300).collect()
}

/// A path of serde or garde (`items[0].name`) as a JSON pointer (`/items/0/name`).
fn pointer(path: &str) -> String {
    let mut pointer = String::new();
    for part in path.split(['.', '[']).map(|part| part.trim_end_matches(']')).filter(|part| !part.is_empty() && *part != "?") {
        pointer.push('/');
        pointer.push_str(part);
    }
    pointer
}

/// Reads a query string; unknown keys, doubled single keys and wrong types are refused.
pub fn query<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        if value.is_empty() {
            return Err(Problem::parameter(Fault::MalformedParameter, &printable(name), "参数不得为空", "the parameter is empty"));
        }
    }
    let reader = serde_html_form::Deserializer::from_bytes(text.as_bytes());
    serde_path_to_error::deserialize(reader).map_err(|error| {
        let name = error.path().to_string();
        let reason = printable(&error.inner().to_string());
        Problem::parameter(
            Fault::MalformedParameter,
            &name,
            format!("参数错误：{}", chinese::reason(&reason)),
            format!("the query cannot be read: {}", chinese::plain(&reason)),
        )
    })
}
