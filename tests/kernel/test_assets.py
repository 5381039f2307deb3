"""Static files and pictures come ahead of everything else, with the right type, and can do nothing."""

from __future__ import annotations

import gzip
import io
import re
from pathlib import Path

import brotli
import pytest
from django.templatetags.static import static
from django.test import Client
from fontTools.ttLib import TTFont

from calla.kernel import fonts


@pytest.fixture
def media(tmp_path: Path, settings) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    (tmp_path / "secret.svg").write_text("<svg>secret</svg>")
    (settings.MEDIA_ROOT / "dress.svg").write_text("".join(f"<path d='M{n} {n * n}'/>" for n in range(900)))
    (settings.MEDIA_ROOT / "notes.html").write_text("<script>alert(1)</script>")
    return Path(settings.MEDIA_ROOT)


class TestStatic:
    def test_a_name_with_a_digest_is_kept_for_good(self) -> None:
        address = static("calla/base.css")
        assert address.startswith("/static/calla/base.") and address != "/static/calla/base.css"
        response = Client().get(address)
        assert response.status_code == 200 and response["Content-Type"] == "text/css; charset=utf-8"
        assert response["Cache-Control"] == "public, max-age=31536000, immutable"

    def test_a_plain_name_is_asked_for_again(self) -> None:
        response = Client().get("/static/calla/shop.js")
        assert response["Content-Type"] == "text/javascript; charset=utf-8"
        assert response["Cache-Control"] == "public, no-cache"
        assert Client().get("/static/calla/shop.js", headers={"if-none-match": response["ETag"]}).status_code == 304

    @pytest.mark.parametrize(("encoding", "unpack"), [("br", brotli.decompress), ("gzip", gzip.decompress)])
    def test_it_comes_compressed_to_whoever_can_read_that(self, encoding, unpack) -> None:
        plain = Client().get(static("calla/base.css"))
        packed = Client().get(static("calla/base.css"), headers={"accept-encoding": f"{encoding};q=1, x"})
        assert packed["Content-Encoding"] == encoding and unpack(packed.content) == plain.content
        assert packed["Vary"] == "Accept-Encoding" and packed["ETag"] != plain["ETag"]
        assert int(packed["Content-Length"]) == len(packed.content) < len(plain.content)

    @pytest.mark.parametrize(
        "name",
        ["", "nothing.css", "../settings.py", "..%2f..%2fapps.py", "calla/base.000000000000.css", "calla", "%00"],
    )
    def test_what_is_not_there_is_not_there(self, name: str) -> None:
        response = Client().get(f"/static/{name}")
        assert response.status_code == 404 and response["X-Content-Type-Options"] == "nosniff"

    def test_it_is_only_read(self) -> None:
        assert Client().post("/static/calla/base.css").status_code == 405


class TestMedia:
    def test_a_picture_comes_in_a_sandbox(self, media: Path) -> None:
        response = Client().get("/media/dress.svg")
        assert response.status_code == 200 and response["Content-Type"] == "image/svg+xml; charset=utf-8"
        policy = response["Content-Security-Policy"]
        assert "sandbox" in policy and "default-src 'none'" in policy
        assert response["X-Content-Type-Options"] == "nosniff"

    def test_it_is_packed_without_keeping_others_waiting(self, media: Path) -> None:
        """With brotli's best quality a drawing takes a hundred times as long, once in each process."""
        small = Client().get("/media/dress.svg", headers={"accept-encoding": "br"}).content
        assert small == brotli.compress((media / "dress.svg").read_bytes(), quality=5)

    @pytest.mark.parametrize(
        "name",
        [
            "../secret.svg", "%2e%2e/secret.svg", "notes.html", "", ".", "nothing.svg", "a\0.svg", f"{'a' * 300}.svg",
            f"{'a/' * 3000}.svg",
        ],
    )  # fmt: skip
    def test_only_pictures_and_only_from_their_folder(self, media: Path, name: str) -> None:
        assert Client().get(f"/media/{name}").status_code == 404

    def test_a_link_out_of_the_folder_leads_nowhere(self, media: Path) -> None:
        (media / "link.svg").symlink_to(media.parent / "secret.svg")
        assert Client().get("/media/link.svg").status_code == 404

    def test_a_changed_picture_is_shown_as_it_is_now(self, media: Path) -> None:
        first = Client().get("/media/dress.svg")
        (media / "dress.svg").write_text("<svg>other</svg>")
        assert Client().get("/media/dress.svg").content == b"<svg>other</svg>" != first.content

    def test_a_big_picture_is_streamed(self, media: Path) -> None:
        (media / "big.png").write_bytes(b"x" * 300_000)
        response = Client().get("/media/big.png")
        assert len(b"".join(response.streaming_content)) == 300_000 and response["Content-Type"] == "image/png"
        assert "sandbox" in response["Content-Security-Policy"]


class TestBuilding:
    def test_fonts_are_few_bytes_and_kept_for_the_next_start(self, tmp_path: Path, settings) -> None:
        settings.STATIC_ROOT = tmp_path
        first = fonts.all_cut()
        assert sum(map(len, first.values())) < 90_000 and all(one.startswith(b"wOF2") for one in first.values())
        [kept] = tmp_path.glob("calla/fonts/serif.from-*")
        kept.write_bytes(b"as it was kept")
        assert fonts.all_cut()["calla/fonts/serif.woff2"] == b"as it was kept"

    def test_fonts_hold_the_letters_of_names_and_the_name_of_their_makers(self) -> None:
        font = TTFont(io.BytesIO(fonts.all_cut()["calla/fonts/sans.woff2"]))
        assert {ord(sign) for sign in "Zoë Łukaszewicz Ångström Şükrü Ñúñez €£ –“”"} <= set(font.getBestCmap())
        assert "Pradil" in font["name"].getDebugName(0)

    def test_where_nothing_can_be_kept_the_shop_still_has_letters(self, tmp_path: Path, settings) -> None:
        settings.STATIC_ROOT = tmp_path / "file"
        settings.STATIC_ROOT.write_text("no folder")
        assert fonts.all_cut()["calla/fonts/sans.woff2"].startswith(b"wOF2")

    def test_sheets_come_as_one_and_lead_to_what_they_name(self) -> None:
        sheet = Client().get(static("calla/shop.css")).content.decode()
        assert "/*" not in sheet and sheet.index("@layer reset") < sheet.index("--ground") < sheet.index(".button")
        named = re.findall(r'url\("([^"]+)"\)', sheet)
        assert sum(address.endswith(".woff2") for address in named) == 4
        for address in named:
            response = Client().get(address)
            assert response.status_code == 200 and "immutable" in response["Cache-Control"]
