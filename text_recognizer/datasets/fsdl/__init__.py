"""Labelled pages as a DataTurks export: FSDL handwriting of 2019, or your own."""
