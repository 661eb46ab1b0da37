//! One item of a draft: as the drafter sends it, and as the trail keeps it.
//!
//! Reasons, notes and the search are private texts; articles, grounds and names of agencies are not. What is missing is told by
//! `super::lacks`; here stands what contradicts itself, the dates, and what must exist.

use super::handled;
use super::library::{EditionRef, RuleRef, Used};
use crate::case::facts::{Decision, Facts};
use crate::case::model::{Case, Classification, DisclosureAttribute, ItemGrounds, RecordRef, ReplyItem, SealedOriginal, SearchNote};
use crate::case::refusal::{Code, FieldRefusal, Refusal};
use crate::http::text::{Line, Reason, Words};
use crate::rules::applicants::WantedForm;
use crate::rules::reply_kinds::{Ground, InternalAffair, OtherReason, ProcessInformation, ReplyKind, SecretLevel};
use crate::rules::review::gives;
use crate::steps::handle::search::result::ScopeInput;
use chrono::NaiveDate;
use garde::Validate;
use serde::Deserialize;
use std::borrow::Cow;
use utoipa::ToSchema;
use uuid::Uuid;

/// A search and what came of it (检索记录); the drafter answers for it.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct SearchInput {
    /// Where, with which words, over which period, and the result.
    #[garde(dive)]
    #[schema(example = "在档案室目录和办公系统中以“示范路”检索2020年至2026年，未检索到。")]
    pub record: Words<5000>,
    /// The day; not before the application arrived.
    #[schema(example = "2026-11-05")]
    pub searched_on: NaiveDate,
    /// How it was searched; needed for a reply that it does not exist.
    #[garde(dive)]
    pub scope: Option<ScopeInput>,
    /// The signed statement that nothing was found; needed for a reply that it does not exist.
    #[garde(dive)]
    #[schema(example = "经检索上述系统和档案，未找到所需信息。")]
    pub nothing_found: Option<Words<2000>>,
}

/// Classification data of a state secret (Art 14).
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct ClassificationInput {
    /// The level.
    pub level: SecretLevel,
    /// The day it was classified.
    #[schema(example = "2025-03-10")]
    pub classified_on: NaiveDate,
    /// The body that classified it.
    #[garde(dive)]
    #[schema(example = "示范区国家保密局")]
    pub classified_by: Line<200>,
}

/// A stored document that is given: as it is, or redacted with its original sealed in the dossier.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum AttachmentInput {
    /// As it is.
    Whole(Uuid),
    /// Redacted; its original is open to the drafter, the legal reviewer and the approver alone, and never leaves the agency.
    Redacted(SealedOriginal),
}

impl AttachmentInput {
    /// What is given.
    pub const fn given(self) -> Uuid {
        match self {
            Self::Whole(document) | Self::Redacted(SealedOriginal { redacted: document, .. }) => document,
        }
    }

    /// The original that stays.
    pub const fn original(self) -> Option<Uuid> {
        match self {
            Self::Whole(_) => None,
            Self::Redacted(pair) => Some(pair.unredacted),
        }
    }

    /// Every document it names.
    pub fn documents(self) -> impl Iterator<Item = Uuid> {
        [Some(self.given()), self.original()].into_iter().flatten()
    }
}

