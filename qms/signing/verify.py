"""Verify a PDF that may be hostile: the public door, used by the web, the command line and doctor.

The file is parsed in a child process with limits on memory and time, because a PDF that keeps a
parser busy for ever costs its sender nothing (attack D4-43). A helper process with everything
already imported forks one child per file, so a verification costs tens of milliseconds.
"""

from __future__ import annotations

import atexit
import base64
import hashlib
import json
import os
import struct
import subprocess
import sys
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qms.signing.report import Report, Sentence

HELPER = [sys.executable, "-I", "-W", "ignore", "-m", "qms.signing.helper"]
ANSWER_LIMIT = 8 * 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """What one verification may cost."""

    size: int = 100 * 1024 * 1024
    """Largest file in bytes."""
    seconds: int = 10
    memory: int = 1024 * 1024 * 1024
    """Largest address space of the child in bytes."""


DEFAULT_LIMITS = Limits()


def verify_pdf(
    pdf: bytes,
    trust: Iterable[bytes],
    *,
    crls: Iterable[bytes] = (),
    tsa_trust: Iterable[bytes] = (),
    at: datetime,
    limits: Limits = DEFAULT_LIMITS,
) -> Report:
    """Report on every signature of ``pdf`` as seen at ``at``; raises over nothing in the file.

    ``trust`` and ``tsa_trust`` are root certificates, ``crls`` revocation lists (PEM or DER each).
    A file that is too big, too slow or kills its parser is reported, never ``ok``.
    """
    refused = Report(sha256=hashlib.sha256(pdf).hexdigest(), size=len(pdf))
    if len(pdf) > limits.size:
        megabytes = str(limits.size // (1024 * 1024))
        refused.problems.append(
            Sentence("The file is larger than ${size} MB, too large to check.", {"size": megabytes})
        )
        return refused
    question = {
        "trust": _texts(trust),
        "crls": _texts(crls),
        "tsa_trust": _texts(tsa_trust),
        "at": at.isoformat(),
        "seconds": limits.seconds,
        "memory": limits.memory,
    }
    answer = _helper.ask(question, pdf)
    if answer is None or "report" not in answer:
        refused.problems.append(
            Sentence("Checking this file took too much time or memory; it is not trustworthy.")
        )
        return refused
    return Report.from_dict(answer["report"])


class _Helper:
    """The one helper of this process; verifications queue, so they cannot crowd the machine."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.process: subprocess.Popen[bytes] | None = None
        self.owner = os.getpid()

    def ask(self, question: dict[str, Any], pdf: bytes) -> dict[str, Any] | None:
        """Send one file; None when the helper died over it (the next question starts another)."""
        head = json.dumps(question).encode()
        with self.lock:
            process = self._running()
            try:
                _write(process, struct.pack("!QQ", len(head), len(pdf)) + head)
                _write(process, pdf)
                return self._answer(process)
            except (OSError, ValueError, struct.error):
                self.stop()
                return None

    def stop(self) -> None:
        """End the helper, if it runs."""
        process, self.process = self.process, None
        if process is not None and self.owner == os.getpid():
            process.kill()
            process.communicate()

    def _running(self) -> subprocess.Popen[bytes]:
        if self.owner != os.getpid():
            self.process, self.owner = None, os.getpid()  # a fork shares no pipes with its parent
        if self.process is None or self.process.poll() is not None:
            self.stop()
            self.process = subprocess.Popen(  # noqa: S603 - our own module, fixed arguments
                HELPER, stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        return self.process

    def _answer(self, process: subprocess.Popen[bytes]) -> dict[str, Any] | None:
        (length,) = struct.unpack("!Q", _read(process, 8))
        if length > ANSWER_LIMIT:
            raise ValueError("the helper answers too much")
        return json.loads(_read(process, length))


def _write(process: subprocess.Popen[bytes], data: bytes) -> None:
    if process.stdin is None:
        raise OSError("no pipe")
    process.stdin.write(data)
    process.stdin.flush()


def _read(process: subprocess.Popen[bytes], length: int) -> bytes:
    if process.stdout is None:
        raise OSError("no pipe")
    return process.stdout.read(length)


def _texts(items: Iterable[bytes]) -> list[str]:
    return [base64.b64encode(item).decode("ascii") for item in items]


_helper = _Helper()
atexit.register(_helper.stop)
