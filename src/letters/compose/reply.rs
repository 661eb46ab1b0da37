//! The reply, its erratum and its withdrawal (Art 36-41, domain 6.6): the decision on each item by the fragment of its kind.

use super::course::Telling;
use super::{ComposeError, Materials, Setting, Templates, in_words, reply_of, reply_title, unended};
use crate::case::model::{PrintedDatum, ReplyItem, SearchTask};
use crate::case::private::Private;
use crate::letters::kinds::{Frame, TemplateKind};
use crate::letters::sheet::Block;
use crate::letters::template::Values;
use crate::rules::applicants::WantedForm;
use crate::rules::cite::cite_in_full;
use crate::rules::remedies::{RemedyBodies, RemedyItem, advise};
use crate::rules::reply_kinds::{InternalAffair, OtherReason, ProcessInformation};
use chrono::NaiveDate;
use std::collections::BTreeSet;
use uuid::Uuid;

/// The decisions, in the order of the reply; each of several has its heading.
pub(super) fn decisions(items: &[ReplyItem], materials: &Materials<'_>, templates: &Templates) -> Result<Vec<Block>, ComposeError> {
    let mut blocks = Vec::new();
    for item in items {
        let subject = materials.open(&item.subject)?;
        if items.len() > 1 {
            blocks.push(Block::Heading(format!("（{}）关于“{subject}”", item.n)));
        }
        let (_, template) = templates.get(&TemplateKind::Decision(item.kind)).ok_or(ComposeError::Template)?;
        blocks.extend(template.blocks(&materials.item(item, subject)?, &[]));
    }
    Ok(blocks)
}

/// Several attachments with their numbers, one without.
pub(super) fn numbered(titles: &[String]) -> String {
    match titles {
        [one] => one.clone(),
        _ => (1..).zip(titles).map(|(n, title)| format!("{n}．{title}")).collect::<Vec<_>>().join("　"),
    }
}

/// What an item rests on: the articles named, the legal basis of what stands on the negative list, local rules.
fn cited(item: &ReplyItem) -> String {
    let categories = item.grounds.withheld_categories.iter().flat_map(|used| &used.articles);
    let national = cite_in_full(item.articles.iter().chain(categories).map(String::as_str));
    let local = item.grounds.local_rules.iter().map(|used| used.citation.clone());
    std::iter::once(national).chain(local).filter(|cited| !cited.is_empty()).collect::<Vec<_>>().join("、")
}

