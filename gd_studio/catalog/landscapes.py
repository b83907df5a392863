"""The built-in functions of two variables.

Each has its partial derivatives written out, so that a gradient can be checked against them.
Minima that are no round numbers are given to the last digit of a float64.
"""

from __future__ import annotations

from collections.abc import Iterator

from gd_studio.catalog.entry import Parameter
from gd_studio.catalog.function_entry import Domain, FunctionEntry

_LIBRARY = "Surjanovic & Bingham, Virtual Library of Simulation Experiments, 2013"
_XY = ("x", "y")


def _square(half: float) -> Domain:
    return ((-half, half), (-half, half))


# At x2 = 2π the derivative along x2 is zero and the function is sin(x1) − sin(x1/2), which is
# least where cos(x1) = cos(x1/2) / 2. The valley that leaves the domain at (10, 0) is less deep.
SINE_PRODUCT = FunctionEntry(
    key="sine-product",
    label="Sine product",
    summary="Hills and hollows of two wavelengths: where a path ends depends on where it starts.",
    formula="sin(x1)*cos(x2) + sin(x1/2)*cos(x2/2)",
    variables=("x1", "x2"),
    domain=((0.0, 10.0), (0.0, 10.0)),
    minima=((4.411326395856934, 6.283185307179586),),
    minimum=-1.760172593046087,
    gradient=(
        "cos(x1)*cos(x2) + 0.5*cos(x1/2)*cos(x2/2)",
        "-sin(x1)*sin(x2) - 0.5*sin(x1/2)*sin(x2/2)",
    ),
)

QUADRATIC_BOWL = FunctionEntry(
    key="quadratic-bowl",
    label="Quadratic bowl",
    summary="A bowl, stretched: the larger its condition number, the slower the descent.",
    formula="0.5*(x**2 + condition*y**2)",
    variables=_XY,
    domain=_square(4.0),
    minima=((0.0, 0.0),),
    minimum=0.0,
    gradient=("x", "condition*y"),
    parameters=(
        Parameter(
            "condition",
            "Condition number",
            10.0,
            "How many times more curved the bowl is along y than along x: ½ (x² + κ y²)",
            minimum=1.0,
            maximum=1e6,
        ),
    ),
)

ROSENBROCK = FunctionEntry(
    key="rosenbrock",
    label="Rosenbrock",
    summary="A curved, nearly flat valley: easy to enter, slow to follow to its minimum.",
    source="Rosenbrock, 1960",
    formula="(1 - x)**2 + 100*(y - x**2)**2",
    variables=_XY,
    domain=((-2.0, 2.0), (-1.0, 3.0)),
    minima=((1.0, 1.0),),
    minimum=0.0,
    gradient=("-2*(1 - x) - 400*x*(y - x**2)", "200*(y - x**2)"),
)

HIMMELBLAU = FunctionEntry(
    key="himmelblau",
    label="Himmelblau",
    summary="Four minima of equal depth: each start belongs to the basin of one of them.",
    source="Himmelblau, 1972",
    formula="(x**2 + y - 11)**2 + (x + y**2 - 7)**2",
    variables=_XY,
    domain=_square(6.0),
    minima=(
        (3.0, 2.0),
        (-2.805118086952745, 3.131312518250573),
        (-3.779310253377747, -3.283185991286170),
        (3.584428340330492, -1.848126526964404),
    ),
    minimum=0.0,
    gradient=(
        "4*x*(x**2 + y - 11) + 2*(x + y**2 - 7)",
        "2*(x**2 + y - 11) + 4*y*(x + y**2 - 7)",
    ),
)

