"""python3 test_clock.py      (examples, hand-made tables, properties)

Hand table for 2025, no holiday from 06-03 to 09-30.  Received Tue 06-03:
 day 3 = 06-06, 7 = 06-12, 8 = 06-13, 13 = 06-20, 18 = 06-27, 20 = 07-01, 23 = 07-04,
 28 = 07-11, 30 = 07-15, 33 = 07-18, 38 = 07-25, 40 = 07-29.
"""

import json
import os
import unittest
from datetime import date

import clock
import corpus

def load(path):
    with open(path, encoding="utf-8") as f:
        return json.load(f)


CAL = load(corpus.CALENDAR)
EXAMPLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "examples.json")


def steps(text, year="2025"):
    """'06-03 received; 06-10 consultation_sent A third_party; ...'"""
    found = []
    for part in text.split(";"):
        words = part.split()
        on, kind, rest = words[0], words[1], words[2:]
        step = {"on": on if len(on) == 10 else year + "-" + on, "kind": kind}
        if kind.startswith("consultation_"):
            step["consultation"] = rest[0]
            if kind == "consultation_sent":
                step["party"] = rest[1] if len(rest) > 1 else "third_party"
        elif kind == "extension_notified":
            step["working_days"] = int(rest[0])
        elif kind == "reply_postponed":
            step["until"] = rest[0] if len(rest[0]) == 10 else year + "-" + rest[0]
        elif kind == "correction_notice_delivered" and rest:
            step["answer_within_working_days"] = int(rest[0])
        found.append(step)
    return found


def run(text, year="2025"):
    return clock.evaluate(CAL, steps(text, year))


R = "06-03 received; "

