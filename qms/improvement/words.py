"""What states, acts and choices of improvement are called on screen."""

from __future__ import annotations

from qms.improvement.workflow import audits
from qms.kernel.i18n import _

SOURCE_NAMES = {
    "audit": _("Audit"),
    "case": _("Customer case"),
    "indicator": _("Indicator"),
    "survey": _("Survey or call"),
    "reading": _("Reading"),
    "document": _("Document"),
    "supplier": _("Supplier"),
    "process": _("Work of a process"),
    "law": _("Norm or law"),
    "risk": _("Risk"),
    "person": _("Somebody of the organisation"),
    "other": _("Another source"),
}
"""Where findings come from."""
FROM_LINKS = {
    "audit": "audit",
    "case": "case",
    "indicator": "indicator",
    "objective": "indicator",
    "campaign": "survey",
    "document": "document",
    "request": "document",
    "process": "process",
    "norm": "law",
    "finding": "other",
    "action": "other",
}
"""The source that a linked thing stands for, by its kind."""
ACTION_KINDS = {
    "corrective": _("Corrective action"),
    "correction": _("Correction"),
    "preventive": _("Action on a risk"),
    "improvement": _("Improvement action"),
}
DISPOSITION_NAMES = {
    "correct": _("Correct it"),
    "separate": _("Separate, contain or suspend it"),
    "scrap": _("Scrap it"),
    "return": _("Return it to the supplier"),
    "inform": _("Inform the customer"),
    "concession": _("Accept it under concession"),
}
VERDICT_NAMES = {
    audits.CONFORMS: _("Conforms"),
    audits.FAILS: _("Nonconformity"),
    audits.OBSERVED: _("Observation"),
    audits.NOT_APPLICABLE: _("Does not apply"),
}
FINDING_ACTS = {
    "reported": _("Reported"),
    "accepted": _("Accepted and classified"),
    "rejected": _("Rejected"),
    "merged": _("Merged into another finding"),
    "reclassified": _("Classified anew"),
    "reassigned": _("Given to another person"),
    "corrected": _("Immediate correction"),
    "disposed": _("Disposition of the output"),
    "reverified": _("Verified again"),
    "analysed": _("Cause analysed"),
    "risk-answered": _("Answer about the risks"),
    "risk-updated": _("Risks updated"),
    "action-added": _("Action planned"),
    "action-moved": _("Action went on"),
    "planned": _("Plan complete"),
    "checked": _("Effectiveness checked"),
    "closed": _("Closed"),
    "cancelled": _("Cancelled"),
    "reopened": _("Opened again"),
    "noted": _("Note"),
}
MOVED = {
    "open": _("open again"),
    "done": _("done, to be verified"),
    "verified": _("verified"),
    "cancelled": _("cancelled"),
}
ACTION_ACTS = {
    "planned": _("Planned"),
    "noted": _("Progress"),
    "reassigned": _("Given to another person"),
    "extended": _("Day moved"),
    "done": _("Done"),
    "returned": _("Returned"),
    "verified": _("Verified"),
    "cancelled": _("Cancelled"),
}
AUDIT_ACTS = {
    "planned": _("Planned"),
    "changed": _("Plan changed"),
    "staffed": _("Team named"),
    "prepared": _("Checklist prepared"),
    "question-added": _("Question added"),
    "opened": _("Opened"),
    "answered": _("Question answered"),
    "raised": _("Finding raised"),
    "concluded": _("Concluded"),
    "closed": _("Closed"),
    "cancelled": _("Cancelled"),
}
