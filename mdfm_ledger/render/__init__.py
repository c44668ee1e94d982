"""Renderers: a report to JSON, text, CSV or a page. They know documents, not reports."""
