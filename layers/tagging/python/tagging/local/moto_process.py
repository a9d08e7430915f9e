"""The process in which moto serves: `python -m tagging.local.moto_process FD`, FD being a listening socket."""

from __future__ import annotations

import logging
import os
import sys
import threading

from tagging.local import s3_events


def main(listening: int) -> None:
    """Serve on the socket until standard input closes: when its owner ends, however it ends, moto ends."""
    threading.Thread(target=_end_with_owner, daemon=True).start()
    from moto.moto_server.werkzeug_app import (
        DomainDispatcherApplication,
        MotoRequestHandler,
        create_backend_app,
    )
    from werkzeug.serving import make_server

    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # a line a request otherwise
    s3_events.install()
    application = DomainDispatcherApplication(create_backend_app)
    make_server(
        "127.0.0.1", 0, application, threaded=True, request_handler=MotoRequestHandler, fd=listening
    ).serve_forever()


def _end_with_owner() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]))
