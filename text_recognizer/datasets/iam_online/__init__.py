"""IAM-OnDB: recorded pen strokes, rendered as images of lines."""
