#!/usr/bin/env python3
"""A CRM of its own that stays in step with Rapport, through the public API alone.

It loads its customers, changes them on both sides, loses answers and a day, and shows at the end
that both sides hold the same. Standard library only.

    RAPPORT=http://127.0.0.1:8080 RAPPORT_PASSWORD=… RAPPORT_REHEARSAL_CUSTOMERS=20000 \\
        python3 tests/rehearsal/crm.py

RAPPORT_USER (admin), RAPPORT_REHEARSAL_CHANGES (a quarter of the customers), RAPPORT_REHEARSAL_SEED (1) and
RAPPORT_REHEARSAL_STORE (the CRM's database, in memory without it) can be set, too.
"""

import http.client
import json
import os
import random
import sqlite3
import sys
import time
import urllib.parse
import uuid

SOURCE = "crm"
MEMBERS = ["kind", "name", "nature", "industry", "job_title", "phones", "emails", "address", "region",
           "birthday_on", "source_channel", "owner_id", "lifecycle", "tags", "note", "external_ids"]
# Where both sides have changed the same member, the CRM wins for these and Rapport for the rest.
OURS = {"name", "phones", "emails", "address"}
EDITED = ["name", "phones", "emails", "address", "region", "tags", "note", "job_title"]
BATCH = 500
ROUNDS = 10
TRIES = 12


class Lost(Exception):
    """No answer came."""


class Api:
    """One caller. With `drops` it loses that share of its connections, before or after the effect."""

    def __init__(self, address, token=None, chance=None, drops=0.0):
        address = address if "//" in address else "http://" + address
        parts = urllib.parse.urlsplit(address)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self.open = lambda: kind(parts.netloc, timeout=60)
        self.connection = self.open()
        self.token = token
        self.chance = chance or random.Random(0)
        self.drops = drops
        self.lost = self.replayed = 0

    def once(self, method, path, body, headers):
        is_dropped = self.chance.random() < self.drops
        try:
            self.connection.request(method, "/api/v1" + path, body, headers)
            if is_dropped:
                raise Lost("the connection is gone before the answer")
            answer = self.connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException, Lost) as error:
            self.connection.close()
            self.connection = self.open()
            self.lost += 1
            raise Lost(str(error)) from error
        heads = {name.lower(): value for name, value in answer.getheaders()}
        self.replayed += heads.get("idempotency-replayed") == "true"
        return answer.status, json.loads(content) if content else None, heads

    def send(self, method, path, body=None, seen=None, key=None, expected=(200, 201, 204, 207)):
        """Sends until it is answered. A POST has a key, so that it is done once."""
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if self.token:
            headers["Authorization"] = "Bearer " + self.token
        if seen is not None:
            headers["If-Match"] = f'"{seen}"'
        if method == "POST" and self.token:
            headers["Idempotency-Key"] = key or str(uuid.uuid4())
        text = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        wait = 0.05
        for _ in range(TRIES):
            try:
                status, content, heads = self.once(method, path, text, headers)
            except Lost:
                status, content, heads = 0, None, {}
            code = (content or {}).get("code")
            is_busy = status in (408, 429, 500, 503) or code == "request_in_progress"
            if status and not is_busy:
                if status not in expected:
                    raise SystemExit(f"{method} {path}: {status} {json.dumps(content, ensure_ascii=False)}")
                return status, content, heads
            if is_busy:
                time.sleep(float(heads.get("retry-after", wait)) * (1 + self.chance.random() / 4))
                wait = min(wait * 2, 60)
        raise SystemExit(f"{method} {path}: no answer after {TRIES} tries")

    def get(self, path):
        return self.send("GET", path)[1]


def agreed(base, mine, theirs):
    """What both sides hold from now on, member by member, and how many both have changed."""
    merged, both = {}, 0
    for name in MEMBERS:
        was, own, other = base.get(name), mine.get(name), theirs.get(name)
        if own == was or own == other:
            merged[name] = other
        elif other == was:
            merged[name] = own
        else:
            both += 1
            merged[name] = own if name in OURS else other
    return merged, both


def difference(base, mine):
    return {name: mine.get(name) for name in MEMBERS if mine.get(name) != base.get(name)}


def of_record(record):
    return {name: record.get(name) for name in MEMBERS}


