"""Quality objectives have a place of their own."""

from qms.content.models import Site
from qms.indicators.objectives.services import open_room


def migrate(site: Site) -> None:
    """Give every organisation its folder of objectives; repeating it changes nothing."""
    for organisation in site.values():
        if "documents" in organisation:
            open_room(organisation)
