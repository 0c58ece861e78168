"""The character n-gram model, from texts to files."""
