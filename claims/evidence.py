"""Evidence: records of checks that were made, mintable only by the checker that made them.

A piece of evidence carries the digest of the statement it is for, the name of the checker that minted it, and a
seal over its content. The seal's key lives in this process only, so evidence cannot be built, copied with changes,
or carried over to another statement without :func:`is_genuine` noticing.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, fields
from typing import Any, Literal, ParamSpec, TypeVar

from claims.statement import Statement

EvidenceKind = Literal[
    "Identity",
    "Derivation",
    "FixedIdentity",
    "Enclosure",
    "Construction",
    "Infeasibility",
    "Witness",
    "Sample",
    "Citation",
    "Undecided",
]
ALL_DIMENSIONS = "all"
_RECORD_KEYS = frozenset({"kind", "scope", "summary", "part", "checker"})

_SEAL_KEY = secrets.token_bytes(32)
_statement: ContextVar[Statement | None] = ContextVar("statement under check", default=None)
_at_work: ContextVar[tuple[str, ...]] = ContextVar("checkers at work, outermost first", default=())

P = ParamSpec("P")
R = TypeVar("R")


class ForgedEvidenceError(TypeError):
    """Evidence was constructed outside a checker, or outside the check of a statement."""


class CheckFailedError(Exception):
    """A checker found that what it was given does not hold, without an exact witness to show for it."""


class EvidenceContentError(ValueError):
    """The details of a piece of evidence are not stable JSON, or would overwrite what the record itself says."""


@dataclass
class Trace:
    """What happened during one check of a statement.

    Args:
        ran: Names of the checkers that were called, in order.
        refuted: Names of the checkers at work when a witness was minted or a check failed.
    """

    ran: list[str] = field(default_factory=list)
    refuted: list[str] = field(default_factory=list)


_trace: ContextVar[Trace | None] = ContextVar("what happened during the check", default=None)


@dataclass(frozen=True)
class Evidence:
    """One record of a check.

    Args:
        kind: What sort of check it was; it alone decides the verdict the evidence can give.
        scope: ``"all"`` (all dimensions) or the sizes/instances it is for.
        summary: One sentence: what was shown.
        content: Canonical JSON text of the details (exact values as strings).
        part: The part of the statement it settles; empty for the whole.

    Raises:
        ForgedEvidenceError: Always, unless a function decorated with :func:`checker` is at work on a statement.
    """

    kind: EvidenceKind
    scope: str
    summary: str
    content: str
    part: str = ""
    statement_digest: str = ""
    checker: str = ""
    seal: str = ""

    def __post_init__(self) -> None:
        statement, at_work, trace = _statement.get(), _at_work.get(), _trace.get()
        if statement is None or trace is None or not at_work:
            raise ForgedEvidenceError(
                f"{self.kind} evidence can only be made by a checker at work on a statement; "
                "call a checker from claims.checkers inside a claim"
            )
        object.__setattr__(self, "statement_digest", statement.digest)
        object.__setattr__(self, "checker", at_work[-1])
        object.__setattr__(self, "seal", _seal_of(self))
        if self.kind == "Witness":
            trace.refuted.extend(at_work)

    @property
    def data(self) -> dict[str, Any]:
        """Return the details as a new dictionary."""
        loaded: dict[str, Any] = json.loads(self.content)
        return loaded

    def to_record(self) -> dict[str, Any]:
        """Return the JSON-ready record shown in the ledger: no seal, no digests, only what is stable."""
        record: dict[str, Any] = {"kind": self.kind, "scope": self.scope, "summary": self.summary}
        if self.part:
            record["part"] = self.part
        record["checker"] = self.checker
        record.update(self.data)
        return record


def _seal_of(evidence: Evidence) -> str:
    fields = (
        evidence.kind,
        evidence.scope,
        evidence.summary,
        evidence.content,
        evidence.part,
        evidence.statement_digest,
        evidence.checker,
    )
    return hmac.new(_SEAL_KEY, json.dumps(fields).encode(), hashlib.sha256).hexdigest()


def is_genuine(evidence: Evidence) -> bool:
    """Return whether ``evidence`` is as its checker minted it in this process."""
    # A subclass, or a string subclass in a field, could answer the seal and the verdict differently.
    if type(evidence) is not Evidence or any(type(getattr(evidence, f.name)) is not str for f in fields(Evidence)):
        return False
    return hmac.compare_digest(evidence.seal, _seal_of(evidence))


def mint(
    kind: EvidenceKind,
    summary: str,
    data: Mapping[str, Any],
    *,
    scope: str = ALL_DIMENSIONS,
    part: str = "",
) -> Evidence:
    """Return new evidence; for use inside checkers only (anywhere else it raises ForgedEvidenceError).

    Args:
        kind: What sort of check was made.
        summary: One sentence: what was shown.
        data: The details; exact values as strings, floats finite.
        scope: ``"all"`` or the sizes/instances it is for.
        part: The part of the statement it settles; empty for the whole.

    Raises:
        ForgedEvidenceError: Outside a checker, or outside the check of a statement.
        EvidenceContentError: If ``data`` is not JSON, or has a key of the record itself, such as ``"kind"``.
    """
    taken = sorted(_RECORD_KEYS & set(data))
    if taken:
        raise EvidenceContentError(f"{kind} evidence: the details may not be called {', '.join(taken)}; rename them")
    try:
        content = json.dumps(dict(data), sort_keys=True, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise EvidenceContentError(f"{kind} evidence: the details are not JSON ({error}); give text instead") from error
    return Evidence(kind, scope, summary, content, part)


def checker(function: Callable[P, R]) -> Callable[P, R]:
    """Return ``function`` licensed to mint evidence; only modules of ``claims.checkers`` may use this."""
    name = f"{function.__module__.rpartition('.')[2]}.{function.__name__}"

    @functools.wraps(function)
    def licensed(*args: P.args, **kwargs: P.kwargs) -> R:
        trace = _trace.get() or Trace()
        trace.ran.append(name)
        token = _at_work.set((*_at_work.get(), name))
        try:
            return function(*args, **kwargs)
        except CheckFailedError:
            trace.refuted.append(name)
            raise
        finally:
            _at_work.reset(token)

    return licensed


def statement_under_check() -> Statement:
    """Return the statement whose claim is being run, so that a checker can hold an argument against its hypotheses.

    Raises:
        ForgedEvidenceError: Outside the check of a statement.
    """
    statement = _statement.get()
    if statement is None:
        raise ForgedEvidenceError("no statement is under check; call the checker inside a claim")
    return statement


@contextmanager
def checking(statement: Statement) -> Iterator[Trace]:
    """Make ``statement`` the one under check; yield the growing record of the checkers that run.

    Example:
        >>> from claims.statement import Statement
        >>> with checking(Statement("demo:one", "fact", "One", "$1 = 1$")) as trace:
        ...     Evidence("Identity", "all", "typed by hand", "{}")
        Traceback (most recent call last):
        ...
        claims.evidence.ForgedEvidenceError: Identity evidence can only be made by a checker at work on a statement; call a checker from claims.checkers inside a claim
    """  # noqa: E501 - the doctest shows the message whole
    trace = Trace()
    statement_token = _statement.set(statement)
    trace_token = _trace.set(trace)
    # Code between two checkers is not a checker, even if a checker called the claim.
    checker_token = _at_work.set(())
    try:
        yield trace
    finally:
        _at_work.reset(checker_token)
        _trace.reset(trace_token)
        _statement.reset(statement_token)
