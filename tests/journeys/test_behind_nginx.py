"""Debian's nginx with the shop's own configuration: fast by files, true by the clock, and silent about callers."""

import os
import re
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack

import brotli
import httpx
import pytest

from calla.serving import THREADS
from tests.support.nginx import MISSING, BehindNginx, behind_nginx

pytestmark = [pytest.mark.journey, pytest.mark.skipif(bool(MISSING), reason=MISSING)]
PRODUCT = "/products/{}"
SAME = {
    "content-security-policy", "content-type", "cross-origin-embedder-policy", "cross-origin-opener-policy",
    "cross-origin-resource-policy", "cache-control", "permissions-policy", "referrer-policy",
    "strict-transport-security", "vary", "x-content-type-options", "x-frame-options",
    "x-permitted-cross-domain-policies", "etag", "content-length", "content-encoding",
}  # fmt: skip


@pytest.fixture(scope="module")
def shop() -> Iterator[BehindNginx]:
    with behind_nginx("behind_nginx") as one:
        yield one


@pytest.fixture
def client(shop: BehindNginx) -> Iterator[httpx.Client]:
    with shop.client(follow_redirects=False) as one:
        yield one


@pytest.fixture
def product(shop: BehindNginx) -> str:
    with shop.database() as database:
        row = database.execute("SELECT handle FROM catalogue_product WHERE published_at < now() ORDER BY id").fetchone()
    return PRODUCT.format(row[0])


def lies_as_a_file(shop: BehindNginx, client: httpx.Client, path: str) -> None:
    """Ask until a file was written."""
    name = "index" if path == "/" else path[1:].replace("?", "@")

    def lies() -> bool:
        client.get(path)
        return bool(list(shop.pages.glob(f"*/pages-*/*/{name}.html")))

    shop.until(lies, f"a file for {path}", seconds=90)  # the first page waits until static files are packed


def straight(shop: BehindNginx, path: str, **headers: str) -> httpx.Response:
    """The shop's own answer, as nginx would ask for it."""
    told = {"Host": f"localhost:{shop.front}", "X-Forwarded-Proto": "https", **headers}
    with httpx.Client(base_url=f"http://127.0.0.1:{shop.port}", timeout=30) as client:
        return client.get(path, headers=told)


def test_senders_who_do_not_send_keep_no_thread_of_the_shop(shop: BehindNginx) -> None:
    """nginx gathers a form before it hands it on; straight to the shop, each of these would hold one of its threads."""
    context = ssl.create_default_context(cafile=str(shop.folder / "certificate.pem"))
    begun = f"POST /contact HTTP/1.1\r\nHost: localhost:{shop.front}\r\nContent-Length: 900\r\n\r\na="
    with ExitStack() as senders:
        for _ in range(4 * THREADS):
            plain = senders.enter_context(socket.create_connection(("localhost", shop.front), timeout=10))
            senders.enter_context(context.wrap_socket(plain, server_hostname="localhost")).sendall(begun.encode())
        for number in range(4 * THREADS):
            assert straight(shop, f"/contact?order={number}").status_code == 200


def test_it_speaks_http_2_and_tls_as_mozilla_has_it(shop: BehindNginx) -> None:
    context = ssl.create_default_context(cafile=str(shop.folder / "certificate.pem"))
    context.set_alpn_protocols(["h2", "http/1.1"])
    plain = socket.create_connection(("localhost", shop.front))
    with context.wrap_socket(plain, server_hostname="localhost") as line:
        assert line.selected_alpn_protocol() == "h2" and line.version() == "TLSv1.3"
    for version, ciphers, opens in (
        (ssl.TLSVersion.TLSv1_2, "ECDHE-ECDSA-AES128-GCM-SHA256", True),
        (ssl.TLSVersion.TLSv1_2, "ECDHE-ECDSA-AES128-SHA256", False),
        (ssl.TLSVersion.TLSv1_1, "ALL:@SECLEVEL=0", False),
    ):
        context = ssl.create_default_context(cafile=str(shop.folder / "certificate.pem"))
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        context.maximum_version = version
        context.set_ciphers(ciphers)
        with socket.create_connection(("localhost", shop.front)) as plain:
            try:
                context.wrap_socket(plain, server_hostname="localhost").close()
                opened = True
            except (ssl.SSLError, ConnectionError):
                opened = False
        assert opened is opens, (version, ciphers)


def test_a_page_comes_from_its_file_as_the_shop_would_give_it(
    shop: BehindNginx, client: httpx.Client, product: str
) -> None:
    for path in ("/", product, "/collections", "/privacy"):
        lies_as_a_file(shop, client, path)
        for encoding in ("br", "gzip", "identity"):
            own = straight(shop, path, **{"Accept-Encoding": encoding})
            shown = client.get(path, headers={"Accept-Encoding": encoding})
            assert "server" in shown.headers and shown.headers["server"] == "nginx"
            assert shown.content == own.content and shown.headers.get("last-modified") is None
            assert {name: said(shown, name) for name in SAME} == {name: said(own, name) for name in SAME}
            again = client.get(path, headers={"Accept-Encoding": encoding, "If-None-Match": own.headers["etag"]})
            assert again.status_code == 304 and again.content == b""


def said(answer: httpx.Response, name: str) -> list[str]:
    """The directives of a policy come in any order."""
    return sorted(answer.headers.get(name, "").split("; "))


