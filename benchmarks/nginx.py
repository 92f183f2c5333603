"""Become nginx: one process that sends the files of a folder as fast as it can, or stands before other servers."""

import argparse
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from string import Template

from benchmarks.figures import BenchmarkError

# Debian's stands where only root looks.
PLACES = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin"))

CONFIGURATION = """
daemon off;
master_process off;
pid {folder}/pid;
error_log stderr;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  sendfile on;
  tcp_nopush on;
  open_file_cache max=100;
  keepalive_requests 1000000000;
  types {{ video/mp4 mp4; }}
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  scgi_temp_path {folder}/scgi;
  uwsgi_temp_path {folder}/uwsgi;
  {servers}
}}
"""
SERVER = "server {{ listen {host}:{port}; {content} }}"
FILES = "root {folder};"
# All else is as nginx has it by itself: what it lets through, how large, and how it asks the other server.
PROXY = "location / {{ proxy_pass {upstream}; }}"
# How it stands before several emulators that share a state.
SCALED = Path(__file__).parent.parent / "deploy" / "nginx.conf"


def find() -> str | None:
    """Return where nginx is, if it is installed."""
    return shutil.which("nginx", path=PLACES)


def files(folder: Path, *, host: str, port: int) -> str:
    """Return the server that sends the files of *folder*."""
    return SERVER.format(host=host, port=port, content=FILES.format(folder=folder))


def proxy(upstream: str, *, host: str, port: int) -> str:
    """Return the server that stands before that at the URL *upstream*."""
    return SERVER.format(host=host, port=port, content=PROXY.format(upstream=upstream))


def balancer(nodes: Sequence[str], *, host: str, port: int) -> str:
    """Return the server that stands before the emulators *nodes*, each as HOST:PORT, as it is deployed."""
    lines = " ".join(f"server {node} max_fails=0;" for node in nodes)
    template = Template(SCALED.read_text(encoding="utf-8"))
    return template.safe_substitute(PROXY_PORT=f"{host}:{port}", PROXY_NODES=lines)


def command(folder: Path, servers: str) -> list[str]:
    """Return what runs nginx with *servers* in one process; *folder* gets its configuration.

    Raises:
        BenchmarkError: nginx is not installed.
    """
    program = find()
    if program is None:
        raise BenchmarkError("nginx is not installed; apt-get install nginx-light would do")
    configuration = folder / "nginx.conf"
    configuration.write_text(CONFIGURATION.format(folder=folder, servers=servers))
    return [program, "-e", "stderr", "-p", str(folder), "-c", str(configuration)]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.nginx", description=__doc__)
    served = parser.add_mutually_exclusive_group(required=True)
    served.add_argument("folder", type=Path, nargs="?", help="send the files in there")
    served.add_argument("--upstream", metavar="URL", help="stand before this server")
    served.add_argument(
        "--node", metavar="HOST:PORT", action="append", help="stand before these emulators"
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    folder = (options.folder or Path(tempfile.mkdtemp(prefix="nginx-"))).resolve()
    try:
        words = command(folder, _servers(options, folder))
    except BenchmarkError as error:
        parser.exit(1, f"{error}\n")
    # In place of this process, so that its processor time and memory are those of nginx.
    os.execv(words[0], words)


def _servers(options: argparse.Namespace, folder: Path) -> str:
    place = {"host": options.host, "port": options.port}
    if options.node:
        return balancer(options.node, **place)
    return files(folder, **place) if options.folder else proxy(options.upstream, **place)


if __name__ == "__main__":
    main()
