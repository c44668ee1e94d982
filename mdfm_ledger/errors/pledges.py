"""Pledges: what an event about them would do for nothing."""

from __future__ import annotations

from datetime import date

from mdfm_ledger.errors.rejected import RejectedError


class NothingDueError(RejectedError):
    """No instalment has fallen due that is not recorded as due, or paid, already."""

    code = "nothing-due"
    template = "on the pledges to term {term} nothing is due by {on} that is not recorded already"
    remedy = "Nothing is to be done; a run for a later date records what falls due until then."
    term: str
    on: date
