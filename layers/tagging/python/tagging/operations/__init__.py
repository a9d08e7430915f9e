"""operations"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagging.operations.account import stack_output, stack_outputs
    from tagging.operations.account_checks import check_account
    from tagging.operations.check import Check, State
    from tagging.operations.dead_letters import CameBack, move, waiting
    from tagging.operations.intake_queue import IntakeQueue, NoPointer, Pointer, QueueRefused, pointer_to
    from tagging.operations.machine_checks import check_machine, check_project
    from tagging.operations.malware_scan import found_clean
    from tagging.operations.object_versions import Passed, versions_since
    from tagging.operations.pending_tickets import send_pending
else:
    from tagging import door

    __getattr__ = door(
        __name__,
        account="stack_output stack_outputs",
        account_checks="check_account",
        check="Check State",
        dead_letters="CameBack move waiting",
        intake_queue="IntakeQueue NoPointer Pointer QueueRefused pointer_to",
        machine_checks="check_machine check_project",
        malware_scan="found_clean",
        object_versions="Passed versions_since",
        pending_tickets="send_pending",
    )
