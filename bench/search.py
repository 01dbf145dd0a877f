"""Measures search: texts beside bare whoosh for the same words, codes and titles while typing.

The texts are seeded: N of 600 words, drawn as words are in real language (Zipf), so that there are
rare, middling and frequent words. Every figure stands with the number of texts that match.
"""

from __future__ import annotations

import argparse
import itertools
import random
import shutil
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import transaction
from whoosh import index
from whoosh.fields import STORED, TEXT, Schema
from whoosh.qparser import QueryParser
from ZODB.DB import DB

from qms.content.models import Organisation
from qms.documents.finding import find_named
from qms.documents.folder import documents_of
from qms.documents.listing import EVERYBODY, STAFF, Row, catalogue_of
from qms.kernel.text import sort_key
from qms.search.catalogue import Entry
from qms.search.engine import Analyser, TextIndex, stem
from qms.search.entries import Passage, TextEntry
from qms.search.queries import read_query
from qms.search.spanish import title_words

SYLLABLES = "ca co cu da de di fa go ga la le lo ma me mi na no pa pe po ra re ri sa se so ta te to va".split()
WORDS, LENGTH, REPEATS = 30_000, 600, 15


def vocabulary(source: random.Random) -> tuple[list[str], list[float]]:
    """Make words and how often each occurs."""
    made: dict[str, None] = {}
    while len(made) < WORDS:
        made["".join(source.choice(SYLLABLES) for _ in range(source.randint(2, 5)))] = None
    return list(made), list(itertools.accumulate(1 / (rank + 5) for rank in range(WORDS)))


def texts(number: int) -> list[str]:
    """Make the texts."""
    source = random.Random(number)
    words, weights = vocabulary(source)
    return [" ".join(source.choices(words, cum_weights=weights, k=LENGTH)) for _ in range(number)]


def median_ms(ask: Callable[[], object]) -> float:
    """Give the median time of a call, after one that warms up."""
    ask()
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        ask()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def ours(folder: Path, made: list[str]) -> TextIndex:
    """Index the texts as the follower does."""
    began = time.perf_counter()
    found = TextIndex.create(folder)
    for start in range(0, len(made), 200):
        batch = [
            ("bench", "documents", str(start + n), [_entry(text)])
            for n, text in enumerate(made[start : start + 200])
        ]
        found.write(batch, {}, replace=False)
    batches = time.perf_counter() - began
    found.optimise()
    total = time.perf_counter() - began
    print(
        f"index: {len(made) / batches:.0f} texts/s in batches of 200, {total:.0f} s with the merge"
    )
    one = [("bench", "documents", "0", [_entry(made[0])])]
    print(f"one change followed: {median_ms(lambda: found.write(one, {})):.0f} ms")
    found.optimise()
    return found


def _entry(text: str) -> TextEntry:
    return TextEntry("0", [EVERYBODY, "role:quality"], "", (Passage("TEXTO", text),), {})


def bare(folder: Path, made: list[str]) -> index.Index:
    """Index the same texts with whoosh alone and the same analyser."""
    folder.mkdir()
    found = index.create_in(str(folder), Schema(text=TEXT(analyzer=Analyser()), kept=STORED))
    began = time.perf_counter()
    writer = found.writer(limitmb=256)
    for text in made:
        writer.add_document(text=text, kept=text)
    writer.commit()
    print(f"bare whoosh: {len(made) / (time.perf_counter() - began):.0f} texts/s in one commit")
    return found


