"""A city is appointed to coordinate a thematic cluster."""

from __future__ import annotations

from attrs import frozen

from mdfm_ledger.rules.cluster_entry import ClusterEntry
from mdfm_ledger.rules.clusters import COORDINATOR


@frozen(kw_only=True)
class CoordinateCluster(ClusterEntry):
    """A member city coordinates a cluster of a term, for two years unless ``ends_on`` says less.

    Nothing is posted. A cluster has two coordinating cities at most, and a city coordinates one cluster
    at a time, whether or not it has joined it as a member. Source: strategy, part one, "Cluster
    coordinators".
    """

    event_kind = "coordinate_cluster"
    role = COORDINATOR
