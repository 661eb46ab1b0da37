//! Inspections (执法检查): drawing the sample, scoring a dossier, the result. Who: a supervisor, over the agencies below the own, at any depth.
//!
//! What was drawn is kept as it was drawn: seed, dossiers that could have been, sheet, sample. A dossier is scored anew until the result is said;
//! nothing is changed after it. The inspector reads pages, catalogues and the dossiers drawn, people masked, never an original; the agencies are told of their own.

use super::letters::{Letter, names_nobody, people_of, post_letter};
use crate::case::journal::agency::{AgencyEvent, Change, Outcome};
use crate::case::journal::{Ask, JournalError, Mode, Repeated};
use crate::case::office::{EditionError, Office};
use crate::case::refusal::{Code, FieldRefusal, Refusal};
use crate::case::stage::Stage;
use crate::db::inspections::{self, Data, Drawn, Row, ScoreRow, Scored};
use crate::db::schema::cases;
use crate::db::supervision::digest;
use crate::http::answer::Answer;
use crate::http::call::{Call, Versions};
use crate::http::problem::Problem;
use crate::http::text::{Line, Words};
use crate::ids::new_id;
use crate::people::Nothing;
use crate::people::writing::write;
use crate::rules::anonymity::Hidden;
use crate::rules::inspection::{ALGORITHM, Criterion, ScoreError, draw, population_digest, total, usual_sheet};
use crate::rules::matter::Matter;
use crate::rules::supervision::LetterKind;
use crate::views::inspections::{Inspection, show};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, post};
use chrono::NaiveDate;
use diesel::prelude::*;
use garde::Validate;
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// Most inspections of an agency.
const MOST: i64 = 1_000;
/// The first year with dossiers under the Regulations.
const FIRST_YEAR: i32 = 2008;

/// A line of a score sheet.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct CriterionInput {
    /// Its code, once in the sheet.
    #[garde(dive)]
    #[schema(example = "search")]
    pub code: Line<40>,
    /// What is looked at.
    #[garde(dive)]
    #[schema(example = "检索记录完整（条例36(4)）")]
    pub title: Line<200>,
    /// Most points.
    #[garde(range(min = 1, max = 1000))]
    #[schema(minimum = 1, maximum = 1000, example = 20)]
    pub points: u32,
}

/// What is drawn.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct DrawInspection {
    /// The year of the receipt dates.
    #[schema(minimum = 2008, maximum = 9999, example = 2026)]
    pub year: i32,
    /// How many dossiers.
    #[garde(range(min = 1, max = 500))]
    #[schema(minimum = 1, maximum = 500, example = 20)]
    pub size: u32,
    /// The seed; drawn at random where none is given. The same seed over the same dossiers gives the same sample.
    #[garde(dive)]
    #[schema(example = "2026年执法检查")]
    pub seed: Option<Line<100>>,
    /// Agencies below the own; all of them where none is named.
    #[serde(default)]
    #[garde(length(max = 200))]
    #[schema(max_items = 200)]
    pub agencies: Vec<Uuid>,
    /// The score sheet; the usual one of a hundred points where none is given.
    #[serde(default)]
    #[garde(length(max = 50), dive)]
    #[schema(max_items = 50)]
    pub sheet: Vec<CriterionInput>,
}

/// Points for a line of the sheet.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct ScoreInput {
    /// The line.
    #[garde(dive)]
    #[schema(example = "search")]
    pub code: Line<40>,
    /// Points, at most those of the line.
    #[schema(minimum = 0, example = 18)]
    pub points: u32,
}

/// How a dossier is scored: every line of the sheet once.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct ScoreDossier {
    /// Points by line.
    #[garde(length(min = 1, max = 50), dive)]
    #[schema(min_items = 1, max_items = 50)]
    pub scores: Vec<ScoreInput>,
    /// What is remarked. Names nobody.
    #[garde(dive)]
    #[schema(example = "协查只问了一个处室。")]
    pub remark: Option<Words<2000>>,
}

/// The result.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConcludeInspection {
    /// In words. Names nobody.
    #[garde(dive)]
    #[schema(example = "总体规范；检索记录是普遍的薄弱环节。")]
    pub result: Words<5000>,
}

