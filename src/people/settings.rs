//! Settings of the agency: number patterns, bodies and courts by date, offsets of reminders. Who: the administrator.
//!
//! An edition is never changed: a case rests on the one it names. Replacing the settings makes the next edition.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{get, put};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use garde::Validate;
use garde::error::Path;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::Nothing;
use super::findings::{AgencyFinding, findings};
use super::writing::{expect_version, write};
use crate::case::journal::agency::{AgencyEvent, Change, Outcome};
use crate::case::journal::{JournalError, Mode, Repeated};
use crate::case::office::Office;
use crate::case::refusal::{FieldRefusal, Refusal};
use crate::crypto;
use crate::db::schema::settings_editions;
use crate::http::answer::{self, Answer};
use crate::http::call::{Call, Versions};
use crate::http::problem::Problem;
use crate::rules::clock::{ClockChoices, LONGEST_CORRECTION};
use crate::rules::inner::{self, InnerLimit, LimitError};
use crate::rules::numbering::{NoticeKind, Pattern};
use crate::rules::platform::LONGEST_ENTRY;
use crate::rules::receipt::ReceiptChoices;
use crate::rules::retention::{self, RetentionLine};
use crate::rules::review::{self, ReviewLine};
use crate::rules::settings::{DatedBody, LetterData, Settings};
use crate::rules::text::{self, TextError};

/// The furthest a reminder reaches, in working days.
const FURTHEST_OFFSET: u32 = 60;

/// Days on which a body or court can have become the right one.
const DAYS: (NaiveDate, NaiveDate) = (NaiveDate::from_ymd_opt(1949, 10, 1).unwrap(), NaiveDate::from_ymd_opt(2099, 12, 31).unwrap());

/// One edition of the settings. Without `edition` and `made_at` it is what `PUT` takes.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SettingsEdition {
    /// Its number, also the `ETag`.
    pub edition: i32,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// Short name in register numbers and document numbers (机关代字).
    pub agency_code: String,
    /// Pattern of the register number.
    #[schema(example = "{agency}申〔{year}〕{n}号")]
    pub case_number_pattern: String,
    /// Pattern of the number in the register of corrections of one's own records (Art 41).
    #[schema(example = "{agency}更正〔{year}〕{n}号")]
    pub record_correction_number_pattern: String,
    /// Pattern of the document number (文号).
    #[schema(example = "{agency}公复〔{year}〕{n}号")]
    pub document_number_pattern: String,
    /// Pattern of the document numbers of notices; `{kind}` stands for the word of the kind.
    #[schema(example = "{agency}公{kind}〔{year}〕{n}号")]
    pub notice_number_pattern: String,
    /// How applicants reach the agency.
    pub contact: String,
    /// The reconsideration body, by day.
    pub reconsideration_bodies: Vec<DatedBody>,
    /// The court of first instance, by day.
    pub courts: Vec<DatedBody>,
    /// Working days before the due date on which a reminder goes out.
    pub reminder_offsets: Vec<u32>,
    /// Retention of a dossier in years; null is permanent.
    #[schema(required = true)]
    pub retention_years: Option<u16>,
    /// What the law of the clock leaves to the agency.
    pub clock: ClockChoices,
    /// What the law of the receipt date leaves to the agency.
    pub receipt: ReceiptChoices,
    /// Inner limits of steps.
    pub inner_limits: Vec<InnerLimit>,
    /// What letters bear beside the agency's name and contact.
    pub letters: LetterData,
    /// Who must have reviewed a draft before it is signed, by what it answers.
    pub review_chain: Vec<ReviewLine>,
    /// How long dossiers are kept by what sort they are, from the agency's table.
    pub retention: Vec<RetentionLine>,
    /// Working days within which a proceeding and its outcome are filed with the authority; null where none are.
    pub filing_working_days: Option<u32>,
    /// Working days after receipt within which a case is entered on the city's platform; null where there is none.
    pub platform_working_days: Option<u32>,
    /// The annual report is that of a government, due on 31 March (49(2)); else that of a department, due on 31 January (49(1)).
    pub reports_for_government: bool,
}

/// The edition that was made, and what it asks for that nobody can do today.
#[derive(Debug, Serialize, ToSchema)]
pub struct SettingsReplaced {
    /// The edition.
    #[serde(flatten)]
    pub edition: SettingsEdition,
    /// Reviews, signatures and approvals that nobody in the agency can give; also under `/agency-findings`.
    pub warnings: Vec<AgencyFinding>,
}

