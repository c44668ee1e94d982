"""Who may approve what in a term, and up to which amount, changes from a day on."""

from __future__ import annotations

from datetime import date

from attrs import evolve, frozen

from mdfm_ledger.approvals import ApprovalPolicy, Authority
from mdfm_ledger.books import Books
from mdfm_ledger.books.documents import Term
from mdfm_ledger.errors import InvalidFieldError, MismatchError
from mdfm_ledger.event import Event
from mdfm_ledger.fields import day, optional_day, reference, require_match, same_person, several, text
from mdfm_ledger.journal import Lines


@frozen(kw_only=True)
class ReviseApprovalPolicy(Event):
    """The whole approval policy of a term, by a named decision: who approves which kinds, up to how much.

    It is in force for what is recorded from ``in_force_from`` on (UTC, inclusive; ``on`` unless given),
    whatever date that bears. A kind that is named needs an approval by somebody who may and does not
    enter it; kinds not named need none. A person stands once for a kind. Without authorities none
    is asked for any more. Name ``revise_approval_policy`` among the kinds, so that nobody changes it alone.
    """

    event_kind = "revise_approval_policy"
    described_by = "decision"

    on: date = day()
    term: str = reference()
    authorities: tuple[Authority, ...] = several(Authority)
    in_force_from: date | None = optional_day()
    decision: str = text()
    approved_by: str = text()

    def __attrs_post_init__(self) -> None:
        if self.in_force_from and self.in_force_from < self.on:
            raise InvalidFieldError(field="in_force_from", problem="is before the decision")
        seen: list[tuple[str, str]] = []
        for one in self.authorities:
            for kind in one.kinds:
                if any(kind == other and same_person(one.approver, name) for name, other in seen):
                    raise InvalidFieldError(
                        field="authorities", problem=f"{one.approver} stands twice for {kind}"
                    )
                seen.append((one.approver, kind))

    def about(self, books: Books, lines: Lines) -> str:
        return f"term:{self.term}"

    @property
    def since(self) -> date:
        """The day of recording from which it is in force."""
        return self.in_force_from or self.on

    def post(self, books: Books) -> Lines:
        """No lines: a rule moves no money."""
        term = books.term(self.term)
        for one in self.authorities:
            if one.up_to:
                require_match("up_to", one.up_to.currency, f"term {self.term}", term.currency)
        last = term.approval_policies[-1:]
        if last and self.since < last[0].since:
            raise MismatchError(
                field="in_force_from",
                given=str(self.since),
                document=f"the last approval policy of term {self.term}",
                expected=f"a date from {last[0].since} on",
            )
        return ()

    def document(self, before: Term, lines: Lines) -> Term:
        del lines
        policy = ApprovalPolicy(since=self.since, authorities=self.authorities, decision=self.decision)
        return evolve(before, approval_policies=(*before.approval_policies, policy))
