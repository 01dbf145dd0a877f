"""Trusted time: an RFC 3161 authority asked over HTTP, with limits, and never a made-up time."""

from __future__ import annotations

import asyncio
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import IO

from asn1crypto import cms, tsp
from pyhanko.sign.timestamps import TimeStamper

from qms.signing.errors import TimestampUnavailable

ANSWER_LIMIT = 64 * 1024
"""Largest answer in bytes; real tokens have 2 to 10 kB."""


class HttpTimeStamper(TimeStamper):
    """Asks the authority that the settings name; follows no redirect and reads no more than needed.

    Only the address from the settings is ever contacted (attack D4-53).
    """

    def __init__(self, url: str, *, seconds: float = 10.0) -> None:
        """Keep the address, which must be http or https, and the patience in seconds."""
        if not url.lower().startswith(("http://", "https://")):
            raise ValueError("the time stamp authority needs an http or https address")
        super().__init__(include_nonce=True)
        self.url = url
        self.seconds = seconds

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Send the request in a thread; raises OSError or ValueError."""
        return await asyncio.to_thread(self._ask, req.dump())

    def _ask(self, query: bytes) -> tsp.TimeStampResp:
        request = urllib.request.Request(  # noqa: S310 - the scheme is checked above
            self.url,
            data=query,
            headers={
                "Content-Type": "application/timestamp-query",
                "Accept": "application/timestamp-reply",
            },
        )
        opener = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=self.seconds) as answer:
                body = answer.read(ANSWER_LIMIT + 1)
        except urllib.error.HTTPError as error:
            error.close()
            raise ValueError(f"the authority answers {error.code}") from error
        if len(body) > ANSWER_LIMIT:
            raise ValueError("the answer is too long for a time stamp")
        return tsp.TimeStampResp.load(body, strict=True)


class GuardedTimeStamper(TimeStamper):
    """Wraps any time stamper: every failure becomes TimestampUnavailable, every token is checked.

    The library compares the nonce only; a token over another digest is refused here (fault 19).
    """

    def __init__(self, inner: TimeStamper) -> None:
        """Wrap ``inner``."""
        super().__init__(include_nonce=True)
        self.inner = inner

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """Get a token over ``message_digest``; raises TimestampUnavailable."""
        try:
            token = await self.inner.async_timestamp(message_digest, md_algorithm)
            stamped = token["content"]["encap_content_info"]["content"].parsed["message_imprint"]
            answered = stamped["hashed_message"].native, stamped["hash_algorithm"]["algorithm"]
        except (OSError, HTTPException, ValueError, TypeError, KeyError, AttributeError) as error:
            raise TimestampUnavailable from error
        if answered[0] != message_digest or answered[1].native != md_algorithm:
            raise TimestampUnavailable
        return token


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: object,
        newurl: str,
    ) -> None:
        return None
