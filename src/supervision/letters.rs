//! Letters of the authority (询问、指导意见、责令整改、通报批评、检查结果): writing, listing, reading. A letter names nobody: it stands in clear text, and what it is about is
//! named by its case.

use crate::case::journal::agency::{AgencyEvent, Change, Outcome};
use crate::case::journal::{self, Ask, JournalError, Mode, Repeated};
use crate::case::office::Office;
use crate::case::refusal::{Code, FieldRefusal, Refusal};
use crate::clock::legal_date;
use crate::db::schema::{agencies, cases, supervision_letters as letters};
use crate::db::supervision::{self, Row};
use crate::http::answer::{self, Answer};
use crate::http::call::{Call, Versions};
use crate::http::paging::{self, Page};
use crate::http::problem::{Fault, Problem};
use crate::http::text::{Line, Words};
use crate::ids::new_id;
use crate::letters::anonymous;
use crate::people::Nothing;
use crate::people::writing::write;
use crate::rules::anonymity::Hidden;
use crate::rules::supervision::LetterKind;
use crate::views::names::{AccountRef, AgencyRef, Names};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, get, post};
use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use diesel::prelude::*;
use garde::Validate;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// The longest time an agency gets: a year, which still catches a mistyped one.
const LONGEST: Days = Days::new(366);

/// A letter of the authority.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct SendSupervisionLetter {
    /// The agency below, at any depth.
    pub to: Uuid,
    /// What it is: `inquiry` and `rectification` are answered by a date, `advice` and `criticism` are noted; `inspection_result` is written when an
    /// inspection is concluded, and by nobody else.
    pub kind: LetterKind,
    /// A case of that agency it is about; that of the letter it follows where none is named.
    pub case_id: Option<Uuid>,
    /// The earlier letter it follows, where its answer was not enough.
    pub follows: Option<Uuid>,
    /// What it is about. Names nobody.
    #[garde(dive)]
    #[schema(example = "关于信息不存在答复检索情况的询问")]
    pub subject: Line<200>,
    /// What it says. Names nobody.
    #[garde(dive)]
    #[schema(example = "请说明该件检索了哪些系统和档案，并附检索记录编号。")]
    pub words: Words<5000>,
    /// By when it is to be answered; never of what is only noted.
    #[schema(example = "2026-12-04")]
    pub due_on: Option<NaiveDate>,
}

/// A letter of the authority above.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SupervisionLetter {
    /// The letter.
    pub id: Uuid,
    /// Who wrote it.
    pub from: AgencyRef,
    /// The agency it is for.
    pub to: AgencyRef,
    /// What it is.
    pub kind: LetterKind,
    /// The case of that agency it is about.
    #[schema(required = true)]
    pub case_id: Option<Uuid>,
    /// The earlier letter it follows.
    #[schema(required = true)]
    pub follows: Option<Uuid>,
    /// Letters that follow it, the earliest first.
    pub followed_by: Vec<Uuid>,
    /// What it is about.
    pub subject: String,
    /// What it says.
    pub words: String,
    /// By when it is to be answered.
    #[schema(required = true)]
    pub due_on: Option<NaiveDate>,
    /// When it was sent.
    pub sent_at: DateTime<Utc>,
    /// Who of the sender.
    pub sent_by: AccountRef,
    /// When the agency took note.
    #[schema(required = true)]
    pub noted_at: Option<DateTime<Utc>>,
    /// Who took note.
    #[schema(required = true)]
    pub noted_by: Option<AccountRef>,
    /// The answer.
    #[schema(required = true)]
    pub answer: Option<String>,
    /// When it was answered.
    #[schema(required = true)]
    pub answered_at: Option<DateTime<Utc>>,
    /// Who answered.
    #[schema(required = true)]
    pub answered_by: Option<AccountRef>,
    /// Stored documents that the answer rests on; the sender reads them through the letter.
    pub proofs: Vec<Uuid>,
    /// Whether the sender found the answer enough; null until it said so.
    #[schema(required = true)]
    pub accepted: Option<bool>,
    /// What the sender remarked.
    #[schema(required = true)]
    pub remark: Option<String>,
    /// When.
    #[schema(required = true)]
    pub concluded_at: Option<DateTime<Utc>>,
    /// The agency still owes its answer, or that it takes note.
    pub open: bool,
    /// It was not answered by its date.
    pub overdue: bool,
}

