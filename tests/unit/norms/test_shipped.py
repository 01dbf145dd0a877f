"""What the documents of the five organisations cite, and the norms that are shipped with them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import yaml

from qms.norms.citations import STANDARD, cited_in, key_of
from qms.norms.loading import FILE, read_file
from qms.norms.services import kinds_of, name_of
from qms.profiles.shipped import shipped_organisations

NO_NORMS = {"Reglamento Interno de trabajo", ""}
"""References that name no norm: a document of the house, and requirements in words alone."""


def demands(folder):
    """Give group, reference and text of every requirement in the folder's documents."""
    for path in sorted((folder / "documents").glob("*.yaml")):
        for data in (yaml.safe_load(path.read_text(encoding="utf-8"))["sections"] or {}).values():
            for group in data.get("groups", ()) if isinstance(data, dict) else ():
                for one in group["items"]:
                    if isinstance(one, dict):
                        yield group["name"], one["reference"], one["text"]


def test_every_norm_in_the_requirements_of_the_five_organisations_is_recognised():
    left = {
        reference
        for folder in shipped_organisations()
        for group, reference, _text in demands(folder)
        if not cited_in(reference, group)
    }
    assert left == NO_NORMS


def test_the_eleven_legal_requirements_and_thirteen_clauses_of_icetex_are_in_its_register():
    folder = next(one for one in shipped_organisations() if one.name == "icetex")
    found = [one for group, text, _w in demands(folder) for one in cited_in(text, group)]
    legal = {(one.key, one.clause) for one in found if one.kind != STANDARD}
    assert len(legal) == 11
    clauses = {one.clause for one in found if one.kind == STANDARD}
    assert len(clauses) == 13
    register = {
        key_of(one["kind"], one["number"], one["year"]) for one in read_file(folder / FILE)["norms"]
    }
    assert {one.key for one in found} <= register


@pytest.mark.parametrize("folder", shipped_organisations(), ids=lambda one: one.name)
def test_each_shipped_file_of_norms_can_be_read(folder):
    if (folder / FILE).exists():
        assert read_file(folder / FILE)["norms"]


class Organisation(dict):
    """As much of an organisation as names of norms need."""

    def __init__(self, country):
        super().__init__()
        self.profile = {"organisation": {"country": country}}


def test_a_country_calls_its_norms_by_its_own_names():
    bolivia, colombia = Organisation("BO"), Organisation("CO")
    assert name_of(bolivia, "decree", "29272", 2007, "") == "Decreto Supremo 29272 de 2007"
    assert name_of(colombia, "decree", "1151", 2008, "") == "Decreto 1151 de 2008"
    assert name_of(colombia, STANDARD, "ISO 9001", 2015, "") == "ISO 9001:2015"
    assert name_of(colombia, "customer", "", None, "Manual de marca") == "Manual de marca"
    assert kinds_of(bolivia)["decree"] == "Decreto supremo"
    colombia["norms"] = SimpleNamespace(kinds={"contract": "Contrato"})
    assert kinds_of(colombia)["contract"] == "Contrato"
