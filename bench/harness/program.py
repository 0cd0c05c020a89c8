"""What a participant's program is: the Python counterpart of `Program` in question.ts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

State = Any


@dataclass(frozen=True)
class Program:
    start: Callable[[], State]
    """A state as at the beginning of training; not timed."""

    step: Callable[[State, int], State]
    """One timed call; the integer counts the calls of this run from 0."""

    report: Callable[[State], Sequence[float]]
    """The numbers that participants must agree on; not timed."""

    settle: Callable[[State], object] = lambda state: None
    """Waits until all that the calls asked for has been computed; timed."""

    steps_per_call: int = 1
    """Steps of work in one call: more for a compiled epoch."""
