//! Tests against the real program, a real database, real sockets and files.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on fails")]
#![expect(clippy::similar_names, reason = "a cast and its case")]
#![expect(clippy::disallowed_methods, reason = "tests read what the caller sets, and the real day")]
mod bad_input;
mod calendars;
mod clock;
mod contract;
mod db;
mod demo;
mod disposal;
mod dossier;
mod drafting;
mod embedded;
mod exchange;
mod files;
mod inspections;
mod kill;
mod learning;
mod library;
mod life;
mod mailer;
mod network;
mod notices;
mod people;
mod proceedings;
mod readme;
mod rectifications;
mod register_files;
mod report;
mod search;
mod several;
mod shape;
mod supervision;
mod support;
mod tampering;
mod work;
