## The clip of another character, for a job whose sprite is to move like it.
class_name AyoLike
extends RefCounted

## Of one size, 8..1024 pixels a side, FORMAT_RGBA8; 2..32 of them.
var frames: Array[Image] = []
## How long each of them lasts, 1 or more.
var durations_ms: Array[int] = []


## What the protocol's "animate" says of it.
func header() -> Dictionary:
	return {
		"width": frames[0].get_width(),
		"height": frames[0].get_height(),
		"durations_ms": durations_ms,
	}
