//! A dossier of the sample as its inspector reads it (执法检查, Art 46): the letters and the records of the handling, people masked. Who: a supervisor of
//! the agency that drew the sample, for the dossiers drawn and no other.
//!
//! The inspection is of the handling, not of people: no scan, no information given, no original, no draft and no inner opinion goes along, they are
//! named in the catalogue. Nothing is given before its reading stands on the inspector's trail.

use super::export::{Beside, pack, send};
use super::files::{Originals, placed};
use super::found::{Found, read};
use super::records;
use crate::app::App;
use crate::case::journal::agency::{self, AgencyEvent};
use crate::case::journal::{JournalError, Pen};
use crate::case::model::Letter;
use crate::case::office::Office;
use crate::case::refusal::Code;
use crate::case::trail::Actor;
use crate::clock::legal_date;
use crate::db::inspections;
use crate::http::answer::Answer;
use crate::http::call::{Call, request_id};
use crate::http::problem::{Problem, ProblemBody};
use crate::letters::anonymous;
use crate::letters::compose::Document;
use crate::letters::made;
use crate::letters::render;
use crate::letters::sheet::{Block, Sheet};
use crate::letters::templates::Which;
use crate::people::Nothing;
use crate::rules::anonymity::Hidden;
use crate::steps::archive::catalogue::{Entry, entries};
use crate::steps::archive::offered;
use crate::supervision::inspections::nth;
use actix_web::get;
use diesel::prelude::*;
use std::sync::Arc;
use uuid::Uuid;

/// Where a letter lies in the package.
fn sheet_name(n: usize) -> String {
    format!("letters/{n:02}.pdf")
}

/// What is read of a dossier before it is set.
struct Inspected {
    agency: Uuid,
    case: Uuid,
    folder: String,
    letters: Vec<Sheet>,
    index: Sheet,
    records: Option<Sheet>,
    clock: String,
}

/// The letters of the case, those that were signed first: each once, in the words it has.
fn letters(conn: &mut PgConnection, office: &Office, found: &Found) -> Result<Vec<Sheet>, Problem> {
    let case = &found.case;
    let signed = case.replies.iter().map(|reply| Letter::Reply { n: reply.n });
    let mut all: Vec<Letter> = signed.collect();
    all.extend(case.letters.iter().map(|made| made.letter));
    let mut sheets = Vec::new();
    for (at, letter) in all.iter().enumerate() {
        if all.iter().take(at).any(|earlier| earlier == letter) {
            continue;
        }
        let document = Document::Letter(*letter);
        let prepared = match case.made(*letter).filter(|_| !made::is_signed(*letter)) {
            Some(made) => made::prepare_by(conn, office, (case, Which::Used(&made.templates)), document),
            None => made::prepare(conn, office, case, document),
        };
        match prepared {
            Ok(prepared) => sheets.push(prepared.sheet),
            // A letter that was voided, or one of an old register that has no words here.
            Err(problem) if problem.code() == Code::UnknownReference.as_str() => {}
            Err(problem) => return Err(problem),
        }
    }
    Ok(sheets)
}

/// The letters that go along, and the catalogue of the dossier.
fn index(found: &Found, letters: &[Sheet], papers: &[Entry]) -> Sheet {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<String>>();
    let mut blocks = vec![Block::Title("抽查案卷目录".to_owned())];
    let number = found.case.registration.as_ref().map(|entry| entry.case_number.as_str());
    blocks.push(Block::Note(format!("立卷机关：{}；登记编号：{}", found.agency, number.unwrap_or("未登记"))));
    blocks.push(Block::Heading("一、文书".to_owned()));
    let lines = (1..).zip(letters).map(|(n, sheet)| vec![sheet_name(n), sheet.subject.clone(), sheet.dated_on.to_string()]);
    let rows = std::iter::once(words(&["文件", "名称", "日期"])).chain(lines).collect();
    blocks.push(Block::Table { columns: vec![250, 500, 250], rows });
    blocks.push(Block::Heading("二、卷内文件".to_owned()));
    let lines = papers.iter().map(|paper| {
        let held = match (offered::shown(paper), paper.files.is_empty(), paper.record.is_null()) {
            (false, ..) => "内部材料，未提供",
            (true, false, false) => "见办理记录；原件未提供",
            (true, false, true) => "原件未提供",
            (true, true, false) => "见办理记录",
            (true, true, true) => "",
        };
        let number = paper.document_number.clone().unwrap_or_default();
        vec![paper.n.to_string(), paper.title.clone(), number, paper.dated_on.to_string(), held.to_owned()]
    });
    let rows = std::iter::once(words(&["序号", "题名", "文号", "日期", "备注"])).chain(lines).collect();
    blocks.push(Block::Table { columns: vec![90, 290, 230, 180, 210], rows });
    Sheet { subject: "抽查案卷目录".to_owned(), dated_on: legal_date(found.case.changed_at), blocks }
}

