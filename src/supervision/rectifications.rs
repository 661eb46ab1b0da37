//! Notices of rectification that hang on no case (整改通知, Art 46): from a pattern over cases, an inspection, a letter of the authority, a check of
//! the agency's own. Who: as for those on a case (`steps::learn::rectify`), whose words and rules these take: a date, a report with its
//! proofs, a second person who looks. A notice names nobody: it stands in clear text, and the cases it rests on are named by their ids.

use super::letters::unnamed;
use crate::case::facts::{Known, Needs};
use crate::case::journal::agency::{AgencyEvent, Change, Outcome};
use crate::case::journal::{self, Ask, JournalError, Mode, Repeated};
use crate::case::model::{Rectification, RectificationReport, RectificationReview, SentBack, Verdict};
use crate::case::office::Office;
use crate::case::refusal::{Code, Refusal};
use crate::case::trail::FoldError;
use crate::db::rectifications::{self, Data, Row};
use crate::db::schema::cases;
use crate::db::supervision;
use crate::http::answer::Answer;
use crate::http::call::{Call, Versions};
use crate::http::problem::Problem;
use crate::http::text::Words;
use crate::ids::new_id;
use crate::letters::anonymous;
use crate::people::Nothing;
use crate::people::writing::write;
use crate::rules::anonymity::Hidden;
use crate::rules::supervision::RectificationSource;
use crate::steps::learn::rectify::report::{ReportRectification, ReviewRectification, reportable};
use crate::steps::learn::rectify::{WithdrawRectification, in_reach, withdrawable};
use crate::views::rectifications::{RectificationItem, read};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, post};
use chrono::NaiveDate;
use diesel::prelude::*;
use garde::Validate;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// Fewer cases make no pattern: what one case shows is told on that case.
const PATTERN: usize = 2;

/// A notice to a department that hangs on no case.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct OrderAgencyRectification {
    /// The department.
    pub department: Uuid,
    /// From what it arises.
    pub source: RectificationSource,
    /// The letter of the authority to the agency; needed where the notice arises from one, and possible where an inspection was told by letter.
    pub supervision_letter_id: Option<Uuid>,
    /// The cases in which the same was seen; at least two make a pattern.
    #[serde(default)]
    #[garde(length(max = 50))]
    #[schema(max_items = 50)]
    pub cases: Vec<Uuid>,
    /// What is wrong, and what is to be done. Names nobody.
    #[garde(dive)]
    #[schema(example = "近三个月多件答复只检索纸质档案。请梳理电子系统检索办法，并补录2024年以来的目录。")]
    pub what: Words<4000>,
    /// By when; today or later, within a year.
    #[schema(example = "2026-12-18")]
    pub due_on: NaiveDate,
}

impl OrderAgencyRectification {
    /// What it arises from is what it names.
    fn fits(&self) -> Result<(), Refusal> {
        let refused = |pointer: &str, zh: &str, en: &str| Err(Refusal::new(Code::FieldsRefused, zh, en).at(pointer));
        let twice = self.cases.iter().enumerate().position(|(index, id)| self.cases.iter().take(index).any(|earlier| earlier == id));
        if let Some(index) = twice {
            return refused(&format!("/cases/{index}"), "同一案件重复列出", "the case is named twice");
        }
        match (self.source, self.supervision_letter_id) {
            (RectificationSource::SupervisionLetter, None) => {
                refused("/supervision_letter_id", "由上级来函引起的，须指明来函", "say which letter of the authority gave rise to it")
            }
            (RectificationSource::Pattern | RectificationSource::SelfCheck, Some(_)) => {
                refused("/supervision_letter_id", "该来源没有上级来函", "what arises from this has no letter of the authority")
            }
            (RectificationSource::Pattern, None) if self.cases.len() < PATTERN => refused(
                "/cases",
                "类案问题至少列明两件案件；仅一件的，在该案件上发出",
                "a pattern names two cases at least; what one case shows is told on that case",
            ),
            _ => Ok(()),
        }
    }

    /// What it names is the agency's.
    fn refers(&self, conn: &mut PgConnection, ask: &Ask, known: &Known) -> Result<(), JournalError> {
        let unknown = |pointer: &str, zh: &str, en: &str| Err(Refusal::new(Code::UnknownReference, zh, en).at(pointer).into());
        if !known.departments.contains(&self.department) {
            return unknown("/department", "部门不存在或已停用", "the department is unknown or closed");
        }
        if let Some(letter) = self.supervision_letter_id
            && supervision::find(conn, &[ask.agency], letter)?.is_none()
        {
            return unknown("/supervision_letter_id", "没有该上级来函", "the authority wrote no such letter to the agency");
        }
        let of_agency: BTreeSet<Uuid> = cases::table
            .filter(cases::agency_id.eq(ask.agency))
            .filter(cases::id.eq_any(&self.cases))
            .select(cases::id)
            .load(conn)?
            .into_iter()
            .collect();
        match self.cases.iter().position(|id| !of_agency.contains(id)) {
            Some(index) => unknown(&format!("/cases/{index}"), "没有该案件", "the agency has no such case"),
            None => Ok(()),
        }
    }
}

