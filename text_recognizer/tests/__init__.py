"""Tests of text_recognizer."""
