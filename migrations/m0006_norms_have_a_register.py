"""Give every organisation its register of norms, and read what its documents cite."""

from qms.content.models import Site
from qms.norms.services import norms_of


def migrate(site: Site) -> None:
    """Make the register where there is none; repeating it changes nothing."""
    for organisation in site.values():
        if "documents" in organisation:
            norms_of(organisation)
