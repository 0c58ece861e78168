"""Random variation of training samples, one module per kind of sample."""
