"""How far what was spent covers several claims on it, no cent of it for two of them.

Each claim is on a set of activities, and any cent spent on one of these covers it. Which activity covers
which claim is nowhere agreed, so the question is whether there is any way: a flow from claims to
activities, made greater along one path after the other until there is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise

from attrs import define, field

Activities = frozenset[str]


@define
class Covering:
    """What is left of what was spent by activity (``room``), and what it covers of each claim; in cents."""

    room: dict[str, int]
    covered: dict[tuple[Activities, str], int] = field(factory=dict)

    def cover(self, claim: Activities, wanted: int) -> int:
        """Cover as much of a claim as can be, and say how much that is.

        What is covered stays so, though perhaps by another activity.
        """
        done = 0
        while done < wanted and (path := self._path(claim)):
            given_up = [(later, activity) for (_, activity), (later, _) in pairwise(path)]
            last = path[-1][1]
            step = min([wanted - done, self.room[last], *(self.covered[one] for one in given_up)])
            for one in path:
                self.covered[one] = self.covered.get(one, 0) + step
            for one in given_up:
                self.covered[one] -= step
            self.room[last] -= step
            done += step
        return done

    def _path(self, claim: Activities) -> list[tuple[Activities, str]]:
        """Which claims take which activities, the last of them with room; none where there is no such path.

        Each claim after the first gives up the activity that the one before it takes.
        """
        paths = [[(claim, activity)] for activity in sorted(claim)]
        seen = set(claim)
        for path in paths:
            activity = path[-1][1]
            if self.room.get(activity, 0) > 0:
                return path
            for other in [one for (one, of), minor in self.covered.items() if of == activity and minor]:
                paths += [[*path, (other, found)] for found in sorted(other - seen)]
                seen |= other
        return []


def left_for(claim: Activities, others: Mapping[Activities, int], spent: Mapping[str, int]) -> int:
    """The most of what was spent that a claim can have once the others are covered as far as can be."""
    covering = Covering(dict(spent))
    for other, minor in others.items():
        covering.cover(other, minor)
    return covering.cover(claim, sum(spent.values()))


def covered_together(claims: Iterable[tuple[Activities, int]], spent: Mapping[str, int]) -> int:
    """The most of all claims that what was spent covers."""
    covering = Covering(dict(spent))
    return sum(covering.cover(claim, minor) for claim, minor in claims)
