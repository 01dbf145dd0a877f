"""Templates of pages: compiled one at a time, and quick to hand their names to macros.

Python's parser does not bear several threads at once.

The first answers of a server all compile templates. In two threads at once ``ast`` may fail with
«AST constructor recursion depth mismatch», and the page with it (CPython issue 106905).
"""

from __future__ import annotations

import threading
from typing import Any

from chameleon.utils import Scope
from chameleon.zpt.template import PageTemplateFile
from pyramid.config import Configurator
from pyramid.decorator import reify
from pyramid_chameleon.renderer import template_renderer_factory
from pyramid_chameleon.zpt import PyramidPageTemplateFile, ZPTTemplateRenderer

ATTEMPTS = 5

_compiling = threading.RLock()


class Names(Scope):
    """The names of a page, found and handed to macros and slots as quickly as a dictionary's.

    Chameleon copies all of them for every macro and slot, one by one in Python.
    """

    __slots__ = ()
    _root: Any

    __getitem__ = dict.__getitem__

    @classmethod
    def of(cls, names: Scope) -> Names:
        """Take over the names of a scope of Chameleon's own."""
        made = cls(dict.items(names))
        root = getattr(names, "_root", None)
        if root is not None:
            made._root = root
        return made

    def __missing__(self, key: str) -> Any:
        """Look where a template keeps what it defined for the whole page."""
        return dict.__getitem__(getattr(self, "_root", {}), key)

    def get_name(self, key: str) -> Any:
        """Give what a template names; NameError where there is no such name."""
        try:
            return self[key]
        except KeyError:
            raise NameError(key) from None

    def copy(self) -> Names:
        """Copy the names of the page and those of this place, which go before them."""
        root = getattr(self, "_root", self)
        made = Names(dict.items(root))
        if root is not self:
            dict.update(made, dict.items(self))
        made._root = root
        return made


class OneAtATime(PageTemplateFile):
    """A template that waits until no other one is being compiled."""

    def cook(self, body: str) -> None:
        """Compile the template; again where another thread of the process parsed something."""
        with _compiling:
            for _attempt in range(ATTEMPTS - 1):
                try:
                    return super().cook(body)
                except SystemError:
                    continue
            return super().cook(body)


class PageTemplate(OneAtATime, PyramidPageTemplateFile):
    """A page template, compiled by one thread at a time, that takes our names as they are."""

    def cook(self, body: str) -> None:
        """Compile the template, and let it have its names as ours."""
        super().cook(body)
        filled = self.__dict__["_render"]

        def render(stream: Any, names: Any, *more: Any, **given: Any) -> Any:
            own = names if type(names) is Names else Names.of(names)
            return filled(stream, own, *more, **given)

        self._render = render


class PageRenderer(ZPTTemplateRenderer):
    """Pyramid's renderer of ``.pt`` files, over our class of templates."""

    @reify
    def template(self) -> PageTemplate:
        """The template, made at its first use."""
        settings: dict[str, Any] = {"debug": self.lookup.debug, "macro": self.macro}
        return PageTemplate(
            self.path,
            auto_reload=self.lookup.auto_reload,
            translate=self.lookup.translate,
            **settings,
        )


def page_renderer(info: Any) -> Any:
    """Give the renderer of one template."""
    return template_renderer_factory(info, PageRenderer)


def includeme(config: Configurator) -> None:
    """Take the place of pyramid_chameleon's own renderer, which is included below this one."""
    config.include("pyramid_chameleon")
    config.add_renderer(".pt", page_renderer)
