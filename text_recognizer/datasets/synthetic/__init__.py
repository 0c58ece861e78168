"""Lines written with handwriting fonts."""
