"""Raw files: where they lie, fetched, verified, unpacked, cached."""
