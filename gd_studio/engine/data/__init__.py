"""From a data set of the experiment to training and test samples in torch."""

from gd_studio.engine.data.prepare import Data, Part, prepare_data
from gd_studio.engine.data.problem import DataProblem

__all__ = ["Data", "DataProblem", "Part", "prepare_data"]
