"""The embedded object store: started, found, stopped; and put-once by a real server."""

from __future__ import annotations

import ipaddress
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from citylake.errors import ObjectExists, StoreUnavailable
from citylake.lake import BUCKETS, Lake
from citylake.orchestration import minio_build, minio_server, processes
from citylake.settings import Settings

pytestmark = pytest.mark.store


@pytest.fixture
def server(settings: Settings, minio_binary: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Settings whose server may be started by the test; it is stopped afterwards whatever happens."""
    monkeypatch.setenv("CITYLAKE_MINIO_BIN", str(minio_binary))
    yield settings
    minio_server.stop(settings)


def test_a_server_started_twice_is_one_and_is_gone_after_stop(server: Settings) -> None:
    first = minio_server.start(server)
    assert minio_server.start(server) == first
    assert minio_server.is_ready(first)
    lake = Lake(minio_server.connected(server))
    assert [list(lake.list(bucket)) for bucket in BUCKETS] == [[]] * 6
    assert minio_server.stop(server)
    assert minio_server.status(server) is None
    assert not psutil.pid_exists(first.pid)
    assert not minio_server.stop(server)


def test_what_was_put_is_there_after_a_restart_on_the_same_port(server: Settings) -> None:
    with minio_server.running_store(server) as connected:
        Lake(connected).put("reports", "a/报告.html", b"1")
        address = connected.s3_endpoint
    assert minio_server.status(server) is None
    with minio_server.running_store(server) as connected:
        assert connected.s3_endpoint == address
        assert Lake(connected).get("reports", "a/报告.html") == b"1"


def test_a_store_that_ran_before_is_left_running(server: Settings) -> None:
    service = minio_server.start(server)
    with minio_server.running_store(server):
        pass
    assert minio_server.status(server) == service


def test_a_server_that_was_killed_is_started_again(server: Settings) -> None:
    killed = minio_server.start(server)
    psutil.Process(killed.pid).kill()
    psutil.wait_procs([psutil.Process(killed.pid)] if psutil.pid_exists(killed.pid) else [], timeout=5)
    with pytest.raises(StoreUnavailable):
        minio_server.connected(server)
    assert minio_server.start(server).pid != killed.pid


def test_the_server_listens_on_this_machine_alone_and_its_secrets_are_the_owners(server: Settings) -> None:
    service = minio_server.start(server)
    listening = psutil.Process(service.pid).net_connections(kind="tcp")
    addresses = {one.laddr.ip for one in listening if one.status == psutil.CONN_LISTEN}
    assert addresses and all(ipaddress.ip_address(address).is_loopback for address in addresses)
    assert stat.S_IMODE((server.root / "secrets.json").stat().st_mode) == 0o600
    assert minio_server.connected(server).s3_secret_key not in Path(service.log).read_text()


def test_another_process_that_got_our_pid_is_never_ended(server: Settings) -> None:
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        folder = server.root / "minio"
        folder.mkdir()
        record = f'{{"name": "minio", "pid": {stranger.pid}, "created": 1.0, "address": "127.0.0.1:1", "log": ""}}'
        (folder / "minio.json").write_text(record)
        assert not minio_server.stop(server)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_port_that_is_taken_is_not_insisted_on(server: Settings) -> None:
    with minio_server.running_store(server) as connected:
        port = int(connected.s3_endpoint.rsplit(":", 1)[1])
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", port))
        taken.listen()
        with minio_server.running_store(server) as connected:
            assert not connected.s3_endpoint.endswith(f":{port}")


def test_a_binary_that_is_no_minio_is_refused(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITYLAKE_MINIO_BIN", sys.executable)
    with pytest.raises(minio_build.MinioNotBuilt, match="CITYLAKE_MINIO_BIN"):
        minio_build.minio_binary(settings)


def test_a_server_that_cannot_start_says_where_its_log_is(
    server: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "minio"
    script.write_text("#!/bin/sh\ncase $1 in --version) echo minio version 0;; *) echo no disk; exit 1;; esac\n")
    script.chmod(0o755)
    monkeypatch.setenv("CITYLAKE_MINIO_BIN", str(script))
    with pytest.raises(processes.ServiceFailed) as failure:
        minio_server.start(server)
    assert failure.value.log.read_text() == "no disk\n"
    assert minio_server.status(server) is None


def test_of_sixteen_writers_of_one_key_one_wins(store: Settings) -> None:
    lake, won, refused = Lake(store), [], []

    def put(number: int) -> None:
        try:
            lake.put_once("landing", "a/b", str(number).encode())
            won.append(number)
        except ObjectExists:
            refused.append(number)

    threads = [threading.Thread(target=put, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), len(refused)) == (1, 15)
    assert lake.get("landing", "a/b") == str(won[0]).encode()
