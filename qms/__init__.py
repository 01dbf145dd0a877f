"""qms: controlled documents, complaints and indicators; it runs what the document declares."""

import warnings
from typing import Any

# Pyramid and deform still ask setuptools for their resources; no operator can change that, and
# the word of it must not stand above the output of every command.
warnings.filterwarnings("ignore", message="pkg_resources is deprecated")

from pyramid.config import Configurator  # noqa: E402 - after the filter

from qms.kernel.settings import Settings  # noqa: E402 - after the filter

DEFAULTS = {
    "tm.manager_hook": "pyramid_tm.explicit_manager",
    "tm.commit_veto": "pyramid_tm.default_commit_veto",
    "retry.activate_hook": "qms.web.retrying.attempts_for",
}
"""What every deployment needs and no file has to repeat."""


def main(global_config: dict[str, str] | None = None, **settings: str) -> Any:
    """Make the WSGI application: the table of contents of the house."""
    return configure(settings).make_wsgi_app()


def configure(settings: dict[str, str]) -> Configurator:
    """Put the house together; the command line uses its registry without the web."""
    config = Configurator(
        settings=DEFAULTS | settings, root_factory="qms.content.root.root_factory"
    )
    config.registry.qms = Settings.from_mapping(settings)
    config.include("pyramid_retry")
    config.include("pyramid_tm")
    config.include("pyramid_zodbconn")
    config.include("qms.web")
    config.include("qms.security")
    config.include("qms.exports")
    config.include("qms.people")
    config.include("qms.audit")
    config.include("qms.notices")
    config.include("qms.documents")
    config.include("qms.links")
    config.include("qms.pqr")
    config.include("qms.requests")
    config.include("qms.copies")
    config.include("qms.reviews")
    config.include("qms.norms")
    config.include("qms.processes")
    config.include("qms.past")
    config.include("qms.evidence")
    config.include("qms.imports")
    config.include("qms.setup")
    config.include("qms.renaming")
    config.include("qms.retention")
    config.include("qms.indicators")
    config.include("qms.surveys")
    config.include("qms.improvement")
    config.include("qms.upgrade")
    config.include("qms.jobs")
    config.commit()
    return config
