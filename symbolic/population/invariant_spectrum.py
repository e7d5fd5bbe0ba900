r"""The spectrum of a permutation-invariant quadratic form in two k × k matrices, for every k at once.

The form of the orthogonal population Hessian does not change when the index range is permuted, nor when A and B are
exchanged. So its operator maps each of the following families of matrices to itself, whatever k is:

=============  ===========================================================  ======  ====================
family         members                                                      number  dimension of v, S, K
=============  ===========================================================  ======  ====================
trivial        I and the off-diagonal ones                                  2       1
standard       diag(v), off-diagonal v_row, off-diagonal v_column, Σv = 0   3       k - 1
symmetric      S = Sᵀ with zero diagonal and zero row sums                  1       k(k - 3)/2
antisymmetric  K = -Kᵀ with zero row sums                                   1       (k - 1)(k - 2)/2
=============  ===========================================================  ======  ====================

each once for (A, B) = (F, F) and once for (F, -F): together 2k² dimensions. :func:`family_blocks` computes the
operator's matrix on each family by exact index sums; that the image *is* in the family is part of the computation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sympy.polys.rings import PolyElement

from symbolic.population.index_sums import Index, IndexExpression, Key, OrbitForm, Term, entry
from symbolic.population.moment_ring import generator, moment_ring, substitute

FamilyName = Literal["trivial", "standard", "symmetric", "antisymmetric"]
FAMILIES: tuple[FamilyName, ...] = ("trivial", "standard", "symmetric", "antisymmetric")

_ROW, _COLUMN = Index("r"), Index("c")
_ONE = IndexExpression((Term(moment_ring().one, ()),))
_OFF = _ONE.where_distinct(_ROW, _COLUMN)
_DELTA = _ONE - _OFF


class NotInvariantError(ValueError):
    """The form maps a family of matrices outside itself, or is not symmetric in A and B."""


@dataclass(frozen=True)
class Block:
    """The operator on one family: its matrix, on (F, sign F), and how often its eigenvalues occur.

    Args:
        family: The family's name.
        sign: +1 on pairs (F, F), -1 on pairs (F, -F).
        matrix: ``matrix[b][a]`` is the coefficient of member b in the image of member a; not symmetric in general,
            because the members have different norms, but similar to a symmetric matrix.
        multiplicity: The dimension of the family's parameter, a polynomial in k.
    """

    family: FamilyName
    sign: int
    matrix: tuple[tuple[PolyElement, ...], ...]
    multiplicity: PolyElement


def members(family: FamilyName) -> list[IndexExpression]:
    """Return the members of a family as expressions in the free indices r (row) and c (column)."""
    v_row, v_column = entry("v", _ROW), entry("v", _COLUMN)
    match family:
        case "trivial":
            return [_DELTA, _OFF]
        case "standard":
            return [_DELTA * v_row, _OFF * v_row, _OFF * v_column]
        case "symmetric":
            return [entry("S", _ROW, _COLUMN)]
        case "antisymmetric":
            return [entry("K", _ROW, _COLUMN)]


def multiplicity(family: FamilyName) -> PolyElement:
    """Return the dimension of the family's parameter as a polynomial in k."""
    k = generator(moment_ring().symbols[0])
    match family:
        case "trivial":
            return moment_ring().one
        case "standard":
            return k - 1
        case "symmetric":
            return k * (k - 3) / 2
        case "antisymmetric":
            return (k - 1) * (k - 2) / 2


def family_blocks(form: OrbitForm) -> list[Block]:
    """Return the operator of ``form`` on all eight families, for every k.

    Args:
        form: A quadratic form in the letters A and B, symmetric under their exchange.

    Returns:
        One block for each family and sign; the eigenvalues of all blocks, with their multiplicities, are the whole
        spectrum (2k² eigenvalues; a family whose multiplicity is 0 at a small k is absent there, and at k = 2 the
        standard family's last two members coincide up to sign).

    Raises:
        NotInvariantError: If the form is not symmetric in A and B, or leads out of a family.
    """
    if form.exchange("A", "B") != form:
        raise NotInvariantError("the form changes when A and B are exchanged")
    blocks = []
    for family in FAMILIES:
        basis = [_pairing(member, family) for member in members(family)]
        for sign in (1, -1):
            images = [_image(form, member, sign, family) for member in members(family)]
            columns = [_in_basis(image, basis) for image in images]
            matrix = tuple(tuple(column[b] for column in columns) for b in range(len(basis)))
            blocks.append(Block(family, sign, matrix, multiplicity(family)))
    return blocks


