"""What is compiled at run time, kernels and forms, and the folders where it is kept for later starts."""
