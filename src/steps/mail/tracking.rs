//! The tracking number (邮件号) of the postal enterprise, in the one form in which it is compared and stored.

use garde::Validate;
use garde::error::Path;
use serde::Deserialize;
use std::borrow::Cow;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// Shortest and longest tracking number.
const LENGTH: std::ops::RangeInclusive<usize> = 8..=30;

/// A tracking number: trimmed and upper-case, so that one letter cannot be entered twice in two spellings.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TrackingNumber(String);

impl TrackingNumber {
    /// The number, cleaned.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number, cleaned.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl<'de> Deserialize<'de> for TrackingNumber {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(String::deserialize(deserializer)?.trim().to_ascii_uppercase()))
    }
}

impl Validate for TrackingNumber {
    type Context = ();
    fn validate_into(&self, (): &(), parent: &mut dyn FnMut() -> Path, report: &mut garde::Report) {
        if !LENGTH.contains(&self.0.len()) || !self.0.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            report.append(parent(), garde::Error::new("tracking_number_malformed|a tracking number has 8 to 30 letters and digits"));
        }
    }
}

impl PartialSchema for TrackingNumber {
    fn schema() -> RefOr<Schema> {
        let text = ObjectBuilder::new().schema_type(Type::String).pattern(Some("^\\s*[0-9A-Za-z]{8,30}\\s*$"));
        text.description(Some("Tracking number of the postal enterprise; spaces around it and small letters do not matter."))
            .examples([serde_json::json!("EA123456789CN")])
            .into()
    }
}

impl ToSchema for TrackingNumber {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("TrackingNumber")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_letter_has_one_spelling() {
        let number: TrackingNumber = serde_json::from_str("\" ea123456789cn\\n\"").unwrap();
        assert_eq!((number.as_str(), number.validate().is_ok()), ("EA123456789CN", true));
    }

    #[test]
    fn what_is_no_tracking_number_is_refused() {
        for text in ["", "1234567", "12345678 9", "１２３４５６７８", "EA-12345678", &"1".repeat(31)] {
            let number: TrackingNumber = serde_json::from_value(serde_json::json!(text)).unwrap();
            assert!(number.validate().is_err(), "{text}");
        }
    }
}
