"""What belongs together is linked from the page of either, by number, code or words."""

from __future__ import annotations

from siege import AUDITOR, EMPLOYEE, ORGANISATION, QUALITY, token_of

from qms.audit.services import in_order, trail_of
from qms.links.services import linked_to

INS = "/aexpress/documents/INS-AX-SC-01/related"


def ref_of(house, code):
    with house.site() as site:
        return f"document:{site[ORGANISATION]['documents'][code].uid}"


def link(house, email=QUALITY, status=303, **values):
    browser = house.browser(email)
    values.setdefault("from", ref_of(house, "INS-AX-SC-01"))
    body = {"csrf_token": token_of(browser), **values}
    return browser.post("/aexpress/link", body, status=status)


def test_a_document_is_linked_by_its_code_seen_from_both_ends_and_unlinked(house):
    page = house.browser(QUALITY).get(INS)
    assert "Todavía no hay nada vinculado." in page
    form = next(one for one in page.forms.values() if one.action.endswith("/link"))
    form["to"] = "for ax op 03"
    page = form.submit(status=303).follow()
    assert "Planilla de Recolecciones Programadas" in page.lxml.xpath(
        "string(//section[contains(@class, 'links-panel')])"
    )
    other = house.browser(QUALITY).get("/aexpress/documents/FOR-AX-OP-03/related")
    assert "Tratado en" in other
    assert "INS-AX-SC-01" in other
    # Once is enough; the second time changes nothing.
    link(house, to="FOR-AX-OP-03")
    with house.site() as site:
        told = [one["event"] for one in in_order(trail_of(site[ORGANISATION]))]
    assert told.count("Linked") == 1
    form = next(one for one in other.forms.values() if one.action.endswith("/unlink"))
    assert "Todavía no hay nada vinculado." in form.submit(status=303).follow()
    # A link that somebody else took away meanwhile is told, not an error.
    assert form.submit(status="*").status_int < 500


def test_words_that_fit_several_things_offer_them(house):
    page = link(house, to="servicio", status=200)
    assert "Elija a qué se refiere:" in page
    kinds = page.lxml.xpath("//li//span[@class='muted']/text()")
    assert {"Documento", "Proceso"} <= {kind.strip() for kind in kinds}
    done = next(one for one in page.forms.values() if "Vincular" in one.text).submit(status=303)
    assert "Trata de" in house.browser(QUALITY).get(INS), done
    assert "Nada de lo que usted puede ver se llama así" in link(house, to="zzz", status=200)
    assert "Nada de lo que usted puede ver se llama así" in link(house, to="", status=200)


def test_a_process_shows_what_concerns_it(house):
    with house.site() as site:
        process = next(iter(site[ORGANISATION]["processes"].values())).id
    link(house, to=f"process:{process}")
    page = house.browser(EMPLOYEE).get(f"/aexpress/processes/{process}/")
    assert "INS-AX-SC-01" in page.lxml.xpath("string(//section[contains(@class, 'links-panel')])")


def test_d4_15_only_who_may_change_a_thing_links_it_and_other_organisations_stay_unknown(house):
    link(house, AUDITOR, status=404, to="FOR-AX-OP-03")
    with house.site() as site:
        abroad = next(one for one in site.values() if one.id != ORGANISATION)
        foreign = next(iter(abroad["documents"].values())).uid
    assert "Nada de lo que usted" in link(house, to=f"document:{foreign}", status=200)
    link(house, status=404, to="FOR-AX-OP-03", **{"from": f"document:{foreign}"})
    for odd in ("case:", ":x", "unknown:1", "document:", "\0:\0", "process:../x"):
        link(house, status=404, to="FOR-AX-OP-03", **{"from": odd})
        assert link(house, to=odd, status=200)
    with house.site() as site:
        document = site[ORGANISATION]["documents"]["INS-AX-SC-01"]
        assert linked_to(site[ORGANISATION], ("document", document.uid)) == []


def test_nothing_is_linked_with_itself(house):
    own = ref_of(house, "INS-AX-SC-01")
    page = link(house, to=own, status="*")
    assert "Nada puede vincularse consigo mismo." in page
