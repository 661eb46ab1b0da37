//! Receive an application (接收申请), Art 29 and 31. Who: clerk, or another system.
//!
//! What is missing (proof of identity, contact, clarity) does not keep an application out: it is received and examined.
//! The receipt date follows the channel; what needs a confirmation waits without one.

use crate::case::event::CaseEvent;
use crate::case::facts::{Decision, Facts, IndexKind, Needs, OTHER_DRAWS};
use crate::case::flow::Step;
use crate::case::journal;
use crate::case::model::{AgentRecord, ApplicantRecord, ExternalReference, FileNotTaken, Paper, PaperKind, Receipt, RequestRecord};
use crate::case::private::{PersonDetails, RequestWords};
use crate::case::refusal::{Code, Refusal};
use crate::http::answer::Answer;
use crate::http::call::{Call, Versions};
use crate::http::text::{Line, Words};
use crate::ids::new_id;
use crate::rules::applicants::{ApplicantKind, DeliveryChannel, IdKind, WantedForm};
use crate::rules::matter::Matter;
use crate::rules::receipt::{self, Channel, ReceiptBasis};
use crate::views::case_page::CaseView;
use actix_web::post;
use chrono::NaiveDate;
use garde::Validate;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// The Regulations came into force on this day; nothing can have been received under them before.
pub const FIRST_DAY: NaiveDate = match NaiveDate::from_ymd_opt(2008, 5, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

macro_rules! person {
    ($(#[doc = $doc:literal])+ $name:ident { $(#[doc = $fdoc:literal] $field:ident: $ty:ty,)+ }) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
        #[serde(deny_unknown_fields)]
        #[garde(allow_unvalidated)]
        pub struct $name {
            $(#[doc = $fdoc] pub $field: $ty,)+
            /// Name.
            #[garde(dive)]
            #[schema(example = "张某某")]
            pub name: Line<100>,
            /// Number of the identity document, or the credit code of an organisation (统一社会信用代码).
            #[garde(dive)]
            pub id_number: Option<Line<40>>,
            /// Legal representative of an organisation.
            #[garde(dive)]
            pub legal_representative: Option<Line<100>>,
            /// Whom to ask for.
            #[garde(dive)]
            pub contact_person: Option<Line<100>>,
            /// Telephone.
            #[garde(dive)]
            pub phone: Option<Line<40>>,
            /// E-mail.
            #[garde(dive)]
            pub email: Option<Line<254>>,
            /// Postal address.
            #[garde(dive)]
            pub address: Option<Line<300>>,
            /// Postal code.
            #[garde(dive)]
            pub postal_code: Option<Line<12>>,
        }

        impl $name {
            /// The details as they are kept: one private text.
            pub fn into_details(self) -> PersonDetails {
                PersonDetails {
                    name: self.name.into_string(),
                    id_number: self.id_number.map(Line::into_string),
                    legal_representative: self.legal_representative.map(Line::into_string),
                    contact_person: self.contact_person.map(Line::into_string),
                    phone: self.phone.map(Line::into_string),
                    email: self.email.map(Line::into_string),
                    address: self.address.map(Line::into_string),
                    postal_code: self.postal_code.map(Line::into_string),
                }
            }
        }
    };
}

person! {
    /// One applicant.
    ApplicantInput {
        /// The column of the annual report.
        kind: ApplicantKind,
        /// Which identity document was shown.
        id_kind: Option<IdKind>,
    }
}

person! {
    /// Who acts for the applicant.
    AgentInput {
        /// The stored power of attorney (授权委托书).
        authorisation: Option<Uuid>,
    }
}

/// What is asked (Art 29(2)).
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct RequestInput {
    /// What is asked, verbatim.
    #[garde(dive)]
    #[schema(example = "申请公开2025年度行政处罚罚没款总额。")]
    pub description: Words<10000>,
    /// Number of the document wanted (文号).
    #[garde(dive)]
    pub document_number: Option<Line<200>>,
    /// Other features by which it can be found.
    #[garde(dive)]
    pub features: Option<Words<2000>>,
    /// The purpose, if the applicant gave one; it is never required.
    #[garde(dive)]
    pub purpose: Option<Words<2000>>,
    /// The form wanted.
    pub wanted_form: WantedForm,
    /// The channel wanted.
    pub delivery_channel: DeliveryChannel,
    /// Help needed because of reading, sight or hearing, in words (Art 43).
    #[garde(dive)]
    pub help: Option<Words<1000>>,
    /// Said orally at the counter and written down by the clerk (Art 29(1)).
    #[serde(default)]
    pub spoken: bool,
}

/// A stored document that belongs to the dossier.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct PaperInput {
    /// The stored document.
    pub document_id: Uuid,
    /// What it is.
    pub kind: PaperKind,
    /// Its title.
    #[garde(dive)]
    #[schema(example = "政府信息公开申请表")]
    pub title: Line<200>,
    /// The date it bears.
    pub dated_on: NaiveDate,
}

/// An application as it came in.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct ReceiveApplication {
    /// What it is about; a correction of one's own records (Art 41) has its own register and kinds of reply.
    #[serde(default)]
    pub matter: Matter,
    /// The channel of Art 31.
    pub channel: Channel,
    /// The day it came into the agency's hands.
    #[schema(example = "2026-11-02")]
    pub arrived_on: NaiveDate,
    /// The day the agency signed for it; EMS and registered letters only.
    pub signed_on: Option<NaiveDate>,
    /// The day of the portal's automatic acknowledgement with number, date and due date; only where the agency lets it confirm.
    pub acknowledged_on: Option<NaiveDate>,
    /// Number of the mail it came by.
    #[garde(dive)]
    pub tracking_number: Option<Line<60>>,
    /// Who asks; the first-named gives the column of the annual report.
    #[garde(length(min = 1, max = 20), dive)]
    pub applicants: Vec<ApplicantInput>,
    /// Who acts for them.
    #[garde(dive)]
    pub agent: Option<AgentInput>,
    /// What is asked.
    #[garde(dive)]
    pub request: RequestInput,
    /// Scans handed in with it.
    #[serde(default)]
    #[garde(length(max = 50), dive)]
    pub papers: Vec<PaperInput>,
    /// Numbers in other systems.
    #[serde(default)]
    #[garde(length(max = 10), inner(custom(reference)))]
    pub external_references: Vec<ExternalReference>,
    /// Files that a neighbour named and that were not taken; of no caller's body.
    #[serde(skip)]
    pub not_taken: Vec<NotTakenInput>,
}

/// A file that was named and not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotTakenInput {
    /// What the applicant called it.
    pub title: String,
    /// What it is.
    pub kind: PaperKind,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Why it was not taken.
    pub code: String,
}

