"""From a data set of the experiment to training and test samples in torch."""

from gd_studio.engine.data.prepare import Data, Part, prepare_data

__all__ = ["Data", "Part", "prepare_data"]
