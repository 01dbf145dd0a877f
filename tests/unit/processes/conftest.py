"""The gas distributor and the credit entity as they are shipped, without any web."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from qms.content.models import Site
from qms.documents.folder import documents_of
from qms.documents.listing import reindex
from qms.documents.services.migration import migrate_document
from qms.kernel.acts import Act
from qms.profiles.loader import apply, load, load_documents
from qms.profiles.shipped import shipped_organisations

SHIPPED = {path.name: path for path in shipped_organisations()}


def built(name):
    """Apply a shipped profile and take its documents in."""
    act = Act("system", datetime(2026, 11, 22, 15, tzinfo=UTC), lambda _event: None, "demo")
    loaded = load(SHIPPED[name])
    organisation = apply(Site(), loaded, act)
    for data in load_documents([SHIPPED[name] / "documents"], loaded):
        migrate_document(documents_of(organisation), data, act=act)
    reindex(organisation)
    return organisation


@pytest.fixture(scope="package")
def gas():
    """Nobody may write in it."""
    return built("gasandino")


@pytest.fixture(scope="package")
def credit():
    """Nobody may write in it."""
    return built("icetex")


@pytest.fixture
def own_gas():
    return built("gasandino")
