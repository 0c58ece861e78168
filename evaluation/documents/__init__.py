"""Measurements of documents: searchable PDFs in the hands of others, long ones."""