/// One matter asked for, and how it is answered.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[expect(clippy::struct_excessive_bools, reason = "each answers one question of the law by itself")]
pub struct ItemInput {
    /// The kind of reply.
    #[schema(example = "a2")]
    pub kind: ReplyKind,
    /// The main item gives the row of the annual report; exactly one item is it.
    #[serde(default)]
    #[schema(example = true)]
    pub main: bool,
    /// The sub-reason of O3.
    pub other_reason: Option<OtherReason>,
    /// What the item is about.
    #[garde(dive)]
    #[schema(example = "2025年度行政处罚罚没款总额")]
    pub subject: Words<2000>,
    /// The reasons; needed unless nobody is told (withdrawn, died).
    #[garde(dive)]
    #[schema(example = "经检索，该信息由本机关制作，可以公开。")]
    pub reasons: Option<Words<10000>>,
    /// The articles the letter names: of the Regulations (`36(3)`), of another law by its short name (`复议法 48`), or of a local rule of the
    /// agency in force by its title (`示范市政府信息公开规定 21(2)`). What cannot be cited is refused with what can.
    #[serde(default)]
    #[garde(length(max = 20), dive)]
    #[schema(max_items = 20)]
    pub articles: Vec<Line<500>>,
    /// Grounds beside the main one; for B, the grounds of the part withheld.
    #[serde(default)]
    #[garde(length(max = 8))]
    #[schema(max_items = 8)]
    pub withheld_under: Vec<Ground>,
    /// Where, how and when to get it.
    #[garde(dive)]
    #[schema(example = "随本答复一并邮寄。")]
    pub how_to_obtain: Option<Words<2000>>,
    /// The form in which it is given (Art 40).
    pub provided_form: Option<WantedForm>,
    /// Stored documents that are given, each as it is or redacted.
    #[serde(default)]
    #[garde(length(max = 20))]
    #[schema(max_items = 20)]
    pub attachments: Vec<AttachmentInput>,
    /// Classification data of a state secret (Art 14).
    #[garde(dive)]
    pub classification: Option<ClassificationInput>,
    /// Why no third party was asked (Art 32); in a part of a split paper, why the third party asked on the paper is not concerned.
    #[garde(dive)]
    pub no_consultation_reason: Option<Reason<2000>>,
    /// Which kind of internal affair (Art 16(1)).
    pub internal_affair: Option<InternalAffair>,
    /// Which kind of process information (Art 16(2)).
    pub process_information: Option<ProcessInformation>,
    /// How discretion was used (Art 16: "may").
    #[garde(dive)]
    pub discretion_note: Option<Reason<2000>>,
    /// No law, regulation or rule requires disclosure (Art 16(2)).
    #[serde(default)]
    pub no_rule_requires_disclosure: bool,
    /// The search (Art 36(4)).
    #[garde(dive)]
    pub search: Option<SearchInput>,
    /// The duty that puts it with another agency (Art 10(1)).
    #[garde(dive)]
    pub duty_basis: Option<Words<2000>>,
    /// The agency that has it (Art 36(5)).
    #[garde(dive)]
    pub competent_agency: Option<Line<200>>,
    /// How to reach that agency.
    #[garde(dive)]
    pub competent_agency_contact: Option<Line<300>>,
    /// It was tried and cannot be determined which agency has it.
    #[serde(default)]
    pub competent_agency_unknown: bool,
    /// The rules under which it can be consulted (Art 36(7)).
    #[garde(dive)]
    pub access_rules: Option<Line<500>>,
    /// The answered case of the same applicant that this one repeats (Art 36(6)).
    pub earlier_case: Option<Uuid>,
    /// A term ran out, and no good reason for it is known (Art 30); closings after a lapse only.
    #[serde(default)]
    pub no_good_reason: bool,
    /// Why nobody spoke with the applicant; of replies that cannot provide (n1a, n1b, n2, n3), where no contact reached them.
    #[garde(dive)]
    pub no_contact_reason: Option<Reason<2000>>,
    /// Why the information does not exist although a search found records; n1a only.
    #[garde(dive)]
    pub search_explanation: Option<Reason<2000>>,
    /// Records found by a search that are among what is withheld; of what withholds only.
    #[serde(default)]
    #[garde(length(max = 100))]
    #[schema(max_items = 100)]
    pub withheld_records: Vec<RecordRef>,
    /// Why information is given although a record found bears the attribute that it is not to be disclosed (不予公开); of a2 and b only, needed
    /// where such a record is not named among what is withheld.
    #[garde(dive)]
    #[schema(example = "该记录所涉案件已经结案，不公开的事由已经消失。")]
    pub attribute_departure_reason: Option<Reason<2000>>,
    /// Agreed answers (答复口径) that the reasons give, each by its edition in force.
    #[serde(default)]
    #[garde(length(max = 5))]
    #[schema(max_items = 5)]
    pub agreed_answers: Vec<EditionRef>,
    /// Why the reasons say something else than was agreed; needed where an agreed answer is named, or is for every reply of this kind,
    /// and its words do not stand in the reasons.
    #[garde(dive)]
    pub departure_reason: Option<Reason<2000>>,
    /// Categories of the negative list (负面清单) that it falls under; of what withholds only.
    #[serde(default)]
    #[garde(length(max = 5))]
    #[schema(max_items = 5)]
    pub withheld_categories: Vec<EditionRef>,
    /// Articles of local rules (地方规定) that the letter cites.
    #[serde(default)]
    #[garde(length(max = 10), dive)]
    #[schema(max_items = 10)]
    pub local_rules: Vec<RuleRef>,
}

