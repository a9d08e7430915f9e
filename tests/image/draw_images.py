"""Draws every file of events/images: `python tests/image/draw_images.py [FOLDER]`. All of it is made up here."""

from __future__ import annotations

import io
import math
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image as pil
from PIL import ImageChops, ImageDraw, ImageFilter, ImageFont

from benchmarks.speed.worst_images import large_png

FOLDER = Path(__file__).parents[2] / "events" / "images"
SHARPER = 3
"""Everything is drawn so much larger, then reduced: smooth edges."""
Colour = tuple[int, int, int]
Point = tuple[float, float]


def canvas(width: int, height: int, top: Colour, bottom: Colour) -> pil.Image:
    """A background that fades from one colour to another, with the grain of a photo."""
    share = np.linspace(0, 1, height * SHARPER)[:, None, None]
    pixels = np.array(top) * (1 - share) + np.array(bottom) * share
    return pil.fromarray(pixels.repeat(width * SHARPER, axis=1).clip(0, 255).astype(np.uint8))


def finished(image: pil.Image, grain: float = 0.0) -> pil.Image:
    small = image.resize((image.width // SHARPER, image.height // SHARPER), pil.Resampling.BOX)
    if not grain:
        return small
    noise = np.random.default_rng(7).normal(0, grain, (small.height, small.width, 1))
    return pil.fromarray((np.asarray(small) + noise).clip(0, 255).astype(np.uint8))


def large(points: Sequence[Point]) -> list[Point]:
    return [(x * SHARPER, y * SHARPER) for x, y in points]


def curve(*corners: Point) -> list[Point]:
    """A smooth closed line through the corners (Catmull-Rom)."""
    line = []
    for at in range(len(corners)):
        before, here, there, after = (np.array(corners[(at + step) % len(corners)]) for step in (-1, 0, 1, 2))
        for t in np.linspace(0, 1, 12, endpoint=False):
            bend = 2 * before - 5 * here + 4 * there - after
            point = here + t / 2 * (there - before + t * (bend + t * (3 * (here - there) + after - before)))
            line.append((float(point[0]), float(point[1])))
    return line


def mask_of(image: pil.Image, points: Sequence[Point], blur: float = 0.0, strength: int = 255) -> pil.Image:
    mask = pil.new("L", image.size)
    ImageDraw.Draw(mask).polygon(large(points), fill=strength)
    return mask.filter(ImageFilter.GaussianBlur(blur * SHARPER)) if blur else mask


def shadow(image: pil.Image, points: Sequence[Point], dx: float = 5, dy: float = 8, blur: float = 9) -> None:
    moved = [(x + dx, y + dy) for x, y in points]
    image.paste((30, 25, 25), mask=mask_of(image, moved, blur, 110))


def shape(image: pil.Image, points: Sequence[Point], colour: Colour) -> None:
    ImageDraw.Draw(image).polygon(large(points), fill=colour)


def shade(image: pil.Image, inside: Sequence[Point], line: Sequence[Point], dark: int, width: float = 8) -> None:
    """A soft dark (or, below zero, light) line within a shape: a fold, a seam, a rounding."""
    mask = pil.new("L", image.size)
    ImageDraw.Draw(mask).line(large(line), fill=abs(dark), width=int(width * SHARPER))
    mask = ImageChops.multiply(mask.filter(ImageFilter.GaussianBlur(width * SHARPER / 2)), mask_of(image, inside))
    image.paste((0, 0, 0) if dark > 0 else (255, 255, 255), mask=mask)


def write(image: pil.Image, at: Point, text: str, size: float, colour: Colour, anchor: str = "la") -> None:
    font = ImageFont.load_default(size * SHARPER)
    ImageDraw.Draw(image).text((at[0] * SHARPER, at[1] * SHARPER), text, colour, font, anchor=anchor)


def box(image: pil.Image, left: float, top: float, right: float, bottom: float, **how: Any) -> None:
    """A rectangle with round corners; `radius`, `fill`, `outline`."""
    how = {"radius": 0, **how}
    how["radius"] *= SHARPER
    how["width"] = SHARPER
    ImageDraw.Draw(image).rounded_rectangle([v * SHARPER for v in (left, top, right, bottom)], **how)


def planks(width: int, height: int, colour: Colour, every: int) -> pil.Image:
    """A wooden table from above."""
    grain = np.random.default_rng(3)
    y, x = np.mgrid[0 : height * SHARPER, 0 : width * SHARPER]
    board = y // (every * SHARPER)
    tone = grain.normal(0, 9, board.max() + 1)[board]
    veins = 5 * np.sin(y / (2.3 * SHARPER) + 3 * np.sin(x / (70.0 * SHARPER) + board * 2.0) + board)
    gap = np.where(y % (every * SHARPER) < SHARPER, -45, 0)
    return pil.fromarray((np.array(colour) + (tone + veins + gap)[..., None]).clip(0, 255).astype(np.uint8))


def ball(image: pil.Image, x: float, y: float, radius: float, colour: Colour, spots: float = 0.0) -> None:
    """A round fruit, lit from the upper left, with its shadow."""
    rim = [(x + radius * math.cos(a), y + radius * math.sin(a)) for a in np.linspace(0, 2 * math.pi, 60)]
    shadow(image, rim, radius * 0.15, radius * 0.25, radius * 0.25)
    side = int(2 * radius * SHARPER)
    v, u = np.mgrid[-1 : 1 : side * 1j, -1 : 1 : side * 1j]
    depth = np.sqrt(np.clip(1 - u * u - v * v, 0, 1))
    light = np.clip(0.35 + 0.75 * (-0.45 * u - 0.55 * v + 0.7 * depth), 0.12, 1.25)
    shine = 120 * np.clip(-0.42 * u - 0.52 * v + 0.74 * depth, 0, 1) ** 26
    skin = np.random.default_rng(int(abs(x * 7 + y))).normal(0, spots, (side, side))
    pixels = np.array(colour) * light[..., None] + shine[..., None] + skin[..., None]
    patch = pil.fromarray(pixels.clip(0, 255).astype(np.uint8))
    mask = pil.fromarray(((u * u + v * v < 1) * 255).astype(np.uint8))
    image.paste(patch, (int((x - radius) * SHARPER), int((y - radius) * SHARPER)), mask)


def mirrored(half: Sequence[Point], middle: float) -> list[Point]:
    return [*half, *((2 * middle - x, y) for x, y in reversed(half))]


def tshirt(colour: Colour = (47, 98, 168), ground: pil.Image | None = None) -> pil.Image:
    """A T-shirt laid flat, seen from above."""
    image = ground or planks(360, 420, (214, 196, 172), 70)
    outline = mirrored(
        [(150, 62), (118, 74), (88, 92), (42, 168), (92, 200), (112, 170), (113, 260), (110, 372), (180, 378)], 180
    )
    shadow(image, outline)
    shape(image, outline, colour)
    for line, dark in (
        ([(112, 172), (122, 120), (120, 80)], 70),
        ([(248, 172), (238, 120), (240, 80)], 70),
        ([(120, 210), (150, 260), (140, 360)], 46),
        ([(245, 200), (215, 250), (225, 370)], 46),
        ([(170, 180), (185, 260), (176, 350)], -40),
        ([(112, 366), (180, 372), (248, 366)], 60),
        ([(60, 140), (100, 190)], 40),
        ([(300, 140), (262, 190)], 40),
        ([(205, 140), (235, 180)], -34),
    ):
        shade(image, outline, line, dark, 7)
    neck = [(180 + 33 * math.cos(a), 62 + 30 * math.sin(a)) for a in np.linspace(0, math.pi, 24)]
    shape(image, [(147, 62), *reversed(neck), (147, 62)], (max(colour[0] - 35, 0), colour[1] - 40, colour[2] - 45))
    ImageDraw.Draw(image).line(large(neck), fill=(min(colour[0] + 25, 255), colour[1] + 25, colour[2] + 25), width=15)
    stitches = [(112 + step * 136 / 34, 366 + 4 * math.sin(step / 34 * math.pi)) for step in range(35)]
    for one, other in zip(stitches[::2], stitches[1::2], strict=False):
        ImageDraw.Draw(image).line(large([one, other]), fill=(225, 230, 240), width=2)
    return image


def striped_pullover() -> pil.Image:
    """A pullover with stripes on a bed sheet."""
    image = canvas(360, 400, (232, 230, 226), (205, 203, 200))
    outline = mirrored(
        [(150, 60), (108, 76), (84, 110), (52, 330), (92, 338), (118, 190), (116, 280), (114, 350), (180, 354)], 180
    )
    shadow(image, outline)
    shape(image, outline, (240, 236, 226))
    stripes = pil.new("L", image.size)
    for top in range(96, 350, 34):
        ImageDraw.Draw(stripes).rectangle((0, top * SHARPER, image.width, (top + 15) * SHARPER), fill=255)
    image.paste((32, 44, 84), mask=ImageChops.multiply(stripes, mask_of(image, outline)))
    for line, dark in (
        ([(118, 190), (112, 110), (110, 80)], 90),
        ([(242, 190), (248, 110), (250, 80)], 90),
        ([(150, 120), (165, 230), (150, 340)], 40),
        ([(220, 130), (205, 220), (222, 340)], 40),
        ([(116, 342), (180, 346), (244, 342)], 90),
        ([(56, 322), (94, 328)], 90),
        ([(304, 322), (266, 328)], 90),
    ):
        shade(image, outline, line, dark, 8)
    neck = [(180 + 32 * math.cos(a), 62 + 20 * math.sin(a)) for a in np.linspace(0, math.pi, 24)]
    shape(image, neck, (150, 140, 132))
    ImageDraw.Draw(image).line(large(neck), fill=(32, 44, 84), width=20)
    return image


def trousers() -> pil.Image:
    """Jeans on a wooden floor."""
    image = planks(300, 440, (150, 112, 78), 55)
    outline = [(95, 40), (205, 40), (216, 110), (232, 400), (168, 404), (151, 170), (132, 404), (68, 400), (84, 110)]
    shadow(image, outline)
    shape(image, outline, (58, 82, 124))
    for line, dark in (
        ([(151, 60), (151, 175)], 80),
        ([(110, 120), (100, 390)], -46),
        ([(190, 120), (202, 390)], -46),
        ([(84, 120), (70, 396)], 70),
        ([(216, 120), (230, 396)], 70),
        ([(95, 58), (205, 58)], 90),
        ([(96, 66), (116, 90), (88, 106)], 70),
        ([(204, 66), (184, 90), (212, 106)], 70),
        ([(70, 392), (132, 396)], 90),
        ([(230, 392), (168, 396)], 90),
        ([(105, 230), (130, 238)], 60),
        ([(175, 240), (205, 228)], 60),
    ):
        shade(image, outline, line, dark, 5)
    for x in (110, 140, 165, 192):
        box(image, x - 3, 38, x + 3, 62, fill=(44, 64, 100), radius=1)
    ImageDraw.Draw(image).ellipse([v * SHARPER for v in (147, 44, 155, 52)], fill=(190, 160, 90))
    for seam in ([(96, 66), (116, 90), (88, 106)], [(204, 66), (184, 90), (212, 106)], [(96, 59), (204, 59)]):
        ImageDraw.Draw(image).line(large(seam), fill=(196, 148, 84), width=3)
    return image


@cache
def fruit() -> pil.Image:
    """Apples, oranges and lemons in a heap on a stall."""
    image = canvas(420, 320, (70, 58, 48), (116, 92, 70))
    colours = [(196, 38, 34), (226, 128, 26), (120, 168, 44), (204, 52, 40), (232, 196, 52), (224, 118, 22)]
    for row in range(7):
        for place in range(9):
            x = place * 56 - 20 + (row % 2) * 28
            y = 30 + row * 46
            colour = colours[(place * 5 + row * 2 + place * row) % len(colours)]
            ball(image, x, y, 33 + (place * 3 + row) % 4, colour, 9 if colour[0] > 220 else 4)
            if colour[0] < 210:
                stem = [(x - 1, y - 24), (x + 3, y - 36)]
                ImageDraw.Draw(image).line(large(stem), fill=(64, 44, 26), width=3 * SHARPER)
                shade(
                    image,
                    curve((x - 12, y - 26), (x + 2, y - 18), (x + 14, y - 27)),
                    [(x - 9, y - 24), (x + 11, y - 24)],
                    120,
                    6,
                )
    return image


def banana_box() -> pil.Image:
    """Bananas on grey stone."""
    image = canvas(380, 300, (176, 178, 180), (140, 142, 146))
    for turn in range(5):
        shift = turn * 22
        body = curve(
            (60 + shift, 90 + shift * 0.2),
            (84 + shift, 82),
            (110 + shift, 150 - turn * 3),
            (190 + shift, 206 - turn * 4),
            (262 + shift * 0.7, 204 - turn * 9),
            (268 + shift * 0.7, 216 - turn * 9),
            (190 + shift, 246 - turn * 5),
            (96 + shift, 196),
        )
        shadow(image, body, 4, 8, 8)
        shape(image, body, (238 - turn * 4, 202 - turn * 3, 58))
        shade(image, body, [(70 + shift, 110), (110 + shift, 200), (190 + shift, 240), (262 + shift, 212)], 80, 10)
        shade(image, body, [(84 + shift, 96), (118 + shift, 166), (196 + shift, 214)], -70, 8)
        shape(image, [(56 + shift, 66), (70 + shift, 62), (84 + shift, 92), (62 + shift, 96)], (120, 104, 40))
        tip = (262 + shift * 0.7, 206 - turn * 9)
        ImageDraw.Draw(image).ellipse(
            [v * SHARPER for v in (tip[0] - 6, tip[1] - 4, tip[0] + 6, tip[1] + 10)], fill=(66, 52, 34)
        )
    return image


def milk_carton() -> pil.Image:
    """A carton of a brand that does not exist; transparent around it."""
    image = pil.new("RGB", (300 * SHARPER, 400 * SHARPER), (255, 255, 255))
    front, side = [(70, 130), (190, 130), (190, 370), (70, 370)], [(190, 130), (244, 112), (244, 346), (190, 370)]
    roof, roof_side = [(70, 130), (190, 130), (196, 70), (92, 70)], [(190, 130), (244, 112), (196, 70)]
    ridge = [(92, 70), (196, 70), (196, 46), (92, 46)]
    for points, colour in (
        (front, (246, 248, 250)),
        (side, (198, 210, 222)),
        (roof, (34, 108, 190)),
        (roof_side, (20, 76, 142)),
        (ridge, (28, 96, 174)),
    ):
        shape(image, points, colour)
    shape(image, [(70, 300), (120, 280), (150, 296), (190, 276), (190, 370), (70, 370)], (62, 158, 84))
    shape(image, [(190, 276), (244, 254), (244, 346), (190, 370)], (44, 124, 66))
    write(image, (130, 176), "Almwind", 27, (24, 84, 158), "mm")
    write(image, (130, 206), "FRESH MILK", 15, (24, 84, 158), "mm")
    write(image, (130, 334), "3.5 % fat", 17, (255, 255, 255), "mm")
    write(image, (130, 354), "1 litre", 13, (255, 255, 255), "mm")
    shape(image, curve((130, 218), (146, 246), (130, 264), (114, 246)), (120, 178, 226))
    shape(image, curve((126, 238), (130, 246), (126, 256), (119, 247)), (212, 232, 248))
    for line, dark in (([(190, 120), (190, 370)], 40), ([(70, 130), (190, 130)], 40)):
        shade(image, [*front, *side], line, dark, 5)
    seen = pil.new("L", image.size)
    for points in (front, side, roof, roof_side, ridge):
        ImageDraw.Draw(seen).polygon(large(points), fill=255)
    small = finished(image).convert("RGBA")
    small.putalpha(seen.resize(small.size, pil.Resampling.BOX))
    return small


def window(width: int, height: int, title: str) -> pil.Image:
    """A window with its bar, on a desktop."""
    image = canvas(width, height, (38, 92, 140), (86, 148, 168))
    edge = [(20, 20), (width - 20, 20), (width - 20, height - 20), (20, height - 20)]
    shadow(image, edge, 0, 6, 8)
    box(image, 20, 20, width - 20, height - 20, radius=7, fill=(246, 246, 248), outline=(150, 152, 158))
    box(image, 20, 20, width - 20, 50, radius=7, fill=(226, 228, 232))
    write(image, (width / 2, 35), title, 14, (40, 42, 48), "mm")
    for place, colour in enumerate([(236, 96, 88), (244, 190, 80), (98, 198, 84)]):
        x = 36 + 18 * place
        ImageDraw.Draw(image).ellipse([v * SHARPER for v in (x - 6, 29, x + 6, 41)], fill=colour)
    return image


def settings_dialog() -> pil.Image:
    """A settings dialog, as in a screenshot."""
    image = window(480, 360, "Settings")
    box(image, 21, 50, 150, 339, fill=(236, 237, 240))
    for place, name in enumerate(["General", "Account", "Notifications", "Privacy", "Display", "Storage", "About"]):
        y = 66 + place * 34
        if place == 2:
            box(image, 28, y - 5, 143, y + 21, radius=5, fill=(48, 120, 216))
        write(image, (40, y), name, 13, (255, 255, 255) if place == 2 else (48, 50, 56))
    write(image, (172, 62), "Notifications", 19, (24, 26, 30))
    for place, (name, on) in enumerate(
        [
            ("Allow notifications", True),
            ("Show on lock screen", True),
            ("Play sound", False),
            ("Badges", True),
            ("Weekly summary", False),
        ]
    ):
        y = 104 + place * 38
        write(image, (172, y), name, 14, (48, 50, 56))
        box(image, 396, y - 2, 434, y + 18, radius=10, fill=(60, 180, 92) if on else (190, 192, 198))
        x = 424 if on else 406
        ImageDraw.Draw(image).ellipse([v * SHARPER for v in (x - 8, y, x + 8, y + 16)], fill=(255, 255, 255))
        ImageDraw.Draw(image).line(large([(172, y + 27), (440, y + 27)]), fill=(222, 224, 228), width=2)
    box(image, 356, 300, 440, 328, radius=5, fill=(48, 120, 216))
    write(image, (398, 314), "Save", 14, (255, 255, 255), "mm")
    return image


@cache
def error_dialog() -> pil.Image:
    """An error message."""
    image = window(460, 230, "Payment")
    ImageDraw.Draw(image).ellipse([v * SHARPER for v in (46, 78, 98, 130)], fill=(214, 54, 48))
    for line in ([(60, 92), (84, 116)], [(84, 92), (60, 116)]):
        ImageDraw.Draw(image).line(large(line), fill=(255, 255, 255), width=6 * SHARPER)
    write(image, (118, 78), "The payment could not be completed.", 15, (24, 26, 30))
    write(image, (118, 104), "Error 5023: the connection was closed", 13, (80, 82, 88))
    write(image, (118, 122), "before the bank answered. Try again later.", 13, (80, 82, 88))
    for left, text, fill, ink in (
        (236, "Details", (226, 228, 232), (40, 42, 48)),
        (338, "OK", (48, 120, 216), (255, 255, 255)),
    ):
        box(image, left, 168, left + 88, 196, radius=5, fill=fill)
        write(image, (left + 44, 182), text, 14, ink, "mm")
    return image


def terminal(cursor: bool = True) -> pil.Image:
    """A terminal in which a test has failed."""
    image = canvas(460, 280, (18, 20, 26), (18, 20, 26))
    box(image, 0, 0, 460, 24, fill=(52, 54, 62))
    write(image, (230, 12), "shop - make test", 12, (206, 208, 214), "mm")
    lines = [
        ("$ make test", (120, 220, 130)),
        ("lint   ok", (206, 208, 214)),
        ("types  ok", (206, 208, 214)),
        ("tests  .................F.....", (206, 208, 214)),
        ("FAILED test_order.py: total is 12.50, expected 12.49", (240, 98, 92)),
        ("1 failed, 22 passed in 3.41 s", (244, 200, 92)),
        ("make: *** [test] Error 1", (240, 98, 92)),
        ("$ ", (120, 220, 130)),
    ]
    for place, (text, colour) in enumerate(lines):
        write(image, (14, 36 + place * 27), text, 15, colour)
    if cursor:
        box(image, 32, 228, 41, 245, fill=(206, 208, 214))
    return image


def chart() -> pil.Image:
    """A bar chart from a report."""
    image = canvas(320, 220, (255, 255, 255), (255, 255, 255))
    write(image, (160, 18), "Orders by month", 16, (40, 40, 40), "mm")
    for place in range(6):
        y = 188 - place * 28
        ImageDraw.Draw(image).line(large([(40, y), (306, y)]), fill=(216, 216, 216), width=2)
        write(image, (34, y), str(place * 20), 11, (90, 90, 90), "rm")
    for place, (month, value) in enumerate(zip("JFMAMJJA", (34, 42, 61, 55, 78, 92, 88, 70), strict=True)):
        x = 50 + place * 32
        box(image, x, 188 - value * 1.4, x + 20, 188, fill=(52, 116, 190))
        write(image, (x + 10, 198), month, 12, (90, 90, 90), "mm")
    return image


def landscape() -> pil.Image:
    """Hills, a lake and the sun: neither a garment nor a grocery, nor anything on a screen."""
    image = canvas(420, 280, (112, 166, 222), (236, 214, 176))
    for radius in range(60, 18, -2):  # the sun, and the light around it
        light = pil.new("L", image.size)
        ImageDraw.Draw(light).ellipse(
            [v * SHARPER for v in (320 - radius, 84 - radius, 320 + radius, 84 + radius)], fill=14
        )
        image.paste((255, 244, 206), mask=light)
    ImageDraw.Draw(image).ellipse([v * SHARPER for v in (302, 66, 338, 102)], fill=(255, 248, 222))
    for depth, (level, colour) in enumerate([(150, (132, 150, 172)), (172, (94, 124, 116)), (196, (66, 100, 66))]):
        ridge = [
            (
                x,
                level
                - (34 - 8 * depth) * math.sin(x / (47.0 + 20 * depth) + depth * 2)
                - 12 * math.sin(x / 19.0 + depth),
            )
            for x in range(0, 425, 5)
        ]
        shape(image, [(0, 280), *ridge, (420, 280)], colour)
    lake = canvas(420, 68, (134, 160, 178), (58, 86, 112))
    image.paste(lake, (0, 212 * SHARPER))
    for ripple in range(60):
        x, y = (ripple * 97) % 420, 218 + (ripple * 31) % 60
        ImageDraw.Draw(image).line(large([(x, y), (x + 14 + ripple % 20, y)]), fill=(176, 194, 204), width=2)
    for tree in range(26):
        x, y = (tree * 67) % 420, 196 + (tree * 13) % 14
        shape(image, [(x - 7, y + 14), (x, y - 18 - tree % 9), (x + 7, y + 14)], (34, 62 + tree % 5 * 6, 40))
    return image.filter(ImageFilter.GaussianBlur(SHARPER / 2))


def playing_card() -> pil.Image:
    """A card of a game of our own, on green felt."""
    image = canvas(300, 380, (26, 104, 62), (16, 78, 46))
    edge = [(60, 40), (240, 40), (240, 340), (60, 340)]
    shadow(image, edge)
    box(image, 60, 40, 240, 340, radius=12, fill=(252, 250, 244), outline=(170, 166, 158))
    box(image, 76, 86, 224, 294, radius=6, fill=(250, 240, 214), outline=(180, 40, 48))
    for corner, place in (((76, 48), "la"), ((224, 332), "rd")):
        write(image, corner, "7", 30, (180, 40, 48), place)
    for step in range(7):
        x, y = 112 + step % 2 * 76, 114 + step // 2 * 52
        x = 150 if step == 6 else x
        leaf = curve((x, y - 20), (x + 15, y), (x, y + 20), (x - 15, y))
        shape(image, leaf, (180, 40, 48))
        ImageDraw.Draw(image).line(large([(x, y - 14), (x, y + 24)]), fill=(250, 240, 214), width=4)
    return image


@cache
def document() -> pil.Image:
    """An invoice, scanned a little askew."""
    image = canvas(360, 480, (250, 250, 248), (238, 238, 236))
    write(image, (40, 40), "Nordlicht Office Supplies", 20, (30, 30, 34))
    write(image, (40, 68), "Invoice 2025-0117", 14, (60, 60, 64))
    ImageDraw.Draw(image).line(large([(40, 96), (320, 96)]), fill=(60, 60, 64), width=4)
    items = [("Paper A4, 500 sheets", "2", "9.80"), ("Ball pens, blue", "10", "7.50"), ("Folders", "4", "11.60")]
    for place, (name, count, price) in enumerate([("Item", "Count", "Euro"), *items, ("Total", "", "28.90")]):
        y = 112 + place * 26
        write(image, (40, y), name, 13, (40, 40, 44))
        write(image, (240, y), count, 13, (40, 40, 44), "ra")
        write(image, (320, y), price, 13, (40, 40, 44), "ra")
    for place in range(7):
        words = "Please pay within fourteen days without deduction, naming the number of this invoice."
        write(image, (40, 270 + place * 18), words[place * 3 : place * 3 + 42], 11, (70, 70, 74))
    ImageDraw.Draw(image).arc([v * SHARPER for v in (220, 410, 300, 450)], 150, 400, fill=(40, 50, 120), width=6)
    return image.rotate(1.4, pil.Resampling.BICUBIC, fillcolor=(120, 120, 118))


def mug() -> pil.Image:
    """A mug on a harness: other than all that has a head of its own."""
    image = canvas(360, 300, (206, 200, 190), (150, 124, 98))
    handle = curve((236, 120), (290, 116), (300, 170), (240, 204))
    body = [(96, 84), (238, 84), (228, 240), (106, 240)]
    shadow(image, curve((96, 236), (240, 236), (250, 252), (100, 254)), 18, 8, 10)
    shape(image, handle, (196, 84, 52))
    shape(image, curve((240, 138), (272, 134), (278, 168), (240, 186)), (178, 158, 138))
    shape(image, body, (214, 96, 60))
    ImageDraw.Draw(image).ellipse([v * SHARPER for v in (106, 226, 228, 254)], fill=(204, 90, 56))
    ImageDraw.Draw(image).ellipse([v * SHARPER for v in (96, 66, 238, 104)], fill=(232, 130, 96))
    ImageDraw.Draw(image).ellipse([v * SHARPER for v in (106, 72, 228, 100)], fill=(58, 34, 24))
    shade(image, body, [(228, 90), (218, 240)], 130, 26)
    shade(image, body, [(128, 110), (132, 230)], -110, 14)
    return image


def encoded(image: pil.Image, format: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def turned(image: pil.Image, orientation: int) -> bytes:
    """The image as a camera stores it that was held so; without loss."""
    stored = {
        2: pil.Transpose.FLIP_LEFT_RIGHT,
        3: pil.Transpose.ROTATE_180,
        4: pil.Transpose.FLIP_TOP_BOTTOM,
        5: pil.Transpose.TRANSPOSE,
        6: pil.Transpose.ROTATE_90,
        7: pil.Transpose.TRANSVERSE,
        8: pil.Transpose.ROTATE_270,
    }
    exif = pil.Exif()
    exif[0x0112] = orientation
    image = image if orientation == 1 else image.transpose(stored[orientation])
    return encoded(image, "WEBP", lossless=True, method=6, exif=exif)


def deep(image: pil.Image) -> pil.Image:
    """16 bits of grey."""
    return pil.fromarray(np.asarray(image.convert("L")).astype(np.uint16) * 257)


@cache
def small_tshirt() -> pil.Image:
    image = tshirt((168, 42, 52), canvas(360, 420, (236, 234, 230), (222, 220, 216)))
    return finished(image).resize((180, 210), pil.Resampling.BOX).quantize(64).convert("RGB")


DRAWN: dict[str, Callable[[], bytes]] = {
    "tshirt.jpg": lambda: encoded(finished(tshirt(), 3), "JPEG", quality=82),
    "pullover.jpg": lambda: encoded(finished(striped_pullover(), 3), "JPEG", quality=80, progressive=True),
    "trousers.webp": lambda: encoded(finished(trousers(), 3), "WEBP", quality=78, method=6),
    "fruit.jpg": lambda: encoded(finished(fruit(), 3), "JPEG", quality=80),
    "bananas.webp": lambda: encoded(finished(banana_box(), 3), "WEBP", quality=78, method=6),
    "milk.png": lambda: encoded(milk_carton().quantize(128, pil.Quantize.FASTOCTREE), "PNG", optimize=True),
    "settings.png": lambda: encoded(finished(settings_dialog()), "PNG", optimize=True),
    "error.webp": lambda: encoded(finished(error_dialog()), "WEBP", lossless=True, method=6),
    "terminal.gif": lambda: encoded(
        finished(terminal()).quantize(16),
        "GIF",
        save_all=True,
        append_images=[finished(terminal(False)).quantize(16)],
        duration=500,
        loop=0,
    ),
    "chart.bmp": lambda: encoded(finished(chart()).resize((240, 165)).quantize(32), "BMP"),
    "landscape.tif": lambda: encoded(finished(landscape(), 2), "TIFF", compression="jpeg", quality=80),
    "card.jpg": lambda: encoded(finished(playing_card(), 2).convert("CMYK"), "JPEG", quality=75),
    "invoice.png": lambda: encoded(deep(finished(document()).quantize(16).convert("L")), "PNG", optimize=True),
    "invoice_fax.tif": lambda: encoded(
        finished(document()).convert("L").point(lambda v: 255 * (v > 170)).convert("1"), "TIFF", compression="group4"
    ),
    "mug.jpg": lambda: encoded(finished(mug(), 2), "JPEG", quality=80, exif=b"Exif\0\0II*\0\xff\xff\xff\xff corrupt"),
    **{f"turned_{number}.webp": lambda number=number: turned(small_tshirt(), number) for number in range(1, 9)},
    "screenshot.jpg": lambda: encoded(finished(error_dialog()).quantize(64), "PNG", optimize=True),
    "text.jpg": lambda: b"The image is in the other mail, this is only what I wrote about it.\n" * 20,
    "empty.png": lambda: b"",
    "truncated.jpg": lambda: (lambda data: data[: len(data) // 4])(DRAWN["fruit.jpg"]()),
    "bomb.png": lambda: large_png(10_048, "1"),
}
"""Each file of events/images, and what makes it."""


def main(folder: Path = FOLDER) -> None:
    """Write all files, and say what each weighs."""
    folder.mkdir(parents=True, exist_ok=True)
    total = 0
    for name, draw in DRAWN.items():
        data = draw()
        (folder / name).write_bytes(data)
        total += len(data)
        print(f"{len(data):8,}  {name}")
    print(f"{total:8,}")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
