"""The Hessian at the truth for one activation: positive definite or not, λ_min, and whether M₃ finds the weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sympy import S

from claims.activation_report import ContradictionError, activation_report
from claims.curvature_spectrum import Least, Part, least_eigenvalue, multiplicity, parts_of
from claims.curvature_values import KEYS, MomentValues, Value, in_keys, key
from claims.grammar import parse_activation
from numeric.enclosures.continuity import DiscontinuousError, refuse_jumps
from symbolic.population.orthonormal_blocks import orthonormal_blocks, uniform_bound

_GUARD_DIGITS = 10

NORMALIZATION = "H* is the Hessian at the truth of E[(phi(U^T x)^T phi(V^T y) - phi(U*^T x)^T phi(V*^T y))^2]/2"
SETTING = "x, y ~ N(0, I_d) independent; the k columns of U* and of V* are orthonormal, d >= k"
_RESTS_ON = (
    "nimc:equation-10",
    "nimc:equation-11",
    "nimc:section-C.2.spectrum",
    "nimc:section-C.2.more-rows",
    "nimc:section-C.2.any-beta11",
    "nimc:section-C.2.limit",
    "nimc:section-3.3.m3",
)
_KINKS = (
    "phi has {count} break point{s}: phi' is taken almost everywhere. At the truth phi'' does not matter, since its "
    "factor, the residual, is 0 there; away from the truth it does"
)


class NotDifferentiableError(ValueError):
    """An activation that jumps: the loss has no Hessian that φ' alone gives."""


@dataclass(frozen=True)
class _Uniform:
    """The bound of λ_min for all k and d ≥ k at once."""

    values: dict[str, Value]
    least: tuple[str, ...]
    decided: bool


def curvature_report(text: str, k: int, d: int | None = None, digits: int = 15) -> dict[str, Any]:
    """Return what an activation makes of the population Hessian at orthonormal weights, as JSON-ready data.

    Args:
        text: A name or an expression in z, in the grammar of :mod:`claims.grammar`.
        k: Number of columns, at least 1.
        d: Number of rows, at least k; by default d = k and d > k are both reported.
        digits: Decimal digits, at least 1, of every number that is not exactly 0.

    Returns:
        ``"moments"`` as of :func:`claims.activation_report.activation_report`; ``"beta_11_is_zero"``; ``"case"`` and
        ``"rho"``; ``"equation_11"``, the coefficients of the form; ``"shapes"``, for each shape λ_min, where it is
        attained, whether H* is positive definite (true, false, or null with a reason), its null space and its least
        positive eigenvalue; ``"every_k"``, what holds for all k at once; ``"initialization"``; ``"premises"``. A number
        has a formula in the moments, exact for every activation, a closed form where there is one, and a ball.

    Raises:
        GrammarError: If the text is not an activation.
        IntegrandError: If a moment does not exist.
        NotDifferentiableError: If φ jumps.
        SizeError: If k < 1 or d < k.

    **Source:** [nimc] Lemma C.1, equations (8), (10), (11), section 3.3; the spectrum and d > k are ours.

    Example:
        >>> report = curvature_report("relu", 2)
        >>> [(s["shape"], s["lambda_min"]["exact"], s["positive_definite"], s["nullity"]) for s in report["shapes"]]
        [('d = k', '0', False, 2), ('d > k', '0', False, 2)]
        >>> report["initialization"]["applies"]
        False
    """
    orthonormal_blocks(k, d)  # refuses sizes that make no sense before anything is computed
    parsed = parse_activation(text)
    try:
        kinks = refuse_jumps(parsed.tree)
    except DiscontinuousError as error:
        raise NotDifferentiableError(f"{error}: the Hessian needs phi continuous, with a derivative phi'") from None
    base = activation_report(text, digits, {name: e for name, e in KEYS.items() if name in {"alpha_13", "beta_14"}})
    values = MomentValues(parsed)
    # One more row than columns: rows outside the span are counted once.
    parts = parts_of(orthonormal_blocks(k, k + 1), values)
    working, limit = digits + _GUARD_DIGITS, 3 * digits + 80
    while True:
        shapes = [(name, count, _shape(parts, working, outside=count != 0)) for name, count in _shapes(k, d)]
        uniform, first = _uniform(values, working), _initialization(values, working)
        numbers = [least.value for _, _, pair in shapes for least in pair if least]
        numbers += [*uniform.values.values(), *first.values()]
        settled = uniform.decided and all(least.separated for _, _, pair in shapes for least in pair if least)
        if working >= limit or (settled and all(number.accurate(digits) for number in numbers)):
            break
        working = min(limit, 2 * working)
    beta_11 = values.value(key("beta_11"), working)
    premises = [SETTING, NORMALIZATION]
    if kinks:
        premises.append(_KINKS.format(count=kinks, s="" if kinks == 1 else "s"))
    return {
        "schema": 1,
        "activation": text,
        "expression": base["expression"],
        "k": k,
        "d": d,
        "digits": digits,
        "premises": premises,
        "rests_on": list(_RESTS_ON),
        "method": base["method"],
        "check": base["check"],
        "basis": base["basis"],
        "moments": {name: line for name, line in base["moments"].items() if not name.startswith("rho")},
        **_case(beta_11, base["moments"]["rho"]),
        "equation_11": {name: value.line(digits) for name, value in _equation_11(values, working).items()},
        "shapes": [_shape_lines(name, count, pair, parts, digits) for name, count, pair in shapes],
        "every_k": _every_k(values, uniform, working, digits),
        "initialization": _initialization_lines(first, digits),
    }


