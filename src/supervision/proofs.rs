//! The proofs beside an answer (Art 47): the authority that asked reads them through its letter, and no other document of the agency. Who: a
//! supervisor of the sender. An original that a draft keeps sealed is never given out.

use crate::case::journal::agency::{self, AgencyEvent};
use crate::case::journal::{JournalError, Pen};
use crate::case::office::Office;
use crate::case::refusal::{Code, Refusal};
use crate::case::trail::Actor;
use crate::crypto::CaseOf;
use crate::db::supervision;
use crate::http::answer::Answer;
use crate::http::call::{Call, request_id};
use crate::http::problem::Problem;
use crate::letters::documents::{Sealed, hand_out, is_sealed, opening};
use crate::people::Nothing;
use actix_web::get;
use diesel::prelude::*;
use std::sync::Arc;
use uuid::Uuid;

/// What opens the proof, and whose it is, once its reading stands on the sender's trail.
fn proof(
    conn: &mut PgConnection,
    pen: &Pen<'_>,
    (reads, letter, document): (&[Uuid], Uuid, Uuid),
) -> Result<(CaseOf, Sealed), JournalError> {
    let sent = supervision::find(conn, reads, letter)?.filter(|row| row.from_agency == pen.agency);
    let row = sent.filter(|row| row.proofs.contains(&document)).ok_or(JournalError::Unknown)?;
    if is_sealed(conn, row.agency_id, document)? {
        let (zh, en) = ("未遮盖的原件不报送上级机关", "an unredacted original is not for the authority");
        return Err(Refusal::new(Code::SealedDocument, zh, en).under("17").into());
    }
    conn.transaction(|conn| {
        let sealed = opening(conn, row.agency_id, document)?;
        agency::append(conn, pen, &[AgencyEvent::SupervisionProofRead { letter, document }])?;
        Ok((CaseOf { agency: row.agency_id, case: document }, sealed))
    })
}

/// Download a proof that an agency below gave with its answer.
///
/// For the agency that wrote the letter; that it was read stands on its trail.
#[utoipa::path(tag = "supervision",
    params(("letter_id" = Uuid, Path, description = "The letter."), ("document_id" = Uuid, Path, description = "The proof.")),
    responses((status = 200, description = "The bytes.", body = Vec<u8>, content_type = "application/octet-stream")))]
#[get("/supervision-letters/{letter_id}/proofs/{document_id}")]
pub async fn get_supervision_proof(call: Call) -> Answer {
    let scope = call.permit("get_supervision_proof")?;
    call.query::<Nothing>()?;
    let (letter, document, reads) = (call.id("letter_id")?, call.id("document_id")?, scope.reads.clone());
    let (office, request_id): (Arc<Office>, _) = (Arc::clone(&call.app.office), request_id(&call.request));
    let (agency, account) = (call.caller.agency_id, call.caller.account_id);
    let given = call.app.db.run(scope, move |conn| {
        let pen = Pen { office: &office, agency, actor: Actor::Account { id: account }, request_id };
        proof(conn, &pen, (&reads, letter, document)).map_err(Problem::from)
    });
    let (owner, sealed) = given.await?;
    hand_out(&call.app, owner, document, sealed).await
}
