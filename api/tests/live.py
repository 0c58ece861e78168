"""The service on a free port, as threads of the test's process."""

import contextlib
import logging
import threading
from collections.abc import Iterator

from flask import Flask
from werkzeug.serving import make_server

# Without a handler, its first line would add one with the stderr of the test that runs then, which is closed
# when others log.
logging.getLogger("werkzeug").setLevel(logging.ERROR)
logging.getLogger("werkzeug").addHandler(logging.NullHandler())


@contextlib.contextmanager
def serving_app(app: Flask) -> Iterator[str]:
    """Serve `app`; yield its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
