"""The statements of appendix E with unspecified constants, measured where they are not refuted: t = 2, ε ≤ 1.

Every right side keeps its constants unspecified in the text; here the constant of the sample sizes is 4 and that of the
bound is 1 or what is said. A ratio that grew with a size would be no support.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from claims.checkers.scaling import Draw, Series, support_rate
from claims.evidence import Evidence
from claims.papers.nimc.conditioning import GAUSSIAN, NORMALIZED
from claims.papers.nimc.sample_corners import MEAN, RESIDUAL, SIZES
from claims.registry import claim
from claims.statement import Hypothesis
from numeric.nimc.activations import Activation, activation
from numeric.nimc.concentration import (
    SampleSizes,
    sample_cross_block,
    sample_hessian_error,
    sample_residual_block,
    sample_residual_cross_block,
    sample_slope_block,
    stated_sizes,
)
from numeric.nimc.conditioning_sweep import sample_least_eigenvalue

SMALL_T = Hypothesis("as measured", r"$t=2$, $\epsilon\le1$, k fixed, the constant of the sample sizes 4")
MANY_ITEMS = Hypothesis("samples", r"$n_1,n_2,|\Omega|\gtrsim\epsilon^{-2}td\log^2d$, with replacement")
FEW_ITEMS = Hypothesis("samples", rf"${SIZES}$, with replacement")

_SMOOTH = ("sigmoid", "tanh")
_ALL = (*_SMOOTH, "relu")
_DIMENSIONS = (2, 4, 8, 16, 32)
_ERRORS = (1 / 2, 1 / 4, 1 / 8, 1 / 16)
_STEPS = (1.0, 0.3, 0.1, 0.03, 0.01)

SizeRule = Callable[..., SampleSizes]
Measure = Callable[[SampleSizes, Activation, np.random.Generator], float]
_STATED: SizeRule = stated_sizes
_EQUAL: SizeRule = partial(stated_sizes, many_items=True)
_NO_DIMENSION: SizeRule = partial(stated_sizes, dimension_power=0)
_SLOWER: SizeRule = partial(stated_sizes, error_power=1)
_EQUAL_NO_DIMENSION: SizeRule = partial(stated_sizes, many_items=True, dimension_power=0)
_EQUAL_SLOWER: SizeRule = partial(stated_sizes, many_items=True, error_power=1)


def _ratio(measure: Measure, sizes: SampleSizes, phi: Activation, bound: float) -> Draw:
    return lambda rng: measure(sizes, phi, rng) / bound


def _over_dimensions(
    measure: Measure, name: str, rule: SizeRule, bound: float, dimensions: Sequence[int] = _DIMENSIONS
) -> Series:
    phi = activation(name)
    return Series(f"{name}, d", [(d, _ratio(measure, rule(d), phi, bound)) for d in dimensions])


def _over_errors(measure: Measure, name: str, rule: SizeRule, errors: Sequence[float] = _ERRORS) -> Series:
    """Deviations divided by ε, for ε → 0."""
    phi = activation(name)
    return Series(f"{name}, 1/ε", [(1 / error, _ratio(measure, rule(4, error), phi, error)) for error in errors])


def _deviation(
    measure: Measure, names: Sequence[str], rules: tuple[SizeRule, SizeRule], corners: Sequence[tuple[str, Draw]]
) -> Evidence:
    over_dimensions, over_errors = rules
    lines = [_over_dimensions(measure, name, over_dimensions, 1.0) for name in names]
    lines += [_over_errors(measure, name, over_errors) for name in names]
    return support_rate(
        lines,
        corners,
        16.0,
        "the deviation divided by ε stays below 16 and does not grow with d or 1/ε",
        "d = 2..32 at ε = 1, ε = 1/2..1/16 at d = 4, sizes 4ε⁻²td log²d etc. with t = 2",
    )


def _slope_corners() -> list[tuple[str, Draw]]:
    """Near-zero and far weights, and few items in many dimensions (n₂ = 34 < d = 64); ‖v‖² divides the ReLU's."""
    found: list[tuple[str, Draw]] = []
    for name in _ALL:
        phi = activation(name)
        for length in (0.01, 100.0):
            bound = length**2 if name == "relu" else 1.0
            found += [
                (f"{name}, ‖u‖ = {length:g}", _ratio(partial(sample_slope_block, lengths=(length, 1.0)),
                                                     stated_sizes(8), phi, 1.0)),
                (f"{name}, ‖v‖ = {length:g}", _ratio(partial(sample_slope_block, lengths=(1.0, length)),
                                                     stated_sizes(8), phi, bound)),
            ]  # fmt: skip
    return [*found, ("tanh, d = 64, n₂ = 34", _ratio(sample_slope_block, stated_sizes(64), activation("tanh"), 1.0))]


