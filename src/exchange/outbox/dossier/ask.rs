//! Offering the dossier because a person says so: before the answer, although something it needs is missing, or once more. Who: clerk, legal
//! reviewer, approver; 复议法 48, 54.

use super::super::super::envelope::ExchangeContract;
use super::super::super::peers::{self, Peer};
use super::super::list::{self, DeliveryView};
use super::{packed, written};
use crate::case::journal::agency::{self, Change, Outcome};
use crate::case::journal::{self, JournalError, Mode, Repeated};
use crate::case::model::{Proceeding, ProceedingKind};
use crate::case::refusal::{Code, Refusal};
use crate::dossier::{State, evidence_of};
use crate::http::answer::{self, Answer};
use crate::http::call::{Call, Versions};
use crate::http::problem::Problem;
use crate::ids::new_id;
use crate::people::Nothing;
use crate::people::writing::pen;
use actix_web::http::StatusCode;
use actix_web::post;
use diesel::PgConnection;
use garde::Validate;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// What is offered, and how.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct OfferDossier {
    /// The case.
    pub case_id: Uuid,
    /// Number of the proceeding in it.
    #[garde(range(min = 1, max = 100_000))]
    #[schema(minimum = 1, maximum = 100_000, example = 1)]
    pub proceeding: u32,
    /// Offer it although something it needs is missing; the check of the evidence pack says what that is.
    #[serde(default)]
    pub incomplete: bool,
}

/// The neighbour that is the body of a reconsideration.
fn body_of(conn: &mut PgConnection, agency: Uuid, proceeding: &Proceeding) -> Result<Peer, Problem> {
    let reviews = |peer: &Peer| {
        let is_body = peer.is_called(&proceeding.body) && peer.contract == ExchangeContract::Reconsideration.code();
        peer.active && is_body && proceeding.kind == ProceedingKind::Reconsideration
    };
    let found = peers::of_agency(conn, agency)?.into_iter().find(reviews);
    found.ok_or_else(|| {
        let (zh, en) = ("该程序的机关没有登记为数据对接方", "the body of the proceeding is not entered as a neighbour of the exchange");
        Refusal::new(Code::NoNeighbour, zh, en).into()
    })
}

/// Refuses what the body names and is not there.
fn named(conn: &mut PgConnection, agency: Uuid, (case, n): (Uuid, u32)) -> Result<(), Problem> {
    let unknown = |pointer, zh: &str, en: &str| Problem::from(Refusal::new(Code::UnknownReference, zh, en).at(pointer));
    let found = journal::load(conn, agency, case)?.ok_or_else(|| unknown("/case_id", "所指案件不存在", "the case is unknown"))?;
    let proceeding = found.case.proceeding(n).map(|_| ());
    proceeding.ok_or_else(|| unknown("/proceeding", "案件没有该编号的复议或者诉讼", "the case has no proceeding of this number"))
}

/// Offer the dossier to the reviewing body over the exchange.
///
/// With the answer it is offered by itself, as soon as nothing it needs is missing. This offers it before that, although something is missing,
/// or once more as it is now. What goes out is what the index of the evidence names as offered: no drafts, no inner opinions, nothing that
/// was learnt, no unredacted original. The answer is the message that was written.
#[utoipa::path(tag = "exchange", request_body = OfferDossier, responses((status = 201, description = "The message.", body = DeliveryView)))]
#[post("/dossier-offers")]
pub async fn offer_dossier(call: Call) -> Answer {
    let scope = call.permit("offer_dossier")?;
    call.query::<Nothing>()?;
    let agency = call.caller.agency_id;
    let ask = call.ask_in(new_id(), None, Versions::None, Mode::Take)?;
    let OfferDossier { case_id: case, proceeding: n, incomplete } = call.json()?;
    let office = Arc::clone(&call.app.office);
    let (peer, evidence) = call
        .app
        .db
        .run(scope.clone(), move |conn| {
            let evidence = evidence_of(conn, &office, (agency, case, n), &State::Now).or_else(|problem| {
                // Which of the two it is that is not there.
                named(conn, agency, (case, n))?;
                Err(problem)
            })?;
            let (_, proceeding) = evidence.first().ok_or_else(Problem::not_found)?;
            let peer = body_of(conn, agency, proceeding)?;
            Ok::<_, Problem>((peer, evidence))
        })
        .await?;
    if !incomplete {
        evidence.complete()?;
    }
    let app = call.app.clone();
    let made = super::apart(move || packed(&app, evidence)).await?;
    let office = Arc::clone(&call.app.office);
    let shown = call
        .app
        .db
        .run(scope, move |conn| {
            let outcome = agency::write(conn, &pen(&office, &ask), &ask, |conn| {
                let Some((id, event)) = written(conn, &office, &peer, (&made.0, &made.1))? else {
                    let (zh, en) = ("相同的材料已经提供", "the same evidence was offered before");
                    return Err(JournalError::from(Refusal::new(Code::NothingToChange, zh, en)));
                };
                Ok(Change { value: id, repeated: Repeated { resource: id, version: 1, status: 201 }, events: vec![event] })
            })?;
            let (Outcome::Written(id) | Outcome::Repeated(Repeated { resource: id, .. })) = outcome;
            list::one(conn, agency, id)
        })
        .await?;
    answer::versioned(StatusCode::CREATED, 1, None, &shown)
}
