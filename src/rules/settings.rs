//! Settings of an agency as data, in immutable editions: number patterns, bodies and courts with dates, offsets.
//!
//! A case names the edition it rests on, so the same letter gives the same words for ever.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::clock::ClockChoices;
use super::inner::InnerLimit;
use super::receipt::ReceiptChoices;
use super::retention::RetentionLine;
use super::review::{ReviewLine, default_chain};

/// A body or court that is the right one from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DatedBody {
    /// From this day on.
    pub from_on: NaiveDate,
    /// Its name as it stands in letters.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// Its on-line filing address (复议法 22(2)).
    #[schema(max_length = 500)]
    pub online_filing: Option<String>,
}

/// One edition of an agency's settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Short name in register numbers and document numbers (机关代字).
    #[schema(min_length = 1, max_length = 40)]
    pub agency_code: String,
    /// Pattern of the register number, with `{agency}`, `{year}` and `{n}`.
    #[schema(min_length = 1, max_length = 100)]
    pub case_number_pattern: String,
    /// Pattern of the number in the register of corrections of one's own records (Art 41); never that of the register.
    #[serde(default = "record_correction_number_pattern")]
    #[schema(min_length = 1, max_length = 100)]
    pub record_correction_number_pattern: String,
    /// Pattern of the document number (文号), with `{agency}`, `{year}` and `{n}`.
    #[schema(min_length = 1, max_length = 100)]
    pub document_number_pattern: String,
    /// Pattern of the document numbers of notices, one sequence a kind: `{kind}` stands for its word (补, 询, 协, 告, 延, 由, 缓, 费).
    #[serde(default = "notice_number_pattern")]
    #[schema(min_length = 1, max_length = 100)]
    pub notice_number_pattern: String,
    /// How applicants reach the agency, for acknowledgements and letters.
    #[schema(min_length = 1, max_length = 500)]
    pub contact: String,
    /// The reconsideration body (复议法 24), by day.
    #[schema(max_items = 50)]
    pub reconsideration_bodies: Vec<DatedBody>,
    /// The court of first instance, by day.
    #[schema(max_items = 50)]
    pub courts: Vec<DatedBody>,
    /// Working days before the due date on which a reminder goes out; 0 is the day itself.
    #[schema(max_items = 20)]
    pub reminder_offsets: Vec<u32>,
    /// Retention of a dossier in years, from the agency's table; `null` is permanent (档案法实施条例 19).
    #[schema(minimum = 1, maximum = 100, required = true)]
    pub retention_years: Option<u16>,
    /// What the law of the clock leaves to the agency.
    #[serde(default)]
    pub clock: ClockChoices,
    /// What the law of the receipt date leaves to the agency.
    #[serde(default)]
    pub receipt: ReceiptChoices,
    /// Inner limits of steps, shorter than the law; a case keeps those of the settings it rests on.
    #[serde(default)]
    #[schema(max_items = 4)]
    pub inner_limits: Vec<InnerLimit>,
    /// What letters bear beside the agency's name and contact.
    #[serde(default)]
    pub letters: LetterData,
    /// Who must have reviewed a draft before it is signed, by what it answers; left out, what is given is reviewed for secrets (Art 17).
    #[serde(default = "default_chain")]
    #[schema(max_items = 4)]
    pub review_chain: Vec<ReviewLine>,
    /// How long dossiers are kept by what sort they are, from the agency's table; where it says nothing, `retention_years` counts.
    #[serde(default)]
    #[schema(max_items = 40)]
    pub retention: Vec<RetentionLine>,
    /// Working days within which a reconsideration or lawsuit, and its outcome, is filed with the authority (复议诉讼报备), by local rules; none
    /// where they ask for none.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 60)]
    pub filing_working_days: Option<u32>,
    /// Working days after receipt within which a case is entered on the city's platform (市政务公开工作平台), 0 for the same day; none where there is
    /// no platform.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 10)]
    pub platform_working_days: Option<u32>,
    /// The annual report of the agency is that of a government, due on 31 March (49(2)); of a department it is due on 31 January (49(1)).
    #[serde(default)]
    pub reports_for_government: bool,
}

/// What letters bear of the agency.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LetterData {
    /// The name on the seal and under the letter; the agency's own where there is none.
    #[serde(default)]
    #[schema(max_length = 200)]
    pub seal_name: Option<String>,
    /// Where papers are posted to or handed in.
    #[serde(default)]
    #[schema(max_length = 500)]
    pub address: Option<String>,
    /// How a fee is paid into the treasury.
    #[serde(default)]
    #[schema(max_length = 500)]
    pub payment: Option<String>,
}

/// The pattern of notices where an agency has set none.
pub fn notice_number_pattern() -> String {
    "{agency}公{kind}〔{year}〕{n}号".to_owned()
}

/// The pattern where an agency has set none.
pub fn record_correction_number_pattern() -> String {
    "{agency}更正〔{year}〕{n}号".to_owned()
}

impl Settings {
    /// The reconsideration body on a day.
    pub fn reconsideration_body(&self, on: NaiveDate) -> Option<&DatedBody> {
        latest(&self.reconsideration_bodies, on)
    }

    /// The court on a day.
    pub fn court(&self, on: NaiveDate) -> Option<&DatedBody> {
        latest(&self.courts, on)
    }
}

fn latest(bodies: &[DatedBody], on: NaiveDate) -> Option<&DatedBody> {
    bodies.iter().filter(|body| body.from_on <= on).max_by_key(|body| body.from_on)
}
