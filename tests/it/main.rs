//! The tests that need real parts: sockets, files, a database.
mod mailer;
mod support;
