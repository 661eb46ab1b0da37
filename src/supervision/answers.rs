//! What becomes of a letter of the authority: noted and answered by the agency, concluded by the sender. Each once; an answer that is not enough is
//! followed by another letter, so that what is ordered stays owed until it is done (Art 47).

use super::letters::{Letter, SupervisionLetter, in_reach, names_nobody, people_of, post_letter, read};
use crate::case::facts::Needs;
use crate::case::journal::agency::{AgencyEvent, Change, Outcome};
use crate::case::journal::{self, Ask, JournalError, Mode, Repeated};
use crate::case::office::Office;
use crate::case::refusal::{Code, Refusal};
use crate::db::supervision::{self, Row, digest};
use crate::http::answer::Answer;
use crate::http::call::{Call, Versions};
use crate::http::problem::Problem;
use crate::http::text::Words;
use crate::ids::new_id;
use crate::people::Nothing;
use crate::people::writing::write;
use crate::rules::anonymity::Hidden;
use crate::rules::supervision::LetterKind;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, post};
use chrono::NaiveDate;
use diesel::PgConnection;
use garde::Validate;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// That the agency took note; nothing more is to be said.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteSupervisionLetter {}

/// The agency's answer.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct AnswerSupervisionLetter {
    /// What it says. Names nobody.
    #[garde(dive)]
    #[schema(example = "已检索三个系统，记录编号见协查第1至3号；现已补充检索纸质档案。")]
    pub words: Words<5000>,
    /// Stored documents that prove it; the authority reads them. Never an unredacted original.
    #[serde(default)]
    #[garde(length(max = 20))]
    #[schema(max_items = 20)]
    pub proofs: Vec<Uuid>,
}

/// Whether the answer is enough.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct ConcludeSupervisionLetter {
    /// It is; if not, another letter follows.
    pub accepted: bool,
    /// Where it is not: by when to answer again, today or later, within a year. Another letter of the same kind goes out with it, whose words are the
    /// remark. An order to rectify needs it.
    #[schema(example = "2026-12-18")]
    pub due_on: Option<NaiveDate>,
    /// What is remarked; needed where it is not enough. Names nobody.
    #[garde(dive)]
    #[schema(example = "已整改。")]
    pub remark: Option<Words<2000>>,
}

enum Act {
    Note,
    Answer(String, Vec<Uuid>),
    Conclude(bool, Option<String>, Option<NaiveDate>),
}

fn done(zh: &str, en: &str) -> JournalError {
    Refusal::new(Code::AlreadyDone, zh, en).under("47").into()
}

/// A proof is a document of the agency, named once, and none that a draft keeps sealed: the authority reads it.
fn proving(conn: &mut PgConnection, ask: &Ask, proofs: &[Uuid]) -> Result<(), JournalError> {
    let known = journal::known(conn, ask, None, &Needs { documents: proofs.to_vec(), ..Needs::default() })?;
    for (index, id) in proofs.iter().enumerate() {
        let pointer = format!("/proofs/{index}");
        let document = known.document(*id, &pointer)?;
        if !document.sealed_in.is_empty() {
            let (zh, en) = ("未遮盖的原件不报送上级机关", "an unredacted original is not for the authority");
            return Err(Refusal::new(Code::SealedDocument, zh, en).under("17").at(pointer).into());
        }
        if proofs.iter().take(index).any(|earlier| earlier == id) {
            return Err(Refusal::new(Code::FieldsRefused, "同一材料重复列出", "the document is named twice").at(pointer).into());
        }
    }
    Ok(())
}

