"""The plots. Each is handed data by methods and speaks by signals; none knows an engine."""

from gd_studio.desktop.plots.boundary_plot import BoundaryPlot
from gd_studio.desktop.plots.fit_plot import FitPlot
from gd_studio.desktop.plots.function_curve_plot import FunctionCurvePlot
from gd_studio.desktop.plots.landscape_plot import LandscapePlot
from gd_studio.desktop.plots.loss_plot import LossPlot, StepPlot
from gd_studio.desktop.plots.plot_frame import PlotFrame

__all__ = [
    "BoundaryPlot",
    "FitPlot",
    "FunctionCurvePlot",
    "LandscapePlot",
    "LossPlot",
    "PlotFrame",
    "StepPlot",
]
