"""Check an exported trail without the system that made it: only Python is needed.

    python3 verify_trail.py trail.jsonl [--anchor HASH]

Exit status 0: every entry follows its predecessor, nothing was altered, deleted, inserted or put
elsewhere, and every anchor agrees.  Otherwise 1, and the first broken line is named.  With
``--anchor`` (a hash that was printed or mailed on its day) it also proves that nothing before that
day was cut off or made anew.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path


class Broken(Exception):
    """The trail does not fit together."""


def digest(entry):
    """Give the hash of an entry or anchor without its own; with a salt it has two levels."""
    bare = {name: value for name, value in entry.items() if name != "hash"}
    if "salt" in bare:
        link = {name: bare.pop(name) for name in ("lane", "previous", "sequence")}
        bare = {**link, "body": sha256(bare)}
    return sha256(bare)


def sha256(data):
    """Give the SHA-256 of sorted compact JSON."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()


def first_link(organisation, lane):
    """Give the predecessor of a chain's first link."""
    return hashlib.sha256(f"qms trail {organisation} {lane}".encode()).hexdigest()


class Checker:
    """Follows all chains of one export, line by line."""

    def __init__(self, head):
        """Start from the export's first line."""
        if head.get("qms_trail") != 1:
            raise Broken("line 1: this is not an exported trail")
        self.organisation, self.heads = head["organisation"], head["heads"]
        self.chains = [[first_link(self.organisation, n)] for n in range(head["lanes"])]
        self.last_number = -1
        self.anchors = [first_link(self.organisation, "anchors")]

    def entry(self, where, entry):
        """Follow one chain by one entry."""
        lane = entry["lane"]
        chain = self.chains[lane]
        here = f"{where}: entry {entry['number']} of lane {lane}"
        if digest(entry) != entry["hash"]:
            raise Broken(f"{here} was altered")
        if entry["number"] <= self.last_number:
            raise Broken(f"{here} stands out of its order")
        if entry["sequence"] != len(chain) - 1 or entry["previous"] != chain[-1]:
            raise Broken(f"{here} does not follow its predecessor: one is missing or was put in")
        self.last_number = entry["number"]
        chain.append(entry["hash"])

    def anchor(self, where, anchor):
        """Compare all lanes with what an anchor bound."""
        here = f"{where}: anchor {anchor['anchor']}"
        if digest(anchor) != anchor["hash"]:
            raise Broken(f"{here} was altered")
        if anchor["previous"] != self.anchors[-1]:
            raise Broken(f"{here} does not follow its predecessor")
        self.anchors.append(anchor["hash"])
        for lane, (kept, chain) in enumerate(zip(anchor["lanes"], self.chains, strict=True)):
            if len(chain) - 1 < kept["count"]:
                raise Broken(f"{here}: the end of lane {lane} is missing")
            if chain[kept["count"]] != kept["head"]:
                raise Broken(f"{here}: lane {lane} is another one")

    def finish(self, anchor):
        """Check the ends of the lanes, and that the anchor kept elsewhere is among ours."""
        for lane, (kept, chain) in enumerate(zip(self.heads, self.chains, strict=True)):
            if kept["count"] != len(chain) - 1 or kept["head"] != chain[-1]:
                raise Broken(f"the end of lane {lane} is missing or another one")
        if anchor and anchor not in self.anchors[1:]:
            raise Broken(f"the anchor {anchor} is not in this trail")


def verify(lines, anchor=None):
    """Check an export; give the counts of entries and anchors, or raise Broken."""
    checker, where = None, ""
    try:
        for place, line in enumerate(lines, 1):
            where, data = f"line {place}", json.loads(line)
            if checker is None:
                checker = Checker(data)
            elif "anchor" in data:
                checker.anchor(where, data)
            else:
                checker.entry(where, data)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise Broken(f"{where}: this line is not readable ({type(error).__name__})") from error
    if checker is None:
        raise Broken("the file is empty")
    checker.finish(anchor)
    return sum(len(chain) - 1 for chain in checker.chains), len(checker.anchors) - 1


def main(arguments=None):
    """Run from the command line and give the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("file", help="the exported trail (.jsonl)")
    parser.add_argument("--anchor", help="a hash that was kept outside the system")
    options = parser.parse_args(arguments)
    try:
        with Path(options.file).open(encoding="utf-8") as stream:
            entries, anchors = verify(stream, options.anchor)
    except Broken as problem:
        sys.stdout.write(f"BROKEN  {problem}\n")
        return 1
    sys.stdout.write(f"whole: {entries} entries, {anchors} anchors\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
