"""The live picture of an experiment: matplotlib draws, the page moves."""

from helpers.stage.artists import Words
from helpers.stage.controls import Button, Menu, Point, Slider
from helpers.stage.widget import Scene, Stage, stage

__all__ = ["Button", "Menu", "Point", "Scene", "Slider", "Stage", "Words", "stage"]
