"""Programs of others that read the same images."""
