"""The local cloud reads templates, among them the project's own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from infra.synth_template import synthesise_stage
from tagging.local.references import References
from tagging.local.stack_reader import read_stack
from tagging.local.template import MADE_BY, Resource, Template, TemplateError, synthesise

ENDPOINT = "http://127.0.0.1:1"


def test_a_mapping_is_read_with_its_queue_its_function_and_all_its_settings(probe_template):
    (mapping,) = read_stack(probe_template, ENDPOINT).mappings
    assert (mapping.queue.id, mapping.function.name) == ("Intake", "probe")
    assert (mapping.batch_size, mapping.window, mapping.max_concurrency) == (4, 6, 2)
    assert mapping.partial_failures
    assert mapping.queue.visibility_timeout == 60


def test_references_become_names_before_any_resource_exists(probe_template):
    environment = read_stack(probe_template, ENDPOINT).function("probe").environment
    assert environment["TICKET_QUEUE_URL"] == f"{ENDPOINT}/123456789012/probe-local-tickets.fifo"
    assert environment["QUEUE_NAME"] == "probe-local-tickets.fifo"
    assert environment["LABEL_TABLE"] == "probe-local-table"
    assert environment["INTAKE"] == "arn:aws:sqs:us-east-1:123456789012:probe-local-intake of probe-local"


def test_a_path_below_opt_is_found_in_the_layer_that_holds_it(probe_template):
    environment = read_stack(probe_template, ENDPOINT).function("probe").environment
    assert Path(environment["BUNDLE"]) == Path(__file__).parent / "probe/layer/bundle"
    assert environment["ELSEWHERE"] == "/opt/nowhere"


def test_the_role_of_a_queue_follows_from_its_use_in_the_template(probe_template):
    stack = read_stack(probe_template, ENDPOINT)
    assert [queue.id for queue in stack.ticket_queues] == ["Tickets"]
    assert [queue.id for queue in stack.dead_letter_queues] == ["Dead"]
    assert stack.intake_of("probe").id == "Intake"
    assert stack.bucket_of("probe").id == "Bucket"


def test_the_error_names_an_unknown_intrinsic_function(probe_template):
    with pytest.raises(TemplateError, match="Fn::Cidr"):
        References(probe_template, ENDPOINT).resolve({"Fn::Cidr": []})


def test_a_mapping_from_an_unknown_queue_is_refused(probe_template, tmp_path):
    document = json.loads(json.dumps(probe_template.document))
    document["Resources"]["Mapping"]["Properties"]["EventSourceArn"] = "arn:aws:sqs:us-east-1:123456789012:other"
    path = tmp_path / "probe-local.template.json"
    path.write_text(json.dumps(document))
    with pytest.raises(TemplateError, match="Mapping"):
        read_stack(Template.read(path), ENDPOINT)


def test_a_file_that_is_no_template_is_named(tmp_path):
    path = tmp_path / "other.template.json"
    path.write_text("[]")
    with pytest.raises(TemplateError, match=r"other\.template\.json"):
        Template.read(path)


@pytest.mark.parametrize("kind", ["mail", "image"])
def test_the_projects_own_template_gives_a_function_its_bundle_its_queue_and_its_bucket(root, kind):
    stack = read_stack(synthesise(root), ENDPOINT)
    function = stack.function(f"tag_{kind}")
    assert function.code == root / "functions"
    assert root / f"layers/{kind}_model" in function.layers
    assert function.environment["LABEL_TABLE"] in stack.tables
    assert function.environment["TICKET_QUEUE_URL"] in [queue.url for queue in stack.ticket_queues]
    assert (stack.bucket_of(function.name).name, stack.bucket_of(function.name).versioned) == (
        f"tagging-local-{kind}",
        True,
    )
    mappings = [mapping for mapping in stack.mappings if mapping.function == function]
    assert len(mappings) == len({mapping.queue.arn for mapping in mappings}) == 2  # live items, and reprocessed ones
    for mapping in mappings:
        assert mapping.partial_failures
        assert mapping.queue.visibility_timeout >= 6 * function.timeout
        assert mapping.queue.dead_letter_arn in [queue.arn for queue in stack.dead_letter_queues]


def test_a_template_is_synthesised_once_and_then_read_from_the_cache(root):
    synthesise(root)
    before = {path: path.stat().st_mtime_ns for path in (root / "build/local").rglob("*.template.json")}
    synthesise(root)
    assert {path: path.stat().st_mtime_ns for path in (root / "build/local").rglob("*.template.json")} == before


def test_without_node_the_error_names_it_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JSII_NODE", raising=False)
    for synthesising in (synthesise, lambda root: synthesise_stage(root, "prod")):
        with pytest.raises(TemplateError, match=r"CDK needs Node\.js: install 18 or newer"):
            synthesising(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_cache_depends_on_every_module_of_ours_that_the_app_imports(root: Path) -> None:
    """Otherwise a change of it would leave the old template in the cache."""
    program = (
        "import sys, infra.app; print(*(getattr(m, '__file__', None) or '' for m in sys.modules.values()), sep='\\n')"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True)
    loaded = {Path(line) for line in done.stdout.splitlines() if line}
    ours = {path for path in loaded if path.is_relative_to(root) and ".venv" not in path.parts}
    made_by = {path for pattern in MADE_BY for path in root.glob(pattern)}
    assert len(ours) > 20
    assert not ours - made_by


def test_a_layer_can_be_served_from_another_folder(tmp_path: Path) -> None:
    old, new = tmp_path / "layers/mail_model", tmp_path / "made"
    layer = Resource("Model", "AWS::Lambda::LayerVersion", {}, tmp_path / "layers/../layers/mail_model")
    other = Resource("Code", "AWS::Lambda::Function", {}, tmp_path / "functions")
    changed = Template("stack", {}, {"Model": layer, "Code": other}).with_asset(old, new)
    assert (changed.resources["Model"].asset, changed.resources["Code"].asset) == (new, tmp_path / "functions")
