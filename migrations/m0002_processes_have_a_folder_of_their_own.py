"""Put the processes of each organisation into a folder that has the process map as its page."""

from typing import Any

from qms.content.models import Site
from qms.profiles.apply import PROCESSES
from qms.profiles.models import ProcessFolder


def migrate(site: Site) -> None:
    """Move every process into a ProcessFolder; repeating it changes nothing."""
    for organisation in list(site.values()):
        former = organisation.get(PROCESSES)
        if former is None or isinstance(former, ProcessFolder):
            continue
        organisation.remove(PROCESSES)
        folder = organisation.add(PROCESSES, _copy(former))
        folder.uid = former.uid


def _copy(former: Any) -> ProcessFolder:
    folder = ProcessFolder()
    for process in list(former.values()):
        name = process.__name__
        former.remove(name)
        folder.add(name, process)
    return folder