/// Refuses texts in which somebody of the cases is named.
fn named_nobody(
    conn: &mut PgConnection,
    office: &Office,
    (agency, of): (Uuid, &[Uuid]),
    texts: &[(&str, &str)],
) -> Result<(), JournalError> {
    let mut hidden = Hidden::default();
    for case in of {
        if let Some(loaded) = journal::load(conn, agency, *case)? {
            anonymous::hide(conn, office, &mut hidden, &loaded.case)?;
        }
    }
    let (zh, en) = ("整改通知不得含有个人信息；所涉案件以 cases 指明", "a notice names nobody: the cases it rests on are named by cases");
    Ok(unnamed(&hidden, texts, (zh, en))?)
}

fn unreadable(error: &serde_json::Error) -> JournalError {
    FoldError::Unreadable { kind: "rectification".into(), reason: error.to_string() }.into()
}

/// The row of a notice as it stands from now on.
fn row_of(key: (Uuid, Uuid), data: &Data, office: &Office) -> Result<Row, JournalError> {
    Row::of(key, data, office.clock.now()).map_err(|error| unreadable(&error))
}

/// What is done with a notice.
enum Act {
    Report(ReportRectification),
    Review(ReviewRectification),
    Withdraw(WithdrawRectification),
}

impl Act {
    /// What becomes of the notice, and what the trail says of it once its digest is known.
    fn on(self, conn: &mut PgConnection, (ask, office): (&Ask, &Office), row: &Row) -> Result<(Data, Told), JournalError> {
        let mut data = row.read().map_err(|error| unreadable(&error))?;
        let (on, by) = (office.clock.today(), ask.person.account_id);
        let of = (ask.agency, data.cases.clone());
        let clear = |conn: &mut PgConnection, texts: &[(&str, &str)]| named_nobody(conn, office, (of.0, &of.1), texts);
        let told = match self {
            Self::Report(body) => {
                reportable(&data.notice, ask.person.department)?;
                clear(conn, &[("/done", body.done.as_str())])?;
                let known = journal::known(conn, ask, None, &Needs { documents: body.proofs.clone(), ..Needs::default() })?;
                for (index, id) in body.proofs.iter().enumerate() {
                    known.document(*id, &format!("/proofs/{index}"))?;
                }
                let proofs: Vec<Uuid> = body.proofs.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
                let n = crate::steps::next(data.notice.reports.len());
                let told = Told::Reported(n, proofs.clone());
                data.notice.reports.push(RectificationReport { n, on, by, done: body.done.into_string(), proofs, review: None });
                told
            }
            Self::Review(body) => {
                let n = body.of(&data.notice, (by, on))?;
                clear(conn, &[("/remark", body.remark.as_ref().map_or("", Words::as_str))])?;
                let ReviewRectification { verdict, remark, due_on } = body;
                if let Some(report) = data.notice.reports.iter_mut().find(|report| report.n == n) {
                    report.review = Some(RectificationReview { on, by, verdict, remark: remark.map(Words::into_string), due_on });
                }
                Told::Reviewed(n, verdict)
            }
            Self::Withdraw(body) => {
                withdrawable(&data.notice)?;
                clear(conn, &[("/reason", body.reason.as_str())])?;
                data.notice.withdrawn = Some(SentBack { on, by, reason: body.reason.into_string(), due_on: None });
                Told::Withdrawn
            }
        };
        Ok((data, told))
    }
}

enum Told {
    Reported(u32, Vec<Uuid>),
    Reviewed(u32, Verdict),
    Withdrawn,
}

impl Told {
    fn event(self, row: &Row) -> AgencyEvent {
        let (rectification, sha256, at) = (row.id, row.sha256(), row.changed_at);
        match self {
            Self::Reported(report, proofs) => {
                AgencyEvent::AgencyRectificationReported { rectification, report, proofs, sha256, reported_at: at }
            }
            Self::Reviewed(report, verdict) => {
                AgencyEvent::AgencyRectificationReviewed { rectification, report, verdict, sha256, reviewed_at: at }
            }
            Self::Withdrawn => AgencyEvent::AgencyRectificationWithdrawn { rectification, sha256, withdrawn_at: at },
        }
    }
}

