"""Lines of handwriting that people have labelled themselves, in the forms in which they have them."""
