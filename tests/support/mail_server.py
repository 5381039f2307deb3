"""A mail server outside the shop, spoken to over real SMTP on loopback."""

from __future__ import annotations

import asyncio
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
    """`refusing` turns every letter down; `losing` is how many letters it takes without ever saying so. `says` is what
    it answers to a command instead, and at the one named in `waits_at` it says nothing at all for now. What the shop
    writes to itself goes by the clock, whenever that strikes: it is taken, and not counted."""

    port: int
    taken: list[Envelope] = field(default_factory=list)
    refusing: bool = False
    losing: int = 0
    says: dict[str, str] = field(default_factory=dict)
    waits_at: str = ""
    waiting: int = 0

    @property
    def settings(self) -> dict[str, Any]:
        """Keywords of the shop's setting MAIL_SERVER."""
        return {"host": HOST, "port": self.port, "username": "", "password": "", "use_ssl": False, "use_tls": False}

    def letters(self) -> list[EmailMessage]:
        raw = [one.original_content or b"" for one in self.taken]
        return [email.message_from_bytes(one, EmailMessage, policy=email.policy.default) for one in raw]

    async def handle_MAIL(self, server: Any, session: Session, envelope: Envelope, sender: str, options: Any) -> str:
        await self._hold("MAIL")
        envelope.mail_from = sender
        return self.says.get("MAIL", "250 Go on")

    async def handle_RCPT(self, server: Any, session: Session, envelope: Envelope, to: str, options: Any) -> str:
        if to != envelope.mail_from:
            await self._hold("RCPT")
        if "RCPT" not in self.says:
            envelope.rcpt_tos.append(to)
        return self.says.get("RCPT", "250 Go on")

    async def _hold(self, command: str) -> None:
        if self.waits_at == command:
            self.waiting += 1
        while self.waits_at == command:
            await asyncio.sleep(0.05)

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:
        if envelope.rcpt_tos == [envelope.mail_from]:
            return "250 Taken"
        if self.refusing or "DATA" in self.says:
            return self.says.get("DATA", "451 Try again later")
        self.taken.append(envelope)
        await self._hold("DATA")
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