/// Whether anything is withheld under a ground, wholly or for a part.
pub fn withholds(kind: ReplyKind, withheld_under: &[Ground], ground: Ground) -> bool {
    kind.ground() == Some(ground) || withheld_under.contains(&ground)
}

/// Whether a reply of this kind says that the information cannot be provided.
pub const fn cannot_provide(kind: ReplyKind) -> bool {
    matches!(kind, ReplyKind::N1A | ReplyKind::N1B | ReplyKind::N2 | ReplyKind::N3)
}

fn unredacted_given() -> Refusal {
    let (zh, en) = ("未遮盖的原件不得作为提供件，也不得曾经提供", "an unredacted original is never what is given, now or before");
    Refusal::new(Code::UnredactedGiven, zh, en).under("17")
}

/// Refuses to give what is the unredacted original of something, in this case or another.
pub(super) fn not_sealed(given: Uuid, facts: &Facts<'_>) -> Result<(), Refusal> {
    let sealed = facts.known.documents.get(&given).is_some_and(|document| !document.sealed_in.is_empty());
    if sealed { Err(unredacted_given()) } else { Ok(()) }
}

/// An original is another file than what is given of it, never left, and is not taken from another case: whoever drafts with it may read it.
fn original_stays(original: Uuid, given: Uuid, case: &Case, facts: &Facts<'_>) -> Result<(), Refusal> {
    let left = case.replies.iter().flat_map(|reply| &reply.items).any(|item| item.grounds.attachments.contains(&original));
    let (whole, covered) = (facts.known.documents.get(&original), facts.known.documents.get(&given));
    let same = original == given || whole.zip(covered).is_some_and(|(whole, covered)| whole.sha256 == covered.sha256);
    if left || same {
        return Err(unredacted_given());
    }
    if whole.is_some_and(|document| !document.sealed_in.is_empty() && !document.sealed_in.contains(&case.id)) {
        let (zh, en) = ("该原件已在其他案件中封存", "this original is sealed in another case");
        return Err(Refusal::new(Code::SealedDocument, zh, en).under("17"));
    }
    Ok(())
}

impl ItemInput {
    /// The reasons as they are kept: where nobody is told, the sub-reason is all there is to say.
    pub fn reasons(&self) -> Option<&str> {
        let untold = self.other_reason.filter(|reason| self.kind == ReplyKind::O3 && !reason.needs_letter());
        self.reasons.as_ref().map(Words::as_str).or_else(|| untold.map(OtherReason::zh))
    }

