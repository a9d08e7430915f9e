"""The rules of the layout that a machine can hold: names, imports, sizes, and what may touch what."""

from __future__ import annotations

import ast
import functools
import importlib
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from layers.runtime.recipes import NOT_DEPLOYED
from tagging.kinds import KINDS
from tagging.local.moto_server import CHILD_ENVIRONMENT
from tagging.settings import Settings
from tagging.taxonomy import HEAD_KINDS

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "layers/tagging/python/tagging"
RECIPES = ("layers/mail_model", "layers/image_model", "layers/runtime")
PEERS = ROOT / "benchmarks/peers/handlers"
"""Written as somebody else would who does not have this project."""
OURS = sorted(
    path
    for folder in (PACKAGE, *(ROOT / name for name in ("functions", "infra", "benchmarks", *RECIPES)))
    for path in folder.rglob("*.py")
    if not path.is_relative_to(PEERS)
)
TESTS = sorted((ROOT / "tests").rglob("*.py"))
SERVED = sorted(path for path in PACKAGE.rglob("*.py") if path.relative_to(PACKAGE).parts[0] not in NOT_DEPLOYED)
"""Modules that the deployed functions may load: the layer `tagging`."""
DOORS = sorted(path for path in PACKAGE.rglob("*/__init__.py") if "door(" in path.read_text())
OUTSIDE_ROOMS = {
    "bootstrap",
    "service",
    "deciding",
    "sending",
    "start",
    "aws",
    "settings",
    "validation",
    "item",
    "kinds",
    "quarantine",
    "budget",
}
"""The package's modules outside its rooms."""

FORBIDDEN = {
    *("util", "utils", "helper", "helpers", "common", "shared", "misc", "manager"),
}
LONGEST = 220
MAY_ACT_AT_IMPORT = {
    ROOT / "infra/__init__.py",  # tells jsii to keep quiet, which it reads when it is imported
}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@functools.cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


