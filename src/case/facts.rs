//! What a decision may look at beside the case and the command, and what it decides. Values only.

use super::event::CaseEvent;
use super::model::{Case, ExternalReference, Pins};
use super::private::{Private, Secret, Texts};
use super::refusal::{Code, Refusal};
use crate::ids::Draws;
use crate::rules::calendar::Calendar;
use crate::rules::library::Edition;
use crate::rules::matter::Matter;
use crate::rules::numbering::NoticeKind;
use crate::rules::permissions::Role;
use crate::rules::settings::Settings;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Who takes the step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their account.
    pub account_id: Uuid,
    /// Their roles.
    pub roles: BTreeSet<Role>,
    /// Their department.
    pub department: Option<Uuid>,
    /// Head of the FOI office (政府信息公开工作机构负责人) on the day, in office or as deputy.
    pub head_of_foi_office: bool,
    /// Departments they head, and whom they stand for, on the day.
    pub posts: Posts,
}

/// The posts (职务) somebody holds on a day beside their roles, as head or as deputy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Posts {
    /// Departments they head.
    pub heads: BTreeSet<Uuid>,
    /// Departments whose head they are the deputy of, with that head.
    pub heads_for: BTreeMap<Uuid, Uuid>,
    /// Approvers they are the deputy of.
    pub signs_for: BTreeSet<Uuid>,
    /// The head of the FOI office they are the deputy of; none of the head in office.
    pub office_for: Option<Uuid>,
}

/// A document as far as a step needs to know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownDocument {
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Cases in which the same bytes are the unredacted original of something given: they never leave the agency.
    pub sealed_in: Vec<Uuid>,
}

/// An account as far as a step needs to know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownAccount {
    /// Its department.
    pub department: Option<Uuid>,
    /// Its roles.
    pub roles: BTreeSet<Role>,
    /// It can sign in.
    pub active: bool,
}

/// Another case as far as a step needs to know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownCase {
    /// The case.
    pub case: Case,
    /// It shares an applicant with this one, by name or document number (blind index).
    pub same_applicant: bool,
}

/// What a command asks the journal to look up before the decision.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// Documents named in the command.
    pub documents: Vec<Uuid>,
    /// Accounts named in the command.
    pub accounts: Vec<Uuid>,
    /// Departments named in the command.
    pub departments: Vec<Uuid>,
    /// Cases named in the command.
    pub cases: Vec<Uuid>,
    /// The keys of who asks in a case that only begins: whether the cases named share an applicant with it.
    pub people: Vec<(IndexKind, String)>,
    /// A paper, named among the documents too, that is to prove a dispatch: what it proves already.
    pub proof: Option<Uuid>,
    /// A tracking number that must be free.
    pub tracking_number: Option<String>,
    /// A number of another system that must not be another case's.
    pub reference: Option<ExternalReference>,
    /// A proceeding, by its body and the number it has there, that must not be entered on another case already.
    pub proceeding: Option<(String, String)>,
    /// A gap-free number to draw, and the year it belongs to.
    pub number: Option<(NumberKind, i32)>,
    /// How many more numbers to draw right after it.
    pub more_numbers: u32,
    /// The how-many-th application of its applicant the case is in its month.
    pub month_item: bool,
    /// The approved editions of the agency's libraries.
    pub libraries: bool,
    /// Private texts of this case that the decision compares with what it is given.
    pub texts: Vec<Private>,
}

/// Which gap-free sequence a number comes from; each starts anew every year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NumberKind {
    /// The register (登记编号).
    Register,
    /// The register of corrections of one's own records (Art 41).
    RecordCorrection,
    /// Replies and the letters that correct or withdraw them (文号).
    Reply,
    /// Notices of one kind (文号).
    Notice(NoticeKind),
}

impl NumberKind {
    /// Every sequence.
    pub fn all() -> impl Iterator<Item = Self> {
        [Self::Register, Self::RecordCorrection, Self::Reply].into_iter().chain(NoticeKind::ALL.iter().copied().map(Self::Notice))
    }

    /// The register that a case is numbered in.
    pub const fn of(matter: Matter) -> Self {
        match matter {
            Matter::InformationRequest => Self::Register,
            Matter::RecordCorrection => Self::RecordCorrection,
        }
    }

    /// The stable identifier in the counters.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::RecordCorrection => "record_correction",
            Self::Reply => "reply",
            Self::Notice(kind) => kind.code(),
        }
    }
}

/// What was looked up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// Documents of this agency, by id.
    pub documents: BTreeMap<Uuid, KnownDocument>,
    /// Documents asked for that went with a dossier: their keys were destroyed.
    pub shredded: BTreeSet<Uuid>,
    /// Accounts of this agency, by id.
    pub accounts: BTreeMap<Uuid, KnownAccount>,
    /// Active departments of this agency.
    pub departments: BTreeSet<Uuid>,
    /// Cases of this agency, by id.
    pub cases: BTreeMap<Uuid, KnownCase>,
    /// Documents with the bytes of the paper that is to prove a dispatch.
    pub copies: BTreeSet<Uuid>,
    /// Other cases of which one of those proves a dispatch.
    pub proved_in: Vec<Case>,
    /// The tracking number is already on another letter.
    pub tracking_number_used: bool,
    /// The number of another system is another case's.
    pub reference_used: bool,
    /// The proceeding is entered on this other case.
    pub entered_on: Option<Uuid>,
    /// The number drawn; the first where more were asked for.
    pub number: Option<u32>,
    /// The how-many-th application of its applicant the case is in the calendar month of its receipt (109号).
    pub month_item: Option<u32>,
    /// The approved editions of the agency's libraries, those of earlier and later days too.
    pub libraries: Vec<Edition>,
    /// The private texts asked for, opened.
    pub texts: Texts,
}