    /// What does not belong to a reply of this kind: it would be kept, and never stand in the letter or the report.
    pub fn contradictions(&self, at: &str) -> Vec<FieldRefusal> {
        let kind = self.kind;
        let withholds = |ground| withholds(kind, &self.withheld_under, ground);
        let foreign = [
            (self.other_reason.is_some() && kind != ReplyKind::O3, "other_reason"),
            (!self.withheld_under.is_empty() && !kind.is_denial(), "withheld_under"),
            (self.provided_form.is_some() && !kind.discloses(), "provided_form"),
            (!self.attachments.is_empty() && kind.ground().is_some(), "attachments"),
            (self.classification.is_some() && !withholds(Ground::StateSecret), "classification"),
            (self.internal_affair.is_some() && !withholds(Ground::InternalAffairs), "internal_affair"),
            (self.process_information.is_some() && !withholds(Ground::ProcessInformation), "process_information"),
            (self.access_rules.is_some() && kind != ReplyKind::D8, "access_rules"),
            (self.earlier_case.is_some() && kind != ReplyKind::P2, "earlier_case"),
            (!self.withheld_categories.is_empty() && !kind.is_denial(), "withheld_categories"),
            (!self.withheld_records.is_empty() && !kind.is_denial(), "withheld_records"),
            (self.attribute_departure_reason.is_some() && !gives(kind), "attribute_departure_reason"),
            (self.no_good_reason && !matches!(kind, ReplyKind::O1 | ReplyKind::O2), "no_good_reason"),
            (self.no_contact_reason.is_some() && !cannot_provide(kind), "no_contact_reason"),
            (self.search_explanation.is_some() && kind != ReplyKind::N1A, "search_explanation"),
            (self.competent_agency_unknown && self.competent_agency.is_some(), "competent_agency_unknown"),
        ];
        foreign
            .into_iter()
            .filter(|(there, _)| *there)
            .map(|(_, field)| FieldRefusal {
                pointer: format!("{at}/{field}"),
                code: Cow::Borrowed("does_not_apply"),
                detail_zh: format!("“{}”类答复不适用此项", kind.zh()),
                detail_en: format!("this does not apply to a reply of kind {} ({})", kind.code(), kind.en()),
            })
            .collect()
    }

    /// Whether its dates can be.
    pub fn dates(&self, case: &Case, facts: &Facts<'_>, at: &str) -> Result<(), Refusal> {
        if let Some(search) = &self.search {
            facts.between(case.arrived_on, search.searched_on, &format!("{at}/search/searched_on"))?;
            if let Some(scope) = &search.scope {
                scope.dates(facts, &format!("{at}/search/scope"))?;
            }
        }
        if let Some(classification) = &self.classification {
            facts.not_in_future(classification.classified_on, &format!("{at}/classification/classified_on"))?;
        }
        Ok(())
    }

    /// Whether what it names exists.
    pub fn references(&self, case: &Case, facts: &Facts<'_>, at: &str) -> Result<(), Refusal> {
        for (index, attachment) in self.attachments.iter().enumerate() {
            let pointer = format!("{at}/attachments/{index}");
            for id in attachment.documents().filter(|id| case.papers.iter().all(|paper| paper.document_id != *id)) {
                facts.document(id, &pointer)?;
            }
            not_sealed(attachment.given(), facts).map_err(|refusal| refusal.at(pointer.clone()))?;
            if let Some(original) = attachment.original() {
                original_stays(original, attachment.given(), case, facts).map_err(|refusal| refusal.at(pointer))?;
            }
        }
        self.records(case, facts, at)?;
        match self.earlier_case {
            Some(id) if !facts.known.cases.contains_key(&id) => {
                Err(Refusal::new(Code::UnknownReference, format!("案件 {id} 不存在"), format!("case {id} is unknown"))
                    .under("36(6)")
                    .at(format!("{at}/earlier_case")))
            }
            _ => Ok(()),
        }
    }

    /// Whether the records it withholds were found and are not given, and whether there is an attribute to depart from.
    fn records(&self, case: &Case, facts: &Facts<'_>, at: &str) -> Result<(), Refusal> {
        let given: Vec<Uuid> = self.attachments.iter().map(|attachment| attachment.given()).collect();
        for (index, named) in self.withheld_records.iter().enumerate() {
            let pointer = format!("{at}/withheld_records/{index}");
            let found = handled::found_records(case, facts).find(|(known, _)| known == named);
            let Some((_, record)) = found else {
                let (zh, en) = (
                    format!("协查 {} 的检索结果中没有第 {} 条记录", named.task, named.record),
                    format!("the result of search task {} has no record {}", named.task, named.record),
                );
                return Err(Refusal::new(Code::UnknownReference, zh, en).under("36(4)").at(pointer));
            };
            if record.document_id.is_some_and(|document| given.contains(&document)) {
                let (zh, en) = ("该记录列为不予公开，其文件却作为提供件", "this record is withheld, and its document is attached as given");
                return Err(Refusal::new(Code::FieldsRefused, zh, en).under("37").at(pointer));
            }
        }
        let kept_back = handled::found_records(case, facts).any(|(_, record)| record.attribute == DisclosureAttribute::NotDisclosed);
        if self.attribute_departure_reason.is_some() && !kept_back {
            let (zh, en) =
                ("没有标明“不予公开”的检索记录，不适用此项", "no record found bears the attribute that it is not to be disclosed");
            return Err(Refusal::new(Code::EntryDoesNotApply, zh, en).at(format!("{at}/attribute_departure_reason")));
        }
        Ok(())
    }

