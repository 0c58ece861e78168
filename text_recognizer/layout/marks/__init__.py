"""Marks beside the letters of a line: bullets and check boxes."""
