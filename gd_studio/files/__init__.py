"""Files: experiments, examples, trained parameters, histories, results. Every write is atomic.

Figures are in :mod:`gd_studio.files.figures`, which brings matplotlib: it is imported where one is
drawn.
"""

from gd_studio.files.atomic import replacing, write_atomically
from gd_studio.files.comparison import write_comparison
from gd_studio.files.errors import FileProblem
from gd_studio.files.examples import example_keys, load_example
from gd_studio.files.experiments import EXPERIMENT_SUFFIXES, load_experiment, save_experiment
from gd_studio.files.history import write_epochs, write_history
from gd_studio.files.models import (
    ModelMisfitError,
    check_fit,
    read_safetensors,
    write_safetensors,
)
from gd_studio.files.outside import consent, outside_tables
from gd_studio.files.reading import read_bytes
from gd_studio.files.results import write_result, write_results
from gd_studio.files.scripts import copy_shipped

__all__ = [
    "EXPERIMENT_SUFFIXES",
    "FileProblem",
    "ModelMisfitError",
    "check_fit",
    "consent",
    "copy_shipped",
    "example_keys",
    "load_example",
    "load_experiment",
    "outside_tables",
    "read_bytes",
    "read_safetensors",
    "replacing",
    "save_experiment",
    "write_atomically",
    "write_comparison",
    "write_epochs",
    "write_history",
    "write_result",
    "write_results",
    "write_safetensors",
]
