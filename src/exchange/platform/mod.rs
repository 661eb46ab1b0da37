//! The city's platform for applications (市政务公开工作平台): a neighbour under a contract of its own, by the same machinery.
//!
//! Who acts: the platform, by its signature or its token; a worker. In: applications lodged there, numbers, statuses. Out: applications of other
//! channels, to be entered there, and where each case stands. Where no interface is granted a clerk enters by hand, cases one by one and the
//! platform's own list of a day, and the daily list of differences is the same.

pub mod apply;
pub mod derive;
pub mod envelope;
pub mod files;
pub mod list;

use super::envelope::{ExchangeContract, Receipt};
use super::inbox::Arrived;
use super::inbox::receive::{self, Door};
use super::outbox::poll::{self, PollMessages};
use crate::http::answer::Answer;
use crate::http::problem::Problem;
use actix_web::web;
use actix_web::{HttpRequest, get, post};
use envelope::{PlatformMessage, PlatformOutgoingPage};

fn read(media_type: Option<&str>, bytes: &[u8]) -> Result<Arrived, Problem> {
    let (message, _) = PlatformMessage::read(media_type, bytes)?;
    let (number, sender) = (message.about.number.as_str().to_owned(), message.sender.as_str().to_owned());
    Ok(Arrived { id: message.id, sort: message.r#type.code(), number, sender, sent_at: message.sent_at })
}

/// Push a message.
///
/// Signed as Standard Webhooks: `webhook-id` (the message's `id`), `webhook-timestamp`, `webhook-signature`. 200 says that the message is kept
/// for good, and what has become of it so far; later news come as `receipt`. The same message may be sent again at any time, with the same
/// bytes. Messages may come late and in any order: a status of a number that is not known yet waits for the number, and one that is older than
/// what was told before changes nothing. A timestamp far from the time here is marked and does no harm.
#[utoipa::path(tag = "messages", request_body = PlatformMessage, params(
    ("webhook-id" = String, Header, description = "The id of the message."),
    ("webhook-timestamp" = i64, Header, description = "Seconds since 1970."),
    ("webhook-signature" = String, Header, description = "`v1,` and the base64 of HMAC-SHA-256 over `id.timestamp.body`; several are separated by spaces."),
), responses((status = 200, description = "It is kept.", body = Receipt)))]
#[post("/{peer_id}/messages")]
pub async fn receive_platform_message(request: HttpRequest, payload: web::Payload) -> Answer {
    receive::at(&request, payload, Door { contract: ExchangeContract::Platform, read }).await
}

/// Poll the messages to the platform.
///
/// Oldest first, from the place after `after`. Asking from a place says that everything up to it has arrived: it is not pushed any more.
#[utoipa::path(tag = "messages", params(PollMessages), responses((status = 200, description = "Messages.", body = PlatformOutgoingPage)))]
#[get("/{peer_id}/messages")]
pub async fn poll_platform_messages(request: HttpRequest) -> Answer {
    poll::page_for(&request, ExchangeContract::Platform).await
}
