"""gunicorn as our server: threads, no control socket, no files of its own."""

from typing import Any

from gunicorn.app.base import BaseApplication


class Site(BaseApplication):
    """The site under gunicorn with our defaults; ``options`` override them."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = {
            "worker_class": "gthread",
            "timeout": 60,
            "graceful_timeout": 20,
            "keepalive": 5,
            "loglevel": "warning",
            "control_socket_disable": True,
            **options,
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The application, and beside it the sealer of the audit, the sender of events, the worker of runs.

        Each worker loads them after the fork, so that none shares a connection or waits for a thread that
        stayed behind. Workers may seal at the same time: the chain takes one link a position; an endpoint
        of events takes one sender at a time; a case of a run is done once.
        """
        from yingcai.web.bulk_worker import BulkWorker  # noqa: PLC0415
        from yingcai.web.sealer import Sealer  # noqa: PLC0415
        from yingcai.web.sender import Sender  # noqa: PLC0415
        from yingcai.web.wsgi import application  # noqa: PLC0415

        Sealer().start()
        Sender().start()
        BulkWorker().start()
        return application
