"""A word drawn: letters of a font composed, put on a surface, photographed."""
