"""Drawing days, moments, people and words for a made-up year, the same for the same seed."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from qms.kernel.calendars import Calendar

GIVEN = (
    "Adriana",
    "Beatriz",
    "Camila",
    "Daniela",
    "Elena",
    "Fabiola",
    "Gloria",
    "Helena",
    "Irene",
    "Julieta",
    "Karina",
    "Liliana",
    "Mónica",
    "Natalia",
    "Olga",
    "Patricia",
    "Rocío",
    "Sandra",
    "Teresa",
    "Yolanda",
    "Alberto",
    "Bernardo",
    "César",
    "Diego",
    "Eduardo",
    "Fabián",
    "Gabriel",
    "Héctor",
    "Iván",
    "Jorge",
    "Leonardo",
    "Mauricio",
    "Néstor",
    "Orlando",
    "Pablo",
    "Ramiro",
    "Sergio",
    "Tulio",
    "Víctor",
)
FAMILY = (
    "Acosta",
    "Barrera",
    "Cáceres",
    "Duarte",
    "Escobar",
    "Fonseca",
    "Galindo",
    "Herrera",
    "Ibáñez",
    "Jaimes",
    "Lozano",
    "Montoya",
    "Navarro",
    "Ortega",
    "Pardo",
    "Quintero",
    "Rueda",
    "Salazar",
    "Tovar",
    "Urrego",
    "Vargas",
    "Zapata",
)


class Draw:
    """One stream of chance."""

    def __init__(self, *seed: object) -> None:
        """Begin at a seed."""
        self.source = random.Random(" ".join(map(str, seed)))  # noqa: S311 - nothing is secret

    def chance(self, percent: float) -> bool:
        """Tell whether something of so many per cent happens."""
        return self.source.random() * 100 < percent

    def number(self, average: float) -> int:
        """Draw how often something happens that happens so often on the average (Poisson)."""
        limit, count, product = math.exp(-average), 0, self.source.random()
        while product > limit:
            count += 1
            product *= self.source.random()
        return count

    def among(self, weights: Mapping[str, float]) -> str:
        """Choose one by its weight."""
        return str(self.source.choices(list(weights), list(weights.values()))[0])

    def one(self, choices: Sequence[Any]) -> Any:
        """Choose one."""
        return self.source.choice(list(choices))

    def days(self, average: float) -> int:
        """Draw a number of days that is small mostly and long now and then."""
        return max(0, round(self.source.gammavariate(2, average / 2)))

    def score(self, low: int, high: int, average: float) -> int:
        """Draw a whole score around an average."""
        return min(high, max(low, round(self.source.gauss(average, (high - low) / 5))))

    def customer(self) -> dict[str, str]:
        """Make a customer up; one of a few thousand, so that some come again."""
        n = self.source.randrange(4000)
        given, first = GIVEN[n % len(GIVEN)], FAMILY[n // 7 % len(FAMILY)]
        second = FAMILY[n // 161 % len(FAMILY)]
        return {
            "name": f"{given} {first} {second}",
            "id": str(41_000_000 + n * 37),
            "phone": f"300 {5_000_000 + n * 11}",
            "email": f"cliente{n}@example.org" if n % 3 else "",
        }

    def moment(self, day: date, zone: Any, *, after: datetime | None = None) -> datetime:
        """Draw a moment of office hours on a day, behind ``after`` where it is the same day."""
        start = datetime.combine(day, time(8), zone).astimezone(UTC)
        end = start + timedelta(hours=9)
        if after is not None and after >= start:
            start = after + timedelta(minutes=5)
            end = max(end, start + timedelta(hours=1))
        seconds = int((end - start).total_seconds())
        return start + timedelta(seconds=self.source.randrange(1, seconds))


def business_days(calendar: Calendar, first: date, last: date) -> Iterator[date]:
    """Walk the business days from ``first`` to ``last``, both included."""
    day = calendar.next_business_day(first)
    while day <= last:
        yield day
        day = calendar.next_business_day(day + timedelta(days=1))
