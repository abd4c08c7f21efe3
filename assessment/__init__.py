"""Indicators as data, counted once for lists, dashboards, reports and the API."""
