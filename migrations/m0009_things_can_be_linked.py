"""Give every organisation its book of links."""

from qms.content.models import Site
from qms.links.services import book_of


def migrate(site: Site) -> None:
    """Make the book where there is none; repeating it changes nothing."""
    for organisation in site.values():
        if "documents" in organisation:
            book_of(organisation)
