"""The inner loops over pixels in C: optional, built where there is a compiler, equal to NumPy's."""
