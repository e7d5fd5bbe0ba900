"""The registry: one decorated function a claim, run together with the mutants its own checkers must refute."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from typing import TypeVar

from claims.evidence import CheckFailedError, Evidence, Trace, checking
from claims.sampling import Sampling, sampling
from claims.statement import Erratum, Hypothesis, Kind, Statement, StatementError
from claims.verdict import Verdict, verdict_of

PAPERS: tuple[str, ...] = ("chain-rules", "global-optimality", "mf-landscape", "nimc", "nimc-2019")

T = TypeVar("T")
ClaimFunction = Callable[[], "Evidence | Sequence[Evidence]"]


class UnknownClaimError(ValueError):
    """No claim or paper bears the id asked for."""


class MutantError(RuntimeError):
    """A mutant was not put before one of the claim's own checkers."""


@dataclass(frozen=True)
class Mutant:
    """A near-miss falsification of a claim, with the check that must refute it."""

    description: str
    function: ClaimFunction


@dataclass(frozen=True)
class MutantOutcome:
    """What became of one mutant: killed or alive, and how."""

    description: str
    killed: bool
    how: str


@dataclass(frozen=True)
class Outcome:
    """The result of running one claim: its evidence and its mutants' fates. The verdict is not stored anywhere."""

    statement: Statement
    evidence: tuple[Evidence, ...]
    mutants: tuple[MutantOutcome, ...]

    @property
    def verdict(self) -> Verdict:
        """Return the verdict, computed from the evidence each time it is asked for."""
        return verdict_of(self.statement, self.evidence)

    @property
    def killed(self) -> int:
        """Return how many mutants the checkers refuted."""
        return sum(mutant.killed for mutant in self.mutants)


@dataclass
class Claim:
    """A registered statement with the function that returns its evidence."""

    statement: Statement
    function: ClaimFunction
    erratum: Erratum | None = None
    order: int = 0
    mutants: list[Mutant] = field(default_factory=list)
    _outcome: Outcome | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def id(self) -> str:
        """Return the statement's id."""
        return self.statement.id

    @property
    def explanation(self) -> str:
        """Return our own words on why the statement holds or fails: the claim function's docstring."""
        return (self.function.__doc__ or "").strip()

    @property
    def outcome(self) -> Outcome:
        """Return the result of running the claim with its mutants at the default seed; run once a process."""
        if self._outcome is None:
            # Whoever asks first, inside whatever settings: what is kept is what the committed ledger shows.
            with sampling(Sampling()):
                self._outcome = self.run()
        return self._outcome

    @property
    def verdict(self) -> Verdict:
        """Return the verdict computed from the claim's evidence."""
        return verdict_of(self.statement, self.outcome.evidence)

    def mutant(self, description: str) -> Callable[[ClaimFunction], ClaimFunction]:
        """Register a falsification of this claim; the decorated function runs the claim's checkers on it.

        Args:
            description: What was falsified, e.g. ``"drops the square on alpha_10"``.
        """

        def register(function: ClaimFunction) -> ClaimFunction:
            self.mutants.append(Mutant(description, function))
            return function

        return register

    def near_misses(self, check: Callable[[T], Evidence | Sequence[Evidence]], falsified: Mapping[str, T]) -> None:
        """Register several mutants that differ in one ingredient only.

        Args:
            check: The claim's own check as a function of that ingredient.
            falsified: The wrong ingredients, each under a description of what was falsified.
        """
        for description, ingredient in falsified.items():
            self.mutants.append(Mutant(description, partial(check, ingredient)))

    def run(self, *, with_mutants: bool = True) -> Outcome:
        """Return the claim's evidence, verdict and mutants' fates, computed now."""
        with checking(self.statement) as trace:
            evidence = _as_tuple(self.function())
        verdict_of(self.statement, evidence)  # evidence that is not genuine must raise here, not later
        outcomes = tuple(self._try_mutant(mutant, trace.ran) for mutant in self.mutants) if with_mutants else ()
        return Outcome(self.statement, evidence, outcomes)

    def _try_mutant(self, mutant: Mutant, ran: Sequence[str]) -> MutantOutcome:
        statement = self.statement.mutated(mutant.description)
        with checking(statement) as trace:
            try:
                evidence = _as_tuple(mutant.function())
            except CheckFailedError as failure:
                self._require_own_checker(mutant, trace, ran, killed=True)
                return MutantOutcome(mutant.description, killed=True, how=f"check failed: {failure}")
        verdict = verdict_of(statement, evidence)
        killed = verdict.status == "refuted"
        self._require_own_checker(mutant, trace, ran, killed=killed)
        return MutantOutcome(mutant.description, killed=killed, how=str(verdict))

    def _require_own_checker(self, mutant: Mutant, trace: Trace, ran: Sequence[str], *, killed: bool) -> None:
        """Refuse a mutant that one of the claim's own checkers never saw, or did not itself refute."""
        own = set(ran)
        if not own & set(trace.ran):
            raise MutantError(
                f"{self.id}, mutant {mutant.description!r}: ran {sorted(set(trace.ran))}, none of the claim's own "
                f"checkers {sorted(own)}"
            )
        if killed and not own & set(trace.refuted):
            raise MutantError(
                f"{self.id}, mutant {mutant.description!r}: refuted by {sorted(set(trace.refuted))}, not by one of "
                f"the claim's own checkers {sorted(own)}"
            )

    def _repr_markdown_(self) -> str:
        from claims.rendering.render import claim_markdown  # noqa: PLC0415 - only notebooks and exports render

        return claim_markdown(self)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, object]:
        del include, exclude
        from claims.ledger import ledger_row  # noqa: PLC0415

        return {
            "text/plain": f"{self.statement.label} [{self.id}]: {self.verdict}",
            "text/markdown": self._repr_markdown_(),
            "application/vnd.lemmata.claim+json": ledger_row(self),
        }

    def to_latex(self) -> str:
        """Return the statement, its derivation and its verdict as LaTeX that compiles in an article."""
        from claims.rendering.render import claim_latex  # noqa: PLC0415

        return claim_latex(self)


