"""Lines generated with handwriting fonts."""
