//! Templates of letters (文书模板) as data, in immutable editions of each agency. Who: the administrator replaces, everybody reads.
//!
//! Where an agency has none of its own, the national default counts, as edition 0. A letter's event names the editions it was composed by
//! and the digests of their texts. A template is read, checked against the placeholders of its kind and filled once before it is kept.

use super::kinds::TemplateKind;
use super::previews::{Format, FormatQuery, rendered};
use super::sheet::{Block, Sheet};
use super::template::{Field, TEMPLATE_LIMIT, Template, TemplateError, Value, Values};
use crate::case::journal::agency::{AgencyEvent, Change, Outcome};
use crate::case::journal::{Mode, Repeated};
use crate::case::model::UsedTemplate;
use crate::case::refusal::{Code, FieldRefusal, Refusal};
use crate::crypto;
use crate::db::schema::letter_template_editions as editions;
use crate::http::answer::{self, Answer};
use crate::http::call::{Call, Versions};
use crate::http::paging::Page;
use crate::http::problem::Problem;
use crate::people::Nothing;
use crate::people::writing::{expect_version, write};
use actix_web::http::StatusCode;
use actix_web::{get, put};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use garde::Validate;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// A new text for a template.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceLetterTemplate {
    /// Lines that become blocks: `@issuer`, `@title`, `@number`, `@addressee`, `@heading`, `@verbatim`, `@note`, `@table 300,700` with
    /// rows of `| a | b`, `@signature a | b`, `@decisions`; any other line is a paragraph. `{{name}}` is a placeholder,
    /// `{{#name}}…{{/name}}` a section, `{{^name}}…{{/name}}` its opposite.
    #[garde(length(chars, min = 1, max = TEMPLATE_LIMIT))]
    #[schema(
        min_length = 1,
        max_length = 20_000,
        example = "@title {{title}}\n@addressee {{applicants}}：\n{{points}}\n请于{{term}}个工作日内补正。\n@signature {{seal}} | {{dated}}"
    )]
    pub text: String,
}

/// A placeholder.
#[derive(Debug, Serialize, ToSchema)]
pub struct Placeholder {
    /// Its name between the braces.
    pub name: &'static str,
    /// What it stands for, in Chinese.
    pub meaning: &'static str,
    /// A template without it is refused.
    pub required: bool,
    /// The placeholders of each entry, where it is a list and used as a section; empty for a value.
    #[schema(no_recursion)]
    pub entries: Vec<Placeholder>,
}

impl From<&Field> for Placeholder {
    fn from(field: &Field) -> Self {
        let entries = field.list.unwrap_or_default().iter().map(Self::from).collect();
        Self { name: field.name, meaning: field.zh, required: field.required, entries }
    }
}

/// A template in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct LetterTemplateSummary {
    /// Which template.
    #[schema(example = "correction")]
    pub kind: String,
    /// What it is called, in Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
    /// The edition in force; 0 is the national default.
    pub edition: i32,
    /// When it was made; null for the national default.
    #[schema(required = true)]
    pub made_at: Option<DateTime<Utc>>,
    /// SHA-256 of its text.
    pub sha256: String,
}

/// A template.
#[derive(Debug, Serialize, ToSchema)]
pub struct LetterTemplate {
    /// Which template.
    #[schema(example = "correction")]
    pub kind: String,
    /// What it is called, in Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
    /// The edition in force, also the `ETag`; 0 is the national default.
    pub edition: i32,
    /// When it was made; null for the national default.
    #[schema(required = true)]
    pub made_at: Option<DateTime<Utc>>,
    /// SHA-256 of its text.
    pub sha256: String,
    /// Its text.
    pub text: String,
    /// The placeholders it may use.
    pub placeholders: Vec<Placeholder>,
}

/// An edition of a template.
#[derive(Debug, Serialize, ToSchema)]
pub struct LetterTemplateEdition {
    /// Its number; 0 is the national default.
    pub edition: i32,
    /// When it was made; null for the national default.
    #[schema(required = true)]
    pub made_at: Option<DateTime<Utc>>,
    /// SHA-256 of its text.
    pub sha256: String,
    /// Its text.
    pub text: String,
}

type Row = (i32, DateTime<Utc>, String);

fn digest(text: &str) -> String {
    crypto::hex(&crypto::sha256(text.as_bytes()))
}

fn default(kind: TemplateKind) -> LetterTemplateEdition {
    let text = kind.default_text();
    LetterTemplateEdition { edition: 0, made_at: None, sha256: digest(text), text: text.to_owned() }
}

