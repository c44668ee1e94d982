"""Rules of corrections that an event would break."""

from __future__ import annotations

from mdfm_ledger.errors.rules import RuleError


class CorrectionError(RuleError):
    """A reversal and the event that replaces what it takes back do not stand together."""

    code = "correction"
    invariant = "reversal-exact"
    template = "{kind} {reference}: {problem}"
    remedy = "Record the reversal and, right after it, the replacement it names, in one transaction."
    kind: str
    reference: str
    problem: str
