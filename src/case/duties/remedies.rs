//! The applicant's own periods (复议法 20, 行诉法 46, 行诉解释 64, 66): against a served reply, and against silence. Shown, never reminded. Whoever
//! went one of the ways has kept its term, and the others are over with it: the way goes on from there (复议法 29; 行诉法 45).

use super::{Duty, Start, Whose, counted, ordered_round, served_on};
use crate::case::model::{Against, Case, Erratum, Letter, Outcome, Proceeding, ProceedingKind, Reply, ReplyState};
use crate::rules::calendar::Calendar;
use crate::rules::desk;
use crate::rules::outcomes::{CourtOutcome, ReconsiderationOutcome};
use crate::rules::remedies::RemedyPath;
use crate::rules::terms::{Circumstance, DutyKind, RemedyNotice, remedy_until, term};
use chrono::NaiveDate;

/// Against a round that ran out unanswered, from the end of the reply period. A late reply ends each by its service where it opens the
/// same way anew: its own term begins later, so nobody loses days by it. A way that it does not open, as the suit where reconsideration
/// comes first, stays open over the silence (行诉解释 66).
pub fn of_silence(case: &Case, replies: &[Duty], calendar: &Calendar) -> Vec<Duty> {
    let missed = replies.iter().filter(|reply| reply.met_on.map_or(reply.open, |met_on| met_on > reply.due_on));
    missed
        .flat_map(|reply| {
            let from_on = silent_since(case, reply);
            let anew = opened(case, reply.ordinal);
            let ways =
                [(DutyKind::ReconsiderSilence, DutyKind::ApplyForReconsideration), (DutyKind::SueOverSilence, DutyKind::SueDirectly)];
            ways.into_iter().filter_map(move |(kind, own)| {
                let last = reply.ordinal == case.round();
                let gone = if last { gone(case, (Against::Silence, began(case, reply.ordinal, calendar)), own) } else { Gone::Not };
                let open = last && !anew.contains(&own) && gone == Gone::Not;
                let start = Start { kind, circumstance: Circumstance::Inaction, ordinal: reply.ordinal, from_on };
                Some(Duty { open, ..counted(calendar, start, gone.on())? })
            })
        })
        .collect()
}

/// The end of the reply period; where an answer stood then and was revoked later, the day of the revocation.
fn silent_since(case: &Case, duty: &Duty) -> NaiveDate {
    let earlier = case.replies.iter().filter(|reply| reply.round < duty.ordinal);
    earlier.filter_map(|reply| reply.revocation.as_ref()).map(|revocation| revocation.on).fold(duty.due_on, NaiveDate::max)
}

/// The day a round began, where it is not the first: what was challenged before is the silence of another.
fn began(case: &Case, round: u32, calendar: &Calendar) -> Option<NaiveDate> {
    let earlier = case.replies.iter().filter(|reply| reply.round < round);
    let revoked = earlier.filter_map(|reply| reply.revocation.as_ref()).map(|revocation| revocation.on);
    ordered_round(case, round, calendar).map(|(ordered, _)| ordered.from_on).into_iter().chain(revoked).max()
}

/// The ways that the served replies of a round open.
fn opened(case: &Case, round: u32) -> Vec<DutyKind> {
    let given = case.replies.iter().filter(|reply| reply.round == round && reply.state != ReplyState::Recalled);
    let served = given.filter(|reply| served_on(case, Letter::Reply { n: reply.n }).is_some());
    served.flat_map(ways).copied().collect()
}

/// The last erratum that put the remedy paragraph right.
fn corrected(reply: &Reply) -> Option<&Erratum> {
    reply.errata.iter().rfind(|erratum| erratum.remedy.is_some())
}

/// The ways that a reply opens, by its remedy paragraph as it stands.
fn ways(reply: &Reply) -> &'static [DutyKind] {
    let told = corrected(reply).and_then(|erratum| erratum.remedy.as_ref()).unwrap_or(&reply.remedy);
    match told.path {
        RemedyPath::ReconsiderationFirst => &[DutyKind::ApplyForReconsideration],
        RemedyPath::FreeChoice => &[DutyKind::ApplyForReconsideration, DutyKind::SueDirectly],
        RemedyPath::None => &[],
    }
}

/// What became of one of the ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gone {
    /// Nobody went any.
    Not,
    /// It was gone on this day.
    On(NaiveDate),
    /// Another was.
    Otherwise,
}

