"""Packs the service for Docker and AWS Lambda, deploys it to AWS, and tries the packages."""
