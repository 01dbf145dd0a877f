"""Figures of cases are known as they were at the end of any day from now on."""

from qms.content.models import Site
from qms.pqr.ledger import ROOM
from qms.pqr.listing import reindex


def migrate(site: Site) -> None:
    """Make the list and the ledger of cases anew where no changes are kept yet."""
    connection = site._p_jar

    def breathe() -> None:
        if connection is not None:
            # What was written goes to the disk, what was read may leave the memory.
            connection.transaction_manager.get().savepoint(optimistic=True)
            connection.cacheGC()

    for organisation in site.values():
        if "cases" in organisation and "changes" not in organisation.annexes.get(ROOM, {}):
            reindex(organisation, breathe)
