"""The log: one structured event a call, on the standard logger ``mdfm_ledger``.

A library must not print; what is logged is shown once the application sets up logging. Numbers,
kinds and references only: names and amounts stay out of logs.
"""

from __future__ import annotations

import logging

import structlog


def structured_log() -> structlog.stdlib.BoundLogger:
    """A structlog logger over the standard one, whatever the application has set up for its own."""
    log: structlog.stdlib.BoundLogger = structlog.wrap_logger(
        logging.getLogger("mdfm_ledger"),
        processors=[structlog.stdlib.filter_by_level, structlog.stdlib.render_to_log_kwargs],
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    return log
