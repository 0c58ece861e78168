"""SIGTERM and Ctrl-C end a process where nothing is lost by it."""

import os
import signal
import threading

import pytest

from training.session.stopping import DeferredStop, StopRequested, stoppable


def test_sigterm_ends_what_is_stoppable_at_once() -> None:
    former = signal.getsignal(signal.SIGTERM)
    with pytest.raises(StopRequested, match="SIGTERM"), stoppable():
        os.kill(os.getpid(), signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is former


@pytest.mark.parametrize(
    ("number", "error"), [(signal.SIGTERM, StopRequested), (signal.SIGINT, KeyboardInterrupt)]
)
def test_a_signal_waits_while_it_is_held_back(number: int, error: type[BaseException]) -> None:
    steps = []
    with pytest.raises(error), DeferredStop() as stop:  # noqa: PT012 (what happens between counts)
        stop.hold()
        os.kill(os.getpid(), number)
        steps.append(stop.requested)
        stop.release()
        steps.append(False)
    assert steps == [True]


def test_a_second_signal_does_not_wait() -> None:
    with pytest.raises(KeyboardInterrupt), DeferredStop() as stop:  # noqa: PT012
        stop.hold()
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)


def test_a_signal_that_nothing_holds_back_ends_at_once() -> None:
    with pytest.raises(StopRequested), DeferredStop() as stop:  # noqa: PT012
        stop.hold()
        stop.release()
        os.kill(os.getpid(), signal.SIGTERM)


def test_other_threads_take_no_signals() -> None:
    ended = []

    def work() -> None:
        with stoppable(), DeferredStop() as stop:
            ended.append(stop.requested)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert ended == [False]
