"""Measures the HTTP service from outside: load, memory, shutdown, agreement with its description."""
