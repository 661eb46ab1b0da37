//! The evidence pack (举证材料包): the dossier for one reconsideration or lawsuit, with a draft of the answer, an index of the evidence, a time line
//! and the explained clock; 复议法 48, 54; 行诉法 67. Who: clerk, legal reviewer, approver.
//!
//! A proceeding that covers several cases has one pack with the dossiers of all of them, each checked by its own reply.
//! Before it goes out it lists what is missing; without something it needs it goes out only where that is asked for in so many words.

use super::export::{Beside, Volume, allowed, hand_out};
use super::files::{Item, Originals};
use super::found::{Found, read};
use super::lacking::{LackingView, disposed_of, lacking};
use crate::app::App;
use crate::case::journal;
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
use crate::steps::archive::offered::{last_day, offered, shown, too_late};
use actix_web::get;
use chrono::NaiveDate;
use diesel::PgConnection;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::borrow::Cow;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// What the index says of what was gathered after the reply.
pub(super) const NOT_OFFERED: &str = "答复作出之后形成，不作为证据提交";

/// What it says of a paper that the dossier does not hold.
pub(super) const NOT_HERE: &str = "案卷中没有该件，不列为证据";

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
    /// What is missing, in every case that the proceeding covers, what is required first.
    pub missing: Vec<LackingView>,
}

fn proceeding(found: &Found, n: u32) -> Result<Proceeding, Problem> {
    let known = found.case.proceeding(n).cloned();
    known.ok_or_else(|| Refusal::new(Code::UnknownTarget, "没有该编号的复议或者诉讼", "the case has no proceeding of this number").into())
}

/// One of the cases of a proceeding.
struct Part {
    found: Found,
    proceeding: Proceeding,
    /// The explained clock.
    clock: String,
}

/// What was read for a pack.
struct Read {
    /// The case asked for, and after it the others that the proceeding covers.
    parts: Vec<Part>,
    missing: Vec<LackingView>,
    /// The draft of the answer.
    draft: Sheet,
}

/// The dossiers of a proceeding's cases, each with the proceeding in it.
type Covered = Vec<(Found, Proceeding)>;

/// The dossiers of the cases that a proceeding covers, that of the first before the others, each with the proceeding in it; and what is said of
/// those that are no more.
pub(super) fn covered(
    conn: &mut PgConnection,
    (first, n): (Found, u32),
    mut read: impl FnMut(&mut PgConnection, Uuid) -> Result<Option<Found>, Problem>,
) -> Result<(Covered, Vec<LackingView>), Problem> {
    let own = proceeding(&first, n)?;
    let (agency, id) = (first.case.agency_id, first.case.id);
    let (mut all, mut missing) = (vec![(first, own.clone())], Vec::new());
    for other in own.joint.iter().flat_map(|joint| joint.others(id)) {
        let case = journal::load(conn, agency, other)?.ok_or_else(Problem::not_found)?.case;
        if case.disposal.is_some() {
            missing.push(disposed_of(&case, own.kind));
            continue;
        }
        let Some(found) = read(conn, other)? else { continue };
        let theirs = own.joint.as_ref().and_then(|joint| found.case.proceeding_in(joint)).cloned();
        all.extend(theirs.map(|theirs| (found, theirs)));
    }
    Ok((all, missing))
}

async fn look(call: &Call, scope: crate::db::pool::Scope) -> Result<Read, Problem> {
    let (agency, id, n) = (call.caller.agency_id, call.id("case_id")?, call.ordinal("n")?);
    let office = Arc::clone(&call.app.office);
    call.app
        .db
        .run(scope, move |conn| {
            let first = read(conn, &office, agency, id)?;
            proceeding(&first, n)?;
            let draft = made::prepare(conn, &office, &first.case, Document::ProceedingAnswer(n))?.sheet;
            let (all, mut missing) = covered(conn, (first, n), |conn, other| read(conn, &office, agency, other).map(Some))?;
            let (mut parts, today) = (Vec::new(), office.clock.today());
            for (found, proceeding) in all {
                let calendar = office.calendar(conn, found.case.pins.calendar).map_err(journal::JournalError::from)?;
                missing.extend(lacking(&found, &proceeding, (&calendar, today)));
                let clock = crate::views::clock::printed(&found.case, &calendar, today);
                parts.push(Part { found, proceeding, clock });
            }
            missing.sort_by_key(|lack| !lack.required);
            Ok::<_, Problem>(Read { parts, missing, draft })
        })
        .await
}