/// Which letters.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListSupervisionLetters {
    /// To this agency.
    agency: Option<Uuid>,
    /// Of this kind.
    #[param(inline)]
    kind: Option<LetterKind>,
    /// Still to be answered or noted, or not any more.
    open: Option<bool>,
    /// Due before this day.
    due_before: Option<NaiveDate>,
    /// About this case.
    case_id: Option<Uuid>,
    /// Rows of a page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the page begins.
    cursor: Option<String>,
}

/// The letters as their readers see them.
pub(super) fn views(conn: &mut PgConnection, rows: Vec<Row>, reads: &[Uuid], today: NaiveDate) -> Result<Vec<SupervisionLetter>, Problem> {
    let ids: Vec<Uuid> = rows.iter().flat_map(|row| [row.agency_id, row.from_agency]).collect();
    let called: BTreeMap<Uuid, String> =
        agencies::table.filter(agencies::id.eq_any(&ids)).select((agencies::id, agencies::name)).load(conn)?.into_iter().collect();
    let people: Vec<Uuid> = rows.iter().flat_map(|row| [Some(row.sent_by), row.noted_by, row.answered_by]).flatten().collect();
    let names = Names::read(conn, reads, &people)?;
    let agency = |id: Uuid| AgencyRef { id, name: called.get(&id).cloned() };
    let letters: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let following = supervision::following(conn, reads, &letters)?;
    let view = |row: Row| {
        let kind = LetterKind::from_code(&row.kind).ok_or_else(|| Problem::internal(&"a letter of an unknown kind"))?;
        let open = if kind.wants_answer() { row.answered_at.is_none() } else { row.noted_at.is_none() };
        let met_on = row.answered_at.map_or(today, legal_date);
        Ok(SupervisionLetter {
            id: row.id,
            from: agency(row.from_agency),
            to: agency(row.agency_id),
            kind,
            case_id: row.case_id,
            follows: row.follows,
            followed_by: following.iter().filter(|(earlier, _)| *earlier == row.id).map(|(_, id)| *id).collect(),
            subject: row.subject,
            words: row.words,
            due_on: row.due_on,
            sent_at: row.sent_at,
            sent_by: names.account(row.sent_by),
            noted_at: row.noted_at,
            noted_by: row.noted_by.map(|id| names.account(id)),
            answer: row.answer,
            answered_at: row.answered_at,
            answered_by: row.answered_by.map(|id| names.account(id)),
            proofs: row.proofs,
            accepted: row.accepted,
            remark: row.remark,
            concluded_at: row.concluded_at,
            open,
            overdue: row.due_on.is_some_and(|due_on| met_on > due_on),
        })
    };
    rows.into_iter().map(view).collect()
}

/// One letter, by who may read it; any other is as unknown as one that does not exist.
pub(super) fn read(conn: &mut PgConnection, office: &Office, reads: &[Uuid], id: Uuid) -> Result<SupervisionLetter, Problem> {
    let row = supervision::find(conn, reads, id)?.ok_or_else(Problem::not_found)?;
    views(conn, vec![row], reads, office.clock.today())?.pop().ok_or_else(Problem::not_found)
}

/// The people of the case that a letter is about; nobody where it is about none, or where the case was destroyed.
pub(super) fn people_of(conn: &mut PgConnection, office: &Office, (agency, case): (Uuid, Option<Uuid>)) -> Result<Hidden, JournalError> {
    let mut hidden = Hidden::default();
    if let Some(loaded) = case.map(|case| journal::load(conn, agency, case)).transpose()?.flatten() {
        anonymous::hide(conn, office, &mut hidden, &loaded.case)?;
    }
    Ok(hidden)
}

