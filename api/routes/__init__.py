"""The routes of the service: recognition, the service itself, the web page."""
