"""The function `tag_mail` as Lambda keeps it: versions, and the alias `live` that its processes here follow."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tagging.local.cloud import LocalCloud
from tagging.local.function_pool import FunctionPool
from tagging.local.function_process import Runtime
from tagging.local.invocation import Invocation

FUNCTION = "tag_mail"
LOG_GROUP = f"/aws/lambda/{FUNCTION}"


class Releases:
    """Version 1 is the project's own; what is released after it differs from it in its environment."""

    def __init__(self, cloud: LocalCloud, folder: Path) -> None:
        self.cloud = cloud
        self._lambda, self._logs = cloud.client("lambda"), cloud.client("logs")
        self._first = cloud.pools[FUNCTION]
        self._runtime = Runtime(cloud.endpoint, folder)
        self._function = self._first.processes[0].function
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as file:
            file.writestr(f"{FUNCTION}.py", "")
        trust = '{"Statement": []}'
        role = cloud.client("iam").create_role(RoleName=FUNCTION, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        self._lambda.create_function(
            FunctionName=FUNCTION,
            Runtime="python3.13",
            Role=role,
            Handler=self._function.handler,
            Code={"ZipFile": code.getvalue()},
            Timeout=self._function.timeout,
            MemorySize=self._function.memory,
            Environment={"Variables": dict(self._function.environment)},
        )
        first = self._lambda.publish_version(FunctionName=FUNCTION)["Version"]
        self._lambda.create_alias(FunctionName=FUNCTION, Name="live", FunctionVersion=first)
        self._logs.create_log_group(logGroupName=LOG_GROUP)
        self._logs.create_log_stream(logGroupName=LOG_GROUP, logStreamName="local")

    def release(self, **changed: str) -> None:
        """Deploy a version that has these variables, too."""
        variables = {**self._function.environment, **changed}
        self._lambda.update_function_configuration(FunctionName=FUNCTION, Environment={"Variables": variables})
        version = self._lambda.publish_version(FunctionName=FUNCTION)["Version"]
        self._lambda.update_alias(FunctionName=FUNCTION, Name="live", FunctionVersion=version)
        self.serve()

    def serve(self) -> None:
        """Run the version that the alias names."""
        self._stop()
        live = self._lambda.get_function_configuration(FunctionName=FUNCTION, Qualifier="live")
        function = replace(self._function, environment=live["Environment"]["Variables"])
        self.cloud.pools[FUNCTION] = FunctionPool(function, self._runtime, 1)

    def deliver(self, on_event: Callable[[int], object] = lambda _: None) -> None:
        """Deliver until idle, keeping what the function prints where CloudWatch would; `on_event` gets batch sizes."""

        def noted(event: dict[str, list[object]], invocation: Invocation) -> None:
            on_event(len(event["Records"]))
            lines = [{"timestamp": int(time.time() * 1000), "message": line} for line in invocation.logs]
            if lines:
                self._logs.put_log_events(logGroupName=LOG_GROUP, logStreamName="local", logEvents=lines)

        self.cloud.deliver_until_idle(noted)

    def forget(self) -> None:
        """Leave the cloud as it was found."""
        self._stop()
        self.cloud.pools[FUNCTION] = self._first
        self._lambda.delete_function(FunctionName=FUNCTION)
        self.cloud.client("iam").delete_role(RoleName=FUNCTION)
        self._logs.delete_log_group(logGroupName=LOG_GROUP)

    def _stop(self) -> None:
        if self.cloud.pools[FUNCTION] is not self._first:
            self.cloud.pools[FUNCTION].stop()
