"""The codes of an organisation's documents; one that was used once is never given again."""

from __future__ import annotations

from collections.abc import Iterable

from BTrees.OOBTree import OOBTree, OOTreeSet

from qms.documents.errors import CodeTaken
from qms.kernel import codes

__all__ = ["CodeBook"]


class CodeBook:
    """Codes, present and former, and the documents that bear or bore them.

    Two writers that claim one code write one key, so that the database itself refuses the second.
    """

    def begin_codes(self) -> None:
        """Start without codes."""
        self.codes = OOBTree()
        """Normalised code, present or former, to uid."""
        self.twins = OOBTree()
        """What a code looks like to a reader (homoglyphs folded) to uid."""
        self.loose = OOBTree()
        """Sloppy form of a code, to the uids that it may mean."""

    def uid_of(self, name: str) -> str:
        """Give the uid of the document that bears or bore a code; any other name comes back."""
        return str(self.codes.get(codes.normalise(name)[0], name))

    def loosely(self, text: str) -> Iterable[str]:
        """Give the uids of the documents whose code is meant by a sloppily typed ``text``."""
        found: Iterable[str] = self.loose.get(codes.search_key(text), ())
        return found

    def claim(self, code: str, uid: str) -> None:
        """Bind ``code`` to the document ``uid`` for ever; refuse a code of another document."""
        code = codes.normalise(code)[0]
        twin = codes.twin_key(code)
        holder = self.codes.get(code) or self.twins.get(twin)
        if holder is not None and holder != uid:
            raise CodeTaken(code=code, next="-")
        self.codes[code] = uid
        self.twins[twin] = uid
        self.loose.setdefault(codes.search_key(code), OOTreeSet()).add(uid)
