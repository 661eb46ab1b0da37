//! Drafts and replies on the case page.

use super::joint::JointView;
use super::reader::Reader;
use super::working::SearchScopeView;
use crate::case::model::{
    CitedRule, Classification, Draft, DraftState, Erratum, ItemGrounds, PrintedDatum, RecordRef, RemedyNote, Reply, ReplyItem, ReplyState,
    Review, ReviewKind, Revocation, SealedOriginal, UsedCategory, Verdict,
};
use crate::rules::applicants::WantedForm;
use crate::rules::remedies::RemedyPath;
use crate::rules::reply_kinds::{Ground, InternalAffair, OtherReason, ProcessInformation, ReplyKind};
use crate::rules::review::Redaction;
use crate::views::names::AccountRef;
use crate::views::shape::{Label, view};
use chrono::NaiveDate;
use uuid::Uuid;

view! {
    /// A search and what came of it (检索记录).
    pub struct SearchView {
        /// Where, with which words, over which period, and the result.
        record: Option<String>,
        /// Who searched.
        searched_by: AccountRef,
        /// The day.
        searched_on: NaiveDate,
        /// How it was searched.
        scope: Option<SearchScopeView>,
        /// The statement that nothing was found.
        nothing_found: Option<String>,
    }
    /// An agreed answer that an item gives or departs from.
    pub struct AgreedAnswerView {
        /// The entry of the library.
        entry: Uuid,
        /// Its edition.
        edition: u32,
        /// The item says something else than was agreed.
        departs: bool,
        /// Why.
        departure_reason: Option<String>,
    }
    /// What an item rests on beside its reasons.
    pub struct GroundsView {
        /// Grounds beside the main one; for partial disclosure, of the part withheld.
        withheld_under: Vec<Ground>,
        /// Where, how and when to get it.
        how_to_obtain: Option<String>,
        /// The form in which it is given (Art 40).
        provided_form: Option<WantedForm>,
        /// Papers of the dossier that are given.
        attachments: Vec<Uuid>,
        /// Classification data (Art 14).
        classification: Option<Classification>,
        /// Why no third party was asked.
        no_consultation_reason: Option<String>,
        /// Which kind of internal affair (Art 16(1)).
        internal_affair: Option<InternalAffair>,
        /// Which kind of process information (Art 16(2)).
        process_information: Option<ProcessInformation>,
        /// How discretion was used.
        discretion_note: Option<String>,
        /// No law, regulation or rule requires disclosure (Art 16(2)).
        no_rule_requires_disclosure: bool,
        /// A term ran out, and no good reason for it is known (Art 30).
        no_good_reason: bool,
        /// The search.
        search: Option<SearchView>,
        /// The duty that puts it with another agency (Art 10(1)).
        duty_basis: Option<String>,
        /// The agency that has it.
        competent_agency: Option<String>,
        /// It cannot be determined which agency has it (Art 36(5)).
        competent_agency_unknown: bool,
        /// How to reach that agency.
        competent_agency_contact: Option<String>,
        /// The rules under which it can be consulted (Art 36(7)).
        access_rules: Option<String>,
        /// The answered case this one repeats (Art 36(6)).
        earlier_case: Option<Uuid>,
        /// Why nobody spoke with the applicant, where nobody did.
        no_contact_reason: Option<String>,
        /// Why the information does not exist although a search found records.
        search_explanation: Option<String>,
        /// Records found by a search that are among what is withheld.
        withheld_records: Vec<RecordRef>,
        /// Why information is given although a record found is not to be disclosed by its attribute.
        attribute_departure_reason: Option<String>,
        /// What is given redacted, and its sealed originals.
        sealed: Vec<SealedOriginal>,
        /// Agreed answers (答复口径) that it gives or departs from.
        agreed_answers: Vec<AgreedAnswerView>,
        /// Categories of the negative list (负面清单).
        withheld_categories: Vec<UsedCategory>,
        /// Articles of local rules (地方规定).
        local_rules: Vec<CitedRule>,
    }
    /// One item of a reply.
    pub struct ItemView {
        /// Running number in the reply.
        n: u32,
        /// The kind of reply.
        kind: ReplyKind,
        /// What the kind is called.
        kind_label: Label,
        /// The article the kind rests on.
        article: String,
        /// Its row in table three of the annual report; null for a correction of records (Art 41).
        report_row: Option<u8>,
        /// The item that counts where the reply is not mixed.
        main: bool,
        /// The sub-reason of `o3`.
        other_reason: Option<OtherReason>,
        /// What the item is about.
        subject: Option<String>,
        /// The reasons.
        reasons: Option<String>,
        /// The articles the letter names.
        articles: Vec<String>,
        /// What else it rests on.
        grounds: GroundsView,
    }
    /// A review of a draft.
    pub struct ReviewView {
        /// What it is.
        kind: ReviewKind,
        /// What was decided.
        verdict: Verdict,
        /// Why.
        opinion: Option<String>,
        /// Who.
        by: AccountRef,
        /// The day.
        on: NaiveDate,
        /// In whose name, where a deputy reviewed.
        deputy_for: Option<AccountRef>,
        /// Of a secrecy review: whether what is given was covered.
        redaction: Option<Redaction>,
    }
    /// A draft of a reply (拟稿).
    pub struct DraftView {
        /// Running number in the case.
        n: u32,
        /// The round of reply it belongs to.
        round: u32,
        /// What is answered.
        items: Vec<ItemView>,
        /// Who drafted.
        by: AccountRef,
        /// The day.
        on: NaiveDate,
        /// Reviews, in order.
        reviews: Vec<ReviewView>,
        /// Where it stands.
        state: DraftState,
        /// The cases that share it (合并答复).
        joint: Option<JointView>,
    }
    /// The remedy paragraph (domain 5.1).
    pub struct RemedyView {
        /// Which remedies are open, in which order.
        path: RemedyPath,
        /// The reconsideration body.
        reconsideration_body: Option<String>,
        /// The court.
        court: Option<String>,
        /// The paragraph as it stands in the letter.
        text: String,
    }
    /// A clerical correction of a dispatched reply.
    pub struct ErratumView {
        /// Running number in the reply.
        n: u32,
        /// What was wrong and what is right.
        text: Option<String>,
        /// The corrected remedy paragraph, where that was wrong.
        remedy: Option<RemedyView>,
        /// The data of the case that it states anew.
        corrects: Vec<PrintedDatum>,
        /// Its own document number.
        document_number: String,
        /// The day.
        on: NaiveDate,
        /// Who signed.
        by: AccountRef,
    }
    /// Withdrawal of a dispatched reply.
    pub struct RevocationView {
        /// Why.
        reason: Option<String>,
        /// Its own document number.
        document_number: String,
        /// The day.
        on: NaiveDate,
        /// Who signed.
        by: AccountRef,
    }
    /// A reply (答复).
    pub struct ReplyView {
        /// Running number in the case.
        n: u32,
        /// The round it belongs to.
        round: u32,
        /// The draft it was made from.
        draft: u32,
        /// What is answered.
        items: Vec<ItemView>,
        /// The document number (文号).
        document_number: String,
        /// The day of issue.
        on: NaiveDate,
        /// Who approved and signed (签发).
        by: AccountRef,
        /// In whose name, where a deputy signed.
        deputy_for: Option<AccountRef>,
        /// The remedy paragraph.
        remedy: RemedyView,
        /// Whether a letter must go to the applicant.
        letter_needed: bool,
        /// Where it stands.
        state: ReplyState,
        /// It was signed to go on paper alone.
        paper_only: bool,
        /// Clerical corrections.
        errata: Vec<ErratumView>,
        /// Why it was recalled.
        recall_reason: Option<String>,
        /// Its revocation.
        revocation: Option<RevocationView>,
        /// The cases that share it (合并答复).
        joint: Option<JointView>,
    }
}