def _shapes(k: int, d: int | None) -> list[tuple[str, int | None]]:
    """Return the shapes to report, with d - k rows outside the span (``None``: any positive number of them)."""
    return [("d = k", 0), ("d > k", None)] if d is None else [(f"d = {d}", d - k)]


# --- the least eigenvalue ---------------------------------------------------------------------------------------------


def _shape(parts: Sequence[Part], digits: int, *, outside: bool) -> tuple[Least | None, Least | None]:
    there = [part for part in parts if outside or not part.outside]
    least = least_eigenvalue(there, digits)
    # Where nothing is null, the least positive eigenvalue is the least one.
    null = any(part.nullity for part in there)
    return least, least_eigenvalue(there, digits, positive=True) if null else None


def _shape_lines(
    name: str, rows_outside: int | None, pair: tuple[Least | None, Least | None], parts: Sequence[Part], digits: int
) -> dict[str, Any]:
    least, positive = pair
    if least is None:
        raise ArithmeticError(f"{name}: the Hessian has no eigenvalue")
    there = [part for part in parts if rows_outside != 0 or not part.outside]
    null = [part for part in there if part.nullity]
    sign = least.value.sign
    lines: dict[str, Any] = {
        "shape": name,
        "lambda_min": least.value.line(digits),
        "attained": least.family_lines(rows_outside),
        "ties_decided": least.separated,
        "positive_definite": None if sign is None else sign > 0,
        "reason": _definiteness(sign, there),
        "nullity": _nullity(null, rows_outside) if sign is not None else None,
        "null_directions": [part.null_directions() for part in null],
    }
    if positive is not None:
        lines["least_positive"] = positive.value.line(digits)
        lines["least_positive_attained"] = positive.family_lines(rows_outside)
    return lines


def _nullity(null: Sequence[Part], rows_outside: int | None) -> int | str:
    inside = sum(part.nullity * part.block.multiplicity for part in null if not part.outside)
    counts = [multiplicity(part, part.nullity, 1) for part in null if part.outside]
    outside = sum(int(count) for count in counts)
    if rows_outside is None and outside:
        return f"{inside} + {outside}*(d - k)"
    return inside + outside * (rows_outside or 0)


def _definiteness(sign: int | None, there: Sequence[Part]) -> str:
    """Return why; a null space that is the tangent of a known redundancy is named."""
    if sign is None:
        return (
            "not decided: lambda_min >= 0, its ball holds 0, and no closed form decides; more digits decide only if it "
            "is positive"
        )
    if sign > 0:
        return "lambda_min > 0"
    null = [part for part in there if part.nullity]
    if all(part.nullity == len(part.members) for part in there):
        return "H* = 0"
    found = {(part.block.family, part.block.sign, part.directions()) for part in null}
    nullity = sum(part.nullity * part.block.multiplicity for part in null)
    k = sum(
        part.block.multiplicity for part in there if part.block.family in {"trivial", "standard"} and 0 in part.members
    )
    k //= 2
    if found <= _TRANSPOSED and nullity == k**2 > 1:
        return "(A, B) = (M, -M^T) is null for every M: U*R, V*R^(-T) is the same model"
    if _SCALED[: min(k, 2)] == sorted(found, reverse=True) and nullity == k:
        return "a_i = c_i u_i, b_i = -c_i v_i is null for every c: to first order u_i may grow while v_i shrinks"
    return "an eigenvalue is exactly 0"


