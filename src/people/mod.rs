//! Who acts: agencies, departments, accounts, sign-in, tokens, the head of the FOI office, settings.
//!
//! Everything here that changes something leaves an event in the agency's own stream; signing in and out does not.

pub mod accounts;
pub mod agencies;
pub mod annual_reports;
pub mod calendar_proposals;
pub mod calendars;
pub mod departments;
pub mod findings;
pub mod founding;
pub mod gate;
pub mod handover;
pub mod heads;
pub mod me;
pub mod oidc;
pub mod passwords;
pub mod posts;
pub mod report_publications;
pub mod sessions;
pub mod settings;
pub mod tokens;
pub(crate) mod writing;

use utoipa_actix_web::service_config::ServiceConfig;

/// Every operation on people.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(sessions::create_session)
        .service(sessions::refresh_session)
        .service(sessions::sign_out)
        .service(me::get_me)
        .service(me::change_password)
        .service(agencies::list_agencies)
        .service(departments::list_departments)
        .service(departments::create_department)
        .service(departments::change_department)
        .service(accounts::list_accounts)
        .service(accounts::create::create_account)
        .service(accounts::get_account)
        .service(accounts::change::change_account)
        .service(accounts::reset::reset_password)
        .service(handover::hand_over_account)
        .service(heads::list_heads)
        .service(heads::appoint_head)
        .service(posts::list_posts)
        .service(posts::appoint_department_head)
        .service(posts::name_deputy)
        .service(posts::end_post)
        .service(settings::get_settings)
        .service(settings::replace_settings)
        .service(findings::list_agency_findings)
        .service(calendars::list_calendar_editions)
        .service(calendars::get_calendar_edition)
        .service(calendars::load_calendar_notice)
        .service(annual_reports::add_to_report)
        .service(annual_reports::approve_annual_report)
        .service(annual_reports::freeze_annual_report)
        .service(report_publications::record_report_publication)
        .service(calendar_proposals::list_calendar_proposals)
        .service(calendar_proposals::decide_calendar_proposal);
}

/// The query of an operation that knows no parameters: an unknown key is refused.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}