impl From<&RemedyNote> for RemedyView {
    fn from(note: &RemedyNote) -> Self {
        Self {
            path: note.path,
            reconsideration_body: note.reconsideration_body.clone(),
            court: note.court.clone(),
            text: note.text.clone(),
        }
    }
}

impl Reader {
    /// A draft.
    pub fn draft(&self, draft: &Draft) -> DraftView {
        DraftView {
            n: draft.n,
            round: draft.round,
            items: draft.items.iter().map(|item| self.item(item)).collect(),
            by: self.account(draft.by),
            on: draft.on,
            reviews: draft.reviews.iter().map(|review| self.review(review)).collect(),
            state: draft.state,
            joint: draft.joint.as_ref().map(JointView::from),
        }
    }

    /// A reply.
    pub fn reply(&self, reply: &Reply) -> ReplyView {
        ReplyView {
            n: reply.n,
            round: reply.round,
            draft: reply.draft,
            items: reply.items.iter().map(|item| self.item(item)).collect(),
            document_number: reply.document_number.clone(),
            on: reply.on,
            by: self.account(reply.by),
            deputy_for: reply.deputy_for.map(|account| self.account(account)),
            remedy: (&reply.remedy).into(),
            letter_needed: reply.letter_needed,
            state: reply.state,
            paper_only: reply.paper_only,
            errata: reply.errata.iter().map(|erratum| self.erratum(erratum)).collect(),
            recall_reason: self.text_some(reply.recall_reason.as_ref()),
            revocation: reply.revocation.as_ref().map(|revocation| self.revocation(revocation)),
            joint: reply.joint.as_ref().map(JointView::from),
        }
    }

