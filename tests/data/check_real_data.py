#!/usr/bin/env python3
"""Figures of the three public data sets, from the raw files alone.

    check_real_data.py FOLDER

Prints JSON. Files are recognised by their header, whatever their name, gzipped or not. Needs only
the standard library and shares no code with the product: imports and reports must come to the same
numbers.
"""

import collections
import csv
import datetime
import gzip
import io
import json
import math
import pathlib
import sys
from fractions import Fraction


def read(path):
    """The rows of a CSV file as dictionaries."""
    raw = path.read_bytes()
    if raw[:2] == b"\x1f\x8b":
        raw = gzip.decompress(raw)
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def percentile(seconds, share):
    """Type 7 (linear interpolation), rounded half up to the second; exact arithmetic."""
    ordered = sorted(seconds)
    if not ordered:
        return None
    place = Fraction(share) * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    value = ordered[below] + (place - below) * (ordered[above] - ordered[below])
    return math.floor(value + Fraction(1, 2))


def spread(seconds):
    """Count, mean, median and p90 of durations."""
    if not seconds:
        return {"count": 0, "mean": None, "median": None, "p90": None}
    return {
        "count": len(seconds),
        "mean": math.floor(Fraction(sum(seconds), len(seconds)) + Fraction(1, 2)),
        "median": percentile(seconds, Fraction(1, 2)),
        "p90": percentile(seconds, Fraction(9, 10)),
    }


def counts(values):
    """How often each value occurs, by name."""
    return dict(sorted(collections.Counter(values).items()))


def incidents(rows):
    """The incident log: one row per update, in file order within an incident."""
    over = {"Resolved", "Closed"}
    held = {"Awaiting Problem", "Awaiting Vendor", "Awaiting Evidence"}

    def instant(text):
        return datetime.datetime.strptime(text, "%d-%m-%Y %H:%M")

    tickets = collections.OrderedDict()
    for row in rows:
        tickets.setdefault(row["number"], []).append(row)

    reopened = 0
    reopenings = 0
    resolution_seconds = []
    resolved_months = []
    opened_months = []
    events = 0
    warned = {"event_before_opened": set(), "resolved_at_differs": set()}
    line_of = {id(row): line for line, row in enumerate(rows, start=2)}
    for log in tickets.values():
        opened = instant(log[0]["opened_at"])
        opened_months.append(opened.strftime("%Y-%m"))
        state, resolved, resolved_row, left = "New", None, None, 0
        for row in log:
            at = instant(row["sys_updated_at"])
            if at < opened:
                warned["event_before_opened"].add(line_of[id(row)])
            after = row["incident_state"]
            if after in held and state in held or after == state:
                state = after
                continue
            events += 1
            if after in over and state not in over:
                resolved, resolved_row = at, row
            if state in over and after not in over:
                left += 1
            state = after
        stated = [row["resolved_at"] for row in log if row["resolved_at"] != "?"]
        if resolved and stated and instant(stated[-1]) != resolved:
            warned["resolved_at_differs"].add(line_of[id(resolved_row)])
        reopened += left > 0
        reopenings += left
        if resolved and state in over:
            resolution_seconds.append(int((resolved - opened).total_seconds()))
            resolved_months.append(resolved.strftime("%Y-%m"))
    rows_with_warnings = warned["event_before_opened"] | warned["resolved_at_differs"]
    return {
        "rows": len(rows),
        "tickets": len(tickets),
        "events": events,
        "by_priority": counts(log[-1]["priority"] for log in tickets.values()),
        "by_team": counts(
            next((row["assignment_group"] for row in reversed(log) if row["assignment_group"] != "?"), "?")
            for log in tickets.values()
        ),
        "by_last_state": counts(log[-1]["incident_state"] for log in tickets.values()),
        "created_per_month": counts(opened_months),
        "resolved_per_month": counts(resolved_months),
        "reopened": reopened,
        "reopenings": reopenings,
        "share_reopened": reopened / len(tickets),
        "resolution_seconds": spread(resolution_seconds),
        "warnings": {code: len(lines) for code, lines in warned.items()},
        "imported": len(rows) - len(rows_with_warnings),
        "with_warnings": len(rows_with_warnings),
        "rejected": 0,
    }


def complaints(rows):
    """The complaints: one row per ticket, days only."""
    for row in rows:
        for column in ("opendate", "closedate"):
            if row[column]:
                datetime.date.fromisoformat(row[column])
    keys = {row["unique_key"] for row in rows}
    return {
        "rows": len(rows),
        "tickets": len(keys),
        "imported": len(rows),
        "with_warnings": sum(1 for row in rows if row["closedate"] and row["closedate"] < row["opendate"]),
        "rejected": len(rows) - len(keys),
        "open": sum(1 for row in rows if not row["closedate"]),
        "without_category": sum(1 for row in rows if not row["complaint_type"].strip()),
        "created_per_month": counts(row["opendate"][:7] for row in rows),
        "resolved_per_month": counts(row["closedate"][:7] for row in rows if row["closedate"]),
        "by_type": counts(row["complaint_type"].strip() for row in rows),
        "by_office": counts(row["account"] for row in rows),
    }


def rated_tickets(rows):
    """The rated tickets: one row per ticket, all opened at one assumed instant."""
    opened = datetime.datetime(2023, 5, 31)

    def seconds(text):
        return int((datetime.datetime.strptime(text, "%Y-%m-%d %H:%M") - opened).total_seconds())

    contradicting = 0
    response, resolution = [], []
    for row in rows:
        responded, resolved = seconds(row["First_Response_Time"]), seconds(row["Time_to_Resolution"])
        if resolved < responded:
            contradicting += 1
        else:
            response.append(responded)
            resolution.append(resolved)
    names = collections.defaultdict(set)
    for row in rows:
        names[row["Customer_Email"].lower()].add(row["Customer_Name"])
    scores = [int(row["Customer_Satisfaction_Rating"]) for row in rows]
    return {
        "rows": len(rows),
        "imported": len(rows) - contradicting,
        "with_warnings": contradicting,
        "rejected": 0,
        "customers": len(names),
        "addresses_with_another_name": sum(1 for called in names.values() if len(called) > 1),
        "by_priority": counts(row["Ticket_Priority"] for row in rows),
        "by_channel": counts(row["Ticket_Channel"] for row in rows),
        "by_type": counts(row["Ticket_Type"] for row in rows),
        "by_score": counts(str(score) for score in scores),
        "mean_score": sum(scores) / len(scores),
        "share_satisfied": sum(1 for score in scores if score >= 4) / len(scores),
        "first_response_seconds": spread(response),
        "resolution_seconds": spread(resolution),
    }


FILES = {
    ("number", "incident_state"): ("uci_incidents", incidents),
    ("unique_key", "account"): ("nyc_complaints", complaints),
    ("Ticket_ID", "Customer_Name"): ("rated_tickets", rated_tickets),
}


def main():
    """Finds the files in the folder and prints what they come to."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    found = {}
    for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
        if not path.name.endswith((".csv", ".csv.gz")):
            continue
        rows = read(path)
        known = FILES.get(tuple(rows[0])[:2]) if rows else None
        if known:
            name, figures = known
            found[name] = figures(rows)
    print(json.dumps(found, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
