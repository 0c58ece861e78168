"""Results of more than a page."""
