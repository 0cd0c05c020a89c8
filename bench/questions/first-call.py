"""The JAX side of first-call.ts; PyTorch compiles nothing here."""

import importlib

PROGRAMS = {"jax": importlib.import_module("mlp-step").PROGRAMS["jax"]}
