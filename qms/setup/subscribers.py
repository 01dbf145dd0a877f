"""What follows from a change of settings: the rows of the master list that hold a type's name."""

from __future__ import annotations

from pyramid.events import subscriber

from qms.documents.listing import Wanted, catalogue_of, entry_of, master_list
from qms.documents.search_text import note_change
from qms.setup.events import SettingsChanged


@subscriber(SettingsChanged)
def follow_the_types(event: SettingsChanged) -> None:
    """Write the rows of documents anew whose type has another name."""
    organisation = event.subject
    renamed = tuple(
        place.split(".")[1]
        for place in event.values
        if place.startswith("document_types.") and place.endswith(".name")
    )
    if not renamed or "documents" not in organisation:
        return
    catalogue = catalogue_of(organisation)
    wanted = Wanted(types=renamed, limit=None)
    for row in master_list(organisation, wanted, person=None).rows:
        document = organisation["documents"].get(row.uid)
        if document is not None:
            catalogue.put(document.uid, entry_of(document))
            note_change(document)
