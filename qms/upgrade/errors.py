"""What upkeep refuses."""

from __future__ import annotations

from qms.kernel.errors import Refused


class UpgradePending(Refused):
    """The data wait for a migration (${names}); make a backup, then run «qms upgrade»."""


class DatabaseIsNewer(Refused):
    """A newer release worked on this database (${names}); install that release or a later one."""


class ArchiveIsNewer(Refused):
    """A newer release wrote this archive (${names}); install that release or a later one."""


class NotEmbedded(Refused):
    """«qms backup» copies the embedded database; for PostgreSQL use pg_dump (docs/operators.md)."""


class BackupDamaged(Refused):
    """This backup cannot be used, and nothing was changed: ${problem}."""


class BackupFailed(Refused):
    """No backup was made: ${problem}."""


class TargetNotEmpty(Refused):
    """${place} is not empty; restore into a folder that does not exist yet."""