    /// The item as the trail keeps it; the main ground and doubled ones are not repeated.
    pub fn keep(self, decision: &mut Decision, facts: &Facts<'_>, (n, used): (u32, Used)) -> ReplyItem {
        let reasons = self.reasons().unwrap_or_default().to_owned();
        let mut withheld_under = self.withheld_under;
        withheld_under.retain(|ground| self.kind.ground() != Some(*ground));
        withheld_under.sort_unstable();
        withheld_under.dedup();
        let mut sealed: Vec<SealedOriginal> = Vec::new();
        let mut attachments = Vec::with_capacity(self.attachments.len());
        for attachment in self.attachments {
            attachments.push(attachment.given());
            if let AttachmentInput::Redacted(pair) = attachment {
                sealed.push(pair);
            }
        }
        sealed.sort_unstable();
        sealed.dedup();
        attachments.sort_unstable();
        attachments.dedup();
        let search = self.search.map(|search| SearchNote {
            record: decision.keep(facts, search.record.into_string()),
            searched_by: facts.person.account_id,
            searched_on: search.searched_on,
            scope: search.scope.map(|scope| scope.keep(decision, facts)),
            department: facts.person.department,
            nothing_found: decision.keep_some(facts, search.nothing_found.map(Words::into_string)),
        });
        let mut withheld_records = self.withheld_records;
        withheld_records.sort_unstable();
        withheld_records.dedup();
        let departure = decision.keep_some(facts, self.departure_reason.map(Reason::into_string));
        let mut kept = |text: Option<String>| decision.keep_some(facts, text);
        let grounds = ItemGrounds {
            withheld_under,
            how_to_obtain: kept(self.how_to_obtain.map(Words::into_string)),
            provided_form: self.provided_form,
            attachments,
            classification: self.classification.map(|secret| Classification {
                level: secret.level,
                classified_on: secret.classified_on,
                classified_by: secret.classified_by.into_string(),
            }),
            no_consultation_reason: kept(self.no_consultation_reason.map(Reason::into_string)),
            internal_affair: self.internal_affair,
            process_information: self.process_information,
            discretion_note: kept(self.discretion_note.map(Reason::into_string)),
            no_rule_requires_disclosure: self.no_rule_requires_disclosure,
            duty_basis: kept(self.duty_basis.map(Words::into_string)),
            no_contact_reason: kept(self.no_contact_reason.map(Reason::into_string)),
            search_explanation: kept(self.search_explanation.map(Reason::into_string)),
            search,
            competent_agency: self.competent_agency.map(Line::into_string),
            competent_agency_unknown: self.competent_agency_unknown,
            competent_agency_contact: self.competent_agency_contact.map(Line::into_string),
            access_rules: self.access_rules.map(Line::into_string),
            earlier_case: self.earlier_case,
            no_good_reason: self.no_good_reason,
            withheld_records,
            attribute_departure: kept(self.attribute_departure_reason.map(Reason::into_string)),
            sealed,
            agreed_answers: used.answers(departure.as_ref()),
            withheld_categories: used.categories,
            local_rules: used.rules,
        };
        ReplyItem {
            n,
            kind: self.kind,
            main: self.main,
            other_reason: self.other_reason,
            subject: decision.keep(facts, self.subject.into_string()),
            reasons: decision.keep(facts, reasons),
            articles: used.articles,
            grounds,
        }
    }
}
