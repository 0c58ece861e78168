"""Packs the service for Docker and AWS Lambda, deploys it, and tries what was packed."""
