"""The moments of one activation: exact forms and proved balls side by side, each checked against the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flint import arb
from sympy import Rational, Symbol, tanh

from claims.exact_balls import UnknownConstantError, ball_of
from claims.grammar import ParsedActivation, parse_activation
from claims.tanh_generator import generator_form
from numeric.enclosures.balls import bits_of_digits, decimal_ball, has_relative_radius, power_of_ten, working_bits
from numeric.enclosures.moment_enclosure import EnclosureAccuracyError, enclose_moments
from numeric.enclosures.tanh_moments import enclose_tanh_moment_table
from symbolic.moments.activation import Activation, ActivationError, activation_names, named_activation
from symbolic.moments.activation_recognition import from_expression
from symbolic.moments.constant_form import constants_equal
from symbolic.moments.exact import MOMENT_KEYS, ExactMoment, exact_moment, rho_form

Exponents = tuple[int, int, int]

# Digits to which the exact forms are compared with the balls.
CHECK_DIGITS = 60
_GUARD_DIGITS = 4


class ContradictionError(ArithmeticError):
    """An exact form lies outside the ball that is proved to contain its value: a defect, never the input's fault."""


@dataclass(frozen=True)
class Balls:
    """Proved balls of the moments and of both terms of rho, with the method they came from."""

    moments: dict[str, Any]
    off_diagonal: Any
    diagonal: Any
    method: str
    check: str


@dataclass(frozen=True)
class _Known:
    """What the exact forms already say about both terms of rho, so that no digits are spent on finding it out.

    Args:
        zero: Whether the off-diagonal and the diagonal term are exactly 0.
        equal: Whether they are exactly equal.
    """

    zero: tuple[bool, bool]
    equal: bool

    @classmethod
    def of(cls, exact: Mapping[str, ExactMoment]) -> _Known:
        terms = [exact[key] for key in ("rho_offdiagonal", "rho_diagonal") if key in exact]
        if len(terms) < 2:
            return cls((False, False), equal=False)
        off_diagonal, diagonal = (_is_zero(term) for term in terms)
        return cls((off_diagonal, diagonal), equal=bool(constants_equal(terms[0].value, terms[1].value)))


def _is_zero(moment: ExactMoment) -> bool:
    return moment.is_closed_form and bool(constants_equal(moment.value, moment.value * 0))


def activation_report(text: str, digits: int, extra: Mapping[str, Exponents] | None = None) -> dict[str, Any]:
    """Return the moments of an activation and rho as JSON-ready data.

    Args:
        text: A name or an expression in z, in the grammar of :mod:`claims.grammar`.
        digits: Decimal digits, at least 1; every ``rad`` is below ``10**-digits`` of the value, or the value is
            shown to be 0, or ``accuracy`` says that only an absolute bound was reached.
        extra: Further moments E[φ^a φ'^b z^c] by key.

    Returns:
        ``{"activation", "digits", "method", "check", "moments": {key: {"exact", "mid", "rad", ...}}}``. ``mid ± rad``
        provably contains the value. ``exact`` is text of a closed form, or of a polynomial in basis moments E[...],
        or null with ``exact_reason``.

    Raises:
        GrammarError: If the text is not an activation.
        IntegrandError: If a moment does not exist or the activation has a pole or a branch cut on the line.
        EnclosureAccuracyError: If the digits are not reached.
        ContradictionError: If exact form and ball disagree (a defect).
    """
    parsed = parse_activation(text)
    keys = {**MOMENT_KEYS, **(extra or {})}
    activation, why_not = symbolic_activation(parsed)
    exact, reasons = _exact_forms(activation, why_not, keys)
    known = _Known.of(exact)
    balls = _balls(parsed, keys, digits, known)
    values = {**balls.moments, "rho_offdiagonal": balls.off_diagonal, "rho_diagonal": balls.diagonal}
    basis = basis_balls(activation, exact.values(), digits)
    moments: dict[str, dict[str, Any]] = {}
    for key, ball in values.items():
        moments[key] = _line(key, ball, exact.get(key), reasons.get(key), basis, digits)
    attained_by = _attained_by(balls, known)
    smaller = "rho_diagonal" if attained_by == "diagonal" else "rho_offdiagonal"
    moments["rho"] = {**moments[smaller], "attained_by": attained_by}
    if attained_by == "undecided":
        with working_bits(bits_of_digits(digits) + 32):
            minimum = balls.off_diagonal.min(balls.diagonal)
        moments["rho"] = {**_line("rho", minimum, None, "which term is smaller is undecided", basis, digits)}
        moments["rho"]["attained_by"] = attained_by
    return {
        "activation": text,
        "digits": digits,
        "expression": str(parsed.sympy),
        "method": balls.method,
        "check": balls.check,
        "basis": _basis_in_words(activation, exact.values()),
        "moments": moments,
    }


