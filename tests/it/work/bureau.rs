//! A bureau at work on the test clock: what its people do in the course of a day, and what must be reminded of, counted by hand a third
//! time from the duties as they stand at a look.

use super::base::{AGENCY, APPROVER, Base, CALENDAR, CLERK, DEPARTMENT, HANDLER, OTHER_HANDLER, SUPERVISOR, day};
use chrono::{DateTime, Days, NaiveDate, Utc};
use diesel::prelude::*;
use foi_docket::db::editions::read_calendar;
use foi_docket::db::schema::{accounts, cases, duties};
use foi_docket::rules::calendar::Calendar;
use foi_docket::steps::{handle::assign::AssignCase, receive::confirm::ConfirmReceipt, register::enter::RegisterCase};
use serde_json::json;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Case, kind, ordinal, due date, offset, recipient.
pub type Key = (Uuid, String, i32, NaiveDate, i32, Uuid);

/// The other handler leaves on this day.
const LEAVES: &str = "2026-09-18";

type Owed = (Uuid, String, i32, NaiveDate, Option<Uuid>, DateTime<Utc>);

pub struct Bureau {
    pub base: Base,
    pub calendar: Calendar,
    pub registered: Vec<Uuid>,
    random: u64,
    unconfirmed: Vec<Uuid>,
    received: Vec<Uuid>,
}

impl Bureau {
    pub fn open(today: &str, seed: u64) -> Self {
        let base = Base::on(today);
        base.owner(&format!(
            "INSERT INTO foi_office_heads (agency_id, id, account_id, deputy, from_on, until_on) VALUES ('{AGENCY}', gen_random_uuid(), '{APPROVER}', false, '2026-09-01', '2026-09-30'),
                 ('{AGENCY}', gen_random_uuid(), '{HANDLER}', false, '2026-10-01', NULL),
                 ('{AGENCY}', gen_random_uuid(), '{SUPERVISOR}', true, '2026-09-01', NULL);"
        ));
        let calendar = read_calendar(1, CALENDAR).unwrap();
        Self { base, calendar, registered: Vec::new(), random: seed, unconfirmed: Vec::new(), received: Vec::new() }
    }

    /// The same numbers in every run and in every weather.
    pub fn roll(&mut self, sides: usize) -> usize {
        roll(&mut self.random, sides)
    }

    fn pick(&mut self, from: fn(&mut Self) -> &mut Vec<Uuid>) -> Option<Uuid> {
        let len = from(self).len();
        if len == 0 {
            return None;
        }
        let index = self.roll(len);
        Some(from(self).swap_remove(index))
    }

    /// What people do in the course of a day.
    pub fn work(&mut self, today: NaiveDate) {
        for _ in 0..self.roll(4) {
            let arrival = today - Days::new(u64::try_from(self.roll(12)).unwrap());
            match self.roll(3) {
                0 => self.received.push(self.base.receive("counter", today, None)),
                1 => self.received.push(self.base.receive("ems", today, Some(arrival))),
                _ => self.unconfirmed.push(self.base.receive("email", today, None)),
            }
        }
        if self.roll(2) == 0
            && let Some(case) = self.pick(|bureau| &mut bureau.unconfirmed)
        {
            self.base.take::<ConfirmReceipt>(case, json!({"confirmed_on": today, "means": "telephone"}));
            self.received.push(case);
        }
        for _ in 0..self.roll(3) {
            if let Some(case) = self.pick(|bureau| &mut bureau.received) {
                self.base.take::<RegisterCase>(case, json!({}));
                self.registered.push(case);
                if self.roll(4) > 0 {
                    let other = self.roll(3) == 0 && today < day(LEAVES);
                    let handler = if other { OTHER_HANDLER } else { HANDLER };
                    self.base.take::<AssignCase>(case, json!({"department": DEPARTMENT, "handler": handler}));
                }
            }
        }
        if self.roll(4) == 0
            && let Some(case) = self.pick(|bureau| &mut bureau.registered)
        {
            self.base.void(case);
        }
        if today == day(LEAVES) {
            self.base.owner(&format!("UPDATE accounts SET active = false WHERE id = '{OTHER_HANDLER}'"));
        }
    }

    /// Working days from one day to another, one by one; negative backwards.
    pub fn count(&self, from: NaiveDate, to: NaiveDate) -> i32 {
        let days = from.min(to).iter_days().skip(1).take_while(|day| *day <= from.max(to));
        let n = days.filter(|day| self.calendar.is_working_day(*day)).fold(0, |n, _| n + 1);
        if to < from { -n } else { n }
    }

    /// What a look must have told of these days, whoever owes it now; a later look sees what moved today before an instant.
    pub fn owed(&self, today: NaiveDate, since: NaiveDate, moved_before: Option<DateTime<Utc>>) -> BTreeSet<Key> {
        let mut keys = BTreeSet::new();
        if !self.calendar.is_working_day(today) {
            return keys;
        }
        let mut conn = self.base.owner_connection();
        let active: Vec<Uuid> = accounts::table.filter(accounts::active).select(accounts::id).load(&mut conn).unwrap();
        let owed: Vec<Owed> = duties::table
            .inner_join(cases::table.on(cases::id.eq(duties::case_id)))
            .filter(duties::open)
            .filter(duties::owed_by.eq("agency"))
            .select((duties::case_id, duties::kind, duties::ordinal, duties::due_on, duties::handler_id, cases::changed_at))
            .load(&mut conn)
            .unwrap();
        let superior = match today {
            on if on < day("2026-09-01") => SUPERVISOR,
            on if on < day("2026-10-01") => APPROVER,
            _ => HANDLER,
        };
        for (case, kind, ordinal, due_on, handler, changed_at) in owed {
            if moved_before.is_some_and(|before| changed_at >= before || foi_docket::clock::legal_date(changed_at) < today) {
                continue;
            }
            let before_a_handler = kind == "register" || kind == "confirm_receipt";
            let owner = handler.filter(|id| !before_a_handler && active.contains(id)).unwrap_or(CLERK);
            for on in since.iter_days().take_while(|on| *on <= today) {
                let n = self.count(on, due_on);
                if !self.calendar.is_working_day(on) || (n >= 0 && ![0, 1, 3, 5, 10].contains(&n)) {
                    continue;
                }
                keys.insert((case, kind.clone(), ordinal, due_on, n, owner));
                if n < 0 {
                    keys.insert((case, kind.clone(), ordinal, due_on, n, superior));
                }
            }
        }
        keys
    }
}

pub fn roll(random: &mut u64, sides: usize) -> usize {
    *random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    usize::try_from((*random >> 33) % u64::try_from(sides).unwrap()).unwrap()
}
