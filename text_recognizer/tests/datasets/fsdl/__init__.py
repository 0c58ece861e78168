"""FSDL handwriting from a drawn export."""
