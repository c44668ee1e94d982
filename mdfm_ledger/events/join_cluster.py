"""A city joins a thematic cluster."""

from __future__ import annotations

from attrs import frozen

from mdfm_ledger.rules.cluster_entry import ClusterEntry
from mdfm_ledger.rules.clusters import MEMBER


@frozen(kw_only=True)
class JoinCluster(ClusterEntry):
    """A member city takes part in a cluster of a term, for two years unless ``ends_on`` says less.

    Nothing is posted. A city is in three clusters at most, those it coordinates included. Source:
    strategy, part one, "Cluster members".
    """

    event_kind = "join_cluster"
    role = MEMBER
