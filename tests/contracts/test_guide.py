"""The guide shows pictures that exist, says the words of the screen, and its example loads."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from qms.profiles import printing_schema, schema
from qms.web.po import merge, read

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
GUIDE = DOCS / "guia"
LOCALE = ROOT / "qms" / "locale" / "es"
PAGES = [
    *GUIDE.glob("*.md"),
    *(DOCS / name for name in ("index.md", "developers.md", "glossary.md", "architecture.md")),
    *(ROOT / name for name in ("README.md", "CHANGES.md", "SECURITY.md")),
]
LINK = re.compile(r"(?<!`)\]\(([^)\s]+)\)")
ON_SCREEN = re.compile(r"\*\*([^*]+)\*\*")
UNTRANSLATED = {"PDF", "PQR"}
"""Words on buttons that are the same in every language, or the organisation's own."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_and_picture_of_a_page_leads_to_a_file(page):
    targets = [one.partition("#")[0] for one in LINK.findall(page.read_text(encoding="utf-8"))]
    gone = [one for one in targets if one and "://" not in one and not (page.parent / one).exists()]
    assert gone == []


def test_every_picture_is_shown_somewhere_in_the_guide():
    shown = {one for page in PAGES for one in LINK.findall(page.read_text(encoding="utf-8"))}
    made = {f"img/{path.name}" for path in (GUIDE / "img").glob("*.png")}
    assert made - shown == set()


def test_the_pictures_stay_small_enough_to_live_in_the_repository():
    sizes = {path.name: path.stat().st_size for path in (GUIDE / "img").glob("*.png")}
    assert [name for name, size in sizes.items() if size > 120_000] == []
    assert 0 < sum(sizes.values()) < 2_500_000


@pytest.mark.parametrize("page", sorted(GUIDE.glob("[0-9]*.md")), ids=lambda page: page.stem)
def test_what_the_guide_prints_bold_stands_on_the_screen_in_the_same_words(page):
    words = set(merge(read(path) for path in LOCALE.glob("*.po")).values()) | UNTRANSLATED
    bold = {" ".join(one.split()) for one in ON_SCREEN.findall(page.read_text(encoding="utf-8"))}
    assert bold - words == set()


@pytest.mark.slow
def test_the_organisation_of_the_guide_loads_and_its_document_is_in_the_master_list(tmp_path):
    def qms(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "qms.cli.main", "--data", str(tmp_path), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    loaded = qms("load", str(GUIDE / "ejemplo"))
    assert (loaded.returncode, loaded.stdout) == (0, "lapalma: 1 documents\n"), loaded.stderr
    listed = qms("list", "lapalma")
    assert listed.stdout.split()[:4] == ["PRO-LP-AT-01", "1", "in-force", "2024-02-05"]
    printed = qms("pdf", "lapalma", "pro-lp-at-01", "-o", str(tmp_path / "one.pdf"))
    assert printed.returncode == 0, printed.stderr
    assert (tmp_path / "one.pdf").read_bytes().startswith(b"%PDF-")


def test_a_mistake_in_the_example_is_told_as_the_guide_says_it_is(tmp_path):
    text = (GUIDE / "ejemplo" / "profile.yaml").read_text(encoding="utf-8")
    wrong = tmp_path / "profile.yaml"
    wrong.write_text(
        text.replace("leader: jefe-atencion", "leader: jefe-atencon"), encoding="utf-8"
    )
    command = [sys.executable, "-m", "qms.cli.main", "--data", str(tmp_path), "load", str(wrong)]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert told.returncode == 1
    said = (GUIDE / "11-organizacion-nueva.md").read_text(encoding="utf-8")
    line = next(one for one in said.splitlines() if "jefe-atencon" in one)
    assert line.split("profile.yaml", 1)[1] in told.stderr
    assert "Nothing was written." in told.stderr


@pytest.mark.parametrize(
    "record",
    [
        schema.PROFILE,
        schema.ORGANISATION,
        schema.DOCUMENT_TYPE,
        schema.SECTION,
        schema.PRINT,
        schema.ROUTE,
        schema.STEP,
        printing_schema.PRINTING,
        printing_schema.CELL,
        printing_schema.COVER,
        printing_schema.APPROVALS,
        printing_schema.CHANGES,
        printing_schema.LEGENDS,
    ],
    ids=lambda record: next(iter(record.keys)),
)
def test_the_plan_names_every_key_that_a_profile_may_have(record):
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    part = text[text.index("## Profiles") : text.index("## Signing")]
    words = set(re.findall(r"[a-z_]+", part))
    assert set(record.keys) - words - {"country_profile"} == set()
