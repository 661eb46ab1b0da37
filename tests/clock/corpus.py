"""Seeded random histories with the oracle's answers, one JSON object a line.

    python3 corpus.py --seed 1 --count 20000 | gzip -9n > corpus.ndjson.gz
    python3 corpus.py --seed 1 --start 500000 --count 500000     # second half of a million

Line i of seed S depends on (S, i) only, so a range can be cut among processes
and a single failing line can be made again with --start i --count 1.
"""

import argparse
import json
import os
import random
import sys
from datetime import date

from clock import Calendar, Case, CONSULTATION_DAYS, iso

FROM = date(2018, 1, 1).toordinal()
TO = date(2027, 12, 31).toordinal()
LABELS = ["A", "B", "C", "D"]
PARTIES = ["third_party", "co_producing_agency", "other_agency"]
KINDS = [
    "arrived", "received", "correction_notice_sent", "correction_notice_delivered",
    "corrected_application_received", "correction_lapsed", "consultation_sent",
    "consultation_delivered", "consultation_answered", "consultation_undeliverable",
    "consultation_lapsed", "extension_notified", "fee_notice_sent", "fee_notice_delivered",
    "fee_paid", "fee_lapsed", "reasons_requested", "reasons_given", "reply_postponed",
    "replied", "closed",
]


HERE = os.path.dirname(os.path.abspath(__file__))
CALENDAR = os.path.join(HERE, "..", "..", "src", "rules", "data", "calendar-cn.json")