/// Gives a notice.
pub(crate) fn order(
    conn: &mut PgConnection,
    office: &Office,
    ask: &Ask,
    body: OrderAgencyRectification,
) -> Result<RectificationItem, Problem> {
    let written = write(conn, office, ask, |conn| {
        let today = office.clock.today();
        body.fits()?;
        let known = journal::known(conn, ask, None, &Needs { departments: vec![body.department], ..Needs::default() })?;
        body.refers(conn, ask, &known)?;
        in_reach(today, body.due_on, "/due_on")?;
        named_nobody(conn, office, (ask.agency, &body.cases), &[("/what", body.what.as_str())])?;
        let given = rectifications::count(conn, ask.agency)?;
        let data = Data {
            source: body.source,
            letter: body.supervision_letter_id,
            cases: body.cases,
            notice: Rectification {
                n: crate::steps::next(usize::try_from(given).unwrap_or(usize::MAX)),
                proceeding: None,
                department: body.department,
                what: body.what.into_string(),
                due_on: body.due_on,
                on: today,
                by: ask.person.account_id,
                reports: Vec::new(),
                withdrawn: None,
            },
        };
        let row = row_of((ask.agency, ask.case), &data, office)?;
        rectifications::insert(conn, &row)?;
        let event = AgencyEvent::AgencyRectificationOrdered {
            rectification: row.id,
            source: data.source,
            department: row.department_id,
            due_on: row.due_on,
            sha256: row.sha256(),
            ordered_at: row.changed_at,
        };
        Ok(Change { value: row.id, repeated: Repeated { resource: row.id, version: 1, status: 201 }, events: vec![event] })
    })?;
    let (Outcome::Written(id) | Outcome::Repeated(Repeated { resource: id, .. })) = written;
    read(conn, office, &[ask.agency], id)
}

fn act(conn: &mut PgConnection, office: &Office, ask: &Ask, act: Act) -> Result<RectificationItem, Problem> {
    let written = write(conn, office, ask, |conn| {
        let row = rectifications::hold(conn, ask.agency, ask.case)?.ok_or(JournalError::Unknown)?;
        let (data, told) = act.on(conn, (ask, office), &row)?;
        let row = row_of((ask.agency, row.id), &data, office)?;
        rectifications::update(conn, &row)?;
        let event = told.event(&row);
        Ok(Change { value: row.id, repeated: Repeated { resource: row.id, version: 1, status: 201 }, events: vec![event] })
    })?;
    let (Outcome::Written(id) | Outcome::Repeated(Repeated { resource: id, .. })) = written;
    read(conn, office, &[ask.agency], id)
}

/// Tell a department to mend something that hangs on no case.
///
/// From a pattern over cases, an inspection, a letter of the authority, a check of the agency's own. A duty of the department until the date given,
/// reminded like every other; what one case shows is told on that case.
#[utoipa::path(tag = "supervision", request_body = OrderAgencyRectification,
    responses((status = 201, description = "The notice.", body = RectificationItem)))]
#[post("/rectifications")]
pub async fn order_agency_rectification(call: Call) -> Answer {
    let scope = call.permit("order_agency_rectification")?;
    call.query::<Nothing>()?;
    let ask = call.ask_in(new_id(), None, Versions::None, Mode::Take)?;
    let body: OrderAgencyRectification = call.json()?;
    let office = Arc::clone(&call.app.office);
    let notice = call.app.db.run(scope, move |conn| order(conn, &office, &ask, body)).await?;
    Ok(created(notice))
}

fn created(notice: RectificationItem) -> HttpResponse {
    let location = notice.href.clone();
    HttpResponse::build(StatusCode::CREATED).insert_header((header::LOCATION, location)).json(notice)
}

async fn acted(call: Call, operation: &str, of: impl FnOnce(&Call) -> Result<Act, Problem>) -> Answer {
    let scope = call.permit(operation)?;
    call.query::<Nothing>()?;
    let ask = call.ask_in(call.id("rectification_id")?, None, Versions::None, Mode::Take)?;
    let what = of(&call)?;
    let office = Arc::clone(&call.app.office);
    let notice = call.app.db.run(scope, move |conn| act(conn, &office, &ask, what)).await?;
    Ok(created(notice))
}

/// Report what was mended under a notice on no case.
///
/// By a member of the department, with the stored papers that prove it.
#[utoipa::path(tag = "supervision", params(("rectification_id" = Uuid, Path, description = "The notice.")), request_body = ReportRectification,
    responses((status = 201, description = "The notice.", body = RectificationItem)))]
#[post("/rectifications/{rectification_id}/reports")]
pub async fn report_agency_rectification(call: Call) -> Answer {
    acted(call, "report_agency_rectification", |call| call.json().map(Act::Report)).await
}

/// Look whether what a notice on no case named is mended, as the second person.
///
/// Never who reported it. What is sent back is owed again.
#[utoipa::path(tag = "supervision", params(("rectification_id" = Uuid, Path, description = "The notice.")), request_body = ReviewRectification,
    responses((status = 201, description = "The notice.", body = RectificationItem)))]
#[post("/rectifications/{rectification_id}/review")]
pub async fn review_agency_rectification(call: Call) -> Answer {
    acted(call, "review_agency_rectification", |call| call.json().map(Act::Review)).await
}

/// Withdraw a notice on no case.
#[utoipa::path(tag = "supervision", params(("rectification_id" = Uuid, Path, description = "The notice.")), request_body = WithdrawRectification,
    responses((status = 201, description = "The notice.", body = RectificationItem)))]
#[post("/rectifications/{rectification_id}/withdrawal")]
pub async fn withdraw_agency_rectification(call: Call) -> Answer {
    acted(call, "withdraw_agency_rectification", |call| call.json().map(Act::Withdraw)).await
}
