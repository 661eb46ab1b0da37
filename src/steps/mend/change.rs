//! What an amendment may change: the body's side of [`Change`]. The old values are taken from the case, never from the caller.

use super::content::{self, DecisionInput, EntryInput};
use super::days::{self, Came, Paid};
use super::further::{AppealInput, ComplaintInput, LongerTermInput};
use super::proceeding::{CourseDayInput, ProceedingInput};
use super::weigh::stands;
use crate::case::facts::{Decision, Facts, Needs};
use crate::case::model::{
    AgentRecord, AmendmentState, ApplicantRecord, Case, Change, DecisionContent, DispatchState, Receipt, RequestRecord,
};
use crate::case::private::Private;
use crate::case::refusal::{Code, Refusal};
use crate::http::text::{Line, Words};
use crate::rules::receipt::{self, Channel, ReceiptBasis};
use crate::steps::receive::application::{AgentInput, ApplicantInput, RequestInput, agent, applicants, arrival, request};
use chrono::NaiveDate;
use garde::Validate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// What changes.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(tag = "subject", rename_all = "snake_case", deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub enum ChangeInput {
    /// The channel and its dates; the receipt date follows Art 31 for the true channel.
    Receipt {
        /// The true channel.
        channel: Channel,
        /// The true day of arrival.
        #[schema(example = "2026-11-02")]
        arrived_on: NaiveDate,
        /// The day the agency signed for it; EMS and registered letters only.
        signed_on: Option<NaiveDate>,
        /// The day both sides confirmed; only channels that need it.
        confirmed_on: Option<NaiveDate>,
        /// Number of the mail it truly came by; without one, what is on record stays as long as the true channel is one by post.
        #[garde(dive)]
        tracking_number: Option<Line<60>>,
    },
    /// The words and wishes of the request.
    Request {
        /// As it truly is.
        #[garde(dive)]
        request: RequestInput,
    },
    /// Who asks, and who acts for them.
    Applicants {
        /// Who truly asks.
        #[garde(length(min = 1, max = 20), dive)]
        #[schema(min_items = 1, max_items = 20)]
        applicants: Vec<ApplicantInput>,
        /// Who acts for them.
        #[garde(dive)]
        agent: Option<AgentInput>,
    },
    /// The day a letter was served.
    Service {
        /// Number of the dispatch.
        #[schema(minimum = 1)]
        dispatch: u32,
        /// The true day.
        delivered_on: NaiveDate,
    },
    /// A letter recorded as served that came back.
    ServiceFailed {
        /// Number of the dispatch.
        #[schema(minimum = 1)]
        dispatch: u32,
        /// The day it came back.
        returned_on: NaiveDate,
        /// Why.
        #[garde(dive)]
        reason: Words<1000>,
    },
    /// The dates of a reconsideration or lawsuit: those that are given; the others stay.
    Proceeding(ProceedingInput),
    /// A day in the course of a reconsideration or lawsuit: of a rest, a sitting, a filing, and the like.
    Course(CourseDayInput),
    /// Body, number or side of a reconsideration or lawsuit.
    ProceedingEntry(#[garde(dive)] EntryInput),
    /// What a decision or judgment says, as it truly is.
    Decision(#[garde(dive)] DecisionInput),
    /// A reconsideration or lawsuit that was entered in error: it leaves duties, tables and lists.
    ProceedingVoided {
        /// Number of the proceeding.
        #[schema(minimum = 1)]
        proceeding: u32,
    },
    /// The length of a longer term of a reconsideration or lawsuit.
    LongerTerm(LongerTermInput),
    /// Who appealed, or applied for the retrial, and when.
    Appeal(AppealInput),
    /// The dates of a complaint: those that are given; the others stay.
    Complaint(ComplaintInput),
    /// The day a letter was posted, sent, or laid out for collection.
    Posting {
        /// Number of the dispatch.
        #[schema(minimum = 1)]
        dispatch: u32,
        /// The true day.
        on: NaiveDate,
    },
    /// The day the answer of a consulted party came.
    ConsultationAnswer {
        /// Number of the consultation.
        #[schema(minimum = 1)]
        consultation: u32,
        /// The true day.
        on: NaiveDate,
    },
    /// The day it was found that a letter to a consulted party cannot be delivered.
    ConsultationFailure {
        /// Number of the consultation.
        #[schema(minimum = 1)]
        consultation: u32,
        /// The true day.
        on: NaiveDate,
    },
    /// The day a corrected application came, with the days its channel needs; the receipt follows.
    CorrectedApplication {
        /// Number of the correction notice.
        #[schema(minimum = 1)]
        correction: u32,
        /// Number of the corrected application within it.
        #[schema(minimum = 1)]
        answer: u32,
        /// The true day of arrival.
        arrived_on: NaiveDate,
        /// The day the agency signed for it; EMS and registered letters only.
        signed_on: Option<NaiveDate>,
        /// The day both sides confirmed; only channels that need it.
        confirmed_on: Option<NaiveDate>,
    },
    /// Day and amount of a payment.
    Payment {
        /// Number of the fee notice.
        #[schema(minimum = 1)]
        notice: u32,
        /// Number of the payment within it.
        #[schema(minimum = 1)]
        payment: u32,
        /// The true day.
        on: NaiveDate,
        /// The true amount in yuan; without it, it stays.
        #[schema(minimum = 1)]
        amount: Option<u32>,
    },
    /// The day the applicant's reasons came.
    Reasons {
        /// Number of the notice that asked for them.
        #[schema(minimum = 1)]
        request: u32,
        /// The true day.
        on: NaiveDate,
    },
}

impl ChangeInput {
    /// The proceeding whose dates it mends.
    pub const fn of_proceeding(&self) -> Option<u32> {
        match self {
            Self::Proceeding(input) => Some(input.proceeding),
            Self::Course(input) => Some(input.proceeding),
            Self::ProceedingEntry(input) => Some(input.proceeding),
            Self::Decision(input) => Some(input.proceeding),
            Self::ProceedingVoided { proceeding } => Some(*proceeding),
            Self::LongerTerm(input) => Some(input.proceeding),
            Self::Appeal(input) => Some(input.proceeding),
            _ => None,
        }
    }

    /// The same for the proceeding as another case has it, after it was proposed in the first.
    #[must_use]
    pub fn in_proceeding(self, case: &Case, n: u32, first: Option<&Change>) -> Self {
        match self {
            Self::Proceeding(input) => Self::Proceeding(input.in_case(case.proceeding(n), n, first)),
            Self::Course(input) => Self::Course(CourseDayInput { proceeding: n, ..input }),
            Self::ProceedingEntry(input) => Self::ProceedingEntry(EntryInput { proceeding: n, ..input }),
            Self::Decision(input) => Self::Decision(DecisionInput { proceeding: n, ..input }),
            Self::ProceedingVoided { .. } => Self::ProceedingVoided { proceeding: n },
            Self::LongerTerm(input) => Self::LongerTerm(LongerTermInput { proceeding: n, ..input }),
            Self::Appeal(input) => Self::Appeal(AppealInput { proceeding: n, ..input }),
            other => other,
        }
    }
}

/// The private texts in which the words of a request stand.
fn words_of(request: &RequestRecord) -> impl Iterator<Item = Private> {
    [Some(request.words.clone()), request.help.clone()].into_iter().flatten()
}

/// The private text that says what a decision orders.
fn ordered_in(case: &Case, n: u32) -> impl Iterator<Item = Private> + '_ {
    let decision = case.proceeding(n).and_then(|known| known.decision.as_ref());
    decision.and_then(|decision| decision.order.as_ref()).map(|order| order.what.clone()).into_iter()
}

