"""What the organisations of the played year want to reach, and how they said it was going."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from qms.content.models import Organisation
from qms.indicators.objectives import services
from qms.kernel.acts import Act


def play_objectives(
    organisation: Organisation,
    plan: Iterable[Mapping[str, Any]],
    make_act: Callable[..., Act],
    now: datetime,
) -> int:
    """Set the objectives of this year on its first working days; count them."""
    made, start = 0, datetime(now.year, 1, 12, 15, tzinfo=UTC)
    for one in plan:
        facts = {
            **{name: one[name] for name in ("text", "target", "owner", "plan", "indicators")},
            "first": date(now.year, 1, 1),
            "last": date(now.year, 12, 31),
        }
        by = one["by"]
        objective = services.set_objective(
            organisation, facts, act=make_act(by, at=min(start, now))
        )
        for days, text in one.get("notes", {}).items():
            at = start + timedelta(days=days)
            if at < now:
                services.note(objective, text, act=make_act(by, at=at))
        made += 1
    return made
