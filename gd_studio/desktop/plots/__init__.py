"""The plots. Each is handed data by methods and speaks by signals; none knows an engine."""

from gd_studio.desktop.plots.bars_plot import BarsPlot
from gd_studio.desktop.plots.boundary_plot import BoundaryPlot
from gd_studio.desktop.plots.confusion_plot import ConfusionPlot
from gd_studio.desktop.plots.curvature_plot import CurvaturePlot
from gd_studio.desktop.plots.fit_plot import FitPlot
from gd_studio.desktop.plots.function_curve_plot import FunctionCurvePlot
from gd_studio.desktop.plots.image_grid import ImageGrid
from gd_studio.desktop.plots.landscape_plot import LandscapePlot
from gd_studio.desktop.plots.learning_rate_plot import LearningRatePlot
from gd_studio.desktop.plots.loss_plot import LossPlot
from gd_studio.desktop.plots.painted_plot import PaintedPlot
from gd_studio.desktop.plots.plot_frame import PlotFrame
from gd_studio.desktop.plots.residual_plot import PredictedPlot
from gd_studio.desktop.plots.roc_plot import RocPlot
from gd_studio.desktop.plots.state_plot import StatePlot
from gd_studio.desktop.plots.step_plot import StepPlot

__all__ = [
    "BarsPlot",
    "BoundaryPlot",
    "ConfusionPlot",
    "CurvaturePlot",
    "FitPlot",
    "FunctionCurvePlot",
    "ImageGrid",
    "LandscapePlot",
    "LearningRatePlot",
    "LossPlot",
    "PaintedPlot",
    "PlotFrame",
    "PredictedPlot",
    "RocPlot",
    "StatePlot",
    "StepPlot",
]
