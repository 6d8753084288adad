## Lays the cells of a clip out on one picture, and describes it in Aseprite's JSON
## (https://www.aseprite.org/docs/cli/#data), array form.
extends RefCounted

const Clip := preload("clip.gd")

## Wider textures fail on some mobile and web devices.
const MAX_SIDE := 4096


## Columns and rows: one strip while that is narrow enough.
static func grid(clip: Clip) -> Vector2i:
	var columns := clampi(MAX_SIDE / clip.cell_size().x, 1, clip.cells.size())
	return Vector2i(columns, ceili(clip.cells.size() / float(columns)))


## Where frame [param index] lies on the sheet, in pixels.
static func region(clip: Clip, index: int) -> Rect2i:
	var columns := grid(clip).x
	return Rect2i(Vector2i(index % columns, index / columns) * clip.cell_size(), clip.cell_size())


static func draw(clip: Clip) -> Image:
	var size := grid(clip) * clip.cell_size()
	var sheet := Image.create_empty(size.x, size.y, false, Image.FORMAT_RGBA8)
	for i in clip.cells.size():
		sheet.blit_rect(
			clip.cells[i], Rect2i(Vector2i.ZERO, clip.cell_size()), region(clip, i).position
		)
	return sheet


static func describe(clip: Clip, image_name: String) -> String:
	var size := grid(clip) * clip.cell_size()
	var frames: Array[Dictionary] = []
	for i in clip.cells.size():
		frames.append(_describe_frame(clip, i))
	var tag := {
		"name": clip.tag,
		"from": 0,
		"to": clip.cells.size() - 1,
		"direction": "pingpong" if clip.loop == "ping-pong" else "forward",
		"color": "#000000ff",
	}
	if not clip.repeats():
		tag["repeat"] = "1"
	var meta := {
		"app": "Ayo",
		"version": "1.0",
		"image": image_name,
		"format": "RGBA8888",
		"size": _size(size),
		"scale": "1",
		"frameTags": [tag],
		"slices": [_describe_pivot(clip)],
	}
	return JSON.stringify({"frames": frames, "meta": meta}, "  ", false) + "\n"


static func _describe_frame(clip: Clip, index: int) -> Dictionary:
	return {
		"filename": "%s %d" % [clip.tag, index],
		"frame": _rect(region(clip, index)),
		"rotated": false,
		"trimmed": false,
		"spriteSourceSize": _rect(Rect2i(Vector2i.ZERO, clip.cell_size())),
		"sourceSize": _size(clip.cell_size()),
		"duration": clip.durations_ms[index],
	}


static func _describe_pivot(clip: Clip) -> Dictionary:
	var key := {
		"frame": 0,
		"bounds": _rect(Rect2i(Vector2i.ZERO, clip.cell_size())),
		"pivot": {"x": roundi(clip.pivot.x), "y": roundi(clip.pivot.y)},
	}
	return {"name": "pivot", "color": "#0000ffff", "keys": [key]}


static func _rect(rect: Rect2i) -> Dictionary:
	return {"x": rect.position.x, "y": rect.position.y, "w": rect.size.x, "h": rect.size.y}


static func _size(size: Vector2i) -> Dictionary:
	return {"w": size.x, "h": size.y}
