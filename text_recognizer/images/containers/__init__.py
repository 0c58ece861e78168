"""Image files reduced to what decoding needs, before a decoder sees them; each format is one module."""
