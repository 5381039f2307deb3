"""A mail server outside the shop, spoken to over real SMTP on loopback."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope, Session

from calla.serving import free_port

HOST = "127.0.0.1"


@dataclass
class MailServer:
    """`refusing` turns every letter down; `losing` is how many letters it takes without ever saying so."""

    port: int
    taken: list[Envelope] = field(default_factory=list)
    refusing: bool = False
    losing: int = 0

    @property
    def settings(self) -> dict[str, Any]:
        """Keywords of the shop's setting MAIL_SERVER."""
        return {"host": HOST, "port": self.port, "username": "", "password": "", "use_ssl": False, "use_tls": False}

    def letters(self) -> list[EmailMessage]:
        raw = [one.original_content or b"" for one in self.taken]
        return [email.message_from_bytes(one, EmailMessage, policy=email.policy.default) for one in raw]

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:
        if self.refusing:
            return "451 Try again later"
        self.taken.append(envelope)
        if self.losing:
            self.losing -= 1
            server.transport.abort()
        return "250 Taken"


@contextmanager
def mail_server() -> Iterator[MailServer]:
    server = MailServer(free_port(HOST))
    controller = Controller(server, hostname=HOST, port=server.port)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()
