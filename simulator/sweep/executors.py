"""Where points run: in this process, in several, or on the workers of a Dask cluster.

Each executor hands out batches of about a second and gives back what is finished, in any order. A
worker that dies takes no other point with it: what it had in hand is tried once more, point by
point, and what then kills a worker again is a failed point with that reason.
"""

from __future__ import annotations

import importlib
import math
import multiprocessing
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from typing import Any, Protocol, TypeVar

from simulator.errors import InputError
from simulator.leanstart import let_dask_be_found
from simulator.processes import begin_process, deaf_to_interrupts
from simulator.sweep.points import program
from simulator.sweep.server import begin_processes, context
from simulator.sweep.worker import (
    Job,
    PointBatch,
    PointOutcome,
    PointTask,
    Reused,
    make_ready,
    run_batch,
)
from simulator.workers import Item, Result

DIED = "worker processes died again and again (killed, or out of memory) with this point"
BATCH_S = 1.0
MAX_BATCH = 256
_CONNECT_S = 20
_ANSWER_S = 60.0  # a cluster that is busy answers late; one that is stopped, never
_READY_S = 0.02
_UNANSWERED = 20  # results in a row that never came
_POLL_S = 0.25
_END_S = 10.0  # for a worker process to end, or a broken pool to say what it lost


class PointQueue:
    """The points still to hand out, and how many make up a batch of about a second."""

    def __init__(self, tasks: Iterable[PointTask]) -> None:
        self._left = deque(tasks)
        self._mean_s = math.inf

    def __len__(self) -> int:
        return len(self._left)

    def take(self, workers: int) -> list[PointTask]:
        """Return the next batch; smaller towards the end, so that all workers end together.

        Where there is one worker it is a single point: nothing is gained by waiting for more.
        """
        # Until a batch has come back the mean is infinite, and a batch a single point.
        fair = math.ceil(len(self._left) / (2 * workers)) if workers > 1 else 1
        size = max(1, min(int(BATCH_S / self._mean_s), fair, MAX_BATCH))
        return [self._left.popleft() for _ in range(min(size, len(self._left)))]

    def learn(self, batch: PointBatch) -> None:
        """Note how long points take now."""
        mean_s = sum(o.elapsed_s for o in batch.outcomes) / max(1, len(batch.outcomes))
        # Half old, half new: the first points of an orbit are slow, all later ones fast.
        smoothed_s = 0.5 * (mean_s + self._mean_s) if math.isfinite(self._mean_s) else mean_s
        self._mean_s = max(1e-4, smoothed_s)


class Executor(Protocol):
    """Runs batches; `workers` at a time."""

    @property
    def workers(self) -> int: ...

    def run(self, job: Job, tasks: PointQueue) -> Iterator[PointBatch]:
        """Yield every point of the tasks once, done or failed."""

    def close(self, *, at_once: bool) -> None:
        """Let the workers go; `at_once` ends those we started in the middle of their work."""


Closed = TypeVar("Closed", bound=Executor)


@contextmanager
def released(executor: Closed) -> Iterator[Closed]:
    """Let an executor's workers go at the end; at once if it comes early."""
    try:
        yield executor
    except BaseException:
        executor.close(at_once=True)
        raise
    executor.close(at_once=False)


class Serial:
    """Everything in this process."""

    workers = 1

    def run(self, job: Job, tasks: PointQueue) -> Iterator[PointBatch]:
        while tasks:
            yield run_batch(job, tasks.take(self.workers))

    def close(self, *, at_once: bool) -> None:
        return None


