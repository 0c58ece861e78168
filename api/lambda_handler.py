"""The service on AWS Lambda, behind API Gateway (REST and HTTP APIs), a function URL or a load balancer."""

from collections.abc import Callable
from typing import Any

from apig_wsgi import make_lambda_handler
from flask import Flask

from api.app import create_app

# Sent as text; everything else, such as the pictures of the web page, is sent as base64.
TEXT_TYPES = ("text/", "application/json", "application/problem+json", "application/xml", "image/svg+xml")

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


def make_handler(app: Flask) -> Handler:
    """Return a function that answers the events of AWS with `app`."""
    return make_lambda_handler(app, binary_support=True, non_binary_content_type_prefixes=TEXT_TYPES)


# Created during the import, which AWS counts as start-up: the models are loaded before the first request.
handler = make_handler(create_app())