# (name, steps, status, due, projected, left, refusal code of the last step or None)
TABLE = [
    # C2 reply
    ("C2 twenty working days", "06-03 received", "running", "07-01", None, 20, None),
    ("C2/choice 2 received on a Saturday", "06-07 received", "running", "07-04", None, 20, None),
    ("C2 make-up day received", "2025-09-28 received", "running", "2025-10-31", None, 20, None),
    ("1.0 last moment: due day itself is not overdue", R + "07-01 reasons_requested", "running", "07-01", None, 0, None),
    ("1.0 one working day late", R + "07-02 reasons_requested", "overdue", "07-01", None, -1, None),
    ("1.0 a Saturday adds nothing", R + "07-05 reasons_requested", "overdue", "07-01", None, -3, None),
    ("choice 35 old rules 2019-05-14", "2019-05-14 received", "running", "2019-06-04", None, 15, None),
    ("choice 35 new rules 2019-05-15", "2019-05-15 received", "running", "2019-06-13", None, 20, None),
    ("choice 35 restart keeps the rules of the receipt date",
     "2019-05-14 received; 2019-05-15 correction_notice_sent; 2019-05-15 correction_notice_delivered; 2019-05-15 corrected_application_received",
     "running", "2019-06-05", None, 15, None),
    ("choice 35 old extension at most 15", "2019-05-14 received; 2019-05-20 extension_notified 16", "running", "2019-06-04", None, 11, "extension_days_out_of_range"),
    # choice 3 arrival
    ("choice 3 arrived", "06-03 arrived", "awaiting_confirmation", None, None, None, None),
    ("choice 3 counted from confirmation", "05-30 arrived; 06-03 received", "running", "07-01", None, 20, None),
    # C3 extension
    ("C3 ten more", R + "06-10 extension_notified 10", "running", "07-15", None, 25, None),
    ("C3 twenty more", R + "06-10 extension_notified 20", "running", "07-29", None, 35, None),
    ("C3/choice 11 last day", R + "07-01 extension_notified 1", "running", "07-02", None, 1, None),
    ("C3 a day late", R + "07-02 extension_notified 1", "overdue", "07-01", None, -1, "extension_after_due_date"),
    ("C3 zero", R + "06-10 extension_notified 0", "running", "07-01", None, 15, "extension_days_out_of_range"),
    ("C3 twenty-one", R + "06-10 extension_notified 21", "running", "07-01", None, 15, "extension_days_out_of_range"),
    ("choice 12 once", R + "06-10 extension_notified 5; 06-11 extension_notified 5", "running", "07-08", None, 19, "extension_already_used"),
    ("choice 11 while suspended", R + "06-10 consultation_sent A; 06-12 extension_notified 10", "suspended", None, None, 25, None),
    ("choice 11 while suspended, then answered", R + "06-10 consultation_sent A; 06-12 extension_notified 10; 06-13 consultation_answered A", "running", "07-18", None, 25, None),
    ("choice 13 again after a restart",
     R + "06-05 extension_notified 5; 06-06 correction_notice_sent; 06-20 corrected_application_received; 06-23 extension_notified 1", "running", "07-21", None, 20, None),
    ("api: no period while a correction is awaited", R + "06-10 correction_notice_sent; 06-11 extension_notified 5", "awaiting_correction", None, None, None, "no_period_runs"),
    ("api: no period while payment is awaited", R + "06-10 fee_notice_sent; 06-11 extension_notified 5", "awaiting_payment", None, None, None, "no_period_runs"),
    # C4, C5, C5a correction
    ("C4 day 7", R + "06-12 correction_notice_sent", "awaiting_correction", None, None, None, None),
    ("C4 day 8, choice 14", R + "06-13 correction_notice_sent", "awaiting_correction", "07-01", None, 12, None),
    ("choice 14 waiting past the due date", R + "06-13 correction_notice_sent; 07-03 correction_notice_delivered 5", "awaiting_correction", "07-01", None, -2, None),
    ("choice 14 restarted beside", R + "06-13 correction_notice_sent; 06-20 corrected_application_received", "running", "07-01", "07-18", 7, None),
    ("choice 14 overdue although restarted", R + "06-13 correction_notice_sent; 06-20 corrected_application_received; 07-02 reasons_requested", "overdue", "07-01", "07-18", -1, None),
    ("C4 after the due date: allowed", R + "07-03 correction_notice_sent", "awaiting_correction", "07-01", None, -2, None),
    ("C5 fresh twenty", R + "06-10 correction_notice_sent; 06-11 correction_notice_delivered; 06-20 corrected_application_received", "running", "07-18", None, 20, None),
    ("choice 15 second correction", R + "06-05 correction_notice_sent; 06-06 corrected_application_received; 06-09 correction_notice_sent", "running", "07-04", None, 19, "correction_already_used"),
    ("C5a lapse on the last day", R + "06-09 correction_notice_sent; 06-10 correction_notice_delivered 5; 06-17 correction_lapsed", "awaiting_correction", None, None, None, "lapse_before_its_day"),
    ("C5a/choice 17 lapse the day after", R + "06-09 correction_notice_sent; 06-10 correction_notice_delivered 5; 06-18 correction_lapsed", "closed", None, None, None, None),
    ("C5a lapse never delivered", R + "06-09 correction_notice_sent; 08-10 correction_lapsed", "awaiting_correction", None, None, None, "lapse_before_its_day"),
    ("C5a answer after the term, not lapsed", R + "06-09 correction_notice_sent; 06-10 correction_notice_delivered 5; 06-20 corrected_application_received", "running", "07-18", None, 20, None),
    ("C5a answer after the lapse", R + "06-09 correction_notice_sent; 06-10 correction_notice_delivered 5; 06-18 correction_lapsed; 06-20 corrected_application_received", "closed", None, None, None, "already_closed"),
    ("choice 16 default term 15: day 15", R + "06-09 correction_notice_sent; 06-10 correction_notice_delivered; 07-01 correction_lapsed", "awaiting_correction", None, None, None, "lapse_before_its_day"),
    ("choice 16 default term 15: day after", R + "06-09 correction_notice_sent; 06-10 correction_notice_delivered; 07-02 correction_lapsed", "closed", None, None, None, None),
    # C6, C7, C7a consultations
    ("C6 sent: sent day is used", R + "06-10 consultation_sent A", "suspended", None, None, 15, None),
    ("C6 delivered: silence assumed", R + "06-10 consultation_sent A; 06-11 consultation_delivered A", "suspended", None, "07-23", 15, None),
    ("C6 answered in time, choice 6", R + "06-10 consultation_sent A; 06-11 consultation_delivered A; 06-16 consultation_answered A", "running", "07-07", None, 15, None),
    ("C6 lapse a day early", R + "06-10 consultation_sent A; 06-11 consultation_delivered A; 07-01 consultation_lapsed A", "suspended", None, "07-23", 15, "lapse_before_its_day"),
    ("C6 lapse on its 15th day", R + "06-10 consultation_sent A; 06-11 consultation_delivered A; 07-02 consultation_lapsed A", "running", "07-23", None, 15, None),
    ("C6 lapse recorded late", R + "06-10 consultation_sent A; 06-11 consultation_delivered A; 07-08 consultation_lapsed A", "running", "07-23", None, 11, None),
    ("C6 on the 15th day, nothing recorded", R + "06-10 consultation_sent A; 06-11 consultation_delivered A; 07-02 reasons_requested", "suspended", None, "07-23", 15, None),
    ("C6 ends by law without a record", R + "06-10 consultation_sent A; 06-11 consultation_delivered A; 07-03 reasons_requested", "running", "07-23", None, 14, None),
    ("choice 8 late answer", R + "06-10 consultation_sent A; 06-11 consultation_delivered A; 07-10 consultation_answered A", "running", "07-23", None, 9, None),
    ("choice 8 late answer after the lapse", R + "06-10 consultation_sent A; 06-11 consultation_delivered A; 07-02 consultation_lapsed A; 07-10 consultation_answered A", "running", "07-23", None, 9, None),
    ("C6 answer without recorded delivery", R + "06-10 consultation_sent A; 06-16 consultation_answered A", "running", "07-07", None, 15, None),
    ("C6 answered the day it was sent", R + "06-10 consultation_sent A; 06-10 consultation_answered A", "running", "07-01", None, 15, None),
    ("C7 co-producer", R + "06-10 consultation_sent A co_producing_agency; 06-11 consultation_delivered A", "suspended", None, "07-23", 15, None),
    ("C7a/choice 19 other agency", R + "06-10 consultation_sent A other_agency; 06-11 consultation_delivered A", "suspended", None, "07-23", 15, None),
    ("choice 7 union", R + "06-10 consultation_sent A; 06-12 consultation_sent B; 06-13 consultation_answered B; 06-16 consultation_answered A", "running", "07-07", None, 15, None),
    ("choice 7 ends with the last", R + "06-10 consultation_sent A; 06-12 consultation_sent B; 06-13 consultation_answered A; 06-16 consultation_answered B", "running", "07-07", None, 15, None),
    ("choice 7 with a gap", R + "06-10 consultation_sent A; 06-11 consultation_answered A; 06-12 consultation_sent B; 06-16 consultation_answered B", "running", "07-04", None, 14, None),
    ("choice 9 undeliverable", R + "06-10 consultation_sent A; 06-13 consultation_undeliverable A", "running", "07-04", None, 15, None),
    ("choice 9 nothing recorded: cap from sending", R + "06-10 consultation_sent A; 07-02 reasons_requested", "running", "07-22", None, 14, None),
    ("choice 9 cap day itself", R + "06-10 consultation_sent A; 07-01 reasons_requested", "suspended", None, None, 15, None),
    ("choice 9 failure recorded after the cap", R + "06-10 consultation_sent A; 07-04 consultation_undeliverable A", "running", "07-22", None, 12, None),
    ("api: delivery recorded after the cap from sending", R + "06-10 consultation_sent A; 07-03 consultation_delivered A", "suspended", None, "08-14", 15, None),
    ("choice 10 sent on the last day", R + "07-01 consultation_sent A", "suspended", "07-01", None, 0, None),
    ("choice 10 next day", R + "07-01 consultation_sent A; 07-02 consultation_delivered A", "suspended", "07-01", None, 0, None),
    ("choice 10 answered later", R + "07-01 consultation_sent A; 07-04 consultation_answered A", "overdue", "07-01", None, -3, None),
    ("sent when overdue by 2: frozen at the sending", R + "07-03 consultation_sent A; 07-08 consultation_delivered A", "suspended", "07-01", None, -2, None),
    ("sent when overdue, answered", R + "07-03 consultation_sent A; 07-08 consultation_answered A", "overdue", "07-01", None, -5, None),
    ("choice 10 same-day extension helps", R + "07-01 consultation_sent A; 07-01 extension_notified 5", "suspended", None, None, 5, None),
    ("choice 10 next-day extension does not", R + "07-01 consultation_sent A; 07-02 extension_notified 5", "suspended", "07-01", None, 0, "extension_after_due_date"),
    ("choice 26 open across a restart",
     R + "06-10 consultation_sent A; 06-11 consultation_delivered A; 06-12 correction_notice_sent; 06-20 corrected_application_received", "suspended", None, "07-30", 20, None),
    ("choice 26 ended before the restart drops out",
     R + "06-05 consultation_sent A; 06-09 consultation_answered A; 06-12 correction_notice_sent; 06-20 corrected_application_received", "running", "07-18", None, 20, None),
    # C8 reasons, Art 35
    ("C8/choice 18 time does not stop", R + "06-10 reasons_requested; 06-16 reasons_given", "running", "07-01", None, 11, None),
    ("C8 postponed, a Sunday stays", R + "06-10 reasons_requested; 06-16 reasons_given; 06-30 reply_postponed 08-31", "running", "08-31", None, 44, None),
    ("C8 postponed, overdue", R + "06-10 reasons_requested; 06-16 reasons_given; 06-30 reply_postponed 08-31; 09-02 extension_notified 5", "overdue", "08-31", None, -2, "already_postponed"),
    ("C8 not later", R + "06-10 reasons_requested; 06-16 reasons_given; 06-30 reply_postponed 07-01", "running", "07-01", None, 1, "postponed_date_not_later"),
    ("C8 reasons not asked", R + "06-30 reply_postponed 08-31", "running", "07-01", None, 1, "reasons_not_requested"),
    ("C8 reasons not given", R + "06-10 reasons_requested; 06-30 reply_postponed 08-31", "running", "07-01", None, 1, "reasons_not_given"),
    ("C8 too late", R + "06-10 reasons_requested; 06-16 reasons_given; 07-02 reply_postponed 08-31", "overdue", "07-01", None, -1, "postponed_after_due_date"),
    ("C8 restart replaces the postponed date",
     R + "06-10 reasons_requested; 06-10 reasons_given; 06-10 reply_postponed 08-29; 06-11 fee_notice_sent; 06-20 fee_paid", "running", "07-18", None, 20, None),
    # C9 fee
    ("C9 waiting", R + "06-10 fee_notice_sent; 06-11 fee_notice_delivered", "awaiting_payment", None, None, None, None),
    ("C9 paid", R + "06-10 fee_notice_sent; 06-11 fee_notice_delivered; 07-02 fee_paid", "running", "07-30", None, 20, None),
    ("C9 paid, nothing delivered", R + "06-10 fee_notice_sent; 06-20 fee_paid", "running", "07-18", None, 20, None),
    ("C9 lapse on the last day", R + "06-10 fee_notice_sent; 06-11 fee_notice_delivered; 07-09 fee_lapsed", "awaiting_payment", None, None, None, "lapse_before_its_day"),
    ("C9 lapse the day after", R + "06-10 fee_notice_sent; 06-11 fee_notice_delivered; 07-10 fee_lapsed", "closed", None, None, None, None),
    ("C9 notice on the last day", R + "07-01 fee_notice_sent", "awaiting_payment", None, None, None, None),
    ("C9 notice after the due date", R + "07-02 fee_notice_sent", "overdue", "07-01", None, -1, "fee_notice_after_due_date"),
    ("C9 extension again after payment", R + "06-05 extension_notified 5; 06-10 fee_notice_sent; 06-20 fee_paid; 07-18 extension_notified 1", "running", "07-21", None, 1, None),
    ("C9 fee notice while correction is awaited", R + "06-10 correction_notice_sent; 06-11 fee_notice_sent", "awaiting_correction", None, None, None, "no_period_runs"),
    ("both awaited: payment is shown", R + "06-10 fee_notice_sent; 06-11 correction_notice_sent", "awaiting_payment", None, None, None, None),
    ("both awaited, paid: correction still", R + "06-10 fee_notice_sent; 06-11 correction_notice_sent; 06-12 fee_paid", "awaiting_correction", None, None, None, None),
    ("both awaited, corrected, then paid", R + "06-10 fee_notice_sent; 06-11 correction_notice_sent; 06-16 corrected_application_received; 06-20 fee_paid", "running", "07-18", None, 20, None),
    ("late correction, then fee paid: one clock again",
     R + "06-13 correction_notice_sent; 06-16 corrected_application_received; 06-17 fee_notice_sent; 06-20 fee_paid", "running", "07-18", None, 20, None),
    # replied, closed
    ("replied freezes", R + "06-10 replied; 09-01 closed", "closed", "07-01", None, 15, None),
    ("replied late freezes", R + "07-03 replied", "replied", "07-01", None, -2, None),
    ("replied while suspended", R + "06-10 consultation_sent A; 06-11 consultation_delivered A; 06-20 replied", "replied", None, "07-23", 15, None),
    ("nothing after the reply", R + "06-10 replied; 06-11 extension_notified 5", "replied", "07-01", None, 15, "already_replied"),
    ("replied twice", R + "06-10 replied; 06-11 replied", "replied", "07-01", None, 15, "already_replied"),
    ("closed twice", R + "06-10 replied; 06-11 closed; 06-12 closed", "closed", "07-01", None, 15, "already_closed"),
    ("closing notice after a lapse", R + "06-10 fee_notice_sent; 06-11 fee_notice_delivered; 07-10 fee_lapsed; 07-11 closed", "closed", None, None, None, None),
    ("closed without a reply freezes", R + "06-10 closed; 06-12 replied", "closed", "07-01", None, 15, "already_closed"),
    # bad input
    ("before receipt", "06-03 consultation_sent A", "awaiting_confirmation", None, None, None, "step_before_receipt"),
    ("arrived, then a step", "06-03 arrived; 06-04 replied", "awaiting_confirmation", None, None, None, "step_before_receipt"),
    ("received twice", R + "06-04 received", "running", "07-01", None, 19, "already_received"),
    ("arrived after received", R + "06-04 arrived", "running", "07-01", None, 19, "already_received"),
    ("arrived twice", "06-03 arrived; 06-04 arrived", "awaiting_confirmation", None, None, None, "already_received"),
    ("out of date order", R + "06-02 extension_notified 5", "running", "07-01", None, 20, "out_of_date_order"),
    ("a refused step sets no date", R + "06-20 fee_paid; 06-10 extension_notified 10", "running", "07-15", None, 25, None),
    ("out of range", R + "2201-01-01 replied", "running", "07-01", None, 20, "date_out_of_range"),
    ("out of range first", "1899-12-31 received", "awaiting_confirmation", None, None, None, "date_out_of_range"),
    ("before the first Regulations", "2008-04-30 received", "awaiting_confirmation", None, None, None, "date_out_of_range"),
    ("consultation unknown", R + "06-10 consultation_answered A", "running", "07-01", None, 15, "consultation_unknown"),
    ("label used", R + "06-10 consultation_sent A; 06-10 consultation_answered A; 06-11 consultation_sent A", "running", "07-01", None, 14, "consultation_already_sent"),
    ("delivered twice", R + "06-10 consultation_sent A; 06-10 consultation_delivered A; 06-11 consultation_delivered A", "suspended", None, "07-22", 15, "consultation_already_delivered"),
    ("delivered, then undeliverable", R + "06-10 consultation_sent A; 06-10 consultation_delivered A; 06-11 consultation_undeliverable A", "suspended", None, "07-22", 15, "consultation_already_delivered"),
    ("answered twice", R + "06-10 consultation_sent A; 06-10 consultation_answered A; 06-11 consultation_answered A", "running", "07-01", None, 14, "consultation_already_ended"),
    ("correction delivered, never sent", R + "06-10 correction_notice_delivered 5", "running", "07-01", None, 15, "correction_not_open"),
    ("correction term 0", R + "06-10 correction_notice_sent; 06-10 correction_notice_delivered 0", "awaiting_correction", None, None, None, "term_out_of_range"),
    ("correction delivered twice", R + "06-10 correction_notice_sent; 06-10 correction_notice_delivered 5; 06-11 correction_notice_delivered 5", "awaiting_correction", None, None, None, "correction_already_delivered"),
    ("payment without notice", R + "06-10 fee_paid", "running", "07-01", None, 15, "fee_not_open"),
    ("fee notice twice", R + "06-10 fee_notice_sent; 06-11 fee_notice_sent", "awaiting_payment", None, None, None, "fee_already_notified"),
    ("fee notice after payment", R + "06-10 fee_notice_sent; 06-11 fee_paid; 06-12 fee_notice_sent", "running", "07-09", None, 19, "fee_already_notified"),
    ("fee lapse undelivered", R + "06-10 fee_notice_sent; 08-11 fee_lapsed", "awaiting_payment", None, None, None, "lapse_before_its_day"),
    ("reasons given, not asked", R + "06-10 reasons_given", "running", "07-01", None, 15, "reasons_not_requested"),
]


