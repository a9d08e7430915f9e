"""What the console refuses: foreign forms, hosts and browsers; and stored markup that stays text."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from PIL import Image as pil

from tagging.console.exchange import Request
from tagging.console.server import HOST
from tagging.corrections import Correction
from tagging.mail import parse_mail, text_mail
from tests.console.browser import Browser
from tests.console.sample import NOW, SampleSource

EVIL = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
PAGES = ("/queue", "/items", "/item", "/versions", "/health")


def refused(browser: Browser, **changes: str) -> int:
    """The status of a form that differs from a good one in these fields (`token`) or headers."""
    fields = {"token": browser.token(), "kind": "mail"}
    fields |= {name: value for name, value in changes.items() if name in fields}
    headers = {name: value for name, value in changes.items() if name not in fields}
    return browser.post_raw("/undo", fields, **headers).status


def test_only_forms_of_its_own_pages_change_anything(browser: Browser) -> None:
    assert refused(browser) == 303
    assert refused(browser, token="") == 403
    assert refused(browser, token="0" * 64) == 403
    assert refused(browser, origin="https://evil.example") == 403
    assert refused(browser, origin="null") == 403
    assert refused(browser, cookie="") == 403
    assert refused(browser, cookie="tagging_session=guess") == 403
    assert refused(browser, **{"content-type": "application/json"}) == 403
    assert browser.get("/undo").status == 404  # a link changes nothing


def test_a_token_of_another_session_is_refused(browser: Browser) -> None:
    other = Browser(browser.console).enter()
    assert refused(browser, token=other.token()) == 403


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8765", "localhost.evil.example", "", "169.254.169.254"])
def test_a_name_that_resolves_to_this_machine_is_refused(browser: Browser, host: str) -> None:
    response = browser.console.page(Request("GET", "/items", "", {"host": host, "cookie": browser.cookie}))
    assert response.status == 421
    assert b"mail-000" not in response.body


def test_who_does_not_know_the_key_sees_nothing(browser: Browser) -> None:
    headers = {"host": "localhost:8765"}
    for path in PAGES:
        assert browser.console.page(Request("GET", path, "", headers)).status == 403
    assert browser.console.page(Request("GET", "/enter", "key=guess", headers)).status == 403
    assert HOST == "127.0.0.1"


def test_the_cookie_and_every_page_have_their_headers(browser: Browser) -> None:
    path, _, query = browser.console.entrance.partition("?")
    cookie = browser.console.page(Request("GET", path, query, {"host": "localhost:1"})).headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Strict"} <= set(cookie.split("; "))
    for page in ("/queue", "/nowhere"):
        headers = browser.get(page).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_stored_markup_is_text_wherever_it_stands(source: SampleSource, browser: Browser) -> None:
    """In the text, the subject, a cut, a key, the name of a file, an author and a note."""
    mail = text_mail(f"Please help. {EVIL}\n\n-- \n{EVIL}", EVIL)
    source.add("evil", mail, key=f"2026/{EVIL}.eml")
    source.draw("evil", purpose="teach")
    source.send(
        Correction(item="evil", author=EVIL[:100], answered_at=NOW.isoformat(), source="cli", no=("refund",), note=EVIL)
    )
    attached = f'Content-Disposition: attachment; filename="{EVIL.replace(chr(34), chr(39))}"'
    parts = ("Content-Type: text/plain\r\n\r\nSee the file.", f"Content-Type: application/pdf\r\n{attached}\r\n\r\nx")
    body = "".join(f"--b\r\n{part}\r\n" for part in parts)
    head = "Subject: file\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    mail = parse_mail(f"{head}{body}--b--\r\n".encode())
    assert "onerror" in mail.attachments[0].name
    source.add("file", mail, key="file.eml")
    assert not re.search(r"<img[^>]*onerror", browser.text("/item", id="file"))
    for path, parameters in (
        ("/queue", {}),
        ("/item", {"id": "evil"}),
        ("/items", {"label": EVIL, "version": EVIL}),
        ("/flips", {"version": EVIL}),
    ):
        page = browser.text(path, **parameters)
        assert "owned" in page
        assert len(re.findall("<script", page)) == 1
        assert "onerror=&#34;" in page or "onerror=&quot;" in page
        assert not re.search(r"<img[^>]*onerror", page)
        assert not re.search(r"\son\w+=\"", page)


def test_an_image_is_drawn_anew_and_never_passed_on(source: SampleSource, browser: Browser, root: Path) -> None:
    row = source.rows["mail-000"]
    for name in ("tshirt.jpg", "terminal.gif", "landscape.tif", "turned_6.webp"):
        source.rows[name] = type(row)(name, "image", {"bucket": "b", "key": name}, "a", row.revision)
        source.images[name] = (root / "events/images" / name).read_bytes()
        response = browser.get("/thumbnail", id=name)
        assert (response.status, response.content_type) == (200, "image/jpeg")
        assert len(response.body) <= 200_000
        assert response.body != source.images[name]
        with pil.open(io.BytesIO(response.body)) as image:
            assert max(image.size) == 512
    source.images["tshirt.jpg"] = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
    assert browser.get("/thumbnail", id="tshirt.jpg").status == 409
    assert browser.get("/thumbnail", id="mail-000").status == 404


def test_an_address_that_names_no_row_reads_nothing(browser: Browser) -> None:
    for path in ("/item", "/thumbnail"):
        assert browser.get(path, id="s3://other-bucket/secret").status == 404
    assert browser.get("/assets/../../site.py").status == 404
    assert browser.get("/assets/console.css").status == 404  # its name has a hash


def test_a_form_with_thousands_of_fields_is_refused(browser: Browser) -> None:
    fields = {f"label:l{number}": "yes" for number in range(3_000)}
    assert browser.post_raw("/answer", {"token": browser.token(), **fields}).status == 400
