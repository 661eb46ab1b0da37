"""Second, independent implementation of the reply clock (POST /clock-previews).

A test oracle: literal, day by day, standard library only.  Days are plain
integers inside (date.toordinal()), ISO strings outside.

    evaluate(calendar, steps) -> {"steps": [...], "ledger": [...]}

`calendar` is the parsed calendar/cn.json.  References: "d 1.3" = domain.md
section 1.3, "choice n" = domain.md section 8, "api" = the fixed shape of the clock preview.
"""

from datetime import date

FIRST_DAY = date(2008, 5, 1).toordinal()       # the first Regulations came into force
LAST_DAY = date(2150, 12, 31).toordinal()      # so that every period ends within the calendar
NEW_RULES = date(2019, 5, 15).toordinal()      # 15+15 before, 20+20 from here on

CORRECTION_NOTICE_DAYS = 7                     # C4
CORRECTION_TERM_DEFAULT = 15                   # choice 16
CORRECTION_TERM_MAX = 365                    
CONSULTATION_DAYS = 15                         # C6, C7, C7a
PAYMENT_DAYS = 20                              # section 3

PARTY_ARTICLE = {"third_party": "32", "co_producing_agency": "34", "other_agency": "33(3)"}

# "A year without a notice has 01-01, 05-01, 05-02 and 10-01 to 10-03 off." (api)
FIXED_DAYS = {
    (1, 1): "元旦",
    (5, 1): "劳动节", (5, 2): "劳动节",
    (10, 1): "国庆节", (10, 2): "国庆节", (10, 3): "国庆节",
}


def day(text):
    return date.fromisoformat(text).toordinal()


def iso(number):
    return None if number is None else date.fromordinal(number).isoformat()


class Calendar:
    """Which day is a working day, and why."""

    def __init__(self, data):
        self.years = data["years"]
        self._kinds = {}
        self._nth = {}

    def kind(self, number):
        """(counts, reason, note, year loaded) of one day."""
        known = self._kinds.get(number)
        if known is None:
            known = self._kinds[number] = self._classify(date.fromordinal(number))
        return known

    def _classify(self, d):
        text = d.isoformat()
        year = self.years.get(str(d.year))
        if year is not None:
            if text in year["holidays"]:
                return (False, "holiday", year["holidays"][text], True)
            if text in year["working_weekends"]:
                return (True, "make_up_working_day", year["working_weekends"][text], True)
        elif (d.month, d.day) in FIXED_DAYS:
            return (False, "holiday", FIXED_DAYS[(d.month, d.day)], False)
        if d.weekday() >= 5:
            return (False, "weekend", None, year is not None)
        return (True, "working_day", None, year is not None)

    def working(self, number):
        return self.kind(number)[0]

    def loaded(self, number):
        return self.kind(number)[3]

    def nth_working_day_after(self, start, n):
        """The n-th working day after `start`; `start` itself is not counted (d 1.0)."""
        key = (start, n)
        if key not in self._nth:
            d = start
            count = 0
            while count < n:
                d += 1
                if self.working(d):
                    count += 1
            self._nth[key] = d
        return self._nth[key]

    def working_days_between(self, after, upto):
        """Working days w with after < w <= upto."""
        count = 0
        d = after
        while d < upto:
            d += 1
            if self.working(d):
                count += 1
        return count


class Clock:
    """R, N and an Art 35 date.  (X, the excluded intervals, belongs to the case.)"""

    def __init__(self, start, allowed):
        self.start = start
        self.allowed = allowed
        self.extended = False
        self.postponed_to = None


class Correction:
    def __init__(self, sent, late):
        self.sent = sent
        self.late = late
        self.delivered = None
        self.term = None          # last day for the answer
        self.answered = None

    def open(self):
        return self.answered is None


class Consultation:
    def __init__(self, label, party, sent):
        self.label = label
        self.party = party
        self.sent = sent
        self.delivered = None
        self.answered = None
        self.undeliverable = None
        self.lapsed = None

    def ended_by_record(self):
        return (self.answered is not None or self.undeliverable is not None
                or self.lapsed is not None)


class Fee:
    def __init__(self, sent):
        self.sent = sent
        self.delivered = None
        self.term = None
        self.paid = None

    def open(self):
        return self.paid is None


class Refused(Exception):
    def __init__(self, code, article=None):
        super().__init__(code)
        self.code = code
        self.article = article