impl Materials<'_> {
    fn item(&self, item: &ReplyItem, subject: String) -> Result<Values, ComposeError> {
        let mut values = Values::new();
        let grounds = &item.grounds;
        values.text("you", self.you());
        values.text("subject", subject);
        values.text("reasons", self.open(&item.reasons)?);
        values.text("articles", cited(item));
        let categories: Vec<&str> = grounds.withheld_categories.iter().map(|used| used.title.as_str()).collect();
        values.some("category", (!categories.is_empty()).then(|| categories.join("、")));
        values.some("how_to_obtain", grounds.how_to_obtain.as_ref().map(|text| self.open(text)).transpose()?);
        values.some("provided_form", grounds.provided_form.map(WantedForm::zh));
        values.text("withheld_under", grounds.withheld_under.iter().map(|ground| ground.zh()).collect::<Vec<_>>().join("、"));
        if let Some(classified) = &grounds.classification {
            values.text("level", classified.level.zh());
            values.text("classified_on", in_words(classified.classified_on));
            values.text("classified_by", classified.classified_by.as_str());
        }
        values.some("internal_affair", grounds.internal_affair.map(InternalAffair::zh));
        values.some("process_information", grounds.process_information.map(ProcessInformation::zh));
        values.some("duty_basis", grounds.duty_basis.as_ref().map(|text| self.open(text)).transpose()?);
        values.some("competent_agency", grounds.competent_agency.as_deref());
        values.some("competent_agency_contact", grounds.competent_agency_contact.as_deref().map(unended));
        values.some("access_rules", grounds.access_rules.as_deref().map(unended));
        let earlier = grounds.earlier_case.and_then(|case| self.earlier.get(&case));
        values.some("earlier_reply", earlier.map(|(number, on)| format!("{number}，{}", in_words(*on))));
        values.some("other_reason", item.other_reason.map(OtherReason::zh));
        Ok(values)
    }

    pub(super) fn reply(&self, n: u32, values: &mut Values) -> Result<NaiveDate, ComposeError> {
        let reply = reply_of(self, n)?;
        values.text("remedy", reply.remedy.text.as_str());
        self.answered(&reply.items, values)?;
        Ok(reply.on)
    }

    /// The reply as a draft would make it today: its number is not drawn, and it is not dated.
    pub(super) fn draft(&self, n: u32, values: &mut Values) -> Result<NaiveDate, ComposeError> {
        let draft = self.case.draft(n).ok_or(ComposeError::NoSuch)?;
        values.text("number", "（文号待签发后编定）");
        values.text("dated", "　　　　年　　月　　日");
        values.some("remedy", self.advised(&draft.items));
        self.answered(&draft.items, values)?;
        Ok(draft.on)
    }

    /// The remedy paragraph that a reply with these items would bear today.
    pub(super) fn advised(&self, items: &[ReplyItem]) -> Option<String> {
        let (body, court) = (self.settings.reconsideration_body(self.today)?, self.settings.court(self.today)?);
        let items: Vec<RemedyItem<'_>> = items
            .iter()
            .map(|item| RemedyItem { kind: item.kind, other_reason: item.other_reason, grounds: &item.grounds.withheld_under })
            .collect();
        let bodies = RemedyBodies { reconsideration_body: &body.name, court: &court.name, online_filing: body.online_filing.as_deref() };
        Some(advise(&items, &bodies).text_zh)
    }

    fn answered(&self, items: &[ReplyItem], values: &mut Values) -> Result<(), ComposeError> {
        values.text("title", reply_title(items, Frame::Reply.title(self.case.matter)));
        values.text("attachments", numbered(&self.attached(items)?));
        self.course(items, Telling::of(items), values)
    }

    /// The titles of every document that goes with the reply, item by item; what has a name in the dossier first.
    pub(super) fn attached(&self, items: &[ReplyItem]) -> Result<Vec<String>, ComposeError> {
        let mut listed = BTreeSet::new();
        let mut titles = Vec::new();
        for item in items {
            let redacted = |id: Uuid| item.grounds.sealed.iter().find(|pair| pair.redacted == id);
            let mut attached: Vec<(usize, Uuid)> = item.grounds.attachments.iter().map(|id| (self.place_of(*id), *id)).collect();
            attached.sort_unstable();
            attached.retain(|(_, id)| listed.insert(*id));
            let named = |id: Uuid| self.name_of(id).or_else(|| redacted(id).and_then(|pair| self.name_of(pair.unredacted)));
            let nameless = attached.iter().filter(|(_, id)| named(*id).is_none()).count();
            let mut n = 0;
            for (_, id) in attached {
                let title = if let Some(name) = named(id) {
                    self.open(name)?
                } else {
                    n += 1;
                    let subject = self.open(&item.subject)?;
                    if nameless == 1 { subject } else { format!("{subject}（之{n}）") }
                };
                titles.push(if redacted(id).is_some() { format!("{title}（遮盖件）") } else { title });
            }
        }
        Ok(titles)
    }

    /// The place of a document among the papers of the dossier; after them all if it is none.
    fn place_of(&self, document: Uuid) -> usize {
        let papers = &self.case.papers;
        papers.iter().position(|paper| paper.document_id == document).unwrap_or(papers.len())
    }

    /// The title a document bears in the dossier, as a paper or as what a search found.
    fn name_of(&self, document: Uuid) -> Option<&Private> {
        let paper = self.case.papers.iter().find(|paper| paper.document_id == document).map(|paper| &paper.title);
        let mut found = self.case.search_tasks.iter().filter_map(SearchTask::result).flat_map(|result| &result.found);
        paper.or_else(|| found.find(|record| record.document_id == Some(document)).map(|record| &record.title))
    }

    pub(super) fn erratum(&self, reply: u32, n: u32, values: &mut Values) -> Result<NaiveDate, ComposeError> {
        let corrected = reply_of(self, reply)?;
        let erratum = corrected.errata.iter().find(|known| known.n == n).ok_or(ComposeError::NoSuch)?;
        self.earlier(reply, values)?;
        values.text("text", self.open(&erratum.text)?);
        let mut stated = Vec::new();
        for datum in &erratum.corrects {
            match datum {
                PrintedDatum::ReceivedOn => stated.extend(self.case.received_on().map(|on| format!("收到申请之日为{}", in_words(on)))),
                PrintedDatum::Applicants => stated.push(format!("申请人为{}", self.applicants()?)),
                PrintedDatum::Request => stated.push(format!("申请内容为：{}", self.words(&self.case.request.words)?.description)),
                // No reply states a due date.
                PrintedDatum::DueOn => {}
            }
        }
        values.text("stated", unended(&stated.join("；")));
        values.some("remedy", erratum.remedy.as_ref().map(|remedy| remedy.text.as_str()));
        Ok(erratum.on)
    }

    pub(super) fn revocation(&self, reply: u32, values: &mut Values) -> Result<NaiveDate, ComposeError> {
        let revocation = reply_of(self, reply)?.revocation.as_ref().ok_or(ComposeError::NoSuch)?;
        self.earlier(reply, values)?;
        values.text("reasons", self.open(&revocation.reason)?);
        Ok(revocation.on)
    }

    /// The reply that an erratum or a revocation is about.
    fn earlier(&self, n: u32, values: &mut Values) -> Result<(), ComposeError> {
        let reply = reply_of(self, n)?;
        values.text("reply_title", reply_title(&reply.items, Frame::Reply.title(self.case.matter)));
        values.text("reply_number", reply.document_number.as_str());
        values.text("replied_on", in_words(reply.on));
        Ok(())
    }
}
