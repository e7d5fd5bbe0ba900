"""The statements that the 2019 version shares with the long one: the same checks, run for the text printed here."""

from __future__ import annotations

from claims.papers.nimc import (
    condition_numbers,
    counter_examples,
    gradient_descent,
    hessian_blocks,
    initialization,
    main_theorems,
    open_statements,
    relu_loss,
)
from claims.registry import Claim, claim


def restated(original: Claim, local_id: str, label: str, difference: str) -> Claim:
    """Register a statement of `nimc` under its place here, with the checks and mutants of the original.

    Args:
        original: The claim of `nimc`.
        local_id: The id in this paper.
        label: The label as printed here.
        difference: Where the two texts differ; ``"the same words"`` if they do not.

    Returns:
        The claim; its evidence is minted anew, for this statement, by the original's checkers.
    """
    statement = original.statement
    made = claim(
        f"nimc-2019:{local_id}",
        kind=statement.kind,
        label=label,
        printed=f"{statement.printed} [against the long version: {difference}]",
        hypotheses=statement.hypotheses,
        depends_on=[statement.id],
        parts=statement.parts,
        erratum=original.erratum,
    )(original.function)
    made.mutants.extend(original.mutants)
    return made


_SAME = "the same words"

theorem_2_1 = restated(open_statements.theorem_2_1, "theorem-2.1", "Theorem 2.1", _SAME)
counter_example_1 = restated(counter_examples.counter_example_1, "counter-example-1", "Counter Example 1", _SAME)
counter_example_2 = restated(counter_examples.counter_example_2, "counter-example-2", "Counter Example 2", _SAME)
definition_3_1 = restated(condition_numbers.definition_3_1, "definition-3.1", "Definition 3.1", _SAME)
theorem_3_2 = restated(
    main_theorems.theorem_3_2, "theorem-3.2", "Theorem 3.2", "the same words; users and items are queries and items"
)
theorem_3_3 = restated(
    gradient_descent.theorem_3_3,
    "theorem-3.3",
    "Theorem 3.3",
    r"$\|U^c-U^*\|+\|V^c-V^*\|\le1/(\lambda^2\kappa)$, as the text at hand has it, for $\lesssim$ there",
)
equation_4 = restated(relu_loss.equation_4, "equation-4", "Equation (4)", _SAME)
theorem_3_4 = restated(main_theorems.theorem_3_4, "theorem-3.4", "Theorem 3.4", _SAME)
equation_5 = restated(
    hessian_blocks.equation_7, "equation-5", "Equation (5)", "numbered (7) there; features are not said to be normal"
)
blocks = restated(
    hessian_blocks.population_blocks, "section-3.3.blocks", "Section 3.3, the blocks of H*", "in appendix C.1 there"
)
equation_6 = restated(hessian_blocks.equation_8, "equation-6", "Equation (6)", "numbered (8) there")
m3 = restated(
    initialization.m3,
    "section-3.4.m3",
    "Section 3.4, M₃",
    "section 3.3 there, which adds γ₀ = 1/2 and monotony for sigmoid; neither is claimed here",
)
