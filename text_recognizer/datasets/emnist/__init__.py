"""EMNIST: characters, and lines set in them."""
