//! The publication of a frozen annual report and its submission to the authority (Art 49). Who: clerks and approvers of the agency.
//!
//! It meets the duty of C11 and C12. Nothing is ever changed: a later record takes the place of an earlier one, date by date. A report that is not frozen
//! cannot have been published; the days lie after the year and not in the future.

use super::annual_reports::{Asked, OwnReport, in_turn};
use crate::case::journal::agency::{AgencyEvent, Change, Outcome};
use crate::case::journal::{Ask, JournalError, Repeated};
use crate::case::office::Office;
use crate::case::refusal::{Code, FieldRefusal, Refusal};
use crate::db::report;
use crate::db::report::publications::{Publication, insert_publication, publications};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::problem::Problem;
use crate::http::text::Line;
use crate::rules::annual_report::publication::owed_from;
use crate::views::annual_report::{AnnualReport, Wanted, report_of};
use actix_web::post;
use chrono::NaiveDate;
use diesel::prelude::*;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;

/// Most records of a year.
const MOST_RECORDS: usize = 50;

/// That a report was handed to the authority or published: one of the two at least.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct RecordReportPublication {
    /// The day it was handed to the authority (报送主管部门).
    #[schema(example = "2026-01-20")]
    pub submitted_on: Option<NaiveDate>,
    /// The day it was published (向社会公布); with its address.
    #[schema(example = "2026-01-22")]
    pub published_on: Option<NaiveDate>,
    /// Where it was published, beginning with http:// or https://.
    #[garde(dive)]
    #[schema(example = "https://www.example.cn/gknb/2025.html")]
    pub address: Option<Line<500>>,
}

impl RecordReportPublication {
    fn checked(&self, year: i32, today: NaiveDate) -> Result<(), Refusal> {
        let mut errors: Vec<FieldRefusal> = Vec::new();
        let mut refuse = |pointer: &str, code: Code, (detail_zh, detail_en): (&str, &str)| {
            let (detail_zh, detail_en) = (detail_zh.to_owned(), detail_en.to_owned());
            errors.push(FieldRefusal { code: code.as_str().into(), pointer: pointer.to_owned(), detail_zh, detail_en });
        };
        if self.submitted_on.is_none() && self.published_on.is_none() {
            refuse(
                "/published_on",
                Code::FieldsRefused,
                ("须填写报送日期或者公布日期", "the day of the submission or of the publication is needed"),
            );
        }
        if self.published_on.is_some() != self.address.is_some() {
            refuse(
                "/address",
                Code::FieldsRefused,
                ("公布日期和网址须同时填写", "the day and the address of the publication are given together"),
            );
        }
        for (pointer, on) in [("/submitted_on", self.submitted_on), ("/published_on", self.published_on)] {
            if on.is_some_and(|on| on > today) {
                refuse(pointer, Code::DateInFuture, ("日期不得晚于今天", "it lies in the future"));
            }
            if on.is_some_and(|on| on < owed_from(year)) {
                refuse(
                    pointer,
                    Code::DateBeforePrevious,
                    ("年度结束后方可报送、公布", "a report is submitted and published after its year"),
                );
            }
        }
        if let Some(address) = &self.address {
            let known =
                ["http://", "https://"].iter().any(|scheme| address.as_str().strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()));
            if !known || address.as_str().chars().any(char::is_whitespace) {
                let words = ("须为 http:// 或者 https:// 开头的网址", "an address on the web begins with http:// or https://");
                refuse("/address", Code::FieldsRefused, words);
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(Refusal::fields(errors)) }
    }
}

/// Record that a frozen report was submitted or published.
///
/// By whom it is due (Art 49): a department hands it to the authority and publishes it by 31 January, a government publishes it by 31 March, where it
/// has agencies below it the report of all of them (`consolidated=true`). The two may be
/// recorded one by one; what is recorded later takes the place of what was recorded before.
#[utoipa::path(tag = "report", params(("year" = i32, Path, description = "The year.", example = 2025), OwnReport), request_body = RecordReportPublication,
    responses((status = 201, description = "The report.", body = AnnualReport)))]
#[post("/annual-reports/{year}/publications")]
pub async fn record_report_publication(call: Call) -> Answer {
    let asked = Asked::of(&call, "record_report_publication")?;
    let input: RecordReportPublication = call.json()?;
    asked.take(&call, move |conn, office, (ask, wanted)| record(conn, office, ask, (wanted, input))).await
}

/// Records it.
pub(crate) fn record(
    conn: &mut PgConnection,
    office: &Office,
    ask: &Ask,
    (wanted, input): (&Wanted, RecordReportPublication),
) -> Result<AnnualReport, Problem> {
    let (year, consolidated) = (wanted.year, wanted.key().extent.is_consolidated());
    let written = in_turn(conn, office, ask, |conn| {
        input.checked(year, office.clock.today())?;
        if report::frozen(conn, wanted.key())?.is_none() {
            let (zh, en) = (format!("{year}年度报告尚未定稿"), format!("the report of {year} is not frozen"));
            return Err(Refusal::new(Code::ReportNotFrozen, zh, en).under("49").into());
        }
        let of_year =
            publications(conn, ask.agency)?.into_iter().filter(|row| (row.year, row.consolidated) == (year, consolidated)).count();
        if of_year >= MOST_RECORDS {
            let (zh, en) = (format!("每年度最多{MOST_RECORDS}次"), format!("a year has at most {MOST_RECORDS} records"));
            return Err(Refusal::new(Code::LimitReached, zh, en).into());
        }
        let row = Publication {
            agency_id: ask.agency,
            year,
            n: i32::try_from(of_year).unwrap_or(i32::MAX).saturating_add(1),
            submitted_on: input.submitted_on,
            published_on: input.published_on,
            address: input.address.map(Line::into_string),
            recorded_by: ask.person.account_id,
            recorded_at: office.clock.now(),
            consolidated,
        };
        insert_publication(conn, &row)?;
        let event = event(&row);
        Ok::<_, JournalError>(Change {
            value: (),
            repeated: Repeated { resource: ask.agency, version: year, status: 201 },
            events: vec![event],
        })
    })?;
    let (Outcome::Written(()) | Outcome::Repeated(_)) = written;
    report_of(conn, office, wanted)
}

fn event(row: &Publication) -> AgencyEvent {
    AgencyEvent::AnnualReportPublished {
        year: row.year,
        n: row.n,
        submitted_on: row.submitted_on,
        published_on: row.published_on,
        address: row.address.clone(),
        by: row.recorded_by,
        recorded_at: row.recorded_at,
        consolidated: row.consolidated,
    }
}
