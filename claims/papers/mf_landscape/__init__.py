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
# isort: on
