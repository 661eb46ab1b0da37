//! What the city's platform for applications says of a case (市政务公开工作平台).
//!
//! One link of the chain that [`super`] makes the enum of; the names of the types are brought in there.

macro_rules! platform_events {
    ([$next:ident $($rest:ident)*] $($before:tt)*) => {
        $next! { [$($rest)*] $($before)*
        /// The case was entered on the city's platform, or stands there otherwise than before.
        PlatformEntered = "platform_entered" {
            /// The entry.
            entry: PlatformEntry,
            /// Files that the platform named with the application and that are not in the dossier.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            not_taken: Vec<FileNotTaken>,
        }
        }
    };
}
