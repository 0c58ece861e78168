"""Single words: real ones with labels, and generated ones."""
