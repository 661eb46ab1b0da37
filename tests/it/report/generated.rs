//! Years of cases of every outcome, made from one real case and derived by the service's own projection.

use crate::support::town::Town;
use chrono::{Days, NaiveDate};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use foi_docket::case::model::{
    Against, Case, Dispatch, DispatchMethod, DispatchState, FeeBasis, FeeNotice, Joint, Letter, LitigationRoute, OrderedRound, Outcome,
    Part, PostalService, Proceeding, ProceedingDecision, ProceedingKind, Reply, ReplyItem, ReplyState,
};
use foi_docket::case::projection::{Projection, project};
use foi_docket::case::stage::Stage;
use foi_docket::db::schema::cases;
use foi_docket::rules::applicants::ApplicantKind;
use foi_docket::rules::calendar::Calendar;
use foi_docket::rules::matter::Matter;
use foi_docket::rules::outcomes::{CourtOutcome, Instance, ProcedureKind, ReconsiderationOutcome};
use foi_docket::rules::proceedings::PartyStanding;
use foi_docket::rules::reply_kinds::{OtherReason, ReplyKind};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Numbers by chance, the same in every run.
pub struct Dice(pub u64);

impl Dice {
    /// From 0 to below `sides`.
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn once_in(&mut self, sides: u64) -> bool {
        self.roll(sides) == 0
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.roll(all.len() as u64)).unwrap()]
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn later(on: NaiveDate, days: u64) -> NaiveDate {
    on + Days::new(days)
}

/// Makes cases like a template of which everything happened.
pub struct Maker<'a> {
    template: &'a Case,
    today: NaiveDate,
    pub dice: Dice,
    next: u128,
}

impl<'a> Maker<'a> {
    /// A maker to whom everything after `today` has not happened.
    pub const fn new(template: &'a Case, today: NaiveDate) -> Self {
        Self { template, today, dice: Dice(0x9e37_79b9_7f4a_7c15), next: 0 }
    }

    /// A case received on a day; what became of it is by chance.
    pub fn case(&mut self, received_on: NaiveDate) -> Case {
        self.next += 1;
        let mut case = self.template.clone();
        case.id = Uuid::from_u128((0x0190_0000_0000_7000_8000_u128 << 48) + 0x200_0000_0000 + self.next);
        case.receipt.as_mut().unwrap().on = received_on;
        case.arrived_on = received_on;
        let entry = case.registration.as_mut().unwrap();
        (entry.on, entry.case_number) = (received_on, format!("示例〔{}〕{}号", received_on.format("%Y"), self.next));
        case.applicants[0].kind = self.dice.of(ApplicantKind::ALL);
        if self.dice.once_in(20) {
            let mut second = case.applicants[0].clone();
            second.kind = self.dice.of(ApplicantKind::ALL);
            case.applicants.push(second);
        }
        let (reply, dispatch) = (case.replies.remove(0), case.dispatches.remove(0));
        case.ordered_rounds.clear();
        case.dispatches.clear();
        case.replies.clear();
        case.publication_reviews.clear();
        case.closing = None;
        case.stage = Stage::Registered;
        let answered_on = later(received_on, self.dice.roll(60));
        if !self.dice.once_in(12) && answered_on <= self.today {
            self.answer(&mut case, (reply, dispatch), answered_on);
        }
        if self.dice.once_in(8) {
            self.proceedings(&mut case, received_on);
        }
        self.apart(&mut case);
        case
    }

    /// Out of every table, or in another register.
    fn apart(&mut self, case: &mut Case) {
        match self.dice.roll(60) {
            // Nothing that a body or court tries is voided or split.
            0 if case.proceedings.is_empty() => case.stage = Stage::Voided,
            1 if case.proceedings.is_empty() => case.stage = Stage::Split,
            2 => case.matter = Matter::RecordCorrection,
            3 if case.replies.is_empty() => case.registration = None,
            _ => {}
        }
        if case.registration.is_none() {
            case.stage = Stage::Received;
        }
    }

