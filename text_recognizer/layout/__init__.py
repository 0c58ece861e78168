"""Label map of a page -> text lines in reading order, each cut out level."""
