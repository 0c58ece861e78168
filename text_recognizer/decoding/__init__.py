"""CTC decoders: logits (T, C) to text."""