    fn answer(&mut self, case: &mut Case, (reply, dispatch): (Reply, Dispatch), on: NaiveDate) {
        let first = Reply { on, ..self.reply(&reply, 1, 1) };
        match self.dice.roll(40) {
            // Taken back before it left, and issued anew.
            0 => {
                let second = Reply { on, ..self.reply(&reply, 2, 1) };
                case.replies = vec![Reply { state: ReplyState::Recalled, ..first }, second];
                self.dispatch(case, &dispatch, (2, on));
            }
            // Withdrawn after it left; some were answered anew.
            1 => {
                let anew = later(on, 1 + self.dice.roll(40));
                case.replies = vec![Reply { state: ReplyState::Revoked, ..first }];
                self.dispatch(case, &dispatch, (1, on));
                if anew <= self.today {
                    case.replies.push(Reply { on: anew, ..self.reply(&reply, 2, 2) });
                    self.dispatch(case, &dispatch, (2, anew));
                }
            }
            // Issued and not sent.
            2 => case.replies = vec![first],
            // Taken back by a body or court, and mostly answered anew by its date: the row of the first stays.
            3 => {
                let ordered_on = later(on, 40 + self.dice.roll(200));
                case.replies = vec![first];
                self.dispatch(case, &dispatch, (1, on));
                if ordered_on <= self.today {
                    case.replies[0].state = ReplyState::SetAside;
                    case.ordered_rounds =
                        vec![OrderedRound { round: 2, reply: 1, proceeding: 1, from_on: ordered_on, due_on: later(ordered_on, 30) }];
                    let anew = later(ordered_on, self.dice.roll(50));
                    if anew <= self.today {
                        case.replies.push(Reply { on: anew, ..self.reply(&reply, 2, 2) });
                        self.dispatch(case, &dispatch, (2, anew));
                    }
                }
            }
            _ => {
                case.replies = vec![first];
                self.dispatch(case, &dispatch, (1, on));
            }
        }
        if case.replies.iter().any(|reply| reply.items.iter().any(|item| item.kind == ReplyKind::O2)) {
            self.charge(case, &dispatch, on);
        }
        case.stage = if case.dispatches.is_empty() { Stage::Replied } else { Stage::Mailed };
    }

    fn reply(&mut self, like: &Reply, n: u32, round: u32) -> Reply {
        let kinds: Vec<ReplyKind> = ReplyKind::ALL.iter().copied().filter(|kind| kind.row().is_some()).collect();
        let items = 1 + self.dice.roll(10).saturating_sub(7);
        let main = 1 + self.dice.roll(items);
        let item = |n: u64, kind: ReplyKind, reason| ReplyItem {
            n: u32::try_from(n).unwrap(),
            kind,
            main: n == main,
            other_reason: (kind == ReplyKind::O3).then_some(reason),
            ..like.items[0].clone()
        };
        let items: Vec<ReplyItem> = (1..=items).map(|n| item(n, self.dice.of(&kinds), self.dice.of(OtherReason::ALL))).collect();
        let letter_needed = !items.iter().all(|item| item.other_reason.is_some_and(|reason| !reason.needs_letter()));
        Reply { n, round, items, letter_needed, document_number: format!("示例公复{}-{n}", self.next), ..like.clone() }
    }

    /// By post, which counts by the posting; handed over, which counts by the signature; or still to be collected.
    fn dispatch(&mut self, case: &mut Case, like: &Dispatch, (reply, on): (u32, NaiveDate)) {
        if !case.reply(reply).unwrap().letter_needed {
            return;
        }
        let n = u32::try_from(case.dispatches.len()).unwrap() + 1;
        let signed_on = later(on, self.dice.roll(12)).min(self.today);
        let tracking_number = format!("EB{}-{n}", self.next);
        let delivered = DispatchState::Delivered { on: signed_on, signed_by: None, signed_as: None, proof: None };
        let (method, state) = match self.dice.roll(6) {
            0 => (DispatchMethod::HandOver, delivered),
            1 => (DispatchMethod::HandOver, DispatchState::Sent),
            2 => (DispatchMethod::ThroughAgency { agency: "邻局".into() }, delivered),
            _ => (DispatchMethod::Post { carrier: PostalService::Ems, tracking_number }, DispatchState::Sent),
        };
        case.dispatches.push(Dispatch { n, letter: Letter::Reply { n: reply }, on, method, state, proofs: Vec::new(), ..like.clone() });
    }