/// Everything a decision may look at beside the case.
#[derive(Debug)]
pub struct Facts<'a> {
    /// Who takes the step.
    pub person: &'a Person,
    /// The legal date, Asia/Shanghai.
    pub today: NaiveDate,
    /// The calendar edition the case is pinned to, the newest for a new case.
    pub calendar: &'a Calendar,
    /// The agency's settings the case is pinned to, the newest for a new case.
    pub settings: &'a Settings,
    /// The newest editions.
    pub newest: Pins,
    /// Ids, salts and codes drawn beforehand.
    pub draws: &'a Draws,
    /// What the command asked to look up.
    pub known: &'a Known,
}

impl Known {
    /// The document named, or a refusal that points to it.
    pub fn document(&self, id: Uuid, pointer: &str) -> Result<&KnownDocument, Refusal> {
        self.documents.get(&id).ok_or_else(|| {
            if self.shredded.contains(&id) {
                let (zh, en) = (format!("文件 {id} 已随案卷销毁"), format!("document {id} was destroyed with a dossier"));
                return Refusal::new(Code::UnknownReference, zh, en).under("档案法实施条例 19").at(pointer);
            }
            Refusal::new(Code::UnknownReference, format!("文件 {id} 不存在"), format!("document {id} is unknown")).at(pointer)
        })
    }
}

impl Facts<'_> {
    /// Refuses a date in the future.
    pub fn not_in_future(&self, on: NaiveDate, pointer: &str) -> Result<(), Refusal> {
        if on > self.today {
            return Err(Refusal::new(
                Code::DateInFuture,
                format!("{on} 晚于今天 {}", self.today),
                format!("{on} is later than today, {}", self.today),
            )
            .at(pointer));
        }
        Ok(())
    }

    /// Refuses a date in the future, or before the step it follows.
    pub fn between(&self, earliest: NaiveDate, on: NaiveDate, pointer: &str) -> Result<(), Refusal> {
        if on < earliest {
            return Err(Refusal::new(
                Code::DateBeforePrevious,
                format!("{on} 早于前一步骤的日期 {earliest}"),
                format!("{on} is before {earliest}, the date of the step it follows"),
            )
            .at(pointer));
        }
        self.not_in_future(on, pointer)
    }

    /// The document named, or a refusal that points to it.
    pub fn document(&self, id: Uuid, pointer: &str) -> Result<&KnownDocument, Refusal> {
        self.known.document(id, pointer)
    }

    /// The number drawn for this step.
    pub fn number(&self) -> Result<u32, Refusal> {
        self.known.number.ok_or_else(|| Refusal::new(Code::SettingMissing, "未取得编号", "no number was drawn"))
    }
}

/// Which kind of key finds a person again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IndexKind {
    /// The name.
    Name,
    /// The number of the identity document or the credit code.
    IdNumber,
    /// The telephone number.
    Phone,
    /// The e-mail address.
    Email,
}

impl IndexKind {
    /// The stable identifier in the index.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::IdNumber => "id_number",
            Self::Phone => "phone",
            Self::Email => "email",
        }
    }
}

/// What a step decided.
#[derive(Debug, Default)]
pub struct Decision {
    /// What happened.
    pub events: Vec<CaseEvent>,
    /// Private texts the events refer to.
    pub secrets: Vec<Secret>,
    /// The keys by which its people are found again; `None` leaves them as they are.
    pub index: Option<Vec<(IndexKind, String)>>,
    /// What happened to other cases in the same breath.
    pub others: Vec<(Uuid, Vec<CaseEvent>)>,
    /// Cases that begin in the same breath.
    pub opened: Vec<Opened>,
}

/// A case that begins with a step on another.
#[derive(Debug)]
pub struct Opened {
    /// Its id, drawn before.
    pub id: Uuid,
    /// What happened; the first event opens it.
    pub events: Vec<CaseEvent>,
    /// Private texts the events refer to, sealed under a key of its own.
    pub secrets: Vec<Secret>,
    /// The keys by which its people are found.
    pub index: Vec<(IndexKind, String)>,
}

impl Decision {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an event.
    #[must_use]
    pub fn with(mut self, event: CaseEvent) -> Self {
        self.events.push(event);
        self
    }

    /// Keeps a private text and gives the reference for the event.
    pub fn keep(&mut self, facts: &Facts<'_>, text: impl Into<String>) -> Private {
        let n = u32::try_from(self.secrets.len()).unwrap_or(u32::MAX);
        let secret = Secret::seal(facts.draws, n, text.into());
        let reference = secret.reference.clone();
        self.secrets.push(secret);
        reference
    }

    /// A private text this decision keeps.
    pub fn text(&self, reference: &Private) -> Option<&str> {
        self.secrets.iter().find(|secret| secret.reference.id == reference.id).map(|secret| secret.text.as_str())
    }

    /// Keeps a private text if there is one.
    pub fn keep_some(&mut self, facts: &Facts<'_>, text: Option<String>) -> Option<Private> {
        text.map(|text| self.keep(facts, text))
    }
}

/// The part of a command's id space that is not private texts: keys of applicants and lists.
pub const OTHER_DRAWS: u32 = 100_000;