impl DrawInspection {
    fn sheet(&self) -> Result<Vec<Criterion>, Refusal> {
        if self.sheet.is_empty() {
            return Ok(usual_sheet());
        }
        let mut codes = BTreeSet::new();
        for (index, line) in self.sheet.iter().enumerate() {
            if !codes.insert(line.code.as_str()) {
                let wrong = field(&format!("/sheet/{index}/code"), "doubled", ("代码重复", "the code stands there twice"));
                return Err(Refusal::fields(vec![wrong]));
            }
        }
        let line = |line: &CriterionInput| Criterion {
            code: line.code.as_str().to_owned(),
            title: line.title.as_str().to_owned(),
            points: line.points,
        };
        Ok(self.sheet.iter().map(line).collect())
    }

    fn agencies(&self, (own, reads): (Uuid, &[Uuid])) -> Result<Vec<Uuid>, Refusal> {
        let below: BTreeSet<Uuid> = reads.iter().copied().filter(|id| *id != own).collect();
        if let Some(index) = self.agencies.iter().position(|id| !below.contains(id)) {
            let (zh, en) = ("不是下级机关", "it is no agency below yours");
            return Err(Refusal::new(Code::UnknownReference, zh, en).at(format!("/agencies/{index}")));
        }
        let asked: BTreeSet<Uuid> = self.agencies.iter().copied().collect();
        Ok(if asked.is_empty() { below } else { asked }.into_iter().collect())
    }
}

fn field(pointer: &str, code: &'static str, (zh, en): (&str, &str)) -> FieldRefusal {
    FieldRefusal { pointer: pointer.to_owned(), code: Cow::Borrowed(code), detail_zh: zh.to_owned(), detail_en: en.to_owned() }
}

/// The dossiers of a year: requests for information, closed or archived, by receipt date; those that were disposed of are gone.
fn population(conn: &mut PgConnection, agencies: &[Uuid], year: i32) -> Result<BTreeMap<(Uuid, Uuid), String>, JournalError> {
    let day = |year: i32, month, day| NaiveDate::from_ymd_opt(year, month, day);
    let Some((from, until)) = day(year, 1, 1).zip(day(year, 12, 31)) else {
        return Err(Refusal::new(Code::DateOutOfRange, "年份超出范围", "the year is out of range").at("/year").into());
    };
    let rows: Vec<(Uuid, Uuid, Option<String>)> = cases::table
        .filter(cases::agency_id.eq_any(agencies))
        .filter(cases::received_on.between(from, until))
        .filter(cases::stage.eq_any([Stage::Closed.code(), Stage::Archived.code()]))
        // Corrections of one's own records (Art 41) have a register of their own (choice 32).
        .filter(cases::matter.eq(Matter::InformationRequest.code()))
        .select((cases::agency_id, cases::id, cases::case_number))
        .load(conn)?;
    Ok(rows.into_iter().map(|(agency, case, number)| ((agency, case), number.unwrap_or_default())).collect())
}

fn unreadable(error: &serde_json::Error) -> JournalError {
    EditionError::Unreadable(error.to_string()).into()
}

/// Draws a sample.
pub(crate) fn draw_sample(
    conn: &mut PgConnection,
    office: &Office,
    (ask, reads): (&Ask, &[Uuid]),
    body: &DrawInspection,
) -> Result<Inspection, Problem> {
    let written = write(conn, office, ask, |conn| {
        let (agencies, sheet) = (body.agencies((ask.agency, reads))?, body.sheet()?);
        if !(FIRST_YEAR..=9999).contains(&body.year) {
            return Err(Refusal::new(Code::DateOutOfRange, "年份超出范围", "the year is out of range").at("/year").into());
        }
        if inspections::count(conn, ask.agency)? >= MOST {
            let (zh, en) = (format!("最多{MOST}次检查"), format!("an agency has at most {MOST} inspections"));
            return Err(Refusal::new(Code::LimitReached, zh, en).into());
        }
        let known = population(conn, &agencies, body.year)?;
        if known.is_empty() {
            let (zh, en) = ("该年度没有已办结的案卷", "no dossier of that year is closed");
            return Err(Refusal::new(Code::NothingOpen, zh, en).under("46").into());
        }
        let all: Vec<(Uuid, Uuid)> = known.keys().copied().collect();
        let seed = body.seed.as_ref().map_or_else(|| new_id().simple().to_string(), |seed| seed.as_str().to_owned());
        let items = draw(&seed, &all, usize::try_from(body.size).unwrap_or(usize::MAX)).into_iter();
        let items =
            items.map(|(agency, case)| Drawn { agency, case, case_number: known.get(&(agency, case)).cloned().unwrap_or_default() });
        let data = Data {
            year: body.year,
            seed,
            size: body.size,
            algorithm: ALGORITHM.to_owned(),
            agencies,
            population: u32::try_from(all.len()).unwrap_or(u32::MAX),
            population_sha256: population_digest(&all),
            sheet,
            items: items.collect(),
        };
        let row = Row {
            agency_id: ask.agency,
            id: ask.case,
            data: serde_json::to_string(&data).map_err(|error| unreadable(&error))?,
            drawn_by: ask.person.account_id,
            drawn_at: office.clock.now(),
            result: None,
            concluded_by: None,
            concluded_at: None,
        };
        inspections::insert(conn, &row)?;
        let event = AgencyEvent::InspectionDrawn {
            inspection: row.id,
            year: data.year,
            seed: data.seed,
            algorithm: data.algorithm,
            population: data.population,
            population_sha256: data.population_sha256,
            sha256: row.sha256(),
            drawn_at: row.drawn_at,
        };
        Ok(Change { value: row.id, repeated: Repeated { resource: row.id, version: 1, status: 201 }, events: vec![event] })
    })?;
    let (Outcome::Written(id) | Outcome::Repeated(Repeated { resource: id, .. })) = written;
    show(conn, ask.agency, id)
}

