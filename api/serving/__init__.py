"""gunicorn's side of the service: connections, the worker that serves them, and what workers share."""