class Crm:
    """The store: what was last common with Rapport (`base`) and what the CRM holds (`mine`)."""

    def __init__(self, path):
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.executescript("""
            CREATE TABLE customer (key TEXT PRIMARY KEY, id TEXT UNIQUE, version INTEGER,
                base TEXT NOT NULL, mine TEXT NOT NULL, gone INTEGER NOT NULL DEFAULT 0, merged_into TEXT);
            CREATE TABLE request (key TEXT PRIMARY KEY, path TEXT NOT NULL, body TEXT NOT NULL);
            CREATE TABLE number (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
        """)

    def __enter__(self):
        self.db.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind, *_):
        self.db.execute("ROLLBACK" if kind else "COMMIT")

    def rows(self, where, *values):
        query = f"SELECT key, id, version, base, mine, gone, merged_into FROM customer WHERE {where}"
        return [(key, id, version, json.loads(base), json.loads(mine), gone, into)
                for key, id, version, base, mine, gone, into in self.db.execute(query, values)]

    def by_id(self, id):
        return next(iter(self.rows("id = ?", id)), None)

    def keep(self, key, id, version, base, mine):
        self.db.execute(
            "INSERT INTO customer VALUES (?, ?, ?, ?, ?, 0, NULL) ON CONFLICT (key) DO UPDATE SET id = excluded.id,"
            " version = excluded.version, base = excluded.base, mine = excluded.mine, gone = 0, merged_into = NULL",
            (key, id, version, json.dumps(base), json.dumps(mine)))

    def remove(self, id, version, into):
        self.db.execute("UPDATE customer SET gone = 1, version = ?, mine = base, merged_into = ? WHERE id = ?",
                        (version, into, id))

    @property
    def after(self):
        return self.db.execute("SELECT value FROM number WHERE name = 'after'").fetchone()[0]

    @after.setter
    def after(self, value):
        self.db.execute("INSERT OR REPLACE INTO number VALUES ('after', ?)", (value,))


