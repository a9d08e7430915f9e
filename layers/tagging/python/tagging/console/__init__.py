"""Pages by which people answer reviews and look at a stage: one function from a request to a response, and a server."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagging.console.console import Console
    from tagging.console.exchange import Request, Response
    from tagging.console.server import HOST, make_server
    from tagging.console.source import ServedLabels, Source
    from tagging.console.stage_models import StageModels
    from tagging.console.stage_source import StageSource
else:
    from tagging import door

    __getattr__ = door(
        __name__,
        console="Console",
        exchange="Request Response",
        server="HOST make_server",
        source="ServedLabels Source",
        stage_models="StageModels",
        stage_source="StageSource",
    )
