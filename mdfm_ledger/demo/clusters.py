"""The part of the story about thematic clusters: the plan, who is in them, and what is offered in kind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from mdfm_ledger.event import Event
from mdfm_ledger.events import (
    AdoptClusterPlan,
    CoordinateCluster,
    InKindOffer,
    InKindOutcome,
    JoinCluster,
    LeaveCluster,
)

_MEMBERS = (
    ("LIT", "DAK", date(2020, 3, 2)),
    ("LIT", "GUL", date(2020, 3, 2)),
    ("EQI", "MED", date(2020, 3, 9)),
    ("EQI", "COR", date(2020, 3, 9)),
    ("ESD", "ESP", date(2020, 4, 1)),
    ("HWB", "GOY", date(2020, 4, 1)),
    ("ESD", "COR", date(2020, 5, 4)),
)
_COORDINATORS = (
    ("LIT", "KAR", date(2020, 3, 2)),
    ("LIT", "HAM", date(2020, 3, 2)),
    ("EQI", "MEX", date(2020, 3, 9)),
    ("ESD", "ESP", date(2020, 4, 1)),
)
_OFFERS = (
    ("IK-1", "BEI", "1", "A meeting of experts on literacy for adults", "LIT", date(2020, 2, 17)),
    ("IK-2", "COR", "2", "A learning festival open to the cluster", "EQI", date(2020, 2, 18)),
    ("IK-3", "GOY", "3", "A workshop room for forty people, one week", "", date(2020, 2, 20)),
    ("IK-4", "MED", "4", "A case study of its neighbourhood schools", "EQI", date(2020, 2, 21)),
    ("IK-5", "ESP", "6", "Two translators for the newsletter", "", date(2020, 3, 3)),
)


def clusters(term: str) -> Iterator[Event]:
    """The plan is adopted, cities join and coordinate, one leaves; offers come and some are delivered."""
    yield AdoptClusterPlan.from_plan(
        "clusters", reference="CP-1", term=term, decision="SC-2020-01: the strategy's estimate"
    )
    for at, (cluster, city, on) in enumerate(_MEMBERS, start=1):
        yield JoinCluster(reference=f"J-{at}", term=term, city=city, cluster=cluster, on=on)
    for at, (cluster, city, on) in enumerate(_COORDINATORS, start=1):
        yield CoordinateCluster(reference=f"CC-{at}", term=term, city=city, cluster=cluster, on=on)
    yield LeaveCluster(
        reference="L-1",
        city="COR",
        cluster="ESD",
        on=date(2021, 5, 31),
        reason="too few hands for two clusters",
    )
    for reference, city, item, offer, cluster, on in _OFFERS:
        yield InKindOffer(
            reference=reference, term=term, city=city, item=item, offer=offer, cluster=cluster, on=on
        )
    yield InKindOutcome(
        reference="IO-1", offer="IK-2", outcome="delivered", note="fifteen cities came", on=date(2021, 6, 14)
    )
    yield InKindOutcome(reference="IO-2", offer="IK-5", outcome="withdrawn", on=date(2021, 1, 11))
