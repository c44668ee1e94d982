"""A journal asked once for all donors answers each question as its source does."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from mdfm_ledger.reports.by_donor import ByDonor
from mdfm_ledger.source import JournalSource, Where, Window
from tests.support.ledgers import open_ledger, small_ledger

QUESTIONS: tuple[Where, ...] = (
    None,
    {"account": "2010"},
    {"donor": "ham", "account": ("2010", "8110")},
    {"donor": "nobody"},
    {"donor": ("ham", "med")},
)


def test_it_answers_as_its_source(tmp_path: Path) -> None:
    window = Window(as_of=date(2020, 12, 31), known_at=11)
    with open_ledger(small_ledger(tmp_path / "l.db")) as ledger, ledger._through(None, None) as (source, _):
        plain: JournalSource = source
        once = ByDonor(source)
        assert once.disclosed([(11, "ham")]) == plain.disclosed([(11, "ham")])
        assert once.entry("receipt", "R-1", window) == plain.entry("receipt", "R-1", window)
        for where in QUESTIONS:
            assert once.totals(("account",), window, where=where) == plain.totals(
                ("account",), window, where=where
            )
            assert once.lines(window, where=where) == plain.lines(window, where=where)
            since = date(2020, 3, 1)
            assert once.lines(window, since=since, where=where) == plain.lines(
                window, since=since, where=where
            )
        assert list(once.entries(window)) == list(plain.entries(window))
        assert list(once.documents("donor", window)) == list(plain.documents("donor", window))
        some = once.documents("donor", window, references=("med", "nobody", "ham"))
        assert list(some.items()) == list(plain.documents("donor", window, references=("ham", "med")).items())
