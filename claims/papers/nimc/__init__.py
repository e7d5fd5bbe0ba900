"""Paper `nimc`: Zhong, Song, Jain, Dhillon, nonlinear inductive matrix completion, the long version.

The modules are imported in the paper's order: that is the order of the ledger.
"""

# isort: off
from claims.papers.nimc import special_cases as special_cases
from claims.papers.nimc import normalization as normalization
from claims.papers.nimc import counter_examples as counter_examples
from claims.papers.nimc import condition_numbers as condition_numbers
from claims.papers.nimc import main_theorems as main_theorems
from claims.papers.nimc import initialization as initialization
from claims.papers.nimc import facts as facts
from claims.papers.nimc import hessian_blocks as hessian_blocks
from claims.papers.nimc import orthogonal_reduction as orthogonal_reduction
from claims.papers.nimc import activation_moments as activation_moments
from claims.papers.nimc import theta_series as theta_series
from claims.papers.nimc import orthogonal_bound as orthogonal_bound
from claims.papers.nimc import orthogonal_square_term as orthogonal_square_term
from claims.papers.nimc import orthogonal_cross_term as orthogonal_cross_term
from claims.papers.nimc import orthogonal_spectrum as orthogonal_spectrum
from claims.papers.nimc import orthonormal_weights as orthonormal_weights
from claims.papers.nimc import lemma_d2 as lemma_d2
from claims.papers.nimc import relu_loss as relu_loss
from claims.papers.nimc import orthogonal_relu as orthogonal_relu
from claims.papers.nimc import non_orthogonal as non_orthogonal
from claims.papers.nimc import relu_hessian as relu_hessian
from claims.papers.nimc import empirical_hessian as empirical_hessian
from claims.papers.nimc import scarce_items as scarce_items
from claims.papers.nimc import feature_moments as feature_moments
from claims.papers.nimc import observed_second_moments as observed_second_moments
from claims.papers.nimc import cross_block_mean as cross_block_mean
from claims.papers.nimc import vector_features as vector_features
from claims.papers.nimc import matrix_bernstein as matrix_bernstein
from claims.papers.nimc import second_moments as second_moments
from claims.papers.nimc import population_difference as population_difference
from claims.papers.nimc import smooth_increment as smooth_increment
from claims.papers.nimc import turning_points as turning_points
from claims.papers.nimc import gradient_descent as gradient_descent
from claims.papers.nimc import sample_corners as sample_corners
from claims.papers.nimc import few_items as few_items
from claims.papers.nimc import net_argument as net_argument
from claims.papers.nimc import measured_rates as measured_rates
from claims.papers.nimc import open_statements as open_statements
# isort: on
