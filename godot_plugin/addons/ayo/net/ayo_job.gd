## One clip being made: what was asked for, and the frames as they arrive.
class_name AyoJob
extends RefCounted

## A frame has arrived and lies in [member frames].
signal frame_arrived(index: int)
## The job is over: [member state] says how. Emitted exactly once.
signal ended

enum State { WAITING, RUNNING, DONE, FAILED, CANCELLED }

const Like := preload("ayo_like.gd")

var id := ""
## The still sprite, FORMAT_RGBA8.
var sprite: Image
## A picture that tells the sprite's parts, as large as the sprite, FORMAT_RGBA8; null if not told.
var parts: Image
## Frames as they are to come out, by their numbers, counted from 1, FORMAT_RGBA8.
var pins: Dictionary[int, Image] = {}
## Another character's clip to move like; null if there is none.
var like: Like
## The fields of the protocol's "animate": action, facing, frames, options.
var order: Dictionary = {}

var state := State.WAITING
## How many jobs wait before this one.
var position := 0
## How many frames there will be; 0 until the backend accepted the job.
var frame_count := 0
var frames: Array[Image] = []
var durations_ms: Array[int] = []
## Where the frames' top-left corner lies relative to the sprite's, in pixels (zero or less).
var offset := Vector2i.ZERO
## Where the character stands, in pixels from the frames' top-left corner.
var pivot := Vector2.ZERO
## "loop", "once" or "ping-pong".
var loop := "loop"
## Which way the character looks; what "auto" recognised.
var facing := ""
## How the character is built; what "auto" recognised. Empty from an older backend.
var creature := ""
## A picture of the parts that were seen or told; null unless the option show_parts asked for it.
var parts_shown: Image
## Of a failed job: a word for programs, and a sentence or two for people.
var error_code := ""
var error_text := ""


## What "auto" recognised, for people; empty where everything was told, or by an older backend.
func seen() -> String:
	var options: Dictionary = order.get("options", {})
	var told: bool = order.get("facing", "auto") != "auto" and "creature" in options
	return "" if told or not creature else "Ayo saw a %s facing %s." % [creature, facing]


func is_over() -> bool:
	return state >= State.DONE


## The request's header, as the protocol wants it.
func header() -> Dictionary:
	var fields := {
		"type": "animate", "id": id, "width": sprite.get_width(), "height": sprite.get_height()
	}
	fields.merge(order)
	var told: Dictionary = {}
	if parts != null:
		told["parts"] = true
	if pins:
		told["pins"] = pins.keys().map(_pin)
	if like != null:
		told["like"] = like.header()
	if told:
		fields["options"] = (order.get("options", {}) as Dictionary).merged(told)
	return fields


## The pictures that follow the header.
func pictures() -> Array[PackedByteArray]:
	var sent: Array[PackedByteArray] = [sprite.get_data()]
	if parts != null:
		sent.append(parts.get_data())
	for picture: Image in pins.values():
		sent.append(picture.get_data())
	if like != null:
		for picture in like.frames:
			sent.append(picture.get_data())
	return sent


## Forgets what has arrived: the job is asked for again from its beginning.
func restart() -> void:
	state = State.WAITING
	frames.clear()
	durations_ms.clear()


## Takes an "accepted" message; false if it makes no sense.
func take_accepted(message: Dictionary) -> bool:
	frame_count = _whole(message, "frames")
	position = _whole(message, "position")
	return frame_count > 0 and position >= 0


## Takes a "frame" message; false if it does not fit what came before.
func take_frame(message: Dictionary, pixels: PackedByteArray) -> bool:
	var size := Vector2i(_whole(message, "width"), _whole(message, "height"))
	var duration := _whole(message, "duration_ms")
	var corner := _pair(message, "offset")
	if (
		_whole(message, "index") != frames.size()
		or size.x < sprite.get_width()
		or size.y < sprite.get_height()
		or pixels.size() != size.x * size.y * 4
		or duration < 1
		or (frames and size != frames[0].get_size())
	):
		return false
	offset = Vector2i(corner)
	frames.append(Image.create_from_data(size.x, size.y, false, Image.FORMAT_RGBA8, pixels))
	durations_ms.append(duration)
	state = State.RUNNING
	frame_arrived.emit(frames.size() - 1)
	return true


## Whether every frame that a "done" message counts has arrived, and [param pixels] are the parts if
## they were asked for.
func has_all(message: Dictionary, pixels: PackedByteArray) -> bool:
	if _wants_parts() and pixels.size() != sprite.get_data_size():
		return false
	return not frames.is_empty() and _whole(message, "frames") == frames.size()


## Takes a "done" message.
func take_done(message: Dictionary, pixels: PackedByteArray) -> void:
	if _wants_parts():
		parts_shown = Image.create_from_data(
			sprite.get_width(), sprite.get_height(), false, Image.FORMAT_RGBA8, pixels
		)
	pivot = _pair(message, "pivot")
	loop = str(message.get("loop", "loop"))
	facing = str(message.get("facing", ""))
	creature = str(message.get("creature", ""))
	finish(State.DONE)


func fail(code: String, text: String) -> void:
	error_code = code
	error_text = text
	finish(State.FAILED)


func finish(how: State) -> void:
	if not is_over():
		state = how
		ended.emit()


func _pin(frame: int) -> Dictionary:
	var picture := pins[frame]
	return {"frame": frame, "width": picture.get_width(), "height": picture.get_height()}


func _wants_parts() -> bool:
	return (order.get("options", {}) as Dictionary).get("show_parts", false)


static func _whole(message: Dictionary, field: String) -> int:
	var value: Variant = message.get(field)
	return int(value) if value is float else -1


static func _pair(message: Dictionary, field: String) -> Vector2:
	var value: Variant = message.get(field)
	if value is Array:
		var numbers: Array = value
		if numbers.size() == 2 and numbers[0] is float and numbers[1] is float:
			return Vector2(numbers[0] as float, numbers[1] as float)
	return Vector2.ZERO
