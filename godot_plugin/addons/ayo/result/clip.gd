## A finished animation in the form the writers need: cells of one size, with their timing.
##
## The backend's canvas grows to one side when a pose needs room there. A cell grows to both sides,
## so
## that the centre of the cell stays the centre of the sprite: a centred node keeps its place, also
## when a game flips it.
extends RefCounted

const Job := preload("../net/ayo_job.gd")

## Name of the animation.
var tag := ""
## FORMAT_RGBA8, all of one size.
var cells: Array[Image] = []
var durations_ms: Array[int] = []
## "loop", "once" or "ping-pong".
var loop := "loop"
## Where the character stands, in pixels from a cell's top-left corner.
var pivot := Vector2.ZERO
## Empty pixels that a cell has left (and right), above (and below) of the sprite.
var padding := Vector2i.ZERO
## Where the backend's frame lies in a cell.
var frame_rect := Rect2i()


## The clip of a finished job. A [param speed] of 2 halves every duration.
static func from_job(job: Job, name: String, speed := 1.0, loop_mode := "") -> RefCounted:
	var clip := new()
	var sprite := job.sprite.get_size()
	var canvas := job.frames[0].get_size()
	clip.tag = name
	clip.loop = loop_mode if loop_mode else job.loop
	clip.padding = (-job.offset).max(canvas + job.offset - sprite)
	var corner: Vector2i = clip.padding + job.offset
	clip.frame_rect = Rect2i(corner, canvas)
	clip.pivot = job.pivot + Vector2(corner)
	for i in job.frames.size():
		var size: Vector2i = sprite + 2 * clip.padding
		var cell := Image.create_empty(size.x, size.y, false, Image.FORMAT_RGBA8)
		cell.blit_rect(job.frames[i], Rect2i(Vector2i.ZERO, canvas), corner)
		clip.cells.append(cell)
		clip.durations_ms.append(maxi(roundi(job.durations_ms[i] / speed), 1))
	return clip


func cell_size() -> Vector2i:
	return cells[0].get_size()


## The frames in the order of one whole pass: ping-pong goes back without doubling the ends.
func pass_order() -> Array[int]:
	var order: Array[int] = []
	order.assign(range(cells.size()))
	if loop == "ping-pong":
		order.append_array(range(cells.size() - 2, 0, -1))
	return order


func repeats() -> bool:
	return loop != "once"
