"""Wall and processor time of a piece of work, side by side with another one.

On a shared machine wall time tells as much of the neighbours as of the work; processor time of the
measured process is steadier, and ratios of two works that take turns are steadier still.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Taken:
    """What some repetitions of one work took."""

    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def once(self, work: Callable[[], object]) -> None:
        """Do the work and remember what it took."""
        began, busy = time.perf_counter(), time.process_time()
        work()
        self.processor.append(time.process_time() - busy)
        self.wall.append(time.perf_counter() - began)

    @property
    def wall_ms(self) -> float:
        """Median milliseconds on the clock."""
        return statistics.median(self.wall) * 1000

    @property
    def processor_ms(self) -> float:
        """Median milliseconds of the processor."""
        return statistics.median(self.processor) * 1000


def side_by_side(
    work: Callable[[], object], other: Callable[[], object], times: int
) -> tuple[Taken, Taken]:
    """Let two works take turns, after two rounds that warm up."""
    ours, theirs = Taken(), Taken()
    for n in range(times + 2):
        for taken, doing in ((ours, work), (theirs, other)):
            (taken if n > 1 else Taken()).once(doing)
    return ours, theirs


def processor_seconds(pid: int) -> float:
    """Give the processor time that a process has used, all its threads together."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100