class Case:
    def __init__(self, calendar):
        self.cal = calendar
        self.last_on = None           # date of the last accepted step
        self.arrived = None
        self.received = None
        self.clock = None             # the clock in force
        self.restarted = None         # the clock beside it, after a late correction notice
        self.correction = None
        self.consultations = {}       # label -> Consultation, in order of sending
        self.fee = None
        self.reasons_requested = None
        self.reasons_given = None
        self.replied_on = None
        self.closed_on = None
        self.closed_by_lapse = False
        self.frozen = None            # figures and ledger at the reply, or at the end if none came before

    # ---- one step ---------------------------------------------------------

    def step(self, step):
        """Take one step; return its entry in the answer."""
        on = day(step["on"])
        refusal = None
        try:
            self.check(on, step)
            self.apply(on, step)
            self.last_on = on
            as_of = on
        except Refused as r:
            refusal = {"code": r.code, "article": r.article}
            if not FIRST_DAY <= on <= LAST_DAY:
                as_of = self.last_on
            elif self.last_on is None:
                as_of = on
            else:
                as_of = max(on, self.last_on)
        figures = self.figures(as_of)
        self.as_of = as_of
        return {
            "on": step["on"],
            "kind": step["kind"],
            "accepted": refusal is None,
            "refusal": refusal,
            "status": self.status(as_of, figures),
            "due_on": iso(figures["due"]),
            "projected_due_on": iso(figures["projected"]),
            "working_days_left": figures["left"],
            "provisional": figures["provisional"],
            "other_duties": self.other_duties(as_of),
        }

    # ---- may the step be taken? --------------------------------------------

    def check(self, on, step):
        kind = step["kind"]

        dates = [on, day(step["until"])] if kind == "reply_postponed" else [on]
        if not all(FIRST_DAY <= date <= LAST_DAY for date in dates):
            raise Refused("date_out_of_range", "35" if kind == "reply_postponed" else "33(2)")
        if self.last_on is not None and on < self.last_on:
            raise Refused("out_of_date_order", "33")

        if kind == "arrived":
            if self.received is not None:
                raise Refused("already_received", "31")
            if self.arrived is not None:
                raise Refused("already_received", "31")
            return
        if kind == "received":
            if self.received is not None:
                raise Refused("already_received", "31")
            return

        if self.received is None:
            raise Refused("step_before_receipt", "31")
        if self.closed_on is not None:
            if kind == "closed" and self.closed_by_lapse:
                return
            raise Refused("already_closed", "45")
        if self.replied_on is not None:
            late_paper = kind.startswith("consultation_") and kind != "consultation_sent"
            if kind != "closed" and not late_paper:
                raise Refused("already_replied", "33")

        getattr(self, "check_" + kind)(on, step)

    def check_correction_notice_sent(self, on, step):
        if self.correction is not None:
            raise Refused("correction_already_used", "30")      # choice 15

    def check_correction_notice_delivered(self, on, step):
        self.need_open_correction()
        if self.correction.delivered is not None:
            raise Refused("correction_already_delivered", "30")
        if not 1 <= step.get("answer_within_working_days", CORRECTION_TERM_DEFAULT) <= CORRECTION_TERM_MAX:
            raise Refused("term_out_of_range", "30")

    def check_corrected_application_received(self, on, step):
        self.need_open_correction()

    def check_correction_lapsed(self, on, step):
        self.need_open_correction()
        if self.correction.delivered is None:
            raise Refused("lapse_before_its_day", "30")
        if on <= self.correction.term:                          # choice 17
            raise Refused("lapse_before_its_day", "30")

    def need_open_correction(self):
        if self.correction is None or not self.correction.open():
            raise Refused("correction_not_open", "30")

    def check_consultation_sent(self, on, step):
        if step["consultation"] in self.consultations:
            raise Refused("consultation_already_sent", PARTY_ARTICLE[step["party"]])

    def known_consultation(self, step):
        if step["consultation"] not in self.consultations:
            raise Refused("consultation_unknown", "33(3)")
        return self.consultations[step["consultation"]]

    def check_consultation_delivered(self, on, step):
        c = self.known_consultation(step)
        if c.ended_by_record():
            raise Refused("consultation_already_ended", PARTY_ARTICLE[c.party])
        if c.delivered is not None:
            raise Refused("consultation_already_delivered", PARTY_ARTICLE[c.party])

    def check_consultation_answered(self, on, step):
        c = self.known_consultation(step)
        # After the lapse or the failure the answer is late: on file, no effect (choice 8).
        if c.answered is not None:
            raise Refused("consultation_already_ended", PARTY_ARTICLE[c.party])

    def check_consultation_undeliverable(self, on, step):
        c = self.known_consultation(step)
        if c.ended_by_record():
            raise Refused("consultation_already_ended", PARTY_ARTICLE[c.party])
        if c.delivered is not None:
            raise Refused("consultation_already_delivered", PARTY_ARTICLE[c.party])

    def check_consultation_lapsed(self, on, step):
        c = self.known_consultation(step)
        if c.ended_by_record():
            raise Refused("consultation_already_ended", PARTY_ARTICLE[c.party])
        if on < self.cap(c):
            raise Refused("lapse_before_its_day", PARTY_ARTICLE[c.party])

    def check_extension_notified(self, on, step):
        if not 1 <= step["working_days"] <= self.allowed_days():
            raise Refused("extension_days_out_of_range", "33(2)")
        self.need_running_period("33(2)")
        if self.clock.extended:
            raise Refused("extension_already_used", "33(2)")    # choice 12
        if self.clock.postponed_to is not None:
            raise Refused("already_postponed", "35")
        due = self.figures(on)["due"]
        if due is not None and on > due:
            raise Refused("extension_after_due_date", "33(2)")

    def check_fee_notice_sent(self, on, step):
        if self.fee is not None:
            raise Refused("fee_already_notified", "42, 109号")
        self.need_running_period("109号")
        due = self.figures(on)["due"]
        if due is not None and on > due:
            raise Refused("fee_notice_after_due_date", "109号")

    def check_fee_notice_delivered(self, on, step):
        self.need_open_fee()
        if self.fee.delivered is not None:
            raise Refused("fee_already_delivered", "109号")

    def check_fee_paid(self, on, step):
        self.need_open_fee()

    def check_fee_lapsed(self, on, step):
        self.need_open_fee()
        if self.fee.delivered is None:
            raise Refused("lapse_before_its_day", "109号")
        if on <= self.fee.term:                                 # choice 17
            raise Refused("lapse_before_its_day", "109号")

    def need_open_fee(self):
        if self.fee is None or not self.fee.open():
            raise Refused("fee_not_open", "109号")

    def need_running_period(self, article):
        """"while a correction or payment is awaited ...: no period runs" (api)"""
        if self.correction is not None and self.correction.open():
            raise Refused("no_period_runs", article)
        if self.fee is not None and self.fee.open():
            raise Refused("no_period_runs", article)

    def check_reasons_requested(self, on, step):
        if self.reasons_requested is not None:
            raise Refused("reasons_already_requested", "35")

    def check_reasons_given(self, on, step):
        if self.reasons_requested is None:
            raise Refused("reasons_not_requested", "35")
        if self.reasons_given is not None:
            raise Refused("reasons_already_given", "35")

    def check_reply_postponed(self, on, step):
        if self.reasons_requested is None:
            raise Refused("reasons_not_requested", "35")
        if self.reasons_given is None:
            raise Refused("reasons_not_given", "35")
        self.need_running_period("35")
        if self.clock.postponed_to is not None:
            raise Refused("already_postponed", "35")
        figures = self.figures(on)
        if figures["due"] is not None and on > figures["due"]:
            raise Refused("postponed_after_due_date", "35")
        beyond = on
        if figures["in_force"] is not None:
            beyond = figures["in_force"]
        if day(step["until"]) <= beyond:
            raise Refused("postponed_date_not_later", "35")

    def check_replied(self, on, step):
        pass

    def check_closed(self, on, step):
        pass

    # ---- the effect of an accepted step --------------------------------------

    def apply(self, on, step):
        getattr(self, "apply_" + step["kind"])(on, step)

    def allowed_days(self):
        """The rule set of the receipt date (choice 35): 15 before 2019-05-15, else 20."""
        return 15 if self.received < NEW_RULES else 20

    def apply_arrived(self, on, step):
        self.arrived = on

    def apply_received(self, on, step):
        self.received = on
        self.clock = Clock(on, self.allowed_days())

    def apply_correction_notice_sent(self, on, step):
        last_day = self.cal.nth_working_day_after(self.received, CORRECTION_NOTICE_DAYS)
        self.correction = Correction(on, late=on > last_day)

    def apply_correction_notice_delivered(self, on, step):
        days = step.get("answer_within_working_days", CORRECTION_TERM_DEFAULT)
        self.correction.delivered = on
        self.correction.term = self.cal.nth_working_day_after(on, days)

    def apply_corrected_application_received(self, on, step):
        self.correction.answered = on
        if self.correction.late:
            self.restarted = Clock(on, self.allowed_days())     # choice 14: beside the original
        else:
            self.clock = Clock(on, self.allowed_days())         # C5

    def apply_correction_lapsed(self, on, step):
        self.freeze(on)
        self.closed_on = on
        self.closed_by_lapse = True

    def apply_consultation_sent(self, on, step):
        self.consultations[step["consultation"]] = Consultation(step["consultation"], step["party"], on)

    def apply_consultation_delivered(self, on, step):
        self.consultations[step["consultation"]].delivered = on

    def apply_consultation_answered(self, on, step):
        self.consultations[step["consultation"]].answered = on

    def apply_consultation_undeliverable(self, on, step):
        self.consultations[step["consultation"]].undeliverable = on

    def apply_consultation_lapsed(self, on, step):
        self.consultations[step["consultation"]].lapsed = on

    def apply_extension_notified(self, on, step):
        for clock in (self.clock, self.restarted):
            if clock is not None:
                clock.allowed += step["working_days"]
                clock.extended = True

    def apply_fee_notice_sent(self, on, step):
        self.fee = Fee(on)

    def apply_fee_notice_delivered(self, on, step):
        self.fee.delivered = on
        self.fee.term = self.cal.nth_working_day_after(on, PAYMENT_DAYS)

    def apply_fee_paid(self, on, step):
        self.fee.paid = on
        self.clock = Clock(on, self.allowed_days())             # C9
        self.restarted = None

    def apply_fee_lapsed(self, on, step):
        self.freeze(on)
        self.closed_on = on
        self.closed_by_lapse = True

    def apply_reasons_requested(self, on, step):
        self.reasons_requested = on

    def apply_reasons_given(self, on, step):
        self.reasons_given = on

    def apply_reply_postponed(self, on, step):
        for clock in (self.clock, self.restarted):
            if clock is not None:
                clock.postponed_to = day(step["until"])

    def apply_replied(self, on, step):
        self.freeze(on)
        self.replied_on = on

    def apply_closed(self, on, step):
        self.freeze(on)
        if self.closed_on is None:
            self.closed_on = on
        self.closed_by_lapse = False

    def freeze(self, on):
        """"after `replied` ... due_on and working_days_left freeze at that day" (api)"""
        if self.frozen is None:
            self.frozen = (self.figures(on), self.ledger(on))

    # ---- consultations --------------------------------------------------------

    def cap(self, c):
        """15th working day after delivery; after sending while no delivery is recorded."""
        since = c.sent if c.delivered is None else c.delivered
        return self.cal.nth_working_day_after(since, CONSULTATION_DAYS)

    def is_open(self, c, as_of):
        return not c.ended_by_record() and as_of <= self.cap(c)

    def interval_end(self, c):
        """Last excluded day of a consultation that is no longer open."""
        end = self.cap(c)
        if c.lapsed is not None:
            return end
        if c.answered is not None and c.answered < end:
            end = c.answered
        if c.undeliverable is not None and c.undeliverable < end:
            end = c.undeliverable
        return end

    def intervals(self, as_of, assume_silence):
        """[(label, first excluded day, last excluded day)] as known at `as_of`."""
        found = []
        for c in self.consultations.values():
            if not self.is_open(c, as_of):
                end = self.interval_end(c)
            elif assume_silence and c.delivered is not None:
                end = self.cap(c)
            else:
                end = as_of
            found.append((c.label, c.sent + 1, end))
        return found

    def excluded_days(self, as_of, assume_silence):
        days = set()
        for _, first, last in self.intervals(as_of, assume_silence):
            d = first
            while d <= last:
                days.add(d)
                d += 1
        return days

    def any_open(self, as_of):
        return any(self.is_open(c, as_of) for c in self.consultations.values())

    def any_open_with_known_term(self, as_of):
        return any(self.is_open(c, as_of) and c.delivered is not None
                   for c in self.consultations.values())

    # ---- the formula -----------------------------------------------------------

    def used(self, clock, upto, excluded):
        count = 0
        d = clock.start
        while d < upto:
            d += 1
            if self.cal.working(d) and d not in excluded:
                count += 1
        return count

    def nth_counted_day(self, clock, excluded):
        """due = the earliest d with N working days w, R < w <= d, w in no (S, E]."""
        count = 0
        d = clock.start
        while count < clock.allowed:
            d += 1
            if self.cal.working(d) and d not in excluded:
                count += 1
        return d

    def dates(self, clock, as_of):
        """(due, projected, working days left) of one clock."""
        if clock.postponed_to is not None:
            until = clock.postponed_to
            if as_of <= until:
                left = self.cal.working_days_between(as_of, until)
            else:
                left = -self.cal.working_days_between(until, as_of)
            return until, None, left
        excluded = self.excluded_days(as_of, assume_silence=False)
        left = clock.allowed - self.used(clock, as_of, excluded)
        if not self.any_open(as_of) or left <= 0:
            due = self.nth_counted_day(clock, excluded)
            # With an open consultation: as things stood when the letter went out.
            at = as_of
            for c in self.consultations.values():
                if self.is_open(c, as_of):
                    at = min(at, c.sent)
            if at > due:
                left = -self.cal.working_days_between(due, at)
            return due, None, left
        if not self.any_open_with_known_term(as_of):
            return None, None, left
        assumed = self.excluded_days(as_of, assume_silence=True)
        return None, self.nth_counted_day(clock, assumed), left

    def provisional(self, clock, shown):
        """Does any day counted through fall in a year without a notice?"""
        if shown is None or clock.postponed_to is not None:
            return False
        d = clock.start
        while d < shown:
            d += 1
            if not self.cal.loaded(d):
                return True
        return False

    def figures(self, as_of):
        nothing = {"due": None, "projected": None, "left": None, "provisional": False,
                   "in_force": None}
        if self.received is None:
            return nothing
        if self.frozen is not None:
            return self.frozen[0]
        if self.fee is not None and self.fee.open():
            return nothing
        if self.correction is not None and self.correction.open() and not self.correction.late:
            return nothing
        due, projected, left = self.dates(self.clock, as_of)
        in_force = due if due is not None else projected
        provisional = self.provisional(self.clock, in_force)
        if self.restarted is not None:
            due2, projected2, _ = self.dates(self.restarted, as_of)
            projected = due2 if due2 is not None else projected2
            provisional = self.provisional(self.restarted, projected) or (
                due is not None and provisional)
        return {"due": due, "projected": projected, "left": left, "provisional": provisional,
                "in_force": in_force}

    # ---- what is shown -----------------------------------------------------------

    def status(self, as_of, figures):
        if self.closed_on is not None:
            return "closed"
        if self.replied_on is not None:
            return "replied"
        if self.received is None:
            return "awaiting_confirmation"
        if self.fee is not None and self.fee.open():
            return "awaiting_payment"
        if self.correction is not None and self.correction.open():
            return "awaiting_correction"
        if self.any_open(as_of):
            return "suspended"
        if as_of > figures["due"]:
            return "overdue"
        return "running"

    def other_duties(self, as_of):
        duties = []

        def duty(kind, due, article):
            duties.append({"kind": kind, "due_on": iso(due), "article": article})

        if self.closed_on is not None or self.replied_on is not None:
            return duties
        if self.received is None:
            if self.arrived is not None:
                duty("confirm_receipt", self.cal.nth_working_day_after(self.arrived, 1), "31")
            return duties
        if self.correction is None:
            last = self.cal.nth_working_day_after(self.received, CORRECTION_NOTICE_DAYS)
            if as_of <= last:
                duty("correction_notice", last, "30")
        elif self.correction.open() and self.correction.delivered is not None:
            duty("answer_correction", self.correction.term, "30")
        for c in self.consultations.values():
            if c.delivered is not None and self.is_open(c, as_of):
                duty("answer_consultation", self.cap(c), PARTY_ARTICLE[c.party])
        if self.fee is not None and self.fee.open() and self.fee.delivered is not None:
            duty("pay_fee", self.fee.term, "109号")
        return duties

    def ledger(self, as_of):
        """Every day from the current start (not counted, not listed) to due_on."""
        if self.frozen is not None:
            return self.frozen[1]
        due = self.figures(as_of)["due"]
        if due is None:
            return []
        intervals = self.intervals(as_of, assume_silence=False)
        rows = []
        number = 0
        d = self.clock.start
        while d < due:
            d += 1
            counts, reason, note, _ = self.cal.kind(d)
            labels = [label for label, first, last in intervals if first <= d <= last]
            if counts and labels:
                rows.append({"date": iso(d), "counts": False, "number": None,
                             "reason": "consultation", "note": "、".join(labels)})
            elif counts:
                number += 1
                rows.append({"date": iso(d), "counts": True, "number": number,
                             "reason": reason, "note": note})
            else:
                rows.append({"date": iso(d), "counts": False, "number": None,
                             "reason": reason, "note": note})
        return rows


def evaluate(calendar, steps):
    if not isinstance(calendar, Calendar):
        calendar = Calendar(calendar)
    case = Case(calendar)
    entries = [case.step(step) for step in steps]
    ledger = case.ledger(case.as_of) if entries else []
    return {"steps": entries, "ledger": ledger}
