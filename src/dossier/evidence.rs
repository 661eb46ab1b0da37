//! The evidence pack (举证材料包): the dossier for one reconsideration or lawsuit, with a draft of the answer, an index of the evidence, a time line
//! and the explained clock; 复议法 48, 54; 行诉法 67. Who: clerk, legal reviewer, approver.
//!
//! Before it goes out it lists what is missing; without something it needs it goes out only where that is asked for in so many words.

use super::export::{Beside, allowed, hand_out};
use super::files::{Item, place};
use super::found::{Found, read};
use super::lacking::{LackingView, lacking};
use crate::app::App;
use crate::case::journal::agency::RevealPurpose;
use crate::case::model::Proceeding;
use crate::case::refusal::{Code, FieldRefusal, Refusal};
use crate::clock::legal_date;
use crate::http::answer::{self, Answer};
use crate::http::call::Call;
use crate::http::problem::{Problem, ProblemBody};
use crate::letters::compose::Document;
use crate::letters::made;
use crate::letters::render;
use crate::letters::sheet::{Block, Sheet};
use crate::steps::archive::catalogue::Place;
use actix_web::get;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::borrow::Cow;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// How the pack is taken.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReadEvidencePack {
    /// Take it although something it needs is missing; what that is lies in it.
    #[serde(default)]
    incomplete: bool,
    /// Take unredacted originals along; open to the legal reviewer and the approver.
    #[serde(default)]
    originals: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoQuery {}

/// What an evidence pack misses.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EvidencePackCheck {
    /// The case.
    pub case_id: Uuid,
    /// Number of the proceeding.
    pub proceeding: u32,
    /// Nothing that it needs is missing.
    pub complete: bool,
    /// What is missing, what is required first.
    pub missing: Vec<LackingView>,
}

fn proceeding(found: &Found, n: u32) -> Result<Proceeding, Problem> {
    let known = found.case.proceeding(n).cloned();
    known.ok_or_else(|| Refusal::new(Code::UnknownTarget, "没有该编号的复议或者诉讼", "the case has no proceeding of this number").into())
}

/// What was read for a pack.
struct Read {
    found: Found,
    proceeding: Proceeding,
    missing: Vec<LackingView>,
    /// The draft of the answer.
    draft: Sheet,
    /// The explained clock.
    clock: String,
}

async fn look(call: &Call, scope: crate::db::pool::Scope) -> Result<Read, Problem> {
    let (agency, id, n) = (call.caller.agency_id, call.id("case_id")?, call.ordinal("n")?);
    let office = Arc::clone(&call.app.office);
    call.app
        .db
        .run(scope, move |conn| {
            let found = read(conn, &office, agency, id)?;
            let proceeding = proceeding(&found, n)?;
            let calendar = office.calendar(conn, found.case.pins.calendar).map_err(crate::case::journal::JournalError::from)?;
            let today = office.clock.today();
            let missing = lacking(&found, &proceeding, (&calendar, today));
            let draft = made::prepare(conn, &office, &found.case, Document::ProceedingAnswer(n))?.sheet;
            let clock = crate::views::clock::printed(&found.case, &calendar, today);
            Ok::<_, Problem>(Read { found, proceeding, missing, draft, clock })
        })
        .await
}

/// Refuses a pack that misses something it needs, naming all of it.
fn complete(missing: &[LackingView]) -> Result<(), Refusal> {
    let required: Vec<&LackingView> = missing.iter().filter(|lack| lack.required).collect();
    if required.is_empty() {
        return Ok(());
    }
    let list = |text: fn(&LackingView) -> &str, between: &str| required.iter().map(|lack| text(lack)).collect::<Vec<_>>().join(between);
    let mut refusal = Refusal::new(
        Code::PackIncomplete,
        format!("证据材料尚缺：{}；确需先行导出的，以 incomplete=true 注明", list(|lack| &lack.detail_zh, "；")),
        format!("the pack still misses: {}; to take it all the same say incomplete=true", list(|lack| &lack.detail_en, "; ")),
    )
    .under("复议法 70; 行诉法 34");
    refusal.errors = required
        .iter()
        .map(|lack| FieldRefusal {
            pointer: String::new(),
            code: Cow::Borrowed(lack.code),
            detail_zh: format!("{}（{}）", lack.detail_zh, lack.article),
            detail_en: format!("{} ({})", lack.detail_en, lack.article),
        })
        .collect();
    Err(refusal)
}

/// The index of the evidence (证据目录): what proves how the application was dealt with, with its place in the package.
fn evidence(found: &Found, items: &[Item]) -> Sheet {
    let head = ["序号", "证据名称", "文号", "日期", "在本包中的位置"].map(str::to_owned).to_vec();
    let proving = items.iter().filter(|item| !matches!(item.entry.place, Place::Proceeding | Place::Draft | Place::Opinion));
    let line = |(n, item): (usize, &Item)| {
        let at: Vec<&str> = item.files.iter().filter_map(|file| file.path.as_deref()).collect();
        let at = if at.is_empty() { item.remark() } else { at.join("、") };
        let entry = &item.entry;
        vec![n.to_string(), entry.title.clone(), entry.document_number.clone().unwrap_or_default(), entry.dated_on.to_string(), at]
    };
    let rows = std::iter::once(head).chain((1..).zip(proving).map(line)).collect();
    sheet(found, "证据目录", Block::Table { columns: vec![80, 250, 190, 140, 340], rows })
}

