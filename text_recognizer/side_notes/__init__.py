"""Notes that run upwards or downwards beside the text of a page."""
