"""Published holdings in a bundle: the donor's own balance is in the total, or the verifier says why not."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from mdfm_ledger import Ledger, events, publishing
from mdfm_ledger.books import Books
from mdfm_ledger.books.closing import BalanceRow
from mdfm_ledger.errors import BundleRefusedError
from mdfm_ledger.events import publish_holdings
from mdfm_ledger.evidence.holdings import fragments_by_seed, show
from mdfm_ledger.ledger import bundling
from mdfm_ledger.ledger.bundling import shown_holdings
from mdfm_ledger.money import Amount
from mdfm_ledger.rules.held_in_trust import BankConfirmation, HeldInTrust, held_by_donor, held_in_trust
from mdfm_ledger.verify_bundle import RefusedError, verify
from tests.support.bookkeeping import receipt
from tests.support.bundles import HAMBURG, YEAR, bundle, changed, issue_all
from tests.support.ledgers import events as small_events
from tests.support.ledgers import open_ledger
from tests.support.signing import KEY

MEDELLIN = "2020-2021-med-001.1"
IN_TOTAL = (
    r", and its balance is in the total that entry 13 published \(root [0-9a-f]{32}\): USD 900\.00 held for"
    r" all donors on 2020-12-31; of USD 900\.00 in cash then, banks are said to confirm nothing\.$"
)
NONE_SHOWN = "; no published total of what is held for all donors is shown."

Balances = Callable[[dict[str, int]], Mapping[str, int]]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record_all(small_events())
        yield ledger


def published(ledger: Ledger) -> tuple[bytes, bytes]:
    """Holdings published, statements issued, and the bundles of both donors."""
    ledger.publish_holdings("H-1", as_of=YEAR)
    issue_all(ledger)
    return bundle(ledger), bundle(ledger, MEDELLIN)


def refuses(raw: bytes, reason: str) -> None:
    with pytest.raises(RefusedError, match=reason):
        verify(raw, str(KEY))


def test_the_sentence_says_whether_the_balance_is_in_the_published_total(ledger: Ledger) -> None:
    for raw in published(ledger):
        assert re.search(IN_TOTAL, verify(raw, str(KEY)))
        assert verify(changed(raw, lambda value: value.pop("holdings")), str(KEY)).endswith(NONE_SHOWN)


@pytest.mark.parametrize(
    ("confirmed", "explanation", "said"),
    [("900.00", "", "all"), ("850.00", "a transfer is under way", "USD 850.00"), (None, "", "nothing")],
)
def test_the_sentence_says_how_much_of_the_cash_banks_confirmed(
    confirmed: str | None, explanation: str, said: str, ledger: Ledger
) -> None:
    stated = [
        BankConfirmation(
            bank_account="uil",
            amount=Amount.parse(amount, "USD"),
            statement="2020/12",
            explanation=explanation,
        )
        for amount in ([confirmed] if confirmed else [])
    ]
    ledger.publish_holdings("H-1", as_of=YEAR, confirmed=stated)
    issue_all(ledger)
    ends = f"; of USD 900.00 in cash then, banks are said to confirm {said}."
    assert verify(bundle(ledger), str(KEY)).endswith(ends)


def test_without_publication_none_is_shown(ledger: Ledger) -> None:
    issue_all(ledger)
    assert verify(bundle(ledger), str(KEY)).endswith(NONE_SHOWN)


def test_all_fragments_add_up_to_the_total_that_ties_to_cash(ledger: Ledger) -> None:
    """From a donor's own cents to the bank: each step of the way is in the published entry."""
    raws = published(ledger)
    (entry,) = [one for one in ledger.entries() if one.event.event_kind == "publish_holdings"]
    event = entry.event
    assert isinstance(event, events.PublishHoldings)
    assert event.position is not None
    assert event.total is not None
    shown = [json.loads(raw)["holdings"]["fragments"] for raw in raws]
    assert sum(one["minor"] for own in shown for one in own) == event.total.minor
    assert sorted(one["at"] for own in shown for one in own) == list(range(event.fragments))
    where = event.position
    owed = where.donors + where.refunds + where.donor_balances + where.unapplied + where.payables
    assert where.donors == event.total
    assert owed == where.cash + where.advances + where.recoverables
    assert where.cash == ledger.balance("1010", term="2020-2021", as_of=YEAR)