/// The time line (办理经过), day by day, with the number of each paper in the catalogue.
fn time_line(found: &Found, items: &[Item]) -> Sheet {
    let mut dated: Vec<&Item> = items.iter().collect();
    dated.sort_by_key(|item| item.entry.dated_on);
    let head = ["日期", "事项", "文号", "目录序号"].map(str::to_owned).to_vec();
    let line = |item: &&Item| {
        let entry = &item.entry;
        vec![entry.dated_on.to_string(), entry.title.clone(), entry.document_number.clone().unwrap_or_default(), entry.n.to_string()]
    };
    let rows = std::iter::once(head).chain(dated.iter().map(line)).collect();
    sheet(found, "办理经过时间表", Block::Table { columns: vec![180, 420, 280, 120], rows })
}

fn sheet(found: &Found, title: &str, table: Block) -> Sheet {
    let case = &found.case;
    let number = case.registration.as_ref().map(|entry| Block::Number(entry.case_number.clone()));
    let blocks = std::iter::once(Block::Title(title.to_owned())).chain(number).chain([table]).collect();
    Sheet { subject: title.to_owned(), dated_on: legal_date(case.changed_at), blocks }
}

/// The files that go with the dossier.
fn beside(app: &App, read: &Read, items: &[Item]) -> Result<Beside, Problem> {
    let Read { found, proceeding, missing, draft, clock } = read;
    let internal = |error: render::RenderError| Problem::internal(&error);
    let fonts = app.press.fonts();
    let at = |name: &str| format!("data/proceeding/{name}");
    let line = |item: &Item| {
        let entry = &item.entry;
        json!({"on": entry.dated_on, "title": entry.title, "document_number": entry.document_number, "catalogue": entry.n})
    };
    let mut dated: Vec<&Item> = items.iter().collect();
    dated.sort_by_key(|item| item.entry.dated_on);
    let lines: Vec<_> = dated.into_iter().map(line).collect();
    let written = |error: serde_json::Error| Problem::internal(&error);
    let files = vec![
        (at("answer-draft.docx"), render::docx(draft).map_err(internal)?),
        (at("evidence.pdf"), render::spelt_pdf(evidence(found, items), &fonts).map_err(internal)?),
        (at("time-line.pdf"), render::spelt_pdf(time_line(found, items), &fonts).map_err(internal)?),
        (at("time-line.json"), serde_json::to_vec_pretty(&lines).map_err(written)?),
        (at("clock.txt"), clock.clone().into_bytes()),
        (at("missing.json"), serde_json::to_vec_pretty(missing).map_err(written)?),
    ];
    Ok(Beside { folder: format!("evidence-{}-{}", found.case.id, proceeding.n), files })
}

/// Take the evidence pack of a proceeding.
///
/// The package of the dossier, and with it in `data/proceeding` the draft of the answer or defence as DOCX, the index of the evidence, the
/// time line, the explained clock, and what is missing. Draft and clock are those of the day it is taken. Refused while something it needs is
/// missing, unless `incomplete` asks for it all the same.
#[utoipa::path(tag = "remedy", params(ReadEvidencePack), responses(
    (status = 200, description = "The package.", content((Vec<u8> = "application/zip")),
        headers(("Content-Disposition" = String, description = "`attachment`, with a name made of the id."))),
    (status = 500, description = "A stored file is missing or altered.", body = ProblemBody, content_type = "application/problem+json"),
))]
#[get("/cases/{case_id}/proceedings/{n}/evidence-pack")]
pub async fn get_evidence_pack(call: Call) -> Answer {
    let scope = call.permit("get_evidence_pack")?;
    let ReadEvidencePack { incomplete, originals } = call.query()?;
    let read = look(&call, scope.clone()).await?;
    if !incomplete {
        complete(&read.missing)?;
    }
    let originals = allowed(&call.caller, originals)?;
    let app = call.app.clone();
    let made = tokio::task::spawn_blocking(move || {
        let items = place(&read.found, originals);
        let beside = beside(&app, &read, &items)?;
        Ok::<_, Problem>((read.found, items, beside))
    });
    let (found, items, beside) = made.await.map_err(|stopped| Problem::internal(&stopped))??;
    hand_out(&call, scope, found, (items, beside), (RevealPurpose::Proceeding, originals)).await
}

/// Check what the evidence pack of a proceeding misses.
///
/// Each thing with its article: what the pack needs, and what is worth a second look.
#[utoipa::path(tag = "remedy", responses((status = 200, description = "What is missing.", body = EvidencePackCheck)))]
#[get("/cases/{case_id}/proceedings/{n}/evidence-pack/check")]
pub async fn check_evidence_pack(call: Call) -> Answer {
    let scope = call.permit("check_evidence_pack")?;
    let NoQuery {} = call.query()?;
    let Read { found, proceeding, missing, .. } = look(&call, scope).await?;
    answer::ok(&EvidencePackCheck {
        case_id: found.case.id,
        proceeding: proceeding.n,
        complete: missing.iter().all(|lack| !lack.required),
        missing,
    })
}
