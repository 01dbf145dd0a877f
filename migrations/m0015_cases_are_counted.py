"""Figures of cases are counted from a ledger that is kept with every change."""

from qms.content.models import Site
from qms.pqr.listing import reindex


def migrate(site: Site) -> None:
    """Make lists and ledger of cases anew; repeating it changes nothing."""
    connection = site._p_jar

    def breathe() -> None:
        if connection is not None:
            # What was written goes to the disk, what was read may leave the memory.
            connection.transaction_manager.get().savepoint(optimistic=True)
            connection.cacheGC()

    for organisation in site.values():
        if "cases" in organisation:
            reindex(organisation, breathe)
