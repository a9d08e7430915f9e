"""Alarms and dashboards of a stage, as tables that the construct turns into resources."""
