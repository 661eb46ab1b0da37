//! The rows of letters from the authority above. They are the receiver's; the sender adds them and says in the end whether the answer is enough.

use super::schema::{agencies, cases, supervision_letters as letters};
use crate::crypto;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::Serialize;
use uuid::Uuid;

/// A letter as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = letters)]
pub struct Row {
    /// The agency it is for.
    pub agency_id: Uuid,
    /// The letter.
    pub id: Uuid,
    /// Who wrote it.
    pub from_agency: Uuid,
    /// What it is.
    pub kind: String,
    /// The case of the receiver it is about.
    pub case_id: Option<Uuid>,
    /// The earlier letter it follows.
    pub follows: Option<Uuid>,
    /// What it is about.
    pub subject: String,
    /// What it says.
    pub words: String,
    /// By when it is to be answered.
    pub due_on: Option<NaiveDate>,
    /// Who of the sender.
    pub sent_by: Uuid,
    /// When.
    pub sent_at: DateTime<Utc>,
    /// Who took note.
    pub noted_by: Option<Uuid>,
    /// When.
    pub noted_at: Option<DateTime<Utc>>,
    /// The answer.
    pub answer: Option<String>,
    /// Who answered.
    pub answered_by: Option<Uuid>,
    /// When.
    pub answered_at: Option<DateTime<Utc>>,
    /// The answer is enough.
    pub accepted: Option<bool>,
    /// What the sender remarked.
    pub remark: Option<String>,
    /// Who concluded.
    pub concluded_by: Option<Uuid>,
    /// When.
    pub concluded_at: Option<DateTime<Utc>>,
    /// Stored documents of the agency that the answer rests on.
    pub proofs: Vec<Uuid>,
}

/// What the digest of a letter is of, in this order.
#[derive(Serialize)]
struct Said<'a> {
    id: Uuid,
    to: Uuid,
    from: Uuid,
    kind: &'a str,
    case: Option<Uuid>,
    follows: Option<Uuid>,
    subject: &'a str,
    words: &'a str,
    due_on: Option<NaiveDate>,
}

/// SHA-256 of a text, in hexadecimal.
pub fn digest(text: &str) -> String {
    crypto::hex(&crypto::sha256(text.as_bytes()))
}

impl Row {
    /// SHA-256 of what the letter says, in hexadecimal.
    pub fn sha256(&self) -> String {
        let said = Said {
            id: self.id,
            to: self.agency_id,
            from: self.from_agency,
            kind: &self.kind,
            case: self.case_id,
            follows: self.follows,
            subject: &self.subject,
            words: &self.words,
            due_on: self.due_on,
        };
        // A structure of texts always has a JSON form.
        digest(&serde_json::to_string(&said).unwrap_or_default())
    }
}

/// A letter to one of these agencies.
pub fn find(conn: &mut PgConnection, reads: &[Uuid], id: Uuid) -> QueryResult<Option<Row>> {
    letters::table.filter(letters::agency_id.eq_any(reads)).filter(letters::id.eq(id)).select(Row::as_select()).first(conn).optional()
}

/// The same, held until the transaction ends: two who act on it at once follow one another, whichever agency is theirs.
pub fn hold(conn: &mut PgConnection, reads: &[Uuid], id: Uuid) -> QueryResult<Option<Row>> {
    let of = letters::table.filter(letters::agency_id.eq_any(reads)).filter(letters::id.eq(id));
    of.select(Row::as_select()).for_no_key_update().first(conn).optional()
}

/// The letters to these agencies that follow these, each behind the one it follows, the earliest first.
pub fn following(conn: &mut PgConnection, reads: &[Uuid], of: &[Uuid]) -> QueryResult<Vec<(Uuid, Uuid)>> {
    letters::table
        .filter(letters::agency_id.eq_any(reads))
        .filter(letters::follows.eq_any(of))
        .order((letters::sent_at, letters::id))
        .select((letters::follows.assume_not_null(), letters::id))
        .load(conn)
}

/// Every letter to an agency.
pub fn of_agency(conn: &mut PgConnection, agency: Uuid) -> QueryResult<Vec<Row>> {
    letters::table.filter(letters::agency_id.eq(agency)).order(letters::id).select(Row::as_select()).load(conn)
}

/// A letter that is still to be answered by its date.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Owed {
    /// The agency that owes the answer.
    pub agency_id: Uuid,
    /// The letter.
    pub id: Uuid,
    /// What it is.
    pub kind: String,
    /// Who wrote it, by name.
    pub from: String,
    /// The case it is about.
    pub case_id: Option<Uuid>,
    /// Its register number.
    pub case_number: Option<String>,
    /// When it was sent.
    pub sent_at: DateTime<Utc>,
    /// By when.
    pub due_on: NaiveDate,
}

/// The answers that these agencies owe, by due date.
pub fn owed(conn: &mut PgConnection, of: &[Uuid], due_before: Option<NaiveDate>) -> QueryResult<Vec<Owed>> {
    let about =
        cases::table.on(cases::agency_id.nullable().eq(letters::agency_id.nullable()).and(cases::id.nullable().eq(letters::case_id)));
    let mut open = letters::table
        .inner_join(agencies::table.on(agencies::id.eq(letters::from_agency)))
        .left_join(about)
        .filter(letters::agency_id.eq_any(of))
        .filter(letters::answered_at.is_null())
        .filter(letters::due_on.is_not_null())
        .into_boxed();
    if let Some(before) = due_before {
        open = open.filter(letters::due_on.lt(before));
    }
    open.order((letters::due_on, letters::id))
        .select((
            letters::agency_id,
            letters::id,
            letters::kind,
            agencies::name,
            letters::case_id,
            cases::case_number.nullable(),
            letters::sent_at,
            letters::due_on.assume_not_null(),
        ))
        .load(conn)
}

/// Stores a letter.
pub fn insert(conn: &mut PgConnection, row: &Row) -> QueryResult<()> {
    diesel::insert_into(letters::table).values(row).execute(conn).map(|_| ())
}

/// Stores what became of a letter.
pub fn update(conn: &mut PgConnection, row: &Row) -> QueryResult<()> {
    diesel::update(letters::table.find((row.agency_id, row.id)))
        .set((
            letters::noted_by.eq(row.noted_by),
            letters::noted_at.eq(row.noted_at),
            letters::answer.eq(&row.answer),
            letters::answered_by.eq(row.answered_by),
            letters::answered_at.eq(row.answered_at),
            letters::accepted.eq(row.accepted),
            letters::remark.eq(&row.remark),
            letters::concluded_by.eq(row.concluded_by),
            letters::concluded_at.eq(row.concluded_at),
            letters::proofs.eq(&row.proofs),
        ))
        .execute(conn)
        .map(|_| ())
}
