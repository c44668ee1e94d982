"""The part of the machine that all rules share: recording, predicting, comparing, reversing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any

import hypothesis.strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from mdfm_ledger import Amount, Conversion, Ledger, Revaluation
from mdfm_ledger.errors import ApprovalError, RejectedError
from mdfm_ledger.event import Event
from mdfm_ledger.journal import JournalEntry, JournalLine, Subaccount
from mdfm_ledger.store.query import found as found_entry
from tests.stateful.naive_model import Given, Lines, Model, Movement, Place, added, check_proportion
from tests.support.ledgers import counted_salts

FIRST = date(2020, 1, 26)
"""Six days of the thirteen lie in January, so that it can be closed and work goes on."""
ACTOR = "finance"
TERMS = {"T1": FIRST, "T2": FIRST + timedelta(days=4)}
DONORS = ("ham", "jp", "med")
PARTNERS = ("host", "kla", "org")
BANKS = {"uil-eur": "EUR", "uil-jpy": "JPY", "uil-usd": "USD"}
ACTIVITIES = ("1.1", "1.2", "2.2")
LAST = FIRST + timedelta(days=12)

DAYS = st.integers(0, 12).map(lambda days: FIRST + timedelta(days=days))
TERM = st.sampled_from(sorted(TERMS))
DONOR = st.sampled_from(DONORS)
PARTNER = st.sampled_from(PARTNERS)
BANK = st.sampled_from(["uil-usd", "uil-usd", "uil-usd", "uil-eur", "uil-jpy"])
EARMARK = st.sampled_from(["", "", "1", "1.1", "2.2"])
ACTIVITY = st.sampled_from(ACTIVITIES)
CENTS = st.one_of(st.integers(1, 300), st.integers(1, 3_000_000))
SMALL = st.one_of(st.integers(1, 30), st.integers(1, 3_000))

_NAMED_BY = {
    "1010": ("bank_account",),
    "1210": ("advance",),
    "1230": ("advance",),
    "2021": ("donor", "party"),
    "2040": ("donor", "allocation", "category"),
    "2042": ("donor", "allocation"),
    "2044": ("donor", "party"),
    "2045": ("donor", "party"),
    "2050": ("bank_reference",),
    "2110": ("party",),
    "8110": ("donor", "earmark"),
    "8120": ("allocation", "donor", "earmark"),
    "8140": ("obligation", "donor", "earmark"),
    "8150": ("allocation", "donor", "earmark"),
} | dict.fromkeys(("8010", "8020", "8030", "8040", "8050", "8090"), ("pledge",))


_DOCUMENTS = (
    "advance",
    "allocation",
    "obligation",
    "pledge",
    "receipt",
    "refund",
    "reversed_reference",
    "transfer",
)
"""The fields in which an event names the document it is under."""

_OUTSIDE_THE_MONEY = {
    "adopt_cluster_plan",
    "coordinate_cluster",
    "in_kind_offer",
    "join_cluster",
}
"""What names a term and is no business of its books."""


def may_follow(kind: str, term: str) -> bool:
    """Whether a document of the kind may be recorded in a closed term; carried money leaves T1 for T2."""
    if kind == "carry_forward":
        return term == "T1"
    return kind in {"donor_balance", "refund", "refund_payment", *_OUTSIDE_THE_MONEY}


def place_of(subaccount: Subaccount) -> Place:
    """A subaccount as the model names it."""
    names = _NAMED_BY.get(subaccount.account, ("donor",))
    return (subaccount.account, subaccount.term, *(getattr(subaccount, name) for name in names))


def lines_of(entry: JournalEntry) -> Lines:
    """The lines of an entry as the model has them, by place."""
    found: Lines = defaultdict(int)
    for line in entry.lines:
        found[place_of(line.subaccount)] += line.signed
    return {place: cents for place, cents in found.items() if cents}


def parts_on(entry: JournalEntry, account: str) -> Lines:
    """What an entry moves on the places of an account, positive on both sides."""
    return {place: abs(cents) for place, cents in lines_of(entry).items() if place[0] == account}


def usd(cents: int) -> Amount:
    return Amount(cents, "USD")


class FundMachine(RuleBasedStateMachine):
    """A ledger and the naive model side by side."""

    def __init__(self) -> None:
        super().__init__()
        self.ledger = self.opened("sqlite://")
        self.model = Model()
        self.donor_of: dict[str, str] = {}
        """Who made each pledge there ever was."""
        self.count = 0
        self.last: Event | None = None
        self.last_number = 0
        self.last_recorded_at = 0
        """The number of the last event, where refused attempts may have come since."""
        self.refusal: RejectedError | None = None
        """Why the last event was refused, if it was."""
        self.overdrawn: set[str] = set()
        """The bank accounts the last event was noted to leave below nothing."""
        self.touched: set[str] = set()
        """The terms of the last document recorded, until the reports were looked at."""

    def opened(self, url: str) -> Ledger:
        """A new ledger, with a clock that stands still and salts that are counted."""
        at = datetime(2022, 1, 1, tzinfo=UTC)
        return Ledger.open(url, actor=ACTOR, clock=lambda: at, salts=counted_salts())

    def reference(self, letter: str) -> str:
        """A number no document has had."""
        self.count += 1
        return f"{letter}-{self.count}"

    def recorded(self, event: Event) -> JournalEntry | None:
        """The entry of the event, or None where it was refused; numbers have no gaps."""
        self.refusal = None
        try:
            done = self.ledger.record(event)
        except RejectedError as error:
            self.refusal = error
            if isinstance(error, ApprovalError):
                self.passed_by(1)  # that it was tried is on record
            return None
        self.passed_by(1)
        self.overdrawn = {one.message.split()[2] for one in done.warnings if one.code == "overdrawn"}
        assert done.number == self.last_number
        self.last, self.last_recorded_at = event, done.number
        return self.entry_of(event)

    def passed_by(self, count: int) -> None:
        """So many entries more."""
        self.last_number += count

    def lacks_approval(self, event: object) -> bool:
        """Whether it needs an approval it does not have."""
        del event
        return False

    def entry_of(self, event: Event) -> JournalEntry:
        """The entry of an event, as the ledger has it."""
        with self.ledger._recorder.reading():
            found = found_entry(self.ledger._connection, event.event_kind, event.reference)
        assert found is not None
        return found.entry

    def agree(
        self, event: Any, given: Given, *, allowed: bool = True, about: str = "", follows: str = ""
    ) -> bool:
        """The ledger accepts the event exactly where the model does, and posts exactly these lines."""
        lines: Lines = dict(given)
        allowed = allowed and self.model.allows(lines, event.on)
        return self.split(event, lambda entry: lines, allowed=allowed, about=about, follows=follows)

    def split(
        self,
        event: Any,
        lines: Callable[[JournalEntry], Lines],
        *,
        allowed: bool,
        about: str = "",
        follows: str = "",
        moves_nothing: bool = False,
    ) -> bool:
        """The same for an event that splits an amount: its lines follow from the parts it posted."""
        allowed = allowed and self.is_open(event, follows, moves_nothing=moves_nothing)
        lacks = self.lacks_approval(event)
        entry = self.recorded(event)
        assert (entry is not None) is (allowed and not lacks), (event, self.refusal)
        if isinstance(self.refusal, ApprovalError) or allowed:
            assert isinstance(self.refusal, ApprovalError) is lacks, (event, self.refusal)
        if entry is not None:
            self.note(event, entry, lines(entry), about)
        return entry is not None

    def is_open(self, event: Any, kind: str = "", *, moves_nothing: bool = False) -> bool:
        """Whether its month is open and its terms are, or what it does may follow a close of them."""
        if event.on <= self.model.closed_through:
            return False
        kind = kind or event.event_kind
        closed = {term for term in self._terms_of(event) if term in self.model.closed}
        return not closed or moves_nothing or all(may_follow(kind, term) for term in closed)

    def _terms_of(self, event: Any) -> set[str]:
        named = {getattr(event, name, "") for name in ("term", "to_term")} & TERMS.keys()
        references = {getattr(event, name, "") for name in _DOCUMENTS} - {""}
        under = [one for one in self.model.movements if one.reference in references]
        return named | {place[1] for one in under for place in one.lines}

    def note(self, event: Any, entry: JournalEntry, given: Given, about: str = "") -> None:
        """The model takes down a document that was recorded, and its lines are the ones it expected."""
        expected: Lines = {place: cents for place, cents in given.items() if cents}
        assert lines_of(entry) == expected, event
        assert self.model.allows(expected, event.on), event
        self.touched |= {place[1] for place in expected}
        own: dict[tuple[str, str], int] = defaultdict(int)
        for line in entry.lines:
            if line.own is None:
                continue
            if line.subaccount.account == "1010":
                own[line.subaccount.term, line.subaccount.bank_account] += line.own_signed
            else:
                self.check_sent(event, line)
        self.check_own(event, dict(own))
        self.model.add(
            Movement(
                event.event_kind, event.reference, event.on, expected, dict(own), about or event.reference
            )
        )
        assert self.overdrawn == {bank for bank in BANKS if self._overdraws(bank)}, event

    def _overdraws(self, bank: str) -> bool:
        """Whether the last document took money from an account that is below nothing that day or later."""
        moved = [(one.day, self._on(bank, one)) for one in self.model.movements]
        day, taken = moved[-1]
        days = {day, *(on for on, _ in moved if on > day)}
        return taken < 0 and min(sum(minor for on, minor in moved if on <= at) for at in days) < 0

    def _on(self, bank: str, document: Movement) -> int:
        """What a document moves on an account, over all terms and in the account's own currency."""
        if BANKS[bank] == "USD":
            return sum(
                cents for place, cents in document.lines.items() if (place[0], place[-1]) == ("1010", bank)
            )
        return sum(minor for (_, of), minor in document.own.items() if of == bank)

    def check_sent(self, event: Any, line: JournalLine) -> None:
        """A contribution that counts for what was sent says that, and is worth it on the bank's day."""
        assert line.own is not None
        assert line.subaccount.account == "2010", event
        if event.event_kind != "reversal":
            assert line.own.amount == event.fulfils, event
            assert line.minor == self.model.price(line.own.minor, line.own.currency, event.on), event

    def check_own(self, event: Any, own: dict[tuple[str, str], int]) -> None:
        """What moves on an account in another currency is the amount the document names."""
        if event.event_kind in ("agent_fee", "revaluation", "reversal"):
            assert event.event_kind != "agent_fee" or not own
            return
        on_account = {"bank_account": "amount", "from_account": "sold", "to_account": "bought"}
        named = [getattr(event, amount) for bank, amount in on_account.items() if getattr(event, bank, "")]
        amounts = [one.minor for one in named if one.currency != "USD"]
        if event.event_kind == "carry_forward":
            # The bank moves nothing: what leaves the one term is what enters the other.
            assert not sum(own.values()), event
            amounts *= 2
        assert sorted(map(abs, own.values())) == sorted(amounts), event

    def pick(self, data: st.DataObject, kind: str) -> str:
        """A standing document of a kind."""
        return data.draw(st.sampled_from(self.model.standing(kind)))

    def has(self, kind: str) -> bool:
        """Whether a document of a kind stands."""
        return bool(self.model.standing(kind))

    def bank_amount(self, bank: str, minor: int) -> Amount:
        """An amount in the currency of an account."""
        return Amount(minor, BANKS[bank])

    # -- whose an exchange difference is ---------------------------------------------------------------

    def holding(self, term: str, on: date, coming: Given = MappingProxyType({})) -> Lines:
        """What is held for each donor on a day, with what a document brings it."""
        return {(one,): max(self.model.held(term, one, on) + coming.get(one, 0), 0) for one in DONORS}

    def sharing(self, term: str, minor: int, on: date, coming: Given = MappingProxyType({})) -> Lines:
        """Whose a difference is: by what is held, or else by what is missing or was contributed."""
        held = self.holding(term, on, coming)
        if any(held.values()):
            return held
        missing: Lines = {
            (one,): max(-self.model.held(term, one, on) - coming.get(one, 0), 0) for one in DONORS
        }
        if minor > 0 and any(missing.values()):
            return missing
        return {(one,): self.model.contributed(term, one, on) for one in DONORS}

    def difference(
        self, entry: JournalEntry, term: str, minor: int, on: date, coming: Given = MappingProxyType({})
    ) -> Lines:
        """A gain or, below zero, a loss of the donors', by what is held for each."""
        parts = {donor: parts_on(entry, "2030").get(("2030", term, donor), 0) for donor in DONORS}
        weights = self.sharing(term, minor, on, coming)
        check_proportion({(donor,): part for donor, part in parts.items()}, weights, abs(minor))
        sign = -1 if minor > 0 else 1
        moved = {("2030", term, donor): sign * part for donor, part in parts.items()}
        if minor > 0:
            return added(moved, *(self.freed(term, donor, part) for donor, part in parts.items()))
        return added(moved, *(self._lost(term, donor, part, on) for donor, part in parts.items()))

    def freed(self, term: str, donor: str, minor: int) -> Lines:
        """A donor has more free money, for no purpose in particular."""
        return {("8100", term, donor): minor, ("8110", term, donor, ""): -minor}

    def _lost(self, term: str, donor: str, minor: int, on: date) -> Lines:
        taken = self.model.taken(term, donor, minor, on)
        missing = minor + taken.get(("8100", term, donor), 0)
        return added(taken, {("8110", term, donor, ""): missing, ("8100", term, donor): -missing})

    def differ(
        self, event: Conversion | Revaluation, term: str, minor: int, cash: Given, *, allowed: bool
    ) -> None:
        """The difference is the donors', by what is held for each; a loss may leave free money below zero."""
        self.split(
            event,
            lambda entry: added(cash, self.difference(entry, term, minor, event.on)),
            allowed=allowed and (not minor or any(self.sharing(term, minor, event.on).values())),
            moves_nothing=not minor and isinstance(event, Revaluation),
        )

    def revalue_account(self, term: str, bank: str, on: date) -> None:
        """An account of a term is worth what it is by the rate of a day."""
        event = Revaluation(reference=self.reference("V"), term=term, bank_account=bank, on=on)
        own = sum(one.own.get((term, bank), 0) for one in self.model.movements if one.day <= on)
        worth = self.model.price(own, BANKS[bank], on)
        difference = (worth or 0) - self.model.balance([("1010", term, bank)], on)
        self.differ(event, term, difference, {("1010", term, bank): difference}, allowed=worth is not None)
