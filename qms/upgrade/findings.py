"""What an examination of the data found, each with a code that stays the same."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

WRONG = "wrong"
"""Something is not as it must be; the command ends with status 1."""
WARNING = "warning"
"""Something will go wrong unless somebody acts."""
REPAIRED = "repaired"
"""Something was wrong and has been put right."""


@dataclass(frozen=True)
class Finding:
    """One thing that an examination found."""

    code: str
    """What kind of thing, such as ``file-altered``; ``docs/operators.md`` says what to do."""
    where: str
    """Organisation, document and version, or the place on disk."""
    text: str
    """The matter in one sentence."""
    level: str = WRONG

    def to_dict(self) -> dict[str, Any]:
        """Give JSON data."""
        return asdict(self)

    def __str__(self) -> str:
        """Give the line that the terminal shows."""
        return f"{self.level:<8} {self.code:<22} {self.where}: {self.text}"
