"""The samples, for every test of this folder."""

from __future__ import annotations

import importlib.util
import io
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

_SPEC = importlib.util.spec_from_file_location("samples", Path(__file__).with_name("samples.py"))
samples: Any = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(samples)


@pytest.fixture(params=list(samples.ORGANISATIONS))
def organisation(request):
    return request.param


@pytest.fixture
def frozen():
    """Freeze a shipped document: ``frozen("aexpress", migrated=True)``."""
    return samples.frozen


@pytest.fixture
def texts():
    """Give the text of every page, with blanks and line ends as single spaces."""

    def read(pdf: bytes) -> list[str]:
        pages = PdfReader(io.BytesIO(pdf)).pages
        return [" ".join(page.extract_text().split()) for page in pages]

    return read
