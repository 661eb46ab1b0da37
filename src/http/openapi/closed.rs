//! What the server refuses, the description refuses too: unread fields of tagged variants and of forms, empty and null
//! query parameters. The macros leave these open; here they are closed, once, for every schema.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use utoipa::openapi::OpenApi;

/// The description as it is published: with everything closed that the macros leave open.
pub fn close(api: &OpenApi) -> Value {
    let mut document = serde_json::to_value(api).unwrap_or_default();
    let schemas: BTreeMap<String, Value> = document
        .pointer("/components/schemas")
        .and_then(Value::as_object)
        .map(|schemas| schemas.iter().map(|(name, schema)| (format!("#/components/schemas/{name}"), schema.clone())).collect())
        .unwrap_or_default();
    walk(&mut document, &schemas);
    document
}

/// The published description as YAML that readers of every version understand: `on` is a name, not a truth value.
pub fn yaml(document: &Value) -> Result<String, yaml_serde::Error> {
    let quoted = |line: &str| {
        let (indent, rest) = line.split_at(line.len() - line.trim_start().len());
        let (dash, rest) = rest.strip_prefix("- ").map_or(("", rest), |rest| ("- ", rest));
        let word = rest.split(':').next().unwrap_or_default();
        let said = rest.split_once(": ").map(|(name, said)| (name, said.trim_end()));
        match said {
            _ if is_truth(word) => format!("{indent}{dash}'{word}'{}\n", rest.strip_prefix(word).unwrap_or_default()),
            Some((name, said)) if is_truth(said) => format!("{indent}{dash}{name}: '{said}'\n"),
            _ => format!("{line}\n"),
        }
    };
    Ok(yaml_serde::to_string(document)?.lines().map(quoted).collect())
}

/// What readers of the first version of YAML take for a truth value.
fn is_truth(word: &str) -> bool {
    matches!(word, "on" | "off" | "yes" | "no" | "n" | "y")
}

fn walk(value: &mut Value, schemas: &BTreeMap<String, Value>) {
    match value {
        Value::Array(items) => {
            for item in items {
                walk(item, schemas);
            }
        }
        Value::Object(fields) => {
            if let Some(Value::Array(variants)) = fields.get_mut("oneOf") {
                for variant in variants {
                    close_variant(variant, schemas);
                }
            }
            if let Some(form) =
                fields.get_mut("multipart/form-data").and_then(|media| media.get_mut("schema")).and_then(Value::as_object_mut)
            {
                form.insert("additionalProperties".into(), Value::Bool(false));
            }
            if fields.get("in").and_then(Value::as_str) == Some("query")
                && let Some(schema) = fields.get_mut("schema")
            {
                present(schema);
            }
            for field in fields.values_mut() {
                walk(field, schemas);
            }
        }
        _ => {}
    }
}

/// A tagged variant takes its own fields and no others; one that wraps a schema of its own becomes one object with it.
fn close_variant(variant: &mut Value, schemas: &BTreeMap<String, Value>) {
    if let Some(parts) = variant.get("allOf").and_then(Value::as_array) {
        let (mut properties, mut required) = (serde_json::Map::new(), Vec::new());
        for part in parts {
            let part = part.get("$ref").and_then(Value::as_str).and_then(|name| schemas.get(name)).unwrap_or(part);
            let Some(own) = part.get("properties").and_then(Value::as_object) else { return };
            properties.extend(own.clone());
            required.extend(part.get("required").and_then(Value::as_array).cloned().unwrap_or_default());
        }
        let description = variant.get("description").cloned();
        *variant = json!({"type": "object", "required": required, "properties": properties});
        if let (Some(fields), Some(description)) = (variant.as_object_mut(), description) {
            fields.insert("description".into(), description);
        }
    }
    if let Some(fields) = variant.as_object_mut()
        && fields.contains_key("properties")
    {
        fields.entry("additionalProperties").or_insert(Value::Bool(false));
    }
}

/// A query parameter that is there says something: no null, no empty text.
fn present(schema: &mut Value) {
    if let Some(Value::Array(choices)) = schema.get_mut("oneOf") {
        choices.retain(|choice| choice.get("type").and_then(Value::as_str) != Some("null"));
        if let [only] = choices.as_slice() {
            *schema = only.clone();
        }
    }
    let Some(fields) = schema.as_object_mut() else { return };
    if let Some(Value::Array(types)) = fields.get_mut("type") {
        types.retain(|one| one.as_str() != Some("null"));
        if let [only] = types.as_slice() {
            let only = only.clone();
            fields.insert("type".into(), only);
        }
    }
    if fields.get("type").and_then(Value::as_str) == Some("string") && !fields.contains_key("enum") && !fields.contains_key("format") {
        fields.entry("minLength").or_insert(json!(1));
    }
    if let Some(items) = fields.get_mut("items") {
        present(items);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variants_forms_and_query_parameters_are_closed() {
        let document = close(&crate::http::server::description());
        let at = |pointer: &str| document.pointer(pointer).unwrap_or_else(|| panic!("{pointer}"));
        assert_eq!(at("/components/schemas/Letter/oneOf/0/additionalProperties"), false);
        let wrapped = at("/components/schemas/ChangeInput/oneOf/0");
        assert_eq!(wrapped["properties"]["subject"]["enum"][0], "receipt");
        assert_eq!(wrapped["additionalProperties"], false);
        assert_eq!(at("/paths/~1api~1v1~1documents/post/requestBody/content/multipart~1form-data/schema/additionalProperties"), false);
        let parameters = at("/paths/~1api~1v1~1cases/get/parameters").as_array().unwrap();
        let cursor = parameters.iter().find(|parameter| parameter["name"] == "cursor").unwrap();
        assert_eq!((cursor["schema"]["type"].as_str(), cursor["schema"]["minLength"].as_i64()), (Some("string"), Some(1)));
    }
}