impl NotTakenInput {
    /// What is kept of it: what the applicant called it may name them.
    pub(in crate::steps) fn kept(self, decision: &mut Decision, facts: &Facts<'_>) -> FileNotTaken {
        let Self { title, kind, sha256, code } = self;
        FileNotTaken { title: decision.keep(facts, title), kind, sha256, code }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form garde asks for")]
fn reference(value: &ExternalReference, (): &()) -> garde::Result {
    for (text, limit) in [(&value.system, 60), (&value.reference, 100)] {
        match crate::rules::text::line(text, limit) {
            Ok(clean) if clean == *text => {}
            Ok(_) => return Err(garde::Error::new("text_untrimmed|the text begins or ends with spaces")),
            Err(error) => return Err(garde::Error::new(format!("{}|{error}", error.code()))),
        }
    }
    Ok(())
}

impl ReceiveApplication {
    /// What must be looked up.
    pub fn needs(&self) -> Needs {
        let authorisation = self.agent.as_ref().and_then(|agent| agent.authorisation);
        Needs { documents: self.papers.iter().map(|paper| paper.document_id).chain(authorisation).collect(), ..Needs::default() }
    }

    fn receipt(&self, facts: &Facts<'_>) -> Result<Option<Receipt>, Refusal> {
        arrival(facts, self.channel, self.arrived_on, self.signed_on)?;
        let article = self.channel.article().article;
        if let Some(on) = self.acknowledged_on {
            acknowledged(facts, self.channel, self.arrived_on, on)?;
        }
        let choices = facts.settings.receipt;
        Ok(match receipt::receipt(self.channel, self.arrived_on, self.signed_on, self.acknowledged_on) {
            receipt::Receipt::ReceiptDate { on } => {
                Some(Receipt { on: choices.dated(facts.calendar, self.channel, on), article: article.to_owned() })
            }
            receipt::Receipt::AwaitingConfirmation => None,
        })
    }

    /// What happens: the application arrived, and where the channel dates it by itself, it is received.
    pub fn decide(self, facts: &Facts<'_>) -> Result<Decision, Refusal> {
        let receipt = self.receipt(facts)?;
        if self.request.spoken && self.channel != Channel::Counter {
            return Err(Refusal::new(
                Code::FieldsRefused,
                "口头申请只能当面提出，由工作人员代为填写",
                "only an application at the counter can be spoken and written down",
            )
            .under("29(1)")
            .at("/request/spoken"));
        }
        let mut decision = Decision::new();
        let mut keys = Vec::new();
        let applicants = applicants(&mut decision, facts, &mut keys, self.applicants);
        let agent = self.agent.map(|input| agent(&mut decision, facts, input)).transpose()?;
        let request = request(&mut decision, facts, self.request);
        let mut papers = Vec::new();
        for (index, paper) in self.papers.into_iter().enumerate() {
            let known = facts.document(paper.document_id, &format!("/papers/{index}/document_id"))?;
            facts.not_in_future(paper.dated_on, &format!("/papers/{index}/dated_on"))?;
            papers.push(Paper {
                n: u32::try_from(index + 1).unwrap_or(u32::MAX),
                document_id: paper.document_id,
                sha256: known.sha256.clone(),
                kind: paper.kind,
                title: decision.keep(facts, paper.title.into_string()),
                dated_on: paper.dated_on,
                added_on: facts.today,
                late_reason: None,
            });
        }
        let not_taken = self.not_taken.into_iter().map(|file| file.kept(&mut decision, facts)).collect();
        decision.index = Some(keys);
        decision.events.push(CaseEvent::ApplicationArrived {
            pins: facts.newest,
            channel: self.channel,
            arrived_on: self.arrived_on,
            tracking_number: self.tracking_number.map(Line::into_string),
            applicants,
            agent,
            request,
            papers,
            external_references: self.external_references,
            calendar_sha256: Some(facts.calendar.sha256().to_owned()),
            matter: self.matter,
            split_from: None,
            platform_within: facts.settings.platform_working_days.filter(|_| self.matter.is_information_request()),
            not_taken,
        });
        decision.events.extend(receipt.map(|receipt| CaseEvent::ReceiptEstablished { receipt }));
        Ok(decision)
    }
}

/// Whether the portal's automatic acknowledgement may stand for the confirmation (choice 4).
fn acknowledged(facts: &Facts<'_>, channel: Channel, arrived_on: NaiveDate, on: NaiveDate) -> Result<(), Refusal> {
    if channel != Channel::Portal || !facts.settings.receipt.acknowledgement_confirms {
        let (zh, en) = (
            "只有网上申请且机关已设定以系统自动回执为确认的，才能填写回执日期",
            "an automatic acknowledgement confirms on the portal only, and where the agency's settings say so",
        );
        return Err(Refusal::new(Code::DateNotApplicable, zh, en).under("31(3)").at("/acknowledged_on"));
    }
    facts.between(arrived_on, on, "/acknowledged_on")
}

/// Checks the dates of an arrival against its channel (Art 31).
pub fn arrival(facts: &Facts<'_>, channel: Channel, arrived_on: NaiveDate, signed_on: Option<NaiveDate>) -> Result<(), Refusal> {
    if arrived_on < FIRST_DAY {
        return Err(Refusal::new(
            Code::DateOutOfRange,
            format!("{arrived_on} 早于条例施行之日 {FIRST_DAY}"),
            format!("{arrived_on} is before {FIRST_DAY}, when the Regulations came into force"),
        )
        .at("/arrived_on"));
    }
    facts.not_in_future(arrived_on, "/arrived_on")?;
    if let Some(on) = signed_on {
        facts.between(FIRST_DAY, on, "/signed_on")?;
    }
    match (channel.basis(), signed_on) {
        (ReceiptBasis::SignedFor, None) => Err(Refusal::new(
            Code::DateMissing,
            "邮政特快专递和挂号信须填写签收日期",
            "EMS and registered letters need the day the agency signed",
        )
        .under("31(2)")
        .at("/signed_on")),
        (ReceiptBasis::SignedFor, Some(on)) if on > arrived_on => Err(Refusal::new(
            Code::DateBeforePrevious,
            format!("到达日期 {arrived_on} 早于签收日期 {on}；签收即到达"),
            format!("it is in the agency's hands from the day it signs: arrival {arrived_on} cannot be before {on}"),
        )
        .under("31(2)")
        .at("/arrived_on")),
        (ReceiptBasis::HandedIn | ReceiptBasis::Confirmed, Some(_)) => {
            Err(Refusal::new(Code::DateNotApplicable, "该渠道没有签收日期", "this channel knows no signature").under("31").at("/signed_on"))
        }
        _ => Ok(()),
    }
}

/// Keeps the applicants' details and the keys by which they are found again.
pub fn applicants(
    decision: &mut Decision,
    facts: &Facts<'_>,
    keys: &mut Vec<(IndexKind, String)>,
    inputs: Vec<ApplicantInput>,
) -> Vec<ApplicantRecord> {
    let mut records = Vec::with_capacity(inputs.len());
    for (n, input) in (OTHER_DRAWS..).zip(inputs) {
        let (kind, id_kind) = (input.kind, input.id_kind);
        let person = input.into_details();
        keys.extend(keys_of(&person));
        records.push(ApplicantRecord { id: facts.draws.nth_id(n), kind, id_kind, details: details(decision, facts, &person) });
    }
    records
}

/// The keys by which a person is found again.
pub fn keys_of(person: &PersonDetails) -> Vec<(IndexKind, String)> {
    let mut keys = vec![(IndexKind::Name, person.name.clone())];
    keys.extend(person.id_number.iter().map(|number| (IndexKind::IdNumber, number.clone())));
    keys.extend(person.phone.iter().map(|phone| (IndexKind::Phone, phone.clone())));
    keys.extend(person.email.iter().map(|email| (IndexKind::Email, email.clone())));
    keys
}

/// Keeps the details of who acts for the applicant.
pub fn agent(decision: &mut Decision, facts: &Facts<'_>, input: AgentInput) -> Result<AgentRecord, Refusal> {
    if let Some(id) = input.authorisation {
        facts.document(id, "/agent/authorisation")?;
    }
    let authorisation = input.authorisation;
    Ok(AgentRecord { details: details(decision, facts, &input.into_details()), authorisation })
}

fn details(decision: &mut Decision, facts: &Facts<'_>, person: &PersonDetails) -> crate::case::private::Private {
    decision.keep(facts, serde_json::to_string(person).unwrap_or_default())
}

/// Keeps the words of a request.
pub fn request(decision: &mut Decision, facts: &Facts<'_>, input: RequestInput) -> RequestRecord {
    let words = RequestWords {
        description: input.description.into_string(),
        document_number: input.document_number.map(Line::into_string),
        features: input.features.map(Words::into_string),
        purpose: input.purpose.map(Words::into_string),
    };
    RequestRecord {
        words: decision.keep(facts, serde_json::to_string(&words).unwrap_or_default()),
        wanted_form: input.wanted_form,
        delivery_channel: input.delivery_channel,
        help: decision.keep_some(facts, input.help.map(Words::into_string)),
        written_down_by: input.spoken.then_some(facts.person.account_id),
    }
}

/// Receive an application.
///
/// Counter and signed mail are received at once; ordinary letters, fax, portal and e-mail wait for their confirmation.
#[utoipa::path(tag = "receive", request_body = ReceiveApplication, responses(
    (status = 201, description = "The case.", body = CaseView),
))]
#[post("/cases")]
pub async fn receive_application(call: Call) -> Answer {
    let scope = call.permit("receive_application")?;
    let ask = call.ask(new_id(), None, Versions::None)?;
    let command: ReceiveApplication = call.json()?;
    let (office, caller) = (Arc::clone(&call.app.office), call.caller.clone());
    call.app
        .db
        .run(scope, move |conn| {
            let taken = journal::open(conn, &office, &ask, &command.needs(), |facts| command.clone().decide(facts))?;
            super::super::show_after(conn, (&office, &caller), Step::Receive, taken)
        })
        .await
        .and_then(super::super::Shown::answer)
}

