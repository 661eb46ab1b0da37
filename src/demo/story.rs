//! A story: what happens to one case on which day. Stories are told together, day by day, so that numbers follow the dates.

use super::walker::Walker;
use crate::case::command::Command;
use crate::case::model::{Case, Letter};
use crate::rules::reply_kinds::ReplyKind;
use crate::rules::review;
use crate::steps::archive::{
    archive::ArchiveCase,
    close::CloseCase,
    publication::{RecordPublication, ReviewPublication},
};
use crate::steps::handle::{accept::AcceptAssignment, assign::AssignCase};
use crate::steps::mail::{delivery::RecordDelivery, dispatch::DispatchLetter, proof::FileDeliveryProof, scan::FileLetterScan};
use crate::steps::register::{enter::RegisterCase, examine::ExamineApplication};
use crate::steps::reply::{draft::DraftReply, issue::IssueReply, review::ReviewDraft};
use anyhow::{Context, Result};
use chrono::NaiveDate;
use garde::Validate;
use serde_json::{Value, json};
use uuid::Uuid;

type Action = Box<dyn FnOnce(&mut Walker, Option<Case>) -> Result<Case>>;

/// One case's way.
pub struct Story {
    start: NaiveDate,
    handler: &'static str,
    /// How many letters went out so far.
    dispatches: u32,
    pub(super) steps: Vec<(NaiveDate, Action)>,
}

/// A paper that a step names.
pub struct Scan {
    /// What the step acts on.
    pub at: Option<u32>,
    /// Its title.
    pub title: &'static str,
    /// What it says.
    pub words: &'static str,
}

/// One item of a reply.
pub fn item(kind: &str, subject: &str, reasons: &str, articles: &[&str], more: Value) -> Value {
    let mut item = json!({"kind": kind, "main": true, "subject": subject, "reasons": reasons, "articles": articles});
    if let (Some(item), Value::Object(more)) = (item.as_object_mut(), more) {
        item.extend(more);
    }
    item
}

/// Whether information is given by an item.
fn gives(item: &Value) -> bool {
    let kind = item.get("kind").and_then(Value::as_str).and_then(ReplyKind::from_code);
    kind.is_some_and(review::gives)
}

impl Story {
    /// A story that begins with an application.
    pub fn begin(start: NaiveDate, application: Value) -> Self {
        let mut story = Self { start, handler: "handler", dispatches: 0, steps: Vec::new() };
        story.steps.push((start, Box::new(move |walker, _| walker.receive("clerk", start, application))));
        story
    }

