"""Paper `nimc`: Zhong, Song, Jain, Dhillon, nonlinear inductive matrix completion, the long version.

The modules are imported in the paper's order: that is the order of the ledger.
"""

# isort: off
from claims.papers.nimc import facts as facts
from claims.papers.nimc import orthogonal_reduction as orthogonal_reduction
from claims.papers.nimc import activation_moments as activation_moments
from claims.papers.nimc import theta_series as theta_series
from claims.papers.nimc import orthogonal_bound as orthogonal_bound
from claims.papers.nimc import orthogonal_square_term as orthogonal_square_term
from claims.papers.nimc import orthogonal_cross_term as orthogonal_cross_term
from claims.papers.nimc import orthogonal_spectrum as orthogonal_spectrum
from claims.papers.nimc import lemma_d2 as lemma_d2
# isort: on