class Story:
    """One history being told; knows the case so that most steps make sense."""

    def __init__(self, rng, calendar):
        self.rng = rng
        self.cal = calendar
        self.case = Case(calendar)
        self.steps = []
        self.entries = []
        self.cursor = None
        # what this history is mostly about
        self.theme = rng.choice(["plain", "correction", "correction", "consultation",
                                 "consultation", "consultation", "fee", "reasons", "mixed", "mixed"])

    def chance(self, p):
        return self.rng.random() < p

    def put(self, on, kind, **more):
        step = {"on": iso(on), "kind": kind}
        step.update(more)
        self.steps.append(step)
        self.entries.append(self.case.step(step))
        if self.entries[-1]["accepted"]:
            self.cursor = on

    def begin(self):
        rng = self.rng
        r = rng.random()
        if r < 0.05:
            start = date(2019, 5, 15).toordinal() + rng.randrange(-45, 20)
        elif r < 0.12:
            start = date(rng.randrange(2018, 2028), 12, 1).toordinal() + rng.randrange(-10, 31)
        elif r < 0.20:
            start = date(rng.randrange(2018, 2028), rng.choice([1, 4, 9]), 1).toordinal() + rng.randrange(0, 30)
        else:
            start = FROM + rng.randrange(0, TO - FROM + 1)
        start = min(max(start, FROM), TO)
        if self.chance(0.75) and not self.cal.working(start):
            while not self.cal.working(start) and start < TO:
                start += 1
        if self.chance(0.04):
            self.random_step(start - rng.randrange(0, 4))
        if self.chance(0.20):
            arrived = start - rng.randrange(0, 8)
            self.put(arrived, "arrived")
            if self.chance(0.06):
                self.random_step(arrived)
            if self.chance(0.04):
                return                          # never confirmed
        self.put(start, "received")

    # ---- dates -----------------------------------------------------------------

    def anchors(self):
        case = self.case
        found = []
        last = self.entries[-1]
        for key in ("due_on", "projected_due_on"):
            if last[key]:
                found.append(date.fromisoformat(last[key]).toordinal())
        for d in last["other_duties"]:
            found.append(date.fromisoformat(d["due_on"]).toordinal())
        for c in case.consultations.values():
            if not c.ended_by_record():
                found.append(self.cal.nth_working_day_after(
                    c.sent if c.delivered is None else c.delivered, CONSULTATION_DAYS))
        return [a for a in found if a + 1 >= self.cursor]

    def next_date(self):
        rng = self.rng
        r = rng.random()
        if r < 0.20:
            return self.cursor
        if r < 0.55:
            return self.cursor + rng.randrange(1, 7)
        if r < 0.68:
            return self.cursor + rng.randrange(7, 26)
        if r < 0.955:
            anchors = self.anchors()
            if anchors:
                return max(rng.choice(anchors) + rng.choice([-2, -1, 0, 0, 0, 1, 1, 2, 3]), self.cursor)
            return self.cursor + rng.randrange(1, 12)
        if r < 0.97:
            return self.cursor + rng.randrange(25, 90)
        if r < 0.996:
            return self.cursor - rng.randrange(1, 12)
        return rng.choice([date(1899, 12, 31), date(1900, 1, 1), date(2201, 1, 1),
                           date(2199, 6, 3)]).toordinal()

    def near(self, day):
        return max(day + self.rng.choice([-1, 0, 0, 1, 1, 1, 2, 5]), self.cursor)

    # ---- steps ------------------------------------------------------------------

    def some_label(self, want=None):
        """A label; mostly one whose consultation satisfies `want`."""
        good = [c.label for c in self.case.consultations.values() if want is None or want(c)]
        if good and self.chance(0.95):
            return self.rng.choice(good)
        return self.rng.choice(LABELS)

    def new_label(self):
        free = [x for x in LABELS if x not in self.case.consultations]
        if free and self.chance(0.97):
            return free[0]
        return self.rng.choice(LABELS)

    def make(self, on, kind):
        rng = self.rng
        case = self.case
        more = {}
        if kind == "correction_notice_delivered":
            if not self.chance(0.1):
                more["answer_within_working_days"] = rng.choice([5, 7, 10, 10, 15, 15, 20, 1, rng.randrange(1, 31)])
            if self.chance(0.01):
                more["answer_within_working_days"] = 0
        elif kind == "correction_lapsed":
            if case.correction and case.correction.term and self.chance(0.8):
                on = self.near(case.correction.term)
        elif kind == "fee_lapsed":
            if case.fee and case.fee.term and self.chance(0.8):
                on = self.near(case.fee.term)
        elif kind == "consultation_sent":
            more["consultation"] = self.new_label()
            more["party"] = rng.choice(PARTIES)
        elif kind == "consultation_delivered":
            more["consultation"] = self.some_label(lambda c: c.delivered is None and not c.ended_by_record())
        elif kind == "consultation_undeliverable":
            more["consultation"] = self.some_label(lambda c: c.delivered is None and not c.ended_by_record())
        elif kind == "consultation_answered":
            more["consultation"] = self.some_label(lambda c: c.answered is None and c.undeliverable is None)
        elif kind == "consultation_lapsed":
            label = more["consultation"] = self.some_label(lambda c: not c.ended_by_record())
            if label in case.consultations and self.chance(0.8):
                on = self.near(case.cap(case.consultations[label]))
        elif kind == "extension_notified":
            more["working_days"] = rng.choice([1, 5, 10, 15, 20, 20, rng.randrange(1, 21)])
            if self.chance(0.06):
                more["working_days"] = rng.choice([0, 21, 16, 100, -1])
            if self.entries and self.entries[-1]["due_on"] and self.chance(0.35):
                on = max(date.fromisoformat(self.entries[-1]["due_on"]).toordinal()
                         + rng.choice([-1, 0, 0, 0, 1]), self.cursor)
        elif kind == "reply_postponed":
            last = self.entries[-1] if self.entries else {"due_on": None, "projected_due_on": None}
            base = last["due_on"] or last["projected_due_on"]
            base = date.fromisoformat(base).toordinal() if base and self.chance(0.9) else on
            until = base + rng.choice([0, 1, 1, 7, 14, 30, rng.randrange(-5, 61)])
            if self.chance(0.004):
                until = date(2201, 1, 1).toordinal()
            more["until"] = iso(until)
        self.put(on, kind, **more)

    def random_step(self, on=None):
        if self.cursor is None:
            self.cursor = on
        self.make(self.cursor if on is None else on, self.rng.choice(KINDS))

    def plausible(self):
        """[(kind, weight)] as the case stands."""
        case = self.case
        w = []
        theme = self.theme
        mixed = theme == "mixed"
        if case.received is None:
            return [("received", 10), ("arrived", 1)]
        if case.closed_on is not None:
            return [("closed", 3), ("replied", 1), ("corrected_application_received", 1), ("fee_paid", 1)]
        if case.replied_on is not None:
            return [("closed", 5), ("consultation_answered", 1), ("replied", 1)]
        status = self.entries[-1]["status"]
        c = case.correction
        if c is None:
            w.append(("correction_notice_sent", 9 if theme == "correction" else 3 if mixed else 0.3))
        elif c.open():
            if c.delivered is None:
                w.append(("correction_notice_delivered", 12))
                w.append(("correction_lapsed", 0.3))
            else:
                w.append(("correction_lapsed", 4))
            w.append(("corrected_application_received", 8 if c.delivered else 2))
        else:
            w.append(("correction_notice_sent", 0.4))
        live = [x for x in case.consultations.values() if not x.ended_by_record()]
        w.append(("consultation_sent", (6 if theme == "consultation" else 3 if mixed else 0.5)
                  if len(case.consultations) < 4 and status != "overdue" else 0.4))
        for x in live:
            if x.delivered is None:
                w.append(("consultation_delivered", 10))
                w.append(("consultation_undeliverable", 1.5))
                w.append(("consultation_answered", 0.7))
                w.append(("consultation_lapsed", 1))
            else:
                w.append(("consultation_answered", 4))
                w.append(("consultation_lapsed", 2.5))
        if any(x.lapsed is not None and x.answered is None for x in case.consultations.values()):
            w.append(("consultation_answered", 1.2))
        waiting = status in ("awaiting_payment", "awaiting_correction")
        w.append(("extension_notified", 0.3 if case.clock.extended or waiting or status == "overdue" else 2.5))
        f = case.fee
        if f is None:
            w.append(("fee_notice_sent", 6 if theme == "fee" else 1.5 if mixed else 0.3))
        elif f.open():
            if f.delivered is None:
                w.append(("fee_notice_delivered", 8))
                w.append(("fee_paid", 1))
            else:
                w.append(("fee_paid", 6))
                w.append(("fee_lapsed", 3))
        else:
            w.append(("fee_notice_sent", 0.3))
        if case.reasons_requested is None:
            w.append(("reasons_requested", 6 if theme == "reasons" else 1 if mixed else 0.2))
        elif case.reasons_given is None:
            w.append(("reasons_given", 9))
            w.append(("reply_postponed", 0.5))
        else:
            w.append(("reply_postponed", 7 if case.clock.postponed_to is None and status in ("running", "suspended") else 0.4))
        w.append(("replied", 0.9))
        w.append(("closed", 0.2))
        return w

    def pick(self):
        options = self.plausible()
        r = self.rng.random() * sum(weight for _, weight in options)
        for kind, weight in options:
            r -= weight
            if r < 0:
                return kind
        return options[-1][0]

    def tell(self):
        self.begin()
        length = self.rng.choice([0, 1, 2, 3, 4, 5, 6, 6, 7, 7, 8, 9, 10, 12, 14])
        after_end = 0
        while length > 0:
            length -= 1
            on = self.next_date()
            if self.chance(0.05):
                self.make(on, self.rng.choice(KINDS))
            else:
                self.make(on, self.pick())
            if self.case.closed_on is not None or self.case.replied_on is not None:
                after_end += 1
                if after_end > 1 and self.chance(0.6):
                    break
        expected = {"steps": self.entries, "ledger": self.case.ledger(self.case.as_of)}
        return {"steps": self.steps, "expected": expected}