/// The private texts in which the applicants' details stand.
pub fn details_of<'a>(applicants: &'a [ApplicantRecord], agent: Option<&'a AgentRecord>) -> impl Iterator<Item = Private> + 'a {
    applicants.iter().map(|record| record.details.clone()).chain(agent.map(|record| record.details.clone()))
}

impl ChangeInput {
    /// The dispatch whose day of posting or service it changes.
    pub const fn dispatch(&self) -> Option<u32> {
        match self {
            Self::Posting { dispatch, .. } | Self::Service { dispatch, .. } | Self::ServiceFailed { dispatch, .. } => Some(*dispatch),
            _ => None,
        }
    }

    /// The same change of another dispatch.
    #[must_use]
    pub fn of_dispatch(mut self, n: u32) -> Self {
        if let Self::Posting { dispatch, .. } | Self::Service { dispatch, .. } | Self::ServiceFailed { dispatch, .. } = &mut self {
            *dispatch = n;
        }
        self
    }

    /// What must be looked up to compare old with new, and with what is proposed already.
    pub fn needs(&self, case: &Case) -> Needs {
        match self {
            Self::Request { .. } => Needs {
                texts: words_of(&case.request)
                    .chain(pending(case).flat_map(|change| match change {
                        Change::Request { new, .. } => words_of(new).collect(),
                        _ => Vec::new(),
                    }))
                    .collect(),
                ..Needs::default()
            },
            Self::Applicants { agent, .. } => Needs {
                texts: details_of(&case.applicants, case.agent.as_ref())
                    .chain(pending(case).flat_map(|change| match change {
                        Change::Applicants { new, new_agent, .. } => details_of(new, new_agent.as_ref()).collect(),
                        _ => Vec::new(),
                    }))
                    .collect(),
                documents: agent.as_ref().and_then(|agent| agent.authorisation).into_iter().collect(),
                ..Needs::default()
            },
            Self::Decision(input) => Needs { texts: ordered_in(case, input.proceeding).collect(), ..Needs::default() },
            Self::ProceedingEntry(input) => Needs { proceeding: input.renamed(case), ..Needs::default() },
            _ => Needs::default(),
        }
    }

