"""The names that `from tagging import …` gives, as the package's docstring shows them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import tagging
from tests.image_bundle import image

SLOW = {"numpy", "onnxruntime", "PIL", "lxml", "tokenizers", "msgspec", "botocore"}


def test_a_text_a_mail_file_and_an_image_are_tagged_in_five_lines(root: Path, image_bundle: Path) -> None:
    mails = tagging.load_bundle(root / "layers/mail_model/bundle", packs=["money"])
    text = mails.tag(tagging.text_mail("I lost my credit card yesterday."))
    mail = mails.tag(tagging.parse_mail((root / "events/mails/gmail_alternative.eml").read_bytes()))
    images = tagging.load_bundle(image_bundle)
    garment = images.tag(tagging.decode_image(image("garment", form="JPEG"), images.image_size))
    assert {type(result) for result in (text, mail, garment)} == {tagging.LabelSet}
    assert "lost_or_stolen" in {label.id for label in text.labels}
    assert "lost_or_stolen" in {label.id for label in mail.labels}
    assert "garment" in {label.id for label in garment.labels}


def test_a_bundle_for_mails_has_no_image_size(tagger: tagging.Tagger) -> None:
    with pytest.raises(tagging.Quarantined):
        _ = tagger.image_size


def test_what_can_never_be_tagged_raises_the_error_of_the_api() -> None:
    for read in (lambda: tagging.parse_mail(b""), lambda: tagging.decode_image(b"no image", 64)):
        with pytest.raises(tagging.Quarantined) as caught:
            read()
        assert caught.value.reason


def test_a_name_that_the_api_lacks_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'load_model'"):
        _ = tagging.load_model


def test_importing_the_package_is_quick_and_loads_nothing() -> None:
    program = (
        "import sys, time\nbefore, start = set(sys.modules), time.process_time()\nimport tagging\n"
        "print(time.process_time() - start, *(set(sys.modules) - before))"
    )
    runs = [subprocess.run([sys.executable, "-c", program], capture_output=True, text=True) for _ in range(3)]
    seconds = [float(run.stdout.split()[0]) for run in runs]
    assert min(seconds) <= 0.03
    assert not {name.split(".")[0] for name in runs[0].stdout.split()[1:]} & SLOW
