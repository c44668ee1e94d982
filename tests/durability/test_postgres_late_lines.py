"""A line that comes late, in a race with its entry, at each isolation level: never part of what is sealed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from random import Random
from threading import Barrier

import psycopg
import pytest

from mdfm_ledger.evidence.merkle import leaf_hash
from tests.support.postgres import server
from tests.support.profile import figure

RACES = figure(nightly=500, gate=50)
SEED = 20260101
LEVELS = ("READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE")
SEAL = leaf_hash(b"x").hex()
FIRST = 13
LOST = {"40001", "40P01", "23505"}
"""What a server says to who lost a race, and may try again."""

# When the late line is written: while its entry is; after it, by a transaction that saw no entry yet;
# before it, and committed after; after it.
TIMES = ("at once", "unseen", "before", "after")
WRONG = """SELECT count(*) FROM (SELECT entry.number FROM mdfm.entry LEFT JOIN mdfm.line USING (number)
GROUP BY entry.number HAVING count(position) <> line_count OR coalesce(sum(amount), 0) <> 0) AS wrong"""
NUMBERS = "SELECT count(*), min(number), max(number) FROM mdfm.entry"

pytestmark = [pytest.mark.race, pytest.mark.slow]

Connection = psycopg.Connection[tuple[object, ...]]


@pytest.fixture
def database() -> Iterator[str]:
    name = server().small_ledger()
    yield name
    server().drop(name)


def say(connection: Connection, *statements: str) -> str | None:
    """Run statements; the state of the error that undid them, None where all were done."""
    try:
        for statement in statements:
            connection.execute(statement.encode())
    except psycopg.Error as error:
        connection.execute("ROLLBACK")
        return f"{error.sqlstate} {error.diag.message_primary}"
    return None


def sealed(number: int, lines: int) -> list[str]:
    """What writes an entry with so many lines, two of five each way or none."""
    rows = ", ".join(f"({number}, {at}, 1, 20220101, {5 - 10 * at})" for at in range(lines))
    return [
        *([f"INSERT INTO mdfm.line VALUES {rows}"] if lines else []),
        f"INSERT INTO mdfm.entry VALUES ({number}, 'receipt', 'N-{number}', '', 20220101, 20220101,"
        f" 1642239000000000, 'x', '', '', NULL, {lines}, 'x', 'x', '\\x{SEAL}')",
    ]


def late(number: int, position: int) -> str:
    return f"INSERT INTO mdfm.line VALUES ({number}, {position}, 1, 20220101, 999)"


class Race:
    """Two connections at one isolation level: one seals an entry, the other adds a line to it."""

    def __init__(self, database: str, level: str, pool: ThreadPoolExecutor) -> None:
        self._sealer, self._attacker = server().connect(database), server().connect(database)
        self._begin = f"BEGIN ISOLATION LEVEL {level}"
        self._pool = pool

    def run(self, number: int, lines: int, position: int, when: str) -> tuple[str | None, str | None]:
        """What undid the entry, and what undid the late line."""
        begin, seal, attack = self._begin, sealed(number, lines), late(number, position)
        if when == "unseen":
            # Its transaction is of before; so it goes by what it saw then, unless it looks at each statement.
            failed = say(self._attacker, begin, "SELECT max(number) FROM mdfm.entry")
            entry = say(self._sealer, begin, *seal, "COMMIT")
            return entry, failed or say(self._attacker, attack, "COMMIT")
        if when == "after":
            return say(self._sealer, begin, *seal, "COMMIT"), say(self._attacker, begin, attack, "COMMIT")
        if when == "before":
            failed = say(self._attacker, begin, attack)
            writing = self._pool.submit(say, self._sealer, begin, *seal, "COMMIT")
            return writing.result() if failed else None, failed or self._ended(writing)
        both = Barrier(2, timeout=60)

        def write(connection: Connection, *statements: str) -> str | None:
            failed = say(connection, begin)
            both.wait()
            return failed or say(connection, *statements, "COMMIT")

        writing = self._pool.submit(write, self._sealer, *seal)
        undone = write(self._attacker, attack)
        return writing.result(), undone

    def _ended(self, writing: Future[str | None]) -> str | None:
        """Commit the late line once its entry is written, or waits for it."""
        with suppress(TimeoutError):
            writing.result(timeout=0.02)
        failed = say(self._attacker, "COMMIT")
        writing.result()
        return failed

    def close(self) -> None:
        """Let both go."""
        self._sealer.close()
        self._attacker.close()


def races(database: str, level: str, rounds: int) -> tuple[int, Counter[str], list[str]]:
    """How many entries were sealed, what refused the late lines, and which were let in."""
    lot, refused, taken, sealed_so_far = Random(f"{level}{SEED}"), Counter[str](), [], 0
    with ThreadPoolExecutor(1) as pool:
        race = Race(database, level, pool)
        try:
            for _ in range(rounds):
                lines, position, when = lot.choice((0, 2)), lot.choice((0, 2)), lot.choice(TIMES)
                undone, answer = race.run(FIRST + sealed_so_far, lines, position, when)
                with server().connect(database) as other:
                    (count,) = other.execute("SELECT count(*) FROM mdfm.entry").fetchone() or (0,)
                sealed_so_far = int(count) - FIRST + 1
                if undone is not None:
                    assert undone[:5] in LOST, undone
                if answer is None:
                    taken.append(f"{lines} lines, at {position}, {when}")
                else:
                    refused[answer] += 1
        finally:
            race.close()
    return sealed_so_far, refused, taken


def wrong_in(database: str) -> int:
    """How many sealed entries have other lines than they say, or are out of balance."""
    with server().connect(database) as connection:
        (wrong,) = connection.execute(WRONG.encode()).fetchone() or (-1,)
        (count, first, last) = connection.execute(NUMBERS.encode()).fetchone() or (0, 0, 0)
    assert (first, last) == (1, count)
    return int(wrong)


@pytest.mark.parametrize("level", LEVELS)
def test_no_late_line_is_ever_part_of_a_sealed_entry(level: str, database: str) -> None:
    sealed_in_all, refused, taken = races(database, level, RACES)
    assert taken == []
    assert sum(refused.values()) == RACES
    # Most entries get in the first time; it is the late line that goes.
    assert sealed_in_all > RACES // 2
    assert wrong_in(database) == 0


def without(database: str, *guards: str) -> None:
    for guard in guards:
        server().execute(f"ALTER TABLE mdfm.line DISABLE TRIGGER {guard}", database)


GUARDS = ("line_not_late", "line_sealed_whole")


@pytest.mark.parametrize("level", LEVELS)
def test_the_control_without_the_guards_of_lines_an_entry_is_off_by_999(level: str, database: str) -> None:
    without(database, *GUARDS)
    with ThreadPoolExecutor(1) as pool:
        race = Race(database, level, pool)
        for at, when in enumerate(("unseen", "after", "unseen", "after")):
            undone, answer = race.run(FIRST + at, at // 2 * 2, 2, when)
            assert undone is None
            # The highest level notices by itself what crossed; not what came after.
            assert (answer or "")[:5] == ("40001" if (level, when) == ("SERIALIZABLE", "unseen") else "")
        race.close()
    assert wrong_in(database) == (2 if level == "SERIALIZABLE" else 4)


@pytest.mark.parametrize(
    ("level", "says"), [*zip(LEVELS, ("P0001 mdfm: no line is added", "", "40001 could not"), strict=True)]
)
def test_the_control_without_the_deferred_guard_who_saw_no_entry_adds_to_one(
    level: str, says: str, database: str
) -> None:
    """The other guard sees what the transaction sees: the entry is not there where it began before."""
    without(database, "line_sealed_whole")
    with ThreadPoolExecutor(1) as pool:
        race = Race(database, level, pool)
        _, answer = race.run(FIRST, 0, 0, "unseen")
        race.close()
    assert (answer or "").startswith(says)
    assert wrong_in(database) == (answer is None) == (level == "REPEATABLE READ")


@pytest.mark.parametrize(("guard", "position"), [("line_not_late", 2), ("line_sealed_whole", 0)])
def test_each_guard_of_lines_is_needed_or_the_other_does_its_work(
    guard: str, position: int, database: str
) -> None:
    """The deferred guard looks at first lines only, so that it looks once; the other refuses later ones."""
    without(database, guard)
    with ThreadPoolExecutor(1) as pool:
        race = Race(database, "READ COMMITTED", pool)
        _, answer = race.run(FIRST, 0, position, "unseen")
        race.close()
    assert (answer is None) == (guard == "line_not_late"), answer
    assert wrong_in(database) == (guard == "line_not_late")