/// An inspection that still goes on.
fn open(conn: &mut PgConnection, agency: Uuid, id: Uuid) -> Result<(Row, Data), JournalError> {
    let row = inspections::find(conn, agency, id)?.ok_or(JournalError::Unknown)?;
    if row.concluded_at.is_some() {
        return Err(Refusal::new(Code::AlreadyDone, "检查已经结束", "the inspection is concluded").under("46").into());
    }
    let data = row.read().map_err(|error| unreadable(&error))?;
    Ok((row, data))
}

/// The dossier at a place of the sample, from 1.
pub(crate) fn nth(data: &Data, n: u32) -> Option<&Drawn> {
    data.items.get(usize::try_from(n).ok()?.checked_sub(1)?)
}

fn scored(sheet: &[Criterion], body: ScoreDossier, hidden: &Hidden) -> Result<Scored, Refusal> {
    let remark = body.remark.map(Words::into_string);
    names_nobody(hidden, &[("/remark", remark.as_deref().unwrap_or_default())])?;
    let scores: Vec<(String, u32)> = body.scores.into_iter().map(|score| (score.code.into_string(), score.points)).collect();
    let sum = total(sheet, &scores).map_err(|error| {
        Refusal::fields(vec![match error {
            ScoreError::Missing(code) => {
                field("/scores", "missing", (&format!("缺少“{code}”的评分"), &format!("the line {code} has no score")))
            }
            ScoreError::Unknown(index) => field(
                &format!("/scores/{index}/code"),
                "unknown_or_doubled",
                ("评分表没有该项，或者重复评分", "the sheet has no such line, or it is scored twice"),
            ),
            ScoreError::TooMany(index) => {
                field(&format!("/scores/{index}/points"), "too_many", ("超过该项满分", "more points than the line has"))
            }
        }])
    })?;
    Ok(Scored { scores, total: sum, remark })
}

fn score(conn: &mut PgConnection, office: &Office, (ask, n): (&Ask, u32), body: ScoreDossier) -> Result<Inspection, Problem> {
    let written = write(conn, office, ask, |conn| {
        let (row, data) = open(conn, ask.agency, ask.case)?;
        let drawn = nth(&data, n).ok_or(JournalError::Unknown)?;
        let place = i32::try_from(n).map_err(|_| JournalError::Unknown)?;
        // The remark outlives the dossier in clear words.
        let hidden = people_of(conn, office, (drawn.agency, Some(drawn.case)))?;
        let scored = scored(&data.sheet, body, &hidden)?;
        let row_of_scores = ScoreRow {
            agency_id: ask.agency,
            inspection_id: row.id,
            n: place,
            data: serde_json::to_string(&scored).map_err(|error| unreadable(&error))?,
            scored_by: ask.person.account_id,
            scored_at: office.clock.now(),
        };
        inspections::score(conn, &row_of_scores)?;
        let sha256 = row_of_scores.sha256();
        let event =
            AgencyEvent::InspectionScored { inspection: row.id, n, total: scored.total, sha256, scored_at: row_of_scores.scored_at };
        Ok(Change { value: row.id, repeated: Repeated { resource: row.id, version: 1, status: 201 }, events: vec![event] })
    })?;
    let (Outcome::Written(id) | Outcome::Repeated(Repeated { resource: id, .. })) = written;
    show(conn, ask.agency, id)
}

/// Dossiers that one letter tells of: with the longest remarks it still is a page to be read, and not a download.
const DOSSIERS_OF_A_LETTER: usize = 50;

