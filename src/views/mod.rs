//! READ SIDE: the register, the case page, the history, the worklist, reference data.
//!
//! Nothing here changes a case. Searching for a person and showing one in full leave an event in the agency's own stream.

pub mod annual_report;
pub mod applicants;
pub mod calendar_changes;
pub mod case_page;
pub mod catalogue;
pub mod clock;
pub mod clock_previews;
pub mod code_lists;
pub mod completeness;
pub mod disposal_candidates;
pub(crate) mod find;
pub mod flow;
pub mod history;
pub mod inspections;
pub mod labels;
pub mod lessons;
pub mod library;
mod light;
pub mod names;
pub mod platform_differences;
pub mod precedents;
pub mod proceedings;
pub mod publication;
pub mod publication_suggestions;
pub mod rectifications;
pub mod register;
mod shape;
pub mod similar_cases;
pub mod statistics;
pub mod terms;
pub mod trail;
mod warnings;
pub mod worklist;

use utoipa_actix_web::service_config::ServiceConfig;

/// Every reading operation.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(register::list_cases)
        .service(register::export::export_register_csv)
        .service(register::export::export_register_xlsx)
        .service(annual_report::list_annual_reports)
        .service(annual_report::get_annual_report)
        .service(annual_report::get_annual_report_content)
        .service(annual_report::additions::list_report_additions)
        .service(annual_report::additions::get_report_additions)
        .service(annual_report::cells::list_report_cell)
        .service(annual_report::differences::list_report_differences)
        .service(annual_report::files::export_annual_report_xlsx)
        .service(annual_report::files::export_annual_report_docx)
        .service(statistics::get_statistics)
        .service(statistics::list_statistics_cases)
        .service(statistics::files::export_statistics)
        .service(case_page::get_case)
        .service(completeness::get_completeness)
        .service(catalogue::get_catalogue)
        .service(disposal_candidates::list_disposal_candidates)
        .service(history::list_case_events)
        .service(history::get_case_as_of)
        .service(clock::get_case_clock)
        .service(clock_previews::preview_clock)
        .service(calendar_changes::list_calendar_changes)
        .service(worklist::list_duties)
        .service(proceedings::list_proceedings)
        .service(proceedings::export::export_proceedings_csv)
        .service(proceedings::export::export_proceedings_xlsx)
        .service(platform_differences::list_platform_differences)
        .service(lessons::list_lessons)
        .service(rectifications::list_rectifications)
        .service(rectifications::get_rectification)
        .service(publication::list_publication_candidates)
        .service(publication::list_withheld_items)
        .service(case_page::compare::get_draft)
        .service(similar_cases::list_similar_cases)
        .service(library::list_library_suggestions)
        .service(precedents::list_precedents)
        .service(inspections::list_inspections)
        .service(inspections::export_inspection_xlsx)
        .service(inspections::get_inspection)
        .service(library::list_library_uses)
        .service(publication_suggestions::list_publication_suggestions)
        .service(applicants::search_applicants)
        .service(applicants::reveal_applicant)
        .service(flow::get_flow)
        .service(code_lists::list_code_lists)
        .service(code_lists::get_code_list)
        .service(terms::list_terms)
        .service(trail::list_events);
}
