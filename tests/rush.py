"""Several doings in one instant, each in a transaction of its own, repeated as requests are."""

import threading

import transaction
from siege import ORGANISATION
from ZODB.POSException import ConflictError

from qms.content.root import get_site
from qms.kernel.errors import Refused

ATTEMPTS = 40


class Rush:
    """Runs several doings at once; each has read the content before any of them commits."""

    def __init__(self, fort, *doings):
        self.fort = fort
        self.barrier = threading.Barrier(len(doings), timeout=30)
        self.ends = [None] * len(doings)
        threads = [
            threading.Thread(target=self._run, args=(number, doing))
            for number, doing in enumerate(doings)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _run(self, number, doing):
        """Repeat a doing that met another one, as a request is repeated."""
        for attempt in range(ATTEMPTS):
            manager = transaction.TransactionManager(explicit=True)
            connection = self.fort.db.open(manager)
            manager.begin()
            try:
                try:
                    doing(get_site(connection))
                finally:
                    if attempt == 0:
                        self.barrier.wait()
                manager.commit()
                self.ends[number] = "done"
                return
            except ConflictError:
                manager.abort()
            except Refused as refusal:
                manager.abort()
                self.ends[number] = type(refusal)
                return
            except BaseException as error:  # noqa: BLE001 - a test looks at it
                manager.abort()
                self.ends[number] = error
                return
            finally:
                connection.close()
        self.ends[number] = "gave up"


def whole(fort):
    """Check what must hold of every document after every rush."""
    with fort.site() as site:
        for document in site[ORGANISATION]["documents"].values():
            states = [version.state for version in document.versions]
            assert states.count("in-force") <= 1
            assert (document.in_force_order is not None) == ("in-force" in states)
            pending = document.pending
            assert pending is None or pending.state in {"draft", "in-review", "approved"}