fn inspected(conn: &mut PgConnection, office: &Office, (own, id, n): (Uuid, Uuid, u32)) -> Result<Inspected, Problem> {
    let row = inspections::find(conn, own, id)?.ok_or_else(Problem::not_found)?;
    let data = row.read().map_err(|error| Problem::internal(&error))?;
    let drawn = nth(&data, n).ok_or_else(Problem::not_found)?;
    let found = read(conn, office, drawn.agency, drawn.case)?;
    let mut hidden = Hidden::default();
    // Without its people nothing can be masked.
    anonymous::hide_dossier(conn, office, &mut hidden, &found.case)?.ok_or_else(Problem::not_found)?;
    let masked = |sheet: &Sheet| sheet.reworded(|text| hidden.masked(text));
    let letters: Vec<Sheet> = letters(conn, office, &found)?.iter().map(masked).collect();
    let papers = entries(&found.case);
    let index = masked(&index(&found, &letters, &papers));
    let told: Vec<Entry> = papers.into_iter().filter(offered::shown).map(|paper| Entry { files: Vec::new(), ..paper }).collect();
    let records = records::sheet(&found, &placed(&found, told, (Originals::Withheld, "data")));
    let calendar = office.calendar(conn, found.case.pins.calendar).map_err(JournalError::from)?;
    let clock = crate::views::clock::printed(&found.case, &calendar, legal_date(found.case.changed_at));
    Ok(Inspected {
        agency: drawn.agency,
        case: drawn.case,
        folder: format!("inspected-{id}-{n}"),
        records: records.as_ref().map(masked),
        clock: clock.lines().map(|line| hidden.masked(line)).collect::<Vec<_>>().join("\n"),
        letters,
        index,
    })
}

impl Inspected {
    /// The files, set.
    fn files(&self, app: &App) -> Result<Vec<(String, Vec<u8>)>, Problem> {
        let fonts = app.press.fonts();
        let set = |sheet: &Sheet| render::spelt_pdf(sheet.clone(), &fonts).map_err(|error| Problem::internal(&error));
        let mut files =
            vec![("data/index.pdf".to_owned(), set(&self.index)?), ("data/clock.txt".to_owned(), self.clock.clone().into_bytes())];
        if let Some(records) = &self.records {
            files.push(("data/records.pdf".to_owned(), set(records)?));
        }
        for (n, sheet) in (1..).zip(&self.letters) {
            files.push((format!("data/{}", sheet_name(n)), set(sheet)?));
        }
        Ok(files)
    }
}

/// Take a dossier of the sample as its inspector reads it.
///
/// A bag (RFC 8493) in a ZIP with the replies and notices, the records of the handling and the explained clock, people masked. Scans, information
/// given, originals, drafts and inner opinions stay with the agency. Who is masked: applicants and agents, who was asked, spoken to or signed, also of
/// cases that share a reply or a proceeding, with their numbers, addresses and tracking numbers. Somebody who stands only in the words of the request or
/// of the reply is not known as a person and stands there. Each reading stands on the trail of the inspector's agency.
#[utoipa::path(tag = "supervision",
    params(("inspection_id" = Uuid, Path, description = "The inspection."), ("n" = u32, Path, description = "Place in the sample.")),
    responses((status = 200, description = "The package.", content((Vec<u8> = "application/zip"))),
        (status = 500, description = "A stored text is missing or altered.", body = ProblemBody, content_type = "application/problem+json")))]
#[get("/inspections/{inspection_id}/items/{n}/dossier")]
pub async fn get_inspected_dossier(call: Call) -> Answer {
    let scope = call.permit("get_inspected_dossier")?;
    call.query::<Nothing>()?;
    let (inspection, n, own) = (call.id("inspection_id")?, call.ordinal("n")?, call.caller.agency_id);
    let office = Arc::clone(&call.app.office);
    let read = call.app.db.run(scope.clone(), move |conn| inspected(conn, &office, (own, inspection, n))).await?;
    let (of, case, folder) = (read.agency, read.case, read.folder.clone());
    let app = call.app.clone();
    let packed = tokio::task::spawn_blocking(move || {
        let files = read.files(&app)?;
        pack(&app, &[], Beside { folder: read.folder, files })
    });
    let package = packed.await.map_err(|stopped| Problem::internal(&stopped))??;
    let event = AgencyEvent::InspectedDossierRead { inspection, n, of, case, manifest_sha256: package.manifest.clone() };
    let (office, request_id, account) = (Arc::clone(&call.app.office), request_id(&call.request), call.caller.account_id);
    let written = call.app.db.run(scope, move |conn| {
        let pen = Pen { office: &office, agency: own, actor: Actor::Account { id: account }, request_id };
        conn.transaction(|conn| agency::append(conn, &pen, &[event])).map_err(|error: JournalError| Problem::from(error))
    });
    written.await?;
    Ok(send(&call.app, &folder, package))
}
