//! REMINDERS AND OUTGOING MAIL: what the people who owe a duty read, and how it leaves the house.
//!
//! Acts: the workers, for the service. Rests on no article of its own: each mail names the article of the duty it speaks of, in the
//! Regulations on Open Government Information (政府信息公开条例) or in the law of the remedies. May not: decide what is due, look at
//! the system clock, hold a transaction open, or put an applicant's name or words into a mail.

pub mod compose;
mod letters;
pub mod mailer;
pub mod outbox;
mod plan;
mod recipients;
pub mod recount;
pub mod reminders;
pub mod tasks;

use utoipa_actix_web::service_config::ServiceConfig;

/// Every operation on outgoing mail.
pub fn routes(config: &mut ServiceConfig) {
    config.service(tasks::list_mail_tasks).service(tasks::resolve_mail_task);
}
