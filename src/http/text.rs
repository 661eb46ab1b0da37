//! Human text in bodies: trimmed when read, refused by rule when validated, all fields at once, limits in the description.

use crate::rules::text::{self, TextError};
use garde::Validate;
use garde::error::Path;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

macro_rules! texts {
    ($(#[doc = $doc:literal] $name:ident, $check:path, $fewest:literal;)+) => { $(
        #[doc = $doc]
        #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
        #[serde(transparent)]
        pub struct $name<const MAX: usize>(String);

        impl<const MAX: usize> $name<MAX> {
            /// The text, cleaned.
            pub fn into_string(self) -> String { self.0 }
            /// The text, cleaned.
            pub fn as_str(&self) -> &str { &self.0 }
        }

        impl<'de, const MAX: usize> Deserialize<'de> for $name<MAX> {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let raw = String::deserialize(deserializer)?;
                // What the rule refuses is kept as it came: `validate` names it, together with every other field.
                Ok(Self($check(&raw, MAX).unwrap_or(raw)))
            }
        }

        impl<const MAX: usize> Validate for $name<MAX> {
            type Context = ();
            fn validate_into(&self, (): &(), parent: &mut dyn FnMut() -> Path, report: &mut garde::Report) {
                if let Err(error) = $check(&self.0, MAX) {
                    report.append(parent(), garde::Error::new(coded(&error)));
                }
            }
        }

        impl<const MAX: usize> PartialSchema for $name<MAX> {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new().schema_type(Type::String).min_length(Some($fewest)).max_length(Some(MAX)).into()
            }
        }

        impl<const MAX: usize> ToSchema for $name<MAX> {
            fn name() -> Cow<'static, str> { Cow::Owned(format!("{}{MAX}", stringify!($name))) }
        }
    )+ };
}

texts! {
    /// A text of one line, at most so many characters.
    Line, text::line, 1;
    /// A text of many lines, at most so many characters.
    Words, text::lines, 1;
    /// Why something that the law asks for was left out: a text that says something of the case, at most so many characters.
    Reason, text::reason, 4;
}

/// The code goes before the message, so that it reaches the caller as the field's code.
fn coded(error: &TextError) -> String {
    format!("{}|{error}", error.code())
}