    /// Old and new side by side; refused where nothing would change.
    pub fn weighed(self, decision: &mut Decision, case: &Case, facts: &Facts<'_>) -> Result<Change, Refusal> {
        let change = match self {
            Self::Receipt { channel, arrived_on, signed_on, confirmed_on, tracking_number } => {
                let new_receipt = received(facts, channel, arrived_on, (signed_on, confirmed_on))?;
                let (old_tracking_number, new_tracking_number) = mailed(case, channel, tracking_number.map(Line::into_string))?;
                Change::Receipt {
                    old_channel: case.channel,
                    old_arrived_on: case.arrived_on,
                    old_receipt: case.receipt.clone(),
                    new_channel: channel,
                    new_arrived_on: arrived_on,
                    new_receipt,
                    old_tracking_number,
                    new_tracking_number,
                }
            }
            Self::Request { request: input } => Change::Request { old: case.request.clone(), new: amended(decision, case, facts, input)? },
            Self::Applicants { applicants: inputs, agent: input } => {
                let new = applicants(decision, facts, &mut Vec::new(), inputs);
                let new_agent = input.map(|input| agent(decision, facts, input)).transpose()?;
                Change::Applicants { old: case.applicants.clone(), new, old_agent: case.agent.clone(), new_agent }
            }
            Self::Service { dispatch, delivered_on } => {
                let (sent_on, old_on) = service(case, dispatch)?;
                facts.between(sent_on, delivered_on, "/delivered_on")?;
                Change::Service { dispatch, old_on, new_on: delivered_on }
            }
            Self::ServiceFailed { dispatch, returned_on, reason } => {
                let (sent_on, old_on) = service(case, dispatch)?;
                facts.between(sent_on, returned_on, "/returned_on")?;
                Change::ServiceFailed { dispatch, old_on, returned_on, reason: decision.keep(facts, reason.into_string()) }
            }
            Self::Proceeding(input) => input.change(case)?,
            Self::Course(input) => input.change(case)?,
            Self::ProceedingEntry(input) => input.change(case)?,
            Self::Decision(input) => input.change(decision, case, facts)?,
            Self::ProceedingVoided { proceeding } => content::voided(case, facts, proceeding)?,
            Self::LongerTerm(input) => input.change(case)?,
            Self::Appeal(input) => input.change(case)?,
            Self::Complaint(input) => input.change(case)?,
            Self::Posting { dispatch, on } => days::posting(case, facts, dispatch, on)?,
            Self::ConsultationAnswer { consultation, on } => days::answer(case, facts, consultation, on)?,
            Self::ConsultationFailure { consultation, on } => days::failure(case, facts, consultation, on)?,
            Self::CorrectedApplication { correction, answer, arrived_on, signed_on, confirmed_on } => {
                days::corrected(case, facts, &Came { correction, answer, arrived_on, signed_on, confirmed_on })?
            }
            Self::Payment { notice, payment, on, amount } => days::payment(case, facts, &Paid { notice, payment, on, amount })?,
            Self::Reasons { request, on } => days::reasons(case, facts, request, on)?,
        };
        if !changes(decision, facts, &change) {
            return Err(Refusal::new(
                Code::NothingToChange,
                "与现有登记内容相同；程序涉及多个案件的，在其登记有误的案件中更正",
                "it is so entered already; where a proceeding covers several cases, amend it in one in which it is wrong",
            ));
        }
        if pending(case).any(|proposed| stands(case, proposed) && same_end(decision, facts, proposed, &change)) {
            return Err(Refusal::new(
                Code::AmendmentPending,
                "内容相同的更正已提出，正在等待第二人确认",
                "an amendment to the same end waits for a second person already",
            ));
        }
        Ok(change)
    }
}

