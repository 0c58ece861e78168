"""Tests of the items that are scored."""
