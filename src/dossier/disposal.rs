//! The second person's decision on a disposal. The report (销毁清册) is set, stored and kept; then, in the transaction of the event, the keys
//! of the dossier's texts and of the documents that no other case needs are destroyed. The trail stays, and still verifies.
//!
//! The list of what goes is read before the report is set, and again under its locks: what is not as the report says is not disposed of.

use crate::app::App;
use crate::case::command::not_disposed_of;
use crate::case::journal::{
    self, Ask, IfMatch, JournalError, Mode, Pen, Taken, agency, companions, hold_documents, known_key, own_documents,
};
use crate::case::model::{Case, RenderedFile, Verdict};
use crate::case::office::Office;
use crate::case::refusal::{Code, Refusal};
use crate::case::retention::{kept_until, kin};
use crate::case::trail::Actor;
use crate::crypto::{self, CaseOf};
use crate::http::answer::Answer;
use crate::http::call::{Call, Versions};
use crate::http::problem::Problem;
use crate::http::text::Words;
use crate::ids::new_id;
use crate::letters::documents::{self, New, apart};
use crate::letters::made::{Rows, discard, rows_after, unrendered};
use crate::letters::render;
use crate::letters::sheet::{Block, Sheet};
use crate::letters::sniff::PDF;
use crate::letters::store::Kept;
use crate::steps::archive::dispose::{DecideDisposal, open_to};
use crate::steps::{self, Shown};
use crate::views::case_page::CaseView;
use crate::views::names::{self, Names};
use actix_web::post;
use chrono::NaiveDate;
use diesel::prelude::*;
use garde::Validate;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// What the second person decides.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct DecideDisposalBody {
    /// Approved: the dossier is disposed of, for good. Returned: it stays.
    pub verdict: Verdict,
    /// Why; needed to refuse.
    #[garde(dive)]
    #[schema(example = "涉及信访事项，继续保存。")]
    pub reason: Option<Words<1000>>,
}

/// What the report names beside the case.
struct Witness {
    agency: String,
    proposed_by: String,
    decided_by: String,
    kept_until: Option<NaiveDate>,
    extent: Extent,
    /// The register numbers of the cases that go along.
    companions: Vec<String>,
    today: NaiveDate,
    head: String,
}

/// What goes: the cases beside the dossier, and the documents that no other case needs.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Extent {
    companions: Vec<Uuid>,
    documents: Vec<Uuid>,
}

impl Extent {
    /// The dossier and the cases that go along.
    fn cases(&self, case: Uuid) -> Vec<Uuid> {
        self.companions.iter().copied().chain([case]).collect()
    }

    fn of(conn: &mut PgConnection, case: &Case) -> Result<(Self, Vec<Case>), JournalError> {
        let along = companions(conn, case)?;
        let mut extent = Self { companions: along.iter().map(|known| known.id).collect(), documents: Vec::new() };
        extent.documents = own_documents(conn, case.agency_id, &extent.cases(case.id))?;
        Ok((extent, along))
    }

    /// Refuses unless it is still what goes, and holds it until the transaction ends. A paper is held with each of its parts: of two that
    /// go at once, one waits and finds itself the last.
    fn hold(&self, conn: &mut PgConnection, (agency, case): (Uuid, Uuid)) -> Result<(), JournalError> {
        let mut held = self.cases(case);
        for id in held.clone() {
            held.extend(journal::load(conn, agency, id)?.and_then(|loaded| loaded.case.split_from).map(|origin| origin.case));
        }
        journal::lock(conn, agency, &held)?;
        hold_documents(conn, agency, &self.cases(case))?;
        let loaded = journal::load(conn, agency, case)?.ok_or(JournalError::Unknown)?;
        // Another decision may have been faster; the step says so.
        if loaded.case.disposal.is_some() || Self::of(conn, &loaded.case)?.0 == *self {
            return Ok(());
        }
        let (zh, en) = (
            "其他案件对卷内文件的使用，或者须一并销毁的案件，在制作销毁清册后有变化，请重新审批",
            "which documents other cases need, or which cases go along, has changed since the report was set: decide again",
        );
        Err(Refusal::new(Code::DisposalOutdated, zh, en).under("档案法实施条例 19").into())
    }
}

