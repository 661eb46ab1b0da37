//! Letters of the authority above: each row of an agency is what its sender's trail and its own say.
//!
//! Half of a letter stands in the trail of another agency, so the trails of every agency are read for it.

use super::report::Report;
use super::trail::agency_event;
use crate::case::journal::agency::AgencyEvent;
use crate::case::trail::Actor;
use crate::db::pool::{Db, DbError, Scope};
use crate::db::schema::events;
use crate::db::supervision::{self, Row, digest};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// By whom and when.
type Mark = (Option<Uuid>, DateTime<Utc>);

/// A letter as the trails tell it.
#[derive(Debug, Default)]
struct Told {
    /// Sender, receiver, kind, digest, date; by whom and when.
    sent: Option<(Uuid, Uuid, String, String, Option<NaiveDate>, Mark)>,
    noted: Option<(Uuid, Mark)>,
    answered: Option<(Uuid, String, Vec<Uuid>, Mark)>,
    concluded: Option<(Uuid, bool, Option<String>, Mark)>,
}

/// Every letter that any agency sent, noted, answered or concluded.
#[derive(Debug, Default)]
pub(super) struct Letters(BTreeMap<Uuid, Told>);

/// What the trails of these agencies say.
pub(super) fn told(db: &Db, agencies: &BTreeSet<Uuid>) -> Result<Letters, DbError> {
    const KINDS: [&str; 4] =
        ["supervision_letter_sent", "supervision_letter_noted", "supervision_letter_answered", "supervision_letter_concluded"];
    let bodies: Vec<String> = db.run_here(&Scope::reading(agencies.iter().copied().collect()), |conn| {
        let rows = events::table.filter(events::agency_id.eq_any(agencies)).filter(events::kind.eq_any(KINDS));
        rows.select(events::body).load(conn).map_err(DbError::Query)
    })?;
    let mut all = Letters::default();
    // A body that cannot be read is a finding of its agency's own verification.
    for (head, event) in bodies.iter().filter_map(|body| agency_event(body).ok()) {
        let by = match head.actor {
            Actor::Account { id } => Some(id),
            Actor::Worker { .. } => None,
        };
        let agency = head.agency_id;
        match event {
            AgencyEvent::SupervisionLetterSent { letter, to, form, sha256, due_on, sent_at } => {
                all.0.entry(letter).or_default().sent = Some((agency, to, form, sha256, due_on, (by, sent_at)));
            }
            AgencyEvent::SupervisionLetterNoted { letter, noted_at, .. } => {
                all.0.entry(letter).or_default().noted = Some((agency, (by, noted_at)));
            }
            AgencyEvent::SupervisionLetterAnswered { letter, sha256, answered_at, proofs, .. } => {
                all.0.entry(letter).or_default().answered = Some((agency, sha256, proofs, (by, answered_at)));
            }
            AgencyEvent::SupervisionLetterConcluded { letter, accepted, remark_sha256, concluded_at, .. } => {
                all.0.entry(letter).or_default().concluded = Some((agency, accepted, remark_sha256, (by, concluded_at)));
            }
            _ => {}
        }
    }
    Ok(all)
}

impl Letters {
    /// Compares the rows of the agency.
    pub fn compare(&self, conn: &mut PgConnection, report: &mut Report) -> QueryResult<()> {
        let agency = report.agency;
        let rows = supervision::of_agency(conn, agency)?;
        let known: BTreeSet<Uuid> = rows.iter().map(|row| row.id).collect();
        for row in &rows {
            if !self.0.get(&row.id).is_some_and(|told| told.says(row)) {
                report.note(format!("the row {} of supervision_letters is not what the trails say", row.id));
            }
        }
        let to_agency = self.0.iter().filter(|(_, told)| told.sent.as_ref().is_some_and(|(_, to, ..)| *to == agency));
        for (id, _) in to_agency.filter(|(id, _)| !known.contains(id)) {
            report.note(format!("the letter {id} stands on the trail and has no row in supervision_letters"));
        }
        Ok(())
    }
}

impl Told {
    fn says(&self, row: &Row) -> bool {
        let mark = |by: Option<Uuid>, at: Option<DateTime<Utc>>| at.map(|at| (by, at));
        let sent = (row.from_agency, row.agency_id, row.kind.clone(), row.sha256(), row.due_on, (Some(row.sent_by), row.sent_at));
        let noted = mark(row.noted_by, row.noted_at).map(|mark| (row.agency_id, mark));
        let answered = mark(row.answered_by, row.answered_at)
            .zip(row.answer.as_deref())
            .map(|(mark, text)| (row.agency_id, digest(text), row.proofs.clone(), mark));
        let concluded = mark(row.concluded_by, row.concluded_at)
            .zip(row.accepted)
            .map(|(mark, accepted)| (row.from_agency, accepted, row.remark.as_deref().map(digest), mark));
        // What a row has only half of stands on no trail.
        let whole = row.noted_by.is_some() == row.noted_at.is_some()
            && row.answer.is_some() == row.answered_at.is_some()
            && row.answered_by.is_some() == row.answered_at.is_some()
            && (row.proofs.is_empty() || row.answered_at.is_some())
            && row.accepted.is_some() == row.concluded_at.is_some()
            && row.concluded_by.is_some() == row.concluded_at.is_some()
            && (row.remark.is_none() || row.concluded_at.is_some());
        whole && self.sent.as_ref() == Some(&sent) && self.noted == noted && self.answered == answered && self.concluded == concluded
    }
}