class Processes:
    """Processes of this machine, of which no more than there are `points` begin ahead of need."""

    def __init__(self, jobs: int, points: int = 1) -> None:
        begin_processes()
        self.workers = jobs
        self._begun_ahead = min(jobs, points) - 1
        self._children_before = set(multiprocessing.active_children())
        self._pool: ProcessPoolExecutor | None = None

    def run(self, job: Job, tasks: PointQueue) -> Iterator[PointBatch]:
        running: dict[Future[PointBatch], list[PointTask]] = {}
        while tasks or running:
            lost: list[PointTask] = []
            while tasks and len(running) < 2 * self.workers:
                batch = tasks.take(self.workers)
                try:
                    running[self._submit(job, batch)] = batch
                except BrokenProcessPool:
                    lost += batch
                    break
            done, _ = wait(running, timeout=_POLL_S, return_when=FIRST_COMPLETED)
            if any(isinstance(future.exception(), BrokenProcessPool) for future in done):
                # A pool that breaks ends all its futures, within the moment it takes to say so.
                done, hung = wait(running, timeout=_END_S)
                lost += [task for future in hung for task in running.pop(future)]
            for future in done:
                batch = running.pop(future)
                if isinstance(future.exception(), BrokenProcessPool):
                    lost += batch
                    continue
                finished = future.result()
                tasks.learn(finished)
                yield finished
            if lost:
                yield from self._again(job, lost)

    def _again(self, job: Job, lost: Sequence[PointTask]) -> Iterator[PointBatch]:
        """Run points one at a time, so that one that kills its worker is known."""
        self.close(at_once=True)
        for task in lost:
            try:
                yield self._submit(job, [task]).result()
            except BrokenProcessPool:
                self.close(at_once=True)
                yield _failed(task, DIED)

    def _submit(self, job: Job, batch: Sequence[PointTask]) -> Future[PointBatch]:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self.workers,
                mp_context=context(),
                initializer=begin_process,
            )
            self._begin_others(self._pool, job)
        with deaf_to_interrupts():
            return self._pool.submit(run_batch, job, batch)

    def _begin_others(self, pool: ProcessPoolExecutor, job: Job) -> None:
        """Have the other processes begin while one runs the first points, which are few."""
        with deaf_to_interrupts():
            for _ in range(self._begun_ahead):
                pool.submit(make_ready, job.source)
        # A pool after one that broke runs single points.
        self._begun_ahead = 0

    def close(self, *, at_once: bool) -> None:
        if self._pool is None:
            return
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._pool = None
        # A worker that does not end by itself is ended, so that the sweep's end waits for none.
        until_s = time.monotonic() + (0.0 if at_once else _END_S)
        for child in set(multiprocessing.active_children()) - self._children_before:
            child.join(timeout=max(0.0, until_s - time.monotonic()))
            if child.is_alive():
                child.kill()
                child.join(timeout=1.0)


def _failed(task: PointTask, error: str) -> PointBatch:
    return PointBatch((PointOutcome(task.point, (), error, 0.0),), Reused())


