"""The room of retention in an organisation, and its list of records."""

from __future__ import annotations

from datetime import date
from typing import Any

from qms.content.models import Organisation
from qms.kernel.acts import Act
from qms.people.moments import local_day
from qms.retention.listing import catalogue_of
from qms.retention.models import Retention

NAME = "retention"


def retention_of(organisation: Organisation) -> Retention:
    """Give the organisation's retention, made at the first use with its list of records."""
    if NAME not in organisation:
        organisation.add(NAME, Retention())
        # Made together, since pages that only look must not write.
        catalogue_of(organisation)
    found: Retention = organisation[NAME]
    return found


def day_of(organisation: Any, act: Act) -> date:
    """Give the day of an act at the organisation's place."""
    return local_day(organisation, act.at)


def act_data(kind: str, act: Act, **facts: Any) -> dict[str, Any]:
    """Write an act of this room as it is kept."""
    return {"kind": kind, "by": act.person_id, "at": act.at.isoformat(), **facts}
