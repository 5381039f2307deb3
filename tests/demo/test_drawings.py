"""What the demo's illustrator draws: whole, small, harmless, the same on every machine, in designed colours."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from xml.etree import ElementTree

import pytest

from calla.demo import dressing, illustrator, pictures, wardrobe
from calla.demo.illustrator import ACCESSORIES, HEIGHT, WIDTH
from calla.demo.illustrator.hair import STYLES
from calla.demo.illustrator.poses import POSES
from calla.demo.illustrator.skin import TONES

MOST_BYTES = 40_000
SVG = "{http://www.w3.org/2000/svg}"
ELEMENTS = {
    "circle", "clipPath", "defs", "ellipse", "feGaussianBlur", "filter", "g", "linearGradient", "path", "pattern",
    "radialGradient", "rect", "stop", "svg", "use",
}  # fmt: skip
IN_ANOTHER_PROCESS = """
import hashlib
from calla.demo import pictures
print(hashlib.sha256("".join(one.draw() for one in list(pictures.every())[::9]).encode()).hexdigest())
"""


@pytest.fixture(scope="module")
def drawn() -> dict[str, str]:
    return {picture.file: picture.draw() for picture in pictures.every()}


def check(name: str, content: str) -> None:
    root = ElementTree.fromstring(content)
    assert len(content.encode()) <= MOST_BYTES, name
    elements = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert elements <= ELEMENTS, (name, elements - ELEMENTS)
    ids = Counter(element.get("id") for element in root.iter() if element.get("id"))
    assert max(ids.values()) == 1, (name, ids.most_common(3))
    for element in root.iter():
        for attribute, value in element.attrib.items():
            assert attribute != "style" and not attribute.startswith("on"), name
            named = re.findall(r"url\(#([^)]*)\)", value) + ([value[1:]] if attribute == "href" else [])
            assert all(one in ids for one in named), (name, attribute, value)
            assert attribute != "href" or value.startswith("#"), name
            assert "nan" not in value and "inf" not in value, name
    assert content.count("http") == 1  # the name of the language itself


class TestEveryPicture:
    def test_is_whole_small_and_asks_for_nothing_from_elsewhere(self, drawn):
        for name, content in drawn.items():
            check(name, content)

    def test_has_the_shape_of_a_tile(self, drawn):
        for name, content in drawn.items():
            root = ElementTree.fromstring(content)
            assert (root.get("width"), root.get("height")) == (str(WIDTH), str(HEIGHT)), name
            _, _, width, height = map(float, str(root.get("viewBox")).split())
            assert height / width == pytest.approx(4 / 3, abs=0.002), name

    def test_is_not_the_same_as_another(self, drawn):
        assert len(set(drawn.values())) == len(drawn)

    def test_is_the_same_in_every_process(self, drawn):
        here = "".join(one.draw() for one in list(pictures.every())[::9])
        for seed in ("0", "4711"):
            there = subprocess.run(
                [sys.executable, "-c", IN_ANOTHER_PROCESS], env=os.environ | {"PYTHONHASHSEED": seed},
                capture_output=True, text=True, check=True,
            )  # fmt: skip
            assert there.stdout.strip() == hashlib.sha256(here.encode()).hexdigest()

    def test_covers_are_as_careful(self):
        for line in wardrobe.lines():
            check(line.handle, illustrator.rail(dressing.on_the_rail(line)))


class TestTheWardrobe:
    def test_is_large_and_varied(self):
        categories = Counter(garment.category for _, garment in wardrobe.garments())
        assert categories.total() >= 120 and len(categories) >= 10 and min(categories.values()) >= 3
        assert 5 <= len(wardrobe.lines()) <= 8

    def test_every_garment_is_shown_from_several_sides(self):
        for line, garment in wardrobe.garments():
            views = defaultdict(set)
            for picture in pictures.of(line, garment):
                views[picture.colour].add(picture.view)
            assert len(views[garment.colours[0]]) >= (3 if garment.shape.kind in ACCESSORIES else 4)
            assert all(len(seen) >= 3 for seen in views.values())

    def test_colours_come_from_the_designed_palettes_alone(self):
        for line, garment in wardrobe.garments():
            assert set(garment.colours) | set(garment.accents) <= set(line.palette), garment.handle
            for colour in garment.colours:
                worn = dressing.cloth(line, garment, colour)
                assert {worn.colour, *worn.accents} <= set(line.palette.values())

    def test_every_word_of_a_garment_is_one_the_shop_knows(self):
        told = wardrobe.shop()
        categories = {category["handle"] for category in told["category"]}
        for _, garment in wardrobe.garments():
            pose, hair, tone, shoes = garment.look.split()
            assert pose in POSES and hair in STYLES and 0 <= int(tone) < len(TONES), garment.handle
            assert shoes in {"bare", "boot", "flat", "pump", "sandal"}, garment.handle
            assert garment.category in categories and garment.care in told["care"] and garment.origin in told["origin"]
            assert garment.was == 0 or garment.was > garment.price

    def test_many_kinds_of_women_wear_it(self):
        looks = [garment.look.split() for _, garment in wardrobe.garments()]
        assert len({tone for _, _, tone, _ in looks}) == len(TONES) and len({pose for pose, *_ in looks}) >= 4
        assert len({hair for _, hair, _, _ in looks}) >= 6
