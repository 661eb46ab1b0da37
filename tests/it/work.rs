//! The background on a real database: places, verification, reminders by real mail. Every worker is stepped by hand, with a date.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on fails")]
mod base;
mod bureau;
mod dates;
mod deputies;
mod killed;
mod late;
mod month;
mod pace;
mod posting;
mod refold;
mod sequencer;
mod service;
mod tampering;
mod together;
