"""One authority, three signers, a stranger with the same names, and a time stamp authority."""

import io

import pytest
from reportlab.lib.pagesizes import letter
from reportlab.pdfgen.canvas import Canvas
from signing_house import SIGNERS, build_house, build_tsa, sign_all

from qms.signing.pades import FieldBox, add_signature_fields


@pytest.fixture(scope="session")
def house():
    """Read-only: a test that revokes or locks builds its own with ``new_house``."""
    return build_house()


@pytest.fixture(scope="session")
def look_alike():
    """A stranger who chose exactly the same names, ids and serial numbers."""
    return build_house()


@pytest.fixture
def new_house():
    return build_house(SIGNERS[:1])


@pytest.fixture(scope="session")
def plain_pdf():
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=letter)
    for page in (1, 2):
        canvas.drawString(72, 720, f"PRO-AX-SC-01 Servicio al Cliente, página {page}")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


@pytest.fixture(scope="session")
def frozen_pdf(plain_pdf):
    boxes = [
        FieldBox(f"step-{n}", 0, 40 + n * 175, 40, 205 + n * 175, 100, label=f"Firma {n + 1}")
        for n in range(3)
    ]
    return add_signature_fields(plain_pdf, [*boxes, FieldBox("seal", 1, 40, 40, 205, 100)])


@pytest.fixture(scope="session")
def signed_pdf(frozen_pdf, house):
    """Three people and the seal."""
    return sign_all(frozen_pdf, house)


@pytest.fixture(scope="session")
def tsa():
    return build_tsa()
