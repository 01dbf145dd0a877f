"""The helper behind ``qms.signing.verify``: forks one limited child per file, forwards its answer.

Speaks on its pipes only: a question is two lengths (8 bytes each), JSON, and the PDF; an answer
one length and JSON. It ends when its caller does. It has one thread, so forking is safe.
"""

from __future__ import annotations

import base64
import gc
import json
import logging
import os
import resource
import select
import signal
import struct
import sys
import time
from datetime import datetime
from typing import Any, BinaryIO

from qms.signing.inspection import inspect_pdf

ANSWER_LIMIT = 8 * 1024 * 1024


def main() -> None:
    """Answer questions until the caller closes the pipe."""
    logging.disable(logging.CRITICAL)  # findings are in the report; the library logs each one
    gc.freeze()
    source, target = sys.stdin.buffer, sys.stdout.buffer
    while (lengths := source.read(16)) and len(lengths) == 16:
        head, body = struct.unpack("!QQ", lengths)
        question = json.loads(source.read(head))
        answer = _limited(question, source.read(body))
        target.write(struct.pack("!Q", len(answer)) + answer)
        target.flush()


def _limited(question: dict[str, Any], pdf: bytes) -> bytes:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _child(question, pdf, writing)
    os.close(writing)
    with os.fdopen(reading, "rb", buffering=0) as pipe:
        answer = _collect(pipe, time.monotonic() + question["seconds"])
    os.kill(child, signal.SIGKILL)  # a zombie until waited for, so the number is still its own
    os.waitpid(child, 0)
    try:
        json.loads(answer)
    except ValueError:
        return b"{}"
    return answer


def _child(question: dict[str, Any], pdf: bytes, writing: int) -> None:
    """Check one file under limits and leave without ever returning."""
    status = 1
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (question["memory"], question["memory"]))
        resource.setrlimit(resource.RLIMIT_CPU, (question["seconds"], question["seconds"]))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        report = inspect_pdf(
            pdf,
            _bytes(question["trust"]),
            crls=_bytes(question["crls"]),
            tsa_trust=_bytes(question["tsa_trust"]),
            at=datetime.fromisoformat(question["at"]),
        )
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(json.dumps({"report": report.to_dict()}).encode())
        status = 0
    finally:
        os._exit(status)


def _collect(pipe: BinaryIO, until: float) -> bytes:
    parts, size = [], 0
    while size <= ANSWER_LIMIT:
        ready, _, _ = select.select([pipe], [], [], max(0.0, until - time.monotonic()))
        part = os.read(pipe.fileno(), 65536) if ready else b""
        if not part:
            break
        parts.append(part)
        size += len(part)
    return b"".join(parts) if size <= ANSWER_LIMIT else b""


def _bytes(texts: list[str]) -> list[bytes]:
    return [base64.b64decode(text) for text in texts]


if __name__ == "__main__":
    main()
