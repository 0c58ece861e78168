"""Teaches a line model a hand of one's own, from a few labelled lines."""
