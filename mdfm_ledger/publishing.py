"""Published holdings made again from the journal: to check them, and to show each donor its own."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from mdfm_ledger.chart import HELD_RESOURCES
from mdfm_ledger.errors import EvidenceError
from mdfm_ledger.events import PublishHoldings
from mdfm_ledger.evidence.holdings import Fragment, ShownFragment, fragments_by_seed, show, sum_root
from mdfm_ledger.fields import WITHHELD
from mdfm_ledger.rules.held_in_trust import HeldInTrust, held_in_trust, total_of
from mdfm_ledger.source import JournalSource, Window

Found = tuple[str, str, object, object]


def balances_at(source: JournalSource, window: Window) -> dict[str, int]:
    """What was held for each donor with a line until then, over all terms, in cents."""
    totals = source.totals(("donor",), window, where={"account": HELD_RESOURCES})
    return {total.key[0]: total.balance for total in totals}


def fragments_again(source: JournalSource, event: PublishHoldings) -> tuple[Fragment, ...]:
    """The fragments of published holdings. Raises ProofRefusedError."""
    window = Window(as_of=event.as_of, known_at=event.known_at)
    return fragments_by_seed(balances_at(source, window), event.seed)


def shown_to(source: JournalSource, event: PublishHoldings, donor: str) -> tuple[ShownFragment, ...]:
    """What proves a donor its balance in published holdings; nothing where it had no line by then."""
    return show(fragments_again(source, event), donor)


def _positions(
    source: JournalSource, event: PublishHoldings, window: Window
) -> Iterator[tuple[str, object, object]]:
    """Each figure of the position: its name, as published and as it was."""
    totals = source.totals(("account",), window)
    position = held_in_trust((one.key[0], "", "", one.debit, one.credit) for one in totals)
    for name in attrs.fields_dict(HeldInTrust):
        yield f"{name} in the position", getattr(event.position, name, None), getattr(position, name)


def findings(source: JournalSource, event: PublishHoldings) -> Iterator[Found]:
    """What published holdings do not agree in with the journal as it was known then."""
    window = Window(as_of=event.as_of, known_at=event.known_at)
    try:
        balances = balances_at(source, window)
        root = "" if event.seed == WITHHELD else sum_root(fragments_by_seed(balances, event.seed))[0].hex()
    except (EvidenceError, ValueError) as error:
        yield ("holdings", f"fragments of {event.reference}", "a tree", str(error))
        return
    whole = (("total", event.total, total_of(balances)), ("root", event.root, root))
    for name, said, found in (*whole, *_positions(source, event, window)):
        if said != found:
            yield ("holdings", f"{name} of {event.reference}", found, said)
