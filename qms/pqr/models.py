"""The persistent classes of cases; their paths are a promise to every database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from persistent import Persistent
from persistent.list import PersistentList

from qms.content.acted import Acted, Folding
from qms.content.models import BlobFile, Folder, Numbered, organisation_of
from qms.pqr import workflow
from qms.pqr.choices import choices_of, times_of
from qms.pqr.clock import Clock, fold
from qms.pqr.errors import CaseDisposed

CUSTOMER = ("name", "id", "email", "phone", "address")
"""What is known of whoever asks, each a text."""


class CaseRegister(Folder):
    """Every case of an organisation, by its number; none ever leaves it."""

    type_name = "case-register"
    roles_go_down = False

    def __init__(self) -> None:
        """Start without cases."""
        super().__init__("Cases")

    @property
    def crumb(self) -> str:
        """The organisation's own word for its register: PQR, SQR, PQRSD."""
        return choices_of(organisation_of(self)).profile.case_acronym

    def local_roles(self, person: Any) -> set[str]:
        """Name ``signer`` who works a queue, ``leader`` who leads a process of cases."""
        organisation = organisation_of(self)
        choices, processes = choices_of(organisation), organisation["processes"]
        held, roles = set(person.position_ids), set()
        if any(held & set(choices.queue_positions(one)) for one in choices.queues):
            roles.add("signer")
        concerned = {one.get("process") for one in choices.kinds.values()} - {None, ""}
        led = (processes.get(one) for one in concerned)
        if any(one is not None and one.leader in held for one in led):
            roles.add("leader")
        return roles


class Letter(Persistent):
    """A letter about a case: its number, its file, and at which level it was signed."""

    def __init__(
        self, number: str, kind: str, file: BlobFile, *, level: str, token: str, place: int, at: str
    ) -> None:
        """Keep it; only the end of its retention takes its file away."""
        self.number = number
        self.kind = kind
        self.file = file
        self.level = level
        """``person``, ``seal`` or ``none``."""
        self.token = token
        """Behind the QR on it."""
        self.place = place
        """Which act of the case it belongs to, counted from 0."""
        self.at = at
        """ISO moment of its signature."""


class Case(Numbered, Acted[workflow.Progress]):
    """What one customer asked for, and everything that happened to it.

    State and term are pure functions of its acts; ``due`` is kept beside them for lists.
    """

    type_name = "case"
    folding = Folding(workflow.progress, workflow.after)
    disposed: dict[str, Any] | None = None
    """``record``, ``day`` (as printed), ``content_sha256`` and ``files`` of its elimination.

    Text, customer and files are gone then; number, kind, dates and acts stay."""  # since 0.2
    told: tuple[str, ...] = ()
    """Levels of the escalation that were told."""
    procedure: dict[str, str] | None = None
    """Code and version of the procedure by which it is worked, as it was that day."""
    suspects: tuple[tuple[str, tuple[str, ...], int], ...] = ()
    """Number, reasons and nearness of the cases that it seemed to repeat when it came."""
    letters: PersistentList | None = None
    """Every signed letter about it (:class:`Letter`)."""
    stays_behind = frozenset({"mails"})
    """What no archive takes along: mails belong to the outbox of an installation."""
    mails: PersistentList | None = None
    """Every mail to its customer, for the proof of delivery and for the suppression."""
    rating_digest: str = ""
    """Digest of the link by which the present answer can be rated."""

    def __init__(  # noqa: PLR0913 - each is a field of its own on the form
        self,
        number: str,
        *,
        text: str,
        customer: Mapping[str, str],
        channel_id: str,
        received_at: datetime,
        registered_by: str,
        code_digest: str,
        reason_id: str = "",
        product_id: str = "",
        site_id: str = "",
        process_id: str = "",
        anonymous: bool = False,
        proxy: Mapping[str, str] | None = None,
        consent: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        files: Iterable[BlobFile] = (),
    ) -> None:
        """Keep what was received; it never changes afterwards."""
        super().__init__(number)
        self.number = number
        self.text = text
        self.customer = {key: str(customer.get(key) or "") for key in CUSTOMER}
        self.channel_id = channel_id
        self.reason_id = reason_id
        self.product_id = product_id
        self.site_id = site_id
        self.process_id = process_id
        self.anonymous = anonymous
        self.proxy = {key: str(proxy.get(key) or "") for key in CUSTOMER} if proxy else None
        """For whom the customer speaks, where it is somebody else."""
        self.received_at = received_at
        self.registered_by = registered_by
        self.code_digest = code_digest
        """Digest of the secret code with which the customer follows the case."""
        self.consent = dict(consent) if consent else None
        """``version``, ``text`` and ``at`` of the consent that was given."""
        self.form = dict(form) if form else None
        """Code and version of the organisation's own format for its log, as it was that day."""
        self.files: PersistentList = PersistentList(files)
        self.due: str | None = None
        """ISO moment of the term's end; None without a term, and while it stands still."""
        self.first_due: str | None = None
        """The one of the day of receipt."""
        self.calendar_version = ""
        """By which calendar ``due`` was computed."""

    @property
    def former_number(self) -> str:
        """The number that it had in the system from which it was taken over; empty for others."""
        origin = self.acts[0].get("origin") if self.acts else None
        return str((origin or {}).get("former", ""))

    @property
    def clock(self) -> Clock:
        """The legal clock, computed from the acts and kept in memory beside them."""
        times = times_of(organisation_of(self), self.site_id)
        known: tuple[int, Clock] | None = getattr(self.acts, "_v_clock", None)
        if known is None or known[0] != len(self.acts) or known[1].times is not times:
            # The database forgets what is noted so together with the acts, as it does progress.
            known = self.acts._v_clock = (len(self.acts), fold(self.acts, times))  # noqa: SLF001
        return known[1]

    def take(self, act: Mapping[str, Any]) -> workflow.Progress:
        """Append one act, if it can follow, and keep the term that it leads to."""
        if self.disposed is not None:
            raise CaseDisposed(record=self.disposed["record"], day=self.disposed["day"])
        now = super().take(act)
        clock = self.clock
        due = clock.due
        self.due = None if due is None else due.isoformat()
        self.calendar_version = clock.calendar.version if clock.rule is not None else ""
        if len(self.acts) == 1:
            self.first_due = self.due
        return now

    def local_roles(self, person: Any) -> set[str]:
        """Name ``author`` who registered it, ``signer`` who works it, ``leader`` of its process."""
        organisation = organisation_of(self)
        now, roles = self.progress, set()
        if person.id == self.registered_by:
            roles.add("author")
        held = set(person.position_ids)
        mine = {f"person:{person.id}", *(f"position:{one}" for one in held)}
        if now.state == workflow.IN_APPROVAL and mine & set(now.approvers):
            roles.add("author")
        queue = choices_of(organisation).queue_positions(now.queue)
        if person.id == now.owner or held & set(queue):
            roles.add("signer")
        process = organisation["processes"].get(self.process_id) if self.process_id else None
        if process is not None and process.leader in held:
            roles.add("leader")
        return roles