/// The settings as sent. What [`check`] refuses is named in both languages, so it is not refused here.
#[derive(Deserialize)]
#[serde(transparent)]
struct Sent(Settings);

impl Validate for Sent {
    type Context = ();
    fn validate_into(&self, (): &(), _: &mut dyn FnMut() -> Path, _: &mut garde::Report) {}
}

/// A rule of `rules::text` with its limit.
type Clean = fn(&str, usize) -> Result<String, TextError>;

/// Why a field cannot stand: the place, the code, and the words in both languages.
type Fault = (String, &'static str, String, String);

/// Why a review chain cannot stand.
fn chain_faults(chain: &[ReviewLine]) -> Vec<Fault> {
    let mut faults = Vec::new();
    if let Some(place) = review::fault(chain) {
        let (zh, en) = ("每类答复一行，每种审核一次，且至少有一种", "each outcome has one line, with at least one review and each once");
        faults.push((format!("/review_chain/{place}"), "review_chain", zh.to_owned(), en.to_owned()));
    }
    if let Some(kind) = review::unlawful(chain) {
        let (zh, en) = (
            format!("“{}”类答复提供政府信息，审核流程须含保密审查（17）", kind.zh()),
            format!("a reply of kind {} gives information: the chain must hold a secrecy and privacy review for it (17)", kind.code()),
        );
        faults.push(("/review_chain".to_owned(), "secrecy_review_missing", zh, en));
    }
    faults
}

/// What cannot number: a pattern that does not read, and one that numbers like another, so that two papers would bear one number.
fn pattern_faults(settings: &Settings) -> Vec<Fault> {
    let of_notices = |kind: &NoticeKind| ("/notice_number_pattern", kind.pattern(&settings.notice_number_pattern));
    let others = [
        ("/case_number_pattern", &settings.case_number_pattern),
        ("/record_correction_number_pattern", &settings.record_correction_number_pattern),
        ("/document_number_pattern", &settings.document_number_pattern),
    ];
    let read = others.map(|(pointer, text)| (pointer, Pattern::parse(text)));
    let (mut faults, mut known) = (BTreeMap::new(), BTreeSet::new());
    for (pointer, pattern) in read.into_iter().chain(NoticeKind::ALL.iter().map(of_notices)) {
        let (zh, en) = match pattern {
            Err(error) => (format!("编号格式不符合规定：{}", error.zh()), error.to_string()),
            Ok(pattern) if !known.insert(pattern.to_string()) => {
                (format!("编号格式“{pattern}”不得与其他编号格式相同"), format!("{pattern} numbers like another pattern"))
            }
            Ok(_) => continue,
        };
        faults.entry(pointer).or_insert((pointer.to_owned(), "pattern", zh, en));
    }
    faults.into_values().collect()
}

fn platform_fault(settings: &Settings) -> Option<Fault> {
    let (zh, en) = (format!("平台登记期限应为0至{LONGEST_ENTRY}个工作日"), format!("0 to {LONGEST_ENTRY} working days"));
    let out_of_range = settings.platform_working_days.is_some_and(|days| days > LONGEST_ENTRY);
    out_of_range.then(|| ("/platform_working_days".to_owned(), "range", zh, en))
}

fn filing_fault(settings: &Settings) -> Option<Fault> {
    let (zh, en) = ("报备期限应为1至60个工作日".to_owned(), "1 to 60 working days".to_owned());
    let out_of_range = settings.filing_working_days.is_some_and(|days| !(1..=60).contains(&days));
    out_of_range.then(|| ("/filing_working_days".to_owned(), "range", zh, en))
}

fn all_faults(settings: &Settings) -> Vec<Fault> {
    chain_faults(&settings.review_chain).into_iter().chain(filing_fault(settings)).chain(platform_fault(settings)).collect()
}

/// Cleans the texts and sorts the offsets, or names every field that cannot stand.
pub fn check(mut settings: Settings, today: NaiveDate) -> Result<Settings, Refusal> {
    let mut refused = Vec::new();
    let mut refuse = |pointer: String, code: &'static str, zh: String, en: String| {
        refused.push(FieldRefusal { pointer, code: code.into(), detail_zh: zh, detail_en: en });
    };
    let said = |error: TextError| (error.code(), format!("文字不符合规定：{}", error.zh()), error.to_string());
    let mut texts: Vec<(String, &mut String, usize, Clean)> = vec![
        ("/agency_code".to_owned(), &mut settings.agency_code, 40, text::line),
        ("/contact".to_owned(), &mut settings.contact, 500, text::lines),
    ];
    for (list, bodies) in [("reconsideration_bodies", &mut settings.reconsideration_bodies), ("courts", &mut settings.courts)] {
        let mut days = BTreeSet::new();
        if !(1..=50).contains(&bodies.len()) {
            refuse(format!("/{list}"), "count", "须有 1 至 50 项".to_owned(), "1 to 50 are needed".to_owned());
        }
        for (index, DatedBody { from_on, name, online_filing }) in bodies.iter_mut().enumerate() {
            if !days.insert(*from_on) || *from_on < DAYS.0 || *from_on > DAYS.1 {
                let pointer = format!("/{list}/{index}/from_on");
                let (zh, en) = (
                    format!("日期须在 {} 至 {} 之间且不得重复", DAYS.0, DAYS.1),
                    format!("a day from {} to {}, each once", DAYS.0, DAYS.1),
                );
                refuse(pointer, "date", zh, en);
            }
            texts.push((format!("/{list}/{index}/name"), name, 200, text::line));
            if let Some(address) = online_filing {
                texts.push((format!("/{list}/{index}/online_filing"), address, 500, text::line));
            }
        }
    }
    for (field, value, limit) in [
        ("seal_name", &mut settings.letters.seal_name, 200),
        ("address", &mut settings.letters.address, 500),
        ("payment", &mut settings.letters.payment, 500),
    ] {
        texts.extend(value.as_mut().map(|value| (format!("/letters/{field}"), value, limit, text::line as Clean)));
    }
    for (pointer, value, limit, clean) in texts {
        match clean(value, limit) {
            Ok(cleaned) => *value = cleaned,
            Err(error) => {
                let (code, zh, en) = said(error);
                refuse(pointer, code, zh, en);
            }
        }
    }
    for (pointer, code, zh, en) in pattern_faults(&settings) {
        refuse(pointer, code, zh, en);
    }
    let offsets = &mut settings.reminder_offsets;
    offsets.sort_unstable();
    if !(1..=20).contains(&offsets.len())
        || !offsets.is_sorted_by(|one, next| one < next)
        || offsets.iter().any(|days| *days > FURTHEST_OFFSET)
    {
        refuse(
            "/reminder_offsets".to_owned(),
            "offsets",
            format!("须为 1 至 20 个互不相同且不超过 {FURTHEST_OFFSET} 的工作日数"),
            format!("1 to 20 different numbers of working days, at most {FURTHEST_OFFSET}"),
        );
    }
    if settings.retention_years.is_some_and(|years| !(1..=100).contains(&years)) {
        refuse("/retention_years".to_owned(), "range", "保管期限须为 1 至 100 年或永久".to_owned(), "1 to 100 years, or null".to_owned());
    }
    if !(1..=LONGEST_CORRECTION).contains(&settings.clock.correction_working_days) {
        let (zh, en) = (format!("补正期限应为1至{LONGEST_CORRECTION}个工作日"), format!("1 to {LONGEST_CORRECTION} working days"));
        refuse("/clock/correction_working_days".to_owned(), "range", zh, en);
    }
    if let Some((place, error)) = inner::fault(&settings.inner_limits, today) {
        let (zh, en) = match error {
            LimitError::NotShorter => {
                ("内部期限须短于法定答复期限，至少1个工作日", "an inner limit is at least 1 working day and shorter than the law")
            }
            LimitError::Twice => ("同一步骤只能设一个内部期限", "a step has one inner limit"),
            LimitError::OutOfOrder => ("后一步骤的内部期限不得早于前一步骤", "a later step is not due before an earlier one"),
        };
        refuse(format!("/inner_limits/{place}/working_days"), "inner_limit", zh.to_owned(), en.to_owned());
    }
    for (pointer, code, zh, en) in all_faults(&settings) {
        refuse(pointer, code, zh, en);
    }
    if let Some(place) = retention::fault(&settings.retention) {
        let (zh, en) = (
            "每类案卷自同一日起只有一个保管期限，为 1 至 100 年或永久",
            "a kind of dossier has one period from a day on, 1 to 100 years or null",
        );
        refuse(format!("/retention/{place}"), "retention", zh.to_owned(), en.to_owned());
    }
    if refused.is_empty() { Ok(settings) } else { Err(Refusal::fields(refused)) }
}