/// Refuses a pack that misses something it needs, naming all of it.
pub(super) fn complete(missing: &[LackingView]) -> Result<(), Refusal> {
    let required: Vec<&LackingView> = missing.iter().filter(|lack| lack.required).collect();
    if required.is_empty() {
        return Ok(());
    }
    let several = missing.iter().any(|lack| Some(lack.case_id) != missing.first().map(|first| first.case_id));
    // In a proceeding over several cases it is said of which.
    let said = |lack: &LackingView, text: &str| match &lack.case_number {
        Some(number) if several => format!("{number} {text}"),
        _ => text.to_owned(),
    };
    let list = |text: fn(&LackingView) -> &str, between: &str| {
        required.iter().map(|lack| said(lack, text(lack))).collect::<Vec<_>>().join(between)
    };
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
            detail_zh: format!("{}（{}）", said(lack, &lack.detail_zh), lack.article),
            detail_en: format!("{} ({})", said(lack, &lack.detail_en), lack.article),
        })
        .collect();
    Err(refusal)
}

/// Where in the package an item lies, or why it does not lie there.
fn whereabouts(item: &Item) -> String {
    let at: Vec<&str> = item.files.iter().filter_map(|file| file.path.as_deref()).collect();
    if at.is_empty() { item.remark() } else { at.join("、") }
}

/// The index of the evidence (证据目录): what proves how the application was dealt with, with its place in the package; below it, without a
/// number, what was gathered too late to be offered, and what there is no paper of.
pub(super) fn evidence(found: &Found, items: &[Item], last_day: Option<NaiveDate>) -> Sheet {
    let head = ["序号", "证据名称", "文号", "日期", "在本包中的位置"].map(str::to_owned).to_vec();
    let (given, left): (Vec<&Item>, Vec<&Item>) =
        items.iter().filter(|item| shown(&item.entry)).partition(|item| offered(&item.entry, last_day));
    let line = |n: String, item: &Item, at: String| {
        let entry = &item.entry;
        vec![n, entry.title.clone(), entry.document_number.clone().unwrap_or_default(), entry.dated_on.to_string(), at]
    };
    let given = (1..).zip(given).map(|(n, item): (u32, &Item)| line(n.to_string(), item, whereabouts(item)));
    let why = |item: &Item| if too_late(&item.entry, last_day) { NOT_OFFERED } else { NOT_HERE };
    let left = left.into_iter().map(|item| line("—".to_owned(), item, why(item).to_owned()));
    let rows = std::iter::once(head).chain(given).chain(left).collect();
    sheet(found, "证据目录", Block::Table { columns: vec![80, 250, 190, 140, 340], rows })
}

/// The items of the time line, day by day.
pub(super) fn day_by_day(items: &[Item]) -> Vec<&Item> {
    let mut dated: Vec<&Item> = items.iter().filter(|item| shown(&item.entry)).collect();
    dated.sort_by_key(|item| item.entry.dated_on);
    dated
}

/// The time line (办理经过), with the number of each paper in the catalogue.
fn time_line(found: &Found, items: &[Item]) -> Sheet {
    let head = ["日期", "事项", "文号", "目录序号"].map(str::to_owned).to_vec();
    let line = |item: &Item| {
        let entry = &item.entry;
        vec![entry.dated_on.to_string(), entry.title.clone(), entry.document_number.clone().unwrap_or_default(), entry.n.to_string()]
    };
    let rows = std::iter::once(head).chain(day_by_day(items).into_iter().map(line)).collect();
    sheet(found, "办理经过时间表", Block::Table { columns: vec![180, 420, 280, 120], rows })
}

fn sheet(found: &Found, title: &str, table: Block) -> Sheet {
    let case = &found.case;
    let number = case.registration.as_ref().map(|entry| Block::Number(entry.case_number.clone()));
    let blocks = std::iter::once(Block::Title(title.to_owned())).chain(number).chain([table]).collect();
    Sheet { subject: title.to_owned(), dated_on: legal_date(case.changed_at), blocks }
}

