"""Data sets: three splits of images and targets, built from the original files and cached."""
