"""Who wears a garment and with what: a companion in the collection's quiet tones, shoes, and the paper behind."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from random import Random

from calla.demo.illustrator import ACCESSORIES, GARMENTS, Cloth, Cut, Look, Model, Worn, lightness, mix
from calla.demo.wardrobe import Garment, Line

TEE = Cut("top", "crew", "set-in", "short", "fitted", length="tucked")
ROLL = Cut("knit", "turtle", "close", "long", "close", length="hip")
SHELL = Cut("top", "round", "", fit="fitted", length="tucked")
SHIRT = Cut("top", "collar", "set-in", "long", "easy", length="tucked", trims=("buttons", "cuffs"))
BLOUSE = Cut("top", "vee", "bishop", "long", "easy", length="tucked")
CAMI = Cut("top", "cami", "", fit="fitted", length="tucked")
SLIP = Cut("dress", "cami", "", fit="close", skirt="pencil", length="mini")
STRAIGHT = Cut("trousers", legs="straight", trims=("crease",))
SLIM = Cut("trousers", legs="slim")
CROPPED = Cut("trousers", legs="cropped")
PENCIL = Cut("skirt", skirt="pencil", length="knee", fit="close")
COLUMN = Cut("skirt", skirt="slip", length="calf", fit="close")
KNIT_DRESS = Cut("dress", "mock", "set-in", "long", "close", skirt="straight", length="midi")
SUMMER_DRESS = Cut("dress", "cami", "", fit="easy", skirt="trapeze", length="midi", trims=("wide straps",))
COAT = Cut("coat", "lapel", "straight", "long", "easy", skirt="coat", length="midi", trims=("buttons", "pockets"))

DUSK = "#8a7a68"
ON_FOOT = {"ballet": "flat", "boot": "boot", "loafer": "flat", "pump": "pump", "sandal": "sandal"}
TUCKED = {"silk", "satin", "chiffon", "poplin", "cotton", "lace", "jersey"}


@cache
def cloth(line: Line, garment: Garment, colour: str) -> Cloth:
    own = line.palette[colour]
    accents = tuple(line.palette[name] for name in garment.accents if line.palette[name] != own)
    return Cloth(own, garment.fabric, garment.print, accents, seed=garment.handle)


def look(line: Line, garment: Garment, colour: str) -> Look:
    piece = Worn(garment.shape, cloth(line, garment, colour))
    worn, shown = _outfit(line, garment, piece)
    pose, hair, tone, shoes = garment.look.split()
    foot = piece.cloth.colour if piece.cut.kind == "shoes" else mix(line.dark, "#5a3a2c", 0.35)
    if piece.cut.kind == "shoes":
        shoes = ON_FOOT[piece.cut.shape]
    if shoes == "boot" and any(one.cut.kind == "trousers" and one.cut.legs != "slim" for one in worn):
        shoes = "pump"
    return Look(
        worn, shown, Model(pose, int(tone), hair, shoes, foot), line.paper, ground(line, piece.cloth.colour), piece
    )


def ground(line: Line, colour: str) -> str:
    """The collection's paper, a shade deeper behind what is nearly as light as the paper itself."""
    near = lightness(line.ground) - lightness(colour)
    return mix(line.ground, DUSK, 0.16) if near < 0.07 else mix(line.ground, DUSK, 0.07) if near < 0.2 else line.ground


def _outfit(line: Line, garment: Garment, piece: Worn) -> tuple[tuple[Worn, ...], int]:
    chance = Random(garment.handle)  # noqa: S311  (an outfit, not a secret)
    cut, light, dark = piece.cut, line.light, line.dark
    if cut.kind in ACCESSORIES:
        return _with_accessory(line, garment, piece)
    if cut.kind in {"trousers", "skirt"}:
        top = chance.choice((TEE, SHELL, SHIRT, BLOUSE) if piece.cloth.fabric != "knit" else (TEE, SHELL))
        if garment.category == "lounge":
            top = CAMI
        return (Worn(top, Cloth(light, "crepe")), piece), 1
    if cut.kind in {"coat", "jacket"} or (cut.kind == "knit" and cut.skirt):
        if garment.category == "lounge":
            return (Worn(SLIP, Cloth(light, "crepe")), piece), 1
        inner = ROLL if piece.cloth.fabric in {"wool", "tweed", "corduroy", "cable"} else chance.choice((TEE, SHELL))
        below = STRAIGHT if cut.hem < 600 and not garment.look.endswith("boot") else SLIM
        return (Worn(below, Cloth(dark, "twill")), Worn(inner, Cloth(light, "jersey")), piece), 2
    if cut.kind in {"top", "knit"}:
        below = _below(garment, chance)
        other = Worn(below, Cloth(dark if lightness(piece.cloth.colour) > 0.36 else light, "twill"))
        tucks = cut.kind == "top" and cut.fit in {"close", "fitted", "easy"} and piece.cloth.fabric in TUCKED
        return (
            ((Worn(replace(cut, length="tucked"), piece.cloth), other), 0)
            if tucks and not cut.has("patch pockets")
            else ((other, piece), 1)
        )
    return (piece,), 0


def _below(garment: Garment, chance: Random) -> Cut:
    if garment.category == "lounge":
        return Cut("trousers", legs="cuffed", waist="elastic")
    if garment.look.endswith("boot"):
        return SLIM
    return chance.choice((STRAIGHT, COLUMN, CROPPED, PENCIL, STRAIGHT))


def _with_accessory(line: Line, garment: Garment, piece: Worn) -> tuple[tuple[Worn, ...], int]:
    kind, shape = piece.cut.kind, piece.cut.shape
    light, dark = Cloth(line.light, "crepe"), Cloth(line.dark, "twill")
    if kind == "shoes":
        below = Worn(COLUMN, light) if shape in {"pump", "sandal"} else Worn(SLIM, light if shape != "boot" else dark)
        return (Worn(TEE, light), below, piece), 2
    if shape in {"straw", "basket"}:
        return (Worn(SUMMER_DRESS, light), piece), 1
    if shape in {"beret", "beanie", "long"}:
        return (Worn(ROLL, light), Worn(COAT, Cloth(mix(line.light, line.dark, 0.12), "wool")), piece), 2
    if shape == "square":
        return (Worn(BLOUSE, light), Worn(PENCIL, dark), piece), 2
    return (Worn(KNIT_DRESS, light), piece), 1


def on_the_rail(line: Line) -> list[Look]:
    """Pieces of the collection that hang well beside each other, in colours that go through its palette."""
    clothes = sorted((one for one in line.garments if one.shape.kind in GARMENTS), key=lambda one: -one.shape.hem)
    hung = [one for one in clothes if not one.print][:3] + [one for one in clothes if one.print][:2] + clothes[-1:]
    hung = hung or [one for one in line.garments if one.shape.kind == "bag" and one.shape.shape != "clutch"]
    order = sorted(hung, key=lambda one: one.handle[::-1])
    taken: list[str] = []
    for one in order:
        taken.append(next((colour for colour in one.colours if colour not in taken), one.colours[0]))
    return [look(line, one, colour) for one, colour in zip(order, taken, strict=True)]
