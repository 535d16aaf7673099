"""Studies of parameters on a cluster with Slurm: arrays of jobs by submitit, and what has become of them."""