@claim(
    "nimc:lemma-E.3.measured",
    kind="correction",
    label="Lemma E.3, measured",
    printed=rf"""If ${SIZES}$ then with probability at least $1-d^{{-t}}$,
$\|(\mathbb E_{{x,y}}-{MEAN})[\phi'(u_i^\top x)^2xx^\top\phi(v_i^\top y)^2]\|\lesssim\epsilon\|v_i\|^{{2p}}$, p = 1 if φ
is ReLU, p = 0 if φ is sigmoid/tanh""",
    hypotheses=[GAUSSIAN, SMALL_T, FEW_ITEMS],
)
def lemma_e3_measured() -> Evidence:
    """Measured with i = j: few items do not hurt here, the items enter by a scalar."""
    return _deviation(sample_slope_block, _ALL, (_STATED, _STATED), _slope_corners())


def _slope_rules(rules: tuple[SizeRule, SizeRule]) -> Evidence:
    return _deviation(sample_slope_block, ("tanh",), rules, [])


lemma_e3_measured.near_misses(
    _slope_rules,
    {
        "users and ratings without the factor d": (_NO_DIMENSION, _STATED),
        "samples of order 1/ε instead of 1/ε²": (_STATED, _SLOWER),
    },
)


@claim(
    "nimc:lemma-E.7.measured",
    kind="correction",
    label="Lemma E.7, measured with as many items as users",
    printed=rf"""If $n_1,n_2,|\Omega|\gtrsim\epsilon^{{-2}}td\log^2d$ then with probability at least $1-d^{{-t}}$,
$\|(\mathbb E_{{x,y}}-{MEAN})[\phi'(u_i^\top x)\phi'(v_i^\top y)xy^\top\phi(v_i^\top y)\phi(u_i^\top x)]\|\lesssim
\epsilon$ for $\|u_i\|=\|v_i\|=1$""",
    hypotheses=[GAUSSIAN, SMALL_T, MANY_ITEMS],
)
def lemma_e7_measured() -> Evidence:
    """Measured with i = j and unit weights; from the printed number of items it fails (lemma-E.7)."""
    return _deviation(sample_cross_block, _ALL, (_EQUAL, _EQUAL), [])


lemma_e7_measured.near_misses(
    lambda rules: _deviation(sample_cross_block, ("tanh",), rules, []),
    {
        "all samples without the factor d": (_EQUAL_NO_DIMENSION, _EQUAL),
        "samples of order 1/ε instead of 1/ε²": (_EQUAL, _EQUAL_SLOWER),
    },
)


def _residual(measure: Callable[..., float], names: Sequence[str], rule: SizeRule, power: int = 1) -> Evidence:
    """The term in the residual, divided by ‖U-U*‖ + ‖V-V*‖ = 2·step, over dimensions and over steps."""

    def at_step(step: float) -> Measure:
        return lambda sizes, phi, rng: measure(sizes, phi, step, rng)

    lines = [_over_dimensions(at_step(0.1), name, rule, 0.2, _DIMENSIONS[1:]) for name in names]
    for name in names:
        points = [(1 / step, _ratio(at_step(step), rule(8), activation(name), (2 * step) ** power)) for step in _STEPS]
        lines.append(Series(f"{name}, 1/step", points))
    return support_rate(
        lines,
        [],
        16.0,
        "the term divided by ‖U-U*‖ + ‖V-V*‖ stays below 16 and grows neither with d nor as the step shrinks",
        "k = 1, d = 4..32 at steps 0.1, steps 1..0.01 at d = 8, sizes 4td log²d etc. with t = 2",
    )


@claim(
    "nimc:lemma-E.6.measured",
    kind="correction",
    label="Lemma E.6, measured",
    printed=rf"""If $n_1\gtrsim td\log^2d$, $n_2\gtrsim t\log d$, $|\Omega|\gtrsim td\log^2d$ then with probability at
least $1-d^{{-t}}$, $\|{MEAN}[{RESIDUAL}\phi''(u_i^\top x)\phi(v_i^\top y)xx^\top]\|\lesssim\|U-U^*\|+\|V-V^*\|$,
for sigmoid and tanh""",
    hypotheses=[GAUSSIAN, SMALL_T],
)
def lemma_e6_measured() -> Evidence:
    """Measured with k = 1."""
    return _residual(sample_residual_block, _SMOOTH, _STATED)


lemma_e6_measured.near_misses(
    lambda falsified: _residual(sample_residual_block, ("tanh",), *falsified),
    {
        "users and ratings without the factor d": (_NO_DIMENSION, 1),
        "the square of the steps on the right": (_STATED, 2),
    },
)


@claim(
    "nimc:lemma-E.9.measured",
    kind="correction",
    label="Lemma E.9, measured with as many items as users",
    printed=rf"""If $n_1,n_2,|\Omega|\gtrsim td\log^2d$ then with probability at least $1-d^{{-t}}$,
$\|{MEAN}[{RESIDUAL}\phi'(u_i^\top x)\phi'(v_i^\top y)xy^\top]\|\lesssim\|U-U^*\|+\|V-V^*\|$""",
    hypotheses=[GAUSSIAN, SMALL_T],
)
def lemma_e9_measured() -> Evidence:
    """Measured with k = 1; from the printed number of items it fails (lemma-E.9)."""
    return _residual(sample_residual_cross_block, _ALL, _EQUAL)


