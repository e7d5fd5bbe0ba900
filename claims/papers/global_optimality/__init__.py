"""Paper `global-optimality`: Haeffele and Vidal, positively homogeneous factorization and global optimality.

The modules are imported in the paper's order: that is the order of the ledger.
"""

# isort: off
from claims.papers.global_optimality import prior_work as prior_work
from claims.papers.global_optimality import definitions as definitions
from claims.papers.global_optimality import mappings as mappings
from claims.papers.global_optimality import regularizers as regularizers
# isort: on
