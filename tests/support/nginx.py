"""Debian's nginx in front of a live shop, with the configuration that the shop ships and a certificate of its own."""

import datetime
import shutil
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from calla.serving import free_port
from tests.support import live
from tests.support.live import HOST, LiveShop

BROTLI = Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")
MISSING = "" if shutil.which("nginx") and BROTLI.exists() else "no nginx with libnginx-mod-http-brotli-static here"
MAIN = """
load_module {brotli};
daemon off;
master_process {master};
worker_processes {workers};
user root;
pid {folder}/nginx.pid;
error_log {folder}/errors.log warn;
events {{ worker_connections 512; }}
http {{
    access_log {folder}/access.log;
    error_log {folder}/errors.log warn;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


@dataclass
class BehindNginx(LiveShop):
    """A shop that visitors reach by https alone."""

    scheme: str = "https"
    front: int = field(default_factory=lambda: free_port(HOST))
    nginx: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"{self.scheme}://localhost:{self.front}"

    @property
    def variables(self) -> dict[str, str]:
        behind = {"CALLA_PAGES_DIR": str(self.pages), "CALLA_TRUSTED_PROXIES": "127.0.0.1"}
        return {**super().variables, **behind, "CALLA_PAYMENT_URL": self.provider_url}

    @property
    def pages(self) -> Path:
        return self.home / "pages"

    @property
    def folder(self) -> Path:
        return self.home / "nginx"

    @cached_property
    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.folder / "certificate.pem"))

    def client(self, **settings: object) -> httpx.Client:
        return super().client(**({"verify": self.trust} | settings))

    def wait_until_open(self) -> None:
        if self.nginx is None:
            self.start_nginx()
        self.until(lambda: _opens(self), "the shop answers through nginx", seconds=60)

    def start_nginx(self, workers: int = 1) -> None:
        self.folder.mkdir(exist_ok=True)
        _certify(self.folder)
        files = ["--certificate", str(self.folder / "certificate.pem"), "--key", str(self.folder / "key.pem")]
        written = self.calla("nginx_config", *files)
        assert written.returncode == 0, written.stderr
        (self.folder / "site.conf").write_text(written.stdout)
        main = MAIN.format(brotli=BROTLI, folder=self.folder, workers=workers, master="on")
        (self.folder / "nginx.conf").write_text(main)
        command = ["nginx", "-p", str(self.folder), "-c", str(self.folder / "nginx.conf"), "-e", "stderr"]
        self.nginx = subprocess.Popen(command, stdout=self.log, stderr=self.log)

    def close(self) -> None:
        if self.nginx:
            self.nginx.terminate()
            self.nginx.wait(10)
        super().close()


def _opens(shop: BehindNginx) -> bool:
    assert shop.nginx and shop.nginx.poll() is None, shop.output()[-2000:]
    try:
        with shop.client() as client:
            return client.get("/healthz").status_code == 200
    except httpx.TransportError:
        return False


@contextmanager
def behind_nginx(name: str, kind: Callable[..., BehindNginx] = BehindNginx) -> Iterator[BehindNginx]:
    with live.live_shop(name, kind) as shop:  # type: ignore[arg-type]
        assert isinstance(shop, BehindNginx)
        yield shop


def _certify(folder: Path) -> None:
    """A certificate for this machine, signed by itself, with a life as short as Mozilla wants it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=60))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    plain = serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    (folder / "key.pem").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(pem))
