## The clips of another character that are moved like, from the animations of its SpriteFrames.
extends RefCounted

const Like := preload("../net/ayo_like.gd")
const Source := preload("source.gd")

const _MOST_FRAMES := 32
const _LEAST_SIDE := 8
const _MOST_SIDE := 1024
const _MS_WITHOUT_SPEED := 100.0

## What each action is to be like.
var clips: Dictionary[String, Like] = {}
## A sentence for the user if they cannot be moved like.
var problem := ""
var _sheets: Dictionary[Texture2D, RefCounted] = {}


## [param choice] is what the dock's row says: the path of a SpriteFrames file, and one of its
## animations, or "" for the one that is named like the action.
static func read(choice: Dictionary, actions: Array[String]) -> RefCounted:
	var read_clips := new()
	if not choice:
		return read_clips
	var path: String = choice["path"]
	var frames := frames_at(path)
	if not path:
		read_clips.problem = "The SpriteFrames to move like have no file: save them, or their scene."
	elif frames == null:
		read_clips.problem = "%s, to move like, is no SpriteFrames any more." % path
	for action in actions:
		if not read_clips.problem:
			read_clips._read_one(frames, choice.get("animation", "") as String, action)
	return read_clips


## The SpriteFrames of a file or of a scene that is open; null if there are none.
static func frames_at(path: String) -> SpriteFrames:
	var there := path and (ResourceLoader.exists(path) or ResourceLoader.has_cached(path))
	return load(path) as SpriteFrames if there else null


## The animation that is named like the action, else one that has it for a word, as "walk_right" has
## "walk", else the only one there is; "" if there is none.
static func named(frames: SpriteFrames, action: String) -> String:
	var names := frames.get_animation_names()
	if action in names:
		return action
	for name in names:
		if action in name.to_snake_case().split("_"):
			return name
	return names[0] if names.size() == 1 else ""


func _read_one(frames: SpriteFrames, animation: String, action: String) -> void:
	var owner := frames.resource_path.get_file()
	var name := animation if animation else named(frames, action)
	if not frames.has_animation(name):
		var there := ", ".join(frames.get_animation_names())
		problem = "%s has no %s to move like; it has %s." % [owner, name if name else action, there]
		return
	var pictures: Array[Image] = []
	var clip := Like.new()
	var count := frames.get_frame_count(name)
	var shown := mini(count, _MOST_FRAMES)
	for i in shown:
		var first := i * count / shown
		var source: Source = Source.from_texture(
			frames.get_frame_texture(name, first), owner, _sheets
		)
		problem = source.problem
		if problem:
			return
		pictures.append(source.image)
		clip.durations_ms.append(_duration(frames, name, first, (i + 1) * count / shown))
	var seen := _seen(pictures)
	if pictures.size() < 2 or not seen.has_area():
		problem = (
			"%s of %s shows no motion: choose an animation of two frames or more." % [name, owner]
		)
	elif maxi(seen.size.x, seen.size.y) > _MOST_SIDE:
		problem = (
			"What moves in %s of %s is %d×%d px large: choose an animation of %d px or less a side."
			% [name, owner, seen.size.x, seen.size.y, _MOST_SIDE]
		)
	else:
		clip.frames = _on_one_canvas(pictures, seen)
		clips[action] = clip


## Milliseconds that the frames last from [param first] on, up to [param next].
static func _duration(frames: SpriteFrames, name: String, first: int, next: int) -> int:
	var speed := frames.get_animation_speed(name)
	var each := 1000.0 / speed if speed > 0.0 else _MS_WITHOUT_SPEED
	var ms := 0.0
	for i in range(first, next):
		ms += frames.get_frame_duration(name, i) * each
	return maxi(roundi(ms), 1)


## Where a centred sprite that shows the pictures is ever to be seen, from its middle.
static func _seen(pictures: Array[Image]) -> Rect2i:
	var seen := Rect2i()
	for picture in pictures:
		var used := picture.get_used_rect()
		if used.has_area():
			used.position -= picture.get_size() / 2
			seen = seen.merge(used) if seen.has_area() else used
	return seen


## The pictures as a centred sprite shows them, cut to [param seen].
static func _on_one_canvas(pictures: Array[Image], seen: Rect2i) -> Array[Image]:
	var canvases: Array[Image] = []
	var size := seen.size.max(Vector2i(_LEAST_SIDE, _LEAST_SIDE))
	for picture in pictures:
		var canvas := Image.create_empty(size.x, size.y, false, Image.FORMAT_RGBA8)
		var whole := Rect2i(Vector2i.ZERO, picture.get_size())
		canvas.blit_rect(picture, whole, -picture.get_size() / 2 - seen.position)
		canvases.append(canvas)
	return canvases
