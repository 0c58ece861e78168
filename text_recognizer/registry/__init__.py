"""Models outside the package: those of the user and those in a bucket of S3."""