lemma_e9_measured.near_misses(
    lambda falsified: _residual(sample_residual_cross_block, ("tanh",), *falsified),
    {
        "all samples without the factor d": (_EQUAL_NO_DIMENSION, 1),
        "the square of the steps on the right": (_EQUAL, 2),
    },
)


def _hessian(names: Sequence[str], rules: tuple[SizeRule, SizeRule], with_steps: int = 1) -> Evidence:
    """The whole Hessian's error divided by ε + ‖U-U*‖ + ‖V-V*‖, k = 2."""
    over_dimensions, over_errors = rules

    def at_step(step: float) -> Measure:
        return lambda sizes, phi, rng: sample_hessian_error(sizes, phi, step, rng)

    lines = [_over_dimensions(at_step(0.1), name, over_dimensions, 1.2, (4, 8, 16)) for name in names]
    lines += [_over_errors(at_step(0.0), name, over_errors, errors=_ERRORS[:3]) for name in names]
    for name in names:
        steps = [(step, over_errors(4, 1 / 8), 1 / 8 + with_steps * 2 * step) for step in (0.1, 0.3, 1.0)]
        points = [(step, _ratio(at_step(step), sizes, activation(name), bound)) for step, sizes, bound in steps]
        lines.append(Series(f"{name}, step", points))
    return support_rate(
        lines,
        [],
        4.0,
        "the error divided by ε + ‖U-U*‖ + ‖V-V*‖ stays below 4 and does not grow with d, 1/ε or the step",
        "k = 2, d = 4..16 at ε = 1, at d = 4 ε = 1/2..1/8 and steps 0.1..1 at ε = 1/8, sizes 4ε⁻²td log²d with t = 2",
        most_draws=10,
    )


@claim(
    "nimc:theorem-C.2.measured",
    kind="correction",
    label="Theorem C.2, sigmoid and tanh, measured",
    printed=r"""If $n_1,n_2,|\Omega|\gtrsim\epsilon^{-2}td\log^2d$ then with probability at least $1-d^{-t}$, for
sigmoid/tanh, $\|\nabla^2f_\Omega(U,V)-\nabla^2f_{\mathcal D}(U^*,V^*)\|\lesssim\epsilon+\|U-U^*\|+\|V-V^*\|$""",
    hypotheses=[GAUSSIAN, SMALL_T, MANY_ITEMS],
    depends_on=["nimc:lemma-E.14.smooth"],
)
def theorem_c2_measured() -> Evidence:
    """Measured at an orthonormal truth with k = 2, both columns moved."""
    return _hessian(_SMOOTH, (_EQUAL, _EQUAL))


theorem_c2_measured.near_misses(
    lambda falsified: _hessian(("tanh",), *falsified),
    {
        "samples of order 1/ε instead of 1/ε²": ((_EQUAL, _EQUAL_SLOWER), 1),
        "without the steps on the right": ((_EQUAL, _EQUAL), 0),
    },
)


def _asked_over_found(phi: Activation, kappa: float, power: int) -> Draw:
    return lambda rng: kappa**-power / sample_least_eigenvalue(phi, kappa, rng)


def _least_eigenvalue(names: Sequence[str], power: int) -> Evidence:
    """What is asked, κ^-power, divided by the least eigenvalue of the population Hessian at the truth."""
    conditions = (1.0, 2.0, 4.0)
    lines = [
        Series(f"{name}, κ", [(kappa, _asked_over_found(activation(name), kappa, power)) for kappa in conditions])
        for name in names
    ]
    return support_rate(
        lines,
        [],
        1500.0,
        "1/(λ²κ) divided by the least eigenvalue of the population Hessian at the truth stays below 1500 and does not "
        "grow with κ",
        "k = d = 2, κ = 1, 2, 4, random singular vectors, λ = κ",
        most_draws=4,
    )


@claim(
    "nimc:theorem-3.2.measured",
    kind="correction",
    label="Theorem 3.2, the population rate measured for k = 2",
    printed=r"""$\lambda_{\min}(\nabla^2f_{\mathcal D}(U^*,V^*))\gtrsim1/(\lambda^2\kappa)$ for sigmoid and tanh,
k = 2""",
    hypotheses=[NORMALIZED, GAUSSIAN],
)
def theorem_3_2_measured() -> Evidence:
    """The printed power of κ, which the corrected Theorem D.5 misses by κ, agrees with what is seen."""
    return _least_eigenvalue(_SMOOTH, 3)


theorem_3_2_measured.near_misses(partial(_least_eigenvalue, ("tanh",)), {"no κ": 0, "κ instead": -1})
