"""Give every organisation its register of cases."""

from qms.content.models import Site
from qms.pqr.services import register_of


def migrate(site: Site) -> None:
    """Make the register where there is none; repeating it changes nothing."""
    for organisation in site.values():
        if "documents" in organisation:
            register_of(organisation)
