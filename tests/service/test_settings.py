"""Settings as environment variables: the same after reading, all errors named at once."""

from __future__ import annotations

import pytest

from tagging.settings import Settings, SettingsError

SETTINGS = Settings(stage="dev", label_table="rows", ticket_queue_url="https://queue")


def test_the_function_reads_the_settings_that_infra_writes() -> None:
    assert Settings.from_env({**SETTINGS.to_env(), "PATH": "/bin"}) == SETTINGS


def test_every_invalid_variable_is_named_without_its_value() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({"STAGE": "NO GOOD", "LABEL_TABLE": "rows", "OBJECT_BYTES": "many-secrets"})
    assert all(name in str(caught.value) for name in ("STAGE", "TICKET_QUEUE_URL", "OBJECT_BYTES"))
    assert "LABEL_TABLE" not in str(caught.value)
    assert "many-secrets" not in str(caught.value)


@pytest.mark.parametrize(("memory", "threads"), [(512, 1), (1769, 1), (3538, 2), (10240, 5)])
def test_inference_gets_one_thread_a_whole_vcpu(memory: int, threads: int) -> None:
    variables = {**SETTINGS.to_env(), "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(memory)}
    assert Settings.from_env(variables).threads == threads


def test_lambdas_own_variables_are_not_written() -> None:
    assert not [name for name in SETTINGS.to_env() if name.startswith("AWS_")]
