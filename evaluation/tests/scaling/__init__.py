"""Tests of what measures scaling."""
