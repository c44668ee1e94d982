"""A donor's free money may go below zero by its exchange losses, and by nothing else."""

from __future__ import annotations

import pytest

from mdfm_ledger.audit.recount.courses import Courses
from mdfm_ledger.audit.recount.documents import Documents
from mdfm_ledger.audit.recount.sums import Sums
from mdfm_ledger.journal import Subaccount

FREE = Subaccount("8110", "T", "USD", donor="ham")


@pytest.mark.parametrize(("lost", "found"), [(50, []), (49, ["donor-not-negative"])])
def test_what_is_below_zero_is_found_but_for_losses(lost: int, found: list[str]) -> None:
    courses = Courses(Sums(Documents()), [("T", "ham", 20200201, lost)])
    courses.add(FREE, [(20200101, -100), (20200301, 150)])
    assert [check for check, *_ in courses.close()] == found
