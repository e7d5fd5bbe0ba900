"""Paper `mf-landscape`: Valavi, Liu, Ramadge, the landscape of matrix factorization revisited.

The modules are imported in the paper's order: that is the order of the ledger.
"""

# isort: off
from claims.papers.mf_landscape import preliminaries as preliminaries
from claims.papers.mf_landscape import second_derivative_test as second_derivative_test
from claims.papers.mf_landscape import objective as objective
from claims.papers.mf_landscape import derivatives as derivatives
from claims.papers.mf_landscape import orbits as orbits
from claims.papers.mf_landscape import orbit_invariance as orbit_invariance
from claims.papers.mf_landscape import singular_vectors as singular_vectors
from claims.papers.mf_landscape import free_part as free_part
from claims.papers.mf_landscape import canonical_points as canonical_points
from claims.papers.mf_landscape import block_factorizations as block_factorizations
from claims.papers.mf_landscape import canonical_family as canonical_family
from claims.papers.mf_landscape import saddles as saddles
from claims.papers.mf_landscape import invariant as invariant
from claims.papers.mf_landscape import gradient_descent as gradient_descent
from claims.papers.mf_landscape import balanced as balanced
from claims.papers.mf_landscape import balanced_blocks as balanced_blocks
from claims.papers.mf_landscape import balanced_critical as balanced_critical
from claims.papers.mf_landscape import balanced_saddles as balanced_saddles
from claims.papers.mf_landscape import balanced_saddle_proofs as balanced_saddle_proofs
from claims.papers.mf_landscape import uniform_bound as uniform_bound
from claims.papers.mf_landscape import spectrum as spectrum
from claims.papers.mf_landscape import any_critical_point as any_critical_point
from claims.papers.mf_landscape import flat_saddles as flat_saddles
from claims.papers.mf_landscape import degradation as degradation
from claims.papers.mf_landscape import off_balance_uniform as off_balance_uniform
# isort: on
