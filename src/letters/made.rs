//! Making letters: composed, rendered to DOCX and PDF, put into the document store, then an event. Who: those who work the case; they and
//! auditors with a purpose download.
//!
//! Files are on disk before their rows and the event, which are written together; where nothing is written, the files go again.
//! What was signed (reply, erratum, revocation) is composed from the case, the settings and the templates of the moment it was signed at:
//! nothing that came later becomes part of it without a new approval (Art 45, domain 6.6).

use super::compose::{Document, Materials, Sharer, Templates, compose, needed, of_sharer, shared};
use super::documents::{self, New, give};
use super::press::Press;
use super::previews::{Format, uncomposed};
use super::render::{self, RenderError};
use super::sheet::Sheet;
use super::sniff::{DOCX, PDF};
use super::store::{Kept, Store};
use super::templates::{self, Which};
use crate::case::flow::Step;
use crate::case::journal::agency::{self, AgencyEvent, RevealPurpose};
use crate::case::journal::{self, Ask, IfMatch, JournalError, Mode, Pen, Taken, known_key};
use crate::case::model::{Case, DraftState, Letter, RenderedFile, ReplyItem, UsedTemplate};
use crate::case::office::Office;
use crate::case::refusal::{Code, Refusal};
use crate::case::replay;
use crate::case::trail::Actor;
use crate::crypto::{self, CaseOf};
use crate::db::schema::{accounts, departments, documents as rows, settings_editions};
use crate::http::answer::Answer;
use crate::http::call::{Call, Versions};
use crate::http::problem::Problem;
use crate::ids::new_id;
use crate::people::agencies;
use crate::rules::sight::Sight;
use crate::steps::mail::letters;
use crate::steps::mail::make::{MakeLetter, may_be_made};
use crate::steps::{self, Shown};
use crate::views::case_page::{CaseView, Reader};
use actix_web::{get, post};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::{max, min};
use diesel::prelude::*;
use garde::Validate;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Which letter to make.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct MakeLetterBody {
    /// Which letter.
    pub letter: Letter,
    /// Make the DOCX alone, to be printed and sealed: for a letter with a character that no font here has. It cannot be served on line.
    #[serde(default)]
    pub paper_only: bool,
}

/// As which files a letter is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Files {
    /// DOCX to be printed and sealed, PDF to be served on line.
    Both,
    /// DOCX alone.
    Paper,
}

/// A document that is composed and waits to be rendered.
pub(crate) struct Prepared {
    /// The letter.
    pub sheet: Sheet,
    /// What it was composed by.
    pub templates: Vec<UsedTemplate>,
}

/// Composes a document of a case from what stands in the database.
pub(crate) fn prepare(conn: &mut PgConnection, office: &Office, case: &Case, document: Document) -> Result<Prepared, Problem> {
    match signed(conn, case, document)? {
        Some(signed) => prepare_by(conn, office, (&signed, Which::At(signed.changed_at)), document),
        None => prepare_by(conn, office, (case, Which::Newest), document),
    }
}

/// What a letter that waits to be sent would say if it were made now by the templates it was made by; nothing of a letter that is fixed by
/// its signature, or was made before its words were kept.
pub fn says(conn: &mut PgConnection, office: &Office, case: &Case, letter: Letter) -> Result<Option<String>, Problem> {
    let waits = Step::Dispatch.row().allows(case.stage) && letters::waiting(case, letter).is_ok();
    let Some(made) = case.made(letter).filter(|made| waits && made.says.is_some() && !is_signed(letter)) else { return Ok(None) };
    let prepared = prepare_by(conn, office, (case, Which::Used(&made.templates)), Document::Letter(letter))?;
    said(&prepared.sheet).map(Some)
}

fn said(sheet: &Sheet) -> Result<String, Problem> {
    sheet.digest().map_err(|error| Problem::internal(&error))
}

/// Whether its text was approved of and numbered.
pub(crate) const fn is_signed(letter: Letter) -> bool {
    matches!(letter, Letter::Reply { .. } | Letter::Erratum { .. } | Letter::Revocation { .. })
}

/// The case as it was when the document was signed, if it is one that is.
fn signed(conn: &mut PgConnection, case: &Case, document: Document) -> Result<Option<Case>, Problem> {
    match document {
        Document::Letter(letter) if is_signed(letter) => {
            Ok(replay::first(conn, case.agency_id, case.id, |case| letters::dated_on(case, letter).is_some())?)
        }
        _ => Ok(None),
    }
}

