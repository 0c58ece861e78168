"""Lines of print and of handwriting told apart by their ink."""
