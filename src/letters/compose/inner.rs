//! What stays in the house or is filled in by hand: the approval sheet that goes round with a draft, the delivery slip, the fee standard.

use super::course::Telling;
use super::{ComposeError, Document, Materials, Setting, frame, in_words, reply_title};
use crate::case::duties::{duties, reply_duty};
use crate::case::model::{Letter, ReviewKind, Verdict};
use crate::letters::kinds::Frame;
use crate::letters::template::Values;
use crate::rules::fees::{PAGE_BANDS, item_price};
use crate::rules::reply_kinds::ReplyKind;
use crate::rules::review;
use chrono::NaiveDate;
use uuid::Uuid;

const fn step(kind: ReviewKind) -> &'static str {
    match kind {
        ReviewKind::Content => "审核",
        ReviewKind::Legal => "法制审核",
        ReviewKind::Secrecy => "公开审查",
        ReviewKind::DepartmentHead => "承办处室负责人审核",
        ReviewKind::Office => "公开工作机构审核",
    }
}

impl Materials<'_> {
    /// Who signed, and for whom as the deputy.
    fn signed(&self, by: Uuid, deputy_for: Option<Uuid>) -> String {
        match deputy_for {
            Some(principal) => format!("{}（代{}）", self.name(by), self.name(principal)),
            None => self.name(by),
        }
    }

    fn name(&self, id: Uuid) -> String {
        self.names.get(&id).cloned().unwrap_or_default()
    }

    pub(super) fn approval_sheet(&self, n: u32, values: &mut Values) -> Result<NaiveDate, ComposeError> {
        let case = self.case;
        let draft = case.draft(n).ok_or(ComposeError::NoSuch)?;
        let owed = duties(case, self.calendar);
        values.some("due_on", reply_duty(&owed).map(|duty| in_words(duty.due_on)));
        values.some("department", case.assignment().map(|with| self.name(with.department)));
        values.some("handler", case.assignment().map(|with| self.name(with.handler)));
        values.text("drafter", self.name(draft.by));
        values.text("drafted_on", in_words(draft.on));
        values.text("draft", n.to_string());
        values.text("reply_title", reply_title(&draft.items, Frame::Reply.title(case.matter)));
        let issued = case.replies.iter().find(|reply| reply.draft == n);
        values.some("number", issued.map(|reply| reply.document_number.as_str()));
        let mut reviews = Vec::new();
        for review in &draft.reviews {
            let mut entry = Values::new();
            entry.text("step", step(review.kind));
            entry.text(
                "verdict",
                match review.verdict {
                    Verdict::Approved => "同意",
                    Verdict::Returned => "退回修改",
                },
            );
            entry.some("opinion", review.opinion.as_ref().map(|text| self.open(text)).transpose()?);
            entry.text("by", self.signed(review.by, review.deputy_for));
            entry.text("on", in_words(review.on));
            reviews.push(entry);
        }
        if let Some(reply) = issued {
            let mut entry = Values::new();
            entry.text("step", "签发");
            entry.text("verdict", "签发");
            entry.text("by", self.signed(reply.by, reply.deputy_for));
            entry.text("on", in_words(reply.on));
            reviews.push(entry);
        }
        let kinds: Vec<ReplyKind> = draft.items.iter().map(|item| item.kind).collect();
        let had = |kind| draft.reviews.iter().any(|review| review.kind == kind);
        let mut asked = review::asked(draft.chain.as_ref().unwrap_or(&self.settings.review_chain), &kinds);
        if kinds.iter().any(|kind| kind.is_denial()) && !asked.contains(&ReviewKind::Legal) {
            // The second approval of a denial (Art 36(3)).
            asked.push(ReviewKind::Legal);
        }
        let open = asked.into_iter().filter(|kind| !had(*kind)).map(step);
        let open = open.chain(["签发"]).filter(|_| issued.is_none()).map(|step| {
            let mut entry = Values::new();
            entry.text("step", step);
            entry
        });
        values.list("open_steps", open.collect());
        values.list("reviews", reviews);
        self.course(&draft.items, Telling::INNER, values)?;
        Ok(draft.on)
    }

    pub(super) fn search_letter(&self, n: u32, values: &mut Values) -> Result<NaiveDate, ComposeError> {
        let task = self.case.search_tasks.iter().find(|task| task.n == n && task.withdrawn.is_none()).ok_or(ComposeError::NoSuch)?;
        values.text("department", self.name(task.department));
        values.text("wanted", self.open(&task.wanted)?);
        values.text("due_on", in_words(task.until()));
        values.text("asked_by", self.name(task.by));
        Ok(task.on)
    }

    pub(super) fn delivery_slip(&self, letter: Letter, values: &mut Values) -> Result<NaiveDate, ComposeError> {
        let dated_on = crate::steps::mail::letters::dated_on(self.case, letter).ok_or(ComposeError::NoSuch)?;
        let title = match letter {
            Letter::Reply { n } => reply_title(self.case.reply(n).map_or(&[], |reply| &reply.items), Frame::Reply.title(self.case.matter)),
            other => frame(self.case, Document::Letter(other))?.title(self.case.matter),
        };
        values.text("letter_title", title);
        values.some("letter_number", self.number_of(letter));
        values.text("letter_dated", in_words(dated_on));
        let (recipient, place) = match letter {
            Letter::Consultation { n } | Letter::ThirdPartyNotice { n } => {
                (self.open(&super::notices::consultation(self.case, n)?.name)?, None)
            }
            _ => {
                let first = self.case.first_applicant().map(|details| self.person(details)).transpose()?;
                (self.applicants()?, first.and_then(|person| person.address))
            }
        };
        values.text("recipient", recipient);
        values.some("place", place);
        Ok(dated_on)
    }
}

/// The bands of both methods, from the rule itself.
pub(super) fn fee_bands(values: &mut Values) {
    let band = |band: String, price: String| {
        let mut entry = Values::new();
        entry.text("band", band);
        entry.text("price", price);
        entry
    };
    let said = |price: u32, unit: &str| if price == 0 { "不收费".to_owned() } else { format!("{price}元/{unit}") };
    let mut items = Vec::new();
    let mut from = 1;
    for until in [10, 30, 40, 50] {
        items.push(band(format!("第{from}件至第{until}件"), said(item_price(until), "件")));
        from = until + 1;
    }
    let dearer = item_price(from) - item_price(from - 1);
    items.push(band(format!("第{from}件以上"), format!("每增加10件，收费标准提高{dearer}元/件")));
    values.list("item_bands", items);
    let mut from = 1;
    let pages = PAGE_BANDS.iter().map(|(until, price)| {
        let pages = if *until == u32::MAX { format!("第{from}页以上") } else { format!("第{from}页至第{until}页") };
        from = until.saturating_add(1);
        band(pages, said(*price, "页"))
    });
    values.list("page_bands", pages.collect());
}