/// Where an answer is not enough, by when the agency has to answer again; none where the letter ends here.
fn again_by(row: &Row, accepted: bool, (due_on, today): (Option<NaiveDate>, NaiveDate)) -> Result<Option<NaiveDate>, Refusal> {
    match due_on {
        Some(_) if accepted => {
            let (zh, en) = ("已经认可，不再有答复期限", "what is accepted is not answered again");
            Err(Refusal::new(Code::DateNotApplicable, zh, en).at("/due_on"))
        }
        None if !accepted && row.kind == LetterKind::Rectification.code() => {
            let (zh, en) = ("整改未获认可的，须注明再次答复的期限", "a rectification that is not enough is owed again: say by when");
            Err(Refusal::new(Code::DateMissing, zh, en).under("47").at("/due_on"))
        }
        Some(due_on) => in_reach(today, due_on).map(|()| Some(due_on)),
        None => Ok(None),
    }
}

impl Act {
    /// What happens to the letter, and what the trail says of it.
    fn on(
        self,
        conn: &mut PgConnection,
        row: &mut Row,
        ask: &Ask,
        (office, hidden): (&Office, &Hidden),
    ) -> Result<Vec<AgencyEvent>, JournalError> {
        let (by, now) = (Some(ask.person.account_id), office.clock.now());
        match self {
            Self::Note => {
                if row.noted_at.is_some() {
                    return Err(done("已经签收", "the letter is already noted"));
                }
                (row.noted_by, row.noted_at) = (by, Some(now));
                Ok(vec![AgencyEvent::SupervisionLetterNoted { letter: row.id, from: row.from_agency, noted_at: now }])
            }
            Self::Answer(words, proofs) => {
                if LetterKind::from_code(&row.kind).is_none_or(|kind| !kind.wants_answer()) {
                    let (zh, en) = ("该函只须签收", "a letter of this kind is noted, not answered");
                    return Err(Refusal::new(Code::NothingOpen, zh, en).under("47").into());
                }
                if row.answered_at.is_some() {
                    return Err(done("已经答复", "the letter is already answered"));
                }
                names_nobody(hidden, &[("/words", words.as_str())])?;
                proving(conn, ask, &proofs)?;
                let sha256 = digest(&words);
                (row.answer, row.answered_by, row.answered_at, row.proofs) = (Some(words), by, Some(now), proofs.clone());
                let (letter, from) = (row.id, row.from_agency);
                Ok(vec![AgencyEvent::SupervisionLetterAnswered { letter, from, sha256, answered_at: now, proofs }])
            }
            Self::Conclude(accepted, remark, due_on) => {
                if row.answered_at.is_none() {
                    let (zh, en) = ("尚未答复", "the letter is not answered yet");
                    return Err(Refusal::new(Code::NothingOpen, zh, en).under("47").into());
                }
                if row.concluded_at.is_some() {
                    return Err(done("已经办结", "the letter is already concluded"));
                }
                if !accepted && remark.is_none() {
                    let (zh, en) = ("不认可的，须说明理由", "say why the answer is not enough");
                    return Err(Refusal::new(Code::FieldsRefused, zh, en).at("/remark").into());
                }
                let due_on = again_by(row, accepted, (due_on, office.clock.today()))?;
                names_nobody(hidden, &[("/remark", remark.as_deref().unwrap_or_default())])?;
                let again = due_on.map(|due_on| Letter {
                    to: row.agency_id,
                    kind: LetterKind::from_code(&row.kind).unwrap_or(LetterKind::Inquiry),
                    case_id: row.case_id,
                    follows: Some(row.id),
                    subject: row.subject.clone(),
                    words: remark.clone().unwrap_or_default(),
                    due_on: Some(due_on),
                });
                let remark_sha256 = remark.as_deref().map(digest);
                (row.accepted, row.remark, row.concluded_by, row.concluded_at) = (Some(accepted), remark, by, Some(now));
                let (letter, to) = (row.id, row.agency_id);
                let mut events = vec![AgencyEvent::SupervisionLetterConcluded { letter, to, accepted, remark_sha256, concluded_at: now }];
                if let Some(again) = again {
                    events.push(post_letter(conn, office, (ask, new_id()), again)?);
                }
                Ok(events)
            }
        }
    }