/// The newest edition of an agency.
pub fn newest(conn: &mut PgConnection, agency: Uuid) -> QueryResult<Option<i32>> {
    let own = settings_editions::table.filter(settings_editions::agency_id.eq(agency));
    own.select(diesel::dsl::max(settings_editions::edition)).first(conn)
}

fn read(conn: &mut PgConnection, office: &Office, agency: Uuid, edition: i32) -> Result<SettingsEdition, Problem> {
    let settings = office.settings(conn, agency, edition)?;
    let made_at = settings_editions::table.find((agency, edition)).select(settings_editions::made_at).first(conn)?;
    let Settings {
        agency_code,
        case_number_pattern,
        record_correction_number_pattern,
        document_number_pattern,
        notice_number_pattern,
        contact,
        reconsideration_bodies,
        courts,
        reminder_offsets,
        retention_years,
        clock,
        receipt,
        inner_limits,
        letters,
        review_chain,
        retention,
        filing_working_days,
        platform_working_days,
        reports_for_government,
    } = Settings::clone(&settings);
    Ok(SettingsEdition {
        edition,
        made_at,
        agency_code,
        case_number_pattern,
        record_correction_number_pattern,
        document_number_pattern,
        notice_number_pattern,
        contact,
        reconsideration_bodies,
        courts,
        reminder_offsets,
        retention_years,
        clock,
        receipt,
        inner_limits,
        letters,
        review_chain,
        retention,
        filing_working_days,
        platform_working_days,
        reports_for_government,
    })
}