def symbolic_activation(parsed: ParsedActivation) -> tuple[Activation | None, str]:
    """Return the activation for exact derivations, or ``None`` and why there is none."""
    if parsed.name in activation_names():
        return named_activation(str(parsed.name)), ""
    try:
        return from_expression(parsed.sympy), ""
    except ActivationError as error:
        return None, str(error)


# --- balls ------------------------------------------------------------------------------------------------------------


def _balls(parsed: ParsedActivation, keys: Mapping[str, Exponents], digits: int, known: _Known) -> Balls:
    used: list[Any] = []

    def enclose(wanted: int) -> dict[str, Any]:
        triples = list(dict.fromkeys(keys.values()))
        found = dict(zip(triples, enclose_moments(parsed.tree, triples, wanted), strict=True))
        used[:] = [record for record in found.values() if record.method != "parity"]
        return {key: found[exponents].value for key, exponents in keys.items()}

    moments, off_diagonal, diagonal = _with_rho(enclose, digits, known)
    method = used[0].method if used else "parity"
    check = f"{used[0].check_method} at {used[0].check_digits} digits overlaps" if used else "none needed"
    return Balls(moments, off_diagonal, diagonal, method, check)


def _with_rho(enclose: Callable[[int], dict[str, Any]], digits: int, known: _Known) -> tuple[dict[str, Any], Any, Any]:
    """Enclose at growing precision until both terms of rho are as accurate as asked, and told apart if they differ."""
    wanted = digits + _GUARD_DIGITS
    limit = 2 * digits + 40
    while True:
        moments = enclose(wanted)
        with working_bits(bits_of_digits(wanted) + 32):
            terms = _rho_terms(moments)
        open_terms = [term for term, zero in zip(terms, known.zero, strict=True) if not zero]
        accurate = all(has_relative_radius(term, digits + _GUARD_DIGITS - 1) for term in open_terms)
        apart = known.equal or not terms[0].overlaps(terms[1])
        if (accurate and apart) or wanted >= limit:
            return moments, terms[0], terms[1]
        # Every round is longer by what the last one shows to cancel, and by something in any case.
        wanted = min(limit, max(wanted + 10, digits + _GUARD_DIGITS + 2 + _digits_lost(open_terms, wanted)))


def _digits_lost(terms: Iterable[Any], wanted: int) -> int:
    """Return how many digits cancel in the worst of the terms; all of them, where a term may be 0."""
    return max((wanted - int(max(0, term.rel_accuracy_bits()) * 0.30103) for term in terms), default=0)


def _rho_terms(m: Mapping[str, Any]) -> tuple[Any, Any]:
    off_diagonal = m["alpha_20"] * m["beta_20"] - m["beta_10"] ** 2 * (m["alpha_10"] ** 2 + m["alpha_11"] ** 2)
    diagonal = m["alpha_20"] * m["beta_22"] - m["alpha_10"] ** 2 * m["beta_12"] ** 2 - m["gamma"] ** 2
    return off_diagonal, diagonal


def _attained_by(balls: Balls, known: _Known) -> str:
    if known.equal:
        return "both"
    if balls.off_diagonal < balls.diagonal:
        return "off-diagonal"
    return "diagonal" if balls.diagonal < balls.off_diagonal else "undecided"


# --- exact forms ------------------------------------------------------------------------------------------------------


