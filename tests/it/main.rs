//! Tests against the real program, a real database, real sockets and files.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
mod embedded;
mod mailer;
mod people;
mod support;