/// What is proposed and not decided on.
fn pending(case: &Case) -> impl Iterator<Item = &Change> {
    case.amendments.iter().filter(|amendment| amendment.state == AmendmentState::Proposed).map(|amendment| &amendment.change)
}

/// Whether two amendments lead to the same: the step from one end to the other changes nothing.
fn same_end(decision: &Decision, facts: &Facts<'_>, proposed: &Change, change: &Change) -> bool {
    match (proposed, change) {
        (Change::Request { new: old, .. }, Change::Request { new, .. }) => {
            !changes(decision, facts, &Change::Request { old: old.clone(), new: new.clone() })
        }
        (Change::Applicants { new: old, new_agent: old_agent, .. }, Change::Applicants { new, new_agent, .. }) => {
            let (old, new) = (old.clone(), new.clone());
            let between = Change::Applicants { old, new, old_agent: old_agent.clone(), new_agent: new_agent.clone() };
            !changes(decision, facts, &between)
        }
        (Change::ServiceFailed { dispatch, returned_on, .. }, Change::ServiceFailed { dispatch: again, returned_on: again_on, .. }) => {
            dispatch == again && returned_on == again_on
        }
        _ => proposed.same_of_proceeding(change),
    }
}

/// The receipt by Art 31 for the true channel and dates.
pub(super) fn received(
    facts: &Facts<'_>,
    channel: Channel,
    arrived_on: NaiveDate,
    (signed_on, confirmed_on): (Option<NaiveDate>, Option<NaiveDate>),
) -> Result<Option<Receipt>, Refusal> {
    arrival(facts, channel, arrived_on, signed_on)?;
    match confirmed_on {
        Some(_) if channel.basis() != ReceiptBasis::Confirmed => {
            return Err(Refusal::new(Code::DateNotApplicable, "该渠道不以确认之日为准", "this channel is not dated by a confirmation")
                .under("31")
                .at("/confirmed_on"));
        }
        Some(on) => facts.between(arrived_on, on, "/confirmed_on")?,
        None => {}
    }
    Ok(match receipt::receipt(channel, arrived_on, signed_on, confirmed_on) {
        receipt::Receipt::ReceiptDate { on } => {
            let on = facts.settings.receipt.dated(facts.calendar, channel, on);
            Some(Receipt { on, article: channel.article().article.to_owned() })
        }
        receipt::Receipt::AwaitingConfirmation => None,
    })
}

/// The number of the mail as it stood and as it is; none on either side where it stays. What came by no mail has none.
fn mailed(case: &Case, channel: Channel, given: Option<String>) -> Result<(Option<String>, Option<String>), Refusal> {
    let new = match given {
        Some(_) if !by_post(channel) => {
            return Err(Refusal::new(Code::FieldsRefused, "该渠道没有邮件号", "what came by this channel bears no number of a mail")
                .under("31")
                .at("/tracking_number"));
        }
        Some(given) => Some(given),
        None if by_post(channel) || channel == case.channel => case.tracking_number.clone(),
        None => None,
    };
    Ok(if new == case.tracking_number { (None, None) } else { (case.tracking_number.clone(), new) })
}

const fn by_post(channel: Channel) -> bool {
    matches!(channel, Channel::Ems | Channel::RegisteredLetter | Channel::OrdinaryLetter)
}

