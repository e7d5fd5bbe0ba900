"""Footnote 2: what local surjection does for the Fréchet and the limiting subdifferential."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from sympy import Expr, Integer, symbols

from claims.checkers.decisions import decide_question
from claims.checkers.derivation import check_derivation
from claims.checkers.outside_theory import rest_on
from claims.evidence import Evidence
from claims.papers.chain_rules.notation import (
    LIPSCHITZ,
    STRICT,
    Numbers,
)
from claims.registry import claim
from claims.statement import Erratum
from numeric.local_surjection.quotients import (
    is_frechet_subgradient,
)
from symbolic.derivation import Derivation
from symbolic.local_surjection.facts import Facts, also, combination


def _frechet_sides(s: Numbers) -> bool:
    """Return whether ∂̂(g∘F)(0) = F'(0)·∂̂g(0) for F = x^3 or F = x and g = slope·|z|."""
    slope, power = s["slope"], int(s["power"])
    g = lambda z: slope * abs(z)  # noqa: E731 - the function of the instance
    candidates = [Fraction(j, 2) for j in range(-6, 7)]
    outer = {(power == 1) * c for c in candidates if is_frechet_subgradient(g, Fraction(0), c)}
    # |x|³ is differentiable at 0 with derivative 0, whatever the slope.
    inner = {Fraction(0)} if power > 1 else outer
    return inner == outer


def _frechet(stated: Callable[[Numbers], bool], build: Callable[[], Derivation]) -> list[Evidence]:
    instances = [Numbers.of(power=p, slope=c) for p in (1, 3) for c in (1, 0, -1)]
    return [
        decide_question(
            "does the Fréchet chain rule hold at 0 for slope·|·| after x^power?",
            stated,
            _frechet_sides,
            instances,
            "F(x) = x^3, g(z) = -|z|",
            part="frechet",
        ),
        check_derivation(
            build,
            "J^T s is an ε-Fréchet subgradient of g∘F at nearby points over every z near F(x)",
            part="limiting-bound",
        ),
    ]


def approximate_subgradient(outer: Expr | None = None) -> Derivation:
    """From g(F(y)) − g(z) − s·(F(y) − z) ≥ −η‖F(y) − z‖, ‖F(y) − z‖ ≤ Λδ and |s·(F(y) − z − J(y − x))| ≤ σεδ."""
    drop, inner, rest, eta, lam, delta, small = symbols("drop inner rest eta Lambda delta small")
    total = drop + rest if outer is None else outer
    known = Facts((eta, drop + eta * inner, lam * delta - inner, rest + small * delta))
    return Derivation(known).then(
        also(known, total + (eta * lam + small) * delta),
        combination([(1, (known.nonnegative[1],)), (1, (eta, lam * delta - inner)), (1, (known.nonnegative[3],))]),
        "the remainder of F is small because F is strictly differentiable",
    )


def _drop_only() -> Derivation:
    drop, rest = symbols("drop rest")
    return approximate_subgradient(drop - rest)


@claim(
    "chain-rules:footnote-2",
    kind="section",
    label="Footnote 2",
    printed="Local surjection may not be sufficient for the Fréchet and limiting subdifferential chain rules.",
    parts=["frechet"],
    depends_on=["chain-rules:footnote-2.limiting"],
    erratum=Erratum(
        "overclaim",
        "The caution is right for Fréchet: F(x) = x³, g(z) = −|z| at 0 gives {0} on one side and the empty set on the "
        "other. For the limiting subdifferential it is idle: local surjection does suffice there.",
        corrected_by="chain-rules:footnote-2.limiting",
    ),
)
def footnote_2() -> Evidence:
    """X ↦ x³ is open at 0; −|x|³ is differentiable there while −|z| has no Fréchet subgradient at 0."""
    return _frechet(lambda s: s["power"] == 1 or s["slope"] >= 0, approximate_subgradient)[0]


footnote_2.near_misses(
    lambda stated: _frechet(stated, approximate_subgradient)[0],
    {
        "local surjection suffices for Fréchet": lambda _: True,
        "it fails for x^3 whatever g is": lambda s: s["power"] == 1,
    },
)


@claim(
    "chain-rules:footnote-2.limiting",
    kind="correction",
    label="Footnote 2, the limiting subdifferential",
    printed=r"If $F$ is strictly differentiable and locally surjective at $x$, then "
    r"$\partial(g\circ F)(x)=J_F(x)^\top\partial g(F(x))$ for every locally Lipschitz $g$.",
    hypotheses=[LIPSCHITZ, STRICT],
    parts=["limiting-bound", "inclusion"],
)
def footnote_2_limiting() -> list[Evidence]:
    """Take z_k → F(x), s_k ∈ ∂̂g(z_k), s_k → s, and by local surjection x_k → x with F(x_k) = z_k.

    J_F(x)ᵀs_k is an ε_k-Fréchet subgradient of g∘F at x_k with ε_k → 0, so J_F(x)ᵀs is a limiting subgradient at x.
    """
    return [
        check_derivation(
            approximate_subgradient, "J^T s_k is an ε_k-Fréchet subgradient at x_k", part="limiting-bound"
        ),
        rest_on(
            "limits of ε-Fréchet subgradients with ε → 0 are limiting subgradients, and ∂(g∘F)(x) ⊆ "
            "J_F(x)ᵀ∂g(F(x)) for F "
            "strictly differentiable and g locally Lipschitz",
            "Mordukhovich, Variational Analysis and Generalized Differentiation I (ε-subgradients); "
            "Rockafellar and Wets, "
            "Variational Analysis, Theorem 10.6 (basic chain rule)",
            part="inclusion",
        ),
    ]


footnote_2_limiting.near_misses(
    lambda build: check_derivation(build, "", part="limiting-bound"),
    {
        "the remainder of F with the wrong sign": _drop_only,
        "the remainder of F dropped": lambda: approximate_subgradient(symbols("drop") * Integer(2)),
    },
)
