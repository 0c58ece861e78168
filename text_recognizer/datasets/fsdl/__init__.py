"""Labelled pages as a DataTurks export: FSDL handwriting of 2019, or pages of your own."""
