"""Holds uploaded files between the tries of one form, for their owner only, for two hours.

They lie in a private folder and not in the database, because a form that is sent back with errors
rolls its transaction back.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import tempfile
import time
from pathlib import Path
from typing import Any

from pyramid.csrf import get_csrf_token
from pyramid.request import Request

LIFETIME = 2 * 3600
FOLDER_SETTING = "qms.uploads_folder"


class UploadFolderError(RuntimeError):
    """The folder for uploads is not ours alone."""


def default_folder() -> Path:
    """Give the folder of this system user's uploads in the machine's place for such things."""
    return Path(tempfile.gettempdir()) / f"qms-uploads-{os.getuid()}"


def private_folder(path: Path) -> Path:
    """Make the folder for us alone; raises UploadFolderError when somebody else may enter."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    facts = path.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.getuid() or facts.st_mode & 0o077:
        raise UploadFolderError(str(path))
    return path


class Uploads:
    """deform's temporary store for one owner; the client's ids mean nothing to anybody else."""

    def __init__(self, folder: Path, owner: str) -> None:
        """Use ``folder``; every id is mixed with ``owner`` before it becomes a file's name."""
        self.folder = private_folder(folder)
        self.owner = owner
        self._items: dict[str, dict[str, Any]] = {}

    def _base(self, uid: str) -> Path:
        key = f"{self.owner}\x00{uid}".encode("utf-8", "surrogatepass")
        return self.folder / hashlib.sha256(key).hexdigest()

    def __setitem__(self, uid: str, data: dict[str, Any]) -> None:
        """Keep the bytes and the facts of an upload; deform goes on using the same dictionary."""
        self.expire()
        base = self._base(uid)
        stream = data.get("fp")
        if stream is not None:
            stream.seek(0)
            with base.with_suffix(".bytes").open("wb") as target:
                shutil.copyfileobj(stream, target, 1 << 20)
            stream.seek(0)
            facts = {key: data.get(key) for key in ("filename", "mimetype", "size", "uid")}
            facts["size"] = base.with_suffix(".bytes").stat().st_size
            data["size"] = facts["size"]
            base.with_suffix(".json").write_text(json.dumps(facts), encoding="utf-8")
        self._items[uid] = data

    def __getitem__(self, uid: str) -> dict[str, Any]:
        """Give the upload of this id or raise KeyError."""
        found = self.get(uid)
        if found is None:
            raise KeyError(uid)
        return found

    def __contains__(self, uid: str) -> bool:
        """Tell whether this owner has an upload of this id."""
        return self.get(uid) is not None

    def get(self, uid: str, default: Any = None) -> Any:
        """Give the upload of this id, its bytes open for reading, or ``default``."""
        if uid in self._items:
            return self._items[uid]
        base = self._base(uid)
        try:
            facts = json.loads(base.with_suffix(".json").read_text(encoding="utf-8"))
            if time.time() - base.with_suffix(".json").stat().st_mtime > LIFETIME:
                return default
            stream = base.with_suffix(".bytes").open("rb")
        except (OSError, ValueError):
            return default
        self._items[uid] = {**facts, "fp": stream}
        return self._items[uid]

    def preview_url(self, uid: str) -> None:
        """Show no previews: an upload is bytes until it has been accepted."""
        return

    def close(self) -> None:
        """Close what is open; the files stay for the next try."""
        for data in self._items.values():
            stream = data.get("fp")
            if stream is not None and hasattr(stream, "close"):
                stream.close()

    def discard(self) -> None:
        """Forget and delete what this form used; its files are stored for good by now."""
        self.close()
        for uid in self._items:
            for suffix in (".bytes", ".json"):
                self._base(uid).with_suffix(suffix).unlink(missing_ok=True)
        self._items.clear()

    def expire(self) -> None:
        """Delete everybody's leftovers that are older than two hours."""
        eldest = time.time() - LIFETIME
        for path in self.folder.iterdir():
            try:
                if path.stat().st_mtime < eldest:
                    path.unlink()
            except FileNotFoundError:
                continue


def uploads_of(request: Request) -> Uploads:
    """Give the store of the signed-in person, or of the anonymous browser's session."""
    folder = request.registry.settings.get(FOLDER_SETTING)
    person = request.authenticated_userid
    owner = f"person {person}" if person else f"session {get_csrf_token(request)}"
    uploads = Uploads(Path(folder) if folder else default_folder(), owner)
    request.add_finished_callback(lambda _request: uploads.close())
    return uploads
