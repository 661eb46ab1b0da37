//! THE NEIGHBOURS (数据对接): messages to and from the systems beside this one, each under a contract of its own.
//!
//! Acts: the neighbour, signed by its secret; a worker, which tries, tells and pushes; a clerk, for what waits. Rests on 复议法 48, 54, 62 for
//! what is told and on nothing for how: no public standard exists, so the contracts are written here, versioned and served. May not: take a step
//! that a clerk could not take by hand; lose a message; say anything twice.

pub mod contracts;
pub mod envelope;
pub mod inbox;
mod letterbox;
pub mod outbox;
pub mod peers;
pub mod platform;
pub mod reach;
pub mod signature;
pub mod work;

use utoipa_actix_web::service_config::ServiceConfig;

pub use letterbox::open;

/// The operations of the agency's own people.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(peers::list_exchange_peers)
        .service(peers::create::create_exchange_peer)
        .service(peers::change::change_exchange_peer)
        .service(peers::change::rotate_exchange_secrets)
        .service(inbox::queue::list_exchange_messages)
        .service(inbox::queue::get_exchange_message)
        .service(inbox::queue::match_exchange_message)
        .service(inbox::queue::enter_exchange_message_by_hand)
        .service(inbox::queue::dismiss_exchange_message)
        .service(outbox::list::list_exchange_deliveries)
        .service(outbox::list::replay_exchange_delivery)
        .service(outbox::dossier::ask::offer_dossier)
        .service(platform::list::hand_in_platform_list)
        .service(platform::list::list_platform_lists)
        .service(platform::list::get_platform_list);
}