#[cfg(test)]
mod tests {
    use crate::case::stage::Stage;
    use crate::case::testing::{Bench, day};
    use serde_json::json;

    fn body(channel: &str, arrived_on: &str) -> serde_json::Value {
        json!({
            "channel": channel, "arrived_on": arrived_on,
            "applicants": [{"kind": "natural_person", "name": "甲某"}],
            "request": {"description": "申请公开甲文件。", "wanted_form": "paper", "delivery_channel": "post"}
        })
    }

    #[test]
    fn article_31_1_counter_is_received_the_day_it_is_handed_in() {
        let mut bench = Bench::on("2026-11-02");
        let case = bench.receive(body("counter", "2026-11-02")).unwrap();
        assert_eq!((case.stage, case.received_on()), (Stage::Received, Some(day("2026-11-02"))));
    }

    #[test]
    fn article_31_2_signed_mail_is_received_the_day_it_is_signed_for() {
        let mut bench = Bench::on("2026-11-04");
        assert_eq!(bench.receive(body("ems", "2026-11-03")).unwrap_err().code.as_str(), "date_missing");
        let mut signed = body("ems", "2026-11-03");
        signed["signed_on"] = json!("2026-11-02");
        assert_eq!(bench.receive(signed).unwrap().received_on(), Some(day("2026-11-02")));
    }

    #[test]
    fn article_31_3_online_waits_for_its_confirmation() {
        let mut bench = Bench::on("2026-11-04");
        let case = bench.receive(body("email", "2026-11-03")).unwrap();
        assert_eq!((case.stage, case.received_on()), (Stage::AwaitingConfirmation, None));
    }

    #[test]
    fn dates_in_the_future_and_before_the_regulations_are_refused() {
        let mut bench = Bench::on("2026-11-04");
        assert_eq!(bench.receive(body("counter", "2026-11-05")).unwrap_err().code.as_str(), "date_in_future");
        assert_eq!(bench.receive(body("counter", "1900-01-01")).unwrap_err().code.as_str(), "date_out_of_range");
        assert!(bench.events.is_empty());
    }
}
