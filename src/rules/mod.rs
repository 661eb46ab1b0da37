//! The law of the product as pure functions of values: no database, no clock, no network, no randomness.
//!
//! Articles are cited as strings. A bare number is an article of the Regulations on Open Government Information
//! (政府信息公开条例, Decree 711); any other law stands before its number, as in `复议法 48`, `行诉法 67`, `30号`, `109号`.
//! `33(2)` is paragraph 2 of Article 33, `24(1)(1)` its item 1.

mod coded;

/// Who asks, by which document, in which form they want the answer (Art 29).
pub mod applicants;
/// Working days, make-up weekends, holidays, years not announced yet (domain rules 1.0).
pub mod calendar;
/// The one due-date formula and the periods of natural days and months (domain rules 1.0).
pub mod due;
/// Register numbers and document numbers (文号), by pattern.
pub mod numbering;
/// How reconsideration and litigation end, and the column of table four each ending counts in.
pub mod outcomes;
/// Who may do what: one table.
pub mod permissions;
/// The day an application counts as received (Art 31).
pub mod receipt;
/// The remedy paragraph of a reply: path, body, court, terms (Art 51).
pub mod remedies;
/// The kinds of reply, their articles, titles and report rows (Art 36-39).
pub mod reply_kinds;
/// Settings of an agency as data, in immutable editions.
pub mod settings;
/// What a reply item must have before it may be issued.
pub mod reply_needs;
/// The duties that run against a date, and the length of each, as a table.
pub mod terms;
/// Human text at the boundary: cleaning, masking, check digits.
pub mod text;
