"""Serve the built book to this machine alone, packed with gzip as a web host does.

::

    python tools/serve.py _build/html --open
"""

from __future__ import annotations

import argparse
import gzip
import os
import sys
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

HOST = "127.0.0.1"
PORT = 8000

# Images, fonts and archives are packed already.
PACKABLE = ("text/", "application/javascript", "application/json", "image/svg+xml")


@lru_cache(maxsize=512)
def packed(path: str, modified: float) -> bytes:
    """Return a file's content packed with gzip; `modified` makes a new version another entry."""
    return gzip.compress(Path(path).read_bytes(), mtime=0)


class Handler(SimpleHTTPRequestHandler):
    """Serves files, text packed with gzip for whoever accepts it."""

    protocol_version = "HTTP/1.1"

    def send_head(self) -> BytesIO | None:
        """Send the status and headers, and return what is to follow."""
        path = Path(self.translate_path(self.path))
        kind = self.guess_type(path)
        accepts = "gzip" in self.headers.get("Accept-Encoding", "")
        if not (accepts and path.is_file() and kind.startswith(PACKABLE)):
            return super().send_head()
        body = packed(str(path), path.stat().st_mtime)
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return BytesIO(body)

    def copyfile(self, source: BinaryIO, outputfile: BinaryIO) -> None:
        """Send the content, as far as the reader stays to receive it."""
        try:
            super().copyfile(source, outputfile)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def log_message(self, *arguments: object) -> None:
        """Keep quiet: the address is all a reader needs to see."""


def bind(folder: Path, port: int) -> ThreadingHTTPServer:
    """Return a server of `folder`; port 0 takes any free one.

    Raises
    ------
    OSError
        If the port is taken.
    """
    return ThreadingHTTPServer((HOST, port), partial(Handler, directory=str(folder)))


@contextmanager
def serving(folder: Path, port: int = 0) -> Iterator[str]:
    """Serve `folder` while the block runs, and give its address, ``http://127.0.0.1:port``."""
    server = bind(folder, port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def first_free(folder: Path, port: int) -> ThreadingHTTPServer:
    """Return a server at `port`, or at any free port if that one is taken."""
    try:
        return bind(folder, port)
    except OSError:
        print(f"Port {port} is taken; using a free one.")
        return bind(folder, 0)


def has_display() -> bool:
    """Tell whether a browser window could be shown."""
    return sys.platform in ("darwin", "win32") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--open", action="store_true", help="open a browser if there is a display")
    arguments = parser.parse_args()

    server = first_free(arguments.folder, arguments.port)
    address = f"http://{HOST}:{server.server_port}/"
    print(f"The book is at {address} (stop with Ctrl-C)", flush=True)
    if arguments.open and has_display():
        webbrowser.open(address)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print()
    finally:
        server.server_close()


if __name__ == "__main__":
    main()
