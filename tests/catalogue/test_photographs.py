"""What becomes of a photo: upright, silent about where it was taken, in three formats; or refused with the reason."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from calla.catalogue.errors import PictureRefused
from calla.catalogue.pictures import darkroom as outside
from calla.catalogue.pictures import developing
from calla.catalogue.pictures.darkroom import Darkroom, darkroom
from calla.catalogue.pictures.kinds import HEAD, RENDITIONS, kind_of
from tests.catalogue.photographs import CAMERA, NOTE, PLACE, corners, moving, nosy, of_size, quarters, written

UPRIGHT = ["red", "green", "blue", "yellow"]
TOLD = (CAMERA, PLACE, NOTE, b"Exif", b"GPS", b"xmpmeta", b"ns.adobe.com", b"ICC_PROFILE", b"ICCP", b"XMP ", b"8BIM")
SHARED = Path(__file__).parents[3] / "shared" / "data"
REAL = sorted((SHARED / "images-exif").glob("*/*"))
with_real_ones = pytest.mark.skipif(not REAL, reason="the sample photographs are not on this machine")


@pytest.fixture(scope="module")
def room() -> Iterator[Darkroom]:
    with darkroom() as one:
        yield one


def made(room: Darkroom, path: Path, folder: Path) -> dict[str, Path]:
    folder.mkdir(exist_ok=True)
    room.make(path, folder)
    return {file.name: file for file in folder.iterdir()}


class TestWhatIsMade:
    @pytest.mark.parametrize("orientation", range(1, 9))
    def test_it_stands_upright_whatever_way_it_was_held(self, room, tmp_path, orientation):
        photo = nosy(tmp_path / "photo.jpg", orientation=orientation)
        assert room.look(photo) == (400, 600)
        for file in made(room, photo, tmp_path / "made").values():
            with Image.open(file) as picture:
                assert picture.size[0] < picture.size[1] and corners(picture) == UPRIGHT, file.name

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
    def test_nothing_is_left_of_what_it_told(self, room, tmp_path, kind):
        photo = nosy(tmp_path / "photo", kind=kind, orientation=6)
        assert CAMERA in photo.read_bytes() and PLACE in photo.read_bytes()
        for name, file in made(room, photo, tmp_path / "made").items():
            body = file.read_bytes()
            assert not [word for word in TOLD if word in body], name
            with Image.open(file) as picture:
                assert not picture.getexif() and not {"exif", "xmp", "icc_profile", "comment"} & picture.info.keys()

    def test_every_format_is_made_in_every_width_up_to_its_own(self, room, tmp_path):
        photo = nosy(tmp_path / "photo.jpg", size=(1100, 1400))
        files = made(room, photo, tmp_path / "made")
        assert files.keys() == {f"{width}.{suffix}" for width in (320, 640, 1100) for suffix in RENDITIONS.values()}
        for name, file in files.items():
            with Image.open(file) as picture:
                assert picture.width == int(name.partition(".")[0])
                assert picture.height == pytest.approx(picture.width * 1400 / 1100, abs=1)
                assert picture.format == {"avif": "AVIF", "webp": "WEBP", "jpg": "JPEG"}[file.suffix[1:]]

    @pytest.mark.parametrize(("own", "widths"), [
        ((60, 80), (60,)), ((320, 400), (320,)), ((384, 400), (320, 384)), ((3000, 4000), (320, 640, 960, 1440, 2048)),
        ((1000, 12000), (341,)),
    ])  # fmt: skip
    def test_none_is_made_larger_than_it_was(self, room, tmp_path, own, widths):
        quarters(*own).save(tmp_path / "photo.png")
        folder = tmp_path / "made"
        folder.mkdir()
        assert room.make(tmp_path / "photo.png", folder) == widths

    @pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
    def test_all_ways_to_keep_pixels_are_understood(self, room, tmp_path, mode):
        grey = Image.linear_gradient("L").resize((256, 300))
        picture = grey.convert("I").point(lambda value: value * 256).convert("I;16") if mode == "I;16" else grey
        picture.convert(mode).save(tmp_path / "photo.png")
        with Image.open(made(room, tmp_path / "photo.png", tmp_path / "made")["256.jpg"]) as shown:
            light = [shown.convert("L").getpixel((128, height)) for height in (10, 290)]
        assert light[0] < 60 and light[1] > 190

    def test_what_was_transparent_becomes_white(self, room, tmp_path):
        picture = quarters().convert("RGBA")
        picture.putalpha(Image.new("L", picture.size, 0))
        picture.save(tmp_path / "photo.webp", lossless=True)
        for file in made(room, tmp_path / "photo.webp", tmp_path / "made").values():
            with Image.open(file) as shown:
                assert min(shown.convert("RGB").getpixel((50, 50))) > 250

    def test_colours_for_print_become_colours_for_a_screen(self, room, tmp_path):
        quarters().convert("CMYK").save(tmp_path / "photo.jpg", quality=95)
        with Image.open(made(room, tmp_path / "photo.jpg", tmp_path / "made")["400.jpg"]) as shown:
            assert shown.mode == "RGB" and corners(shown) == UPRIGHT

    def test_a_profile_of_nonsense_does_not_matter(self, room, tmp_path):
        quarters().save(tmp_path / "photo.jpg", icc_profile=b"nonsense" * 40)
        with Image.open(made(room, tmp_path / "photo.jpg", tmp_path / "made")["400.jpg"]) as shown:
            assert corners(shown) == UPRIGHT

    def test_the_same_photo_makes_the_same_bytes(self, room, tmp_path):
        photo = nosy(tmp_path / "photo.jpg")
        first, again = (made(room, photo, tmp_path / name) for name in ("first", "again"))
        assert {name: file.read_bytes() for name, file in first.items()} == {
            name: file.read_bytes() for name, file in again.items()
        }


class TestWhatIsRefused:
    @pytest.mark.parametrize(("content", "says"), [
        (b"", "empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "could carry a program"),
        (b"\xef\xbb\xbf  <?xml version='1.0'?><svg/>", "could carry a program"),
        (b"<html><script>alert(1)</script>", "could carry a program"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
        (b"\0\0\0\x1cftypavis\0\0\0\0avismif1avif", "moving"),
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp42", "film"),
        (b"GIF89a", "a GIF"), (b"BM\0\0", "a BMP"), (b"II*\0", "a TIFF"), (b"%PDF-1.7", "a PDF"),
        (b"PK\x03\x04", "packed"), (b"8BPS", "Photoshop"), (b"just words", "no picture"),
    ])  # fmt: skip
    def test_what_is_no_photo_is_named(self, room, tmp_path, content, says):
        (tmp_path / "photo.jpg").write_bytes(content)
        with pytest.raises(PictureRefused, match=says) as refused:
            room.look(tmp_path / "photo.jpg")
        assert str(refused.value).endswith(".")

    def test_a_wrong_ending_of_its_name_does_not_matter(self, room, tmp_path):
        quarters().save(tmp_path / "photo.jpg", "PNG")
        assert room.look(tmp_path / "photo.jpg") == (400, 600)

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
    @pytest.mark.parametrize("part", [0.02, 0.5, 0.97])
    def test_a_photo_that_is_cut_off(self, room, tmp_path, kind, part):
        whole = written(Image.effect_noise((300, 400), 60).convert("RGB"), kind)
        (tmp_path / "photo").write_bytes(whole[: int(len(whole) * part)])
        for ask in (lambda: room.look(tmp_path / "photo"), lambda: made(room, tmp_path / "photo", tmp_path / "made")):
            with pytest.raises(PictureRefused, match="broken or cut off"):
                ask()

    @pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF"])
    def test_a_moving_picture(self, room, tmp_path, kind):
        with pytest.raises(PictureRefused, match="moving picture"):
            room.look(moving(tmp_path / "photo", kind))

    def test_a_photo_with_its_preview_beside_it_is_none(self, room, tmp_path):
        quarters().save(tmp_path / "photo.jpg", "MPO", save_all=True, append_images=[quarters(80, 120)])
        assert room.look(tmp_path / "photo.jpg") == (400, 600)

    @pytest.mark.parametrize("size", [(1, 1), (49, 500), (500, 25)])
    def test_a_photo_of_too_few_pixels(self, room, tmp_path, size):
        quarters(*size).save(tmp_path / "photo.png")
        with pytest.raises(PictureRefused, match="too few"):
            room.look(tmp_path / "photo.png")

    def test_a_file_that_is_too_large(self, room, tmp_path):
        with (tmp_path / "photo.jpg").open("wb") as file:
            file.write(b"\xff\xd8\xff")
            file.truncate(31 * 1024**2)
        with pytest.raises(PictureRefused, match="larger than 30 MB"):
            room.look(tmp_path / "photo.jpg")

    def test_the_next_photo_is_none_the_worse_for_it(self, room, tmp_path):
        of_size(tmp_path / "bomb.png", 60_000, 60_000)
        with pytest.raises(PictureRefused):
            room.look(tmp_path / "bomb.png")
        assert room.look(nosy(tmp_path / "photo.jpg")) == (400, 600)


class TestBombs:
    @pytest.mark.parametrize("size", [(60_000, 60_000), (2**31 - 1, 2**31 - 1), (7_746, 7_747)])
    def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked(self, tmp_path, size):
        bomb = of_size(tmp_path / "bomb.png", *size)
        with darkroom() as room:
            room.look(nosy(tmp_path / "photo.jpg"))
            before, began = _most_memory(room), time.monotonic()
            with pytest.raises(PictureRefused, match=r"million are not taken|broken"):
                room.look(bomb)
            assert time.monotonic() - began < 2
            assert _most_memory(room) - before < 5_000  # kB

    def test_the_darkroom_has_no_more_memory_than_is_good_for_the_machine(self, tmp_path):
        """As many pixels as are taken, in a format that unpacks them all."""
        Image.new("RGB", (7_700, 7_700), "white").save(tmp_path / "large.png", compress_level=9)
        assert (tmp_path / "large.png").stat().st_size < 600_000
        with darkroom() as room:
            (tmp_path / "made").mkdir()
            assert room.make(tmp_path / "large.png", tmp_path / "made") == (320, 640, 960, 1440, 2048)
            assert _most_memory(room) < developing.MOST_MEMORY // 1024 // 2

    def test_words_that_unpack_to_more_than_they_weigh(self, room, tmp_path):
        from PIL.PngImagePlugin import PngInfo

        words = PngInfo()
        words.add_text("Comment", "a" * 50_000_000, zip=True)
        quarters().save(tmp_path / "bomb.png", pnginfo=words)
        assert (tmp_path / "bomb.png").stat().st_size < 200_000
        with pytest.raises(PictureRefused, match="broken"):
            room.look(tmp_path / "bomb.png")

    def test_one_that_takes_too_long_is_given_up(self, tmp_path, monkeypatch):
        monkeypatch.setattr(outside, "LONGEST_SECONDS", 0.05)
        Image.effect_noise((4_000, 4_000), 90).convert("RGB").save(tmp_path / "slow.png", compress_level=1)
        with darkroom() as room:
            with pytest.raises(PictureRefused, match="more time or memory"):
                made(room, tmp_path / "slow.png", tmp_path / "made")
            monkeypatch.setattr(outside, "LONGEST_SECONDS", 60)
            assert room.look(nosy(tmp_path / "photo.jpg")) == (400, 600)

    def test_one_that_takes_too_much_work_is_given_up(self, tmp_path):
        Image.effect_noise((3_000, 4_000), 90).convert("RGB").save(tmp_path / "slow.jpg")
        (tmp_path / "made").mkdir()
        code = "from calla.catalogue.pictures import developing; developing.MOST_SECONDS = 1; developing.main()"
        order = f'["make", "{tmp_path}/slow.jpg", "{tmp_path}/made"]\n'
        ended = subprocess.run([sys.executable, "-c", code], input=order, capture_output=True, text=True, check=False)
        assert (ended.returncode, ended.stdout) == (-signal.SIGXCPU, "")

    def test_the_darkroom_knows_no_secrets(self, tmp_path, monkeypatch):
        monkeypatch.setenv("CALLA_SECRET_KEY", "not-for-decoders")
        with darkroom() as room:
            room.look(nosy(tmp_path / "photo.jpg"))
            assert room._process is not None
            assert b"CALLA" not in Path(f"/proc/{room._process.pid}/environ").read_bytes()


def _most_memory(room: Darkroom) -> int:
    """In kB, since it began."""
    assert room._process is not None
    status = Path(f"/proc/{room._process.pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


@with_real_ones
class TestRealOnes:
    @pytest.mark.parametrize("photo", [one for one in REAL if one.parent.name == "gps"], ids=lambda one: one.name)
    def test_a_camera_that_noted_the_place(self, room, tmp_path, photo):
        assert b"NIKON" in photo.read_bytes()
        for file in made(room, photo, tmp_path / "made").values():
            assert not [word for word in (*TOLD, b"NIKON", b"COOLPIX") if word in file.read_bytes()]

    def test_eight_ways_to_hold_one_camera_make_one_picture(self, room, tmp_path):
        thumbs = []
        for photo in (one for one in REAL if one.parent.name == "orientation"):
            assert room.look(photo) == (600, 450)
            with Image.open(made(room, photo, tmp_path / photo.stem)["320.jpg"]) as shown:
                thumbs.append(shown.convert("L").resize((8, 6), Image.Resampling.BOX).tobytes())
        assert len(thumbs) == 8
        for thumb in thumbs:
            assert max(abs(a - b) for a, b in zip(thumb, thumbs[0], strict=True)) < 25

    @pytest.mark.parametrize("photo", REAL, ids=lambda one: one.name)
    def test_whatever_is_wrong_with_it_is_cleaned_or_refused(self, room, tmp_path, photo):
        try:
            files = made(room, photo, tmp_path / "made")
        except PictureRefused as refused:
            assert photo.parent.name in {"invalid", "heic", "images-exif"} and str(refused)
        else:
            for file in files.values():
                assert not [word for word in TOLD if word in file.read_bytes()]

    @pytest.mark.parametrize("name", [
        "convert_local_etc_passwd.svg", "convert_local_etc_passwd_html.svg", "imagemagick_CVE-2022-44268.png",
        "symlink.zip", "xss.html",
    ])  # fmt: skip
    def test_hostile_uploads(self, room, tmp_path, name):
        with pytest.raises(PictureRefused):
            made(room, SHARED / "hostile-inputs" / "uploads" / name, tmp_path / "made")
        assert not list((tmp_path / "made").iterdir())


def test_kinds_are_told_by_how_files_begin(tmp_path):
    for kind in ("JPEG", "PNG", "WEBP", "AVIF"):
        assert kind_of(written(quarters(), kind)[:HEAD]) == kind
