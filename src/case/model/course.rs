//! The course of a reconsideration or lawsuit between its papers and its decision: rests, longer terms, sittings, word given (domain 5.2).

use super::proceeding::Proceeding;
use super::{Archiving, Closing};
use crate::case::private::Private;
use crate::case::stage::Stage;
use crate::rules::outcomes::ProcedureKind;
use crate::rules::proceedings::{AppearanceRole, HearingKind};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A rest (中止), 复议法 39; 行诉解释 87. While it lasts no time of the body runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspension {
    /// Running number in the proceeding, from 1.
    pub n: u32,
    /// The day it began; that day is used.
    pub on: NaiveDate,
    /// The last day that does not count (恢复); none while it lasts.
    pub resumed_on: Option<NaiveDate>,
}

/// A longer term for the decision: of a reconsideration up to 30 days, once (复议法 62); of a court until a day (行诉法 81, 88).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LongerTerm {
    /// The day the parties were told.
    pub on: NaiveDate,
    /// How many days more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
    /// Until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
}

/// The length of a longer term, as an amendment mends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermLength {
    /// How many days more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
    /// Until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
}

impl TermLength {
    /// As it stands.
    pub const fn of(term: &LongerTerm) -> Self {
        Self { days: term.days, until: term.until }
    }

    /// Puts it in place; none where there is no such term.
    pub fn set(self, proceeding: &mut Proceeding, n: u32) -> Option<()> {
        let term = proceeding.longer_terms.get_mut(usize::try_from(n.checked_sub(1)?).ok()?)?;
        (term.days, term.until) = (self.days, self.until);
        Some(())
    }
}

/// A change of the procedure (简易程序转为普通程序), 复议法 55; 行诉法 84.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcedureChange {
    /// The day.
    pub on: NaiveDate,
    /// What it was until then.
    pub from: ProcedureKind,
}

/// What the body or court tells of the course.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum CourseNotice {
    /// It rests.
    Suspended,
    /// It goes on.
    Resumed,
    /// The term for the decision is longer.
    TermExtended {
        /// How many days more, of a reconsideration.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        days: Option<u32>,
        /// Until when, of a court.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<NaiveDate>,
    },
    /// From the summary to the ordinary procedure.
    TurnedOrdinary,
}

/// A notice about the course, as it reached the agency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noted {
    /// What it says.
    pub notice: CourseNotice,
    /// The day from which it has effect.
    pub on: NaiveDate,
    /// The stored paper.
    pub document_id: Option<Uuid>,
    /// Its document number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_number: Option<String>,
    /// Its words, where there is no paper of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Private>,
}

/// Somebody who appeared for the agency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appearance {
    /// As what.
    pub role: AppearanceRole,
    /// Name and post.
    pub person: Private,
}

/// A sitting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hearing {
    /// Running number in the proceeding, from 1.
    pub n: u32,
    /// What it is.
    pub kind: HearingKind,
    /// The day the notice reached the agency.
    pub notified_on: NaiveDate,
    /// The day of the sitting.
    pub on: NaiveDate,
    /// Where, and at what time of day.
    pub place: Option<String>,
    /// The stored notice.
    pub document_id: Option<Uuid>,
    /// What became of it.
    pub result: Option<HearingResult>,
}

/// What became of a sitting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum HearingResult {
    /// It took place.
    Held {
        /// Who appeared.
        appearances: Vec<Appearance>,
        /// Why the head did not come in person.
        absence: Option<Private>,
        /// The stored record.
        document_id: Option<Uuid>,
    },
    /// It was called off or put off; the new day is a sitting of its own.
    CalledOff {
        /// The day the agency learnt of it.
        on: NaiveDate,
    },
}

impl Hearing {
    /// Whether the head appeared in person (负责人出庭); none while it is not known.
    pub fn head_appeared(&self) -> Option<bool> {
        match &self.result {
            Some(HearingResult::Held { appearances, .. }) => Some(appearances.iter().any(|one| one.role == AppearanceRole::Head)),
            _ => None,
        }
    }
}

/// Word to the body or court that the agency revoked its own reply (行诉解释 81).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The reply.
    pub reply: u32,
    /// The day it was handed in or posted.
    pub on: NaiveDate,
    /// Who sent it.
    pub by: Uuid,
    /// The stored paper.
    pub document_id: Option<Uuid>,
}

impl Proceeding {
    /// The days of the course as they stand: rests and their ends, longer terms, the change of the procedure.
    pub fn course_days(&self) -> impl Iterator<Item = NaiveDate> {
        let rests = self.suspensions.iter().flat_map(|rest| [Some(rest.on), rest.resumed_on]).flatten();
        let longer = self.longer_terms.iter().map(|term| term.on);
        rests.chain(longer).chain(self.procedure_change.map(|change| change.on))
    }
}

/// The rests, whatever the order in which their notices came.
impl Proceeding {
    /// It rests now: the latest rest has no end, and nothing is decided.
    pub fn rests(&self) -> Option<&Suspension> {
        self.suspensions.iter().max_by_key(|rest| rest.on).filter(|rest| rest.resumed_on.is_none() && self.decision.is_none())
    }

    /// Each rest with its last day, in the order of their days. One whose end nobody told ends where the next begins, the latest with the decision.
    pub fn rests_by_day(&self) -> Vec<(NaiveDate, Option<NaiveDate>)> {
        let mut rests: Vec<&Suspension> = self.suspensions.iter().collect();
        rests.sort_by_key(|rest| rest.on);
        let decided_on = self.decision.as_ref().map(|decision| decision.decided_on);
        let next = rests.iter().skip(1).map(|rest| Some(rest.on)).chain([decided_on]);
        rests.iter().zip(next).map(|(rest, next)| (rest.on, rest.resumed_on.or(next))).collect()
    }

