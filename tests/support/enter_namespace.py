"""Runs a command as somebody without privileges, with a read-only file system or without a network.

``python enter_namespace.py [--writable FOLDER] [--offline] COMMAND...``, inside user, mount and
network namespaces of its own, made by ``unshare --user --map-root-user --mount --net``.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import socket
import struct
import subprocess
from pathlib import Path

SET_INTERFACE_FLAGS, UP_AND_RUNNING = 0x8914, 0x41
KERNEL_FOLDERS = ("/proc", "/sys", "/dev")


def raise_loopback() -> None:
    """Let this network namespace reach itself, and so nothing else."""
    with socket.socket() as any_socket:
        request = struct.pack("16sH14s", b"lo", UP_AND_RUNNING, b"")
        fcntl.ioctl(any_socket, SET_INTERFACE_FLAGS, request)


def allow_writing_in(folder: str) -> None:
    """Mount everything read-only, but for a folder and what the kernel keeps."""
    subprocess.run(["mount", "--bind", folder, folder], check=True)
    for line in Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines():
        place = line.split()[1]
        if place != folder and not place.startswith(KERNEL_FOLDERS):
            subprocess.run(["mount", "-o", "remount,bind,ro", place], check=place == "/")


def main() -> None:
    """Do what is asked for, and become the command."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--writable")
    parser.add_argument("--offline", action="store_true")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    if options.offline:
        raise_loopback()
    if options.writable:
        allow_writing_in(options.writable)
    become = ["unshare", "--user", "--map-user=1000", "--map-group=1000", *options.command]
    os.execvp(become[0], become)


if __name__ == "__main__":
    main()
