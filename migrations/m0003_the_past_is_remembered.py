"""Read the past of documents, people and processes out of acts and trail, for lists as of a day."""

from qms.content.models import Site
from qms.past.keeping import chronicle_of


def migrate(site: Site) -> None:
    """Make each organisation's chronicle where there is none; repeating it changes nothing."""
    for organisation in site.values():
        if "people" in organisation:
            chronicle_of(organisation)