class Examples(unittest.TestCase):
    def test_examples(self):
        for example in load(EXAMPLES):
            with self.subTest(example["name"]):
                got = clock.evaluate(CAL, example["steps"])["steps"]
                self.assertEqual(len(got), len(example["expected"]))
                for g, e in zip(got, example["expected"]):
                    self.assertEqual({k: g[k] for k in e}, e)

    def test_the_example_of_api_md(self):
        got = run("05-06 received; 05-14 correction_notice_sent; 05-16 correction_notice_delivered 10; "
                  "05-29 corrected_application_received")
        self.assertEqual(got["steps"][0], {
            "on": "2025-05-06", "kind": "received", "accepted": True, "refusal": None, "status": "running",
            "due_on": "2025-06-04", "projected_due_on": None, "working_days_left": 20, "provisional": False,
            "other_duties": [{"kind": "correction_notice", "due_on": "2025-05-15", "article": "30"}]})
        self.assertEqual(got["ledger"][0], {"date": "2025-05-30", "counts": True, "number": 1,
                                            "reason": "working_day", "note": None})


class Table(unittest.TestCase):
    def test_table(self):
        for name, text, status, due, projected, left, code in TABLE:
            with self.subTest(name):
                last = run(text)["steps"][-1]
                full = lambda d: d if d is None or len(d) == 10 else "2025-" + d
                self.assertEqual(
                    (last["status"], last["due_on"], last["projected_due_on"], last["working_days_left"],
                     last["refusal"]["code"] if last["refusal"] else None),
                    (status, full(due), full(projected), left, code))
                self.assertEqual(last["accepted"], code is None)
                # only the last step of a line may be refused, except where the line is about that
                if name != "a refused step sets no date":
                    for entry in run(text)["steps"][:-1]:
                        self.assertTrue(entry["accepted"], entry)


