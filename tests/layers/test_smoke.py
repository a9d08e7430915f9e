"""The smoke test sees only the trimmed folders of this machine."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import boto3
import pytest

import tagging
from layers.runtime.built import BuildError
from layers.runtime.first_items import QUARANTINE
from layers.runtime.functions import DEPLOYED, DeployedFunction
from layers.runtime.samples import samples
from layers.runtime.smoke import FUNCTIONS, Parts, first_correction, first_hour, first_items, first_probe
from tagging.image.decoder import decode_image
from tagging.mail.parser import parse_mail
from tagging.quarantine import Quarantined
from tests.layers.elf_file import write_elf

MAIL, IMAGE = DEPLOYED
PACKAGE = Path(tagging.__file__).parent
FUNCTION = """
class service:
    kind = "any"
    def read(kind, data):
        return data
    class serving:
        class layer:
            def tag(item):
                return type("LabelSet", (), {"labels": ()})

def handler(event, context):
    assert context.get_remaining_time_in_millis() > 0
    return {"batchItemFailures": []}
"""
"""A minimal function: it starts, tags and handles events."""
WITH_FAULTS = """
import boto3.session
import botocore.exceptions

session = boto3.session.Session()
assert session.get_credentials().access_key == "stub"
table = session.client("dynamodb")
one = {"TableName": "t", "Key": {"id": {"S": "1"}}}
try:
    table.update_item(**one)
    raise AssertionError("no error")
except botocore.exceptions.ClientError as error:
    assert error.response["Error"]["Code"] == "ConditionalCheckFailedException"
table.update_item(**one)
put = table.put_item(TableName="t", Item={"id": {"S": "1"}})
assert put["ResponseMetadata"]["RetryAttempts"] == 1
"""
"""It gets credentials, sees one error of each call, and retries where that helps."""


def start(folder: Path, code: str, function: DeployedFunction = MAIL) -> None:
    (folder / "functions").mkdir()
    (folder / "functions" / f"{function.name}.py").write_text(code)
    parts = Parts(folder / "runtime", folder / "tagging", folder / "model", folder / "functions")
    first_items(function, parts, sys.executable)


@pytest.mark.parametrize("function", DEPLOYED, ids=lambda function: function.name)
def test_a_function_with_all_its_imports_starts(tmp_path: Path, function: DeployedFunction) -> None:
    start(tmp_path, FUNCTION, function)


def test_a_quarantined_sample_does_not_fail_the_build(tmp_path: Path) -> None:
    assert Quarantined.__name__ == QUARANTINE
    start(tmp_path, FUNCTION.replace("return data", f"raise type('{QUARANTINE}', (Exception,), {{}})"))


def test_a_returned_message_fails_the_build_with_the_error_in_the_log(tmp_path: Path) -> None:
    failing = FUNCTION.replace("[]}", "[{'itemIdentifier': '1'}]}").replace(
        "assert", 'print(\'{"level":"ERROR"}\')\n    assert'
    )
    with pytest.raises(BuildError, match=r"tag_mail returned 20 events .*ERROR"):
        start(tmp_path, failing)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lists the loaded libraries")
def test_a_library_that_is_never_loaded_fails_the_build_by_name(tmp_path: Path) -> None:
    write_elf(tmp_path / "runtime/python/numpy/random/mtrand.so")
    with pytest.raises(BuildError, match=r"never loads .* for prune.py: numpy/random/mtrand\.so"):
        start(tmp_path, FUNCTION)


def test_the_function_sees_faults_of_aws_with_the_credentials_of_a_container(tmp_path: Path) -> None:
    (tmp_path / "runtime/python").mkdir(parents=True)
    for package in ("boto3", "botocore", "dateutil", "jmespath", "s3transfer", "urllib3"):
        (tmp_path / "runtime/python" / package).symlink_to(Path(sys.modules[package].__file__).parent)
    (tmp_path / "runtime/python/six.py").symlink_to(sys.modules["six"].__file__)
    start(tmp_path, FUNCTION + WITH_FAULTS)


def scheduled_parts(folder: Path, functions: Path) -> Parts:
    """All packages but Pillow, which the layers of these functions lack."""
    packages = folder / "runtime/python"
    packages.mkdir(parents=True)
    for path in Path(boto3.__file__).parents[1].iterdir():
        if path.name != "PIL":
            (packages / path.name).symlink_to(path)
    (folder / "tagging").mkdir()
    (folder / "tagging/python").symlink_to(PACKAGE.parent)
    return Parts(folder / "runtime", folder / "tagging", folder / "none", functions)


def test_the_probe_runs_an_hour_of_the_log_is_made_and_a_correction_refused(tmp_path: Path) -> None:
    parts = scheduled_parts(tmp_path, FUNCTIONS)
    first_probe(parts, sys.executable)
    first_hour(parts, sys.executable)
    first_correction(parts, sys.executable)


@pytest.mark.parametrize(
    ("name", "first"), [("probe", first_probe), ("learn", first_hour), ("correct", first_correction)]
)
def test_a_function_that_tags_nothing_and_cannot_run_fails_the_build(
    tmp_path: Path, name: str, first: Callable[..., None]
) -> None:
    (tmp_path / "functions").mkdir()
    (tmp_path / f"functions/{name}.py").write_text("import PIL")
    message = f"{name} does not run from the layers of tag_mail: ModuleNotFoundError"
    with pytest.raises(BuildError, match=message):
        first(scheduled_parts(tmp_path, tmp_path / "functions"), sys.executable)


def test_a_function_that_learns_and_writes_no_hour_fails_the_build(tmp_path: Path) -> None:
    (tmp_path / "functions").mkdir()
    (tmp_path / "functions/learn.py").write_text("def handler(event, context): pass")
    with pytest.raises(BuildError, match="learn writes no hour"):
        first_hour(scheduled_parts(tmp_path, tmp_path / "functions"), sys.executable)


@pytest.mark.parametrize("package", ["numpy", "onnxruntime", "pip"])
def test_a_missing_package_fails_the_build_by_name(tmp_path: Path, package: str) -> None:
    with pytest.raises(BuildError, match=f"No module named '{package}'"):
        start(tmp_path, f"import {package}\n{FUNCTION}")


def test_a_function_that_cannot_read_an_item_fails_the_build(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"layers of tag_image do not work.*decoder jpeg not available"):
        start(tmp_path, FUNCTION.replace("return data", "raise OSError('decoder jpeg not available')"), IMAGE)


def test_the_function_starts_with_no_credentials_of_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "mine")
    start(tmp_path, f"import os\nassert 'AWS_PROFILE' not in os.environ\n{FUNCTION}")


def test_every_sample_is_readable_with_untrimmed_packages() -> None:
    assert parse_mail(samples("mail")[0]).text.endswith("Please give me my money back.")
    images = [decode_image(data, 64).pixels for data in samples("image")]
    assert len(images) > 6
    assert min(pixels.std() for pixels in images) > 30
