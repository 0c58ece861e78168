"""The inner loops of the decoders in C: optional, built where there is a compiler, equal to NumPy's."""
