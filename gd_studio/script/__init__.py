"""Any experiment as one plain PyTorch file, which ends with the very same parameters.

Only text is written here: nothing is drawn, read or calculated.
"""

from gd_studio.script.errors import ScriptError
from gd_studio.script.tables import data_beside
from gd_studio.script.write import needed_data, write_script

__all__ = ["ScriptError", "data_beside", "needed_data", "write_script"]
