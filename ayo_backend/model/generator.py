"""The generator: parser, mover and refiner in one set of weights."""

from __future__ import annotations

from torch import nn

from ayo_backend.model.mover import Mover
from ayo_backend.model.parser import Parser
from ayo_backend.model.refiner import Refiner


class Generator(nn.Module):
    """A puppet inside a network: the parser takes the still apart, the mover poses the parts frame after frame, the
    refiner
    redraws what the moved parts leave open. Between them stands the composite, which only copies the sprite's own
    pixels."""

    def __init__(self) -> None:
        super().__init__()
        self.parser = Parser()
        self.mover = Mover()
        self.refiner = Refiner()
