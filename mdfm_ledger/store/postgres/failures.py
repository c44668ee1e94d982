"""Our error for each of the server's, without the values it may have put into its message."""

from __future__ import annotations

import psycopg

from mdfm_ledger.errors import (
    CorruptLedgerError,
    LedgerBusyError,
    RaceLostError,
    ServerUnavailableError,
)
from mdfm_ledger.store.dialect import BUSY_SECONDS

_RACES = {"40001", "40P01", "23505"}
"""Serialization failure, deadlock, and a number or reference somebody else took first."""

_BUSY = {"55P03"}
_DAMAGE = {"42P01", "42703", "XX001", "XX002", "23502", "23503", "23514"}
"""No such table or column, a damaged page, a damaged index; and what stands in the way of a row under the
writer lock: no value, no row that is named, a value that cannot be."""


def ours(error: BaseException, url: str) -> Exception:
    """The error of ours that says what a driver's does."""
    state = getattr(error, "sqlstate", None) or ""
    problem = _said(error)
    if state in _RACES:
        return RaceLostError(sqlstate=state, problem=problem)
    if state in _BUSY:
        return LedgerBusyError(seconds=BUSY_SECONDS)
    if problem.startswith("mdfm:") or state in _DAMAGE:
        return CorruptLedgerError(
            number=0, what="the database refused", expected="a sound ledger", found=problem
        )
    return ServerUnavailableError(url=url, problem=problem)


def _said(error: BaseException) -> str:
    """The first line of a message; what follows may hold values of rows, and so goes nowhere."""
    diagnosis = error.diag if isinstance(error, psycopg.Error) else None
    said = (diagnosis.message_primary if diagnosis else None) or str(error)
    problem = said.strip().split("\n")[0]
    error.args = (problem,)
    return problem