def vanishing_combinations_fit(blocks: Sequence[Block]) -> bool:
    """Return whether the blocks are the whole spectrum at k = 1 and k = 2 too, where a family loses a member.

    At k = 1 the off-diagonal ones vanish, and at k = 2 so does off-diagonal v_row + v_column, since v = (t, -t). There
    the multiplicity of the symmetric family is -1: its eigenvalue is to be taken away once. That is right for every
    activation when the combination that vanishes is an eigenvector of its block with the symmetric eigenvalue, because
    the remaining eigenvalues are those of the block on the quotient, which is the space of actual matrices.
    """
    k = generator(moment_ring().symbols[0])
    matrices = {(block.family, block.sign): block.matrix for block in blocks}
    for size, family, combination in ((1, "trivial", (0, 1)), (2, "standard", (0, 1, 1))):
        for sign in (1, -1):
            eigenvalue = substitute(matrices["symmetric", sign][0][0], {k: size})
            for line, coordinate in zip(matrices[family, sign], combination, strict=True):  # type: ignore[index]
                image = sum((a * c for a, c in zip(line, combination, strict=True)), moment_ring().zero)
                if substitute(image, {k: size}) != eigenvalue * coordinate:
                    return False
    return True


def _image(form: OrbitForm, member: IndexExpression, sign: int, family: FamilyName) -> OrbitForm:
    """Return ⟨L(F, sign F), (T, 0)⟩ for a generic matrix T: half the derivative of the form in direction T."""
    total = IndexExpression(())
    for key, coefficient in form.coefficients:
        for position in (0, 1):
            (letter, at), (other, other_at) = key[position], key[1 - position]
            if letter != "A":
                continue
            value = member.at(r=_index(other_at[0]), c=_index(other_at[1])) * (1 if other == "A" else sign)
            product = entry("T", _index(at[0]), _index(at[1])) * value
            total = total + _over_distinct(product, key) * (coefficient / 2)
    return _reduce(OrbitForm.of(total), family)


def _pairing(member: IndexExpression, family: FamilyName) -> OrbitForm:
    """Return ⟨F, T⟩ for a generic matrix T."""
    return _reduce(OrbitForm.of((entry("T", _ROW, _COLUMN) * member).summed(_ROW, _COLUMN)), family)


def _index(label: tuple[str, int]) -> Index:
    return Index(f"n{label[1]}", label[0])


def _over_distinct(product: IndexExpression, key: Key) -> IndexExpression:
    """Return the sum of ``product`` over pairwise different values of the key's classes."""
    indices = sorted({_index(c) for _, at in key for c in at})
    for number, first in enumerate(indices):
        for second in indices[number + 1 :]:
            product = product.where_distinct(first, second)
    return product.summed(*indices)


def _reduce(form: OrbitForm, family: FamilyName) -> OrbitForm:
    """Return the form modulo the family's relations: Σv = 0; S, K (anti)symmetric, zero row sums and diagonal."""
    letter = {"standard": "v", "symmetric": "S", "antisymmetric": "K", "trivial": ""}[family]
    while letter:
        for key, coefficient in form.coefficients:
            replacement = _rewrite(key, letter)
            if replacement is not None:
                form = form - OrbitForm(((key, coefficient),)) + replacement.scaled(coefficient)
                break
        else:
            break
    return form


def _rewrite(key: Key, letter: str) -> OrbitForm | None:
    """Return what a monomial equals by one of the relations, or ``None`` if none applies."""
    for position, (name, at) in enumerate(key):
        if name != letter:
            continue
        rest = key[:position] + key[position + 1 :]
        if len(at) == 2 and at[0] == at[1]:
            return OrbitForm(())
        elsewhere = {c for _, others in rest for c in others}
        for slot, c in enumerate(at):
            if c not in elsewhere and c not in at[:slot] + at[slot + 1 :]:
                # The sum over all values of this class vanishes, so the sum over the spare ones is minus the rest.
                return _sum_of(
                    [
                        _monomial(rest, name, (*at[:slot], other, *at[slot + 1 :]))
                        for other in sorted(elsewhere | (set(at) - {c}))
                    ]
                )
        if len(at) == 2:
            turned = _monomial(rest, name, at[::-1])
            sign = -1 if letter == "K" else 1
            if _first_key(turned) < key:
                return turned.scaled(sign)
    return None


def _monomial(rest: Key, name: str, at: tuple[tuple[str, int], ...]) -> OrbitForm:
    product = entry(name, *map(_index, at))
    for other, places in rest:
        product = product * entry(other, *map(_index, places))
    return OrbitForm.of(_over_distinct(product, (*rest, (name, at))))


def _sum_of(forms: Sequence[OrbitForm]) -> OrbitForm:
    total = OrbitForm(())
    for form in forms:
        total = total - form
    return total


def _first_key(form: OrbitForm) -> Key:
    return form.coefficients[0][0]


def _in_basis(image: OrbitForm, basis: Sequence[OrbitForm]) -> list[PolyElement]:
    """Return the coefficients of ``image`` in ``basis``; each basis form is one orbit sum of its own."""
    coefficients: list[PolyElement] = []
    remainder: Mapping[Key, PolyElement] = dict(image.as_dict)
    total = image
    for form in basis:
        key, unit = form.coefficients[0]
        coefficient = remainder.get(key, moment_ring().zero) / unit
        coefficients.append(coefficient)
        total = total - form.scaled(coefficient)
    if not total.is_zero:
        raise NotInvariantError(f"the image leaves the family: {total.to_latex()} is left over")
    return coefficients
