"""Running text for generated lines and language models."""