class Details(unittest.TestCase):
    def test_provisional(self):
        for on, due, flag in [("2026-12-02", "2026-12-30", False), ("2026-12-03", "2026-12-31", False),
                              ("2026-12-04", "2027-01-04", True), ("2027-03-01", "2027-03-29", True)]:
            got = clock.evaluate(CAL, [{"on": on, "kind": "received"}])["steps"][0]
            self.assertEqual((got["due_on"], got["provisional"]), (due, flag))

    def test_year_without_a_notice(self):
        ledger = run("2027-04-26 received")["ledger"]
        off = [(r["date"], r["reason"], r["note"]) for r in ledger if r["reason"] == "holiday"]
        self.assertEqual(off, [("2027-05-01", "holiday", "劳动节"), ("2027-05-02", "holiday", "劳动节")])

    def test_projected_is_provisional(self):
        got = run("2026-12-01 received; 2026-12-07 consultation_sent A; 2026-12-08 consultation_delivered A")["steps"][-1]
        self.assertTrue(got["provisional"])
        got = run("2026-12-01 received; 2026-12-07 consultation_sent A")["steps"][-1]
        self.assertFalse(got["provisional"])

    def test_duties(self):
        def duties(text):
            return [(d["kind"], d["due_on"][5:], d["article"]) for d in run(text)["steps"][-1]["other_duties"]]
        self.assertEqual(duties("06-03 arrived"), [("confirm_receipt", "06-04", "31")])
        self.assertEqual(duties(R + "06-12 reasons_requested"), [("correction_notice", "06-12", "30")])
        self.assertEqual(duties(R + "06-13 reasons_requested"), [])
        self.assertEqual(duties(R + "06-09 correction_notice_sent"), [])
        self.assertEqual(duties(R + "06-09 correction_notice_sent; 06-10 correction_notice_delivered"),
                         [("answer_correction", "07-01", "30")])
        self.assertEqual(duties(R + "06-13 consultation_sent A; 06-13 consultation_sent B co_producing_agency; "
                                "06-13 consultation_sent C other_agency; 06-16 consultation_delivered C; "
                                "06-17 consultation_delivered A; 06-18 consultation_delivered B"),
                         [("answer_consultation", "07-08", "32"), ("answer_consultation", "07-09", "34"),
                          ("answer_consultation", "07-07", "33(3)")])
        self.assertEqual(duties(R + "06-20 fee_notice_sent"), [])
        self.assertEqual(duties(R + "06-10 fee_notice_sent; 06-11 fee_notice_delivered"),
                         [("correction_notice", "06-12", "30"), ("pay_fee", "07-09", "109号")])
        self.assertEqual(duties(R + "06-04 replied"), [])

    def test_ledger_of_a_consultation(self):
        ledger = run(R + "06-10 consultation_sent A; 06-12 consultation_sent B; 06-13 consultation_answered A; "
                     "06-16 consultation_answered B")["ledger"]
        rows = {r["date"][5:]: (r["counts"], r["number"], r["reason"], r["note"]) for r in ledger}
        self.assertEqual(ledger[0]["date"], "2025-06-04")
        self.assertEqual(ledger[-1]["date"], "2025-07-07")
        self.assertEqual(rows["06-10"], (True, 5, "working_day", None))
        self.assertEqual(rows["06-11"], (False, None, "consultation", "A"))
        self.assertEqual(rows["06-13"], (False, None, "consultation", "A、B"))
        self.assertEqual(rows["06-14"], (False, None, "weekend", None))
        self.assertEqual(rows["06-16"], (False, None, "consultation", "B"))
        self.assertEqual(rows["06-17"], (True, 6, "working_day", None))
        self.assertEqual(rows["07-07"], (True, 20, "working_day", None))

    def test_ledger_make_up_day_and_holiday(self):
        rows = {r["date"]: r for r in run("2025-09-22 received")["ledger"]}
        self.assertEqual(rows["2025-09-28"], {"date": "2025-09-28", "counts": True, "number": 5,
                                              "reason": "make_up_working_day", "note": "国庆节"})
        self.assertEqual(rows["2025-10-04"]["reason"], "holiday")      # a Saturday inside the holiday
        self.assertEqual(rows["2025-10-24"]["number"], 20)

    def test_ledger_empty_when_there_is_no_due_date(self):
        for text in ("06-03 arrived", R + "06-10 consultation_sent A", R + "06-10 correction_notice_sent",
                     R + "06-10 fee_notice_sent"):
            self.assertEqual(run(text)["ledger"], [])
        self.assertEqual(clock.evaluate(CAL, []), {"steps": [], "ledger": []})

    def test_ledger_postponed(self):
        ledger = run(R + "06-10 reasons_requested; 06-16 reasons_given; 06-30 reply_postponed 08-31")["ledger"]
        self.assertEqual((ledger[0]["date"], ledger[-1]["date"]), ("2025-06-04", "2025-08-31"))
        self.assertEqual(max(r["number"] or 0 for r in ledger), 63)

    def test_ledger_late_correction(self):
        ledger = run(R + "06-13 correction_notice_sent; 06-20 corrected_application_received")["ledger"]
        self.assertEqual((ledger[0]["date"], ledger[-1]["date"]), ("2025-06-04", "2025-07-01"))


