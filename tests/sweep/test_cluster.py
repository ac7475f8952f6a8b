"""Sweeps and runs on a cluster give the same bytes, lose workers, and end with a word."""

import dataclasses
import importlib
import os
import shutil
import socket
import subprocess
import sys
import time
import types
from contextlib import contextmanager

import pytest
from typer.testing import CliRunner

from simulator.cli import app
from simulator.errors import InputError
from simulator.leanstart import let_dask_be_found
from simulator.sweep import Watcher, executors, run_sweep
from tests import made_runners as runners
from tests.made_sweeps import ROOT, same, stub, wait_for

SCENARIOS = ROOT / "scenarios"


def test_a_cluster_that_gives_no_answer_is_named(monkeypatch):
    monkeypatch.setattr("simulator.sweep.executors._ANSWER_S", 0.1)
    silent = object.__new__(executors.Cluster)
    silent._address = "tcp://nobody:1"
    silent._client = types.SimpleNamespace(nthreads=lambda: time.sleep(60))
    with pytest.raises(InputError, match=r"tcp://nobody:1: gives no answer for 0\.1 s"):
        assert silent.workers


@dataclasses.dataclass
class Cluster:
    address: str
    workers: list


@pytest.fixture
def cluster(tmp_path):
    """A scheduler and two workers on this machine, as a user would start them."""
    with started_cluster(tmp_path, "tcp", ()) as running:
        yield running


