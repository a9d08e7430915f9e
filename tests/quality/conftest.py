"""An empty feature log."""

from tests.feature_log.conftest import store

__all__ = ["store"]
