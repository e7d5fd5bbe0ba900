"""Paper `global-optimality`: Haeffele and Vidal, positively homogeneous factorization and global optimality.

The modules are imported in the paper's order: that is the order of the ledger.
"""

# isort: off
from claims.papers.global_optimality import prior_work as prior_work
from claims.papers.global_optimality import factored_problem as factored_problem
from claims.papers.global_optimality import definitions as definitions
from claims.papers.global_optimality import textbook as textbook
from claims.papers.global_optimality import mappings as mappings
from claims.papers.global_optimality import regularizers as regularizers
from claims.papers.global_optimality import regularization_function as regularization_function
from claims.papers.global_optimality import reduction as reduction
from claims.papers.global_optimality import one_slice as one_slice
from claims.papers.global_optimality import envelope as envelope
from claims.papers.global_optimality import attainment as attainment
from claims.papers.global_optimality import gauge as gauge
from claims.papers.global_optimality import polar as polar
from claims.papers.global_optimality import duality as duality
from claims.papers.global_optimality import subgradients as subgradients
from claims.papers.global_optimality import global_minima as global_minima
from claims.papers.global_optimality import descent_paths as descent_paths
from claims.papers.global_optimality import slice_count as slice_count
from claims.papers.global_optimality import meta_algorithm as meta_algorithm
from claims.papers.global_optimality import balance as balance
from claims.papers.global_optimality import network_size as network_size
# isort: on