class Rehearsal:
    """The CRM (`api`, which loses connections) and the staff of Rapport (`staff`)."""

    def __init__(self, api, staff, crm, chance):
        self.api, self.staff, self.crm, self.chance = api, staff, crm, chance
        self.counts = dict.fromkeys(["loaded", "ours", "theirs", "made", "stale", "both", "entries", "deleted",
                                     "removed", "merged", "undone"], 0)

    def person(self, number):
        surname, given = self.chance.choice("王李张刘陈杨赵黄周吴"), self.chance.choice("伟芳娜敏静丽强磊军洋")
        return {"kind": "person", "name": f"{surname}{given}{number}", "nature": None, "industry": None,
                "job_title": None, "phones": [f"+86138{number:08}"], "emails": [f"c{number}@example.com"],
                "address": None, "region": self.chance.choice(["上海", "北京", "广州"]), "birthday_on": "1990-01-31",
                "source_channel": None, "owner_id": None, "lifecycle": "active", "tags": ["rehearsal"],
                "note": None, "external_ids": [{"source": SOURCE, "id": f"C-{number}"}]}

    def value(self, name):
        number = self.chance.randrange(10**8)
        return {"phones": [f"+86139{number:08}"], "emails": [f"e{number}@example.com"], "tags": [f"t{number}", "rehearsal"]}.get(name, f"{name} {number}")

    def batch(self, items):
        """Sends a batch by a key that is stored before."""
        key, body = str(uuid.uuid4()), {"mode": "each", "items": items}
        with self.crm:
            self.crm.db.execute("INSERT INTO request VALUES (?, ?, ?)", (key, "/customers/batch", json.dumps(body)))
        results = self.api.send("POST", "/customers/batch", body, key=key)[1]["results"]
        return key, results

    def load(self, customers):
        with self.crm:
            self.crm.after = self.api.get("/changes")["next_after"]
            for number in range(customers):
                self.crm.keep(f"C-{number}", None, None, {}, self.person(number))
        waiting = self.crm.rows("id IS NULL")
        for start in range(0, len(waiting), BATCH):
            part = waiting[start:start + BATCH]
            items = []
            for row in part:
                data = {name: value for name, value in row[4].items() if value is not None and name != "external_ids"}
                items.append({"ref": row[0], "external_id": {"source": SOURCE, "id": row[0]}, "data": data})
            key, results = self.batch(items)
            with self.crm:
                for row, result in zip(part, results, strict=True):
                    assert result["ref"] == row[0] and result["status"] == 201, result
                    self.crm.keep(row[0], result["id"], result["version"], row[4], row[4])
                    self.counts["loaded"] += 1
                self.crm.db.execute("DELETE FROM request WHERE key = ?", (key,))

    def staff_change(self, id, name=None):
        record = self.staff.get(f"/customers/{id}")
        name = name or self.chance.choice(EDITED)
        self.staff.send("PATCH", f"/customers/{id}", {name: self.value(name)}, record["version"])
        self.counts["theirs"] += 1

    def change(self, row, name=None):
        name = name or self.chance.choice(EDITED)
        with self.crm:
            self.crm.keep(row[0], row[1], row[2], row[3], {**row[4], name: self.value(name)})
        self.counts["ours"] += 1

    def push(self):
        """Sends what the CRM has changed, each on the version it is based on."""
        dirty = [row for row in self.crm.rows("gone = 0 AND id IS NOT NULL AND base <> mine") if difference(row[3], row[4])]
        for start in range(0, len(dirty), BATCH):
            part = dirty[start:start + BATCH]
            items = [{"ref": row[0], "id": row[1], "version": row[2], "data": difference(row[3], row[4])} for row in part]
            key, results = self.batch(items)
            self.note(key, items, results)

    def note(self, key, items, results):
        """Stores what became of the items of a push; the request is done with."""
        stale = []
        with self.crm:
            for item, result in zip(items, results, strict=True):
                row = self.crm.by_id(item["id"])
                if result["status"] == 412:
                    stale.append(row)
                elif result["status"] in (404, 409):
                    pass  # A record that is gone meanwhile is told by the change log.
                else:
                    assert result["status"] == 200, result
                    common = {**row[3], **item["data"]}
                    self.crm.keep(row[0], row[1], result["version"], common, row[4])
            self.crm.db.execute("DELETE FROM request WHERE key = ?", (key,))
        for row in stale:
            self.resolve(row)

    def remove(self, row):
        """The CRM deletes a customer. Sent again after a lost answer it is gone already."""
        self.api.send("DELETE", f"/customers/{row[1]}", seen=row[2], expected=(204, 404))
        with self.crm:
            self.crm.remove(row[1], row[2] + 1, None)
        self.counts["removed"] += 1

    def crash(self):
        """The CRM dies between sending and storing the answer, and sends what it finds again."""
        row = self.alive()[0]
        self.change(row)
        row = self.crm.by_id(row[1])
        item = {"ref": row[0], "id": row[1], "version": row[2], "data": difference(row[3], row[4])}
        _, first = self.batch([item])
        for key, path, body in self.crm.db.execute("SELECT key, path, body FROM request").fetchall():
            body = json.loads(body)
            results = self.api.send("POST", path, body, key=key)[1]["results"]
            assert results == first, "the second answer is another"
            self.note(key, body["items"], results)
        assert self.api.get(f"/customers/{row[1]}")["version"] == row[2] + 1, "done twice"

    def resolve(self, row):
        """Reads again, decides member by member and sends anew until nobody was faster."""
        key, id, _, base, mine, _, _ = row
        self.counts["stale"] += 1
        while True:
            record = self.api.get(f"/customers/{id}")
            merged, both = agreed(base, mine, of_record(record))
            self.counts["both"] += both
            wanted = difference(of_record(record), merged)
            if wanted:
                status, record, _ = self.api.send("PATCH", f"/customers/{id}", wanted, record["version"], expected=(200, 412))
                if status == 412:
                    continue
            with self.crm:
                self.crm.keep(key, id, record["version"], of_record(record), of_record(record))
            return

    def follow(self):
        """Takes over the change log; the number is stored with what was made of the page."""
        told = 0
        while True:
            page = self.api.get(f"/changes?entity=customer&limit=500&after={self.crm.after}")
            with self.crm:
                for entry in page["data"]:
                    self.take_over(entry)
                self.crm.after = page["next_after"]
            told += len(page["data"])
            if page["end_of_stream"]:
                self.counts["entries"] += told
                return told

    def take_over(self, entry):
        row = self.crm.by_id(entry["id"])
        if row and row[2] is not None and row[2] >= entry["version"]:
            return
        if entry["op"] != "upsert":
            if row:
                self.crm.remove(entry["id"], entry["version"], (entry["after"] or {}).get("merged_into"))
            return
        if row is None or row[5] or entry["entered_scope"] or row[2] + 1 != entry["version"]:
            status, record, _ = self.api.send("GET", f"/customers/{entry['id']}", expected=(200, 301, 404))
            if status != 200:
                return  # It is gone again: an entry further on tells it.
            key = row[0] if row else record["id"]
            self.crm.keep(key, record["id"], record["version"], of_record(record), of_record(record))
            return
        key, id, _, base, mine, _, _ = row
        theirs = {**base, **{name: value for name, value in (entry["after"] or {}).items() if name in MEMBERS}}
        merged, both = agreed(base, mine, theirs)
        self.counts["both"] += both
        self.crm.keep(key, id, entry["version"], theirs, merged)

    def alive(self):
        return self.crm.rows("gone = 0 AND id IS NOT NULL ORDER BY key")

    def both_ways(self, changes):
        for number in range(ROUNDS):
            rows = self.alive()
            half = max(1, changes // ROUNDS // 2)
            # The first of them are changed on both sides before either has heard of the other.
            for row in self.chance.sample(rows, min(half, len(rows))):
                self.staff_change(row[1])
            for row in self.chance.sample(rows, min(half, len(rows))):
                self.change(self.crm.by_id(row[1]))
            # And one of them in the same member, so that each round has a conflict to decide.
            row, name = rows[number % len(rows)], EDITED[number % len(EDITED)]
            self.staff_change(row[1], name)
            self.change(self.crm.by_id(row[1]), name)
            self.push()
            self.follow()
        assert min(self.counts["stale"], self.counts["both"]) >= ROUNDS, "a conflict did not come about"

    def lost_day(self, few):
        """The connection stands still while the staff changes, makes, deletes and merges."""
        rows = self.chance.sample(self.alive(), few * 7)
        edited, deleted, removed, merges = rows[:few * 3], rows[few * 3:few * 4], rows[few * 4:few * 5], rows[few * 5:]
        for row in edited:
            self.staff_change(row[1])
        for row in edited[:few]:
            self.change(self.crm.by_id(row[1]))
        made = [self.staff.send("POST", "/customers", {"name": f"Walk-in {n}"})[1]["id"] for n in range(few)]
        self.counts["made"] += len(made)
        for row in deleted:
            version = self.staff.get(f"/customers/{row[1]}")["version"]
            self.staff.send("DELETE", f"/customers/{row[1]}", seen=version)
        pairs = []
        for survivor, other in zip(merges[::2], merges[1::2]):
            versions = [self.staff.get(f"/customers/{row[1]}")["version"] for row in (survivor, other)]
            body = {"other_id": other[1], "other_version": versions[1], "take": ["region"]}
            # By the connection that loses answers: a merge sent again is one merge.
            self.api.send("POST", f"/customers/{survivor[1]}/merge", body, versions[0])
            pairs.append((survivor[1], other[1]))
        for row in removed:
            self.remove(row)
        assert self.follow() > 0
        self.push()
        self.follow()
        for row in removed:
            assert self.crm.by_id(row[1])[5:] == (1, None), "a customer that the CRM removed is back"
        for row in deleted:
            assert self.crm.by_id(row[1])[5:] == (1, None), "a deletion was not seen"
            self.counts["deleted"] += 1
        for id in made:
            assert self.crm.by_id(id), "a new customer was not seen"
        for survivor, other in pairs:
            assert self.crm.by_id(other)[5:] == (1, survivor), "a merge was not seen"
            status, told, heads = self.api.send("GET", f"/customers/{other}", expected=(301,))
            assert told["merged_into"] == survivor and heads["location"].endswith(survivor), (status, told, heads)
            self.counts["merged"] += 1
        return pairs

    def undo(self, pairs):
        """Half of the merges are undone: what was two records is two again on both sides."""
        for survivor, other in pairs[::2]:
            merge = self.staff.get(f"/customers/{survivor}/merges")["data"][0]
            assert merge["other"]["id"] == other and merge["undone_at"] is None, merge
            version = self.staff.get(f"/customers/{survivor}")["version"]
            self.api.send("POST", f"/customers/{survivor}/merges/{merge['id']}/undo", seen=version)
            self.counts["undone"] += 1
        self.follow()
        for _, other in pairs[::2]:
            assert self.crm.by_id(other)[5:] == (0, None), "an undone merge was not seen"

    def compare(self):
        """Every member of every customer, read anew."""
        ids, cursor = [], None
        while True:
            query = "/customers?limit=500" + (f"&cursor={urllib.parse.quote(cursor)}" if cursor else "")
            page = self.staff.get(query)
            ids.extend(row["id"] for row in page["data"])
            cursor = page["next_cursor"]
            if not cursor:
                break
        theirs = {id: self.staff.get(f"/customers/{id}") for id in ids}
        ours = {row[1]: row for row in self.alive()}
        assert ours.keys() == theirs.keys(), f"only on one side: {sorted(ours.keys() ^ theirs.keys())[:5]}"
        compared = 0
        for id, record in theirs.items():
            _, _, version, base, mine, _, _ = ours[id]
            assert version == record["version"], (id, version, record["version"])
            for name in MEMBERS:
                assert mine.get(name) == record[name], (id, name, mine.get(name), record[name])
                compared += 1
        return len(theirs), compared


def connect(address, user, password, chance):
    """The staff, signed in, and the CRM by a key of a service user of its own."""
    staff = Api(address)
    signed = staff.send("POST", "/auth/sign-in", {"username": user, "password": password})[1]
    staff.token = signed["access_token"]
    me = staff.get("/me")
    keys = []
    for name, roles, scopes in [("crm", ["manager"], ["view_customers", "edit_customers", "delete_customers"]),
                                ("staff", ["admin"], me["permissions"])]:
        service = {"kind": "service", "username": f"rehearsal.{name}.{uuid.uuid4().hex[:8]}", "name": f"Rehearsal {name}",
                   "roles": roles, "team_id": me["team_id"]}
        service = staff.send("POST", "/users", service)[1]
        asked = {"name": "rehearsal", "scopes": scopes,
                 "expires_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 86400))}
        keys.append(staff.send("POST", f"/users/{service['id']}/api-keys", asked)[1]["secret"])
    return Api(address, keys[0], chance, drops=0.05), Api(address, keys[1])


def main():
    setting = os.environ.get
    customers = int(setting("RAPPORT_REHEARSAL_CUSTOMERS", "200"))
    changes = int(setting("RAPPORT_REHEARSAL_CHANGES", str(customers // 4)))
    seed = int(setting("RAPPORT_REHEARSAL_SEED", "1"))
    # One chance for what is changed, one for what is lost: retries do not move the changes.
    api, staff = connect(os.environ["RAPPORT"], setting("RAPPORT_USER", "admin"), os.environ["RAPPORT_PASSWORD"],
                         random.Random(seed + 1))
    crm = Crm(setting("RAPPORT_REHEARSAL_STORE", ":memory:"))
    rehearsal = Rehearsal(api, staff, crm, random.Random(seed))
    few, began = max(2, customers // 100), time.monotonic()

    def said(step, work):
        start = time.monotonic()
        result = work()
        print(f"{step}: {time.monotonic() - start:.1f} s", flush=True)
        return result

    said("first load", lambda: rehearsal.load(customers))
    said("own writes seen", rehearsal.follow)
    said("changes both ways", lambda: rehearsal.both_ways(changes))
    said("crash", rehearsal.crash)
    pairs = said("lost day", lambda: rehearsal.lost_day(few))
    said("undo", lambda: rehearsal.undo(pairs))
    rehearsal.push()
    rehearsal.follow()
    records, members = said("comparison", rehearsal.compare)
    counts = ", ".join(f"{name} {count}" for name, count in rehearsal.counts.items())
    print(f"{counts}, answers lost {api.lost}, replayed {api.replayed}")
    print(f"equal: {records} customers, {members} members, seed {seed}, {time.monotonic() - began:.1f} s")


if __name__ == "__main__":
    sys.exit(main())