    fn charge(&mut self, case: &mut Case, like: &Dispatch, on: NaiveDate) {
        let received_on = case.received_on().unwrap();
        let reasons = case.request.words.clone();
        let notice = FeeNotice {
            n: 1,
            on: received_on,
            by: like.by,
            basis: FeeBasis::ByItem { item: 11 },
            amount: 100,
            reasons,
            payments: Vec::new(),
            ran_out_on: None,
            voided: None,
            number: None,
        };
        case.fee_notices = vec![notice];
        let n = u32::try_from(case.dispatches.len()).unwrap() + 1;
        let method = DispatchMethod::Post { carrier: PostalService::Ems, tracking_number: format!("EF{}", self.next) };
        let sent_on = received_on.max(on - Days::new(5));
        let letter = Letter::Fee { n: 1 };
        case.dispatches.push(Dispatch { n, letter, on: sent_on, method, state: DispatchState::Sent, proofs: Vec::new(), ..like.clone() });
    }

    fn proceedings(&mut self, case: &mut Case, received_on: NaiveDate) {
        let mut began_on = later(received_on, 30 + self.dice.roll(200));
        let mut follows = None;
        if self.dice.once_in(2) {
            if began_on > self.today {
                return;
            }
            let outcome = Outcome::Reconsideration(self.dice.of(ReconsiderationOutcome::ALL));
            let ended_on = self.open(case, (began_on, None), (ProceedingKind::Reconsideration, None, None), outcome);
            let Some(ended_on) = ended_on.filter(|_| self.dice.once_in(3)) else { return };
            (began_on, follows) = (later(ended_on, 3 + self.dice.roll(20)), Some(1));
        }
        let route = if follows.is_some() { LitigationRoute::AfterReconsideration } else { LitigationRoute::Direct };
        let third_party = follows.is_some() && self.dice.once_in(6);
        let mut instance = Instance::First;
        while began_on <= self.today {
            let outcome = self.dice.of(CourtOutcome::ALL);
            let of_appeal = [CourtOutcome::AppealDismissed, CourtOutcome::AppealWithdrawn, CourtOutcome::Remanded];
            let outcome = if instance == Instance::First && of_appeal.contains(&outcome) { CourtOutcome::ClaimDismissed } else { outcome };
            let kind = (ProceedingKind::Litigation, Some(instance), Some(route));
            let ended_on = self.open(case, (began_on, follows), kind, Outcome::Court(outcome));
            // The body alone is sued after a reconsideration that changed the act (行诉法 26).
            case.proceedings.last_mut().unwrap().standing = third_party.then_some(PartyStanding::ThirdParty);
            let Some(ended_on) = ended_on.filter(|_| self.dice.once_in(2)) else { return };
            began_on = later(ended_on, 3 + self.dice.roll(30));
            follows = Some(case.proceedings.last().unwrap().n);
            instance = match (instance, outcome) {
                (_, CourtOutcome::Remanded) => Instance::First,
                (Instance::First, _) => Instance::Second,
                _ => Instance::Retrial,
            };
        }
    }