/// The request as amended; who wrote a spoken one down stays who it was.
fn amended(decision: &mut Decision, case: &Case, facts: &Facts<'_>, input: RequestInput) -> Result<RequestRecord, Refusal> {
    if input.spoken && case.channel != Channel::Counter {
        return Err(Refusal::new(
            Code::FieldsRefused,
            "口头申请只能当面提出，由工作人员代为填写",
            "only an application at the counter can be spoken and written down",
        )
        .under("29(1)")
        .at("/request/spoken"));
    }
    let new = request(decision, facts, input);
    let written_down_by = new.written_down_by.map(|by| case.request.written_down_by.unwrap_or(by));
    Ok(RequestRecord { written_down_by, ..new })
}

/// The day a letter went out and the day it is recorded as served.
fn service(case: &Case, dispatch: u32) -> Result<(NaiveDate, NaiveDate), Refusal> {
    match case.dispatch(dispatch).map(|sent| (sent.on, &sent.state)) {
        Some((sent_on, DispatchState::Delivered { on, .. })) => Ok((sent_on, *on)),
        _ => Err(Refusal::new(
            Code::UnknownReference,
            format!("第 {dispatch} 号寄送没有送达记录可以更正"),
            format!("no service of dispatch {dispatch} is on record"),
        )
        .at("/dispatch")),
    }
}

/// Whether old and new differ; private texts are compared by what they say.
fn changes(decision: &Decision, facts: &Facts<'_>, change: &Change) -> bool {
    let same = |old: &Private, new: &Private| facts.known.texts.get(old).is_some_and(|text| Some(text) == decision.text(new));
    let same_some = |old: Option<&Private>, new: Option<&Private>| match (old, new) {
        (Some(old), Some(new)) => same(old, new),
        (None, None) => true,
        _ => false,
    };
    match change {
        Change::Receipt {
            old_channel,
            old_arrived_on,
            old_receipt,
            new_channel,
            new_arrived_on,
            new_receipt,
            old_tracking_number,
            new_tracking_number,
        } => {
            old_channel != new_channel
                || old_arrived_on != new_arrived_on
                || old_receipt != new_receipt
                || old_tracking_number != new_tracking_number
        }
        Change::Request { old, new } => {
            let wishes = |record: &RequestRecord| (record.wanted_form, record.delivery_channel, record.written_down_by);
            wishes(old) != wishes(new) || !same(&old.words, &new.words) || !same_some(old.help.as_ref(), new.help.as_ref())
        }
        Change::Applicants { old, new, old_agent, new_agent } => {
            let people = old.len() == new.len()
                && old
                    .iter()
                    .zip(new)
                    .all(|(old, new)| old.kind == new.kind && old.id_kind == new.id_kind && same(&old.details, &new.details));
            let power = |record: &Option<AgentRecord>| -> Option<Uuid> { record.as_ref().and_then(|record| record.authorisation) };
            let details = |record: &'_ AgentRecord| record.details.clone();
            let (old_details, new_details) = (old_agent.as_ref().map(details), new_agent.as_ref().map(details));
            !people || power(old_agent) != power(new_agent) || !same_some(old_details.as_ref(), new_details.as_ref())
        }
        Change::Service { old_on, new_on, .. }
        | Change::Posting { old_on, new_on, .. }
        | Change::ConsultationAnswer { old_on, new_on, .. }
        | Change::ConsultationFailure { old_on, new_on, .. }
        | Change::Course { old_on, new_on, .. }
        | Change::Reasons { old_on, new_on, .. } => old_on != new_on,
        Change::CorrectedApplication { old_arrived_on, old_receipt, new_arrived_on, new_receipt, .. } => {
            old_arrived_on != new_arrived_on || old_receipt != new_receipt
        }
        Change::Payment { old_on, old_amount, new_on, new_amount, .. } => old_on != new_on || old_amount != new_amount,
        Change::Decision { old, new, .. } => {
            let words = |content: &DecisionContent| content.order.as_ref().map(|order| order.what.clone());
            !old.alike(new) || !same_some(words(old).as_ref(), words(new).as_ref())
        }
        Change::ProceedingEntry { old, new, .. } => old != new,
        Change::ServiceFailed { .. } | Change::ProceedingVoided { .. } => true,
        Change::Proceeding { old, new, .. } => old != new,
        Change::LongerTerm { old, new, .. } => old != new,
        Change::Appeal { old, new, .. } => old != new,
        Change::Complaint { old, new, .. } => old != new,
    }
}