def fnv1a64(text):
    h = 0xcbf29ce484222325
    for byte in text.encode("utf-8"):
        h = ((h ^ byte) * 0x100000001b3) & 0xffffffffffffffff
    return "%016x" % h


def compact(story):
    """For a corpus to check in: entries without the echo, the ledger as
    [number of rows, FNV-1a 64 of the rows], a row being "date,number or -,reason,note or -\\n"."""
    expected = story["expected"]
    rows = "".join("%s,%s,%s,%s\n" % (r["date"], "-" if r["number"] is None else r["number"], r["reason"],
                                       "-" if r["note"] is None else r["note"])
                   for r in expected["ledger"])
    return {"steps": story["steps"], "expected": {
        "steps": [{k: v for k, v in e.items() if k not in ("on", "kind")} for e in expected["steps"]],
        "ledger": [len(expected["ledger"]), fnv1a64(rows)]}}


def lines(calendar, seed, start, count):
    rng = random.Random()
    for i in range(start, start + count):
        rng.seed("%d:%d" % (seed, i))
        yield Story(rng, calendar).tell()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--count", type=int, default=20000)
    parser.add_argument("--calendar")
    args = parser.parse_args()
    with open(args.calendar or CALENDAR, encoding="utf-8") as f:
        calendar = Calendar(json.load(f))
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    out = open(sys.stdout.fileno(), "w", encoding="utf-8", newline="\n", closefd=False)
    for story in lines(calendar, args.seed, args.start, args.count):
        out.write(encode(compact(story)))
        out.write("\n")
    out.flush()


if __name__ == "__main__":
    main()
