"""Sessions kept on the server: the browser holds a signed random id, the database its hash.

Nothing is stored for a visitor who only looks: the token against forged requests is derived from
the id, and a record comes to be with the first value or with signing in.  (ASVS 5.0: 7.2, 7.4.)
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from BTrees.OOBTree import OOTreeSet
from pyramid.interfaces import ISession
from pyramid.request import Request
from pyramid.response import Response
from webob.cookies import RequestCookies
from zope.interface import implementer

from qms.content.root import root_factory
from qms.kernel import clock
from qms.people.models import Person, Session, doors_of
from qms.security.tokens import digest

IDLE = timedelta(hours=1)
"""A session that nobody used for this long has ended."""
LONGEST = timedelta(hours=12)
"""However much it is used, a session ends after this long."""
ANONYMOUS_LIFE = timedelta(minutes=30)
"""How long the values of a visitor who is not signed in are kept."""
TOUCH = timedelta(minutes=5)
"""How often at most a mere look is written down."""
_SHORT = 1000
"""Characters of the cookies that are remembered as they were read; strangers may send longer."""
_FLASH = "flash:"
_CSRF = "csrf"


def cookie_name(request: Request) -> str:
    """Give the cookie's name; on https browsers refuse a ``__Host-`` one that others planted."""
    return "__Host-qms" if request.scheme == "https" else "qms"


def _cookie(cookies: str, name: str) -> str:
    """Give one of the cookies that a browser sends alike with all that it asks for."""
    return str(RequestCookies({"HTTP_COOKIE": cookies}).get(name, ""))


_known_cookie = lru_cache(maxsize=512)(_cookie)