def answers(port):
    """Whether anybody listens at a port of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def started_cluster(folder, protocol, security):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"{protocol}://127.0.0.1:{free.getsockname()[1]}"
    environment = dict(os.environ, PYTHONPATH=str(ROOT))
    started = []

    def start(*words):
        words = (*words, *security, "--host", "127.0.0.1", "--protocol", protocol)
        with (folder / f"{len(started)}.log").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *words, "--no-dashboard"],
                stdout=log,
                stderr=log,
                cwd=folder,
                env=environment,
            )
        started.append(process)
        return process

    try:
        scheduler = start("scheduler", "--port", address.rpartition(":")[2])
        wait_for(lambda: answers(int(address.rpartition(":")[2])), scheduler)
        worker = ("worker", address, "--nthreads", "1", "--no-nanny")
        workers = [start(*worker), start(*worker)]
        for number, process in enumerate(workers, start=1):
            log = folder / f"{number}.log"
            wait_for(lambda log=log: "Registered to" in log.read_text(), process)
        yield Cluster(address, workers)
    finally:
        for process in reversed(started):
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """Give a certificate and its key, which is its own authority."""
    if shutil.which("openssl") is None:
        pytest.skip("makes certificates with openssl, which is not here")
    folder = tmp_path_factory.mktemp("tls")
    words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test"]
    words += ["-keyout", "key.pem", "-out", "cert.pem"]
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.mark.slow
@pytest.mark.enable_socket
def test_a_cluster_behind_certificates_gives_the_same_bytes(file, tmp_path, certificates):
    cert, key = str(certificates / "cert.pem"), str(certificates / "key.pem")
    words = ("--tls-ca-file", cert, "--tls-cert", cert, "--tls-key", key)
    run_sweep(stub(file), runner=runners.trivial, out=tmp_path / "plain")
    tls = "distributed.comm.tls"
    settings = {f"{tls}.ca-file": cert, f"{tls}.client.cert": cert, f"{tls}.client.key": key}
    with started_cluster(tmp_path, "tls", words) as cluster:
        let_dask_be_found()
        # The settings that are there by themselves come first, to be those again afterwards.
        importlib.import_module("distributed")
        with importlib.import_module("dask").config.set(settings):
            run_sweep(
                stub(file), runner=runners.trivial, scheduler=cluster.address, out=tmp_path / "tls"
            )
        same(tmp_path / "plain", tmp_path / "tls")
        with pytest.raises(InputError, match=r"distributed\.comm\.tls"):
            run_sweep(stub(file), runner=runners.trivial, scheduler=cluster.address)


@pytest.mark.enable_socket
@pytest.mark.filterwarnings("ignore")
def test_an_address_by_tls_without_certificates_says_where_to_name_them(file):
    with pytest.raises(InputError, match=r"distributed\.comm\.tls") as caught:
        run_sweep(stub(file), runner=runners.trivial, scheduler="tls://127.0.0.1:9")
    assert len(caught.value.problems) == 1


@pytest.mark.slow
@pytest.mark.enable_socket
def test_a_cluster_that_loses_a_worker_gives_the_same_bytes(small, tmp_path, cluster):
    planned, _, folder = small
    run_sweep(planned, scheduler=cluster.address, out=tmp_path / "plain")
    same(folder, tmp_path / "plain")
    planned = stub(planned.source.folder / "two.toml", 40)
    run_sweep(planned, runner=runners.slow, out=tmp_path / "one")

    class Kills(Watcher):
        def progressed(self, progress):
            if progress.done > 10:
                cluster.workers[0].kill()

    sweep = run_sweep(
        planned,
        runner=runners.slow,
        scheduler=cluster.address,
        out=tmp_path / "two",
        watcher=Kills(),
    )
    assert cluster.workers[0].poll() is not None
    assert (sweep.done, sweep.errors) == (40, {})
    same(tmp_path / "one", tmp_path / "two")


@pytest.mark.slow
@pytest.mark.enable_socket
def test_a_cluster_without_workers_left_ends_the_sweep_with_a_word(
    file, tmp_path, cluster, monkeypatch
):
    class Kills(Watcher):
        def progressed(self, progress):
            for worker in cluster.workers:
                worker.kill()

    monkeypatch.setattr("simulator.sweep.executors._CONNECT_S", 2)
    with pytest.raises(InputError, match=r"no worker left|all its workers"):
        run_sweep(
            stub(file, 40),
            runner=runners.slow,
            scheduler=cluster.address,
            out=tmp_path / "none",
            watcher=Kills(),
        )


@pytest.mark.slow
@pytest.mark.enable_socket
def test_points_that_no_worker_has_in_hand_are_handed_out_anew(
    file, tmp_path, cluster, monkeypatch
):
    """A scheduler may lose a batch between two workers; here it never hears of the first."""
    run_sweep(stub(file), runner=runners.trivial, out=tmp_path / "one")
    monkeypatch.setattr("simulator.sweep.executors._CONNECT_S", 1)
    client = executors.Cluster(cluster.address)
    submit, forgotten = client._client.submit, []

    def forgetful(*words, **options):
        if not forgotten:
            forgotten.append(client._distributed.Future("lost", client._client))
            return forgotten[0]
        return submit(*words, **options)

    monkeypatch.setattr(client._client, "submit", forgetful)
    monkeypatch.setattr(executors, "Cluster", lambda address: client)
    run_sweep(stub(file), runner=runners.trivial, scheduler=cluster.address, out=tmp_path / "two")
    assert forgotten
    same(tmp_path / "one", tmp_path / "two")


@pytest.mark.slow
@pytest.mark.enable_socket
def test_a_run_on_a_cluster_writes_the_same_bytes(tmp_path, cluster):
    file = tmp_path / "wide.toml"
    file.write_text((SCENARIOS / "north-east-asia.toml").read_text())
    words = ["run", str(file), "--no-figures", "--quiet"]
    words += ["--set", "span.days=4", "--set", "regions.0.resolution_km=60"]
    local = CliRunner().invoke(app, [*words, "--out", str(tmp_path / "here")])
    remote = CliRunner().invoke(
        app, [*words, "--out", str(tmp_path / "there"), "--scheduler", cluster.address]
    )
    assert (local.exit_code, remote.exit_code) == (0, 0), remote.output
    assert remote.output == local.output
    files = [f.relative_to(tmp_path / "here") for f in (tmp_path / "here").rglob("*.*")]
    assert len(files) > 10
    for name in files:
        assert (tmp_path / "there" / name).read_bytes() == (tmp_path / "here" / name).read_bytes()


@pytest.mark.slow
@pytest.mark.enable_socket
def test_workers_that_die_end_a_run_with_a_word(cluster, monkeypatch):
    remote = executors.Cluster(cluster.address)
    monkeypatch.setattr("simulator.sweep.executors._CONNECT_S", 3)
    with (
        pytest.raises(InputError, match=r"no worker left|all its workers"),
        executors.released(remote),
    ):
        list(remote.map(runners.dies, range(3)))


@pytest.mark.slow
@pytest.mark.enable_socket
def test_a_scheduler_that_is_not_there_is_named(file, tmp_path, monkeypatch):
    monkeypatch.setattr("simulator.sweep.executors._CONNECT_S", 1)
    with pytest.raises(InputError, match="no scheduler answers"):
        run_sweep(stub(file), scheduler="tcp://127.0.0.1:9", out=tmp_path / "s")
    assert not (tmp_path / "s").exists()
