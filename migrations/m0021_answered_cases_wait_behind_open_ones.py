"""Cases without a legal term stand in the queue behind those with one, before all that is done."""

from qms.content.models import Site
from qms.pqr import workflow
from qms.pqr.listing import Row, catalogue_of, index


def migrate(site: Site) -> None:
    """Index the cases anew that are not at their end; repeating it changes nothing."""
    for organisation in site.values():
        if "cases" not in organisation:
            continue
        live = {"state": sorted(workflow.LIVE)}
        found = catalogue_of(organisation).query(live, order="number", limit=None)
        for values in found.rows:
            index(organisation["cases"][Row(*values).number])
