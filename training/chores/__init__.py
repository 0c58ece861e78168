"""Commands for maintainers: pictures, tables and digests of the repository."""