    /// Whose it is to do.
    fn is_of(&self, row: &Row, agency: Uuid) -> bool {
        let side = if matches!(self, Self::Conclude(..)) { row.from_agency } else { row.agency_id };
        side == agency
    }
}

fn act(conn: &mut PgConnection, office: &Office, (ask, reads): (&Ask, &[Uuid]), act: Act) -> Result<SupervisionLetter, Problem> {
    let written = write(conn, office, ask, |conn| {
        let mut row = supervision::hold(conn, reads, ask.case)?.filter(|row| act.is_of(row, ask.agency)).ok_or(JournalError::Unknown)?;
        let hidden = people_of(conn, office, (row.agency_id, row.case_id))?;
        let events = act.on(conn, &mut row, ask, (office, &hidden))?;
        supervision::update(conn, &row)?;
        Ok(Change { value: row.id, repeated: Repeated { resource: row.id, version: 1, status: 201 }, events })
    })?;
    let (Outcome::Written(id) | Outcome::Repeated(Repeated { resource: id, .. })) = written;
    read(conn, office, reads, id)
}

async fn acted(call: Call, operation: &str, of: impl FnOnce(&Call) -> Result<Act, Problem>) -> Answer {
    let scope = call.permit(operation)?;
    call.query::<Nothing>()?;
    let ask = call.ask_in(call.id("letter_id")?, None, Versions::None, Mode::Take)?;
    let what = of(&call)?;
    let (office, reads) = (Arc::clone(&call.app.office), scope.reads.clone());
    let letter = call.app.db.run(scope, move |conn| act(conn, &office, (&ask, &reads), what)).await?;
    let location = format!("/api/v1/supervision-letters/{}", letter.id);
    Ok(HttpResponse::build(StatusCode::CREATED).insert_header((header::LOCATION, location)).json(letter))
}

/// Take note of a letter of the authority.
#[utoipa::path(tag = "supervision", params(("letter_id" = Uuid, Path, description = "The letter.")), request_body = NoteSupervisionLetter,
    responses((status = 201, description = "The letter.", body = SupervisionLetter)))]
#[post("/supervision-letters/{letter_id}/receipt")]
pub async fn note_supervision_letter(call: Call) -> Answer {
    acted(call, "note_supervision_letter", |call| call.json::<NoteSupervisionLetter>().map(|_| Act::Note)).await
}

/// Answer a letter of the authority.
///
/// In words, with documents that prove what they say. Until then the answer stands among the duties of the FOI office.
#[utoipa::path(tag = "supervision", params(("letter_id" = Uuid, Path, description = "The letter.")), request_body = AnswerSupervisionLetter,
    responses((status = 201, description = "The letter.", body = SupervisionLetter)))]
#[post("/supervision-letters/{letter_id}/answer")]
pub async fn answer_supervision_letter(call: Call) -> Answer {
    let of = |call: &Call| call.json::<AnswerSupervisionLetter>().map(|body| Act::Answer(body.words.into_string(), body.proofs));
    acted(call, "answer_supervision_letter", of).await
}

/// Say whether the answer of an agency below is enough.
///
/// For the agency that wrote the letter. Where it is not enough, another letter follows: with `due_on` it goes out at once, of the same kind and with the
/// remark for its words, and what it orders is owed again.
#[utoipa::path(tag = "supervision", params(("letter_id" = Uuid, Path, description = "The letter.")), request_body = ConcludeSupervisionLetter,
    responses((status = 201, description = "The letter.", body = SupervisionLetter)))]
#[post("/supervision-letters/{letter_id}/conclusion")]
pub async fn conclude_supervision_letter(call: Call) -> Answer {
    let of = |call: &Call| {
        let body: ConcludeSupervisionLetter = call.json()?;
        Ok(Act::Conclude(body.accepted, body.remark.map(Words::into_string), body.due_on))
    };
    acted(call, "conclude_supervision_letter", of).await
}
