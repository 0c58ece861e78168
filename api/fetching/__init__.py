"""Images named by an address, fetched from public hosts or S3."""