# Null directions of positively homogeneous φ (u_i against v_i in length), and of linear φ.
_SCALED = [("trivial", -1, "A = I, B = -A"), ("standard", -1, "A = diag(v), B = -A")]
_TRANSPOSED = {
    *_SCALED,
    ("trivial", -1, "A = ones off the diagonal, B = -A"),
    ("standard", -1, "A = v_p + v_i off the diagonal, B = -A"),
    ("standard", 1, "A = v_p - v_i, B = A"),
    ("symmetric", -1, "A = symmetric, zero diagonal and row sums, B = -A"),
    ("antisymmetric", 1, "A = antisymmetric, zero row sums, B = A"),
}


# --- all k at once ----------------------------------------------------------------------------------------------------


def _uniform(values: MomentValues, digits: int) -> _Uniform:
    bound = uniform_bound()
    terms = {
        "off_diagonal": in_keys(bound.off_diagonal),
        "diagonal_opposite": in_keys(bound.diagonal_opposite),
        "diagonal_equal": in_keys(bound.diagonal_equal),
    }
    found = {name: values.value(formula, digits) for name, formula in terms.items()}
    below = [name for name in terms if not any(value.ball < found[name].ball for value in found.values())]
    # Several are left where their balls overlap: they are equal, or which is the least stays open.
    equal = all(values.vanishes(terms[name] - terms[below[0]]) for name in below)
    return _Uniform(found, tuple(below), equal)


def _every_k(values: MomentValues, uniform: _Uniform, working: int, digits: int) -> dict[str, Any]:
    """Return what equation (11) and the blocks say for all k and d ≥ k; see :func:`uniform_bound`."""
    bound = uniform.values[uniform.least[0]]
    growth = values.value(key("alpha_10") * key("beta_10"), working)
    coupling = key("alpha_10") * key("beta_12") - key("alpha_11") * key("beta_11")
    lines: dict[str, Any] = {
        "monotone": "lambda_min does not increase with k, nor with d",
        "lower_bound": bound.line(digits) if uniform.decided else None,
        "lower_bound_terms": {name: value.line(digits) for name, value in uniform.values.items()},
        "attained_from_k": None,
        "is_limit": None,
    }
    if not uniform.decided:
        lines["statement"] = "which of the three terms is the least is not decided at these digits"
    elif "diagonal_opposite" in uniform.least and values.vanishes(coupling):
        lines.update(attained_from_k=1, is_limit=True)
        lines["statement"] = "lambda_min is this for every k >= 1 and d >= k, at A = I, B = -I"
    elif "off_diagonal" in uniform.least:
        lines.update(attained_from_k=3, is_limit=True)
        lines["statement"] = "lambda_min is this for every k >= 3 and d >= k, at A = B antisymmetric with zero row sums"
    elif growth.sign in {1, -1}:
        lines["is_limit"] = True
        lines["statement"] = "lambda_min is at least this for every k and d >= k, and tends to it as k grows"
    else:
        lines["statement"] = "lambda_min is at least this for every k and d >= k"
    return lines


# --- equation (11) and the case of the paper --------------------------------------------------------------------------


