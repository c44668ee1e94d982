"""Published holdings tie to books and banks, each donor finds its own in them, and verify recounts them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from mdfm_ledger import BankConfirmation, Ledger, OpenBankAccount, PublishHoldings, errors
from mdfm_ledger.cli import cli
from mdfm_ledger.evidence.holdings import Fragment, require_holding, sum_root
from mdfm_ledger.publishing import balances_at, findings, fragments_again
from mdfm_ledger.source import Window
from mdfm_ledger.store.reading import JournalReader
from tests.support.bookkeeping import Desk, allocation, expenditure, receipt, usd
from tests.support.ledgers import events, open_ledger, small_ledger, without_guards
from tests.support.records import rewrite

SEED = "5e" * 32
DAY = date(2020, 12, 31)


def publication(**fields: Any) -> PublishHoldings:
    return PublishHoldings(
        **{"reference": "H-1", "on": date(2021, 1, 5), "as_of": DAY, "seed": SEED, **fields}
    )


def confirmed(amount: str, explanation: str = "") -> BankConfirmation:
    return BankConfirmation(
        bank_account="uil", amount=usd(amount), statement="2020/12", explanation=explanation
    )


BEFORE = (receipt(), receipt("R-2", "600.00", donor="med"), allocation(amount="800.00"), expenditure())


def test_the_total_ties_to_liabilities_and_to_assets() -> None:
    """1,000 and 600 came in, 100 was spent: 1,500 is held, and it is at the bank."""
    entry = Desk(*BEFORE).post(publication()).entry
    event = entry.event
    assert isinstance(event, PublishHoldings)
    assert (event.total, entry.lines) == (usd("1500.00"), ())
    position = event.position
    assert position is not None
    assert (position.donors, position.cash, position.payables) == (
        usd("1500.00"),
        usd("1500.00"),
        usd("0.00"),
    )
    assert event.known_at == entry.number - 1


def test_what_is_dated_later_is_not_in_it() -> None:
    late = (receipt(f"L-{donor}", "50.00", donor=donor, on=date(2021, 2, 1)) for donor in ("ham", "jp"))
    event = Desk(*BEFORE, *late).post(publication()).entry.event
    assert isinstance(event, PublishHoldings)
    assert event.total == usd("1500.00")


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"total": usd("1.00")}, "total"),
        ({"root": "0" * 64}, "root"),
        ({"known_at": 3}, "known_at"),
        ({"fragments": 7}, "fragments"),
    ],
)
def test_what_is_given_has_to_be_right(fields: dict[str, Any], name: str) -> None:
    with pytest.raises(errors.SealDiffersError, match=name):
        Desk(*BEFORE).post(publication(**fields))


def test_a_bank_that_states_another_amount_is_explained_or_refused() -> None:
    Desk(*BEFORE).post(publication(confirmed=(confirmed("1500.00"),)))
    with pytest.raises(errors.BankDiffersError) as caught:
        Desk(*BEFORE).post(publication(confirmed=(confirmed("1400.00"),)))
    assert (caught.value.booked, caught.value.stated) == (usd("1500.00"), usd("1400.00"))
    Desk(*BEFORE).post(publication(confirmed=(confirmed("1400.00", "a transfer of 100 is under way"),)))
    unknown = BankConfirmation(bank_account="nowhere", amount=usd("1.00"), statement="1")
    with pytest.raises(errors.UnknownDocumentError):
        Desk(*BEFORE).post(publication(confirmed=(unknown,)))


def test_cash_that_no_bank_confirms_is_warned_of() -> None:
    # An account without money needs no bank to say so.
    before = (*BEFORE, OpenBankAccount(reference="two", name="Two", currency="USD"))
    (warning,) = Desk(*before).post(publication()).warnings
    assert warning.code == "cash-not-confirmed"
    assert warning.message == "no bank is said to confirm what is on uil on 2020-12-31"
    assert Desk(*before).post(publication(confirmed=(confirmed("1500.00"),))).warnings == ()


def test_a_donor_named_in_what_is_said_of_a_bank_is_warned_of() -> None:
    told = publication(confirmed=(confirmed("1400.00", "med paid USD 100.00 less"),))
    (warning,) = Desk(*BEFORE).post(told).warnings
    assert warning.code == "names-a-donor"
    assert warning.message == "what is said of uil names med; every donor is shown it"


def test_before_anything_was_received_there_is_nothing_to_publish() -> None:
    with pytest.raises(errors.WrongDayError, match="no donor has a line"):
        Desk().post(publication())


def test_less_than_nothing_held_for_a_donor_is_not_published(monkeypatch: pytest.MonkeyPatch) -> None:
    from mdfm_ledger.events import publish_holdings

    monkeypatch.setattr(publish_holdings, "held_by_donor", lambda books, as_of: {"ham": -5, "med": 9})
    with pytest.raises(errors.DonorNegativeError, match="ham"):
        Desk(*BEFORE).post(publication())


def test_a_day_to_come_is_refused() -> None:
    with pytest.raises(errors.WrongDayError, match=r"as_of is .* can be published from that day on"):
        publication(as_of=date(2021, 1, 6))


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    ledger = open_ledger(tmp_path / "l.db")
    ledger.record_all(events())
    return ledger


def published(ledger: Ledger, reference: str = "H-1") -> PublishHoldings:
    event = next(one.event for one in ledger.entries() if one.key == ("publish_holdings", reference))
    assert isinstance(event, PublishHoldings)
    return event


def test_each_donor_finds_its_own_and_the_sum_is_the_total(ledger: Ledger) -> None:
    ledger.publish_holdings("H-1", as_of=DAY, confirmed=[confirmed("900.00")])
    event = published(ledger)
    root = (bytes.fromhex(event.root), event.total.minor if event.total else 0)
    held = {}
    for donor in ("ham", "med"):
        shown = ledger.holding_proof("H-1", donor)
        held[donor] = sum(one.fragment.minor for one in shown)
        require_holding(shown, donor=donor, balance=held[donor], count=event.fragments, root=root)
        account = ledger.donor_statement(donor, term="2020-2021", as_of=DAY)
        assert account.closing.minor == held[donor]
    assert sum(held.values()) == 900_00
    assert ledger.holding_proof("H-1", "jp") == ()
    with pytest.raises(errors.UnknownDocumentError):
        ledger.holding_proof("H-2", "ham")


def test_the_seed_is_kept_apart_and_the_rest_is_not(ledger: Ledger) -> None:
    ledger.publish_holdings("H-1", as_of=DAY)
    event = published(ledger)
    (parts,) = ledger._connection.exec_driver_sql(
        "SELECT parts FROM entry WHERE kind = 'publish_holdings'"
    ).one()
    assert event.seed.encode() not in parts
    ledger._connection.rollback()
    assert event.root.encode() in parts
    assert ledger.verify().findings == ()


def test_published_again_it_is_the_same(ledger: Ledger) -> None:
    first = ledger.publish_holdings("H-1", as_of=DAY)
    again = ledger.publish_holdings("H-1", as_of=DAY)
    assert (again.number, again.was_replayed) == (first.number, True)
    with pytest.raises(errors.ReferenceConflictError, match="as_of"):
        ledger.publish_holdings("H-1", as_of=date(2020, 11, 30))


def test_a_donor_left_out_of_the_published_total_is_found(tmp_path: Path) -> None:
    """Published by somebody who rewrote the record: the total no longer has all that is held."""
    path = small_ledger(tmp_path / "l.db")
    with open_ledger(path) as ledger:
        number = ledger.publish_holdings("H-1", as_of=DAY).number
    without_guards(
        path, lambda connection: rewrite(connection, number, event=lambda one: one.update(total="USD 1.00"))
    )
    with open_ledger(path) as ledger:
        assert ("holdings", number) in {(one.check, one.number) for one in ledger.verify().findings}


def test_findings_name_root_and_total_and_what_cannot_be_made(ledger: Ledger) -> None:
    ledger.publish_holdings("H-1", as_of=DAY)
    event = published(ledger)
    with ledger._through(None, None) as (source, _):
        assert isinstance(source, JournalReader)
        assert list(findings(source, event)) == []
        from attrs import evolve

        other = evolve(event, root="0" * 64, total=usd("2.00"))
        assert [found[1] for found in findings(source, other)] == ["total of H-1", "root of H-1"]
        assert event.position is not None
        untied = evolve(event, position=evolve(event.position, cash=usd("1.00")))
        assert list(findings(source, untied)) == [
            ("holdings", "cash in the position of H-1", usd("900.00"), usd("1.00"))
        ]
        early = evolve(event, known_at=0)
        assert [found[3] for found in findings(source, early)] == [
            "the proof of holdings does not hold: there is no donor"
        ]
        balances = balances_at(source, Window(as_of=DAY, known_at=event.known_at))
        assert sum_root(fragments_again(source, event))[1] == sum(balances.values())
        assert all(isinstance(one, Fragment) for one in fragments_again(source, event))


def test_more_lost_than_held_is_not_published() -> None:
    from mdfm_ledger.evidence.holdings import fragments_by_seed

    with pytest.raises(errors.ProofRefusedError, match="below zero"):
        fragments_by_seed({"a": -1}, SEED)


# -- the command -------------------------------------------------------------------------------------


def run(path: Path, *arguments: str) -> Any:
    given = ["holdings", "H-1", "--ledger", str(path), "--actor", "finance@example.org", *arguments]
    return CliRunner().invoke(cli, given)


def test_the_command_publishes_and_says_what(tmp_path: Path) -> None:
    path = small_ledger(tmp_path / "l.db")
    done = run(path, "--as-of", "2020-12-31", "--confirm", "uil", "USD 900.00", "2020/12")
    assert done.exit_code == 0, done.output
    assert "USD 900.00 held on 2020-12-31" in done.output
    again = run(path, "--as-of", "2020-12-31", "--confirm", "uil", "USD 900.00", "2020/12", "--json")
    assert json.loads(again.output)["total"] == "USD 900.00"
    assert json.loads(again.output)["warnings"] == []


def test_the_command_says_which_cash_no_bank_confirms(tmp_path: Path) -> None:
    done = run(small_ledger(tmp_path / "l.db"), "--as-of", "2020-12-31")
    assert done.exit_code == 0
    assert (
        done.stderr == "note: cash-not-confirmed: no bank is said to confirm what is on uil on 2020-12-31\n"
    )
    done = run(small_ledger(tmp_path / "m.db"), "--as-of", "2020-12-31", "--json")
    assert [one["code"] for one in json.loads(done.stdout)["warnings"]] == ["cash-not-confirmed"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--confirm", "uil", "USD 1.00", "x"), "bank-differs"),
        (("--confirm", "uil", "900", "x"), "needs a currency"),
        (("--explain", "uil", "why"), "is not confirmed"),
    ],
)
def test_the_command_refuses(arguments: tuple[str, ...], says: str, tmp_path: Path) -> None:
    done = run(small_ledger(tmp_path / "l.db"), "--as-of", "2020-12-31", *arguments)
    assert done.exit_code == 1
    assert says in done.output