/// Refuses a letter in which somebody's name or number stands.
pub(super) fn names_nobody(hidden: &Hidden, texts: &[(&str, &str)]) -> Result<(), Refusal> {
    let (zh, en) =
        ("上下级来往文书不得含有个人信息；所涉案件以 case_id 指明", "a letter names nobody: what it is about is named by case_id");
    unnamed(hidden, texts, (zh, en))
}

/// Refuses clear text in which somebody's name or number stands, in these words.
pub(super) fn unnamed(hidden: &Hidden, texts: &[(&str, &str)], (zh, en): (&'static str, &'static str)) -> Result<(), Refusal> {
    let given = texts.iter().filter_map(|(pointer, text)| Some((*pointer, hidden.found_in(text)?)));
    let errors: Vec<FieldRefusal> = given
        .map(|(pointer, given)| {
            let (zh, en) = given.says();
            let code = Cow::Borrowed(given.code());
            FieldRefusal { pointer: pointer.to_owned(), code, detail_zh: zh.to_owned(), detail_en: en.to_owned() }
        })
        .collect();
    if errors.is_empty() {
        return Ok(());
    }
    Err(Refusal { errors, ..Refusal::new(Code::IdentifiesSomebody, zh, en) })
}

impl SendSupervisionLetter {
    fn dated(&self, today: NaiveDate) -> Result<(), Refusal> {
        match self.due_on {
            None if self.kind.wants_answer() => {
                Err(Refusal::new(Code::DateMissing, "须注明答复期限", "say by when it is to be answered").at("/due_on"))
            }
            Some(_) if !self.kind.wants_answer() => {
                let (zh, en) = (format!("{}没有答复期限，只须签收", self.kind.zh()), "a letter that is only noted has no date");
                Err(Refusal::new(Code::DateNotApplicable, zh, en).at("/due_on"))
            }
            Some(due_on) => in_reach(today, due_on),
            None => Ok(()),
        }
    }

    fn is_written(&self) -> Result<(), Refusal> {
        if self.kind.is_written() {
            return Ok(());
        }
        let (zh, en) = ("检查结果在检查办结时由系统发出", "the result of an inspection goes out when the inspection is concluded");
        Err(Refusal::new(Code::FieldsRefused, zh, en).at("/kind"))
    }

    /// What it names belongs to an agency below.
    fn refers(&mut self, conn: &mut PgConnection, (own, reads): (Uuid, &[Uuid])) -> Result<(), JournalError> {
        let unknown = |pointer: &str, zh: &str, en: &str| Err(Refusal::new(Code::UnknownReference, zh, en).at(pointer).into());
        if self.to == own || !reads.contains(&self.to) {
            return unknown("/to", "不是下级机关", "it is no agency below yours");
        }
        if let Some(case) = self.case_id {
            let known: Option<Uuid> = cases::table.find((self.to, case)).select(cases::id).first(conn).optional()?;
            if known.is_none() {
                return unknown("/case_id", "该机关没有此案件", "that agency has no such case");
            }
        }
        if let Some(follows) = self.follows {
            let known = supervision::find(conn, &[self.to], follows)?.filter(|row| row.from_agency == own);
            let Some(known) = known else {
                return unknown("/follows", "没有发给该机关的此函", "you wrote no such letter to that agency");
            };
            self.case_id = self.case_id.or(known.case_id);
        }
        Ok(())
    }
}

/// Refuses a date to answer by that has passed or lies too far ahead.
pub(super) fn in_reach(today: NaiveDate, due_on: NaiveDate) -> Result<(), Refusal> {
    if due_on < today {
        return Err(Refusal::new(Code::DateBeforePrevious, "答复期限已经过去", "the date has passed").at("/due_on"));
    }
    if today.checked_add_days(LONGEST).is_some_and(|latest| due_on > latest) {
        let (zh, en) = ("答复期限超出一年，请核对年份", "the date is more than a year ahead: check the year");
        return Err(Refusal::new(Code::DateOutOfRange, zh, en).at("/due_on"));
    }
    Ok(())
}