/// The settings that were in force at a moment; the first there were, if none was made by then.
fn settings_at(conn: &mut PgConnection, agency: Uuid, moment: DateTime<Utc>) -> QueryResult<Option<i32>> {
    let editions = || settings_editions::table.filter(settings_editions::agency_id.eq(agency));
    let then: Option<i32> = editions().filter(settings_editions::made_at.le(moment)).select(max(settings_editions::edition)).first(conn)?;
    if then.is_some() { Ok(then) } else { editions().select(min(settings_editions::edition)).first(conn) }
}

/// The same with the case and the templates of a moment, or by the templates that a letter was made by.
pub(crate) fn prepare_by(
    conn: &mut PgConnection,
    office: &Office,
    (case, which): (&Case, Which<'_>),
    document: Document,
) -> Result<Prepared, Problem> {
    let reader = Reader::open(conn, office, case, Sight::Full)?;
    let newest = office.newest(conn, case.agency_id)?.settings;
    let edition = match which {
        Which::At(moment) => settings_at(conn, case.agency_id, moment)?.unwrap_or(newest),
        Which::Newest | Which::Used(_) => newest,
    };
    let settings = office.settings(conn, case.agency_id, edition)?;
    let calendar = office.calendar(conn, case.pins.calendar)?;
    let sharers = sharers(conn, office, case, document)?;
    let mut kinds = needed(case, document).map_err(uncomposed)?;
    for sharer in &sharers {
        let own = shared(case, document).and_then(|joint| of_sharer(&sharer.case, joint, document));
        kinds.extend(own.map(|own| needed(&sharer.case, own)).transpose().map_err(uncomposed)?.into_iter().flatten());
    }
    kinds.sort_unstable();
    kinds.dedup();
    let mut templates = Templates::new();
    for kind in kinds {
        templates.insert(kind, templates::read(conn, case.agency_id, kind, which)?);
    }
    let names = if matches!(document, Document::ApprovalSheet(_) | Document::SearchLetter(_)) {
        names(conn, case.agency_id)?
    } else {
        BTreeMap::new()
    };
    let mut earlier = earlier(conn, case, which)?;
    for sharer in &sharers {
        earlier.extend(self::earlier(conn, &sharer.case, which)?);
    }
    let materials = Materials {
        case,
        texts: reader.texts(),
        settings: &settings,
        calendar: &calendar,
        agency: &agencies::name(conn, case.agency_id)?,
        names: &names,
        earlier: &earlier,
        sharers: &sharers,
        today: office.clock.today(),
    };
    let sheet = compose(document, &materials, &templates).map_err(uncomposed)?;
    Ok(Prepared { sheet, templates: templates.into_values().map(|(used, _)| used).collect() })
}

/// The other cases that share the document, opened.
fn sharers(conn: &mut PgConnection, office: &Office, case: &Case, document: Document) -> Result<Vec<Sharer>, Problem> {
    let Some(joint) = shared(case, document) else { return Ok(Vec::new()) };
    let mut sharers = Vec::new();
    for id in joint.others(case.id) {
        let loaded = journal::load(conn, case.agency_id, id)?.ok_or_else(Problem::not_found)?;
        // What is fixed by a signature is so in every case of the document.
        let own = of_sharer(&loaded.case, joint, document);
        let then = own.map(|own| signed(conn, &loaded.case, own)).transpose()?.flatten();
        let case = then.unwrap_or(loaded.case);
        // Its texts went with its dossier, or the proceeding was never about it.
        if matches!(document, Document::ProceedingAnswer(_)) && (case.disposal.is_some() || case.proceeding_in(joint).is_none()) {
            continue;
        }
        let texts = Reader::open(conn, office, &case, Sight::Full)?.texts().clone();
        sharers.push(Sharer { case, texts });
    }
    Ok(sharers)
}

fn names(conn: &mut PgConnection, agency: Uuid) -> QueryResult<BTreeMap<Uuid, String>> {
    let mut names: Vec<(Uuid, String)> =
        accounts::table.filter(accounts::agency_id.eq(agency)).select((accounts::id, accounts::display_name)).load(conn)?;
    names.extend(
        departments::table
            .filter(departments::agency_id.eq(agency))
            .select((departments::id, departments::name))
            .load::<(Uuid, String)>(conn)?,
    );
    Ok(names.into_iter().collect())
}

/// The replies that a repeat rests on, by their cases, as they stood at the moment.
fn earlier(conn: &mut PgConnection, case: &Case, which: Which<'_>) -> Result<BTreeMap<Uuid, (String, NaiveDate)>, Problem> {
    let drafted = case.drafts.iter().filter(|draft| draft.state == DraftState::Open).flat_map(|draft| &draft.items);
    let items = case.replies.iter().flat_map(|reply| &reply.items).chain(drafted);
    let mut found = BTreeMap::new();
    for id in items.filter_map(|item: &ReplyItem| item.grounds.earlier_case) {
        let other = match which {
            Which::At(moment) => replay::as_of(conn, case.agency_id, id, moment)?,
            Which::Newest | Which::Used(_) => journal::load(conn, case.agency_id, id)?.map(|loaded| loaded.case),
        };
        let reply = other.as_ref().and_then(Case::standing_reply);
        found.extend(reply.map(|reply| (id, (reply.document_number.clone(), reply.on))));
    }
    Ok(found)
}

/// The files of a letter.
pub struct Rendered {
    docx: Vec<u8>,
    pdf: Option<Vec<u8>>,
    fonts: String,
    says: Option<String>,
}

/// Renders the files.
pub fn render(sheet: &Sheet, press: &Press, files: Files) -> Result<Rendered, RenderError> {
    let fonts = press.fonts();
    let pdf = (files == Files::Both).then(|| render::pdf(sheet, &fonts)).transpose()?;
    Ok(Rendered { docx: render::docx(sheet)?, pdf, fonts: fonts.digest().to_owned(), says: sheet.digest().ok() })
}

/// A file in the store, waiting for its row.
struct Put {
    owner: CaseOf,
    kept: Kept,
    size: usize,
    media_type: &'static str,
}

fn file(owner: CaseOf, bytes: &[u8]) -> RenderedFile {
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    RenderedFile { document: owner.case, sha256: crypto::hex(&crypto::sha256(bytes)), size }
}

/// A letter on its way: rendered, not yet written.
struct Making {
    command: MakeLetter,
    rendered: Rendered,
}

impl Making {
    fn new(agency: Uuid, letter: Letter, templates: Vec<UsedTemplate>, rendered: Rendered) -> Self {
        let rendered_as = |bytes: &[u8]| file(CaseOf { agency, case: new_id() }, bytes);
        let command = MakeLetter {
            letter,
            id: new_id(),
            templates,
            docx: rendered_as(&rendered.docx),
            pdf: rendered.pdf.as_deref().map(rendered_as),
            fonts: rendered.fonts.clone(),
            says: rendered.says.clone(),
        };
        Self { command, rendered }
    }

    fn put(&self, office: &Office, store: &Store, agency: Uuid) -> Result<Vec<Put>, super::store::StoreError> {
        let docx = (&self.command.docx, &self.rendered.docx, DOCX.media_type);
        let pdf = self.command.pdf.as_ref().zip(self.rendered.pdf.as_ref()).map(|(file, bytes)| (file, bytes, PDF.media_type));
        let mut put: Vec<Put> = Vec::new();
        for (file, bytes, media_type) in std::iter::once(docx).chain(pdf) {
            let owner = CaseOf { agency, case: file.document };
            let kept = store.put(&office.keys, owner, bytes).inspect_err(|_| discard(store, agency, &objects(&put)))?;
            put.push(Put { owner, kept, size: bytes.len(), media_type });
        }
        Ok(put)
    }
}

fn objects(put: &[Put]) -> Vec<[u8; 32]> {
    put.iter().map(|put| put.kept.object).collect()
}

/// Removes files that got no row.
pub(crate) fn discard(store: &Store, agency: Uuid, objects: &[[u8; 32]]) {
    for object in objects {
        if let Err(error) = store.discard(agency, object) {
            tracing::warn!(%error, "a file without a row stays in the document store");
        }
    }
}

/// Takes the step and writes the rows of its files with it.
fn record(conn: &mut PgConnection, office: &Office, ask: &Ask, (command, put): (MakeLetter, Vec<Put>)) -> Result<Taken, JournalError> {
    let letter = command.id;
    let result = conn.transaction(|conn| {
        let taken = journal::take(conn, office, ask, command)?;
        if matches!(taken, Taken::Written(_)) && !put.is_empty() {
            let actor = Actor::Account { id: ask.person.account_id };
            let pen = Pen { office, agency: ask.agency, actor, request_id: ask.request_id.clone() };
            let mut events = Vec::new();
            for Put { owner, kept, size, media_type } in put {
                let new = New { kept, size, media_type, letter: Some(letter) };
                events.push(documents::insert(conn, &pen, ask.person.account_id, (owner.case, new))?);
            }
            agency::append(conn, &pen, &events)?;
        }
        Ok(taken)
    });
    // A twin request may have been faster.
    result.or_else(|error| match known_key(conn, ask) {
        Ok(Some(repeated)) => Ok(Taken::Repeated(repeated)),
        _ => Err(error),
    })
}

/// Makes a letter in one go, for whoever holds a connection and may wait: the demo.
pub fn make_here(
    conn: &mut PgConnection,
    (office, press, store): (&Office, &Press, &Store),
    ask: &Ask,
    letter: Letter,
) -> Result<Taken, Problem> {
    let loaded = journal::load(conn, ask.agency, ask.case)?.ok_or_else(Problem::not_found)?;
    let Prepared { sheet, templates } = prepare(conn, office, &loaded.case, Document::Letter(letter))?;
    let rendered = render(&sheet, press, Files::Both).map_err(unrendered)?;
    let making = Making::new(ask.agency, letter, templates, rendered);
    let put = making.put(office, store, ask.agency).map_err(|error| documents::unstored(&error))?;
    let objects = objects(&put);
    let taken = record(conn, office, ask, (making.command, put));
    if !matches!(taken, Ok(Taken::Written(_))) {
        discard(store, ask.agency, &objects);
    }
    Ok(taken?)
}

/// The refusal of what cannot be rendered.
pub(crate) fn unrendered(error: RenderError) -> Problem {
    match error {
        RenderError::Undrawable(_) | RenderError::Unshaped(_) => Refusal::new(
            Code::CharacterUndrawable,
            format!("现有字体不能排印文书中的部分字符，请安装收字更全的字体，或者只制作用于打印盖章的 DOCX（paper_only）：{error}"),
            format!("a character of the letter cannot be set in the fonts there are; install one that has it, or make the DOCX alone (paper_only): {error}"),
        )
        .into(),
        other => Problem::internal(&other),
    }
}

/// Make a letter.
///
/// Composes it from the case and the templates in force, renders it to DOCX (to be printed and sealed) and PDF (to be served on line) and
/// keeps both; with `paper_only` the DOCX alone, where a character cannot be set in the fonts there are. Until it is dispatched it can be made again when something it states, or a
/// template, has changed. One that left on paper written elsewhere can be made once afterwards, as a copy for the file (`after_dispatch`).
#[utoipa::path(tag = "mail", request_body = MakeLetterBody, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/letters")]
pub async fn make_letter(call: Call) -> Answer {
    let scope = call.permit("make_letter")?;
    let id = call.id("case_id")?;
    let mut ask = call.ask(id, None, Versions::Exact)?;
    let MakeLetterBody { letter, paper_only } = call.json()?;
    let files = if paper_only { Files::Paper } else { Files::Both };
    let (office, caller) = (Arc::clone(&call.app.office), call.caller.clone());
    let store = call.app.documents.clone();
    let prepared = {
        let (office, ask) = (Arc::clone(&office), ask.clone());
        call.app.db.run(scope.clone(), move |conn| begin(conn, &office, &ask, letter)).await?
    };
    let making = match prepared {
        Begun::Known(taken) => {
            let shown = call.app.db.run(scope, move |conn| steps::show(conn, &office, &caller, taken)).await?;
            return shown.answer();
        }
        Begun::Prepared(version, Prepared { sheet, templates }) => {
            // Only the version it was composed from becomes the letter.
            ask.if_match = IfMatch::Version(version);
            let app = call.app.clone();
            let rendered = tokio::task::spawn_blocking(move || render(&sheet, &app.press, files)).await;
            let rendered = rendered.map_err(|stopped| Problem::internal(&stopped))?.map_err(unrendered)?;
            Making::new(ask.agency, letter, templates, rendered)
        }
    };
    let agency = ask.agency;
    let (command, put) = if ask.mode == Mode::Take {
        let (office, store) = (Arc::clone(&office), store.clone());
        documents::apart(move || making.put(&office, &store, agency).map(|put| (making.command, put))).await?
    } else {
        (making.command, Vec::new())
    };
    let objects = objects(&put);
    let (rows, shown): (Rows, Result<Shown, Problem>) = call
        .app
        .db
        .run(scope, move |conn| {
            let taken = record(conn, &office, &ask, (command, put));
            let rows = rows_after(&taken);
            let shown = taken.map_err(Problem::from).and_then(|taken| steps::show(conn, &office, &caller, taken));
            Ok::<_, Problem>((rows, shown))
        })
        .await?;
    if rows == Rows::None && !objects.is_empty() {
        documents::apart(move || {
            discard(&store, agency, &objects);
            Ok(())
        })
        .await?;
    }
    shown?.answer()
}

/// Whether the files that were put got their rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rows {
    /// They did, or after a failure of the database they may have: the files stay.
    Perhaps,
    /// Certainly not: the files go.
    None,
}