class Cluster:
    """The workers of a Dask cluster that is there already."""

    def __init__(self, address: str) -> None:
        let_dask_be_found()
        try:
            self._distributed: Any = importlib.import_module("distributed")
        except ImportError:
            raise InputError(
                "--scheduler needs dask and distributed: install simulator[sweep]"
            ) from None
        try:
            self._client = self._distributed.Client(
                address, timeout=_CONNECT_S, set_as_default=False
            )
        except (TypeError, FileNotFoundError, ssl.SSLError) as fault:
            raise InputError(
                f"--scheduler {address}: {fault}; for tls:// name ca-file, client.cert and "
                "client.key in Dask's own configuration, distributed.comm.tls"
            ) from None
        except (OSError, ValueError, RuntimeError) as fault:
            raise InputError(f"--scheduler {address}: no scheduler answers: {fault}") from None
        self._address = address
        try:
            self._wait_for_workers()
            self._check_versions()
        except BaseException:
            self._client.close()
            raise

    @property
    def workers(self) -> int:
        return max(1, sum(map(int, self._answered(self._client.nthreads).values())))

    def _answered(self, ask: Callable[..., Any], *arguments: Any) -> Any:
        """Return what the cluster answers; raises InputError where no answer comes in time.

        The client itself would wait for ever for a scheduler or a worker that is stopped but still
        connected, so it asks from a thread of its own, which is left behind if need be.
        """
        answer: Future[Any] = Future()

        def wait_for_answer() -> None:
            try:
                answer.set_result(ask(*arguments))
            except BaseException as fault:
                answer.set_exception(fault)

        threading.Thread(target=wait_for_answer, daemon=True).start()
        done, _ = wait([answer], timeout=_ANSWER_S)
        if not done:
            raise InputError(
                f"--scheduler {self._address}: gives no answer for {_ANSWER_S:g} s"
            ) from None
        return answer.result()

    def _has_workers(self) -> bool:
        return bool(self._answered(self._client.nthreads))

    def _is_working(self) -> bool:
        """Return whether any worker has anything of ours, or of anybody's, in hand."""
        return any(self._answered(self._client.processing).values())

    def _wait_for_workers(self) -> None:
        try:
            self._client.wait_for_workers(1, timeout=_CONNECT_S)
        except TimeoutError:
            raise InputError(
                f"--scheduler {self._address}: has no worker after {_CONNECT_S} s; start some with "
                "dask worker"
            ) from None

    def _check_versions(self) -> None:
        try:
            versions = self._answered(self._client.run, program)
        except (ImportError, AttributeError) as fault:
            raise InputError(
                f"--scheduler {self._address}: a worker cannot import simulator.sweep: {fault}"
            ) from None
        for worker, version in versions.items():
            if version != program():
                raise InputError(
                    f"--scheduler {self._address}: worker {worker} has another version of "
                    "simulator; install the same one everywhere"
                )

    def run(self, job: Job, tasks: PointQueue) -> Iterator[PointBatch]:
        running: dict[Any, list[PointTask]] = {}
        suspects: deque[PointTask] = deque()
        finished = self._distributed.as_completed(loop=self._client.loop)

        def hand_out(batch: list[PointTask]) -> None:
            future = self._client.submit(run_batch, job, batch, pure=False)
            running[future] = batch
            finished.add(future)

        unanswered = 0
        while tasks or running or suspects:
            workers = self.workers
            alone = not tasks and not running
            if alone:
                hand_out([suspects.popleft()])
            while tasks and len(running) < 2 * workers:
                hand_out(tasks.take(workers))
            future = self._finished(running, finished)
            batch = running.pop(future)
            try:
                result = self._result(future, batch, suspects, alone=alone)
            except TimeoutError:  # gone with its worker: the points are run again
                unanswered += 1
                if unanswered > _UNANSWERED:
                    raise InputError(
                        f"--scheduler {self._address}: its workers no longer answer"
                    ) from None
                hand_out(batch)
                result = None
            future.release()
            if result is not None:
                unanswered = 0
                tasks.learn(result)
                yield result

    def _finished(self, running: Mapping[Any, Sequence[PointTask]], finished: Any) -> Any:
        """Wait for a batch that is finished, or that no worker has in hand although it should.

        A batch may take as long as it likes, but not be waited for while nobody works on it.
        """
        idle = 0
        while idle < 2:
            end_s = time.monotonic() + _CONNECT_S
            while not finished.has_ready() and time.monotonic() < end_s:
                time.sleep(_READY_S)
            if finished.has_ready():
                future = next(finished)
                if future not in running:
                    continue
                if future.status != "lost":
                    return future
                finished.add(future)  # lost with a worker that died: the scheduler runs it again
            idle = self._idle_again(idle)
        return next(iter(running))

    def _result(
        self, future: Any, batch: Sequence[PointTask], suspects: deque[PointTask], *, alone: bool
    ) -> PointBatch | None:
        """Return what a batch came to; what died with its workers is first tried again, alone.

        Dask blames whatever was on a worker that died, also what only waited there. Raises
        TimeoutError where the result does not come.
        """
        if future.status == "cancelled":
            raise InputError(f"--scheduler {self._address}: the connection was lost")
        try:
            result: PointBatch = future.result(timeout=_CONNECT_S)
        except self._distributed.KilledWorker:
            if not alone:
                suspects.extend(batch)
                return None
            return _failed(batch[0], f"KilledWorker: {DIED}")
        except TimeoutError:
            raise
        except (OSError, ImportError, AttributeError, RuntimeError) as fault:
            raise InputError(
                f"--scheduler {self._address}: cannot run simulator, which must be the same on the "
                f"scheduler and all workers: {fault}"
            ) from None
        return result

    def map(self, work: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[Result]:
        """Yield what the work makes of each item, in order: see `simulator.workers`.

        The work goes to each worker once. Raises InputError where the cluster fails.
        """
        ahead = iter(items)
        with self._faults_named():
            # Sent to each worker once, and not again with every item: it may hold whole tracks.
            held = self._scattered(work)
            waiting = deque(self._submit(held, item) for item in islice(ahead, 2 * self.workers))
            while waiting:
                future = waiting.popleft()
                done: Result = self._awaited(future)
                future.release()
                waiting.extend(self._submit(held, item) for item in islice(ahead, 1))
                yield done

    def _idle_again(self, times: int) -> int:
        """Return how many times in a row nobody was at work, with this one; 0 if somebody is.

        Raises InputError where no worker is left.
        """
        if not self._has_workers():
            raise InputError(f"--scheduler {self._address}: has no worker left")
        return 0 if self._is_working() else times + 1

    def _awaited(self, future: Any) -> Any:
        """Return a result, which may take as long as it likes while anybody works."""
        idle = 0
        while idle < 2:
            try:
                return future.result(timeout=_CONNECT_S)
            except TimeoutError:
                if future.status != "pending":
                    raise
            idle = self._idle_again(idle)
        raise InputError(f"--scheduler {self._address}: its workers no longer answer")

    def _scattered(self, work: Any) -> Any:
        try:
            return self._client.scatter(work, broadcast=True, hash=False, timeout=_CONNECT_S)
        except TimeoutError:
            raise InputError(
                f"--scheduler {self._address}: its workers take no data for {_CONNECT_S} s"
            ) from None

    def _submit(self, work: Any, item: Any) -> Any:
        return self._client.submit(_applied, work, item, pure=False)

    @contextmanager
    def _faults_named(self) -> Iterator[None]:
        killed = self._distributed.KilledWorker
        try:
            yield
        except killed:
            raise InputError(f"--scheduler {self._address}: {DIED}") from None
        except CancelledError:
            raise InputError(
                f"--scheduler {self._address}: all its workers or the connection were lost"
            ) from None

    def close(self, *, at_once: bool) -> None:
        self._client.close(timeout=1 if at_once else _CONNECT_S)


def _applied(work: Callable[[Item], Result], item: Item) -> Result:
    return work(item)
