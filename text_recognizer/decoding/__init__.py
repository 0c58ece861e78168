"""Logits of a line (T, C) to its text: CTC decoders, language model, places and confidences of characters."""