/// What each inspected agency is told, of its own dossiers alone: their points line by line, what was remarked, and the result; in several letters where
/// they are many.
fn told(data: &Data, scores: &[ScoreRow], result: &str) -> Result<Vec<Letter>, JournalError> {
    let most = data.sheet.iter().fold(0_u32, |sum, line| sum.saturating_add(line.points));
    let mut lines: BTreeMap<Uuid, Vec<String>> = BTreeMap::new();
    for (drawn, score) in data.items.iter().zip(scores) {
        let Scored { scores, total, remark } = score.read().map_err(|error| unreadable(&error))?;
        let points = |line: &Criterion| {
            let points = scores.iter().find(|(code, _)| *code == line.code).map_or(0, |(_, points)| *points);
            format!("{} {points}/{}", line.title, line.points)
        };
        let points: Vec<String> = data.sheet.iter().map(points).collect();
        let remark = remark.map(|remark| format!("；备注：{remark}")).unwrap_or_default();
        lines.entry(drawn.agency).or_default().push(format!("{}：{total}/{most}分（{}）{remark}", drawn.case_number, points.join("，")));
    }
    let letters = |(to, lines): (Uuid, Vec<String>)| {
        let (all, parts) = (lines.len(), lines.chunks(DOSSIERS_OF_A_LETTER).len());
        let letter = |(n, lines): (usize, &[String])| {
            let part = if parts == 1 { String::new() } else { format!("（之{n}，共{parts}份）") };
            Letter {
                to,
                kind: LetterKind::InspectionResult,
                case_id: None,
                follows: None,
                subject: format!("{}年度案卷抽查结果{part}", data.year),
                words: format!("抽查本机关案卷{all}件{part}：\n{}\n检查结论：{result}", lines.join("\n")),
                due_on: None,
            }
        };
        (1..).zip(lines.chunks(DOSSIERS_OF_A_LETTER)).map(letter).collect::<Vec<_>>()
    };
    Ok(lines.into_iter().flat_map(letters).collect())
}

fn conclude(
    conn: &mut PgConnection,
    office: &Office,
    (ask, reads): (&Ask, &[Uuid]),
    body: ConcludeInspection,
) -> Result<Inspection, Problem> {
    let written = write(conn, office, ask, |conn| {
        let (mut row, data) = open(conn, ask.agency, ask.case)?;
        let scores = inspections::scores_of(conn, ask.agency, row.id)?;
        if scores.len() < data.items.len() {
            let left = data.items.len() - scores.len();
            let (zh, en) = (format!("尚有{left}件未评分"), format!("{left} dossiers are not scored yet"));
            return Err(Refusal::new(Code::InspectionUnfinished, zh, en).under("46").into());
        }
        let result = body.result.into_string();
        for drawn in &data.items {
            let hidden = people_of(conn, office, (drawn.agency, Some(drawn.case)))?;
            names_nobody(&hidden, &[("/result", result.as_str())])?;
        }
        let (by, now) = (ask.person.account_id, office.clock.now());
        let event = AgencyEvent::InspectionConcluded { inspection: row.id, sha256: digest(&result), concluded_at: now };
        let mut events = vec![event];
        // An agency that went elsewhere since is not told by this one any more.
        for letter in told(&data, &scores, &result)?.into_iter().filter(|letter| reads.contains(&letter.to)) {
            events.push(post_letter(conn, office, (ask, new_id()), letter)?);
        }
        (row.result, row.concluded_by, row.concluded_at) = (Some(result), Some(by), Some(now));
        inspections::conclude(conn, &row)?;
        Ok(Change { value: row.id, repeated: Repeated { resource: row.id, version: 1, status: 201 }, events })
    })?;
    let (Outcome::Written(id) | Outcome::Repeated(Repeated { resource: id, .. })) = written;
    show(conn, ask.agency, id)
}

/// Draw a sample of dossiers of the agencies below.
///
/// Of all requests for information received in the year that are closed or archived, by a stated algorithm from a seed: the same seed over the same dossiers gives the
/// same sample. Sheet, seed and sample are kept as they were drawn.
#[utoipa::path(tag = "supervision", request_body = DrawInspection, responses((status = 201, description = "The inspection.", body = Inspection)))]
#[post("/inspections")]
pub async fn draw_inspection(call: Call) -> Answer {
    let scope = call.permit("draw_inspection")?;
    call.query::<Nothing>()?;
    let ask = call.ask_in(new_id(), None, Versions::None, Mode::Take)?;
    let body: DrawInspection = call.json()?;
    let (office, reads) = (Arc::clone(&call.app.office), scope.reads.clone());
    let drawn = call.app.db.run(scope, move |conn| draw_sample(conn, &office, (&ask, &reads), &body)).await?;
    Ok(created(drawn))
}

