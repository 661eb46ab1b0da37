//! Tests against the real program and a real database.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
mod embedded;
