"""How `recognize` works through many files: what reads, what is written, how far it is."""