fn created(inspection: Inspection) -> HttpResponse {
    let location = format!("/api/v1/inspections/{}", inspection.id);
    HttpResponse::build(StatusCode::CREATED).insert_header((header::LOCATION, location)).json(inspection)
}

/// Score a dossier of the sample.
///
/// Every line of the sheet once. Scored anew, the last scores count.
#[utoipa::path(tag = "supervision", params(("inspection_id" = Uuid, Path, description = "The inspection."), ("n" = u32, Path, description = "Place in the sample.")),
    request_body = ScoreDossier, responses((status = 201, description = "The inspection.", body = Inspection)))]
#[post("/inspections/{inspection_id}/items/{n}/scores")]
pub async fn score_inspected_dossier(call: Call) -> Answer {
    let scope = call.permit("score_inspected_dossier")?;
    call.query::<Nothing>()?;
    let n = call.ordinal("n")?;
    let ask = call.ask_in(call.id("inspection_id")?, Some(n), Versions::None, Mode::Take)?;
    let body: ScoreDossier = call.json()?;
    let office = Arc::clone(&call.app.office);
    let scored = call.app.db.run(scope, move |conn| score(conn, &office, (&ask, n), body)).await?;
    Ok(created(scored))
}

/// Say the result of an inspection, once every dossier is scored.
///
/// Each inspected agency is told by a letter (检查结果通报) of its own dossiers, their points and remarks, and the result; it takes note of it.
#[utoipa::path(tag = "supervision", params(("inspection_id" = Uuid, Path, description = "The inspection.")), request_body = ConcludeInspection,
    responses((status = 201, description = "The inspection.", body = Inspection)))]
#[post("/inspections/{inspection_id}/conclusion")]
pub async fn conclude_inspection(call: Call) -> Answer {
    let scope = call.permit("conclude_inspection")?;
    call.query::<Nothing>()?;
    let ask = call.ask_in(call.id("inspection_id")?, None, Versions::None, Mode::Take)?;
    let body: ConcludeInspection = call.json()?;
    let (office, reads) = (Arc::clone(&call.app.office), scope.reads.clone());
    let concluded = call.app.db.run(scope, move |conn| conclude(conn, &office, (&ask, &reads), body)).await?;
    Ok(created(concluded))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn article_46_many_dossiers_are_told_in_several_letters_and_none_is_left_out() {
        let (big, small) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let drawn = |n: u128| Drawn {
            agency: if n == 0 { small } else { big },
            case: Uuid::from_u128(n + 10),
            case_number: format!("示市监依申请〔2025〕{n}号"),
        };
        let data = Data {
            year: 2025,
            seed: "甲".into(),
            size: 102,
            algorithm: String::new(),
            agencies: vec![big, small],
            population: 102,
            population_sha256: String::new(),
            sheet: vec![Criterion { code: "search".into(), title: "检索记录".into(), points: 60 }],
            items: (0..102).map(drawn).collect(),
        };
        let scored = Scored { scores: vec![("search".into(), 50)], total: 50, remark: Some("记录不全。".into()) };
        let row = |n: i32| ScoreRow {
            agency_id: Uuid::nil(),
            inspection_id: Uuid::nil(),
            n,
            data: serde_json::to_string(&scored).unwrap(),
            scored_by: Uuid::nil(),
            scored_at: chrono::DateTime::UNIX_EPOCH,
        };
        let letters = told(&data, &(1..=102).map(row).collect::<Vec<_>>(), "检索是薄弱环节。").unwrap();
        let of = |to: Uuid| letters.iter().filter(move |letter| letter.to == to);
        let lines = |letter: &Letter| letter.words.lines().filter(|line| line.contains("50/60")).count();
        assert_eq!(of(big).map(lines).collect::<Vec<_>>(), [50, 50, 1]);
        let subjects: Vec<&str> = of(big).map(|letter| letter.subject.as_str()).collect();
        assert_eq!(subjects[2], "2025年度案卷抽查结果（之3，共3份）");
        let alone: Vec<_> = of(small).map(|letter| (letter.subject.as_str(), lines(letter))).collect();
        assert_eq!(alone, [("2025年度案卷抽查结果", 1)]);
        assert!(letters.iter().all(|letter| letter.words.ends_with("检索是薄弱环节。")));
    }
}
