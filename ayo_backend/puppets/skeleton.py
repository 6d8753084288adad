"""The humanoid's bones: proportions and stance in, joints in pixels out."""

from __future__ import annotations

from dataclasses import dataclass

from ayo_backend.puppets.shapes import Point, bend, between, move, shifted
from ayo_backend.rig import View


@dataclass(frozen=True, slots=True)
class Frame:
    """Proportions. head: share of the figure's height, .12 (tall) to .62 (chibi); legs: share of the rest.

    shoulders, hips: widths as a share of the torso's length, seen from the front; waist as a share of the shoulders.
    arm, leg: limb radii as a share of the figure's height; reach: arm length as a share of torso plus a little.
    broad: the head's width against its height. sunk, forward: how far the head sits in and before the shoulders, in
    heads. belly: how far it stands out, in torso lengths.
    """

    head: float = 0.3
    legs: float = 0.5
    shoulders: float = 0.8
    hips: float = 0.55
    waist: float = 0.8
    arm: float = 0.035
    leg: float = 0.045
    reach: float = 1.1
    broad: float = 0.85
    belly: float = 0.0
    sunk: float = 0.1
    forward: float = 0.05


@dataclass(frozen=True, slots=True)
class Stance:
    """How it stands. Arms in degrees: 0 hanging, positive forward (side) or outward (front, back); elbow bends on top.

    near, far: (upper arm, elbow). feet: (near, far) x in leg lengths from the hip, positive forward or outward.
    crouch: hip height as a share of the straight leg. turn: of the chest to the viewer in side views, 0..1.
    """

    near: tuple[float, float] = (5.0, 15.0)
    far: tuple[float, float] = (5.0, 15.0)
    feet: tuple[float, float] = (0.08, 0.08)
    crouch: float = 0.98
    lean: float = 0.0
    nod: float = 0.0
    turn: float = 0.3


@dataclass(frozen=True, slots=True)
class Limb:
    """root (shoulder, hip), middle (elbow, knee), tip (hand, ankle)."""

    root: Point
    middle: Point
    tip: Point


@dataclass(frozen=True, slots=True)
class Bones:
    """Joints in pixels; the origin is the ground under the hips, y down. r_arm, r_leg, r_head: radii."""

    height: float
    hips: Point
    neck: Point
    head: Point
    near_arm: Limb
    far_arm: Limb
    near_leg: Limb
    far_leg: Limb
    shoulder: float  # half widths
    waist: float
    hip: float
    r_arm: float
    r_leg: float
    head_w: float  # half width and half height
    head_h: float
    torso: float
    foot: float


def bones(frame: Frame, stance: Stance, view: View, height: float) -> Bones:
    """Stand the figure up, height pixels tall when straight."""
    side = view is View.SIDE
    head_h = frame.head * height / 2
    body = height - 2 * head_h * (1 - frame.sunk)
    leg, torso = body * frame.legs, body * (1 - frame.legs)
    foot = max(frame.leg * height * 0.8, 1.0)
    hips = (0.0, -leg * stance.crouch)
    lean = stance.lean
    neck = move(hips, 180 - lean, torso)
    head = move(neck, 180 - lean * 0.4 - stance.nod, head_h * (1 - 2 * frame.sunk))
    head = shifted(head, 2 * head_h * frame.forward if side else 0.0, 0)
    shoulder = max(torso * frame.shoulders / 2, frame.arm * height)
    hip = max(torso * frame.hips / 2, frame.leg * height)
    spread = 0.35 + 0.65 * stance.turn if side else 1.0
    drop = move(neck, -lean, max(frame.arm * height * 0.9, torso * 0.12))
    across = stance.turn if side else 1.0
    arm = torso * frame.reach * 0.5 + 0.02 * height

    def arm_limb(mirror: float, angles: tuple[float, float]) -> Limb:
        root = shifted(drop, mirror * shoulder * across * 0.95, (-0.04 * torso * mirror * across) if side else 0.0)
        sign = 1.0 if side else mirror
        swing = sign * angles[0] + (lean * 0.5 if side else 0.0)
        elbow = move(root, swing, arm)
        return Limb(root, elbow, move(elbow, swing + sign * angles[1], arm))

    def leg_limb(mirror: float, reach: float) -> Limb:
        root = shifted(hips, mirror * hip * across * 0.5, 0)
        x = reach * leg + root[0] if side else mirror * reach * leg + root[0]
        ankle = (x, -foot * 0.7 - (0.02 * height if mirror > 0 and side and stance.turn > 0.2 else 0.0))
        upper = (leg - foot * 0.7) * 0.505
        knee, tip = bend(root, ankle, upper, upper, 1.0 if side else mirror)
        return Limb(root, knee, tip)

    return Bones(
        height=height,
        hips=hips,
        neck=neck,
        head=head,
        near_arm=arm_limb(-1.0, stance.near),
        far_arm=arm_limb(1.0, stance.far),
        near_leg=leg_limb(-1.0, stance.feet[0]),
        far_leg=leg_limb(1.0, stance.feet[1]),
        shoulder=shoulder * spread,
        waist=shoulder * frame.waist * (0.5 + 0.5 * spread),
        hip=hip * (0.55 + 0.45 * spread),
        r_arm=frame.arm * height,
        r_leg=frame.leg * height,
        head_w=head_h * frame.broad,
        head_h=head_h,
        torso=torso,
        foot=foot,
    )


def chest(b: Bones) -> Point:
    """The middle of the chest."""
    return between(b.neck, b.hips, 0.35)
