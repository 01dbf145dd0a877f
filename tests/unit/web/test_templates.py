"""Templates survive what Python's parser does when several threads use it at once."""

import threading

import pytest
from chameleon.zpt.template import PageTemplateFile

from qms.web import templates


@pytest.fixture
def page(tmp_path):
    file = tmp_path / "page.pt"
    file.write_text("<p>${words}</p>", encoding="utf-8")
    return templates.OneAtATime(str(file))


def test_a_parser_that_stumbles_is_asked_again(page, monkeypatch):
    asked, real = [], PageTemplateFile.cook

    def stumbling(self, body):
        asked.append(body)
        if len(asked) < templates.ATTEMPTS:
            raise SystemError("AST constructor recursion depth mismatch")
        real(self, body)

    monkeypatch.setattr(PageTemplateFile, "cook", stumbling)
    assert page(words="hola") == "<p>hola</p>"
    assert len(asked) == templates.ATTEMPTS


def test_no_two_templates_are_compiled_at_once(page, tmp_path, monkeypatch):
    other = templates.OneAtATime(page.filename)
    inside, most, real = [], [], PageTemplateFile.cook

    def watched(self, body):
        inside.append(self)
        most.append(len(inside))
        threading.Event().wait(0.02)
        real(self, body)
        inside.remove(self)

    monkeypatch.setattr(PageTemplateFile, "cook", watched)
    threads = [threading.Thread(target=one, kwargs={"words": "x"}) for one in (page, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1, 1]
