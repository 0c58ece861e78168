"""Decoding of a line model, tuned and calibrated on validation lines; its decoding.json is written here."""
