"""Paper `nimc`: Zhong, Song, Jain, Dhillon, nonlinear inductive matrix completion, the long version."""
