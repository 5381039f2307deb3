"""The second factor of staff: codes from an app on their phone, and recovery codes for the day the phone is lost.

The secrets are sealed with a key that is a file beside the root keys; a copy of the database makes no codes.
"""

from __future__ import annotations

import base64
import io
import secrets
from functools import lru_cache
from typing import Any

import qrcode
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.http import HttpRequest
from qrcode.image.svg import SvgPathImage

from calla.customers import selectors as customers
from calla.privacy import services as privacy

METHOD = "mfa"


class SecondFactor(DefaultMFAAdapter):
    """`settings.MFA_ADAPTER`."""

    def get_totp_label(self, user: Any) -> str:
        return customers.own_email(user)

    def build_totp_svg(self, url: str) -> str:
        """allauth would put the picture into the page as a data address, which our pages do not load: see `picture`."""
        return ""

    def encrypt(self, text: str) -> str:
        nonce = secrets.token_bytes(12)
        return base64.b64encode(nonce + _cipher().encrypt(nonce, text.encode(), None)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        sealed = base64.b64decode(encrypted_text)
        return _cipher().decrypt(sealed[:12], sealed[12:], None).decode()

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """See sign_in.Adapter.send_mail."""


def is_set_up(account: Any) -> bool:
    return bool(Authenticator.objects.filter(user_id=account.pk, type=Authenticator.Type.TOTP).exists())


def passed(request: HttpRequest) -> bool:
    """Was a code given in this very session, and is there still something to give codes with?"""
    records = get_authentication_records(request, request.user)
    return METHOD in {record["method"] for record in records} and is_set_up(request.user)


def note_passed(request: HttpRequest) -> None:
    """Setting it up takes a right code, so that counts as having given one."""
    record_authentication(request, request.user, METHOD, type=Authenticator.Type.TOTP, reauthenticated=True)


def picture(url: str) -> bytes:
    """The otpauth address as a QR code, an SVG document."""
    file = io.BytesIO()
    qrcode.make(url, image_factory=SvgPathImage).save(file)
    return file.getvalue()


@lru_cache(maxsize=1)
def _cipher() -> AESGCM:
    secret = privacy.lasting_secret("second-factor")
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=b"calla second factor").derive(secret))
