"""Note that this database counts its migrations from release 0.1 on."""

from qms.content.models import Site


def migrate(site: Site) -> None:
    """Keep the first release's number among the site's annexes; repeating it changes nothing."""
    site.annexes.setdefault("upgrade.first_release", "0.1")
