"""What happened to a person's data in the other rooms, told to who removed them."""

from __future__ import annotations

from collections.abc import Iterable

from pyramid.request import Request

from qms.documents.subject_data import Erased
from qms.kernel.i18n import _
from qms.web.errors import sentence


def tell_elsewhere(request: Request, outcome: Iterable[Erased]) -> None:
    """Say on the next page what went in other rooms, and what stays and why."""
    refusals = [refusal for _source, _item, refusal in outcome]
    kept = [one for one in refusals if one is not None]
    facts: dict[str, object] = {"gone": len(refusals) - len(kept), "kept": len(kept)}
    if kept:
        facts["why"] = " ".join(dict.fromkeys(sentence(request, one) for one in kept))
        words = _(
            "Of the same person, ${gone} things of other rooms went too;"
            " ${kept} stay for now: ${why}",
            facts,
        )
    elif refusals:
        words = _("Of the same person, ${gone} things of other rooms went too.", facts)
    else:
        return
    request.session.flash(request.localizer.translate(words), "warning")