BEALE = FunctionEntry(
    key="beale",
    label="Beale",
    summary="A plain with sharp peaks at its corners: gradients differ by orders of magnitude.",
    source=f"Beale, 1958; {_LIBRARY}",
    formula="(1.5 - x + x*y)**2 + (2.25 - x + x*y**2)**2 + (2.625 - x + x*y**3)**2",
    variables=_XY,
    domain=_square(4.5),
    minima=((3.0, 0.5),),
    minimum=0.0,
    gradient=(
        "2*(1.5 - x + x*y)*(y - 1) + 2*(2.25 - x + x*y**2)*(y**2 - 1)"
        " + 2*(2.625 - x + x*y**3)*(y**3 - 1)",
        "2*x*(1.5 - x + x*y) + 4*x*y*(2.25 - x + x*y**2) + 6*x*y**2*(2.625 - x + x*y**3)",
    ),
)

BOOTH = FunctionEntry(
    key="booth",
    label="Booth",
    summary="A bowl whose axes lie across the coordinates: steps per coordinate do not fit it.",
    source=_LIBRARY,
    formula="(x + 2*y - 7)**2 + (2*x + y - 5)**2",
    variables=_XY,
    domain=_square(10.0),
    minima=((1.0, 3.0),),
    minimum=0.0,
    gradient=("10*x + 8*y - 34", "8*x + 10*y - 38"),
)

MATYAS = FunctionEntry(
    key="matyas",
    label="Matyas",
    summary="A shallow trough along the diagonal: steep across, 25 times flatter along.",
    source=_LIBRARY,
    formula="0.26*(x**2 + y**2) - 0.48*x*y",
    variables=_XY,
    domain=_square(10.0),
    minima=((0.0, 0.0),),
    minimum=0.0,
    gradient=("0.52*x - 0.48*y", "0.52*y - 0.48*x"),
)

THREE_HUMP_CAMEL = FunctionEntry(
    key="three-hump-camel",
    label="Three-hump camel",
    summary="Three minima in a row, of which only the middle one is the lowest.",
    source=_LIBRARY,
    formula="2*x**2 - 1.05*x**4 + x**6/6 + x*y + y**2",
    variables=_XY,
    domain=_square(2.0),
    minima=((0.0, 0.0),),
    minimum=0.0,
    gradient=("4*x - 4.2*x**3 + x**5 + y", "x + 2*y"),
)

STYBLINSKI_TANG = FunctionEntry(
    key="styblinski-tang",
    label="Styblinski–Tang",
    summary="Four minima of different depth: downhill leads to the nearest, not the deepest.",
    source=f"Styblinski & Tang, 1990; {_LIBRARY}",
    formula="0.5*(x**4 - 16*x**2 + 5*x + y**4 - 16*y**2 + 5*y)",
    variables=_XY,
    domain=_square(5.0),
    minima=((-2.903534027771177, -2.903534027771177),),
    minimum=-78.33233140754283,
    gradient=("2*x**3 - 16*x + 2.5", "2*y**3 - 16*y + 2.5"),
)

RASTRIGIN = FunctionEntry(
    key="rastrigin",
    label="Rastrigin",
    summary="A bowl covered with a grid of hollows: descent stops in the first one it falls into.",
    source=f"Rastrigin, 1974; {_LIBRARY}",
    formula="20 + x**2 - 10*cos(2*pi*x) + y**2 - 10*cos(2*pi*y)",
    variables=_XY,
    domain=_square(5.12),
    minima=((0.0, 0.0),),
    minimum=0.0,
    gradient=("2*x + 20*pi*sin(2*pi*x)", "2*y + 20*pi*sin(2*pi*y)"),
)

# The minimum is the tip of a cone: the gradient does not exist there.
ACKLEY = FunctionEntry(
    key="ackley",
    label="Ackley",
    summary="A rippled plain around a deep funnel: far out, the slope says little of the way.",
    source=f"Ackley, 1987; {_LIBRARY}",
    formula=(
        "-20*exp(-0.2*sqrt(0.5*(x**2 + y**2))) - exp(0.5*(cos(2*pi*x) + cos(2*pi*y))) + e + 20"
    ),
    variables=_XY,
    domain=_square(5.0),
    minima=((0.0, 0.0),),
    minimum=0.0,
    gradient=tuple(
        f"2*{v}*exp(-0.2*sqrt(0.5*(x**2 + y**2)))/sqrt(0.5*(x**2 + y**2))"
        f" + pi*sin(2*pi*{v})*exp(0.5*(cos(2*pi*x) + cos(2*pi*y)))"
        for v in _XY
    ),
)

