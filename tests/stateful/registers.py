"""Rules of what moves no money: statements issued, clusters, offers in kind, details erased."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import hypothesis.strategies as st
from hypothesis.stateful import precondition, rule

from mdfm_ledger import (
    AdoptClusterPlan,
    AdoptKey,
    CoordinateCluster,
    InKindOffer,
    InKindOutcome,
    JoinCluster,
    LeaveCluster,
    Redaction,
    RotateKey,
)
from mdfm_ledger.errors import RejectedError, StatementUnchangedError
from mdfm_ledger.evidence.checkpoint import VerifierKey
from mdfm_ledger.issuing import Issued
from mdfm_ledger.ledger.output import render
from tests.stateful.fund import BANKS, DAYS, DONOR, DONORS, LAST, PARTNERS, TERM, TERMS, FundMachine
from tests.stateful.naive_model import OPEN, Movement

CLUSTERS = ("ESD", "EQI", "GCE", "LIT")
CLUSTER = st.sampled_from(CLUSTERS)
ROLE = st.sampled_from(["member", "coordinator"])
KEYS = [str(VerifierKey(name="mdfm.example.org", public=bytes([number]) * 32)) for number in (1, 2, 3)]
KEY = st.sampled_from(KEYS)
OUTCOME = st.sampled_from(["accepted", "delivered", "declined", "withdrawn"])
DETAILS = [
    *(("donor", one) for one in DONORS),
    *(("partner", one) for one in PARTNERS),
    *(("bank_account", one) for one in BANKS),
]


@dataclass
class Member:
    """A city in a cluster, both days inclusive."""

    role: str
    city: str
    cluster: str
    since: date
    until: date


class Registers(FundMachine):
    """What is stated, who is where, what is offered, and what is withheld."""

    def __init__(self) -> None:
        super().__init__()
        self.planned: set[str] = set()
        self.members: list[Member] = []
        self.offered: dict[str, date] = {}
        self.key = ""
        """The key that signs; empty where none was adopted."""
        self.issued: dict[str, str] = {}
        """Statements as they were issued, by number and version."""
        self.periods_stated: set[tuple[str, ...]] = set()
        self.stated_at: dict[tuple[str, ...], int] = {}

    # -- statements ------------------------------------------------------------------------------------

    @rule(term=TERM, donor=DONOR, as_of=DAYS, kind=st.sampled_from(["interim", "annual", "final"]))
    def state(self, term: str, donor: str, as_of: date, kind: str) -> None:
        period = (donor, term, kind, str(as_of))
        since = TERMS[term]
        places = self._promised(term, donor, "8090") + self.model.places("8100", term, donor)
        has_lines = any(on <= as_of for place in places for on, _ in self.model.posted[place])
        is_early = kind == "final" and (
            self._is_open(term, donor, as_of) or not self._is_settled(term, donor, as_of)
        )
        allowed = as_of >= since and has_lines and not is_early
        refusal: RejectedError | None = None
        issued: Issued | None = None
        try:
            issued = self.ledger.issue_statement(
                donor, term=term, kind=kind, certified_by="director", as_of=as_of
            )
        except RejectedError as error:
            refusal = error
        if isinstance(refusal, StatementUnchangedError):
            assert period in self.stated_at
        assert allowed is (refusal is None or isinstance(refusal, StatementUnchangedError)), (period, refusal)
        if issued is None:
            return
        # What was stated of a period and is stated again is so because something was recorded since.
        assert self.stated_at.get(period, -1) != self.last_number
        self.last_number += 1
        self.stated_at[period] = self.last_number
        assert issued.recorded.number == self.last_number
        statement = issued.statement
        assert statement.opening.minor == self.model.held(term, donor, since - timedelta(days=1))
        assert statement.closing.minor == self.model.held(term, donor, as_of)
        assert statement.issue is not None
        reference = f"{statement.issue.number}.{statement.issue.version}"
        self.last = None
        self.issued[reference] = render(statement, "json")
        self.model.add(Movement("issue_statement", reference, as_of, {}, {}, reference))

    def _promised(self, term: str, donor: str, code: str) -> list[tuple[str, ...]]:
        return [place for place in self.model.places(code, term) if self.donor_of[place[2]] == donor]

    def _is_open(self, term: str, donor: str, day: date) -> bool:
        """Whether a promise is open at the end of a day, or money allotted or obligated."""
        pledges = {place[2] for place in self._promised(term, donor, "8090")}
        promised = any(self.model.balance([(code, term, pledge) for code in OPEN], day) for pledge in pledges)
        committed = [
            place for code in ("8120", "8140") for place in self.model.places(code, term) if place[3] == donor
        ]
        return promised or any(
            self.model.balance([place for place in committed if place[0] == code], day)
            for code in ("8120", "8140")
        )

    def _is_settled(self, term: str, donor: str, day: date) -> bool:
        """Whether the term is closed by the end of a day, or nothing is held for the donor or owed to it."""
        closed_on = self.model.closed.get(term)
        if closed_on and closed_on <= day:
            return True
        owed = [self.model.balance([(code, term, donor)], day) for code in ("2060", "2070")]
        return not (self.model.held(term, donor, day) or any(owed))

    def check_issued(self, *, all_of_them: bool) -> None:
        """Statements are made again byte for byte: all, or the one whose turn it is."""
        references = sorted(self.issued)
        if references and not all_of_them:
            references = [references[self.last_number % len(references)]]
        for reference in references:
            again = render(self.ledger.issued_statement(reference), "json")
            assert again == self.issued[reference], reference

    @rule(as_of=DAYS)
    def publish_what_is_held(self, as_of: date) -> None:
        """Over both terms, unless a donor's exchange losses leave less than nothing held for it."""
        held = {donor: sum(self.model.held(term, donor, as_of) for term in TERMS) for donor in sorted(DONORS)}
        refusal: RejectedError | None = None
        reference = self.reference("H")
        try:
            self.ledger.publish_holdings(reference, as_of=as_of)
        except RejectedError as error:
            refusal = error
        assert (refusal is None) is (min(held.values()) >= 0), refusal
        if refusal is None:
            self.passed_by(1)
            self.last = None
            for donor, minor in held.items():
                proof = self.ledger.holding_proof(reference, donor)
                assert sum(one.fragment.minor for one in proof) == minor

    # -- clusters --------------------------------------------------------------------------------------

    @rule(term=TERM, on=DAYS)
    def adopt(self, term: str, on: date) -> None:
        event = AdoptClusterPlan.from_plan(
            "clusters", reference=self.reference("CP"), term=term, decision="d", on=on
        )
        if self.agree(event, {}):
            self.planned.add(term)

    @rule(term=TERM, on=DAYS, city=DONOR, cluster=CLUSTER, role=ROLE, days=st.integers(0, 900))
    def enter(self, term: str, on: date, city: str, cluster: str, role: str, days: int) -> None:
        """For so many days, or for the two years there are where it is not said."""
        until = on + timedelta(days=days % 10) if days < 400 else None
        kind = CoordinateCluster if role == "coordinator" else JoinCluster
        event = kind(
            reference=self.reference("CL"), term=term, city=city, cluster=cluster, on=on, ends_on=until
        )
        new = Member(role, city, cluster, on, until or date(2022, 1, 1))
        allowed = term in self.planned and self._has_room(new)
        if self.agree(event, {}, allowed=allowed):
            self.members.append(new)

    def _has_room(self, new: Member) -> bool:
        """On each of its days: not twice, in three clusters at most, and what coordinators may."""
        day = new.since
        while day <= min(new.until, LAST):
            there = [one for one in self.members if one.since <= day <= one.until]
            own = [one for one in there if one.city == new.city]
            coordinators = [one for one in there if one.role == "coordinator"]
            if (
                any((one.role, one.cluster) == (new.role, new.cluster) for one in own)
                or len({new.cluster} | {one.cluster for one in own}) > 3
                or (
                    new.role == "coordinator"
                    and (
                        any(one.city == new.city for one in coordinators)
                        or sum(one.cluster == new.cluster for one in coordinators) > 1
                    )
                )
            ):
                return False
            day += timedelta(days=1)
        return True

    @rule(on=DAYS, city=DONOR, cluster=CLUSTER, role=ROLE, data=st.data())
    def leave(self, on: date, city: str, cluster: str, role: str, data: st.DataObject) -> None:
        known: Member | None = data.draw(st.sampled_from([None, *self.members]))
        if known:
            one = known
            city, cluster, role = one.city, one.cluster, one.role
        found = [
            one
            for one in self.members
            if (one.city, one.cluster, one.role) == (city, cluster, role) and one.since <= on <= one.until
        ]
        event = LeaveCluster(
            reference=self.reference("LC"), city=city, cluster=cluster, role=role, reason="x", on=on
        )
        if self.agree(event, {}, allowed=bool(found)):
            found[0].until = on

    # -- in kind ---------------------------------------------------------------------------------------

    @rule(
        term=TERM,
        on=DAYS,
        city=DONOR,
        item=st.sampled_from(["1", "2", "3", "4", "6"]),
        cluster=st.one_of(st.just(""), CLUSTER),
    )
    def offer(self, term: str, on: date, city: str, item: str, cluster: str) -> None:
        event = InKindOffer(
            reference=self.reference("IK"), term=term, city=city, item=item, offer="o", cluster=cluster, on=on
        )
        if self.agree(event, {}, allowed=not cluster or term in self.planned):
            self.offered[event.reference] = on

    @precondition(lambda self: bool(self.offered))
    @rule(data=st.data(), on=DAYS, outcome=OUTCOME)
    def decide_on_an_offer(self, data: st.DataObject, on: date, outcome: str) -> None:
        offer = data.draw(st.sampled_from(sorted(self.offered)))
        event = InKindOutcome(reference=self.reference("IO"), offer=offer, outcome=outcome, on=on)
        if self.agree(event, {}, allowed=on >= self.offered[offer]):
            self.offered[offer] = on

    # -- what signs ------------------------------------------------------------------------------------

    @rule(on=DAYS, key=KEY)
    def adopt_key(self, on: date, key: str) -> None:
        """One key is the first, once."""
        fields = {"reference": self.reference("KA"), "reason": "x", "approved_by": "director"}
        if self.agree(AdoptKey(on=on, public_key=key, **fields), {}, allowed=not self.key):  # type: ignore[arg-type]  # texts
            self.key = key

    @rule(on=DAYS, key=KEY, replaces=KEY)
    def rotate(self, on: date, key: str, replaces: str) -> None:
        """A key replaces the one that signs, and no other."""
        if key == replaces:
            return
        fields = {"reference": self.reference("KR"), "reason": "x", "approved_by": "director"}
        event = RotateKey(on=on, public_key=key, replaces=replaces, **fields)  # type: ignore[arg-type]  # texts
        if self.agree(event, {}, allowed=replaces == self.key):
            self.key = key

    # -- what is withheld ------------------------------------------------------------------------------

    @rule(on=DAYS, document=st.sampled_from(DETAILS))
    def erase(self, on: date, document: tuple[str, str]) -> None:
        """Figures stay; a statement that named what is erased says from now on that it is withheld."""
        event = Redaction(
            reference=self.reference("RX"),
            document_kind=document[0],
            document_reference=document[1],
            reason="x",
            approved_by="director",
            on=on,
        )
        if self.agree(event, {}):
            self.issued = {
                reference: render(self.ledger.issued_statement(reference), "json")
                for reference in self.issued
            }
