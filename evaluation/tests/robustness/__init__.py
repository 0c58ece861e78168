"""Tests of the pages that are hard to read."""
