"""The generator: parser, mover and pointer in one set of weights."""

from __future__ import annotations

from torch import nn

from ayo_backend.model.mover import Mover
from ayo_backend.model.parser import Parser
from ayo_backend.model.pointer import Pointer


class Generator(nn.Module):
    """A puppet inside a network: the parser takes the still apart and the mover poses the parts frame after frame; the
    pointer draws whole frames for sprites whose way of moving it knows. All of them only move or point at the sprite's
    own pixels."""

    def __init__(self) -> None:
        super().__init__()
        self.parser = Parser()
        self.mover = Mover()
        self.pointer = Pointer()
