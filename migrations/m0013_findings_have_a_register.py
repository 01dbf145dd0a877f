"""Give every organisation its registers of findings, actions, audits, reviews and risks."""

from qms.content.models import Site
from qms.improvement.risks import RISKS, reindex
from qms.improvement.services.places import open_rooms


def migrate(site: Site) -> None:
    """Make them where there are none; repeating it changes nothing."""
    for organisation in site.values():
        if "documents" in organisation:
            open_rooms(organisation)
            if RISKS not in organisation.annexes:
                reindex(organisation)
