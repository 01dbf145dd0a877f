"""Documents in force have the indicators that their cards declare."""

from qms.content.models import Site
from qms.indicators.services.following import NAME, rebuild
from qms.kernel import clock
from qms.people.moments import local_day


def migrate(site: Site) -> None:
    """Make the room and its indicators where there are none; repeating it changes nothing."""
    for organisation in site.values():
        if "documents" in organisation and NAME not in organisation:
            rebuild(organisation, local_day(organisation, clock.now()))