/// What goes with the dossier of one case.
pub(super) fn of_part(
    app: &App,
    (found, items, root): (&Found, &[Item], &str),
    (proceeding, clock): (&Proceeding, String),
) -> Result<Vec<(String, Vec<u8>)>, Problem> {
    let internal = |error: render::RenderError| Problem::internal(&error);
    let fonts = app.press.fonts();
    let at = |name: &str| format!("{root}/proceeding/{name}");
    let last_day = last_day(&found.case, proceeding);
    let line = |item: &Item| {
        let entry = &item.entry;
        json!({"on": entry.dated_on, "title": entry.title, "document_number": entry.document_number, "catalogue": entry.n,
               "offered": offered(entry, last_day)})
    };
    let lines: Vec<_> = day_by_day(items).into_iter().map(line).collect();
    let written = |error: serde_json::Error| Problem::internal(&error);
    Ok(vec![
        (at("evidence.pdf"), render::spelt_pdf(evidence(found, items, last_day), &fonts).map_err(internal)?),
        (at("time-line.pdf"), render::spelt_pdf(time_line(found, items), &fonts).map_err(internal)?),
        (at("time-line.json"), serde_json::to_vec_pretty(&lines).map_err(written)?),
        (at("clock.txt"), clock.into_bytes()),
    ])
}

/// The dossiers, and what goes with them.
fn bound(app: &App, read: Read, originals: Originals) -> Result<(Vec<Volume>, Beside), Problem> {
    let Read { parts, missing, draft } = read;
    let mut files = vec![
        ("data/proceeding/answer-draft.docx".to_owned(), render::docx(&draft).map_err(|error| Problem::internal(&error))?),
        ("data/proceeding/missing.json".to_owned(), serde_json::to_vec_pretty(&missing).map_err(|error| Problem::internal(&error))?),
    ];
    let mut folder = String::new();
    let mut volumes: Vec<Volume> = Vec::new();
    for Part { found, proceeding, clock } in parts {
        let volume = if volumes.is_empty() {
            folder = format!("evidence-{}-{}", found.case.id, proceeding.n);
            Volume::first(found, originals)
        } else {
            Volume::beside(found, originals)
        };
        files.extend(of_part(app, (&volume.found, &volume.items, &volume.root), (&proceeding, clock))?);
        volumes.push(volume);
    }
    Ok((volumes, Beside { folder, files }))
}

/// Take the evidence pack of a proceeding.
///
/// The package of the dossier, and with it in `data/proceeding` the draft of the answer or defence as DOCX, the index of the evidence, the
/// time line, the explained clock, and what is missing. Draft and clock are those of the day it is taken. Index and time line name what the body
/// or court is shown: no drafts, no inner opinions, nothing that was learnt; the dossier around them is whole, and the agency's. What was gathered
/// after the reply is named as not offered, and so is what there is no paper of; the draft lists what the index offers, by the same numbers. Where
/// the proceeding covers several cases, the draft tells of all of them, and the dossiers of the others lie in `data/cases`, each with an index of
/// its own. Refused while something it needs is missing in any of them, unless `incomplete` asks for it all the same.
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
    let made = tokio::task::spawn_blocking(move || bound(&app, read, originals));
    let bound = made.await.map_err(|stopped| Problem::internal(&stopped))??;
    hand_out(&call, scope, bound, (RevealPurpose::Proceeding, originals)).await
}

/// Check what the evidence pack of a proceeding misses.
///
/// Each thing with its article: what the pack needs, and what is worth a second look.
#[utoipa::path(tag = "remedy", responses((status = 200, description = "What is missing.", body = EvidencePackCheck)))]
#[get("/cases/{case_id}/proceedings/{n}/evidence-pack/check")]
pub async fn check_evidence_pack(call: Call) -> Answer {
    let scope = call.permit("check_evidence_pack")?;
    let NoQuery {} = call.query()?;
    let (case_id, proceeding) = (call.id("case_id")?, call.ordinal("n")?);
    let Read { missing, .. } = look(&call, scope).await?;
    answer::ok(&EvidencePackCheck { case_id, proceeding, complete: missing.iter().all(|lack| !lack.required), missing })
}
