//! What is composed and rendered without leaving a letter: drafts, the approval sheet, delivery slips, the form for a third party, the fee
//! standard. Who: those who work the agency's cases. Nothing is stored and nothing is an official letter before it is made and sealed.

use super::compose::{self, Document};
use super::documents::attached;
use super::kinds::{Frame, TemplateKind};
use super::made::{self, Prepared};
use super::render;
use super::sheet::{Block, Sheet};
use super::sniff::{DOCX, PDF};
use super::templates::{self, Which};
use crate::case::journal::{self, Ask, Pen};
use crate::case::model::Letter;
use crate::case::office::Office;
use crate::case::refusal::{Code, Refusal};
use crate::case::trail::Actor;
use crate::db::pool::Scope;
use crate::http::answer::Answer;
use crate::http::call::{Call, request_id};
use crate::http::problem::{Fault, Problem};
use crate::people::agencies;
use actix_web::get;
use diesel::PgConnection;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// As which file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// As PDF.
    Pdf,
    /// As DOCX.
    Docx,
}

impl Format {
    /// The type of the file.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => PDF.media_type,
            Self::Docx => DOCX.media_type,
        }
    }
}

/// As which file it is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FormatQuery {
    /// PDF unless said otherwise.
    #[param(inline)]
    pub format: Option<Format>,
}

/// What is previewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PreviewKind {
    /// The reply as the draft `n` would make it, marked as a draft.
    Draft,
    /// The approval sheet (办理审批表) of draft `n`.
    ApprovalSheet,
    /// A letter as it would be made now.
    Letter,
    /// The delivery slip (送达回证) for a letter.
    DeliverySlip,
    /// The form for the opinion of the third party of consultation `n`.
    OpinionForm,
    /// The letter that asks a department to search (协查函), of search task `n`.
    SearchLetter,
}

/// Which preview.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PreviewQuery {
    /// What.
    #[param(inline)]
    pub document: PreviewKind,
    /// The kind of letter, as in the step that makes it; for `letter` and `delivery_slip`.
    #[param(example = "reply")]
    pub letter: Option<String>,
    /// Number of the draft, consultation, search task or letter; the newest draft where it is left out.
    #[param(minimum = 1)]
    pub n: Option<u32>,
    /// Number of the reply, for an erratum or a revocation.
    #[param(minimum = 1)]
    pub reply: Option<u32>,
    /// PDF unless said otherwise.
    #[param(inline)]
    pub format: Option<Format>,
}

impl PreviewQuery {
    fn letter(&self) -> Option<Letter> {
        let mut value = serde_json::Map::new();
        value.insert("kind".to_owned(), self.letter.clone()?.into());
        value.extend(self.n.map(|n| ("n".to_owned(), n.into())));
        value.extend(self.reply.map(|reply| ("reply".to_owned(), reply.into())));
        serde_json::from_value(value.into()).ok()
    }

    fn document(&self, newest_draft: Option<u32>) -> Result<Document, Problem> {
        let n = |newest: Option<u32>| self.n.or(newest).ok_or_else(|| malformed("n"));
        Ok(match self.document {
            PreviewKind::Draft => Document::Draft(n(newest_draft)?),
            PreviewKind::ApprovalSheet => Document::ApprovalSheet(n(newest_draft)?),
            PreviewKind::OpinionForm => Document::OpinionForm(n(None)?),
            PreviewKind::SearchLetter => Document::SearchLetter(n(None)?),
            PreviewKind::Letter => Document::Letter(self.letter().ok_or_else(|| malformed("letter"))?),
            PreviewKind::DeliverySlip => Document::DeliverySlip(self.letter().ok_or_else(|| malformed("letter"))?),
        })
    }
}

fn malformed(name: &str) -> Problem {
    Problem::parameter(
        Fault::MalformedParameter,
        name,
        format!("参数 {name} 缺失，或者与文书种类不符"),
        format!("the parameter {name} is missing or does not fit the kind of document"),
    )
}

/// Says at the head what cannot be set, and stands spelt by its code point: the letter itself would be refused.
fn warned(mut sheet: Sheet, missing: &[char]) -> Sheet {
    if !missing.is_empty() {
        let codes: Vec<String> = missing.iter().map(|c| format!("U+{:04X}", u32::from(*c))).collect();
        let words = format!("现有字体不能排印下列字符，以编码代替显示，签发和制作 PDF 前请安装收字更全的字体：{}", codes.join("、"));
        sheet.blocks.insert(0, Block::Note(words));
    }
    sheet
}

/// Renders a sheet apart from the workers of the service.
pub(super) async fn bytes(call: &Call, sheet: Sheet, format: Format) -> Result<Vec<u8>, Problem> {
    let app = call.app.clone();
    let done = tokio::task::spawn_blocking(move || match format {
        Format::Pdf => {
            let missing = app.press.undrawable(&sheet)?;
            render::spelt_pdf(warned(sheet, &missing), &app.press.fonts())
        }
        Format::Docx => render::docx(&sheet),
    });
    done.await.map_err(|stopped| Problem::internal(&stopped))?.map_err(made::unrendered)
}

