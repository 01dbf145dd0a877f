"""What follows from a change of a process: the rows and texts of its documents."""

from __future__ import annotations

from pyramid.events import subscriber

from qms.content.models import organisation_of
from qms.documents.listing import Wanted, catalogue_of, entry_of, master_list
from qms.documents.search_text import note_change
from qms.profiles.events import ProcessChanged


@subscriber(ProcessChanged)
def follow_the_process(event: ProcessChanged) -> None:
    """Write the rows of its documents anew: they hold its name, and its leader sees them."""
    organisation = organisation_of(event.subject)
    if "documents" not in organisation or not _matters(event):
        return
    catalogue = catalogue_of(organisation)
    wanted = Wanted(processes=(event.subject.id,), limit=None)
    for row in master_list(organisation, wanted, person=None).rows:
        document = organisation["documents"].get(row.uid)
        if document is not None:
            catalogue.put(document.uid, entry_of(document))
            note_change(document)


def _matters(event: ProcessChanged) -> bool:
    return any(event.old.get(key) != event.new.get(key) for key in ("name", "leader"))