def test_it_is_nginx_that_answers(shop: BehindNginx, client: httpx.Client) -> None:
    """With its web server stopped for a moment, pages still come; a moment later nobody vouches for them any more."""
    lies_as_a_file(shop, client, "/")
    processes = subprocess.run(["pgrep", "-P", str(shop.processes["web server"].pid)], capture_output=True, text=True)
    pids = [shop.processes["web server"].pid, *map(int, processes.stdout.split())]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        assert brotli.decompress(raw(client, "/")).startswith(b"<!doctype html>")
        time.sleep(1.2)
        with pytest.raises(httpx.ReadTimeout):
            client.get("/", timeout=1)
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
    shop.until(lambda: client.get("/").status_code == 200, "it answers again")


def raw(client: httpx.Client, path: str) -> bytes:
    with client.stream("GET", path, headers={"Accept-Encoding": "br"}, timeout=2) as answer:
        return b"".join(answer.iter_raw())


def test_a_changed_price_is_seen_through_nginx_within_a_second(
    shop: BehindNginx, client: httpx.Client, product: str
) -> None:
    other = "/collections"
    for minor in (12345, 23456, 34567):
        lies_as_a_file(shop, client, product)
        lies_as_a_file(shop, client, other)
        kept = {path.stat().st_ino for path in shop.pages.glob("*/pages-*/*/collections.html")}
        price = f"{minor // 100}.{minor % 100}"
        assert price not in client.get(product).text
        said = shop.python(SET_PRICE.format(handle=product.rpartition("/")[2], minor=minor))
        committed = float(said.strip().splitlines()[-1])
        while price not in client.get(product).text:
            assert time.time() - committed < 1, "the old price was shown for a second"
        # The other process may have written its own meanwhile; none was made anew.
        assert kept <= {path.stat().st_ino for path in shop.pages.glob("*/pages-*/*/collections.html")}


SET_PRICE = """
import os, time
os.environ["DJANGO_SETTINGS_MODULE"] = "calla.config.settings"
import django; django.setup()
from calla.catalogue import services
from calla.catalogue.models import Variant
from calla.kernel.money import Money
for pk in Variant.objects.filter(product__handle="{handle}").values_list("pk", flat=True):
    services.set_price(pk, Money({minor}, "EUR"))
print(time.time())
"""


@pytest.mark.parametrize(("path", "headers", "why"), [
    ("/?cart=" + "a" * 43, {}, "it is somebody's bag"),
    ("/?x=../../../../etc/passwd", {}, "it is no name of a file"),
    ("/?/../../../../../../etc/passwd", {}, "it is no name of a file"),
    ("/", {"Cookie": "bag=1; __Host-session=abc"}, "somebody is signed in"),
    ("/..%2f..%2f..%2fetc/passwd", {}, "it is no page"),
    ("/lock", {}, "it is no page"),
])  # fmt: skip
def test_what_is_not_for_everybody_goes_to_the_shop(
    shop: BehindNginx, client: httpx.Client, path: str, headers: dict[str, str], why: str
) -> None:
    lies_as_a_file(shop, client, "/")
    answer = client.get(path, headers=headers)
    assert "root:" not in answer.text and "default-src 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] in {"no-store", "no-cache"}, why
    if path.startswith("/?cart"):
        assert answer.headers["cache-control"] == "no-store" and "cart=aaa" in answer.text
    if "Cookie" in headers:
        assert answer.headers.get("etag") is None


def test_shoppers_cookies_do_not_matter(shop: BehindNginx, client: httpx.Client) -> None:
    lies_as_a_file(shop, client, "/")
    with_bag = client.get("/", headers={"Cookie": f"__Host-cart={'a' * 43}; __Host-bag=2"})
    assert with_bag.headers["etag"] == client.get("/").headers["etag"]


def test_static_files_are_for_good(shop: BehindNginx, client: httpx.Client) -> None:
    address = re.search(r'href="([^"]+\.css)"', client.get("/").text)
    assert address
    sheet = client.get(address[1], headers={"Accept-Encoding": "br"})
    assert sheet.status_code == 200 and sheet.headers["content-encoding"] == "br"
    assert sheet.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert sheet.headers["content-type"] == "text/css; charset=utf-8"
    assert client.get("/static/calla/nothing.css").status_code == 404


def test_a_post_reaches_the_shop(shop: BehindNginx, client: httpx.Client) -> None:
    lies_as_a_file(shop, client, "/")
    assert client.post("/").status_code in {403, 405}
    assert client.head("/").status_code == 200


def test_when_the_shop_is_away_it_is_said_so(shop: BehindNginx, client: httpx.Client) -> None:
    shop.stop("web server")
    try:
        time.sleep(1.2)
        answer = client.get("/")
        assert answer.status_code == 503 and answer.headers["retry-after"] == "30"
        assert "moment" in answer.text and answer.headers["cache-control"] == "no-store"
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
    finally:
        shop.start("web server")
    shop.until(lambda: client.get("/").status_code == 200, "it answers again", seconds=60)


def test_nothing_written_holds_an_address(shop: BehindNginx) -> None:
    """Also of those who break off, send nonsense or ask for what is not there."""
    with shop.client() as client:
        client.get("/nothing")
        client.get("/static/nothing")
    for nonsense in (b"", b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01nonsense", b"x" * 20000):
        with socket.create_connection(("localhost", shop.front)) as line:
            line.sendall(nonsense)
    time.sleep(0.3)
    written = [path for path in shop.folder.rglob("*.log") if re.search(r"127\.0\.0\.1|::1", path.read_text())]
    assert not [(path.name, path.read_text()[:300]) for path in written if path.stat().st_size]
