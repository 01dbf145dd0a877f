"""The request of the house: Pyramid's own, with a shorter way to the address of content.

Pyramid makes a class anew for each request, to give it the properties that rooms announced
(``config.add_request_method``); that takes longer than finding the view. Ours get them all once.
"""

from __future__ import annotations

from typing import Any

from pyramid.config import Configurator
from pyramid.encode import urlencode
from pyramid.interfaces import VH_ROOT_KEY, IRequestExtensions, IRequestFactory
from pyramid.request import Request
from pyramid.traversal import quote_path_segment

SAFE = frozenset({"GET", "HEAD"})
"""Methods of requests that only look."""
FILES = frozenset({"upload", "file"})
"""The names under which forms send files."""


class HouseRequest(Request):
    """A request that writes addresses of content by their place in the tree alone.

    A file that is sent in the place of a text counts as not sent (D4-59).
    """

    @property
    def POST(self) -> Any:  # noqa: N802 - WebOb's name
        """Give what a form sent: texts, and files under the names that forms have for them."""
        posted = super().POST
        if self.content_type == "multipart/form-data":
            strange = {name for name, value in posted.items() if not isinstance(value, str)}
            for name in strange - FILES:
                texts = [one for one in posted.getall(name) if isinstance(one, str)]
                del posted[name]
                for one in texts:
                    posted.add(name, one)
        return posted

    @property
    def tail(self) -> str:
        """The one name behind that of the view; empty where there is none, or more than one."""
        names: tuple[str, ...] = self.subpath
        return names[0] if len(names) == 1 else ""

    def resource_path(self, resource: Any, *elements: Any, **more: Any) -> str:
        """Give the address of ``resource`` or of a view of it, as Pyramid does.

        A page writes dozens of them, and for each Pyramid asks its registry how; here only what
        needs that (a virtual root, an anchor, a query that is a text) takes the long way.
        """
        query = more.get("query")
        if more.keys() - {"query"} or isinstance(query, str) or VH_ROOT_KEY in self.environ:
            return super().resource_path(resource, *elements, **more)
        path = self._place(resource)
        if elements:
            path += "/".join([quote_path_segment(one) for one in elements])
        return f"{path}?{urlencode(query)}" if query else path

    def _place(self, resource: Any) -> str:
        """Give the path of content, which a page asks for of the same few places again and again.

        Of content that hangs nowhere yet nothing is kept, and nothing while something is moved.
        """
        kept = self.__dict__.setdefault("places", {}) if self.method in SAFE else {}
        known = kept.get(id(resource))
        if known is not None:
            return str(known[1])
        above = getattr(resource, "__parent__", None)
        if above is None:
            return f"{self.script_name}/"
        path = f"{self._place(above)}{quote_path_segment(resource.__name__ or '')}/"
        kept[id(resource)] = (resource, path)
        return path


LAST = 1_000_000
"""Order of the action that waits until every room announced its properties."""


def settle(registry: Any) -> None:
    """Make the one class of all requests, with every property that was announced."""
    announced = registry.queryUtility(IRequestExtensions)
    if announced is None or not announced.descriptors:
        return
    factory = registry.getUtility(IRequestFactory)
    own = type(factory.__name__, (factory,), {"__module__": __name__, **announced.descriptors})
    registry.registerUtility(own, IRequestFactory)
    announced.descriptors = {}


def includeme(config: Configurator) -> None:
    """Make every request one of the house."""
    config.set_request_factory(HouseRequest)
    config.action(None, settle, args=(config.registry,), order=LAST)
