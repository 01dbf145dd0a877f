"""Give every organisation its folder of surveys."""

from qms.content.models import Site
from qms.surveys.services.campaigns import surveys_of


def migrate(site: Site) -> None:
    """Make the folder where there is none; repeating it changes nothing."""
    for organisation in site.values():
        if "documents" in organisation:
            surveys_of(organisation)
