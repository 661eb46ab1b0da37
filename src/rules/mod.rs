//! The law of the product as pure functions of values: no database, no clock, no network, no randomness.
//!
//! - [`calendar`]: working days, make-up weekends, holidays, years not announced yet
//! - [`due`]: the one due-date formula, the explained clock, periods of natural days and months
//! - [`clock`]: the clock of the reply: steps that stop, restart and lengthen it, and its reading on a day
//! - [`compare`]: two versions of a text, word by word
//! - [`fees`]: the information handling fee
//! - [`inner`]: inner limits of an agency, shorter than the law
//! - [`matter`]: what a case is about, and which replies answer it
//! - [`terms`]: the duties that run against a date, and the length of each, as a table
//! - [`receipt`]: the day an application counts as received (Art 31)
//! - [`annual_report`]: the annual report: rows, labels, which case counts where, the nine checks (30号)
//! - [`applicants`]: who asks, by which document, in which form they want the answer (Art 29)
//! - [`reply_articles`]: the articles a reply of a kind must cite, and those that contradict it
//! - [`reply_kinds`]: the kinds of reply, grounds, titles and report rows (Art 36-39)
//! - [`reply_needs`]: what a reply item must have before it may be issued
//! - [`review`]: the review chain of an agency: who must have reviewed a draft before it is signed
//! - [`remedies`]: the remedy paragraph of a reply (Art 51)
//! - [`outcomes`]: how reconsideration and litigation end, and the column of table four
//! - [`anonymity`]: whether a text that leaves its case still tells whom it is about
//! - [`proceedings`]: who is sued, who appears, what is ordered; complaints to the authority
//! - [`numbering`]: register numbers and document numbers (文号), by pattern
//! - [`permissions`]: who may do what, one table
//! - [`retention`]: how long a dossier is kept, by the agency's table
//! - [`sight`]: how much of a case each role sees
//! - [`settings`]: settings of an agency as data, in immutable editions
//! - [`inspection`]: a random sample that everybody can draw again, and a score sheet
//! - [`supervision`]: what an authority writes to the agencies below it
//! - [`cite`]: articles as officials read them
//! - [`words`]: the words of a Chinese text, and what of them is asked for
//! - [`text`]: human text at the boundary: cleaning, masking, check digits
//!
//! Articles are cited as strings. A bare number is an article of the Regulations on Open Government Information
//! (政府信息公开条例, Decree 711); any other law stands before its number, as in `复议法 48`, `行诉法 67`, `30号`, `109号`.
//! `33(2)` is paragraph 2 or item 2 of Article 33, `24(1)(1)` item 1 of paragraph 1 of Article 24.

pub(crate) mod coded;

pub mod annual_report;
pub mod anonymity;
pub mod applicants;
pub mod calendar;
pub mod cite;
pub mod clock;
pub mod compare;
pub mod desk;
pub mod due;
pub mod fees;
pub mod inner;
pub mod inspection;
pub mod laws;
pub mod library;
pub mod matter;
pub mod numbering;
pub mod outcomes;
pub mod permissions;
pub mod platform;
pub mod proceedings;
pub mod receipt;
pub mod remedies;
pub mod reply_articles;
pub mod reply_kinds;
pub mod reply_needs;
pub mod retention;
pub mod review;
pub mod settings;
pub mod sight;
pub mod supervision;
pub mod terms;
pub mod text;
pub mod words;
