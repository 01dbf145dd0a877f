"""It is known by which calendar and norms the terms of open cases were last computed."""

from qms.content.models import Site
from qms.pqr.recalculating import KNOWN, looked_at


def migrate(site: Site) -> None:
    """Take those of today for every register; repeating it changes nothing."""
    for organisation in site.values():
        if "cases" in organisation and KNOWN not in organisation.annexes:
            looked_at(organisation)
