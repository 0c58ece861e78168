"""Tests of text_recognizer.augmentation."""