pub(crate) fn rows_after(taken: &Result<Taken, JournalError>) -> Rows {
    match taken {
        Ok(Taken::Repeated(_) | Taken::Valid(_))
        | Err(JournalError::Refused(_) | JournalError::Stale { .. } | JournalError::KeyReused | JournalError::Unknown) => Rows::None,
        Ok(Taken::Written(_)) | Err(_) => Rows::Perhaps,
    }
}

/// A request that began: its key is known, or the letter is composed.
enum Begun {
    Known(Taken),
    Prepared(i32, Prepared),
}

fn begin(conn: &mut PgConnection, office: &Office, ask: &Ask, letter: Letter) -> Result<Begun, Problem> {
    if let Some(repeated) = known_key(conn, ask)? {
        return Ok(Begun::Known(Taken::Repeated(repeated)));
    }
    let case = journal::load(conn, ask.agency, ask.case)?.ok_or_else(Problem::not_found)?.case;
    if let IfMatch::Version(version) = ask.if_match
        && version != case.version
    {
        return Err(JournalError::Stale { current: case.version }.into());
    }
    if !Step::MakeLetter.row().allows(case.stage) {
        return Err(journal::stage_forbids(Step::MakeLetter, &case).into());
    }
    may_be_made(&case, letter)?;
    Ok(Begun::Prepared(case.version, prepare(conn, office, &case, Document::Letter(letter))?))
}

