"""Fits what tells print from handwriting."""
