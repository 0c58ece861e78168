"""Tests of text_recognizer.datasets."""