def fragment(name: str, new: object) -> Callable[[Any], object]:
    return lambda value: value["holdings"]["fragments"][0].update({name: new})


CHANGES: dict[str, tuple[Callable[[Any], object], str]] = {
    "a fragment left out": (
        lambda value: value["holdings"]["fragments"].pop(),
        "do not have all that is held for the donor",
    ),
    "no fragment": (
        lambda value: value["holdings"].update(fragments=[]),
        "do not have all that is held for the donor",
    ),
    "a fragment twice": (
        lambda value: value["holdings"]["fragments"].append(value["holdings"]["fragments"][0]),
        "is shown twice",
    ),
    "another amount": (fragment("minor", 12_345), "not in the published holdings"),
    "another salt": (fragment("salt", "00" * 16), "not in the published holdings"),
    "another place": (fragment("at", 1), "not in the published holdings|a place that|longer or shorter"),
    "a proof cut short": (
        lambda value: value["holdings"]["fragments"][0]["proof"].pop(),
        "longer or shorter",
    ),
    "a sum on the way": (
        lambda value: value["holdings"]["fragments"][0]["proof"][0].__setitem__(1, 0),
        "not in the published holdings",
    ),
    "another entry as published": (
        lambda value: value["holdings"].update(published=value["entries"][0]),
        "were not published",
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_holdings_that_were_changed_are_refused_with_the_reason(name: str, ledger: Ledger) -> None:
    change, reason = CHANGES[name]
    raw, _ = published(ledger)
    assert changed(raw, change) != raw
    refuses(changed(raw, change), reason)


def test_another_donor_s_fragments_are_refused(ledger: Ledger) -> None:
    raw, other = published(ledger)
    theirs = json.loads(other)["holdings"]["fragments"]
    refuses(changed(raw, lambda value: value["holdings"].update(fragments=theirs)), "not in the published")


def test_holdings_of_later_entries_are_refused(ledger: Ledger) -> None:
    issue_all(ledger)
    early = bundle(ledger)
    ledger.record(receipt("R-7", "70.00"))
    ledger.publish_holdings("H-1", as_of=YEAR)
    ledger.issue_statements(term="2020-2021", kind="annual", as_of=YEAR, certified_by="chief@example.org")
    late = json.loads(bundle(ledger, "2020-2021-ham-001.2"))
    kept = changed(bundle(ledger), lambda value: value.update(holdings=late["holdings"]))
    assert "holdings" not in json.loads(early)
    refuses(kept, "of later entries than the statement")


# -- an office that publishes something else -----------------------------------------------------------------


def lie(patch: pytest.MonkeyPatch, dishonest: Balances) -> None:
    """Publish other balances than are held, and a position that goes with them, as with less cash."""
    told: dict[str, int] = {}

    def balances(books: Books, day: date) -> Mapping[str, int]:
        told.clear()
        told.update(dishonest(held_by_donor(books, day)))
        return told

    def position(rows: Iterable[BalanceRow]) -> HeldInTrust:
        honest, total = held_in_trust(rows), Amount(sum(told.values()), "USD")
        return evolve(honest, donors=total, cash=honest.cash - (honest.donors - total))

    patch.setattr(publish_holdings, "held_by_donor", balances)
    patch.setattr(publish_holdings, "held_in_trust", position)


@pytest.fixture
def handed_out_anyway(monkeypatch: pytest.MonkeyPatch) -> None:
    """An office hands out what it makes without looking whether it holds."""
    monkeypatch.setattr(bundling, "require_holds", lambda raw, keys: None)


def test_a_bundle_that_does_not_hold_is_not_handed_out(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        lie(patch, lambda held: {"med": held["med"]})
        ledger.publish_holdings("H-1", as_of=YEAR)
    issue_all(ledger)
    with pytest.raises(BundleRefusedError, match=r"hold: .*(not in the pub|a place that|longer)"):
        bundle(ledger)


@pytest.mark.usefixtures("handed_out_anyway")
def test_a_total_that_is_not_that_of_its_own_position_is_refused(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(publish_holdings, "held_by_donor", lambda books, day: {"ham": 37_500})
        patch.setattr(publishing, "balances_at", lambda source, window: {"ham": 37_500})
        raw, _ = published(ledger)
    refuses(raw, "what was published contradicts itself")


@pytest.mark.usefixtures("handed_out_anyway")
@pytest.mark.parametrize("side", ["donors", "payables", "cash"])
def test_a_position_whose_two_sides_differ_is_refused(
    side: str, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def position(rows: Iterable[BalanceRow]) -> HeldInTrust:
        honest = held_in_trust(rows)
        return evolve(honest, **{side: getattr(honest, side) + Amount(1, "USD")})

    with monkeypatch.context() as patch:
        patch.setattr(publish_holdings, "held_in_trust", position)
        raw, _ = published(ledger)
    refuses(raw, "what was published contradicts itself")


def test_donors_that_were_shown_different_publications_see_it_in_their_sentences(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An office publishes twice, each time without one of the two donors, and shows each what it is in.

    Neither can tell by itself; the sentences say number, day, total and root, so that the two can.
    """
    said = []
    for kept in ("ham", "med"):
        with monkeypatch.context() as patch:
            lie(patch, lambda held, kept=kept: {kept: held[kept]})  # type: ignore[misc]  # kept is of this round
            ledger.publish_holdings(f"H-{kept}", as_of=YEAR)
    issue_all(ledger)
    balances_at = publishing.balances_at
    for kept, statement in (("ham", HAMBURG), ("med", MEDELLIN)):
        with monkeypatch.context() as patch:
            patch.setattr(bundling, "last_of_kind", lambda *_, kept=kept: f"H-{kept}")
            patch.setattr(publishing, "balances_at", lambda s, w, kept=kept: {kept: balances_at(s, w)[kept]})
            said.append(verify(bundle(ledger, statement), str(KEY)).partition("in the total that ")[2])
    told = re.compile(r"^entry (\d+) published \(root (\w{32})\): (USD \S+) held .*; of (USD \S+) in cash")
    (one,), (other,) = (told.findall(sentence) for sentence in said)
    assert (one[0], other[0]) == ("13", "14")
    assert one[1] != other[1]
    assert (one[2:], other[2:]) == (("USD 375.00",) * 2, ("USD 525.00",) * 2)
    # Whoever verifies the ledger sees both.
    assert {one.number for one in ledger.verify().findings if one.check == "holdings"} == {13, 14}


@pytest.mark.usefixtures("handed_out_anyway")
@pytest.mark.parametrize(
    ("dishonest", "shows"),
    [
        (lambda held: {"med": held["med"]}, "nothing"),
        (lambda held: {**held, "ham": held["ham"] - 1}, "what it published"),
        (lambda held: {**held, "ham": 0}, "what it published"),
        (lambda held: {"med": sum(held.values())}, "nothing"),
    ],
    ids=["left out", "a cent less", "nothing", "told as another's"],
)
def test_a_donor_left_out_of_the_liabilities_notices(
    dishonest: Balances, shows: str, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tree is sealed and signed as it should be, and the office shows the donor what it likes of it."""
    with monkeypatch.context() as patch:
        lie(patch, dishonest)
        raw, _ = published(ledger)
    (entry,) = [one for one in ledger.entries() if one.event.event_kind == "publish_holdings"]
    assert isinstance(entry.event, events.PublishHoldings)
    own = show(fragments_by_seed(dishonest(held_of(ledger)), entry.event.seed), "ham")
    assert bool(own) is (shows == "what it published")

    def as_the_office_likes(value: Any) -> None:
        value["holdings"]["fragments"] = [
            {
                "at": one.index,
                "minor": one.fragment.minor,
                "proof": [[digest.hex(), minor] for digest, minor in one.path],
                "salt": one.fragment.salt,
            }
            for one in own
        ]

    # What an honest program makes of it, what the office may make of it, and leaving it out.
    refuses(raw, "not in the published holdings|a place that|longer or shorter")
    refuses(changed(raw, as_the_office_likes), "do not have all that is held for the donor")
    assert verify(changed(raw, lambda value: value.pop("holdings")), str(KEY)).endswith(NONE_SHOWN)
    # And whoever verifies the ledger sees it too.
    assert "holdings" in {one.check for one in ledger.verify().findings}


def held_of(ledger: Ledger) -> dict[str, int]:
    """What is held for each donor, by its honest fragments."""
    with ledger._reading():
        return {
            donor: sum(one.fragment.minor for one in shown_holdings(ledger._connection, "H-1", donor))
            for donor in ("ham", "med")
        }