def _equation_11(values: MomentValues, digits: int) -> dict[str, Value]:
    """Return the coefficients of equation (11), named by what they multiply."""
    a, b = key("alpha_10"), key("beta_10")
    alpha_11, beta_11, beta_12 = key("alpha_11"), key("beta_11"), key("beta_12")
    spread = key("alpha_20") * key("beta_22") - a**2 * beta_11**2 - a**2 * beta_12**2 - alpha_11**2 * beta_11**2
    cross = key("gamma") ** 2 - a**2 * beta_11**2 - 2 * a * alpha_11 * beta_11 * beta_12
    terms = {
        "|A_o + B_o^T|^2": b**2 * alpha_11**2,
        "A_o 1, B_o 1 in the two squares": a * b,
        "own diagonal in the two squares": a * beta_12,
        "other diagonal in the two squares": alpha_11 * beta_11,
        "|A_o|^2 + |B_o|^2": in_keys(uniform_bound().off_diagonal),
        "(|A_o + A_o^T|^2 + |B_o + B_o^T|^2)/2": a**2 * beta_11**2,
        "|g_A|^2 + |g_B|^2": spread,
        "g_A^T g_B": 2 * cross,
        "(g_A^T 1 + g_B^T 1)^2": a**2 * beta_11**2,
    }
    return {name: values.value(formula, digits) for name, formula in terms.items()}


def _case(beta_11: Value, rho: dict[str, Any]) -> dict[str, Any]:
    zero = {0: True, 1: False, -1: False, None: None}[beta_11.sign]
    if zero:
        case = "Lemma C.1: beta_11 = 0, so lambda_min >= rho for every k and d >= k"
    elif zero is None:
        case = "not decided: beta_11 may be 0; equation (11) holds in any case"
    else:
        case = "equation (11): beta_11 is not 0, so Lemma C.1 does not apply and rho need not be a lower bound"
    return {"beta_11_is_zero": zero, "case": case, "rho": {**rho, "is_lower_bound": zero}}


# --- tensor initialization --------------------------------------------------------------------------------------------


def _initialization(values: MomentValues, digits: int) -> dict[str, Value]:
    """Return γ₀, γ₃ - 3γ₁ and α_i at weights of length 1, and how γ₃ - 3γ₁ changes with the length of u_i.

    By Stein's lemma γ₃ - 3γ₁ = E[φ'(z)(z² - 1)], which more activations have in closed form; both are enclosed.
    """
    hermite = key("beta_12") - key("beta_10")
    found = {
        "gamma_0": values.value(key("alpha_10"), digits),
        "hermite_3": values.value(hermite, digits),
        # Of a product one factor may be known to vanish though the other has no closed form.
        "alpha_i": values.value(S.Zero if values.vanishes(hermite) else key("alpha_10") * hermite, digits),
        "slope": values.value(key("beta_14") - 3 * key("beta_12"), digits),
    }
    by_definition = values.ball(key("alpha_13") - 3 * key("alpha_11"), digits)
    if not by_definition.overlaps(found["hermite_3"].ball):
        raise ContradictionError(
            f"gamma_3 - 3 gamma_1 is {by_definition.str(20)}, not {found['hermite_3'].ball.str(20)}"
        )
    return found


def _initialization_lines(first: dict[str, Value], digits: int) -> dict[str, Any]:
    sign = first["alpha_i"].sign
    reasons = []
    if first["gamma_0"].sign == 0:
        reasons.append("gamma_0 = E[phi(z)] = 0")
    if first["hermite_3"].sign == 0:
        reasons.append("gamma_3 - 3 gamma_1 = E[phi(z) (z^3 - 3z)] = 0")
    if sign == 0:
        reason = f"every alpha_i = 0, so M_3 = 0 and holds nothing of U*: {' and '.join(reasons)}"
    elif sign is None:
        reason = "not decided: the ball of alpha_i holds 0; more digits decide only if it is not 0"
    elif first["slope"].sign:
        reason = (
            "alpha_i is not 0, so M_3 = sum alpha_i u_i x u_i x u_i holds every direction u_i; near length 1 alpha_i "
            "also tells |u_i| apart"
        )
    else:
        reason = (
            "alpha_i is not 0, so M_3 = sum alpha_i u_i x u_i x u_i holds every direction u_i; that alpha_i also tells "
            "|u_i| apart is not shown"
        )
    return {
        "applies": None if sign is None else sign != 0,
        "reason": reason,
        "gamma_0": first["gamma_0"].line(digits),
        "hermite_3": first["hermite_3"].line(digits),
        "alpha_i": first["alpha_i"].line(digits),
        "d_hermite_3_d_length": first["slope"].line(digits),
    }
