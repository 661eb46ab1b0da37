//! The shape every view has: all fields always there, null where there is nothing. A client never asks whether a key exists.

use serde::Serialize;
use utoipa::ToSchema;

/// Declares structs of the read side; every field is required in the description, also one that may be null.
macro_rules! view {
    ($($(#[$meta:meta])* pub struct $name:ident { $($(#[$about:meta])* $field:ident: $ty:ty,)+ })+) => { $(
        #[derive(Debug, Clone, serde::Serialize, utoipa::ToSchema)]
        $(#[$meta])*
        pub struct $name { $($(#[$about])* #[schema(required = true)] pub $field: $ty,)+ }
    )+ };
}

pub(super) use view;

/// What a code is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Label {
    /// The official Chinese term.
    #[schema(example = "已登记")]
    pub zh: &'static str,
    /// In English.
    #[schema(example = "Registered")]
    pub en: &'static str,
}
