"""Puppets the generator learns from: characters drawn by code, whose parts, joints and depth are known exactly."""

from ayo_backend.puppets.puppet import Puppet, draw

__all__ = ["Puppet", "draw"]
