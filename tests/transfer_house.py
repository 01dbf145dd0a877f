"""What tests of a transfer share: an archive in memory, and an empty site elsewhere."""

from __future__ import annotations

import io

import transaction
from ZODB.DB import DB
from ZODB.DemoStorage import DemoStorage

from qms.content.models import Site
from qms.imports.transfer.reading import read_organisation
from qms.imports.transfer.writing import write_organisation
from qms.kernel import clock

ORGANISATION = "aexpress"
OTHER_SECRET = b"another installation has another secret"


def exported(organisation, **more):
    stream = io.BytesIO()
    manifest = write_organisation(organisation, stream, at=clock.now(), **more)
    return stream.getvalue(), manifest


class Elsewhere:
    """An empty site of another installation."""

    def __init__(self, registry):
        self.db = DB(DemoStorage())
        self.manager = transaction.TransactionManager(explicit=True)
        self.connection = self.db.open(self.manager)
        self.manager.begin()
        self.connection.root()["site"] = self.site = Site()
        self.manager.commit()
        self.manager.begin()
        self.registry = registry

    def take(self, data, act, **more):
        found = read_organisation(self.site, io.BytesIO(data), act=act, secret=OTHER_SECRET, **more)
        self.manager.commit()
        self.manager.begin()
        return found

    def forget(self):
        """Take back what was refused half-way."""
        self.manager.abort()
        self.manager.begin()

    def close(self):
        self.manager.abort()
        self.connection.close()
        self.db.close()