fn report(case: &Case, proposal: u32, witness: &Witness) -> Sheet {
    let mut rows = Vec::new();
    let mut said = |label: &str, value: String| rows.push(vec![label.to_owned(), value]);
    said("立卷机关", witness.agency.clone());
    said("题名", "政府信息公开申请案卷".to_owned());
    said("登记编号", case.registration.as_ref().map(|entry| entry.case_number.clone()).unwrap_or_default());
    if let Some(archiving) = &case.archiving {
        said("档号", archiving.archive_number.clone());
        said("办结日期", case.closing.as_ref().map(|closing| closing.on.to_string()).unwrap_or_default());
        said("归档日期", archiving.on.to_string());
        said("保管期限", archiving.retention_years.map_or_else(|| "永久".to_owned(), |years| format!("{years} 年")));
        said("卷内文件", format!("{} 件", archiving.catalogue.len()));
    }
    if let Some(voiding) = &case.voiding {
        said("作废日期", voiding.on.to_string());
    }
    if let Some(splitting) = &case.splitting {
        said("拆分日期", splitting.on.to_string());
    }
    said("期满日期", witness.kept_until.map(|on| on.to_string()).unwrap_or_default());
    if !witness.companions.is_empty() {
        said("一并销毁的案件", witness.companions.join("、"));
    }
    if let Some(proposal) = case.disposal_proposals.iter().find(|known| known.n == proposal) {
        said("鉴定意见", proposal.appraisal.clone());
        said("提出人、日期", format!("{}，{}", witness.proposed_by, proposal.on));
    }
    said("审批人、日期", format!("{}，{}", witness.decided_by, witness.today));
    said("销毁内容", format!("案件全部文字的密钥，{} 个文件的密钥，检索索引和人员索引", witness.extent.documents.len()));
    said("保留内容", format!("办理轨迹 {} 条及各文件的摘要值；审批前最后一条的 SHA-256 为 {}", case.version, witness.head));
    let blocks = vec![
        Block::Title("档案销毁清册".to_owned()),
        Block::Table { columns: vec![260, 740], rows },
        Block::Signature { agency: witness.agency.clone(), dated: witness.today.format("%Y年%-m月%-d日").to_string() },
    ];
    Sheet { subject: "档案销毁清册".to_owned(), dated_on: witness.today, blocks }
}

/// A decision that began: its key is known, it needs no report, or the report is composed.
enum Begun {
    Known(Taken),
    Plain,
    Prepared(i32, Box<(Sheet, Extent)>),
}

fn begin(conn: &mut PgConnection, office: &Office, ask: &Ask, verdict: Verdict) -> Result<Begun, Problem> {
    if let Some(repeated) = known_key(conn, ask)? {
        return Ok(Begun::Known(Taken::Repeated(repeated)));
    }
    let loaded = journal::load(conn, ask.agency, ask.case)?.ok_or_else(Problem::not_found)?;
    let case = &loaded.case;
    if let IfMatch::Version(version) = ask.if_match
        && version != case.version
    {
        return Err(JournalError::Stale { current: case.version }.into());
    }
    if verdict == Verdict::Returned {
        return Ok(Begun::Plain);
    }
    if !crate::case::flow::Step::DecideDisposal.row().allows(case.stage) {
        return Err(journal::stage_forbids(crate::case::flow::Step::DecideDisposal, case).into());
    }
    let (by, today) = (ask.person.account_id, office.clock.today());
    let newest = office.newest(conn, ask.agency)?.settings;
    let settings = office.settings(conn, ask.agency, newest)?;
    not_disposed_of(case)?;
    let kin = journal::named_cases(conn, ask.agency, None, &kin(case))?;
    let proposal = open_to(case, (ask.at.unwrap_or_default(), verdict), &kin, (by, &settings, today))?;
    let (extent, along) = Extent::of(conn, case)?;
    let names = Names::read(conn, &[ask.agency], &[by, proposal.by])?;
    let name = |id: Uuid| names.account(id).display_name.unwrap_or_default();
    let witness = Witness {
        agency: names::agency(conn, ask.agency)?.name.unwrap_or_default(),
        proposed_by: name(proposal.by),
        decided_by: name(by),
        kept_until: kept_until(case, &settings),
        extent,
        companions: along.into_iter().filter_map(|known| known.registration).map(|entry| entry.case_number).collect(),
        today,
        head: loaded.head_hash.clone(),
    };
    let sheet = report(case, proposal.n, &witness);
    Ok(Begun::Prepared(case.version, Box::new((sheet, witness.extent))))
}

/// The report in the store, waiting for its row.
struct Put {
    file: RenderedFile,
    kept: Kept,
    extent: Extent,
}

fn put(app: &App, owner: CaseOf, (bytes, extent): (&[u8], Extent)) -> Result<Put, crate::letters::store::StoreError> {
    let kept = app.documents.put(&app.office.keys, owner, bytes)?;
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    Ok(Put { file: RenderedFile { document: owner.case, sha256: crypto::hex(&kept.sha256), size }, kept, extent })
}

