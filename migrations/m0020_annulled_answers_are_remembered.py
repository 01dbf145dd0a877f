"""Surveys remember whose answers were annulled, for figures of a past day."""

from qms.content.models import Site
from qms.surveys.models import Campaign


def migrate(site: Site) -> None:
    """Note every customer with an act of annulment; repeating it changes nothing."""
    for organisation in site.values():
        folder = organisation.get("surveys")
        for campaign in folder.values() if folder is not None else ():
            if not isinstance(campaign, Campaign):
                continue
            for contact in campaign.values():
                if any(act["kind"] == "annulled" for act in contact.acts):
                    folder.note_annulled(contact)