    /// Enters an instance, and gives the day it was decided.
    fn open(
        &mut self,
        case: &mut Case,
        (began_on, follows): (NaiveDate, Option<u32>),
        (kind, instance, route): (ProceedingKind, Option<Instance>, Option<LitigationRoute>),
        outcome: Outcome,
    ) -> Option<NaiveDate> {
        let decided_on = Some(later(began_on, 10 + self.dice.roll(150))).filter(|on| *on <= self.today && !self.dice.once_in(6));
        let decision = decided_on.map(|decided_on| ProceedingDecision {
            outcome,
            decided_on,
            received_on: later(decided_on, 2),
            // Whoever is served last can appeal last (行诉法 85).
            applicant_received_on: self.dice.once_in(3).then(|| later(decided_on, self.dice.roll(20))),
            document_number: None,
            document_id: None,
            text: None,
            ended_by: None,
            file_within: None,
            ruling: matches!(outcome, Outcome::Court(CourtOutcome::NotDocketed | CourtOutcome::SuitDismissed)),
            cause: None,
            order: None,
        });
        // A copy may come weeks after the beginning, of what was not accepted or docketed only with the decision (复议法 30).
        let refused =
            matches!(outcome, Outcome::Reconsideration(ReconsiderationOutcome::NotAccepted) | Outcome::Court(CourtOutcome::NotDocketed));
        let accepted_on = Some(began_on).filter(|_| !refused && self.dice.once_in(2));
        let copied_on = if accepted_on.is_some() { later(began_on, self.dice.roll(20)) } else { began_on };
        let received_on =
            decided_on.filter(|_| refused).map_or(copied_on, |decided_on| later(decided_on, self.dice.roll(15)).min(self.today));
        case.proceedings.push(Proceeding {
            n: u32::try_from(case.proceedings.len()).unwrap() + 1,
            kind,
            against: Against::Silence,
            body: "示例".into(),
            case_number: None,
            procedure: ProcedureKind::Ordinary,
            instance,
            route,
            follows,
            accepted_on,
            received_on,
            answer: None,
            decision,
            filings: Vec::new(),
            opinion: None,
            joint: None,
            standing: None,
            appellant: None,
            appealed_on: None,
            applied_on: None,
            notice_number: None,
            papers: Vec::new(),
            suspensions: Vec::new(),
            longer_terms: Vec::new(),
            procedure_change: None,
            notices: Vec::new(),
            hearings: Vec::new(),
            told: Vec::new(),
            file_within: None,
        });
        decided_on
    }
}

/// The case that others are made from.
pub fn template(conn: &mut PgConnection, id: &Value) -> Case {
    let id: Uuid = id.as_str().unwrap().parse().unwrap();
    let state: Value = cases::table.filter(cases::id.eq(id)).select(cases::state).first(conn).unwrap();
    serde_json::from_value(state).unwrap()
}

/// Puts cases with what follows from them into the tables that reports read.
pub fn put(conn: &mut PgConnection, town: &Town, template: &Case, made: &[Case]) {
    conn.batch_execute("SET session_replication_role = replica").unwrap();
    let calendar = town.app.office.newest_calendar(conn).unwrap();
    for made in made.chunks(500) {
        let mut rows: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
        for case in made {
            derive(case, &calendar, &mut rows);
        }
        let cases = rows.remove("cases").unwrap();
        conn.batch_execute(&format!(
            "INSERT INTO cases SELECT r.* FROM json_array_elements({}) j, cases c, LATERAL jsonb_populate_record(c, j::jsonb) r WHERE c.id = '{}'",
            quoted(&cases),
            template.id
        ))
        .unwrap();
        for (table, rows) in rows {
            let sql = format!("INSERT INTO {table} SELECT * FROM json_populate_recordset(NULL::{table}, {})", quoted(&rows));
            conn.batch_execute(&sql).unwrap();
        }
    }
    conn.batch_execute("RESET session_replication_role; ANALYZE").unwrap();
}

fn quoted(rows: &[Value]) -> String {
    format!("'{}'::json", Value::from(rows.to_vec()).to_string().replace('\'', "''"))
}

