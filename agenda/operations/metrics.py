"""Figures for Prometheus: requests of this process, and jobs, queues and letters from the tables.

Names follow https://prometheus.io/docs/practices/naming/; labels hold endpoints and never addresses.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from flask import Flask, Response, request
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import func, select

from agenda.core.runtime import Runtime
from agenda.mail.model import Letter
from agenda.operations.health import look
from agenda.web.requests_told import QUIET, seconds_so_far

BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Tables(Collector):
    """Reads the figures of the whole house at each look: every process tells the same."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime

    def collect(self) -> Iterator[Metric]:
        """Give jobs, queues and letters as they stand now."""
        now = self.runtime.clock()
        health = look(self.runtime, now)
        yield GaugeMetricFamily("agenda_ready", "Whether pages can be served.", float(health.ready))
        yield GaugeMetricFamily("agenda_troubles", "What is late, failing or away.", float(health.troubles))
        success = GaugeMetricFamily(
            "agenda_job_last_success_timestamp_seconds", "When a job succeeded last.", labels=["job"]
        )
        failing = GaugeMetricFamily("agenda_job_failures", "How often a job failed in a row.", labels=["job"])
        took = GaugeMetricFamily(
            "agenda_job_duration_seconds", "How long the last run of a job took.", labels=["job"]
        )
        for job in health.jobs:
            if job.state.succeeded_at is not None:
                success.add_metric([job.state.name], job.state.succeeded_at.timestamp())
            failing.add_metric([job.state.name], job.state.failures)
            took.add_metric([job.state.name], timedelta(milliseconds=job.state.milliseconds).total_seconds())
        waiting = GaugeMetricFamily("agenda_queue_waiting", "How much waits.", labels=["queue"])
        lag = GaugeMetricFamily("agenda_queue_lag_seconds", "Since when the oldest waits.", labels=["queue"])
        for queue in health.queues:
            waiting.add_metric([queue.name], queue.waiting)
            lag.add_metric([queue.name], queue.lag(now).total_seconds())
        yield from (success, failing, took, waiting, lag)
        if health.ready:
            yield self._letters()

    def _letters(self) -> Metric:
        letters = CounterMetricFamily("agenda_letters", "Letters by what became of them.", labels=["fate"])
        with self.runtime.read() as session:
            for fate, number in session.execute(
                select(Letter.fate, func.count()).where(Letter.fate.is_not(None)).group_by(Letter.fate)
            ):
                letters.add_metric([fate or ""], number)
        return letters


def measure(app: Flask, runtime: Runtime) -> CollectorRegistry:
    """Count and time every request of an app, and give the registry in which that stands."""
    registry = CollectorRegistry()
    seconds = Histogram(
        "agenda_request_duration_seconds",
        "How long a request took.",
        ["method", "endpoint", "status"],
        buckets=BUCKETS,
        registry=registry,
    )

    @app.after_request
    def end(response: Response) -> Response:
        endpoint = request.endpoint or "none"
        took = seconds_so_far()
        if endpoint not in QUIET and took is not None:
            seconds.labels(request.method, endpoint, str(response.status_code)).observe(took)
        return response

    if runtime.config.metrics_folder is not None:
        # Several web processes write their figures into one folder, and each can tell those of all.
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=str(runtime.config.metrics_folder))  # type: ignore[no-untyped-call]
    registry.register(Tables(runtime))
    return registry


def written(registry: CollectorRegistry) -> bytes:
    """Write every figure in the text form that Prometheus reads."""
    return generate_latest(registry)
