"""Give every organisation its place for renamings."""

from qms.content.models import Site
from qms.renaming.services.planning import packages_of


def migrate(site: Site) -> None:
    """Make the folder where there is none; repeating it changes nothing."""
    for organisation in site.values():
        if "documents" in organisation:
            packages_of(organisation)
