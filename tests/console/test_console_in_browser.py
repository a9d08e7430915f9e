"""The console in a real browser: thirty reviews by keyboard, weight, accessibility, and markup that stays text."""

from __future__ import annotations

import json
import os
import subprocess
import tarfile
import threading
from collections.abc import Iterator
from io import BytesIO

import pytest
from msgspec.structs import replace
from PIL import Image as pil

from tagging.console.server import HOST, make_server
from tagging.corrections import Correction
from tagging.mail import text_mail
from tagging.model import Tagger
from tests.console.devtools import BROWSER, Chromium
from tests.console.sample import NEWER, NOW, TEXTS, SampleSource, open_console
from tests.console.test_attacks import EVIL

AXE = "axe-core@4.14.1"
REVIEWS = 30
HEAVIEST = 150_000
"""Bytes of a page with its style sheet and script, without images."""
PAGES = {
    "queue": "/queue?purpose=measure",
    "teach": "/queue?purpose=teach",
    "nothing waits": "/queue?kind=image",
    "items": "/items",
    "item": "/item?id=mail-001",
    "quarantined": "/item?id=spoiled",
    "labels": "/labels",
    "labels in order": "/labels?order=recall",
    "label": "/label?id=refund",
    "mistakes": "/mistakes",
    "what-if": "/what-if?id=refund&threshold=.6",
    "versions": "/versions",
    "shadow": f"/flips?version={NEWER}",
    "drift": "/drift",
    "health": "/health",
}
pytestmark = pytest.mark.skipif(
    BROWSER is None and os.environ.get("CI") != "true",
    reason="needs Chromium or Chrome on the PATH; CI has it and runs this",
)