def compare(made: list[str], folder: Path) -> None:
    """Print our search beside the bare one."""
    document_counts = Counter(word for text in made for word in set(text.split()))
    mine, other = ours(folder / "ours", made), bare(folder / "bare", made)
    searcher = other.searcher()
    parser = QueryParser("text", other.schema)
    print(
        f"{'words':>26} {'texts':>7} {'ours':>9} {'bare':>9} {'ratio':>6} {'not marked':>14}   ms, 20 hits, highlights"
    )
    for words in chosen(document_counts, len(made)):
        found = mine.search(
            read_query(words, stem), organisation="bench", audiences=(EVERYBODY,), limit=20
        )

        def ask(words: str = words) -> object:
            return mine.search(
                read_query(words, stem), organisation="bench", audiences=(EVERYBODY,), limit=20
            )

        def ask_bare(words: str = words) -> object:
            hits = searcher.search(parser.parse(words), limit=20)
            return [hit.highlights("text", text=hit["kept"]) for hit in hits]

        def ask_plain(words: str = words) -> object:
            return [hit["kept"] for hit in searcher.search(parser.parse(words), limit=20)]

        mine_ms, bare_ms, plain_ms = median_ms(ask), median_ms(ask_bare), median_ms(ask_plain)
        total = f"{found.total}{'' if found.complete else '+'}"
        print(
            f"{words:>26} {total:>7} {mine_ms:9.1f} {bare_ms:9.1f} {mine_ms / bare_ms:6.2f} {plain_ms:14.1f}"
        )


def chosen(document_counts: Counter[str], number: int) -> list[str]:
    """Choose words by the share of texts that they stand in."""
    rare, low, middle, high, top = (
        min(document_counts, key=lambda one: abs(document_counts[one] - share * number))
        for share in (0.002, 0.01, 0.03, 0.1, 0.3)
    )
    return [rare, low, middle, high, top, f"{low} {middle}", f"{middle} {high}", f"{high} {top}"]


def named(number: int) -> None:
    """Print what codes and titles cost while somebody types."""
    source = random.Random(number)
    words, weights = vocabulary(source)
    with DB(None).transaction() as connection:
        organisation = connection.root.organisation = Organisation("bench", "Bench")
        folder, catalogue = documents_of(organisation), catalogue_of(organisation)
        for n in range(number):
            code = f"T{n % 6}-BN-P{n % 12:02}-{n:06}"
            title = " ".join(source.choices(words, cum_weights=weights, k=5)).capitalize()
            uid = f"{n:016x}"
            folder.claim(code, uid)
            catalogue.put(uid, _catalogued(uid, code, title, in_force=source.random() < 0.85))
        person = SimpleNamespace(id="leo", roles=[], position_ids=["reader"])
        title = Row(*catalogue.row(f"{number // 2:016x}")).title
        asked = {
            "a whole code": f"t{number // 2 % 6} bn p{number // 2 % 12:02} {number // 2:06}",
            "beginning of codes": "t1bnp0",
            "two words of a title": " ".join(title.split()[:2]),
            "one frequent word": words[0],
            "two letters": words[0][:2],
        }
        for what, text in asked.items():
            found = find_named(organisation, text, person=person, limit=5)
            ms = median_ms(lambda text=text: find_named(organisation, text, person=person, limit=5))
            print(
                f"{number:>7} documents, {what:22} {ms:6.2f} ms ({len(found.codes)}+{len(found.titles)} hits)"
            )
        transaction.abort()


def _catalogued(uid: str, code: str, title: str, *, in_force: bool) -> Entry:
    state = "in-force" if in_force else "obsolete"
    row = Row(
        uid,
        code,
        title,
        "t",
        "T",
        "p",
        "P",
        "1",
        0,
        state,
        *[None] * 3,
        "",
        False,
        True,
        *[None] * 3,
    )
    keys = {name: sort_key(code) for name in ("code", "type", "process", "state")}
    keys |= {"title": sort_key(title), "in_force_from": "", "review_by": ""}
    audience = [STAFF, EVERYBODY] if in_force else [STAFF]
    facets = {"type": ["t"], "process": ["p"], "state": [state], "audience": audience}
    return Entry(tuple(row), keys, facets, title_words(f"{code} {title}"))


def main() -> None:
    """Measure for each number of documents."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--named", type=int, nargs="*", default=[1000, 10_000, 100_000])
    parser.add_argument("--data", type=Path, required=True, help="folder for throwaway indexes")
    arguments = parser.parse_args()
    for number in arguments.named:
        named(number)
    for number in arguments.documents:
        folder = arguments.data / str(number)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        print(f"\n{number} texts of {LENGTH} words")
        compare(texts(number), folder)
        sys.stdout.flush()


if __name__ == "__main__":
    main()
