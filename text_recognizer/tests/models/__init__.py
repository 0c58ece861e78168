"""Tests of text_recognizer.models."""
