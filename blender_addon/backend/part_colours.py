"""The parts a character can have, and the colours they have in a picture of them (docs/protocol.md, `animate`)."""

COLOURS = {
    "Torso": "#3b6fd4",
    "Head": "#f6d743",
    "Hair": "#f4f4f4",
    "Near arm": "#2ecc71",
    "Near forearm": "#a6f29b",
    "Far arm": "#1b7a43",
    "Far forearm": "#5aa66b",
    "Near thigh": "#e056fd",
    "Near shin": "#f5b7ff",
    "Far thigh": "#7d2a92",
    "Far shin": "#b779c4",
    "In near hand": "#e53935",
    "In far hand": "#ff9f43",
    "Cape": "#9e1b4f",
    "Skirt": "#00bcd4",
    "Tail": "#8d5a3b",
    "Near wing": "#b0bec5",
    "Far wing": "#607d8b",
}


def srgb(colour: str) -> tuple[float, float, float]:
    """ "#ff8000" as (1.0, 0.5, 0.0)."""
    red, green, blue = bytes.fromhex(colour[1:])
    return red / 255, green / 255, blue / 255