fn derive(case: &Case, calendar: &Calendar, rows: &mut BTreeMap<&str, Vec<Value>>) {
    let Projection { columns, proceedings, result, fees, items, .. } = project(case, calendar);
    let (agency_id, case_id) = (case.agency_id, case.id);
    rows.entry("cases").or_default().push(json!({
        "id": case.id, "state": case, "stage": columns.stage, "applicant_kind": columns.applicant_kind, "matter": columns.matter,
        "arrived_on": case.arrived_on, "received_on": columns.received_on, "case_number": columns.case_number,
        "registered_on": columns.registered_on, "due_on": columns.due_on, "outcome": columns.outcome, "document_number": null,
        "dispatched_on": columns.dispatched_on, "closed_on": null, "archived_on": null, "archive_number": null
    }));
    rows.entry("results").or_default().extend(result.map(|row| {
        json!({
            "agency_id": agency_id, "case_id": case_id, "received_on": row.received_on, "applicant_kind": row.applicant_kind,
            "counted_on": row.counted_on, "report_row": row.report_row, "working_days": row.working_days, "stops": row.stops,
            "extensions": row.extensions, "due_on": row.due_on, "grounds": row.grounds
        })
    }));
    rows.entry("proceedings").or_default().extend(proceedings.into_iter().map(|row| {
        json!({
            "agency_id": agency_id, "case_id": case_id, "n": row.n, "kind": row.kind, "body": row.body, "case_number": row.case_number,
            "received_on": row.received_on, "outcome": row.outcome, "report_column": row.report_column, "decided_on": row.decided_on,
            "instance": row.instance, "route": row.route, "follows": row.follows, "began_on": row.began_on,
            "own_column": row.own_column, "chain": row.chain, "appealable_until": row.appealable_until, "proceeding_id": row.proceeding_id, "counts": row.counts,
            "grounds": row.grounds
        })
    }));
    rows.entry("fee_items").or_default().extend(fees.into_iter().map(|row| {
        json!({
            "agency_id": agency_id, "case_id": case_id, "n": row.n, "payment": row.payment, "dated_on": row.dated_on, "amount": row.amount
        })
    }));
    rows.entry("reply_items").or_default().extend(items.into_iter().map(|row| {
        json!({
            "agency_id": agency_id, "case_id": case_id, "reply": row.reply, "n": row.n, "kind": row.kind, "gives": row.gives,
            "withholds": row.withholds, "grounds": row.grounds, "issued_on": row.issued_on, "review": row.review, "result": row.result,
            "topic": row.topic, "reviewed_on": row.reviewed_on, "published_on": row.published_on, "stands": row.stands,
            "counts": row.counts
        })
    }));
}

/// So many cases received over a year by chance.
pub fn year(maker: &mut Maker<'_>, year: i32, cases: u64, until: &str) -> Vec<Case> {
    let (first, last) = (NaiveDate::from_ymd_opt(year, 1, 1).unwrap(), day(until));
    let days = u64::try_from((last - first).num_days()).unwrap() + 1;
    let days: Vec<NaiveDate> = (0..cases).map(|_| later(first, maker.dice.roll(days))).collect();
    let mut made: Vec<Case> = days.into_iter().map(|on| maker.case(on)).collect();
    for at in 1..made.len() {
        if let [.., one, other] = &mut made[..=at]
            && !one.proceedings.is_empty()
            && one.proceedings.iter().all(|proceeding| proceeding.joint.is_none())
            && !matches!(other.stage, Stage::Voided | Stage::Split)
            && maker.dice.once_in(6)
        {
            cover(maker, one, other);
        }
    }
    made
}

/// The proceedings of one case cover another as well; now and then the last instance was entered in the first alone.
fn cover(maker: &mut Maker<'_>, one: &mut Case, other: &mut Case) {
    let part = |case: &Case| Part { case: case.id, case_number: String::new() };
    let cases = vec![part(one), part(other)];
    let alone = one.proceedings.len() > 1 && maker.dice.once_in(2);
    let together = one.proceedings.len() - usize::from(alone);
    let first = one.id.as_u128();
    for proceeding in one.proceedings.iter_mut().take(together) {
        proceeding.joint = Some(Joint { id: Uuid::from_u128(first + (u128::from(proceeding.n) << 40)), cases: cases.clone() });
    }
    other.proceedings = one.proceedings.iter().take(together).cloned().collect();
}