/// Stores an edition and gives its event.
pub fn insert(
    conn: &mut PgConnection,
    office: &Office,
    agency: Uuid,
    edition: i32,
    settings: &Settings,
) -> Result<AgencyEvent, JournalError> {
    let data = serde_json::to_value(settings).map_err(|error| diesel::result::Error::SerializationError(Box::new(error)))?;
    let sha256 = crypto::hex(&crypto::sha256(data.to_string().as_bytes()));
    let made_at = office.clock.now();
    diesel::insert_into(settings_editions::table)
        .values((
            settings_editions::agency_id.eq(agency),
            settings_editions::edition.eq(edition),
            settings_editions::made_at.eq(made_at),
            settings_editions::data.eq(data),
        ))
        .execute(conn)?;
    Ok(AgencyEvent::SettingsReplaced { edition, sha256, made_at: Some(made_at) })
}

/// Read the settings.
#[utoipa::path(tag = "people", responses((status = 200, description = "The newest edition.", body = SettingsEdition)))]
#[get("/settings")]
pub async fn get_settings(call: Call) -> Answer {
    let scope = call.permit("get_settings")?;
    call.query::<Nothing>()?;
    let (office, agency) = (Arc::clone(&call.app.office), call.caller.agency_id);
    let view = call
        .app
        .db
        .run(scope, move |conn| {
            let edition = newest(conn, agency)?.ok_or_else(Problem::not_found)?;
            read(conn, &office, agency, edition)
        })
        .await?;
    answer::versioned(StatusCode::OK, view.edition, None, &view)
}