@functools.cache
def imports(path: Path) -> tuple[str, ...]:
    """Every module that a file imports, wherever in it, but for type checking alone."""
    found: list[str] = []
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            found += (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append(node.module)
    return tuple(found)


def names_defined(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def words(name: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+\d*|[A-Z]+(?![a-z])", name)}


def test_the_lists_of_modules_are_not_empty() -> None:
    """Each rule below goes over one of them: a folder that moved must not leave a rule without anything to check."""
    assert len(SERVED) > 60
    assert len(OURS) > 300
    assert len(TESTS) > 150
    assert len(DOORS) > 15
    assert {"service.py", "parser.py", "decoder.py", "tagger.py", "label_table.py", "metrics.py"} <= {
        path.name for path in SERVED
    }
    assert {path.relative_to(ROOT).parts[0] for path in OURS} == {"layers", "functions", "infra", "benchmarks"}


def test_mypy_checks_every_module_of_ours() -> None:
    checked = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]["files"]
    assert all(any(path.is_relative_to(ROOT / folder) for folder in checked) for path in OURS)


def test_the_package_has_few_rooms_and_few_modules_outside_them() -> None:
    modules = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__"}
    rooms = [path for path in PACKAGE.iterdir() if (path / "__init__.py").exists()]
    assert modules <= OUTSIDE_ROOMS
    assert len(rooms) <= 17


@pytest.mark.parametrize("door", DOORS, ids=name_of)
def test_a_door_gives_at_run_time_what_it_gives_the_type_checker(door: Path) -> None:
    tree = parsed(door)
    room = ".".join(door.parent.relative_to(PACKAGE.parent).parts)
    typed = {
        (node.module.removeprefix(f"{room}."), alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(f"{room}.")
        for alias in node.names
    }
    call = next(node for node in ast.walk(tree) if isinstance(node, ast.Call))
    resolved = {
        (keyword.arg, name)
        for keyword in call.keywords
        if isinstance(keyword.value, ast.Constant)
        for name in keyword.value.value.split()
    }
    assert typed == resolved
    assert {getattr(importlib.import_module(room), name) is not None for _, name in resolved} == {True}


def test_importing_a_door_loads_no_package_and_no_module_of_the_room() -> None:
    rooms = [".".join(path.parent.relative_to(PACKAGE.parent).parts) for path in DOORS]
    program = f"import sys\nbefore = set(sys.modules)\nimport {', '.join(rooms)}\nprint(*(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    ours = {name for name in done.stdout.split() if name.startswith("tagging")}
    parents = {".".join(room.split(".")[:depth]) for room in rooms for depth in range(1, 5)}
    assert ours <= parents
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert not loaded & {"numpy", "onnxruntime", "PIL", "lxml", "tokenizers", "msgspec", "botocore", "scipy"}


@pytest.mark.parametrize("path", [path for path in OURS if not path.is_relative_to(PACKAGE)], ids=name_of)
def test_the_project_around_the_package_uses_its_doors(path: Path) -> None:
    rooms = {".".join(door.parent.relative_to(PACKAGE.parent).parts) for door in DOORS}
    around = {module for module in imports(path) if module not in rooms and module.rpartition(".")[0] in rooms}
    assert not around


@pytest.mark.parametrize("path", OURS + TESTS, ids=name_of)
def test_a_file_opens_with_what_lives_there_and_stays_short(path: Path) -> None:
    text = path.read_text()
    opening = ast.get_docstring(parsed(path))
    assert opening, "open the file with one sentence that says what lives there"
    lines = len(text.splitlines())
    assert path in TESTS or lines <= LONGEST, f"{lines} lines: look for the second thing in it"


@pytest.mark.parametrize("path", OURS, ids=name_of)
def test_names_are_the_designs_words(path: Path) -> None:
    used = {*words(path.stem), *(word for name in names_defined(parsed(path)) for word in words(name))}
    wrong = used & FORBIDDEN
    assert not wrong


@pytest.mark.parametrize(
    ("module", "only_in"),
    [("onnxruntime", "model/onnx_model.py"), ("boto3", "operations/account.py"), ("botocore", "aws.py")],
)
def test_one_module_knows_the_package(module: str, only_in: str) -> None:
    users = {path for path in PACKAGE.rglob("*.py") if any(m.split(".")[0] == module for m in imports(path))}
    assert users == {PACKAGE / only_in}


def test_of_what_is_served_the_decoder_and_its_two_steps_know_pillow() -> None:
    users = {path for path in SERVED if any(module.split(".")[0] == "PIL" for module in imports(path))}
    assert users == {PACKAGE / "image" / name for name in ("decoder.py", "rows.py", "ground.py")}


def test_settings_alone_read_the_environment() -> None:
    readers = {path.name for path in SERVED if re.search(r"os\.(environ|getenv)", path.read_text())}
    assert readers == {"settings.py"}


def test_imports_point_one_way() -> None:
    """functions → bootstrap → service → rooms → settings: nobody imports the functions, only bootstrap the service."""
    for path in PACKAGE.rglob("*.py"):
        assert "functions" not in {module.split(".")[0] for module in imports(path)}, name_of(path)
    for module, users in (("tagging.service", {"bootstrap.py"}), ("tagging.bootstrap", set())):
        assert {path.name for path in SERVED if module in set(imports(path))} == users
    assert [name for name in imports(PACKAGE / "settings.py") if name.startswith("tagging")] == ["tagging.validation"]
    assert not [name for name in imports(PACKAGE / "validation.py") if name.startswith("tagging")]


def test_the_values_of_what_is_served_are_structs() -> None:
    """Each dataclass costs every start half a millisecond, pydantic 60 and more; a struct costs next to nothing."""
    for path in SERVED:
        assert not {"dataclasses", "pydantic"} & set(imports(path)), name_of(path)


KIND_ROOMS = (PACKAGE / "model/heads", PACKAGE / "learning/heads")
"""Where head kinds are objects: `<kind>.py` in each."""


@pytest.mark.parametrize("path", [path for path in OURS if path.parent not in KIND_ROOMS], ids=name_of)
def test_no_head_kind_is_compared_outside_the_kinds(path: Path) -> None:
    """A head's kind is a name in HEAD_KINDS; what follows from it is in the kind's objects and rules."""
    compared = [
        node.lineno
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Compare | ast.MatchValue)
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value in HEAD_KINDS
    ]
    assert not compared, f"lines {compared}: put this into the kinds in model/heads and learning/heads"


@pytest.mark.parametrize("kind", HEAD_KINDS)
def test_each_head_kind_has_its_two_objects(kind: str) -> None:
    for room in KIND_ROOMS:
        module = ".".join((room / kind).relative_to(PACKAGE.parent).parts)
        assert importlib.import_module(module).KIND is not None


@pytest.mark.parametrize("path", [path for path in OURS if path.parent != ROOT / "functions"], ids=name_of)
def test_only_functions_do_something_at_import(path: Path) -> None:
    body = parsed(path).body
    calls = [node.lineno for node in body if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)]
    assert path in MAY_ACT_AT_IMPORT or not calls, f"lines {calls}"


ELSEWHERE = {
    "tag_mail": {"PIL"},
    "tag_image": {"lxml", "tokenizers"},
}
"""Packages that are in the layers of other functions only."""


@pytest.mark.parametrize("function", ELSEWHERE)
def test_a_function_loads_nothing_that_its_layers_leave_out(
    function: str, root: Path, image_bundle: Path, tmp_path: Path
) -> None:
    """Starts it in a fresh interpreter, bundle, self-test and all, where what it must not load cannot be loaded."""
    never = {"huggingface_hub", "sklearn", "scipy", "torch", "moto", "typer", "rich", "yaml", "onnx", "aws_cdk"}
    blocked = {*never, *ELSEWHERE[function]}
    bundle = image_bundle if function == "tag_image" else root / "layers/mail_model/bundle"
    program = (
        f"import sys\nsys.modules |= dict.fromkeys({blocked})\nimport {function}\n"
        f"print({function}.handler({{}}, None))\nprint('\\n'.join(sys.modules))"
    )
    settings = Settings(stage="test", label_table="t", ticket_queue_url="http://q", bundle=str(bundle))
    package = str(root / "layers/tagging/python")  # of this tree, whichever one is installed
    environment = {**CHILD_ENVIRONMENT, **settings.to_env(), "HOME": str(tmp_path), "PYTHONPATH": package}
    words = [sys.executable, "-c", program]
    done = subprocess.run(words, cwd=root / "functions", env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert not [
        name for name in done.stdout.split() if re.match(r"tagging\.(quality|operations|learning|local|cli)\b", name)
    ]


def test_lock_files_carry_no_addresses() -> None:
    locks = [ROOT / "requirements.txt", *(ROOT / "layers/runtime").glob("*.txt")]
    assert not [name_of(path) for path in locks if re.search(r"https?://", path.read_text())]


def test_no_event_is_written_in_python() -> None:
    """Whole events are JSON files in events/; a test may change one field, it does not copy AWS's form."""
    for path in TESTS:
        assert "receiptHandle" not in path.read_text() or path.name in {"test_structure.py", "test_events.py"}


KINDS_OF_ITEM = {name for kind in KINDS.values() for name in (*kind.names, kind.encoder)}


def names_a_kind(node: ast.expr) -> bool:
    """Whether an expression is the name of a kind, or a collection with one."""
    nodes = node.elts if isinstance(node, (ast.Tuple, ast.List, ast.Set)) else [node]
    return any(isinstance(each, ast.Constant) and each.value in KINDS_OF_ITEM for each in nodes)


@pytest.mark.parametrize("path", [path for path in OURS if path.name != "kinds.py"], ids=name_of)
def test_no_code_outside_the_rooms_of_kinds_compares_a_kind_of_item(path: Path) -> None:
    """The table `kinds.py` says what differs; a comparison would be one more place to change for a new kind."""
    if path.parent in (PACKAGE / "mail", PACKAGE / "image"):
        return
    compared = [
        node.lineno
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Compare)
        and re.search(r"\bkind\b", ast.unparse(node))
        and any(names_a_kind(part) for part in (node.left, *node.comparators))
    ]
    assert not compared
