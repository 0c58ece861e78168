"""Many files with many pages: found, read page by page, put together to documents, written, continued."""