/// Takes the step, writes the report's row and destroys the keys, all or nothing.
fn record(
    conn: &mut PgConnection,
    office: &Office,
    ask: &Ask,
    (body, put): (DecideDisposalBody, Option<Put>),
) -> Result<Taken, JournalError> {
    let result = conn.transaction(|conn| {
        if let Some(put) = &put {
            put.extent.hold(conn, (ask.agency, ask.case))?;
        }
        let Extent { companions, documents } =
            put.as_ref().map_or(Extent { companions: Vec::new(), documents: Vec::new() }, |put| put.extent.clone());
        let report = put.as_ref().map(|put| put.file.clone());
        let reason = body.reason.map(Words::into_string);
        let command = DecideDisposal { verdict: body.verdict, reason, report, documents, companions };
        let taken = journal::take(conn, office, ask, command)?;
        if let (Taken::Written(_), Some(Put { file, kept, extent })) = (&taken, put) {
            let pen =
                Pen { office, agency: ask.agency, actor: Actor::Account { id: ask.person.account_id }, request_id: ask.request_id.clone() };
            let size = usize::try_from(file.size).unwrap_or(usize::MAX);
            let new = New { kept, size, media_type: PDF.media_type, letter: None };
            let event = documents::insert(conn, &pen, ask.person.account_id, (file.document, new))?;
            agency::append(conn, &pen, &[event])?;
            journal::shred(conn, (ask.agency, &extent.cases(ask.case)), &extent.documents)?;
        }
        Ok(taken)
    });
    // A twin request may have been faster.
    result.or_else(|error| match known_key(conn, ask) {
        Ok(Some(repeated)) => Ok(Taken::Repeated(repeated)),
        _ => Err(error),
    })
}

/// Decide on a disposal as the second person.
///
/// Never who proposed it. Approved, the dossier's texts and the documents that no other case needs are shredded by destroying their keys;
/// the report is stored as a document, and the trail is kept. The paper whose last part it is goes along, and every case that was voided in
/// its favour. What has changed since the report was set is refused: decide again.
#[utoipa::path(tag = "archive", request_body = DecideDisposalBody, responses((status = 201, description = "The case.", body = CaseView)))]
#[post("/cases/{case_id}/disposal-proposals/{n}/decision")]
pub async fn decide_disposal(call: Call) -> Answer {
    let scope = call.permit("decide_disposal")?;
    let (id, n) = (call.id("case_id")?, call.ordinal("n")?);
    let mut ask = call.ask(id, Some(n), Versions::Exact)?;
    let body: DecideDisposalBody = call.json()?;
    let (office, caller) = (Arc::clone(&call.app.office), call.caller.clone());
    let begun = {
        let (office, ask, verdict) = (Arc::clone(&office), ask.clone(), body.verdict);
        call.app.db.run(scope.clone(), move |conn| begin(conn, &office, &ask, verdict)).await?
    };
    let owner = CaseOf { agency: ask.agency, case: new_id() };
    let stored = match begun {
        Begun::Known(taken) => {
            let shown = call.app.db.run(scope, move |conn| steps::show(conn, &office, &caller, taken)).await?;
            return shown.answer();
        }
        Begun::Plain => None,
        Begun::Prepared(version, prepared) => {
            let (sheet, extent) = *prepared;
            // Only what the report describes is disposed of.
            ask.if_match = IfMatch::Version(version);
            let app = call.app.clone();
            let bytes = tokio::task::spawn_blocking(move || render::spelt_pdf(sheet, &app.press.fonts())).await;
            let bytes = bytes.map_err(|stopped| Problem::internal(&stopped))?.map_err(unrendered)?;
            let app = call.app.clone();
            match ask.mode {
                Mode::Take => Some(apart(move || put(&app, owner, (&bytes, extent))).await?),
                Mode::Validate => {
                    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                    let sha256 = crypto::sha256(&bytes);
                    let file = RenderedFile { document: owner.case, sha256: crypto::hex(&sha256), size };
                    Some(Put { file, kept: Kept { wrapped: Vec::new(), sha256, object: sha256 }, extent })
                }
            }
        }
    };
    let on_disk = stored.as_ref().filter(|_| ask.mode == Mode::Take).map(|put| put.kept.object);
    let (rows, shown): (Rows, Result<Shown, Problem>) = call
        .app
        .db
        .run(scope, move |conn| {
            let taken = record(conn, &office, &ask, (body, stored));
            let rows = rows_after(&taken);
            let shown = taken.map_err(Problem::from).and_then(|taken| steps::show(conn, &office, &caller, taken));
            Ok::<_, Problem>((rows, shown))
        })
        .await?;
    if let Some(object) = on_disk.filter(|_| rows == Rows::None) {
        let store = call.app.documents.clone();
        apart(move || {
            discard(&store, owner.agency, &[object]);
            Ok(())
        })
        .await?;
    }
    shown?.answer()
}