/// Which file of a letter, and why it is read.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LetterContentQuery {
    /// PDF unless said otherwise, or there is none.
    #[param(inline)]
    format: Option<Format>,
    /// The purpose; required of auditors, kept on the trail where it is given.
    #[param(inline)]
    purpose: Option<RevealPurpose>,
}

/// Download a letter.
///
/// The bytes as they were made. Who read them stands on the agency's trail.
#[utoipa::path(tag = "letters", params(LetterContentQuery), responses((status = 200, description = "The bytes.",
    content((Vec<u8> = "application/pdf"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.wordprocessingml.document")))))]
#[get("/letters/{letter_id}/content")]
pub async fn get_letter_content(call: Call) -> Answer {
    let scope = call.permit("get_letter_content")?;
    let (agency, letter) = (call.caller.agency_id, call.id("letter_id")?);
    let LetterContentQuery { format, purpose } = call.query()?;
    // As PDF unless said otherwise or there is none.
    let media_types = format.map_or(vec![Format::Pdf.media_type(), Format::Docx.media_type()], |format| vec![format.media_type()]);
    let document: Option<Uuid> = call
        .app
        .db
        .run(scope.clone(), move |conn| {
            rows::table
                .filter(rows::agency_id.eq(agency))
                .filter(rows::letter_id.eq(letter))
                .filter(rows::media_type.eq_any(media_types))
                // "application/pdf" comes first.
                .order(rows::media_type.asc())
                .select(rows::id)
                .first(conn)
                .optional()
                .map_err(Problem::from)
        })
        .await?;
    let owner = CaseOf { agency, case: document.ok_or_else(Problem::not_found)? };
    give(&call, scope, owner, (purpose, letter)).await
}

/// What the trail says of a preview: the applicant is named in it.
pub(super) fn previewed(conn: &mut PgConnection, pen: &Pen<'_>, case: Uuid) -> Result<(), JournalError> {
    conn.transaction(|conn| agency::append(conn, pen, &[AgencyEvent::LetterPreviewed { case }]))
}
