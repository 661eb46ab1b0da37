//! What the register can be asked for. Every key is a column of the case's row; nothing looks inside its fold.

use super::CaseQuery;
use crate::case::stage::Stage;
use crate::db::schema::{cases, external_references, platform_states};
use crate::http::problem::Problem;
use crate::rules::applicants::ApplicantKind;
use crate::rules::matter::Matter;
use crate::rules::platform::PlatformStatus;
use crate::rules::receipt::Channel;
use crate::rules::reply_kinds::ReplyKind;
use crate::views::find;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

/// Filters, order and page of the register.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListCases {
    /// Where it stands; repeated for any of several. Voided and split cases appear only when asked for.
    #[serde(default)]
    #[param(inline)]
    pub stage: Vec<Stage>,
    /// What it is about; repeated for any of several.
    #[serde(default)]
    #[param(inline)]
    pub matter: Vec<Matter>,
    /// The channel of Art 31; repeated for any of several.
    #[serde(default)]
    #[param(inline)]
    pub channel: Vec<Channel>,
    /// Kind of the first-named applicant; repeated for any of several.
    #[serde(default)]
    #[param(inline)]
    pub applicant_kind: Vec<ApplicantKind>,
    /// The department it is with; repeated for any of several.
    #[serde(default)]
    pub department: Vec<Uuid>,
    /// The handler it is with; repeated for any of several.
    #[serde(default)]
    pub handler: Vec<Uuid>,
    /// The kind that the standing reply counts as; repeated for any of several.
    #[serde(default)]
    #[param(inline)]
    pub outcome: Vec<ReplyKind>,
    /// Received on this day or later.
    pub received_from: Option<NaiveDate>,
    /// Received on this day or earlier.
    pub received_until: Option<NaiveDate>,
    /// Due before this day.
    pub due_before: Option<NaiveDate>,
    /// Due after this day.
    pub due_after: Option<NaiveDate>,
    /// The register number, exactly.
    pub case_number: Option<String>,
    /// Document number of the reply (文号), exactly.
    pub document_number: Option<String>,
    /// Another system that knows the case.
    #[param(example = "city_platform")]
    pub external_system: Option<String>,
    /// The number there, exactly.
    pub external_reference: Option<String>,
    /// Whether it is on the city's platform (市政务公开工作平台).
    pub on_platform: Option<bool>,
    /// Where it stands there, as told last; repeated for any of several.
    #[serde(default)]
    #[param(inline)]
    pub platform_status: Vec<PlatformStatus>,
    /// Words that must stand in the request, a correction, the reply or a reason: each of two characters or more, parted by spaces; a phrase
    /// in quotation marks as it is written. For who works the agency's cases, over its own cases. People are not found here: looking
    /// for somebody is `POST /applicant-searches`, so that no name stands in an address. A page may hold fewer rows than its
    /// limit and still have a next.
    #[param(max_length = 200, example = "电梯 检验报告")]
    pub q: Option<String>,
    /// One agency of those the caller reads; another has nothing to list.
    pub agency: Option<Uuid>,
    /// Up to three of `due_on`, `received_on`, `arrived_on`, each with `-` before it to turn it round; `due_on` unless said otherwise. With `q`
    /// either `-received_on`, the newest first, as it is unless said otherwise, or `-relevance`, the best first among the newest thousand.
    #[param(
        pattern = "^(-relevance|-?(due_on|received_on|arrived_on)(,-?(due_on|received_on|arrived_on)){0,2})$",
        example = "due_on,-received_on"
    )]
    pub sort: Option<String>,
    /// Rows of a page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u32>,
    /// Where to go on, from `next_cursor` of the page before; it belongs to its `sort`.
    pub cursor: Option<String>,
    /// Count every row that fits, exactly; not with `q`.
    #[serde(default)]
    pub include_total: bool,
}

impl ListCases {
    /// Refuses what the database could not compare.
    pub fn check(&self) -> Result<(), Problem> {
        find::date("received_from", self.received_from)?;
        find::date("received_until", self.received_until)?;
        find::date("due_before", self.due_before)?;
        find::date("due_after", self.due_after)
    }
}