    /// Whether a rest that began on this day can be entered: none began then, and none that began before is still without its end. One that falls
    /// into a rest is the second of two, whose end was taken for that of the first.
    pub fn takes_rest(&self, on: NaiveDate) -> bool {
        let latest = self.suspensions.iter().max_by_key(|rest| rest.on);
        let lasts = latest.is_some_and(|rest| rest.resumed_on.is_none() && rest.on < on);
        !lasts && self.suspensions.iter().all(|rest| rest.on != on)
    }

    /// Which rest ends on this day, by its place: the last that began by then, if its end is not known and no other began since.
    pub fn rest_ended(&self, on: NaiveDate) -> Option<usize> {
        let open = self.suspensions.iter().enumerate().filter(|(_, rest)| rest.resumed_on.is_none() && rest.on <= on);
        let (place, rest) = open.max_by_key(|(_, rest)| rest.on)?;
        let other = self.suspensions.iter().any(|other| rest.on < other.on && other.on < on);
        (!other).then_some(place)
    }

    /// Enters a rest; one that falls into another leaves that without its end.
    pub(super) fn rest_from(&mut self, on: NaiveDate) -> Option<()> {
        let n = u32::try_from(self.suspensions.len()).ok()?.checked_add(1)?;
        let around = self.suspensions.iter_mut().find(|rest| rest.on < on && rest.resumed_on.is_some_and(|resumed_on| on < resumed_on));
        let resumed_on = around.and_then(|rest| rest.resumed_on.take());
        self.suspensions.push(Suspension { n, on, resumed_on });
        Some(())
    }

    /// Enters the end of a rest.
    pub(super) fn resume_on(&mut self, on: NaiveDate) -> Option<()> {
        let place = self.rest_ended(on).or_else(|| self.suspensions.iter().position(|rest| rest.resumed_on.is_none()))?;
        self.suspensions.get_mut(place)?.resumed_on = Some(on);
        Some(())
    }
}

/// A round of reply that a decision ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderedRound {
    /// Number of the round.
    pub round: u32,
    /// The reply that it takes the place of, whose row in table three stays.
    pub reply: u32,
    /// Number of the proceeding.
    pub proceeding: u32,
    /// The day the decision was served on the agency.
    pub from_on: NaiveDate,
    /// The body's own date.
    pub due_on: NaiveDate,
}

/// Where a case stood when an order opened a round of reply: it stands there again if the order is taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoodBefore {
    /// Number of the round.
    pub round: u32,
    /// The stage.
    pub stage: Stage,
    /// The closing.
    pub closing: Option<Closing>,
    /// The archiving.
    pub archiving: Option<Archiving>,
}

/// A day in the course of a proceeding that was entered by hand and can be mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "of", rename_all = "snake_case", deny_unknown_fields)]
pub enum CourseDay {
    /// The day a rest began.
    Suspension {
        /// Its number in the proceeding.
        #[schema(minimum = 1)]
        n: u32,
    },
    /// The last day of a rest.
    Resumption {
        /// Its number in the proceeding.
        #[schema(minimum = 1)]
        n: u32,
    },
    /// The day of a sitting.
    Hearing {
        /// Its number in the proceeding.
        #[schema(minimum = 1)]
        n: u32,
    },
    /// The day the notice of a sitting came.
    HearingNotice {
        /// Its number in the proceeding.
        #[schema(minimum = 1)]
        n: u32,
    },
    /// The day of the change to the ordinary procedure.
    ProcedureChange {},
    /// The day the parties were told of a longer term.
    LongerTerm {
        /// Which, from 1.
        #[schema(minimum = 1)]
        n: u32,
    },
    /// The day of a filing with the authority.
    Filing {
        /// Which, from 1.
        #[schema(minimum = 1)]
        n: u32,
    },
    /// The day the body was told of the agency's own revocation.
    Told {
        /// Which, from 1.
        #[schema(minimum = 1)]
        n: u32,
    },
}

impl CourseDay {
    /// The day as the proceeding holds it; none where it holds no such day.
    pub fn place(self, proceeding: &mut Proceeding) -> Option<&mut NaiveDate> {
        fn nth<T>(all: &mut [T], n: u32) -> Option<&mut T> {
            all.get_mut(usize::try_from(n.checked_sub(1)?).ok()?)
        }
        match self {
            Self::Suspension { n } => nth(&mut proceeding.suspensions, n).map(|known| &mut known.on),
            Self::Resumption { n } => nth(&mut proceeding.suspensions, n).and_then(|known| known.resumed_on.as_mut()),
            Self::Hearing { n } => nth(&mut proceeding.hearings, n).map(|known| &mut known.on),
            Self::HearingNotice { n } => nth(&mut proceeding.hearings, n).map(|known| &mut known.notified_on),
            Self::ProcedureChange {} => proceeding.procedure_change.as_mut().map(|known| &mut known.on),
            Self::LongerTerm { n } => nth(&mut proceeding.longer_terms, n).map(|known| &mut known.on),
            Self::Filing { n } => nth(&mut proceeding.filings, n).map(|known| &mut known.on),
            Self::Told { n } => nth(&mut proceeding.told, n).map(|known| &mut known.on),
        }
    }

    /// The day.
    pub fn on(self, proceeding: &Proceeding) -> Option<NaiveDate> {
        self.place(&mut proceeding.clone()).copied()
    }
}
