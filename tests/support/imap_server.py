"""A mail server to ask for letters: as much of IMAP as a program needs that takes letters out of one mailbox."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

PASSWORD = "lilies by the pond"


@dataclass
class ImapServer:
    """`letters` by their number; `fails` are commands it answers with NO. `said` is what it was asked."""

    port: int = 0
    letters: dict[int, bytes] = field(default_factory=dict)
    deleted: set[int] = field(default_factory=set)
    fails: set[str] = field(default_factory=set)
    said: list[str] = field(default_factory=list)

    @property
    def settings(self) -> dict[str, Any]:
        return {
            "host": "127.0.0.1", "port": self.port, "tls": "", "username": "service@calladream.example",
            "password": PASSWORD,
        }  # fmt: skip

    def answer(self, command: str, rest: str) -> list[bytes] | None:
        """Lines before the OK; None for a refusal."""
        if command in self.fails:
            return None
        if command == "CAPABILITY":
            return [b"* CAPABILITY IMAP4rev1\r\n"]
        if command == "LOGIN":
            return [] if PASSWORD in rest else None
        if command == "SELECT":
            return [b"* %d EXISTS\r\n" % len(self.letters)]
        if command == "SEARCH":
            there = sorted(self.letters.keys() - self.deleted)
            return [b"* SEARCH %s\r\n" % b" ".join(b"%d" % one for one in there)]
        if command == "FETCH":
            number, most = (int(found) for found in re.findall(r"^(\d+).*<0\.(\d+)>", rest)[0])
            raw = self.letters[number][:most]
            return [b"* 1 FETCH (UID %d BODY[]<0> {%d}\r\n%s)\r\n" % (number, len(raw), raw)]
        if command == "STORE":
            self.deleted.add(int(rest.split()[0]))
        if command == "CLOSE":
            for number in self.deleted:
                self.letters.pop(number, None)
        return []


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        shop: ImapServer = self.server.shop  # type: ignore[attr-defined]
        self.wfile.write(b"* OK ready\r\n")
        while line := self.rfile.readline():
            tag, command, *rest = line.decode().strip().split(" ", 2)
            if command == "UID":
                command, *rest = rest[0].split(" ", 1)
            shop.said.append(command)
            lines = shop.answer(command, " ".join(rest))
            for one in lines or ():
                self.wfile.write(one)
            self.wfile.write(f"{tag} {'NO' if lines is None else 'OK'} done\r\n".encode())
            if command == "LOGOUT":
                return


@contextmanager
def imap_server() -> Iterator[ImapServer]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Talk) as server:
        server.daemon_threads = True
        server.shop = ImapServer(server.server_address[1])  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.shop  # type: ignore[attr-defined]
        server.shutdown()
