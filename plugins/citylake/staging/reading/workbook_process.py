"""The guarded process that opens workbooks: one for all of a worker's files, started anew when a file has killed it."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
from pathlib import Path

_SECONDS = 300
_START = "import runpy, sys; sys.path.append(sys.argv[1]); runpy.run_module('workbook_child', run_name='__main__')"


class WorkbookReader:
    """The child process, started on first use and again after a workbook has killed it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._memory = 0
        self._lock = threading.Lock()

    def ask(self, request: dict[str, object], memory_megabytes: int) -> dict[str, object] | None:
        """The child's answer, or None when it died over the workbook or took too long."""
        with self._lock:
            process = self._running(memory_megabytes)
            timer = threading.Timer(_SECONDS, process.kill)
            timer.start()
            try:
                if process.stdin is None or process.stdout is None:
                    return None
                process.stdin.write(json.dumps(request) + "\n")
                process.stdin.flush()
                answer = process.stdout.readline()
            except BrokenPipeError:
                answer = ""
            finally:
                timer.cancel()
            if not answer:
                process.kill()
                self._end(process)
                return None
            return dict(json.loads(answer))

    def close(self) -> None:
        """Ends the child, if it runs."""
        with self._lock:
            if self._process is not None and self._process.stdin is not None:
                self._process.stdin.close()
                self._end(self._process)

    def _running(self, memory_megabytes: int) -> subprocess.Popen[str]:
        process = self._process
        if process is not None and process.poll() is None and self._memory == memory_megabytes:
            return process
        if process is not None:
            process.kill()
            self._end(process)
        self._memory = memory_megabytes
        self._process = subprocess.Popen(
            [sys.executable, "-c", _START, str(Path(__file__).parent), str(memory_megabytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={"OMP_NUM_THREADS": "1", "ARROW_DEFAULT_MEMORY_POOL": "system", "PYTHONUTF8": "1"},
        )
        return self._process

    def _end(self, process: subprocess.Popen[str]) -> None:
        process.wait(timeout=10)
        for stream in (process.stdin, process.stdout):
            if stream is not None and not stream.closed:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()
        self._process = None


SHARED_READER = WorkbookReader()