    fn item(&self, item: &ReplyItem) -> ItemView {
        ItemView {
            n: item.n,
            kind: item.kind,
            kind_label: Label { zh: item.kind.zh(), en: item.kind.en() },
            article: item.kind.article().to_owned(),
            report_row: item.kind.row(),
            main: item.main,
            other_reason: item.other_reason,
            subject: self.text(&item.subject),
            reasons: self.text(&item.reasons),
            articles: item.articles.clone(),
            grounds: self.grounds(&item.grounds),
        }
    }

    fn grounds(&self, grounds: &ItemGrounds) -> GroundsView {
        GroundsView {
            withheld_under: grounds.withheld_under.clone(),
            how_to_obtain: self.text_some(grounds.how_to_obtain.as_ref()),
            provided_form: grounds.provided_form,
            attachments: grounds.attachments.clone(),
            classification: grounds.classification.clone(),
            no_consultation_reason: self.text_some(grounds.no_consultation_reason.as_ref()),
            internal_affair: grounds.internal_affair,
            process_information: grounds.process_information,
            discretion_note: self.text_some(grounds.discretion_note.as_ref()),
            no_rule_requires_disclosure: grounds.no_rule_requires_disclosure,
            no_good_reason: grounds.no_good_reason,
            search: grounds.search.as_ref().map(|search| SearchView {
                record: self.text(&search.record),
                searched_by: self.account(search.searched_by),
                searched_on: search.searched_on,
                scope: search.scope.as_ref().map(|scope| self.scope(scope)),
                nothing_found: self.text_some(search.nothing_found.as_ref()),
            }),
            duty_basis: self.text_some(grounds.duty_basis.as_ref()),
            competent_agency: grounds.competent_agency.clone(),
            competent_agency_unknown: grounds.competent_agency_unknown,
            competent_agency_contact: grounds.competent_agency_contact.clone(),
            access_rules: grounds.access_rules.clone(),
            earlier_case: grounds.earlier_case,
            no_contact_reason: self.text_some(grounds.no_contact_reason.as_ref()),
            search_explanation: self.text_some(grounds.search_explanation.as_ref()),
            withheld_records: grounds.withheld_records.clone(),
            attribute_departure_reason: self.text_some(grounds.attribute_departure.as_ref()),
            sealed: grounds.sealed.clone(),
            agreed_answers: grounds
                .agreed_answers
                .iter()
                .map(|used| AgreedAnswerView {
                    entry: used.entry,
                    edition: used.edition,
                    departs: used.departure.is_some(),
                    departure_reason: self.text_some(used.departure.as_ref()),
                })
                .collect(),
            withheld_categories: grounds.withheld_categories.clone(),
            local_rules: grounds.local_rules.clone(),
        }
    }

    fn review(&self, review: &Review) -> ReviewView {
        ReviewView {
            kind: review.kind,
            verdict: review.verdict,
            opinion: self.text_some(review.opinion.as_ref()),
            by: self.account(review.by),
            on: review.on,
            deputy_for: review.deputy_for.map(|account| self.account(account)),
            redaction: review.redaction,
        }
    }

    fn erratum(&self, erratum: &Erratum) -> ErratumView {
        ErratumView {
            n: erratum.n,
            text: self.text(&erratum.text),
            remedy: erratum.remedy.as_ref().map(RemedyView::from),
            corrects: erratum.corrects.clone(),
            document_number: erratum.document_number.clone(),
            on: erratum.on,
            by: self.account(erratum.by),
        }
    }

    fn revocation(&self, revocation: &Revocation) -> RevocationView {
        RevocationView {
            reason: self.text(&revocation.reason),
            document_number: revocation.document_number.clone(),
            on: revocation.on,
            by: self.account(revocation.by),
        }
    }
}