/// What a letter says, and to whom.
pub(super) struct Letter {
    pub to: Uuid,
    pub kind: LetterKind,
    pub case_id: Option<Uuid>,
    pub follows: Option<Uuid>,
    pub subject: String,
    pub words: String,
    pub due_on: Option<NaiveDate>,
}

/// Stores a letter of the caller's agency; what the trail says of it.
pub(super) fn post_letter(
    conn: &mut PgConnection,
    office: &Office,
    (ask, id): (&Ask, Uuid),
    letter: Letter,
) -> Result<AgencyEvent, JournalError> {
    let row = Row {
        agency_id: letter.to,
        id,
        from_agency: ask.agency,
        kind: letter.kind.code().to_owned(),
        case_id: letter.case_id,
        follows: letter.follows,
        subject: letter.subject,
        words: letter.words,
        due_on: letter.due_on,
        sent_by: ask.person.account_id,
        sent_at: office.clock.now(),
        noted_by: None,
        noted_at: None,
        answer: None,
        answered_by: None,
        answered_at: None,
        accepted: None,
        remark: None,
        concluded_by: None,
        concluded_at: None,
        proofs: Vec::new(),
    };
    supervision::insert(conn, &row)?;
    let (to, sha256) = (row.agency_id, row.sha256());
    Ok(AgencyEvent::SupervisionLetterSent { letter: id, to, sha256, form: row.kind, due_on: row.due_on, sent_at: row.sent_at })
}

/// Writes a letter.
pub(crate) fn send(
    conn: &mut PgConnection,
    office: &Office,
    (ask, reads): (&Ask, &[Uuid]),
    mut body: SendSupervisionLetter,
) -> Result<SupervisionLetter, Problem> {
    let written = write(conn, office, ask, |conn| {
        body.refers(conn, (ask.agency, reads))?;
        body.is_written()?;
        body.dated(office.clock.today())?;
        let hidden = people_of(conn, office, (body.to, body.case_id))?;
        names_nobody(&hidden, &[("/subject", body.subject.as_str()), ("/words", body.words.as_str())])?;
        let SendSupervisionLetter { to, kind, case_id, follows, subject, words, due_on } = body;
        let (subject, words) = (subject.into_string(), words.into_string());
        let letter = Letter { to, kind, case_id, follows, subject, words, due_on };
        let event = post_letter(conn, office, (ask, ask.case), letter)?;
        Ok(Change { value: ask.case, repeated: Repeated { resource: ask.case, version: 1, status: 201 }, events: vec![event] })
    })?;
    let (Outcome::Written(id) | Outcome::Repeated(Repeated { resource: id, .. })) = written;
    read(conn, office, reads, id)
}

/// Write to an agency below.
///
/// An inquiry (询问) or an order to rectify (责令整改) is answered by its date, advice (指导意见) and criticism (通报批评, Art 47) are noted. The agency may stand at any depth below; any
/// other is unknown.
#[utoipa::path(tag = "supervision", request_body = SendSupervisionLetter,
    responses((status = 201, description = "The letter.", body = SupervisionLetter)))]
#[post("/supervision-letters")]
pub async fn send_supervision_letter(call: Call) -> Answer {
    let scope = call.permit("send_supervision_letter")?;
    call.query::<Nothing>()?;
    let ask = call.ask_in(new_id(), None, Versions::None, Mode::Take)?;
    let body: SendSupervisionLetter = call.json()?;
    let (office, reads) = (Arc::clone(&call.app.office), scope.reads.clone());
    let letter = call.app.db.run(scope, move |conn| send(conn, &office, (&ask, &reads), body)).await?;
    let location = format!("/api/v1/supervision-letters/{}", letter.id);
    Ok(HttpResponse::build(StatusCode::CREATED).insert_header((header::LOCATION, location)).json(letter))
}

/// Read a letter of the authority.
#[utoipa::path(tag = "supervision", params(("letter_id" = Uuid, Path, description = "The letter.")),
    responses((status = 200, description = "The letter.", body = SupervisionLetter)))]