fn of_agency(conn: &mut PgConnection, agency: Uuid, kind: TemplateKind) -> QueryResult<Vec<LetterTemplateEdition>> {
    let rows: Vec<Row> = editions::table
        .filter(editions::agency_id.eq(agency))
        .filter(editions::kind.eq(kind.code()))
        .order(editions::edition.desc())
        .select((editions::edition, editions::made_at, editions::text))
        .load(conn)?;
    let edition = |(edition, made_at, text): Row| LetterTemplateEdition { edition, made_at: Some(made_at), sha256: digest(&text), text };
    Ok(rows.into_iter().map(edition).collect())
}

fn in_force(conn: &mut PgConnection, agency: Uuid, kind: TemplateKind) -> QueryResult<LetterTemplateEdition> {
    Ok(Which::Newest.of(kind, of_agency(conn, agency, kind)?))
}

/// Which edition of a template a letter is composed by.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Which<'a> {
    /// The one in force.
    Newest,
    /// The one that was in force when the letter was signed.
    At(DateTime<Utc>),
    /// The one that the letter was made by.
    Used(&'a [UsedTemplate]),
}

impl Which<'_> {
    /// Of the editions of a kind, the newest first; the national default where the agency had none of its own.
    fn of(self, kind: TemplateKind, editions: Vec<LetterTemplateEdition>) -> LetterTemplateEdition {
        let code = kind.code();
        let wanted = |known: &LetterTemplateEdition| match self {
            Self::Newest => true,
            Self::At(moment) => known.made_at.is_some_and(|made_at| made_at <= moment),
            Self::Used(used) => used.iter().any(|used| used.kind == code && used.edition == known.edition),
        };
        editions.into_iter().find(wanted).unwrap_or_else(|| default(kind))
    }
}

/// A template, read.
pub(super) fn read(
    conn: &mut PgConnection,
    agency: Uuid,
    kind: TemplateKind,
    which: Which<'_>,
) -> Result<(UsedTemplate, Template), Problem> {
    let LetterTemplateEdition { edition, sha256, text, .. } = which.of(kind, of_agency(conn, agency, kind)?);
    // What was kept was checked, but perhaps by an older program that asked for less.
    let template = kind.read(&text).map_err(|error| unfit(kind, edition, &error))?;
    Ok((UsedTemplate { kind: kind.code(), edition, sha256 }, template))
}

fn unfit(kind: TemplateKind, edition: i32, error: &TemplateError) -> Refusal {
    Refusal::new(
        Code::TemplateUnfit,
        format!("“{}”模板第 {edition} 版不合规定，请替换：{}", kind.zh(), error.zh()),
        format!("edition {edition} of the template \"{}\" cannot be used, replace it: {error}", kind.en()),
    )
}

fn view(kind: TemplateKind, edition: LetterTemplateEdition) -> LetterTemplate {
    let LetterTemplateEdition { edition, made_at, sha256, text } = edition;
    let placeholders = kind.fields().iter().copied().flatten().map(Placeholder::from).collect();
    LetterTemplate { kind: kind.code(), zh: kind.zh(), en: kind.en(), edition, made_at, sha256, text, placeholders }
}

fn kind_of(call: &Call) -> Result<TemplateKind, Problem> {
    call.request.match_info().get("kind").and_then(TemplateKind::from_code).ok_or_else(Problem::not_found)
}

fn sample_values(fields: &[Field]) -> Values {
    let value = |field: &Field| match field.list {
        Some(entries) => Value::List(vec![sample_values(entries)]),
        None => Value::Text(format!("【{}】", field.zh)),
    };
    fields.iter().map(|field| (field.name, value(field))).collect()
}

/// A template filled with the meanings of its placeholders.
fn sample(kind: TemplateKind, template: &Template, on: chrono::NaiveDate) -> Sheet {
    let mut values = Values::new();
    kind.fields().iter().for_each(|fields| values.extend(sample_values(fields)));
    template.sheet(format!("{}（样张）", kind.zh()), on, &values, &[Block::Paragraph("【各项答复内容】".to_owned())])
}

/// List the templates of letters.
#[utoipa::path(tag = "letters", responses((status = 200, description = "All templates, on one page, without their texts.", body = Page<LetterTemplateSummary>)))]
#[get("/letter-templates")]
pub async fn list_letter_templates(call: Call) -> Answer {
    let scope = call.permit("list_letter_templates")?;
    call.query::<Nothing>()?;
    let agency = call.caller.agency_id;
    let items = call
        .app
        .db
        .run(scope, move |conn| {
            TemplateKind::all()
                .map(|kind| {
                    let LetterTemplateEdition { edition, made_at, sha256, .. } = in_force(conn, agency, kind)?;
                    Ok(LetterTemplateSummary { kind: kind.code(), zh: kind.zh(), en: kind.en(), edition, made_at, sha256 })
                })
                .collect::<Result<Vec<_>, Problem>>()
        })
        .await?;
    answer::ok(&Page { items, next_cursor: None, total: None })
}

