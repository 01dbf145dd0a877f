"""Catalogues are read strictly and compiled so that gettext reads them."""

from __future__ import annotations

import gettext
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.web.i18n import compile_all, compile_when_stale, known
from qms.web.po import Catalogue, PoError, compile_catalogue, parse

TEXT = """
msgid ""
msgstr "header"

# A remark.
msgid "Save"
msgstr "Guar"
"dar"

#, fuzzy
msgid "Doubtful"
msgstr "Dudoso"

msgctxt "verb"
msgid "Say \\"x\\""
msgstr "Decir «x»\\n"
"""


def test_a_catalogue_is_read():
    assert parse(TEXT).messages == {"Save": "Guardar", 'verb\x04Say "x"': "Decir «x»\n"}


@pytest.mark.parametrize(
    "wrong",
    [
        'msgid "a"\nmsgstr "b"\nmsgid "a"\nmsgstr "c"', "msgid a", '"a"', 'msgid "a"',
        'msgid_plural "a"', 'msgstr "a"',
    ],
)  # fmt: skip
def test_a_broken_catalogue_is_refused(wrong):
    with pytest.raises(PoError):
        parse(wrong)


@given(st.dictionaries(st.text(min_size=1), st.text(min_size=1), max_size=8))
def test_gettext_reads_what_was_compiled(messages):
    clean = {k: v for k, v in messages.items() if "\x00" not in k + v and k.strip()}
    data = compile_catalogue([Catalogue("a", clean)])
    read = gettext.GNUTranslations(io.BytesIO(data))
    assert all(read.gettext(msgid) == text for msgid, text in clean.items())


def test_a_newer_source_is_compiled_once(tmp_path):
    (tmp_path / "es").mkdir()
    (tmp_path / "es" / "web.po").write_text(TEXT, encoding="utf-8")
    (tmp_path / "es" / "colander.po").write_text(TEXT, encoding="utf-8")
    assert compile_when_stale(tmp_path)
    assert not compile_when_stale(tmp_path)
    assert sorted(path.name for path in compile_all(tmp_path)) == ["colander.mo", "qms.mo"]


def test_languages_are_reduced_to_ours():
    assert [known(name) for name in ("es-CO", "en_US", "EN", "fr", "", None)] == [
        "es", "en", "en", None, None, None,
    ]  # fmt: skip


def test_spanish_is_the_default_and_english_is_remembered(browser):
    assert browser.get("/aexpress").html.html["lang"] == "es"
    assert "Vigente" in browser.get("/aexpress").text
    english = browser.get("/aexpress?_LOCALE_=en")
    assert english.html.html["lang"] == "en"
    assert "In force" in browser.get("/aexpress").text
    browser.get("/aexpress?_LOCALE_=es")
    browser.get("/aexpress?_LOCALE_=%22%3E")
    assert browser.get("/aexpress").html.html["lang"] == "es"
