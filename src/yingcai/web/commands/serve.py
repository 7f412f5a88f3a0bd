"""``yingcai serve``: run the site with gunicorn, after every check has passed."""

import argparse
import ipaddress
import os
import socket
import sys
from typing import Any

from yingcai.web import startup

LOOPBACK = "127.0.0.1"
ON_WINDOWS = """\
gunicorn 不能在 Windows 上运行，请改用 waitress gunicorn does not run on Windows; use waitress:
    pip install waitress
    waitress-serve --listen={host}:{port} --threads=4 yingcai.web.wsgi:application
"""
OPEN_TO_ALL = """\
注意：{host} 可从其他机器访问，而没有启用 HTTPS（YINGCAI_HTTPS=1）。
Note: {host} can be reached from other machines, and HTTPS is not on (YINGCAI_HTTPS=1).
"""


def run(argv: list[str]) -> int:
    """Check, then serve until interrupted. Exit code 1 when a check refuses or the port is taken."""
    options = _options(argv)
    startup.set_up()
    found = startup.findings()
    startup.tell(found)
    if startup.refusals(found):
        return 1
    if os.name == "nt":
        sys.stderr.write(ON_WINDOWS.format(host=options.host, port=options.port))
        return 2
    return serve(options.host, options.port, workers=options.workers, threads=options.threads)


def serve(host: str, port: int, *, workers: int = 2, threads: int = 2) -> int:
    """Serve on ``host``:``port`` until interrupted; the checks are the caller's."""
    # Settings and gunicorn are imported late: `--help` and misuse need neither.
    from django.conf import settings  # noqa: PLC0415

    from yingcai.web.site import Site  # noqa: PLC0415

    taken = _taken(host, port)
    if taken:
        sys.stderr.write(
            f"端口 {port} 不能使用 cannot listen on {host}:{port}: {taken}; try --port {port + 1}\n"
        )
        return 1
    if not _is_loopback(host) and not settings.HTTPS:
        sys.stderr.write(OPEN_TO_ALL.format(host=host))
    shown = f"[{host}]" if ":" in host else host
    sys.stdout.write(f"==> http://{shown}:{port}/   Ctrl+C 停止 stops\n")
    sys.stdout.flush()
    Site({"bind": f"{shown}:{port}", "workers": workers, "threads": threads}).run()
    return 0


def _options(argv: list[str]) -> Any:
    parser = argparse.ArgumentParser(prog="yingcai serve", description="启动网站 run the site")
    parser.add_argument("--host", default=LOOPBACK, help="address to listen on (this machine only)")
    parser.add_argument("--port", type=_port, default=8000)
    parser.add_argument("--workers", type=_count, default=2, help="processes (2)")
    parser.add_argument("--threads", type=_count, default=2, help="threads of each (2)")
    return parser.parse_args(argv)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise argparse.ArgumentTypeError(f"{text!r} is no port: 1 to 65535")
    return int(text)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= 32):
        raise argparse.ArgumentTypeError(f"{text!r}: 1 to 32")
    return int(text)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _taken(host: str, port: int) -> str:
    """Why the port cannot be used; empty when it can."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return str(error.strerror or error)
    return ""