/// Read a template of a letter.
///
/// The edition in force with its text, and every placeholder it may use.
#[utoipa::path(tag = "letters", params(("kind" = String, Path, description = "Which template, such as `correction` or `decision_a2`.")),
    responses((status = 200, description = "The template.", body = LetterTemplate)))]
#[get("/letter-templates/{kind}")]
pub async fn get_letter_template(call: Call) -> Answer {
    let scope = call.permit("get_letter_template")?;
    call.query::<Nothing>()?;
    let (agency, kind) = (call.caller.agency_id, kind_of(&call)?);
    let edition = call.app.db.run(scope, move |conn| in_force(conn, agency, kind).map_err(Problem::from)).await?;
    answer::versioned(StatusCode::OK, edition.edition, None, &view(kind, edition))
}

/// List the editions of a template, the newest first.
#[utoipa::path(tag = "letters", params(("kind" = String, Path, description = "Which template.")),
    responses((status = 200, description = "All editions, on one page; the last is the national default.", body = Page<LetterTemplateEdition>)))]
#[get("/letter-templates/{kind}/editions")]
pub async fn list_letter_template_editions(call: Call) -> Answer {
    let scope = call.permit("list_letter_template_editions")?;
    call.query::<Nothing>()?;
    let (agency, kind) = (call.caller.agency_id, kind_of(&call)?);
    let mut items = call.app.db.run(scope, move |conn| of_agency(conn, agency, kind).map_err(Problem::from)).await?;
    items.push(default(kind));
    answer::ok(&Page { items, next_cursor: None, total: None })
}

