"""The picture of a month is an SVG that any browser draws."""

from __future__ import annotations

from xml.etree import ElementTree

from tagging.simulation import Mark, Panel, Point, draw

SVG = "{http://www.w3.org/2000/svg}"
NAN = float("nan")


def points(*estimates: float) -> list[Point]:
    return [Point(day, each, each - 0.1, each + 0.1, 0.5) for day, each in enumerate(estimates, 1)]


def test_days_without_an_estimate_leave_a_gap_in_line_and_band() -> None:
    whole = draw("m", [Panel("p", points(0.4, 0.5, 0.6, 0.5, 0.4))], 5)
    parted = draw("m", [Panel("p", points(0.4, 0.5, NAN, 0.5, 0.4))], 5)
    bands = [each.count("fill-opacity") for each in (whole, parted)]
    assert bands == [1, 2]
    assert "nan" not in parted


def test_text_is_escaped_and_marks_at_one_place_do_not_cover_each_other() -> None:
    marks = [Mark(3, "a page <now>"), Mark(3, "rolled back"), Mark(4, "promotion")]
    tree = ElementTree.fromstring(draw("m & n", [Panel("p", points(0.4, 0.5), marks)], 30, "note"))
    texts = {each.text: float(each.attrib["y"]) for each in tree.iter(f"{SVG}text")}
    assert "m & n" in texts
    assert len({texts[mark.text] for mark in marks}) == 3