    /// A step of somebody on a day.
    pub fn step<C>(mut self, who: &'static str, day: NaiveDate, at: Option<u32>, command: Value) -> Self
    where
        C: Command + Clone + Validate<Context = ()>,
    {
        self.steps.push((
            day,
            Box::new(move |walker, case| {
                let case = case.context("the story has no beginning")?;
                walker.step::<C>(who, day, &case, at, command)
            }),
        ));
        self
    }

    /// A story that begins with a visit that is answered at once.
    pub fn visited(start: NaiveDate, visit: Value) -> Self {
        let mut story = Self { start, handler: "clerk", steps: Vec::new(), dispatches: 0 };
        story.steps.push((start, Box::new(move |walker, _| walker.visit("clerk", start, visit))));
        story
    }

    /// Something that is no step of this case alone.
    pub fn acted(mut self, day: NaiveDate, action: impl FnOnce(&mut Walker, Case) -> Result<Case> + 'static) -> Self {
        self.steps.push((day, Box::new(move |walker, case| action(walker, case.context("the story has no beginning")?))));
        self
    }

    /// A step of the clerk that names a paper scanned the same day.
    pub fn with_scan<C>(mut self, day: NaiveDate, scan: Scan, command: impl FnOnce(Uuid) -> Value + 'static) -> Self
    where
        C: Command + Clone + Validate<Context = ()>,
    {
        self.steps.push((
            day,
            Box::new(move |walker, case| {
                let case = case.context("the story has no beginning")?;
                // Each paper is of its own case: one slip proves one delivery.
                let number = case.registration.as_ref().map_or("", |entry| entry.case_number.as_str());
                let document = walker.scan("clerk", day, (scan.title, &format!("{}登记编号：{number}", scan.words)))?;
                walker.step::<C>("clerk", day, &case, scan.at, command(document))
            }),
        ));
        self
    }

    /// Makes a letter, to be printed and sealed.
    pub fn made(mut self, day: NaiveDate, letter: Letter) -> Self {
        self.steps.push((
            day,
            Box::new(move |walker, case| {
                let case = case.context("the story has no beginning")?;
                walker.make("clerk", day, &case, letter)
            }),
        ));
        self
    }

    /// Registers the same day; examines and assigns the next.
    pub fn handled_by(self, walker: &Walker, handler: &'static str) -> Result<Self> {
        self.examined(walker, handler, ("in_order", None))
    }

    /// As [`Self::handled_by`]; the examination finds that what is asked is unclear.
    pub fn unclear(self, walker: &Walker, handler: &'static str, note: &str) -> Result<Self> {
        self.examined(walker, handler, ("deficient", Some(note)))
    }

    fn examined(mut self, walker: &Walker, handler: &'static str, (clarity, note): (&str, Option<&str>)) -> Result<Self> {
        self.handler = handler;
        let (start, next) = (self.start, walker.later(self.start, 1));
        let person = &walker.players.get(handler).context("the handler is missing")?.person;
        let assignment = json!({"department": person.department, "handler": person.account_id});
        Ok(self
            .step::<RegisterCase>("clerk", start, None, json!({}))
            .step::<ExamineApplication>(
                "clerk",
                next,
                None,
                json!({
                    "identity": "in_order", "authority": "not_applicable", "clarity": clarity,
                    "repeat": "in_order", "excess": "in_order", "split": "in_order", "note": note
                }),
            )
            .step::<AssignCase>("clerk", next, None, assignment)
            .step::<AcceptAssignment>(handler, next, Some(1), json!({})))
    }

    /// Posts a notice by EMS.
    pub fn noticed(mut self, on: NaiveDate, letter: &Value, tracking_number: &str) -> Self {
        self.dispatches += 1;
        let method = json!({"method": "post", "carrier": "ems", "tracking_number": tracking_number});
        let story = match serde_json::from_value(letter.clone()) {
            Ok(letter) => self.made(on, letter),
            Err(_) => self,
        };
        story.step::<DispatchLetter>("clerk", on, None, json!({"letter": letter, "on": on, "method": method}))
    }

    /// The post brings proof that a notice was served.
    pub fn received(self, on: NaiveDate, dispatch: u32, signed_by: &str) -> Self {
        self.step::<RecordDelivery>("clerk", on, Some(dispatch), signed(on, signed_by))
    }

    /// What follows is timed from the day the clock starts afresh.
    pub fn afresh(self, on: NaiveDate) -> Self {
        Self { start: on, ..self }
    }

    /// Is known to the other stories by this name.
    pub fn remembered(mut self, name: &'static str) -> Self {
        let day = self.start;
        let remember: Action = Box::new(move |walker, case| {
            let case = case.context("the story has no beginning")?;
            walker.remembered.insert(name, case.id);
            Ok(case)
        });
        self.steps.push((day, remember));
        self
    }

    /// Drafts, reviews and issues within the inner limits of practice.
    pub fn replied(self, walker: &Walker, item: &Value) -> Self {
        let (handler, day) = (self.handler, walker.later(self.start, 6));
        self.step::<DraftReply>(handler, day, None, json!({"items": [item]})).signed(walker, item)
    }

    /// As [`Self::replied`], with a reply that points to an earlier case of the same applicant.
    pub fn repeating(mut self, walker: &Walker, item: &Value, earlier: &'static str) -> Self {
        let (handler, day) = (self.handler, walker.later(self.start, 6));
        let mut pointing = item.clone();
        let draft: Action = Box::new(move |walker, case| {
            let case = case.context("the story has no beginning")?;
            let earlier = walker.remembered.get(earlier).with_context(|| format!("nothing is remembered as {earlier}"))?;
            if let Some(fields) = pointing.as_object_mut() {
                fields.insert("earlier_case".to_owned(), json!(earlier));
            }
            walker.step::<DraftReply>(handler, day, &case, None, json!({"items": [pointing]}))
        });
        self.steps.push((day, draft));
        self.signed(walker, item)
    }

    /// Reviews and issues what was drafted.
    fn signed(self, walker: &Walker, item: &Value) -> Self {
        let start = self.start;
        self.step::<ReviewDraft>(
            "reviewer",
            walker.later(start, 7),
            None,
            json!({
                "kind": "legal", "verdict": "approved", "opinion": "依据适当，救济告知正确，同意。"
            }),
        )
        .cleared(walker, item)
        .step::<IssueReply>("approver", walker.later(start, 8), None, json!({}))
        .weighed(walker, item)
    }

    /// What is given is reviewed for secrets and privacy before.
    fn cleared(self, walker: &Walker, item: &Value) -> Self {
        if !gives(item) {
            return self;
        }
        let day = walker.later(self.start, 7);
        let opinion = "不涉及国家秘密、商业秘密；个人信息已按规定处理。";
        self.step::<ReviewDraft>("reviewer", day, None, json!({"kind": "secrecy", "verdict": "approved", "opinion": opinion}))
    }

    /// What was given is weighed for publication with the reply.
    fn weighed(self, walker: &Walker, item: &Value) -> Self {
        if !gives(item) {
            return self;
        }
        let day = walker.later(self.start, 8);
        let topic = item.get("subject").cloned().unwrap_or_default();
        let reason = "仅与申请人有关，尚无需要公众广泛知晓的情形。";
        self.step::<ReviewPublication>("clerk", day, None, json!({"item": 1, "result": "not_publish", "reason": reason, "topic": topic}))
    }

    /// Weighed anew: it is for everybody, and a week later it stands on the web.
    pub fn published(self, walker: &Walker, topic: &str) -> Result<Self> {
        let (day, later) = (walker.later(self.start, 9), walker.later(self.start, 14));
        let department = walker.players.get("handler").context("the handler is missing")?.person.department;
        let review = json!({
            "item": 1, "result": "publish", "reason": "涉及公众切身利益，需要广泛知晓。", "topic": topic, "department": department
        });
        let published = json!({"on": later, "address": "https://www.example.cn/zwgk/1.html"});
        Ok(self.step::<ReviewPublication>("clerk", day, None, review).step::<RecordPublication>("clerk", later, Some(2), published))
    }

    /// Posts the reply by EMS.
    pub fn posted(mut self, walker: &Walker, tracking_number: &str) -> Self {
        self.dispatches += 1;
        let on = walker.later(self.start, 9);
        self.made(on, Letter::Reply { n: 1 }).step::<DispatchLetter>(
            "clerk",
            on,
            None,
            json!({
                "letter": {"kind": "reply", "n": 1}, "on": on,
                "method": {"method": "post", "carrier": "ems", "tracking_number": tracking_number}
            }),
        )
    }

    /// Hands the reply over, signed at once.
    pub fn handed_over(mut self, walker: &Walker, signed_by: &str) -> Self {
        self.dispatches += 1;
        let on = walker.later(self.start, 9);
        self.made(on, Letter::Reply { n: 1 }).step::<DispatchLetter>(
            "clerk",
            on,
            None,
            json!({
                "letter": {"kind": "reply", "n": 1}, "on": on,
                "method": {"method": "hand_over", "delivered_on": on, "signed_by": signed_by}
            }),
        )
    }

    /// The post brings proof three working days later.
    pub fn served(self, walker: &Walker, signed_by: &str) -> Self {
        let (on, last) = (walker.later(self.start, 12), self.dispatches);
        self.step::<RecordDelivery>("clerk", on, Some(last), signed(on, signed_by))
    }

    /// The letter comes back, and its envelope is kept.
    pub fn came_back(self, walker: &Walker, reason: &'static str) -> Self {
        let (on, last) = (walker.later(self.start, 13), self.dispatches);
        let scan = Scan { at: Some(last), title: "退件信封", words: "信封正面批注：收件地址查无此人，退回。" };
        let back = move |envelope| json!({"result": "returned", "on": on, "reason": reason, "envelope": envelope});
        self.with_scan::<RecordDelivery>(on, scan, back)
    }

    /// The papers that prove the dispatch of the reply: the scan of the letter, the receipt of the post, the signed slip.
    pub fn proved(self, walker: &Walker) -> Self {
        let (posted, served, last) = (walker.later(self.start, 9), walker.later(self.start, 12), self.dispatches);
        let letter = Scan { at: None, title: "政府信息公开告知书（盖章件）", words: "本页为盖章件扫描示意。" };
        let receipt = Scan { at: Some(last), title: "国内特快专递邮件详情单", words: "收寄日戳清晰，邮资已付。" };
        let slip = Scan { at: Some(last), title: "邮件签收单", words: "收件人签收，日期如戳。" };
        self.with_scan::<FileLetterScan>(posted, letter, |id| json!({"letter": {"kind": "reply", "n": 1}, "document_id": id}))
            .with_scan::<FileDeliveryProof>(
                posted,
                receipt,
                move |id| json!({"document_id": id, "role": "posting_receipt", "dated_on": posted}),
            )
            .with_scan::<FileDeliveryProof>(served, slip, move |id| json!({"document_id": id, "role": "signed_slip", "dated_on": served}))
    }

    /// Closes with the proof in hand.
    pub fn closed(self, walker: &Walker) -> Self {
        let on = walker.later(self.start, 12);
        self.step::<CloseCase>("clerk", on, None, json!({}))
    }

    /// Archives a week later.
    pub fn archived(self, walker: &Walker, archive_number: &str) -> Self {
        let on = walker.later(self.start, 17);
        self.step::<ArchiveCase>("clerk", on, None, json!({"archive_number": archive_number}))
    }
}

/// Tells stories together, day by day.
pub fn tell(walker: &mut Walker, stories: Vec<Story>) -> Result<()> {
    let mut agenda = Vec::new();
    let mut cases: Vec<Option<Case>> = Vec::new();
    for (story, Story { steps, .. }) in stories.into_iter().enumerate() {
        cases.push(None);
        agenda.extend(steps.into_iter().enumerate().map(|(n, (day, action))| (day, story, n, action)));
    }
    agenda.sort_by_key(|(day, story, n, _)| (*day, *story, *n));
    for (_, story, _, action) in agenda {
        let slot = cases.get_mut(story).context("a story is missing")?;
        *slot = Some(action(walker, slot.take())?);
    }
    Ok(())
}

/// Signed for: an organisation by its reception or mail room.
fn signed(on: NaiveDate, signed_by: &str) -> Value {
    let mail_room = ["前台", "收发室"].iter().any(|end| signed_by.ends_with(end));
    json!({"result": "delivered", "on": on, "signed_by": signed_by, "signed_as": mail_room.then_some("mail_room")})
}