class Served:
    """A console at an address, and a browser that was let in."""

    def __init__(self, source: SampleSource, chromium: Chromium) -> None:
        self.source, self.chromium = source, chromium
        self._console = open_console(source).console
        self._server = make_server(self._console, 0)
        threading.Thread(target=self._server.run, daemon=True).start()
        self.address = f"http://{HOST}:{self._server.effective_port}"
        chromium.open(self.address + self._console.entrance)

    def open(self, path: str) -> None:
        self.chromium.open(self.address + path)

    def close(self) -> None:
        self._server.close()


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    browser = Chromium(tmp_path_factory.mktemp("profile"))
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def served(chromium: Chromium, tagger: Tagger) -> Iterator[Served]:
    """Thirty mails that measure, two that teach; one of the mails attacks whoever reads it."""
    texts = [*TEXTS, ("", EVIL), *((f"{subject} again", text) for subject, text in TEXTS * 2)]
    source = SampleSource(tagger, texts=texts)
    source.draw(*list(source.rows)[:REVIEWS])
    source.add("evil", text_mail(f"Help. {EVIL}", EVIL), key=f"{EVIL}.eml")
    source.draw("evil", purpose="teach", labels=("refund",))
    source.quarantine("spoiled", "too_large")
    at = NOW.isoformat(timespec="milliseconds")
    source.send(Correction(item="mail-000", author="role/dora", answered_at=at, source="cli", yes=("refund",)))
    served = Served(source, chromium)
    yield served
    served.close()


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The script of axe-core, from the registry that npm knows."""
    folder = tmp_path_factory.mktemp("axe")
    command = ["npm", "pack", AXE, "--silent", "--pack-destination", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    packed = list(folder.glob("*.tgz"))
    if not packed and os.environ.get("CI") != "true":
        pytest.skip("npm cannot fetch axe-core here; CI can")
    assert packed, done.stderr
    with tarfile.open(packed[0]) as package:
        script = package.extractfile("package/axe.min.js")
        assert script
        return script.read().decode()


@pytest.mark.parametrize("page", PAGES)
def test_no_page_has_a_serious_fault_of_accessibility_in_either_theme(served: Served, axe: str, page: str) -> None:
    for theme, width, options in (("light", 1440, {}), ("dark", 360, {"runOnly": ["color-contrast"]})):
        served.chromium.show_as(width, theme)
        served.open(PAGES[page])
        served.chromium.run("document.querySelectorAll('details').forEach(each => each.open = true)")
        served.chromium.run(f"{axe}; undefined")
        found = served.chromium.run(
            f"axe.run(document, {json.dumps(options)}).then(result => result.violations.map("
            "each => [each.impact, each.id, each.nodes.map(node => node.html + node.failureSummary).slice(0, 3)]))"
        )
        assert [each for each in found if each[0] in ("serious", "critical")] == [], theme


@pytest.mark.parametrize("page", PAGES)
def test_nothing_sticks_out_and_no_page_is_heavy(served: Served, page: str) -> None:
    for width in (360, 1440):
        served.chromium.show_as(width, "light")
        served.open(PAGES[page])
        assert served.chromium.run("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
        weight = served.chromium.run(
            "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]"
            ".filter(each => each.initiatorType !== 'img').reduce((sum, each) => sum + each.decodedBodySize, 0)"
        )
        assert 5_000 < weight <= HEAVIEST
        complaints = [event for event in served.chromium.events if event.get("method") == "Log.entryAdded"]
        assert complaints == []


def test_markup_in_a_mail_neither_runs_nor_loads_anything(served: Served) -> None:
    for path in ("/queue?purpose=teach", "/item?id=evil", "/items"):
        served.open(path)
        assert served.chromium.run("document.title").endswith("tagging prod")
        assert served.chromium.run("document.querySelectorAll('main script, main img').length") == 0
        assert "onerror" in served.chromium.run("document.querySelector('main').textContent")


def test_a_picture_that_cannot_be_read_says_so(served: Served) -> None:
    rows = served.source.rows
    rows["picture"] = replace(rows["mail-000"], id="picture", kind="image")
    said = "!document.querySelector('[data-unreadable]').hidden"
    served.open("/item?id=picture")
    assert served.chromium.run(said)
    file = BytesIO()
    pil.new("RGB", (8, 8)).save(file, "PNG")
    served.source.images["picture"] = file.getvalue()
    served.open("/item?id=picture")
    assert not served.chromium.run(said)
    del rows["picture"]


def test_keys_turn_labels_and_the_filter_finds_them(served: Served) -> None:
    chromium = served.chromium
    state = "document.querySelector('input[name=\"label:{}\"]:checked').value"
    served.open("/queue?purpose=measure")
    key = chromium.run("document.querySelector('input[name=\"label:refund\"]').closest('.choice').dataset.key")
    states = []
    for _ in range(3):
        chromium.press(key)
        states.append(chromium.run(state.format("refund")))
    assert states == ["yes", "no", "unseen"]
    for character in "/cancel":
        chromium.press(character)
    assert chromium.run("[...document.querySelectorAll('.choice')].filter(each => !each.hidden).length") == 1
    chromium.press("Enter")
    assert chromium.run(state.format("cancel")) == "yes"
    assert chromium.run("document.activeElement.id") != "filter"
    chromium.press("?")
    assert chromium.run("document.getElementById('help').open")
    chromium.press("Escape")
    assert not chromium.run("document.getElementById('help').open")


def test_one_press_takes_a_wrong_label_away(served: Served) -> None:
    chromium = served.chromium
    served.open("/item?id=mail-001")
    chromium.run("document.querySelectorAll('details').forEach(each => each.open = true)")
    ticked = "document.querySelector('input[value=yes]:checked').closest('.choice')"
    name = chromium.run(f"{ticked}.querySelector('input').name")
    chromium.press(chromium.run(f"{ticked}.dataset.key"))
    assert chromium.run(f"document.querySelector('input[name=\"{name}\"]:checked').value") == "no"


def test_a_key_that_is_held_and_an_answer_without_labels_send_nothing_by_accident(served: Served) -> None:
    chromium, before = served.chromium, len(served.source.sent)
    asks, sent = "!document.querySelector('[data-none]').hidden", "'sent' in document.querySelector('form').dataset"
    served.open("/queue?purpose=measure")
    chromium.press("Enter", held=True)
    assert not chromium.run(f"{asks} || {sent}")
    chromium.press("Enter")
    assert chromium.run(f"{asks} && !({sent})")
    chromium.press("Enter", loads=True)
    assert len(served.source.sent) == before + 1
    chromium.press("u", loads=True)


def test_thirty_blind_reviews_by_keyboard_alone(served: Served) -> None:
    chromium, source, before = served.chromium, served.source, len(served.source.sent)
    chromium.show_as(1440, "light")
    served.open("/queue?purpose=measure")
    for number in range(REVIEWS):
        if number == 3:  # the last answer was wrong
            chromium.press("u", loads=True)
            chromium.press("1")
            chromium.press("Enter", loads=True)
        chromium.press("2")
        chromium.press("c" if number % 10 == 9 else "Enter", loads=True)
    sent = source.sent[before:]
    answers = [each for each in sent if each.finished]
    assert len({each.item for each in answers}) == REVIEWS
    assert len(answers) == REVIEWS + 1
    assert len(sent) == REVIEWS + 2
    assert all(each.blind for each in sent)
    assert sum(each.cannot_tell for each in answers) == 3
    second = list(source.served("mail").taxonomy.labels)[1]
    assert sum(second in each.yes for each in answers) == REVIEWS + 1 - 3