impl Gone {
    const fn on(self) -> Option<NaiveDate> {
        match self {
            Self::On(on) => Some(on),
            Self::Not | Self::Otherwise => None,
        }
    }
}

/// Whether the applicant went a way against something, from a day on where there is one. What was not taken up leaves every way open.
fn gone(case: &Case, (against, since): (Against, Option<NaiveDate>), way: DutyKind) -> Gone {
    // Whoever applied before the round began meant the one before, however late the body took it up.
    let gone_on = |known: &Proceeding| known.applied_on.unwrap_or_else(|| known.began_on());
    let own =
        |known: &&Proceeding| known.against == against && known.follows.is_none() && since.is_none_or(|since| gone_on(known) >= since);
    let first = case.proceedings.iter().find(|known| own(known) && taken_up(known));
    let Some(first) = first else { return Gone::Not };
    let kind = match first.kind {
        ProceedingKind::Reconsideration => DutyKind::ApplyForReconsideration,
        ProceedingKind::Litigation => DutyKind::SueDirectly,
    };
    // A reconsideration that the applicant withdrew leaves the suit open (行诉解释 58).
    let ended =
        first.decision.as_ref().map(|decision| decision.outcome) == Some(Outcome::Reconsideration(ReconsiderationOutcome::Terminated));
    match way {
        way if way == kind => Gone::On(gone_on(first)),
        _ if ended => Gone::Not,
        _ => Gone::Otherwise,
    }
}

/// Not one that was refused at the door (复议法 30; 行诉法 51).
fn taken_up(proceeding: &Proceeding) -> bool {
    let outcome = proceeding.decision.as_ref().map(|decision| decision.outcome);
    !matches!(outcome, Some(Outcome::Reconsideration(ReconsiderationOutcome::NotAccepted) | Outcome::Court(CourtOutcome::NotDocketed)))
}

