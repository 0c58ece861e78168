"""Tests of text_recognizer.networks."""
