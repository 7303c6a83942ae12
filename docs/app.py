"""One world of the baseline on a page of Mesa's own: `solara run docs/app.py`."""

import solara
from matplotlib.figure import Figure
from mesa.visualization import Slider, SolaraViz, make_plot_component
from mesa.visualization.utils import update_counter

from model.region import Region
from scenarios.vocabulary import POWERS, STATES


@solara.component
def influence(region: Region) -> None:
    """Draw the powers' influence in each state as it is now."""
    update_counter.get()
    figure = Figure()
    axes = figure.subplots()
    for power, values in zip(POWERS, region.influence.value, strict=True):
        axes.plot(STATES, values[:, 0], "o", label=power)
    axes.legend()
    solara.FigureMatplotlib(figure)


parameters = {"rng": Slider("Seed", 0, 0, 99, 1), "spec": "baseline"}
page = SolaraViz(
    Region(rng=0),
    components=[influence, make_plot_component("rivalry")],
    model_params=parameters,
    name="Crossroads",
)
