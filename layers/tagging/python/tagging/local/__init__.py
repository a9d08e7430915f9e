"""The local cloud: the synthesised template's resources on moto, and its functions in processes of their own."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagging.local.background import CloudError, ensure_cloud, stop_cloud
    from tagging.local.canary import (
        CanaryItem,
        LabelCount,
        begin_canary,
        begin_shadow,
        compare_items,
        count_labels,
        served_by_challenger,
    )
    from tagging.local.clock import Clock
    from tagging.local.cloud import LocalCloud
    from tagging.local.emf import Metric, read_metrics, summarise_metrics
    from tagging.local.function_pool import FunctionNotStarted
    from tagging.local.function_process import INIT_SECONDS, Runtime
    from tagging.local.invocation import Invocation
    from tagging.local.item_files import (
        SAMPLES,
        ItemFile,
        ItemFileError,
        LocalItem,
        find_images,
        find_items,
        find_mails,
        is_image,
        is_mail,
        one_line,
        skipped_files,
    )
    from tagging.local.item_run import CLOCK_SCALE, ItemOutcome, ItemRun, run_items
    from tagging.local.message_table import labelled_copy, table_items
    from tagging.local.moto_server import MotoServer
    from tagging.local.named_objects import put_named_objects
    from tagging.local.review_table import INDEXES, KEYS, create_review_table
    from tagging.local.running import announced, client_environment, idle_hours, note_use, running_cloud
    from tagging.local.runtime_api import Outcome, Request, RuntimeApi
    from tagging.local.shipped import find_clone, path_or_shipped, shipped_background, shipped_path
    from tagging.local.stack import Function
    from tagging.local.stub_aws import CREDENTIALS, Refusal, StubAws
    from tagging.local.template import STAGE, UNCHECKED, Resource, Template, TemplateError, need_node, synthesise
else:
    from tagging import door

    __getattr__ = door(
        __name__,
        background="CloudError ensure_cloud stop_cloud",
        canary="CanaryItem LabelCount begin_canary begin_shadow compare_items count_labels served_by_challenger",
        clock="Clock",
        cloud="LocalCloud",
        emf="Metric read_metrics summarise_metrics",
        function_pool="FunctionNotStarted",
        function_process="INIT_SECONDS Runtime",
        invocation="Invocation",
        item_files="ItemFile ItemFileError LocalItem SAMPLES find_images find_items find_mails is_image "
        "is_mail one_line skipped_files",
        item_run="CLOCK_SCALE ItemOutcome ItemRun run_items",
        moto_server="MotoServer",
        named_objects="put_named_objects",
        review_table="INDEXES KEYS create_review_table",
        running="announced client_environment idle_hours note_use running_cloud",
        runtime_api="Outcome Request RuntimeApi",
        shipped="find_clone path_or_shipped shipped_background shipped_path",
        stack="Function",
        stub_aws="CREDENTIALS Refusal StubAws",
        message_table="labelled_copy table_items",
        template="Resource STAGE Template TemplateError UNCHECKED need_node synthesise",
    )