class Properties(unittest.TestCase):
    COUNT = int(os.environ.get("CLOCK_HISTORIES", "3000"))

    def test_properties(self):
        calendar = clock.Calendar(CAL)
        for story in corpus.lines(calendar, 7, 0, self.COUNT):
            expected = story["expected"]
            self.assertEqual(clock.evaluate(calendar, story["steps"]), expected)
            before = None
            accepted = []
            extended = 0
            postponed = any(s["kind"] == "reply_postponed" and e["accepted"]
                            for s, e in zip(story["steps"], expected["steps"]))
            for step, entry in zip(story["steps"], expected["steps"]):
                if entry["due_on"] and not postponed:
                    self.assertTrue(calendar.working(date.fromisoformat(entry["due_on"]).toordinal()))
                if entry["accepted"]:
                    accepted.append(step)
                before = entry
            # refused steps change nothing: without them the accepted ones answer alike
            again = clock.evaluate(calendar, accepted)["steps"]
            self.assertEqual(again, [e for e in expected["steps"] if e["accepted"]])
            ledger = expected["ledger"]
            if ledger and not postponed:
                self.assertEqual(ledger[-1]["date"], before["due_on"])
                self.assertTrue(ledger[-1]["counts"])
                base = 15 if [s for s in accepted if s["kind"] == "received"][0]["on"] < "2019-05-15" else 20
                extensions = [s["working_days"] for s in accepted if s["kind"] == "extension_notified"]
                self.assertIn(ledger[-1]["number"], [base] + [base + x for x in extensions])
            self.assertEqual(bool(ledger), bool(before and before["due_on"]))

    def test_later_receipt_never_earlier(self):
        calendar = clock.Calendar(CAL)
        last = ""
        for d in range(date(2019, 5, 15).toordinal(), date(2027, 12, 31).toordinal()):
            due = clock.evaluate(calendar, [{"on": clock.iso(d), "kind": "received"}])["steps"][0]["due_on"]
            self.assertLessEqual(last, due)
            last = due


if __name__ == "__main__":
    unittest.main()
