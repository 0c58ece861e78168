"""Tests of outlined pages."""
