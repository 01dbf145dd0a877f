"""Rows of lists and entries of the trail lie in smaller leaves: whoever writes one stores less."""

from typing import Any

from qms.audit.models import FOLDER
from qms.content.models import Entries, Rows, Site
from qms.search.catalogue import Catalogue

_BY_SUBJECT = ("_rows", "_indexed", "_spoken")


def migrate(site: Site) -> None:
    """Lay the trees anew that are still of the general kind; repeating it changes nothing."""
    for organisation in site.values():
        for annex in list(organisation.annexes.values()):
            if isinstance(annex, Catalogue):
                for name in _BY_SUBJECT:
                    _relay(annex, name, Rows)
        trail = organisation.get(FOLDER)
        for lane in trail.lanes if trail is not None else ():
            _relay(lane, "entries", Entries)


def _relay(thing: Any, name: str, kind: type) -> None:
    tree = getattr(thing, name)
    if tree is not None and type(tree) is not kind:
        setattr(thing, name, kind(tree))