/// Download a sample of a template.
///
/// The edition in force, filled with the meanings of its placeholders.
#[utoipa::path(tag = "letters", params(("kind" = String, Path, description = "Which template."), FormatQuery),
    responses((status = 200, description = "The bytes.", content((Vec<u8> = "application/pdf"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.wordprocessingml.document")))))]
#[get("/letter-templates/{kind}/sample")]
pub async fn get_letter_template_sample(call: Call) -> Answer {
    let scope = call.permit("get_letter_template_sample")?;
    let FormatQuery { format } = call.query()?;
    let (agency, kind) = (call.caller.agency_id, kind_of(&call)?);
    let (_, template) = call.app.db.run(scope, move |conn| read(conn, agency, kind, Which::Newest)).await?;
    let sheet = sample(kind, &template, call.app.office.clock.today());
    rendered(&call, sheet, format.unwrap_or(Format::Pdf)).await
}

/// Replace a template of a letter.
///
/// Makes the agency's next edition, for letters made from now on. A placeholder that the letter does not have is refused by its name and
/// line, and so is a template without one that the law wants in the letter.
#[utoipa::path(tag = "letters", params(("kind" = String, Path, description = "Which template.")), request_body = ReplaceLetterTemplate,
    responses((status = 200, description = "The new edition.", body = LetterTemplate)))]
#[put("/letter-templates/{kind}")]
pub async fn replace_letter_template(call: Call) -> Answer {
    let scope = call.permit("replace_letter_template")?;
    call.query::<Nothing>()?;
    let (agency, kind) = (call.caller.agency_id, kind_of(&call)?);
    let ask = call.ask_in(agency, None, Versions::Exact, Mode::Take)?;
    let ReplaceLetterTemplate { text } = call.json()?;
    let office = Arc::clone(&call.app.office);
    let text = checked(kind, text, office.clock.today())?;
    let edition = call
        .app
        .db
        .run(scope, move |conn| {
            let written = write(conn, &office, &ask, |conn| {
                let current = in_force(conn, agency, kind)?.edition;
                expect_version(&ask, current)?;
                let (edition, made_at) = (current + 1, office.clock.now());
                diesel::insert_into(editions::table)
                    .values((
                        editions::agency_id.eq(agency),
                        editions::kind.eq(kind.code()),
                        editions::edition.eq(edition),
                        editions::made_at.eq(made_at),
                        editions::text.eq(&text),
                    ))
                    .execute(conn)?;
                let event = AgencyEvent::LetterTemplateReplaced { template: kind.code(), edition, sha256: digest(&text), made_at };
                Ok(Change { value: edition, repeated: Repeated { resource: agency, version: edition, status: 200 }, events: vec![event] })
            })?;
            let (Outcome::Written(edition) | Outcome::Repeated(Repeated { version: edition, .. })) = written;
            let known = of_agency(conn, agency, kind)?.into_iter().find(|known| known.edition == edition);
            known.ok_or_else(Problem::not_found)
        })
        .await?;
    answer::versioned(StatusCode::OK, edition.edition, None, &view(kind, edition))
}

/// The text with its line ends made plain, or what is wrong with it by name.
fn checked(kind: TemplateKind, text: String, today: chrono::NaiveDate) -> Result<String, Refusal> {
    let refuse = |code: &'static str, zh: String, en: String| {
        Refusal::fields(vec![FieldRefusal { pointer: "/text".to_owned(), code: code.into(), detail_zh: zh, detail_en: en }])
    };
    let text = crate::rules::text::lines(&text, TEMPLATE_LIMIT)
        .map_err(|error| refuse(error.code(), format!("文字不符合规定：{}", error.zh()), error.to_string()))?;
    let template = kind.read(&text).map_err(|error| refuse(error.code(), error.zh(), error.to_string()))?;
    if sample(kind, &template, today).blocks.is_empty() {
        return Err(refuse("text_empty", "按该模板拟制的文书没有内容".to_owned(), "a letter by this template would be empty".to_owned()));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::letters::kinds::Frame;
    use chrono::Datelike;

    const ON: chrono::NaiveDate = chrono::NaiveDate::from_ymd_opt(2026, 11, 2).unwrap();

    #[test]
    fn an_unknown_placeholder_is_refused_by_name_when_the_template_is_kept() {
        let text = "@title {{title}}\n{{points}}{{term}}\n{{id_number}}";
        let refusal = checked(TemplateKind::Frame(Frame::Correction), text.to_owned(), ON).unwrap_err();
        let [error] = refusal.errors.as_slice() else { panic!("{refusal:?}") };
        assert_eq!((error.pointer.as_str(), error.code.as_ref()), ("/text", "placeholder_unknown"));
        assert!(error.detail_zh.contains("{{id_number}}") && error.detail_en.contains("line 3: {{id_number}}"), "{error:?}");
    }

    #[test]
    fn a_reply_without_number_decisions_or_remedy_is_refused() {
        for (text, name) in
            [("{{number}}\n{{remedy}}", "decisions"), ("{{number}}\n@decisions", "remedy"), ("{{remedy}}\n@decisions", "number")]
        {
            let refusal = checked(TemplateKind::Frame(Frame::Reply), text.to_owned(), ON).unwrap_err();
            assert!(refusal.errors[0].detail_en.contains(name), "{refusal:?}");
        }
    }

    #[test]
    fn art_45_a_letter_keeps_the_edition_of_its_moment() {
        let at = |day: u32| DateTime::from_naive_utc_and_offset(ON.with_day(day).unwrap().and_hms_opt(2, 0, 0).unwrap(), Utc);
        let kind = TemplateKind::Frame(Frame::Reply);
        let edition = |edition: i32, day: u32| {
            let text = format!("第{edition}版");
            LetterTemplateEdition { edition, made_at: Some(at(day)), sha256: digest(&text), text }
        };
        let chosen = |which: Which<'_>| which.of(kind, vec![edition(2, 9), edition(1, 5)]).edition;
        assert_eq!(chosen(Which::Newest), 2);
        assert_eq!((chosen(Which::At(at(9))), chosen(Which::At(at(8))), chosen(Which::At(at(4)))), (2, 1, 0));
        let used = |edition: i32| [UsedTemplate { kind: kind.code(), edition, sha256: String::new() }];
        assert_eq!((chosen(Which::Used(&used(1))), chosen(Which::Used(&used(0))), chosen(Which::Used(&[]))), (1, 0, 0));
    }

    #[test]
    fn a_template_from_before_the_check_was_as_strict_is_refused_by_name() {
        let kind = TemplateKind::Frame(Frame::Reply);
        let error = kind.read("{{number}}\n@decisions\n{{^remedy}}{{remedy}}{{/remedy}}").unwrap_err();
        let refusal = unfit(kind, 3, &error);
        assert_eq!(refusal.code.as_str(), "template_unfit");
        assert!(refusal.detail_zh.contains("第 3 版") && refusal.detail_zh.contains("{{remedy}}"), "{}", refusal.detail_zh);
    }

    #[test]
    fn marks_that_turn_the_writing_around_are_refused() {
        let refusal = checked(TemplateKind::Decision(crate::rules::reply_kinds::ReplyKind::A1), "{{reasons}}\u{202E}".to_owned(), ON);
        assert_eq!(refusal.unwrap_err().errors[0].code, "text_direction_mark");
    }

    #[test]
    fn every_template_gives_a_sample_without_braces() {
        for kind in TemplateKind::all() {
            let template = kind.read(kind.default_text()).unwrap();
            let sheet = format!("{:?}", sample(kind, &template, ON));
            assert!(!sheet.contains("{{") && sheet.contains('【'), "{}: {sheet}", kind.code());
        }
    }
}
