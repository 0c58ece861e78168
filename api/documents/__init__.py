"""Documents of several pages: read page by page, at once or as jobs of a queue on the disk."""