def _as_tuple(evidence: Evidence | Sequence[Evidence]) -> tuple[Evidence, ...]:
    return (evidence,) if isinstance(evidence, Evidence) else tuple(evidence)


_claims: dict[str, Claim] = {}


def claim(  # noqa: PLR0913 - a statement has this many fields
    id: str,  # noqa: A002 - the papers' and the ledger's word for it
    *,
    kind: Kind,
    label: str,
    printed: str,
    hypotheses: Sequence[Hypothesis] = (),
    depends_on: Sequence[str] = (),
    parts: Sequence[str] = (),
    erratum: Erratum | None = None,
) -> Callable[[ClaimFunction], Claim]:
    """Register the decorated function as the claim for a statement; it must return evidence.

    Args:
        id: The statement's id, ``"<paper>:<local id>"``.
        kind: What the paper calls it.
        label: The label as printed.
        printed: The printed formulas in LaTeX, faithfully, even where they are wrong.
        hypotheses: The statement's assumptions.
        depends_on: Ids of claims the settlement rests on.
        parts: Names of parts that each need evidence.
        erratum: What is wrong with the printed form, where something is.

    Returns:
        A decorator that turns the function into a :class:`Claim`.

    Raises:
        StatementError: If another function claims the id, or the paper's key is unknown.
    """
    statement = Statement(id, kind, label, printed, tuple(hypotheses), tuple(depends_on), tuple(parts))
    if statement.paper not in PAPERS:
        raise StatementError(f"{id}: unknown paper {statement.paper!r}; the papers are {', '.join(PAPERS)}")

    def register(function: ClaimFunction) -> Claim:
        known = _claims.get(id)
        if known is not None and _name(known.function) != _name(function):
            # The same function again is its module loaded anew, or a notebook cell run twice.
            raise StatementError(f"{id} is already registered by {_name(known.function)}")
        made = Claim(statement, function, erratum, order=len(_claims) if known is None else known.order)
        made.__doc__ = function.__doc__
        _claims[id] = made
        return made

    return register


def _name(function: ClaimFunction) -> str:
    return f"{function.__module__}.{function.__qualname__}"


@cache
def load() -> None:
    """Import every claim module of every paper, in the paper's order."""
    papers = importlib.import_module("claims.papers")
    for package in sorted(module.name for module in pkgutil.iter_modules(papers.__path__)):
        importlib.import_module(f"claims.papers.{package}")


def all_claims() -> list[Claim]:
    """Return every claim, papers in alphabetical order of their keys and each paper in its own order."""
    load()
    return sorted(_claims.values(), key=lambda c: (PAPERS.index(c.statement.paper), c.order))


def get_claim(id: str) -> Claim:  # noqa: A002
    """Return the claim that bears ``id``.

    Raises:
        UnknownClaimError: If there is none; the message suggests the nearest ids.
    """
    load()
    if id in _claims:
        return _claims[id]
    raise UnknownClaimError(_unknown(id))


def select(names: Sequence[str]) -> list[Claim]:
    """Return the claims that ``names`` (ids or paper keys) name, each once, in ledger order; all if empty.

    Raises:
        UnknownClaimError: If a name is neither a claim's id nor a paper's key.
    """
    everything = all_claims()
    if not names or "all" in names:
        return everything
    wanted: set[str] = set()
    for name in names:
        if name in PAPERS:
            wanted.update(c.id for c in everything if c.statement.paper == name)
        elif name in _claims:
            wanted.add(name)
        else:
            raise UnknownClaimError(_unknown(name))
    return [c for c in everything if c.id in wanted]


def _unknown(name: str) -> str:
    import difflib  # noqa: PLC0415 - on the error path only

    if name in PAPERS:
        return f"{name!r} is a paper, not a claim; lemmata list {name} shows its claims"
    near = difflib.get_close_matches(name, [*_claims, *PAPERS], n=3)
    return f"no claim or paper is called {name!r}" + (f"; did you mean {', '.join(near)}?" if near else "")


def iter_statements() -> Iterator[Statement]:
    """Yield every registered statement in ledger order."""
    return (c.statement for c in all_claims())
