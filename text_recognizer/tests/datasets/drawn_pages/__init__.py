"""Tests of drawn pages."""
