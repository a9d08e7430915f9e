"""Licence texts of what a layer contains; the licence that most of it has comes from our own LICENSE."""

from __future__ import annotations

import json
import re
import shutil
from email.parser import HeaderParser
from pathlib import Path

from layers.runtime.built import BuildError
from layers.runtime.places import ROOT

APACHE = ROOT / "LICENSE"
"""The text of Apache-2.0, without a name of ours in it."""
MIT = """\
Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""
_TEXT = re.compile(r"(licen[cs]e|copying)", re.I)


def add_package_licences(folder: Path) -> None:
    """Give each installed package its licence text; raises BuildError for one whose text nobody has.

    Some wheels only name Apache-2.0, which asks that a copy of its text goes with every copy of the work.
    """
    for metadata in sorted(folder.glob("*.dist-info")):
        name = metadata.name.partition("-")[0]
        if any(_TEXT.match(path.name) for place in (metadata, folder / name) for path in _below(place)):
            continue
        if "Apache" not in declared_licence(metadata):
            raise BuildError(f"{name} contains no licence text: add it in layers/runtime/licences.py")
        (metadata / "licenses").mkdir()
        shutil.copyfile(APACHE, metadata / "licenses" / "LICENSE")


def add_model_licences(folder: Path, name: str) -> None:
    """Give a model layer the licence text of its weights, and a line about their origin; raises BuildError.

    Apache-2.0 and MIT ask for their text with every copy, MIT for the holder's name, too. Weights whose origin nobody
    wrote into the encoder's manifest are of your own and get nothing.
    """
    weights = json.loads((folder / "bundle/encoder/manifest.json").read_text(encoding="utf-8")).get("weights")
    if weights is None:
        return
    licence, origin = weights["licence"].partition(" ")[0], weights["origin"]
    texts = {"Apache-2.0": APACHE.read_text(encoding="utf-8"), "MIT": f"Copyright (c) the authors of {origin}\n\n{MIT}"}
    if licence not in texts:
        raise BuildError(f"no text of the licence {licence} of {name}: add it in layers/runtime/licences.py")
    place = folder / "licenses" / name
    place.mkdir(parents=True)
    (place / "LICENSE").write_text(texts[licence], encoding="utf-8")
    (place / "NOTICE").write_text(f"Encoder: {origin}, changed; {licence}.\n", encoding="utf-8")


def declared_licence(metadata: Path) -> str:
    """The licence that an installed package (its `.dist-info`) declares, as an expression or by its classifiers."""
    headers = HeaderParser().parsestr((metadata / "METADATA").read_text(encoding="utf-8"))
    stated = headers["License-Expression"] or headers["License"]
    classifiers = [each.rsplit(" :: ", 1)[-1] for each in headers.get_all("Classifier", []) if "License ::" in each]
    return str(stated or " OR ".join(classifiers))


def _below(place: Path) -> list[Path]:
    return [*place.glob("*"), *place.glob("licen*/*")] if place.is_dir() else []
