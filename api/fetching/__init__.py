"""Fetches the images that requests name by URL, from public hosts or from S3."""
