## The pictures that an artist fixes frames of a clip with.
extends RefCounted

const Source := preload("source.gd")

## FORMAT_RGBA8, by the frames that they fix, counted from 1.
var images: Dictionary[int, Image] = {}
## A sentence for the user if the frames cannot be pinned so.
var problem := ""


## The pictures of [param pins], rows of the dock, for a clip of the one of [param actions] and the
## one of [param sprites].
static func read(pins: Array, sprites: Array[Source], actions: Array[String]) -> RefCounted:
	var read_pins := new()
	if not pins:
		return read_pins
	if sprites.size() > 1:
		read_pins.problem = "Pinned frames are of one sprite: select that one, or remove the pins."
	elif actions.size() > 1:
		read_pins.problem = "Pinned frames are of one action: choose only that, or remove the pins."
	for pin: Dictionary in pins:
		if not read_pins.problem:
			read_pins._read_one(pin["frame"] as int, pin["path"] as String)
	return read_pins


func _read_one(frame: int, path: String) -> void:
	var file: Source = Source.from_file(path)
	problem = file.problem
	if frame in images:
		problem = "Frame %d is pinned twice: change one of the numbers." % frame
	images[frame] = file.image