/// The cases of these agencies that fit.
pub fn filtered<'a>(asked: &'a ListCases, reads: &'a [Uuid]) -> CaseQuery<'a> {
    // Rows of one agency come in the order of an index; those of several are sorted.
    let mut query = match reads {
        [only] => cases::table.filter(cases::agency_id.eq(only)).into_boxed(),
        several => cases::table.filter(cases::agency_id.eq_any(several)).into_boxed(),
    };
    query = if asked.stage.is_empty() {
        query.filter(cases::stage.ne_all(Stage::codes(Stage::UNCOUNTED)))
    } else {
        query.filter(cases::stage.eq_any(asked.stage.iter().map(|stage| stage.code())))
    };
    if !asked.matter.is_empty() {
        query = query.filter(cases::matter.eq_any(asked.matter.iter().map(|matter| matter.code())));
    }
    if !asked.channel.is_empty() {
        query = query.filter(cases::channel.eq_any(asked.channel.iter().map(|channel| channel.code())));
    }
    if !asked.applicant_kind.is_empty() {
        query = query.filter(cases::applicant_kind.eq_any(asked.applicant_kind.iter().map(|kind| kind.code())));
    }
    if !asked.outcome.is_empty() {
        query = query.filter(cases::outcome.eq_any(asked.outcome.iter().map(|outcome| outcome.code())));
    }
    if !asked.department.is_empty() {
        query = query.filter(cases::department_id.eq_any(&asked.department));
    }
    if !asked.handler.is_empty() {
        query = query.filter(cases::handler_id.eq_any(&asked.handler));
    }
    if let Some(day) = asked.received_from {
        query = query.filter(cases::received_on.ge(day));
    }
    if let Some(day) = asked.received_until {
        query = query.filter(cases::received_on.le(day));
    }
    if let Some(day) = asked.due_before {
        query = query.filter(cases::due_on.lt(day));
    }
    if let Some(day) = asked.due_after {
        query = query.filter(cases::due_on.gt(day));
    }
    if let Some(number) = &asked.case_number {
        query = query.filter(cases::case_number.eq(find::text(number)));
    }
    if let Some(number) = &asked.document_number {
        query = query.filter(cases::document_number.eq(find::text(number)));
    }
    if asked.external_system.is_some() || asked.external_reference.is_some() {
        let mut known = external_references::table
            .filter(external_references::agency_id.eq_any(reads))
            .select(external_references::case_id)
            .into_boxed();
        if let Some(system) = &asked.external_system {
            known = known.filter(external_references::system.eq(find::text(system)));
        }
        if let Some(reference) = &asked.external_reference {
            known = known.filter(external_references::reference.eq(find::text(reference)));
        }
        query = query.filter(cases::id.eq_any(known));
    }
    let on_platform = || platform_states::table.filter(platform_states::agency_id.eq_any(reads)).select(platform_states::case_id);
    match asked.on_platform {
        Some(true) => query = query.filter(cases::id.eq_any(on_platform())),
        Some(false) => query = query.filter(cases::id.ne_all(on_platform())),
        None => {}
    }
    if !asked.platform_status.is_empty() {
        let codes = asked.platform_status.iter().map(|status| status.code());
        query = query.filter(cases::id.eq_any(on_platform().filter(platform_states::status.eq_any(codes))));
    }
    query
}

#[cfg(test)]
mod tests {
    use super::*;
    use diesel::debug_query;
    use diesel::pg::Pg;

    fn sql(query: &str) -> String {
        let asked: ListCases = serde_html_form::from_str(query).unwrap();
        let agencies = [Uuid::from_u128(1)];
        debug_query::<Pg, _>(&filtered(&asked, &agencies)).to_string()
    }

    #[test]
    fn voided_cases_are_left_out_unless_asked_for() {
        assert!(sql("").contains(r#""cases"."stage" != ALL($2)"#));
        assert!(!sql("stage=voided").contains("!="));
    }

    #[test]
    fn a_repeated_key_asks_for_any_and_an_unknown_key_is_refused() {
        let asked: ListCases = serde_html_form::from_str("stage=received&stage=registered&limit=5").unwrap();
        assert_eq!((asked.stage, asked.limit), (vec![Stage::Received, Stage::Registered], Some(5)));
        for refused in ["state=received", "stage=lost", "limit=5&limit=6", "due_before=2026-02-31", "department=1"] {
            assert!(serde_html_form::from_str::<ListCases>(refused).is_err(), "{refused}");
        }
    }

    #[test]
    fn every_filter_reaches_the_query() {
        let id = Uuid::from_u128(7);
        for (query, column) in [
            ("channel=fax".to_owned(), "channel"),
            ("matter=record_correction".to_owned(), "matter"),
            ("applicant_kind=other".to_owned(), "applicant_kind"),
            (format!("department={id}"), "department_id"),
            (format!("handler={id}"), "handler_id"),
            ("outcome=a2".to_owned(), "outcome"),
            ("received_from=2026-01-01".to_owned(), r#"received_on" >="#),
            ("received_until=2026-01-01".to_owned(), r#"received_on" <="#),
            ("due_before=2026-01-01".to_owned(), r#"due_on" <"#),
            ("due_after=2026-01-01".to_owned(), r#"due_on" >"#),
            ("case_number=1".to_owned(), "case_number"),
            ("document_number=1".to_owned(), "document_number"),
            ("external_system=a".to_owned(), r#""system" ="#),
            ("external_reference=1".to_owned(), r#""reference" ="#),
            ("on_platform=true".to_owned(), r#""id" = ANY(SELECT "platform_states""#),
            ("on_platform=false".to_owned(), r#""id" != ALL"#),
            ("platform_status=registered".to_owned(), r#""platform_states"."status" = ANY"#),
        ] {
            let text = sql(&query);
            let (_, conditions) = text.split_once("WHERE").unwrap();
            assert!(conditions.contains(column), "{query}: {conditions}");
        }
    }
}