#[get("/supervision-letters/{letter_id}")]
pub async fn get_supervision_letter(call: Call) -> Answer {
    let scope = call.permit("get_supervision_letter")?;
    call.query::<Nothing>()?;
    let (id, office, reads) = (call.id("letter_id")?, Arc::clone(&call.app.office), scope.reads.clone());
    let letter = call.app.db.run(scope, move |conn| read(conn, &office, &reads, id)).await?;
    answer::ok(&letter)
}

/// List letters of the authority, the newest first.
///
/// Those to the own agency, for a supervisor or auditor also those to every agency below. `open=true&due_before=` is what the FOI office has still to
/// answer.
#[utoipa::path(tag = "supervision", params(ListSupervisionLetters),
    responses((status = 200, description = "Letters.", body = Page<SupervisionLetter>)))]
#[get("/supervision-letters")]
pub async fn list_supervision_letters(call: Call) -> Answer {
    let scope = call.permit("list_supervision_letters")?;
    let asked: ListSupervisionLetters = call.query()?;
    let limit = paging::limit(asked.limit)?;
    let after: Option<(DateTime<Utc>, Uuid)> = asked.cursor.as_deref().map(paging::unpack).transpose()?;
    for (name, on) in [("cursor", after.map(|(at, _)| at.date_naive())), ("due_before", asked.due_before)] {
        storable(name, on)?;
    }
    let (office, reads) = (Arc::clone(&call.app.office), scope.reads.clone());
    let page = call
        .app
        .db
        .run(scope, move |conn| {
            let rows = page(conn, &reads, &asked, (after, limit))?;
            let Page { items, next_cursor, total } = paging::cut(rows, limit, |row: &Row| (row.sent_at, row.id));
            Ok::<_, Problem>(Page { items: views(conn, items, &reads, office.clock.today())?, next_cursor, total })
        })
        .await?;
    Ok(paging::answer(&call.request, &page))
}

/// Refuses a date whose year has no four digits: the database knows fewer years than the parser.
fn storable(name: &str, on: Option<NaiveDate>) -> Result<(), Problem> {
    if on.is_none_or(|on| (1..=9999).contains(&on.year())) {
        return Ok(());
    }
    let (zh, en) = (format!("{name} 的年份须为四位数"), format!("the year of {name} must have four digits"));
    Err(Problem::parameter(Fault::ParameterRefused, name, zh, en))
}

fn page(
    conn: &mut PgConnection,
    reads: &[Uuid],
    asked: &ListSupervisionLetters,
    (after, limit): (Option<(DateTime<Utc>, Uuid)>, i64),
) -> QueryResult<Vec<Row>> {
    let of: Vec<Uuid> = reads.iter().copied().filter(|id| asked.agency.is_none_or(|agency| agency == *id)).collect();
    let mut query = letters::table.filter(letters::agency_id.eq_any(of)).into_boxed();
    if let Some(kind) = asked.kind {
        query = query.filter(letters::kind.eq(kind.code()));
    }
    if let Some(case) = asked.case_id {
        query = query.filter(letters::case_id.eq(case));
    }
    if let Some(before) = asked.due_before {
        query = query.filter(letters::due_on.lt(before));
    }
    if let Some(open) = asked.open {
        let noted = letters::kind.eq_any(LetterKind::noted_only());
        query = if open {
            let answered = letters::kind.ne_all(LetterKind::noted_only());
            query.filter(noted.and(letters::noted_at.is_null()).or(answered.and(letters::answered_at.is_null())))
        } else {
            query.filter(noted.and(letters::noted_at.is_not_null()).or(letters::answered_at.is_not_null()))
        };
    }
    if let Some((at, id)) = after {
        query = query.filter(letters::sent_at.lt(at).or(letters::sent_at.eq(at).and(letters::id.lt(id))));
    }
    query.order((letters::sent_at.desc(), letters::id.desc())).limit(limit + 1).select(Row::as_select()).load(conn)
}