# Drawn on the usual [−100, 100]² the pit would be a single point.
EASOM = FunctionEntry(
    key="easom",
    label="Easom",
    summary="A single pit in a plain that is flat to many digits: most starts never move.",
    source=f"Easom, 1990; {_LIBRARY}",
    formula="-cos(x)*cos(y)*exp(-((x - pi)**2 + (y - pi)**2))",
    variables=_XY,
    domain=_square(10.0),
    minima=((3.141592653589793, 3.141592653589793),),
    minimum=-1.0,
    gradient=(
        "cos(y)*exp(-((x - pi)**2 + (y - pi)**2))*(sin(x) + 2*(x - pi)*cos(x))",
        "cos(x)*exp(-((x - pi)**2 + (y - pi)**2))*(sin(y) + 2*(y - pi)*cos(y))",
    ),
)


def _goldstein_price_gradient() -> Iterator[str]:
    # The function is a product of one polynomial in s = x + y + 1 and one in d = 2x − 3y, and the
    # derivative of each splits into linear factors.
    first = "(1 + (x + y + 1)**2*(3*(x + y)**2 - 14*(x + y) + 19))"
    second = "(30 + (2*x - 3*y)**2*(3*(2*x - 3*y)**2 - 16*(2*x - 3*y) + 18))"
    along_s = "12*(x + y + 1)*(x + y - 1)*(x + y - 2)"
    along_d = "12*(2*x - 3*y)*(2*x - 3*y - 1)*(2*x - 3*y - 3)"
    for slope_of_d in ("+ 2", "- 3"):
        yield f"{along_s}*{second} {slope_of_d}*{along_d}*{first}"


GOLDSTEIN_PRICE = FunctionEntry(
    key="goldstein-price",
    label="Goldstein–Price",
    summary="Values from 3 to a million: one learning rate cannot suit both walls and floor.",
    source=f"Goldstein & Price, 1971; {_LIBRARY}",
    formula=(
        "(1 + (x + y + 1)**2*(19 - 14*x + 3*x**2 - 14*y + 6*x*y + 3*y**2))"
        "*(30 + (2*x - 3*y)**2*(18 - 32*x + 12*x**2 + 48*y - 36*x*y + 27*y**2))"
    ),
    variables=_XY,
    domain=_square(2.0),
    minima=((0.0, -1.0),),
    minimum=3.0,
    gradient=tuple(_goldstein_price_gradient()),
)

SADDLE = FunctionEntry(
    key="saddle",
    label="Saddle",
    summary="Down along y, up along x: a start with y = 0 ends at the saddle point.",
    formula="x**2 - y**2",
    variables=_XY,
    domain=_square(2.0),
    gradient=("2*x", "-2*y"),
)

MONKEY_SADDLE = FunctionEntry(
    key="monkey-saddle",
    label="Monkey saddle",
    summary="Three ways down and three up around a point whose curvature is zero.",
    formula="x**3 - 3*x*y**2",
    variables=_XY,
    domain=_square(2.0),
    gradient=("3*x**2 - 3*y**2", "-6*x*y"),
)

LANDSCAPES = (
    SINE_PRODUCT,
    QUADRATIC_BOWL,
    ROSENBROCK,
    HIMMELBLAU,
    BEALE,
    BOOTH,
    MATYAS,
    THREE_HUMP_CAMEL,
    STYBLINSKI_TANG,
    RASTRIGIN,
    ACKLEY,
    EASOM,
    GOLDSTEIN_PRICE,
    SADDLE,
    MONKEY_SADDLE,
)
"""Every built-in function, in the order it is shown."""
