"""Lone entries of forms: the case of a word, the marks of numbers, the forms of dates, times and codes."""