/// Replace the settings.
///
/// Makes the next edition. Cases go on with the one they rest on. A review chain that lets information out without a secrecy and privacy review
/// (Art 17) is refused; one that nobody in the agency can satisfy yet is taken with warnings.
#[utoipa::path(tag = "people", request_body = Settings, responses((status = 200, description = "The new edition.", body = SettingsReplaced)))]
#[put("/settings")]
pub async fn replace_settings(call: Call) -> Answer {
    let scope = call.permit("replace_settings")?;
    call.query::<Nothing>()?;
    let agency = call.caller.agency_id;
    let language = call.caller.language;
    let ask = call.ask_in(agency, None, Versions::Exact, Mode::Take)?;
    let Sent(sent) = call.json()?;
    let office = Arc::clone(&call.app.office);
    let settings = check(sent, office.clock.today())?;
    let view = call
        .app
        .db
        .run(scope, move |conn| {
            let written = write(conn, &office, &ask, |conn| {
                let current = newest(conn, agency)?.ok_or(JournalError::Unknown)?;
                expect_version(&ask, current)?;
                let edition = current + 1;
                let event = insert(conn, &office, agency, edition, &settings)?;
                Ok(Change { value: edition, repeated: Repeated { resource: agency, version: edition, status: 200 }, events: vec![event] })
            })?;
            let (Outcome::Written(edition) | Outcome::Repeated(Repeated { version: edition, .. })) = written;
            let edition = read(conn, &office, agency, edition)?;
            let warnings = findings(conn, agency, (&edition.review_chain, office.clock.today()), language)?;
            Ok::<_, Problem>(SettingsReplaced { edition, warnings })
        })
        .await?;
    answer::versioned(StatusCode::OK, view.edition.edition, None, &view)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::*;

    const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 11, 2).unwrap();

    fn good() -> Value {
        json!({
            "agency_code": " 甲局 ", "case_number_pattern": "{agency}申〔{year}〕{n}号", "document_number_pattern": "{agency}公复〔{year}〕{n}号",
            "contact": "甲市乙区一路 1 号", "reminder_offsets": [10, 5, 3, 1, 0], "retention_years": null,
            "clock": {"correction_working_days": 15, "reasons_restart_clock": false},
            "reconsideration_bodies": [{"from_on": "2019-05-15", "name": "乙区人民政府", "online_filing": null}],
            "courts": [{"from_on": "2019-05-15", "name": "乙区人民法院", "online_filing": null}],
            "record_correction_number_pattern": "{agency}更正〔{year}〕{n}号",
            "notice_number_pattern": "{agency}公{kind}〔{year}〕{n}号", "platform_working_days": 1,
            "inner_limits": [{"step": "draft", "working_days": 12}, {"step": "issue", "working_days": 18}],
            "letters": {"seal_name": "甲局", "address": "甲市乙区一路 1 号", "payment": null},
            "review_chain": [{"outcome": "denial", "reviews": ["department_head", "legal"]}, {"outcome": "disclosure", "reviews": ["secrecy"]}],
        })
    }

    #[test]
    fn good_settings_are_cleaned() {
        let settings = check(serde_json::from_value(good()).unwrap(), TODAY).unwrap();
        assert_eq!((settings.agency_code.as_str(), settings.reminder_offsets.as_slice()), ("甲局", &[0, 1, 3, 5, 10][..]));
        assert_eq!(check(settings.clone(), TODAY), Ok(settings));
    }

    #[rstest]
    #[case("/agency_code", json!("　"))]
    #[case("/agency_code", json!("长".repeat(41)))]
    #[case("/contact", json!("a\u{0}b"))]
    #[case("/case_number_pattern", json!("{agency}{year}{n}"))]
    #[case("/document_number_pattern", json!(""))]
    #[case("/record_correction_number_pattern", json!("{n}"))]
    #[case("/record_correction_number_pattern", json!("{agency}申〔{year}〕{n}号"))]
    #[case("/notice_number_pattern", json!("{agency}公〔{year}〕{n}号"))]
    #[case("/document_number_pattern", json!("{agency}申〔{year}〕{n}号"))]
    #[case("/reminder_offsets", json!([]))]
    #[case("/reminder_offsets", json!([5, 5]))]
    #[case("/reminder_offsets", json!([61]))]
    #[case("/retention_years", json!(0))]
    #[case("/clock/correction_working_days", json!(0))]
    #[case("/clock/correction_working_days", json!(LONGEST_CORRECTION + 1))]
    #[case("/inner_limits/0/working_days", json!(0))]
    #[case("/platform_working_days", json!(11))]
    #[case("/inner_limits/1/working_days", json!(20))]
    #[case("/inner_limits/1/working_days", json!(11))]
    #[case("/letters/address", json!("长".repeat(501)))]
    #[case("/letters/seal_name", json!("甲\n局"))]
    #[case("/review_chain/0", json!({"outcome": "any", "reviews": []}))]
    #[case("/review_chain/0", json!({"outcome": "any", "reviews": ["legal", "legal"]}))]
    #[case("/review_chain", json!([]))]
    #[case("/review_chain", json!([{"outcome": "any", "reviews": ["legal"]}]))]
    #[case("/courts", json!([]))]
    #[case("/courts/0/from_on", json!("1900-01-01"))]
    #[case("/courts/0/name", json!("a\nb"))]
    #[case("/reconsideration_bodies/0/online_filing", json!(""))]
    fn what_cannot_stand_is_pointed_at(#[case] pointer: &str, #[case] value: Value) {
        let mut body = good();
        *body.pointer_mut(pointer).unwrap() = value;
        let refusal = check(serde_json::from_value(body).unwrap(), TODAY).unwrap_err();
        assert_eq!(refusal.errors.iter().map(|error| error.pointer.as_str()).collect::<Vec<_>>(), [pointer]);
    }

    #[test]
    fn two_courts_of_one_day_are_refused_and_every_mistake_is_named() {
        let mut body = good();
        let court = body["courts"][0].clone();
        body["courts"].as_array_mut().unwrap().push(court);
        body["retention_years"] = json!(101);
        let refusal = check(serde_json::from_value(body).unwrap(), TODAY).unwrap_err();
        let pointers: Vec<_> = refusal.errors.iter().map(|error| error.pointer.as_str()).collect();
        assert_eq!(pointers, ["/courts/1/from_on", "/retention_years"]);
    }
}
