"""Local surjection (openness at a point) of factorization maps: exact preimages, criteria, arguments for all sizes."""

from symbolic.local_surjection.errors import HypothesisError as HypothesisError
from symbolic.local_surjection.errors import OutsideRadiusError as OutsideRadiusError
from symbolic.local_surjection.errors import PointShapeError as PointShapeError
from symbolic.local_surjection.maps import FactorizationMachine as FactorizationMachine
from symbolic.local_surjection.maps import MatrixFactorization as MatrixFactorization
from symbolic.local_surjection.maps import TensorFactorization as TensorFactorization
from symbolic.local_surjection.maps import jacobian as jacobian
from symbolic.local_surjection.maps import weighted_factorization as weighted_factorization
from symbolic.local_surjection.right_inverse import Preimage as Preimage
from symbolic.local_surjection.right_inverse import guaranteed_radius2 as guaranteed_radius2
from symbolic.local_surjection.right_inverse import right_inverse as right_inverse