@implementer(ISession)
class BrowserSession:
    """Pyramid's session over a record in the database; made once per request."""

    def __init__(self, request: Request) -> None:
        """Find the record of the request's cookie, if it is ours and still good."""
        self._request = request
        self._signer = request.registry.qms_cookies
        self._site = root_factory(request)
        self._now = clock.now()
        cookies = request.environ.get("HTTP_COOKIE", "")
        read = _known_cookie if len(cookies) <= _SHORT else _cookie
        self._id = self._signer.unsign(read(cookies, cookie_name(request)))
        self._record: Session | None = self._find()

    # The record

    @property
    def key(self) -> str | None:
        """The key of the record, as the person's list of sessions names it."""
        return digest(self._id) if self._id else None

    @property
    def owner(self) -> tuple[str, str] | None:
        """Organisation and person id of whoever is signed in."""
        return self._record.owner if self._record is not None else None

    @property
    def epoch(self) -> int:
        """The person's session epoch when they signed in."""
        return self._record.epoch if self._record is not None else 0

    def _find(self) -> Session | None:
        doors = self._site.annexes.get("people")
        if self._id is None or doors is None:
            return None
        record = doors.sessions.get(digest(self._id))
        if record is None:
            return None
        idle, longest = (IDLE, LONGEST) if record.owner else (ANONYMOUS_LIFE, ANONYMOUS_LIFE)
        if self._now - record.seen > idle or self._now - record.began > longest:
            # A dead id must not come back to life: whatever follows gets another one.
            self._id = None
            return None
        if record.owner and self._now - record.seen > TOUCH:
            record.seen = self._now
        return record

    def _need_id(self) -> str:
        if self._id is None:
            self._id = secrets.token_urlsafe(32)
            self._request.add_response_callback(self._give_cookie)
        return self._id

    def _give_cookie(self, request: Request, response: Response) -> None:
        ended = self._id is None
        response.set_cookie(
            cookie_name(request),
            "" if self._id is None else self._signer.sign(self._id),
            max_age=0 if ended else None,
            httponly=True,
            samesite="Lax",
            secure=request.scheme == "https",
        )

    def _need_record(self) -> Session:
        if self._record is None:
            self._need_id()
            self._record = Session(self._now)
            doors_of(self._site).sessions[self.key] = self._record
        return self._record

    def invalidate(self) -> None:
        """End the session on the server; its id opens nothing any more (D4-18)."""
        if self._record is not None:
            doors = doors_of(self._site)
            doors.sessions.pop(self.key, None)
            keys = doors.by_person.get(self._record.owner) if self._record.owner else None
            if keys is not None:
                keys.discard(self.key)
        if self._id is not None:
            self._request.add_response_callback(self._give_cookie)
        self._record, self._id = None, None

    def sign_in(self, person: Person, owner: tuple[str, str], at: datetime) -> None:
        """Start a new session under a new id for ``person``; the old id is dead (D4-17)."""
        self.invalidate()
        self._id = None
        record = self._need_record()
        agent = (self._request.user_agent or "")[:200]
        record.address, record.agent = self._request.client_addr or "", agent
        record.owner, record.epoch = owner, person.session_epoch
        record.began = record.seen = at
        doors = doors_of(self._site)
        keys = doors.by_person.get(owner)
        if keys is None:
            keys = doors.by_person[owner] = OOTreeSet()
        keys.add(self.key)

    # What Pyramid asks of a session

    @property
    def created(self) -> int:
        """Seconds since the epoch at which the session began."""
        return int((self._record.began if self._record else self._now).timestamp())

    @property
    def new(self) -> bool:
        """Tell whether nothing was stored before this request."""
        return self._record is None or self._record.began == self._now

    def changed(self) -> None:
        """Note that a value was changed from within."""
        self._need_record()._p_changed = True

    def flash(self, msg: Any, queue: str = "", allow_duplicate: bool = True) -> None:  # noqa: FBT001, FBT002 - Pyramid's signature
        """Keep a sentence for the next page."""
        text = self._request.localizer.translate(msg) if hasattr(msg, "interpolate") else msg
        waiting = self.get(_FLASH + queue, [])
        if allow_duplicate or text not in waiting:
            self[_FLASH + queue] = [*waiting, str(text)]

    def pop_flash(self, queue: str = "") -> list[str]:
        """Give the sentences that wait and forget them."""
        return self.pop(_FLASH + queue, [])

    def peek_flash(self, queue: str = "") -> list[str]:
        """Give the sentences that wait."""
        return list(self.get(_FLASH + queue, []))

    def new_csrf_token(self) -> str:
        """Make forms of before useless."""
        self[_CSRF] = secrets.token_hex(8)
        return self.get_csrf_token()

    def get_csrf_token(self) -> str:
        """Give the token that the forms of this session carry; it changes when the id does."""
        salt = self.get(_CSRF, "")
        return self._signer.mac(f"csrf {self._need_id()} {salt}")

    # A dictionary

    @property
    def _data(self) -> dict[str, Any]:
        return self._record.data if self._record is not None else {}

    def __getitem__(self, name: str) -> Any:
        return self._data[name]

    def __contains__(self, name: str) -> bool:
        return name in self._data

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)

    def __setitem__(self, name: str, value: Any) -> None:
        record = self._need_record()
        record.data = {**record.data, name: value}

    def __delitem__(self, name: str) -> None:
        if name not in self._data:
            raise KeyError(name)
        record = self._need_record()
        record.data = {key: value for key, value in record.data.items() if key != name}

    def keys(self) -> Any:
        """Give the names of the values."""
        return self._data.keys()

    def values(self) -> Any:
        """Give what the session keeps, without the names."""
        return self._data.values()

    def items(self) -> Any:
        """Give names and values."""
        return self._data.items()

    def get(self, name: str, default: Any = None) -> Any:
        """Give the value of ``name`` or ``default``."""
        return self._data.get(name, default)

    def pop(self, name: str, default: Any = None) -> Any:
        """Give the value of ``name`` and forget it; nothing is written where there is none."""
        if name not in self._data:
            return default
        value = self._data[name]
        del self[name]
        return value

    def popitem(self) -> tuple[str, Any]:
        """Give and forget one value."""
        name = next(reversed(self._data))
        return name, self.pop(name)

    def setdefault(self, name: str, default: Any = None) -> Any:
        """Give the value of ``name``, which becomes ``default`` where there is none."""
        if name not in self._data:
            self[name] = default
        return self._data[name]

    def update(self, *args: Any, **values: Any) -> None:
        """Set several values."""
        record = self._need_record()
        record.data = {**record.data, **dict(*args, **values)}

    def clear(self) -> None:
        """Forget every value."""
        if self._data:
            self._need_record().data = {}
