"""What a profile may say of surveys, and what is told with its place where it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from qms.profiles import loader
from qms.profiles.errors import ProfileMistakes

SHIPPED = Path(loader.__file__).parent / "data" / "organisations"
DEALER = (SHIPPED / "carrazos" / "profile.yaml").read_text(encoding="utf-8")


def mistakes(old, new, count=1):
    """Give the mistakes of the dealer's profile with one text put in the place of another."""
    assert old in DEALER
    text = DEALER.replace("logo: logo.png", "logo: null").replace(old, new, count)
    with pytest.raises(ProfileMistakes) as refused:
        loader.load_text(text)
    return [(one.path, str(one.what.interpolate())) for one in refused.value.mistakes]


@pytest.mark.parametrize("name", ["aexpress", "carrazos", "comteco", "gasandino", "icetex"])
def test_every_shipped_profile_says_what_it_asks_and_loads(name):
    data = loader.load(SHIPPED / name).data["surveys"]
    assert bool(data["kinds"]) == (name != "icetex")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("low: 9, high: 10, role: promoter", "low: 10, high: 10, role: promoter", ": 9"),
        ("low: 7, high: 8, role: neutral", "low: 6, high: 8, role: neutral", ": 6"),
        ("low: 1, high: 6, role: detractor", "low: 0, high: 6, role: detractor", ": 0"),
        ('CARRAZOS?", score: true', 'CARRAZOS?"', "exactly one question"),
        ("brands: [vw, seat]}", "brands: [vw, fiat]}", "«fiat»"),
        ("scale: uno-diez", "scale: uno-cien", "«uno-cien»"),
        ("{vehiculo}", "{vehículo}", "{vehículo}"),
        ("colour: red, role: unmanaged", "colour: red, role: in-progress", "«unmanaged»"),
        ('{id: tiempos, text: "¿Cómo', '{id: trabajo, text: "¿Cómo', "«trabajo»"),
    ],
)
def test_a_slip_in_the_surveys_is_told_with_its_place(old, new, said):
    found = mistakes(old, new)
    assert any(said in what for _path, what in found), found
    assert all(path.startswith("surveys") for path, _what in found)
