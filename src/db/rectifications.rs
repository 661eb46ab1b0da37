//! The rows of notices of rectification that hang on no case (整改通知): the notice as JSON, and what lists and duties ask of it.

use super::schema::rectifications as notices;
use super::supervision::digest;
use crate::case::duties::{Duty, of_notice};
use crate::case::model::Rectification;
use crate::rules::calendar::Calendar;
use crate::rules::desk;
use crate::rules::supervision::{RectificationSource, RectificationState};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A notice that hangs on no case. Its texts name nobody and stand in clear.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Data {
    /// From what it arises.
    pub source: RectificationSource,
    /// The letter of the authority that gave rise to it.
    pub letter: Option<Uuid>,
    /// The cases in which the same was seen.
    pub cases: Vec<Uuid>,
    /// The notice, its reports and what was found.
    pub notice: Rectification<String>,
}

/// A notice as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = notices)]
pub struct Row {
    /// The agency.
    pub agency_id: Uuid,
    /// The notice.
    pub id: Uuid,
    /// The department.
    pub department_id: Uuid,
    /// The letter of the authority that gave rise to it.
    pub letter_id: Option<Uuid>,
    /// Where it stands.
    pub state: String,
    /// By when; after a return the later date.
    pub due_on: NaiveDate,
    /// When the last thing happened to it.
    pub changed_at: DateTime<Utc>,
    /// [`Data`] as JSON.
    pub data: String,
}

impl Row {
    /// The row of a notice. The columns are read from the notice and never said by themselves.
    pub fn of((agency_id, id): (Uuid, Uuid), data: &Data, changed_at: DateTime<Utc>) -> serde_json::Result<Self> {
        Ok(Self {
            agency_id,
            id,
            department_id: data.notice.department,
            letter_id: data.letter,
            state: data.notice.state().code().to_owned(),
            due_on: data.notice.until(),
            changed_at,
            data: serde_json::to_string(data)?,
        })
    }

    /// The notice.
    pub fn read(&self) -> serde_json::Result<Data> {
        serde_json::from_str(&self.data)
    }

    /// SHA-256 of the notice as it stands, in hexadecimal.
    pub fn sha256(&self) -> String {
        digest(&self.data)
    }
}

/// A notice of one of these agencies.
pub fn find(conn: &mut PgConnection, reads: &[Uuid], id: Uuid) -> QueryResult<Option<Row>> {
    notices::table.filter(notices::agency_id.eq_any(reads)).filter(notices::id.eq(id)).select(Row::as_select()).first(conn).optional()
}

/// The same of one agency, held until the transaction ends: two who act on it at once follow one another.
pub fn hold(conn: &mut PgConnection, agency: Uuid, id: Uuid) -> QueryResult<Option<Row>> {
    notices::table.find((agency, id)).select(Row::as_select()).for_no_key_update().first(conn).optional()
}

/// Every notice of an agency.
pub fn of_agency(conn: &mut PgConnection, agency: Uuid) -> QueryResult<Vec<Row>> {
    notices::table.filter(notices::agency_id.eq(agency)).order(notices::id).select(Row::as_select()).load(conn)
}

/// How many notices an agency has given.
pub fn count(conn: &mut PgConnection, agency: Uuid) -> QueryResult<i64> {
    notices::table.filter(notices::agency_id.eq(agency)).count().get_result(conn)
}

/// Something that is owed under a notice on no case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    /// The agency.
    pub agency_id: Uuid,
    /// The notice.
    pub id: Uuid,
    /// What, by when, by which department.
    pub duty: Duty,
    /// Who reported, and so does not look whether it is mended.
    pub barred: Option<Uuid>,
    /// Since when it is owed so.
    pub since: DateTime<Utc>,
}

/// What is owed under notices on no case, by due date.
pub fn owed(conn: &mut PgConnection, of: &[Uuid], calendar: &Calendar) -> QueryResult<Vec<Owed>> {
    let open = notices::table.filter(notices::agency_id.eq_any(of)).filter(notices::state.ne(RectificationState::Settled.code()));
    let rows: Vec<Row> = open.order(notices::id).select(Row::as_select()).load(conn)?;
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let Data { notice, .. } = row.read().map_err(|error| diesel::result::Error::DeserializationError(Box::new(error)))?;
        let barred = notice.unreviewed().map(|report| report.by);
        for duty in of_notice(&notice, calendar).into_iter().filter(|duty| duty.open) {
            let duty = Duty { operation: desk::on_no_case(duty.kind), ..duty };
            all.push(Owed { agency_id: row.agency_id, id: row.id, duty, barred, since: row.changed_at });
        }
    }
    all.sort_by_key(|owed| (owed.duty.due_on, owed.id));
    Ok(all)
}

/// Stores a notice.
pub fn insert(conn: &mut PgConnection, row: &Row) -> QueryResult<()> {
    diesel::insert_into(notices::table).values(row).execute(conn).map(|_| ())
}

/// Stores what became of a notice.
pub fn update(conn: &mut PgConnection, row: &Row) -> QueryResult<()> {
    diesel::update(notices::table.find((row.agency_id, row.id)))
        .set((
            notices::state.eq(&row.state),
            notices::due_on.eq(row.due_on),
            notices::changed_at.eq(row.changed_at),
            notices::data.eq(&row.data),
        ))
        .execute(conn)
        .map(|_| ())
}
