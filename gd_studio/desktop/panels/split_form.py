"""The part of a model's form for what becomes of the data: a test part, and a common scale."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QWidget

from gd_studio.desktop.panels.field_form import FieldForm
from gd_studio.desktop.panels.number_field import NumberField
from gd_studio.desktop.panels.number_text import Bounds
from gd_studio.desktop.panels.optional_number import OptionalNumber
from gd_studio.desktop.panels.switch_field import SwitchField
from gd_studio.desktop.plain_text import tooltip
from gd_studio.experiment import Split

_STRATIFIED = "Each class keeps its share in both parts"
_NO_CLASSES = "A regression has no classes to balance"


class SplitForm(FieldForm):
    """Its fields are called by their paths in a problem; the test's share is in percent."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._exact: dict[float, float] = {}  # the shares whose percentages are shown
        self._has_classes = True
        self._wishes_stratified = False
        self.test = OptionalNumber(30.0, Bounds(above=0.0, below=100.0), unit="%")
        self.seed = NumberField(42, Bounds(0, 2**32 - 1), integer=True)
        self.stratified = SwitchField(False)
        self.standardise = SwitchField(False)
        self.add(
            "split.test",
            "Test part",
            self.test,
            "Set part of the samples aside, by scikit-learn's train_test_split: the loss on them "
            "shows what the model makes of samples that it was not trained on",
        )
        self.add(
            "split.seed",
            "Test seed",
            self.seed,
            "Which samples are set aside: random_state of train_test_split",
        )
        self.add("split.stratified", "Stratified", self.stratified, _STRATIFIED)
        self.add(
            "standardise",
            "Standardise",
            self.standardise,
            "Shift and scale each feature to mean 0 and standard deviation 1, as they are in the "
            "training part (scikit-learn's StandardScaler). Features of one scale make a rounder "
            "valley, which gradient descent follows faster.",
        )
        self.fit_rows()

    def set_has_classes(self, has_classes: bool) -> None:
        """Offer to keep the shares of classes where there are some."""
        if has_classes == self._has_classes:
            return
        self._has_classes = has_classes
        self.stratified.setEnabled(has_classes)
        self.stratified.set_value(self._wishes_stratified and has_classes)
        about = _STRATIFIED if has_classes else _NO_CLASSES
        self.stratified.setToolTip(tooltip(about))
        self.stratified.setAccessibleDescription(about)

    def fit_rows(self) -> None:
        """Ask about the test part where there is one."""
        if self._has_classes:
            self._wishes_stratified = self.stratified.value()
        for name in ("split.seed", "split.stratified"):
            self.show_row(name, self.test.value() is not None)

    def value(self) -> dict[str, Any]:
        """Return the split and whether features are standardised, as a problem has them."""
        percent, split = self.test.value(), None
        if percent is not None:
            split = {
                "test": self._exact.get(percent, percent / 100),
                "seed": self.seed.value(),
                "stratified": self.stratified.value(),
            }
        return {"split": split, "standardise": self.standardise.value()}

    def set_value(self, values: Mapping[str, Any]) -> None:
        """Show a `Split` or ``None`` under "split", and "standardise"."""
        split: Split | None = values["split"]
        shown: dict[str, Any] = {"standardise": values["standardise"], "split.test": None}
        if split is not None:
            percent = float(f"{100 * split.test:.15g}")
            self._exact = {percent: split.test}
            shown |= {"split.test": percent, "split.seed": split.seed}
            shown |= {"split.stratified": split.stratified}
        super().set_value(shown)
