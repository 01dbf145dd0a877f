"""Upkeep of the data: migrations, checks of health, backups."""

from __future__ import annotations

from typing import Any

import transaction
from pyramid.config import Configurator
from ZODB.POSException import ConflictError

from qms.upgrade.engine import check_ready, open_site


def includeme(config: Configurator) -> None:
    """Refuse to start while a migration waits, make the site where there is none, meet outages."""
    config.include(".outage")
    databases = getattr(config.registry, "_zodb_databases", {})
    if "" in databases:
        _prepare(databases[""])


def _prepare(database: Any) -> None:
    for last in (False, False, True):
        manager = transaction.TransactionManager(explicit=True)
        connection = database.open(manager)
        manager.begin()
        try:
            check_ready(open_site(connection))
            manager.commit()
        except ConflictError:
            # Another process made the site of this fresh database in the same moment.
            manager.abort()
            if last:
                raise
        except BaseException:
            manager.abort()
            raise
        else:
            return
        finally:
            connection.close()
