"""Give every organisation its room of retention."""

from qms.content.models import Site
from qms.retention.services.rooms import retention_of


def migrate(site: Site) -> None:
    """Make the room where there is none; repeating it changes nothing."""
    for organisation in site.values():
        if "documents" in organisation:
            retention_of(organisation)
