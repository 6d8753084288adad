## Plays the frames of a job as they arrive, over a checkerboard, in whole-number magnification.
@tool
extends Control

## The shown frame, or the number of frames, has changed.
signal moved

const _CHECK := 8.0
const _ONION := 0.3

var playing := true:
	set(value):
		playing = value
		queue_redraw()
## Whether the neighbours of the shown frame shine through.
var onion := false:
	set(value):
		onion = value
		queue_redraw()

var _textures: Array[Texture2D] = []
var _durations_ms: Array[int] = []
var _speed := 1.0
## Where the canvas lies relative to the still sprite.
var _offset := Vector2.ZERO
var _still: Texture2D
var _index := 0
var _elapsed_ms := 0.0


## Shows a still sprite (or nothing) and forgets the frames.
func show_still(image: Image) -> void:
	_textures.clear()
	_durations_ms.clear()
	_index = 0
	_still = ImageTexture.create_from_image(image) if image != null else null
	_moved()


func add_frame(image: Image, duration_ms: int, offset: Vector2i, speed: float) -> void:
	_textures.append(ImageTexture.create_from_image(image))
	_durations_ms.append(duration_ms)
	_offset = offset
	_speed = speed
	_moved()


func frame_count() -> int:
	return _textures.size()


func shown_frame() -> int:
	return _index


## Goes to the next frame (or back, with -1) and stays there.
func step(by: int) -> void:
	if _textures:
		playing = false
		_index = posmod(_index + by, _textures.size())
		_moved()


func _process(delta: float) -> void:
	if not playing or _textures.size() < 2 or not is_visible_in_tree():
		return
	_elapsed_ms += delta * 1000.0 * _speed
	var before := _index
	while _elapsed_ms >= _durations_ms[_index]:
		_elapsed_ms -= _durations_ms[_index]
		_index = (_index + 1) % _textures.size()
	if before != _index:
		_moved()


func _draw() -> void:
	_draw_checkerboard()
	if not _textures:
		if _still != null:
			_draw_texture(_still, Vector2.ZERO, 1.0)
		return
	if onion and _textures.size() > 1:
		_draw_texture(_textures[posmod(_index - 1, _textures.size())], _offset, _ONION)
		_draw_texture(_textures[posmod(_index + 1, _textures.size())], _offset, _ONION)
	_draw_texture(_textures[_index], _offset, 1.0)


func _draw_checkerboard() -> void:
	var light := get_theme_color(&"base_color", &"Editor")
	var dark := get_theme_color(&"dark_color_1", &"Editor")
	draw_rect(Rect2(Vector2.ZERO, size), dark)
	for y in range(ceili(size.y / _CHECK)):
		for x in range(y % 2, ceili(size.x / _CHECK), 2):
			var corner := Vector2(x, y) * _CHECK
			draw_rect(Rect2(corner, (size - corner).min(Vector2(_CHECK, _CHECK))), light)


func _draw_texture(texture: Texture2D, corner: Vector2, alpha: float) -> void:
	var sprite := _still.get_size() if _still != null else texture.get_size()
	var room := size / texture.get_size()
	var scale_by := maxf(floorf(minf(room.x, room.y)), 1.0)
	if minf(room.x, room.y) < 1.0:
		scale_by = minf(room.x, room.y)
	var at := ((size - sprite * scale_by) / 2.0 + corner * scale_by).floor()
	draw_texture_rect(
		texture, Rect2(at, texture.get_size() * scale_by), false, Color(1, 1, 1, alpha)
	)


func _moved() -> void:
	queue_redraw()
	moved.emit()
