//! The fold of what the city's platform says of a case.

use crate::case::model::{Case, ExternalReference, FileNotTaken, PlatformEntry};
use crate::rules::platform::CITY_PLATFORM;

/// Its number there is one of the numbers that the case has in other systems, and it has one.
pub(super) fn entered(case: &mut Case, entry: &PlatformEntry, not_taken: &[FileNotTaken]) {
    let reference = ExternalReference { system: CITY_PLATFORM.to_owned(), reference: entry.number.clone() };
    match case.external_references.iter_mut().find(|known| known.system == CITY_PLATFORM) {
        Some(known) => *known = reference,
        None => case.external_references.push(reference),
    }
    case.platform_entries.push(entry.clone());
    // One that is named a second time stays as it was named first.
    let known: Vec<String> = case.not_taken.iter().map(|file| file.sha256.clone()).collect();
    case.not_taken.extend(not_taken.iter().filter(|file| !known.contains(&file.sha256)).cloned());
}

/// A voided case leaves its number to the case that stands for it.
pub(super) fn left(case: &mut Case) {
    case.external_references.retain(|known| known.system != CITY_PLATFORM);
}
