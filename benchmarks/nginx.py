"""Become nginx: one process that sends the files of a folder as fast as it can, or stands before another server."""

import argparse
import os
import shutil
import tempfile
from pathlib import Path

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
  server {{ listen {host}:{port}; {server} }}
}}
"""
FILES = "root {folder};"
# All else is as nginx has it by itself: what it lets through, how large, and how it asks the other server.
PROXY = "location / {{ proxy_pass {upstream}; }}"


def find() -> str | None:
    """Return where nginx is, if it is installed."""
    return shutil.which("nginx", path=PLACES)


def command(folder: Path, *, host: str, port: int, upstream: str | None = None) -> list[str]:
    """Return what runs nginx in one process; *folder*, which is sent without *upstream*, gets the configuration.

    Raises:
        BenchmarkError: nginx is not installed.
    """
    program = find()
    if program is None:
        raise BenchmarkError("nginx is not installed; apt-get install nginx-light would do")
    server = FILES if upstream is None else PROXY
    configuration = folder / "nginx.conf"
    configuration.write_text(
        CONFIGURATION.format(
            folder=folder,
            host=host,
            port=port,
            server=server.format(folder=folder, upstream=upstream),
        )
    )
    return [program, "-e", "stderr", "-p", str(folder), "-c", str(configuration)]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.nginx", description=__doc__)
    served = parser.add_mutually_exclusive_group(required=True)
    served.add_argument("folder", type=Path, nargs="?", help="send the files in there")
    served.add_argument("--upstream", metavar="URL", help="stand before this server")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    folder = (options.folder or Path(tempfile.mkdtemp(prefix="nginx-"))).resolve()
    try:
        words = command(folder, host=options.host, port=options.port, upstream=options.upstream)
    except BenchmarkError as error:
        parser.exit(1, f"{error}\n")
    # In place of this process, so that its processor time and memory are those of nginx.
    os.execv(words[0], words)


if __name__ == "__main__":
    main()
