//! Which case a message is about. A notice is known by the reply's number together with the applicant, whose number both sides know and
//! neither writes; every later message by the body's own case number. A neighbour speaks of its own proceedings only.

use super::super::envelope::{About, FurtherReply, MessageType};
use super::super::peers::{Peer, secrets};
use super::{MessageState, Wait};
use crate::case::journal::{self, JournalError};
use crate::case::model::{Case, Joint, ReplyState};
use crate::case::office::Office;
use crate::case::private::{PersonDetails, Private};
use crate::case::vault;
use crate::crypto::{self, CaseOf, normalise};
use crate::db::schema::{cases, exchange_inbox as inbox, proceedings};
use crate::http::text::Line;
use chrono::DateTime;
use diesel::prelude::*;
use uuid::Uuid;

/// Where a message belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// The case.
    pub case: Uuid,
    /// The proceeding in it; a notice opens one.
    pub proceeding: Option<u32>,
}

/// Another case that a notice covers.
#[derive(Debug, Clone, Copy)]
pub struct Further<'a> {
    /// The case.
    pub case: Uuid,
    /// As the notice names it; none where it names the one reply that the cases share.
    pub about: Option<&'a FurtherReply>,
}

/// The other cases that a notice covers, or why it waits: as long as one of them is not known, none is entered. Two replies in one case are
/// for a clerk.
pub fn further<'a>(
    conn: &mut PgConnection,
    office: &Office,
    peer: &Peer,
    (about, first): (&'a About, Uuid),
) -> Result<Result<Vec<Further<'a>>, Wait>, JournalError> {
    let mut found: Vec<Further<'a>> = Vec::new();
    for one in &about.further {
        let digest = one.applicant_digest.as_ref().or(about.applicant_digest.as_ref());
        let named = Named { reply_number: one.reply_number.as_ref(), register_number: one.register_number.as_ref(), digest };
        match of_notice(conn, office, peer, named)? {
            Ok(target) if target.case == first || found.iter().any(|known| known.case == target.case) => {
                return Ok(Err(Wait::StepByHand));
            }
            Ok(target) => found.push(Further { case: target.case, about: Some(one) }),
            Err(why) => return Ok(Err(why)),
        }
    }
    let alone = about.reply_number.as_ref().filter(|_| about.register_number.is_none());
    if let (Some(number), Some(loaded)) = (alone, journal::load(conn, peer.agency_id, first)?)
        && let Some(joint) = shared(&loaded.case, number.as_str())
    {
        let others: Vec<Uuid> = joint.others(first).filter(|case| found.iter().all(|known| known.case != *case)).collect();
        found.extend(others.into_iter().map(|case| Further { case, about: None }));
    }
    Ok(Ok(found))
}

/// The cases that share the reply of this number (合并答复), as one of them has it.
fn shared<'a>(case: &'a Case, number: &str) -> Option<&'a Joint> {
    case.replies.iter().rfind(|reply| reply.document_number == number && reply.state != ReplyState::Recalled)?.joint.as_ref()
}

/// The first of several cases that share one reply: whoever challenges it by its number alone challenges it in all of them.
fn of_joint(conn: &mut PgConnection, agency: Uuid, (fitting, number): (&[Uuid], Option<&Line<100>>)) -> Result<Option<Uuid>, JournalError> {
    let Some((first, number)) = fitting.first().zip(number) else { return Ok(None) };
    let Some(loaded) = journal::load(conn, agency, *first)? else { return Ok(None) };
    let Some(joint) = shared(&loaded.case, number.as_str()) else { return Ok(None) };
    let of_it = |id: &Uuid| joint.cases.iter().any(|part| part.case == *id);
    Ok(Some(*first).filter(|_| fitting.iter().all(of_it)))
}

/// How a notice names a case.
#[derive(Clone, Copy)]
struct Named<'a> {
    reply_number: Option<&'a Line<100>>,
    register_number: Option<&'a Line<100>>,
    digest: Option<&'a String>,
}

/// Finds it, or says why the message waits.
pub fn find(
    conn: &mut PgConnection,
    office: &Office,
    peer: &Peer,
    (sort, about): (MessageType, &About),
) -> Result<Result<Target, Wait>, JournalError> {
    if sort == MessageType::NoticeToAnswer {
        let About { reply_number, register_number, applicant_digest, .. } = about;
        let (reply_number, register_number) = (reply_number.as_ref(), register_number.as_ref());
        return of_notice(conn, office, peer, Named { reply_number, register_number, digest: applicant_digest.as_ref() });
    }
    let rows: Vec<(Uuid, i32, Option<Uuid>)> = proceedings::table
        .filter(proceedings::agency_id.eq(peer.agency_id))
        .filter(proceedings::kind.eq("reconsideration"))
        .filter(proceedings::body.eq_any(peer.names()))
        .filter(proceedings::case_number.eq(about.case_number.as_str()))
        .order((proceedings::case_id, proceedings::n))
        .select((proceedings::case_id, proceedings::n, proceedings::proceeding_id))
        .load(conn)?;
    let Some((case, n, id)) = rows.first() else { return by_notice(conn, peer, about) };
    // One proceeding over several cases is one: a step on any of them is a step on all.
    if rows.iter().skip(1).any(|(.., other)| id.is_none() || other != id) {
        return Ok(Err(Wait::SeveralProceedings));
    }
    Ok(Ok(Target { case: *case, proceeding: u32::try_from(*n).ok() }))
}

