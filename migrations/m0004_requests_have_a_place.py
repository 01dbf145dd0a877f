"""Give every organisation its place for change requests."""

from qms.content.models import Site
from qms.requests.services import requests_of


def migrate(site: Site) -> None:
    """Make the folder where there is none; repeating it changes nothing."""
    for organisation in site.values():
        if "documents" in organisation:
            requests_of(organisation)
