"""A Python participant: reads requests as lines of JSON, answers with one line each (see conversation.ts)."""

import importlib
import importlib.metadata
import importlib.util
import json
import os
import sys
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent / "questions"))

PACKAGES = {"pytorch": ["torch"], "jax": ["jax", "optax"], "scikit-learn": ["sklearn"]}
DISTRIBUTIONS = {"sklearn": "scikit-learn"}


class Worker:
    def __init__(self, peer):
        self.peer = peer
        self.data = {}
        self.programs = {}

    def version(self):
        """Versions of the peer's packages; fails when one cannot be imported."""
        if self.peer == "pytorch" and "DOWNHILL_BENCH_THREADS" in os.environ:
            import torch

            torch.set_num_threads(int(os.environ["DOWNHILL_BENCH_THREADS"]))
        for package in PACKAGES[self.peer]:
            importlib.import_module(package)
        names = [DISTRIBUTIONS.get(package, package) for package in PACKAGES[self.peer]]
        return {"version": ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)}

    def open(self, question, python, data):
        """Loads the data and answers with the rows that this peer has in the question."""
        path = HERE.parent / "questions" / f"{python}.py"
        if not path.exists():
            return {"rows": []}
        spec = importlib.util.spec_from_file_location(python.replace("-", "_"), path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        self.data = {
            name: np.fromfile(array["path"], array["dtype"]).reshape(array["shape"])
            for name, array in data.items()
        }
        programs = module.PROGRAMS if python == question else module.PROGRAMS[question]
        self.makers = programs.get(self.peer, {})
        return {"rows": list(self.makers)}

    def program(self, row):
        if row not in self.programs:
            self.programs[row] = self.makers[row](self.data)
        return self.programs[row]

    def prepare(self, row):
        self.program(row)
        return {"stepsPerCall": self.program(row).steps_per_call}

    def report(self, row, steps):
        program = self.program(row)
        state = program.start()
        for index in range(max(1, steps // program.steps_per_call)):
            state = program.step(state, index)
        program.settle(state)
        return {"numbers": [float(number) for number in program.report(state)]}

    def run(self, row, calls):
        program = self.program(row)
        state = program.start()
        begin = time.perf_counter()
        for index in range(calls):
            state = program.step(state, index)
        program.settle(state)
        return {"seconds": time.perf_counter() - begin}


def main():
    # Answers go to the real stdout; whatever a library prints goes to stderr.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    worker = Worker(sys.argv[1])
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = getattr(worker, request.pop("op"))(**request)
        except Exception as error:  # reported in the table, with its kind
            answer = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer) + "\n")


main()
