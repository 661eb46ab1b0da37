//! One way to write an enum of the law, so that its stored code, its official Chinese label and its English label stand on one line and cannot drift apart.

/// Declares an enum with `ALL`, `code`, `zh`, `en`, `from_code`; the serde name is the code.
macro_rules! coded {
    ($(#[$meta:meta])* pub enum $name:ident { $($variant:ident => $code:tt, $zh:tt, $en:tt;)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        pub enum $name {
            $(#[doc = concat!($zh, ": ", $en)] #[serde(rename = $code)] $variant,)+
        }

        impl $name {
            /// Every value, in the order of the law.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The stable code, the same as in JSON.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// The official Chinese label.
            pub const fn zh(self) -> &'static str {
                match self { $(Self::$variant => $zh,)+ }
            }

            /// The English label.
            pub const fn en(self) -> &'static str {
                match self { $(Self::$variant => $en,)+ }
            }

            /// The value with this code.
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.code() == code)
            }
        }
    };
}

pub(crate) use coded;

#[cfg(test)]
mod tests {
    coded! {
        /// A sample.
        pub enum Sample {
            First => "first_one", "甲", "the first";
            Second => "second_one", "乙", "the second";
        }
    }

    #[test]
    fn the_serde_name_is_the_code_and_leads_back() {
        for value in Sample::ALL {
            assert_eq!(serde_json::to_value(value).unwrap(), value.code());
            assert_eq!(Sample::from_code(value.code()), Some(*value));
        }
        assert_eq!(Sample::from_code("First"), None);
        assert_eq!((Sample::Second.zh(), Sample::Second.en()), ("乙", "the second"));
    }

    #[test]
    fn the_schema_lists_the_codes() {
        let schema = serde_json::to_value(<Sample as utoipa::PartialSchema>::schema()).unwrap();
        assert_eq!(schema["enum"], serde_json::json!(["first_one", "second_one"]));
    }
}
