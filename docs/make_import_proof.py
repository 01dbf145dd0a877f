"""Writes docs/import-proof.md: what a generated list says in every row, and what was found in it.

    PYTHONPATH=tests .venv/bin/python docs/make_import_proof.py

The generator of the tests (tests/import_lists.py) plants the faults and writes the truth down; the
product reads the list through its public doors. A row that comes out otherwise stands in bold.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from datetime import UTC, datetime, time
from pathlib import Path

from house import House, seed
from import_lists import TODAY, Generator

from qms.imports.examine import Examination
from qms.imports.services import runs
from qms.sheets.tables import checked_table, read_tables

SEED, DOCUMENTS = 2026, 190
HEAD = """\
# What was found in a generated list, row by row

Printed by `docs/make_import_proof.py` (seed {seed}): {rows} rows of {documents} documents with
planted faults, {files} files, read as an upload is read. «Planted» is what the generator wrote
down before anything was read; «found» is what the preview says. {equal} of {rows} rows agree in
findings, outcome, version, state and file; {orphans} of {planted} planted files without a row
were named.

| Scenario | rows | taken | agree |
|---|---|---|---|
"""


def main() -> None:
    """Generate, read, compare, write."""
    with tempfile.TemporaryDirectory() as folder:
        house = House(seed(Path(folder) / "data", "aexpress"))
        with house.site() as site:
            organisation = site["aexpress"]
            documents = organisation["documents"].values()
            people = organisation["people"]
            made = Generator(
                SEED,
                codes={one.code: tuple(v.label for v in one.versions) for one in documents},
                processes={p.acronym: p.name for p in organisation["processes"].values()},
                positions=[one.name for one in people["positions"].values()],
                documents=DOCUMENTS,
            )
            source = checked_table(made.xlsx(), "listado.xlsx")
            tables = read_tables(made.xlsx(), source.media_type)
            archive, files = runs.checked_archive(made.zip(), "archivos.zip")
            act = house.act(at=datetime.combine(TODAY, time(15), UTC))
            run = runs.receive(organisation, source, tables, archive=archive, files=files, act=act)
            runs.choose_columns(run, dict(run.mapping))
            found, _situation = runs.examination_of(run, TODAY)
        house.close()
    target = Path(__file__).with_name("import-proof.md")
    target.write_text(written(made, found), encoding="utf-8")
    sys.stdout.write(f"{target}\n")


def written(made: Generator, found: Examination) -> str:
    """Give the page."""
    lines, agree = [], Counter()
    rows, taken = Counter(), Counter()
    for line in found.lines:
        truth = made.truth[line.row]
        kinds = {one.kind for one in line.findings}
        same = kinds == truth.kinds and (not line.stopped) == truth.taken
        if truth.taken:
            mine = (line.code, line.label, line.state, line.file)
            same = same and mine == (truth.code, truth.label, truth.state, truth.file)
        rows[truth.scenario] += 1
        taken[truth.scenario] += truth.taken
        agree[truth.scenario] += same
        outcome = f"{line.label} {line.state}" if not line.stopped else "left out"
        cells = [
            str(line.row),
            truth.scenario.replace("_", " "),
            f"`{line.code}`" if line.code else "",
            ", ".join(sorted(truth.kinds)) or "—",
            ", ".join(sorted(kinds)) or "—",
            outcome,
            "yes" if same else "**no**",
        ]
        lines.append("| " + " | ".join(cells) + " |")
    head = HEAD.format(
        seed=SEED,
        rows=len(found.lines),
        documents=len({one.code for one in made.truth.values() if one.code}),
        files=len(made.files),
        equal=sum(agree.values()),
        orphans=len({one.path for one in found.orphans} & made.orphans),
        planted=len(made.orphans),
    )
    summary = [
        f"| {name.replace('_', ' ')} | {rows[name]} | {taken[name]} | {agree[name]} |"
        for name in sorted(rows)
    ]
    table = [
        "",
        "## Row by row",
        "",
        "| Row | Scenario | Code as read | Planted | Found | Outcome | Agree |",
        "|---|---|---|---|---|---|---|",
    ]
    return head + "\n".join([*summary, *table, *lines]) + "\n"


if __name__ == "__main__":
    main()
