"""The images in the bodies of requests."""
