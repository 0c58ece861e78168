"""Running text for drawn lines and language models."""
