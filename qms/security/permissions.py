"""The permissions: each is a noun and a verb; the access matrix says which role has which."""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """What a view may ask for.  Keep each group in the order of the alphabet."""

    ACTION_MANAGE = "action:manage"
    """Extend, reassign or cancel an action of improvement."""
    ACTION_PLAN = "action:plan"
    """Plan an action that belongs to no finding."""
    ACTION_VERIFY = "action:verify"
    """Verify that an action of somebody else was done."""
    ACTION_WORK = "action:work"
    """Note progress of an action and say, with evidence, that it is done."""

    AUDIT_CONDUCT = "audit:conduct"
    """Open an audit, answer its checklist and report; only for its team."""
    AUDIT_MANAGE = "audit:manage"
    """Plan audits and their programme, name their teams, close and cancel them."""

    CASE_REGISTER = "case:register"
    """Register what a customer asks for."""
    CASE_SEE_PERSONAL = "case:see-personal"
    """See who the customer of a case is; others see initials."""
    CASE_WORK = "case:work"
    """Assign, extend, answer, close and reopen a case."""

    COPY_MANAGE = "copy:manage"
    """Print controlled copies and note what happens to them."""
    COPY_VIEW = "copy:view"
    """See where controlled copies are and who holds them."""

    DELEGATION_ADD = "delegation:add"
    """Let somebody else act for oneself between two dates."""
    DELEGATION_END = "delegation:end"
    """End a delegation before its last day."""

    DOCUMENT_ABORT = "document:abort"
    """Give up a version that is not in force, with a reason."""
    DOCUMENT_ADD = "document:add"
    """Start a new controlled document."""
    DOCUMENT_EDIT = "document:edit"
    """Change the draft of a version."""
    DOCUMENT_LINT = "document:lint"
    """See what the checks of the content found in documents."""
    DOCUMENT_PUBLISH = "document:publish"
    """Let anybody with the link read the version in force, such as that of a policy."""
    DOCUMENT_REASSIGN = "document:reassign"
    """Put another person in the place of a signer who has not acted."""
    DOCUMENT_RELEASE = "document:release"
    """Change the day on which an approved version comes into force."""
    DOCUMENT_RETIRE = "document:retire"
    """Take a document out of use without a successor."""
    DOCUMENT_REVIEW = "document:review"
    """Confirm, signed, at its periodic review that a document is right as it is."""
    DOCUMENT_REVISE = "document:revise"
    """Start a new version of a document."""
    DOCUMENT_SEE_HISTORY = "document:see-history"
    """List drafts, obsolete and aborted versions; each still has its own ``view``."""
    DOCUMENT_SIGN = "document:sign"
    """Sign the frozen version, or return it with a reason; only where a slot waits for one."""
    DOCUMENT_SUBMIT = "document:submit"
    """Freeze a draft and send it on its route."""
    DOCUMENT_WAIVE = "document:waive"
    """Accept a finding of the content checks with a reason, and let it count again."""

    EVIDENCE_EXPORT = "evidence:export"
    """Take signed files, acts and trail of documents out as a pack that verifies on its own."""

    FINDING_CHECK = "finding:check"
    """Check whether what was done about a finding had its effect; never one's own work."""
    FINDING_MANAGE = "finding:manage"
    """Classify, reassign, close, cancel and reopen findings."""
    FINDING_REPORT = "finding:report"
    """Report a finding."""
    FINDING_WORK = "finding:work"
    """Correct, analyse and plan what is done about a finding."""

    IMPORT_RUN = "import:run"
    """Take documents over from a list of another system."""

    MANAGEMENT_APPROVE = "management:approve"
    """Approve, signed, a management review."""
    MANAGEMENT_PREPARE = "management:prepare"
    """Call a management review, write its notes and minutes, and decide actions."""

    INDICATOR_ANALYSE = "indicator:analyse"
    """Write the analysis of a period of an indicator, and close it."""
    INDICATOR_CAPTURE = "indicator:capture"
    """Enter the values of an indicator."""
    INDICATOR_MANAGE = "indicator:manage"
    """Choose where an indicator's values come from, and give systems outside their tokens."""
    INDICATOR_RESTATE = "indicator:restate"
    """Change a value of a closed period, with a reason."""

    NORM_CHECK = "norm:check"
    """Note that a norm of external origin was checked; also for whoever is responsible of it."""
    NORM_MANAGE = "norm:manage"
    """Register norms of external origin, note checks and changes, link requirements."""

    ORGANISATION_CONFIGURE = "organisation:configure"
    """Change the profile: document types, codes, routes, printing."""

    OUTBOX_VIEW = "outbox:view"
    """See which mails wait, went out or failed."""

    PEOPLE_MANAGE = "people:manage"
    """Add, change, deactivate persons, positions, units and sites, and grant roles."""
    PEOPLE_VIEW = "people:view"
    """See the lists of persons, positions and units."""

    RENAMING_RUN = "renaming:run"
    """Rename a position, process or unit, with every document that depends on it or names it."""

    REQUEST_ASK = "request:ask"
    """Ask for a document to be made, changed, retired or printed."""
    REQUEST_DECIDE = "request:decide"
    """Accept or reject a change request; the profile says whose business it is."""
    REQUEST_SIGN = "request:sign"
    """Sign the retirement of a document, where its route waits for one."""
    REQUEST_WITHDRAW = "request:withdraw"
    """Take back a request of one's own."""

    TRAIL_EXPORT = "trail:export"
    """Take the whole trail out as a file that verifies on its own."""
    TRAIL_VIEW = "trail:view"
    """Read the trail; nobody has a permission to change it."""

    VIEW = "view"
    """See that the content exists, and read it; without this it answers as nonexistent."""
