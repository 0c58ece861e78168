"""The IAM Handwriting Database: forms, lines, paragraphs."""