def _exact_forms(
    activation: Activation | None, why_not: str, keys: Mapping[str, Exponents]
) -> tuple[dict[str, ExactMoment], dict[str, str]]:
    """Return the exact forms that there are, and why the others are not."""
    if activation is None:
        return {}, dict.fromkeys([*keys, "rho_offdiagonal", "rho_diagonal"], why_not)
    exact: dict[str, ExactMoment] = {}
    reasons: dict[str, str] = {}
    try:
        rho = rho_form(activation)
    except ValueError as error:
        reasons = dict.fromkeys(("rho_offdiagonal", "rho_diagonal"), _one_line(error))
    else:
        exact = {**rho.moments, "rho_offdiagonal": rho.off_diagonal, "rho_diagonal": rho.diagonal}
    for key, exponents in keys.items():
        if key not in exact:
            try:
                exact[key] = exact_moment(activation, *exponents)
            except ValueError as error:
                reasons[key] = _one_line(error)
    return exact, reasons


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def basis_balls(activation: Activation | None, exact: Iterable[ExactMoment], digits: int) -> dict[Any, Any]:
    """Return balls of the basis moments E[u^n] that the exact forms are polynomials in."""
    atoms = {atom for moment in exact for atom in moment.basis}
    solution = generator_form(activation.algebra) if activation and activation.algebra else None
    if not atoms or solution is None:
        return {}
    powers = {atom: _power_of_generator(atom) for atom in atoms}
    # Long sums of basis moments cancel: a few dozen digits more than are compared.
    table = enclose_tanh_moment_table(
        solution, [(n, 0, 0) for n in powers.values()], digits=min(digits, CHECK_DIGITS) + 40
    )
    return {atom: table[n, 0, 0] for atom, n in powers.items()}


def _basis_in_words(activation: Activation | None, exact: Iterable[ExactMoment]) -> str | None:
    """Return what u is, where the exact forms are polynomials in the moments of a u that is not φ itself."""
    if activation is None or activation.algebra is None or activation.algebra.symbol.name != "u":
        return None
    solution = generator_form(activation.algebra)
    if solution is None or not any(moment.basis for moment in exact):
        return None
    scale, factor, offset = (Rational(str(c)) for c in (solution.scale, solution.factor, solution.offset))
    return f"u(z) = {offset + factor * tanh(scale * Symbol('z'))}"


def _power_of_generator(atom: Any) -> int:
    return int(atom.args[0].as_base_exp()[1])


# --- lines ------------------------------------------------------------------------------------------------------------


def _line(  # noqa: PLR0913, PLR0917 - one line of the report is made of all of these
    key: str, ball: Any, exact: ExactMoment | None, reason: str | None, basis: Mapping[Any, Any], digits: int
) -> dict[str, Any]:
    line: dict[str, Any] = {"exact": None}
    if exact is None:
        line["exact_reason"] = reason
    else:
        line["exact"] = str(exact.value)
        line["exact_latex"] = exact.to_latex()
        line["exact_check"] = _compared(key, ball, exact, basis, digits)
        if _is_zero(exact):
            ball = arb(0)
    line["mid"], line["rad"] = decimal_ball(ball, digits)
    line["accuracy"] = _accuracy(key, ball, digits)
    return line


def _accuracy(key: str, ball: Any, digits: int) -> str:
    if ball.is_zero():
        return "exact"
    if has_relative_radius(ball, digits):
        return "relative"
    if ball.contains(0) and ball.rad() < power_of_ten(-digits):
        return "absolute"
    raise EnclosureAccuracyError(f"{key}: {digits} digits were not reached: {ball.str(10)}")


def _compared(key: str, ball: Any, exact: ExactMoment, basis: Mapping[Any, Any], digits: int) -> str:
    """Return how the exact form was compared with the ball; a contradiction raises."""
    with working_bits(bits_of_digits(min(digits, CHECK_DIGITS) + 40)):
        try:
            value = ball_of(exact.value, basis)
        except UnknownConstantError as error:
            return f"not compared: {error}"
    if not value.overlaps(ball):
        raise ContradictionError(f"{key}: the exact form {exact.value} is {value.str(20)}, the ball is {ball.str(20)}")
    return "in the ball"
