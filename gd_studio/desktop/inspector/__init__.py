"""A step of training taken apart, for looking at. Passive: data by methods, signals back."""

from gd_studio.desktop.inspector.graph_view import GraphView
from gd_studio.desktop.inspector.inspector_view import InspectorView
from gd_studio.desktop.inspector.layer_histograms import LayerHistograms
from gd_studio.desktop.inspector.step_inspector import StepInspector

__all__ = ["GraphView", "InspectorView", "LayerHistograms", "StepInspector"]
