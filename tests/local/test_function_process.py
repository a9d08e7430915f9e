"""A function in a process of its own: its environment and its failures, with both clients of the Runtime API."""

from __future__ import annotations

import importlib.util
import json
from dataclasses import replace

import pytest

from tagging.local.function_process import FunctionProcess, Runtime
from tagging.local.stack_reader import read_stack

CLIENTS = ["own"] + (["awslambdaric"] if importlib.util.find_spec("awslambdaric") else [])


@pytest.fixture(scope="module")
def function(probe_template, moto):
    return read_stack(probe_template, moto).function("probe")


@pytest.fixture(scope="module", params=CLIENTS)
def runtime(request, moto, tmp_path_factory):
    return Runtime(moto, tmp_path_factory.mktemp("output"), own_client=request.param == "own")


@pytest.fixture(scope="module")
def process(function, runtime):
    process = FunctionProcess(function, runtime)
    process.start()
    yield process
    process.stop()


def batch(*instructions):
    records = [{"messageId": str(number), "body": json.dumps(body)} for number, body in enumerate(instructions)]
    return json.dumps({"Records": records}).encode()


def test_a_function_gets_the_variables_of_the_template_and_of_lambda_and_no_others(process, moto, monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "somebody")
    process.stop()
    environment = process.invoke(b"{}").answer["environment"]
    assert environment["TICKET_QUEUE_URL"].endswith("probe-local-tickets.fifo")
    assert environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "256"
    assert environment["AWS_ENDPOINT_URL"] == moto
    assert not {"AWS_PROFILE", "HOME", "VIRTUAL_ENV", "PYTHONPATH"} & environment.keys()


def test_the_context_has_the_functions_name_its_request_id_and_the_remaining_time(process):
    first, second = process.invoke(b"{}").answer, process.invoke(b"{}").answer
    assert first["name"] == "probe"
    assert first["request_id"] != second["request_id"]
    assert 0 < first["remaining"] <= 2000


def test_only_the_first_invocation_of_a_process_reports_how_long_it_took_to_start(process):
    process.stop()
    assert process.invoke(b"{}").init_seconds > 0
    assert process.invoke(b"{}").init_seconds is None


def test_the_output_of_a_function_becomes_logs_or_metrics_of_its_invocation(process):
    process.invoke(b"{}")
    invocation = process.invoke(batch({"do": "count"}))
    assert invocation.logs == ("batch of 1",)
    (metric,) = invocation.metrics
    assert (metric.namespace, metric.name, metric.values) == ("Probe", "Counted", (1.0, 2.0))
    assert metric.dimensions == (("of", "probe"),)


def test_an_exception_in_the_handler_is_the_invocations_fault_and_the_process_goes_on(process):
    invocation = process.invoke(batch({"do": "raise"}))
    assert invocation.answer is None
    assert (invocation.fault.type, invocation.fault.message) == ("RuntimeError", "as instructed")
    assert process.invoke(b"{}").init_seconds is None


def test_a_function_that_takes_too_long_is_killed_and_starts_again(function, runtime):
    process = FunctionProcess(replace(function, timeout=1), runtime)
    process.wait_ready()
    invocation = process.invoke(batch({"do": "sleep", "seconds": 30}))
    assert invocation.fault.type == "Sandbox.Timedout"
    assert invocation.seconds < 10
    after = process.invoke(batch({}))
    assert after.fault is None
    assert after.init_seconds is not None
    process.stop()


def test_a_process_that_ends_in_the_middle_is_a_fault_and_is_replaced(process):
    invocation = process.invoke(batch({"do": "exit"}))
    assert invocation.fault.type == "Runtime.ExitError"
    assert process.invoke(batch({})).answer == {"batchItemFailures": []}


def test_the_fault_of_a_handler_that_cannot_be_loaded_has_the_reason(function, runtime):
    process = FunctionProcess(replace(function, handler="absent.handler"), runtime)
    fault = process.wait_ready()
    assert "absent" in fault.message
    assert process.invoke(b"{}").fault is not None
    process.stop()
