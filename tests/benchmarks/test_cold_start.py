"""`tagging benchmark cold`: both handlers start, respond, and make the same calls."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace

import pytest

from benchmarks.speed.cold import functions_on, idle_cpu, import_times, measure, with_models
from benchmarks.speed.harness import event_of
from benchmarks.speed.running_function import NoStart, can_measure, cold_start
from benchmarks.speed.versions import models_of
from tagging.local.stub_aws import StubAws
from tests.mail_bundle import write_mail_bundle

MAIL = b"Subject: Why?\r\n\r\nI am angry about all of this."
TICKET = ["GetObject", "PutItem", "UpdateItem", "SendMessageBatch", "UpdateItem"]
"""The calls of a mail that opens a ticket and is in no index."""

pytestmark = pytest.mark.skipif(can_measure() is not None, reason="awslambdaric is there for Linux only")


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    return write_mail_bundle(tmp_path_factory.mktemp("cold") / "made")


@pytest.fixture
def aws():
    with closing(StubAws(MAIL)) as stub:
        yield stub


def test_the_minimal_handler_and_tag_mail_make_the_same_calls_for_their_first_mail(bundle):
    models = models_of(bundle)
    with closing(StubAws(MAIL, documents=models)) as aws:
        floor, ours = functions_on(aws.endpoint, bundle)
        starts = measure(with_models(floor, models), with_models(ours), aws, rounds=1, warm_up=False)
    calls = ["GetObject"] * len(models) + TICKET  # the pointer, and the version that it names
    assert [list(start.calls) for start in (*starts.floor, *starts.ours)] == [calls, calls]
    figures = starts.figures()
    assert figures["wall_of_floor"] > 0
    assert figures["cpu_of_floor"] > 0
    json.dumps(figures)


def test_import_times_list_the_packages_that_the_handler_imports(aws, bundle):
    floor, _ = functions_on(aws.endpoint, bundle)
    spent = import_times(floor, aws.endpoint)
    assert {"numpy", "onnxruntime", "tokenizers", "boto3", "botocore"} <= spent.keys()
    assert list(spent.values()) == sorted(spent.values(), reverse=True)


def test_a_function_that_does_not_start_gives_an_error_and_no_figure(aws, tmp_path):
    _, ours = functions_on(aws.endpoint, tmp_path)
    with pytest.raises(NoStart, match="init_error"):
        cold_start(ours, aws, {"Records": []})


def test_a_message_that_goes_back_to_the_queue_gives_an_error_and_no_figure(aws, bundle):
    _, ours = functions_on(aws.endpoint, bundle)
    unreachable = replace(ours, environment={**ours.environment, "AWS_ENDPOINT_URL_SQS": "http://127.0.0.1:9"})
    with pytest.raises(NoStart, match="gave its message back"):
        cold_start(unreachable, aws, event_of(1))


def test_an_idle_function_uses_no_cpu(aws, bundle):
    _, ours = functions_on(aws.endpoint, bundle)
    assert 0 <= idle_cpu(ours, aws, seconds=0.5) < 100  # a thread that spins takes 1,000


def test_a_function_with_a_spinning_thread_uses_cpu(aws, bundle, tmp_path):
    _, ours = functions_on(aws.endpoint, bundle)
    spinning = "import threading\n\ndef spin():\n    while True:\n        pass\n\n"
    spinning += "threading.Thread(target=spin, daemon=True).start()\n\ndef handler(event, context):\n"
    (tmp_path / "spinning.py").write_text(spinning + "    return {'batchItemFailures': []}\n")
    assert idle_cpu(replace(ours, handler="spinning.handler", code=tmp_path), aws, seconds=0.5) > 100