/// The proceeding that the notice of this number was entered as, where that stands there under another spelling of the body, or without its number.
fn by_notice(conn: &mut PgConnection, peer: &Peer, about: &About) -> Result<Result<Target, Wait>, JournalError> {
    let entered: Vec<(Option<Uuid>, Option<i32>)> = inbox::table
        .filter(inbox::agency_id.eq(peer.agency_id))
        .filter(inbox::peer_id.eq(peer.id))
        .filter(inbox::sort.eq(MessageType::NoticeToAnswer.code()))
        .filter(inbox::number.eq(about.case_number.as_str()))
        .filter(inbox::state.eq_any([MessageState::Applied.code(), MessageState::ByHand.code()]))
        .filter(inbox::proceeding.is_not_null())
        .select((inbox::case_id, inbox::proceeding))
        .distinct()
        .load(conn)?;
    Ok(match entered.as_slice() {
        [(Some(case), Some(n))] => Ok(Target { case: *case, proceeding: u32::try_from(*n).ok() }),
        [] => Err(Wait::NoProceeding),
        _ => Err(Wait::SeveralProceedings),
    })
}

/// The cases with the numbers of a notice. Where none has that reply standing, those in which it was revoked or set aside since: it stays what was
/// challenged (复议法 41; 行诉解释 81).
fn numbered(conn: &mut PgConnection, peer: &Peer, about: Named<'_>) -> QueryResult<Vec<Uuid>> {
    let of_agency = || {
        let all = cases::table.filter(cases::agency_id.eq(peer.agency_id)).select(cases::id).into_boxed();
        match about.register_number {
            Some(number) => all.filter(cases::case_number.eq(number.as_str())),
            None => all,
        }
    };
    let Some(reply) = about.reply_number.map(Line::as_str) else {
        return if about.register_number.is_some() { of_agency().load(conn) } else { Ok(Vec::new()) };
    };
    let standing: Vec<Uuid> = of_agency().filter(cases::document_number.eq(reply)).load(conn)?;
    if !standing.is_empty() {
        return Ok(standing);
    }
    // The first condition is that of the index.
    of_agency().filter(cases::earlier_numbers.ne(Vec::<String>::new())).filter(cases::earlier_numbers.contains(vec![reply])).load(conn)
}

fn of_notice(conn: &mut PgConnection, office: &Office, peer: &Peer, about: Named<'_>) -> Result<Result<Target, Wait>, JournalError> {
    let numbered = numbered(conn, peer, about)?;
    // The matching key is the same in every generation, an ended one included.
    let matching = secrets::good(conn, office, peer.owner(), DateTime::UNIX_EPOCH)?.into_iter().next();
    let Some(matching) = matching else { return Ok(Err(Wait::NoCase)) };
    let Some(digest) = about.digest else {
        return Ok(Err(if numbered.is_empty() { Wait::NoCase } else { Wait::ApplicantUnnamed }));
    };
    let mut fitting = Vec::new();
    for id in numbered {
        if let Some(loaded) = journal::load(conn, peer.agency_id, id)?
            && asks(conn, office, &loaded.case, (&matching.matching, digest))?
        {
            fitting.push(id);
        }
    }
    Ok(match fitting.as_slice() {
        [] => Err(Wait::NoCase),
        [case] => Ok(Target { case: *case, proceeding: None }),
        several => of_joint(conn, peer.agency_id, (several, about.reply_number))?
            .map(|case| Target { case, proceeding: None })
            .ok_or(Wait::SeveralCases),
    })
}

/// Whether the digest is that of one of the case's applicants.
fn asks(conn: &mut PgConnection, office: &Office, case: &Case, (key, digest): (&[u8; 32], &str)) -> Result<bool, JournalError> {
    let owner = CaseOf { agency: case.agency_id, case: case.id };
    let references: Vec<&Private> = case.applicants.iter().map(|applicant| &applicant.details).collect();
    let texts = vault::open(conn, office, owner, &references)?;
    Ok(references.into_iter().any(|reference| {
        let details: Option<PersonDetails> = texts.get(reference).and_then(|text| serde_json::from_str(text).ok());
        details.and_then(|details| details.id_number).and_then(|number| digest_of(key, &number)).is_some_and(|own| own == digest)
    }))
}

/// The digest that names an applicant between the two systems.
pub fn digest_of(key: &[u8; 32], id_number: &str) -> Option<String> {
    normalise::id_number(id_number).map(|number| crypto::hex(&crypto::hmac_sha256(key, number.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_does_not_hang_on_how_a_number_is_written() {
        let digest = |number: &str| digest_of(&[7; 32], number);
        assert_eq!(digest("11010119900307001x"), digest(" 110101 19900307 001X "));
        assert_ne!(digest("110101199003070011"), digest_of(&[8; 32], "110101199003070011"));
        assert_eq!(digest(" "), None);
        // As another system makes it: HMAC-SHA-256 of the number's ASCII digits.
        let golden = "7f63f95bd13034e27ab5ef64ccca19ec081e2553965a3cb89b72221547a613c1";
        assert_eq!(digest("110101199003070011").as_deref(), Some(golden));
    }
}