/// A sheet as a download.
pub(super) async fn rendered(call: &Call, sheet: Sheet, format: Format) -> Answer {
    let bytes = bytes(call, sheet, format).await?;
    Ok(attached(Uuid::nil(), format.media_type(), bytes))
}

/// Preview a letter, the approval sheet or a slip.
///
/// Composed from the case as it stands and the templates in force. Nothing is kept but that somebody looked, on the agency's trail; what is
/// sent is made by the step `make_letter`.
#[utoipa::path(tag = "letters", params(PreviewQuery), responses((status = 200, description = "The bytes.",
    content((Vec<u8> = "application/pdf"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.wordprocessingml.document")))))]
#[get("/cases/{case_id}/letter-previews")]
pub async fn preview_letter(call: Call) -> Answer {
    let scope = call.permit("preview_letter")?;
    let (agency, id) = (call.caller.agency_id, call.id("case_id")?);
    let query: PreviewQuery = call.query()?;
    let format = query.format.unwrap_or(Format::Pdf);
    let (office, request_id) = (Arc::clone(&call.app.office), request_id(&call.request));
    let actor = Actor::Account { id: call.caller.account_id };
    let Prepared { sheet, .. } = call
        .app
        .db
        .run(scope, move |conn| {
            let loaded = crate::case::journal::load(conn, agency, id)?.ok_or_else(Problem::not_found)?;
            let document = query.document(loaded.case.drafts.last().map(|draft| draft.n))?;
            let prepared = made::prepare(conn, &office, &loaded.case, document)?;
            // It names people in full: that somebody looked stands on the trail first.
            made::previewed(conn, &Pen { office: &office, agency, actor, request_id }, id)?;
            Ok::<_, Problem>(prepared)
        })
        .await?;
    let bytes = bytes(&call, sheet, format).await?;
    Ok(attached(id, format.media_type(), bytes))
}

/// Download the fee standard (收费标准).
///
/// To be put up at the counter and on the agency's site.
#[utoipa::path(tag = "letters", params(FormatQuery), responses((status = 200, description = "The bytes.",
    content((Vec<u8> = "application/pdf"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.wordprocessingml.document")))))]
#[get("/fee-standard")]
pub async fn get_fee_standard(call: Call) -> Answer {
    let scope = call.permit("get_fee_standard")?;
    let FormatQuery { format } = call.query()?;
    let agency = call.caller.agency_id;
    let office = Arc::clone(&call.app.office);
    let sheet = call
        .app
        .db
        .run(scope, move |conn| {
            let newest = office.newest(conn, agency).map_err(crate::case::journal::JournalError::from)?;
            let settings = office.settings(conn, agency, newest.settings).map_err(crate::case::journal::JournalError::from)?;
            let (_, template) = templates::read(conn, agency, TemplateKind::Frame(Frame::FeeStandard), Which::Newest)?;
            let name = agencies::name(conn, agency)?;
            Ok::<_, Problem>(compose::fee_standard(&name, &settings, &template, office.clock.today()))
        })
        .await?;
    rendered(&call, sheet, format.unwrap_or(Format::Pdf)).await
}

/// The characters of the open draft that cannot be set in the fonts there are, by their code points: known before it is signed, because its
/// text is fixed from then on. What cannot be composed at all is refused where the letter is made.
pub async fn undrawable(call: &Call, scope: Scope, ask: &Ask) -> Result<Option<String>, Problem> {
    let (office, ask) = (Arc::clone(&call.app.office), ask.clone());
    let sheet = call.app.db.run(scope, move |conn| Ok::<_, Problem>(drafted(conn, &office, &ask))).await?;
    let Some(sheet) = sheet else { return Ok(None) };
    let app = call.app.clone();
    let missing = tokio::task::spawn_blocking(move || app.press.undrawable(&sheet)).await.map_err(|stopped| Problem::internal(&stopped))?;
    let missing = missing.map_err(made::unrendered)?;
    Ok((!missing.is_empty()).then(|| render::named(&missing)))
}

fn drafted(conn: &mut PgConnection, office: &Office, ask: &Ask) -> Option<Sheet> {
    let case = journal::load(conn, ask.agency, ask.case).ok()??.case;
    let draft = case.open_draft()?.n;
    made::prepare(conn, office, &case, Document::Draft(draft)).ok().map(|prepared| prepared.sheet)
}

/// The refusal of what cannot be composed.
pub(super) fn uncomposed(error: compose::ComposeError) -> Problem {
    match error {
        compose::ComposeError::NoSuch => {
            Refusal::new(Code::UnknownReference, "案件没有该文书，或者该文书已作废", "the case has no such letter, or it was voided").into()
        }
        compose::ComposeError::Shredded => Refusal::new(
            Code::PrivateTextsGone,
            "案件的个人信息已按期销毁，不能再制作文书",
            "the private texts of the case were destroyed: no letter can be made any more",
        )
        .into(),
        compose::ComposeError::Template => Problem::internal(&error),
    }
}