/// Against a served reply.
pub fn of_reply(case: &Case, reply: &Reply, calendar: &Calendar) -> Vec<Duty> {
    let Some(knew_on) = served_on(case, Letter::Reply { n: reply.n }) else { return Vec::new() };
    let challenged = (Against::Reply { n: reply.n }, None);
    let notice = corrected(reply).map_or(RemedyNotice::Stated, |erratum| RemedyNotice::NotStated {
        learnt_on: served_on(case, Letter::Erratum { reply: reply.n, n: erratum.n }),
    });
    ways(reply)
        .iter()
        .filter_map(|kind| {
            let until = remedy_until(calendar, *kind, knew_on, notice)?;
            let term = term(*kind, Circumstance::Always, knew_on)?;
            Some(Duty {
                kind: *kind,
                ordinal: reply.n,
                article: term.article.to_owned(),
                basis: term.basis,
                from_on: knew_on,
                due_on: until.on,
                provisional: until.provisional,
                met_on: gone(case, challenged, *kind).on(),
                open: reply.state == ReplyState::Issued && gone(case, challenged, *kind) == Gone::Not,
                department: None,
                whose: Whose::default(),
                operation: desk::operation(*kind),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::duties::duties;
    use crate::case::testing::{Bench, REVIEWER, day};
    use crate::steps::fixtures::{dispatch_event, reconsideration, reply_events, served, suit};
    use crate::steps::remedy::decide::RecordDecision;
    use crate::steps::remedy::open::{OpenLitigation, OpenReconsideration};
    use serde_json::{Value, json};

    fn way(bench: &Bench, kind: DutyKind) -> (bool, Option<NaiveDate>) {
        let all = duties(bench.case(), bench.calendar());
        let duty = all.iter().find(|duty| duty.kind == kind).unwrap();
        (duty.open, duty.met_on)
    }

    /// Served in April with a free choice, and taken further on 1 June.
    fn challenged(body: Value) -> Bench {
        let mut body = body;
        (body["against"], body["received_on"]) = (json!({"kind": "reply", "n": 1}), json!("2026-06-01"));
        let mut bench = served("2026-03-30", "2026-04-01");
        bench.go("2026-09-30");
        if body.get("court").is_some() {
            bench.take::<OpenLitigation>(REVIEWER, None, body).unwrap();
        } else {
            bench.take::<OpenReconsideration>(REVIEWER, None, body).unwrap();
        }
        bench
    }

    fn ended(bench: &mut Bench, outcome: &str) {
        let outcome = json!({"by": "reconsideration", "outcome": outcome});
        let body = json!({"outcome": outcome, "decided_on": "2026-06-10", "received_on": "2026-06-10"});
        bench.take::<RecordDecision>(REVIEWER, Some(1), body).unwrap();
    }

    #[test]
    fn reconsideration_law_29_the_way_that_was_gone_is_met_and_the_other_is_over() {
        let on = Some(day("2026-06-01"));
        let bench = challenged(reconsideration(""));
        assert_eq!(way(&bench, DutyKind::ApplyForReconsideration), (false, on));
        assert_eq!(way(&bench, DutyKind::SueDirectly), (false, None));
        let bench = challenged(suit("first", "direct", None));
        assert_eq!((way(&bench, DutyKind::SueDirectly), way(&bench, DutyKind::ApplyForReconsideration)), ((false, on), (false, None)));
        let untouched = served("2026-03-30", "2026-04-01");
        assert_eq!(
            (way(&untouched, DutyKind::SueDirectly), way(&untouched, DutyKind::ApplyForReconsideration)),
            ((true, None), (true, None))
        );
    }

    #[test]
    fn litigation_interpretation_58_a_withdrawn_reconsideration_leaves_the_suit_and_one_not_accepted_leaves_both() {
        let mut bench = challenged(reconsideration(""));
        ended(&mut bench, "terminated");
        assert_eq!((way(&bench, DutyKind::SueDirectly), way(&bench, DutyKind::ApplyForReconsideration).0), ((true, None), false));
        let all = duties(bench.case(), bench.calendar());
        assert!(all.iter().all(|duty| duty.kind != DutyKind::SueAfterReconsideration), "nothing was decided that could be sued over");
        let mut bench = challenged(reconsideration(""));
        ended(&mut bench, "not_accepted");
        assert_eq!((way(&bench, DutyKind::SueDirectly), way(&bench, DutyKind::ApplyForReconsideration)), ((true, None), (true, None)));
    }

    #[test]
    fn reconsideration_law_34_silence_that_was_challenged_is_challenged_once() {
        let mut bench = Bench::received("2026-03-02");
        bench.go("2026-09-30").take::<OpenReconsideration>(REVIEWER, None, reconsideration("2026-06-01")).unwrap();
        assert_eq!(way(&bench, DutyKind::ReconsiderSilence), (false, Some(day("2026-06-01"))));
        assert_eq!(way(&bench, DutyKind::SueOverSilence), (false, None));
    }

    #[test]
    fn litigation_interpretation_66_the_silence_of_an_ordered_round_is_another_one() {
        let mut bench = Bench::received("2026-03-02");
        bench.go("2026-09-30").take::<OpenReconsideration>(REVIEWER, None, reconsideration("2026-06-01")).unwrap();
        // A late reply, which the body takes back.
        let events = reply_events(bench.case(), day("2026-06-10"));
        bench.keep(events, Vec::new());
        let sent = dispatch_event(bench.case(), Letter::Reply { n: 1 }, day("2026-06-10"));
        bench.keep(vec![sent], Vec::new());
        let order = json!({"what": "限期重新答复。", "kind": "answer_anew", "due_on": "2026-07-20"});
        let outcome = json!({"by": "reconsideration", "outcome": "performance_ordered"});
        let body =
            json!({"outcome": outcome, "cause": "out_of_time", "decided_on": "2026-06-20", "received_on": "2026-06-20", "order": order});
        bench.take::<RecordDecision>(REVIEWER, Some(1), body).unwrap();
        assert_eq!(bench.case().round(), 2);
        let open = |bench: &Bench, kind| {
            let all = duties(bench.case(), bench.calendar());
            all.into_iter().find(|duty| duty.kind == kind && duty.ordinal == 2).map(|duty| (duty.open, duty.met_on))
        };
        assert_eq!(open(&bench, DutyKind::ReconsiderSilence), Some((true, None)), "the first challenge was of the first silence");
        assert_eq!(open(&bench, DutyKind::SueOverSilence), Some((true, None)));
        bench.take::<OpenReconsideration>(REVIEWER, None, reconsideration("2026-08-03")).unwrap();
        assert_eq!(open(&bench, DutyKind::ReconsiderSilence), Some((false, Some(day("2026-08-03")))));
    }
}
