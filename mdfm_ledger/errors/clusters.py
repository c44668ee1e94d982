"""Refusals of what the terms of the thematic clusters do not allow."""

from __future__ import annotations

from datetime import date

from mdfm_ledger.errors.rejected import InvalidEventError


class MembershipError(InvalidEventError):
    """A city cannot join, coordinate or leave a cluster by the general terms of the clusters."""

    code = "membership"
    template = "{city} and cluster {cluster} on {day}: {problem}"
    remedy = "Record that a membership ended first, or choose another city, cluster or day."
    city: str
    cluster: str
    day: date
    problem: str
