"""Paper `mf-landscape`: Valavi, Liu, Ramadge, the landscape of matrix factorization revisited.

The modules are imported in the paper's order: that is the order of the ledger.
"""

# isort: off
from claims.papers.mf_landscape import preliminaries as preliminaries
from claims.papers.mf_landscape import objective as objective
# isort: on
