"""Error rates of recognized text and of detected lines."""
