"""Templates are compiled one at a time: Python's parser does not bear several threads at once.

The first answers of a server all compile templates. In two threads at once ``ast`` may fail with
«AST constructor recursion depth mismatch», and the page with it (CPython issue 106905).
"""

from __future__ import annotations

import threading
from typing import Any

from chameleon.zpt.template import PageTemplateFile
from pyramid.config import Configurator
from pyramid.decorator import reify
from pyramid_chameleon.renderer import template_renderer_factory
from pyramid_chameleon.zpt import PyramidPageTemplateFile, ZPTTemplateRenderer

ATTEMPTS = 5

_compiling = threading.RLock()


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
    """A template of a page."""


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
