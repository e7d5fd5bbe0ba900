"""Checkers of the closed-form spectra of the Hessian map of ½‖X − WS‖², against exact characteristic polynomials."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from flint import fmpq_mat, fmpq_poly

from claims.evidence import CheckFailedError, Evidence, checker, mint
from numeric.landscape.objective import hessian_by_differences, hessian_entries
from symbolic.landscape.canonical_points import balanced_point
from symbolic.landscape.critical import CriticalPoint
from symbolic.landscape.eigenvectors import Eigenpair, is_eigenpair, is_orthogonal, missing_dimension
from symbolic.landscape.hessian_spectrum import Spectrum, balanced_spectrum
from symbolic.landscape.rational_svd import RationalSvd, rational_svd

_DIFFERENCES_UP_TO = 8


@dataclass(frozen=True)
class BalancedCase:
    """A balanced critical point: X of given shape and singular values, k, and the selected ones (squares all)."""

    m: int
    n: int
    sigma: tuple[int, ...]
    k: int
    selection: tuple[int, ...]

    @property
    def svd(self) -> RationalSvd:
        """Return the matrix X with its decomposition."""
        return rational_svd(self.m, self.n, self.sigma)

    def hessian(self) -> fmpq_mat:
        """Return the Hessian matrix of the objective there: by differences if small, else entry by entry."""
        point = balanced_point(self.svd, self.selection, self.k)
        small = self.k * (self.m + self.n) <= _DIFFERENCES_UP_TO
        made = hessian_by_differences if small else hessian_entries
        return made(point.W, point.S, self.svd.X)

    def to_record(self) -> dict[str, object]:
        """Return the case as JSON-ready data."""
        return {
            "m": self.m,
            "n": self.n,
            "k": self.k,
            "singular_values": list(self.sigma),
            "selected": list(self.selection),
        }


@checker
def decide_balanced_spectrum(
    pairs: Sequence[Eigenpair],
    closed_form: Callable[[BalancedCase], Spectrum],
    cases: Iterable[BalancedCase],
    *,
    part: str = "",
) -> Evidence:
    """Return `Identity` if the eigenpairs are the whole spectrum at every balanced critical point, else a `Witness`.

    For all dimensions: each family satisfies ∇²J[direction] = value · direction as polynomials, members of one
    subspace are orthogonal, and their number is k(m + n). For each case the closed form's characteristic polynomial
    is compared with that of the Hessian, made from evaluations of the objective or its second partial derivatives.

    Args:
        pairs: The eigenpair families.
        closed_form: Lists all eigenvalues of a case.
        cases: Balanced points; at least one.
        part: The part of the statement this settles.

    Raises:
        CheckFailedError: If a pair is no eigenpair, two are not orthogonal, or the count is not k(m + n), and no case
            shows a difference.
    """
    tried = 0
    for case in cases:
        found, expected = closed_form(case).charpoly(), case.hessian().charpoly()
        if found != expected:
            data = {"instance": case.to_record(), "found": str(found), "expected": str(expected)}
            scope = f"m={case.m}, n={case.n}, k={case.k}"
            return mint("Witness", "the characteristic polynomials differ", data, scope=scope, part=part)
        tried += 1
    for pair in pairs:
        if not is_eigenpair(pair):
            raise CheckFailedError(f"family {pair.family}: the direction is no eigenvector of value {pair.value}")
    for i, first in enumerate(pairs):
        for second in pairs[:i]:
            if not is_orthogonal(first, second):
                raise CheckFailedError(f"families {first.family} and {second.family} are not orthogonal")
    missing = missing_dimension(tuple(pairs))
    if missing != 0:
        raise CheckFailedError(f"k(m + n) less the number of eigenvectors is {missing}, not 0")
    if not tried:
        raise CheckFailedError("no case was given to compare with")
    families = [{"family": p.family, "eigenvalue": str(p.value), "how_many": str(p.count)} for p in pairs]
    record: dict[str, object] = {"method": "dyads of orthonormal bases, for all dimensions", "families": families}
    return mint(
        "Identity",
        "orthogonal eigenvectors, k(m + n) in all, for every m, n, k and selection",
        {**record, "exact_characteristic_polynomials": tried},
        part=part,
    )


def exact_spectrum(case: BalancedCase) -> Spectrum:
    """Return the closed form at a case."""
    return balanced_spectrum(case.sigma, case.m, case.n, case.k, case.selection)


@checker
def decide_critical_spectrum(
    closed_form: Callable[[CriticalPoint], fmpq_poly], points: Iterable[CriticalPoint], scope: str, *, part: str = ""
) -> Evidence:
    """Return `FixedIdentity` if the closed form is the Hessian's characteristic polynomial at every point.

    Args:
        closed_form: Makes the polynomial from W, S and E alone, e.g. :func:`symbolic.landscape.critical_charpoly`.
        points: Critical points; at least one.
        scope: Which points they are.
        part: The part of the statement this settles.

    Raises:
        CheckFailedError: If there is no point.
    """
    tried = 0
    for point in points:
        expected = hessian_entries(point.W, point.S, point.X).charpoly()
        found = closed_form(point)
        if found != expected:
            m, n, k = point.shape
            data = {"W": str(point.W), "S": str(point.S), "X": str(point.X)}
            data |= {"found": str(found), "expected": str(expected)}
            return mint("Witness", "the characteristic polynomials differ", data, scope=f"{m}, {n}, {k}", part=part)
        tried += 1
    if not tried:
        raise CheckFailedError("there is no point to look at")
    data_ = {"exact_characteristic_polynomials": tried}
    return mint(
        "FixedIdentity", "the closed form is the Hessian's characteristic polynomial", data_, scope=scope, part=part
    )
