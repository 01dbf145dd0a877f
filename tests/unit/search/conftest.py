"""Fixtures of the replica's tests."""

import pytest
from library_house import Library, Node


@pytest.fixture
def library(tmp_path):
    made = Library(tmp_path / "data.fs")
    yield made
    made.db.close()


@pytest.fixture
def node(library, tmp_path):
    made = Node(library, tmp_path / "search")
    yield made
    if (current := made.replica.current()) is not None:
        current.close()
