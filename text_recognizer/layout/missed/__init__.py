"""Text that the first look of the detector at a page missed."""
