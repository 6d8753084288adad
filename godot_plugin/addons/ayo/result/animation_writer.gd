## Puts a clip into an Animation for an AnimationPlayer.
##
## The animation sets everything it needs on the node (texture, grid, frame), so animations with
## sheets of their own live side by side on one node.
extends RefCounted

const Clip := preload("clip.gd")
const FramesWriter := preload("frames_writer.gd")
const Sheet := preload("sheet.gd")


## A copy of [param old] (or a new animation) in which the tracks of the node at [param path] that
## show pictures are the clip; other tracks are as they were.
static func with_clip(
	old: Animation, node: Node, path: NodePath, clip: Clip, sheet: Texture2D
) -> Animation:
	var animation: Animation = Animation.new() if old == null else old.duplicate(true)
	animation.step = clip.durations_ms.min() / 1000.0
	animation.loop_mode = Animation.LOOP_LINEAR if clip.repeats() else Animation.LOOP_NONE
	var settings := constant_settings(node, clip, sheet)
	for property: String in settings:
		var track := _fresh_track(animation, path, property)
		animation.track_insert_key(track, 0.0, settings[property])
	var pictures := _picture_values(node, clip, sheet)
	var moving := _fresh_track(animation, path, picture_property(node))
	var time := 0.0
	for i in clip.pass_order():
		animation.track_insert_key(moving, time, pictures[i])
		time += clip.durations_ms[i] / 1000.0
	animation.length = time
	return animation


## A copy of the RESET animation that also brings the node back to how it looks now. Tracks it has
## already stay.
static func with_reset(old: Animation, node: Node, path: NodePath, clip: Clip) -> Animation:
	var animation: Animation = Animation.new() if old == null else old.duplicate(true)
	if old == null:
		animation.length = 0.001
	var properties: Array = constant_settings(node, clip, null).keys()
	properties.append(picture_property(node))
	for property: String in properties:
		if animation.find_track(_track_path(path, property), Animation.TYPE_VALUE) < 0:
			var track := _fresh_track(animation, path, property)
			animation.track_insert_key(track, 0.0, node.get(property))
	return animation


## The property that changes from frame to frame.
static func picture_property(node: Node) -> String:
	if node is TextureButton:
		return "texture_normal"
	return "texture" if node is TextureRect else "frame"


## What the node needs besides, for as long as the animation plays. The frame comes after the grid,
## which would reset it.
static func constant_settings(
	node: Node, clip: Clip, sheet: Texture2D
) -> Dictionary[String, Variant]:
	if picture_property(node) != "frame":
		return {}
	var grid := Sheet.grid(clip)
	var settings: Dictionary[String, Variant] = {
		"texture": sheet, "hframes": grid.x, "vframes": grid.y
	}
	if node.get("region_enabled"):
		settings["region_enabled"] = false
	if not node.get("centered"):
		settings["offset"] = (node.get("offset") as Vector2) - Vector2(clip.padding)
	return settings


static func _picture_values(node: Node, clip: Clip, sheet: Texture2D) -> Array:
	if picture_property(node) == "frame":
		return range(clip.cells.size())
	return FramesWriter.atlas_textures(clip, sheet)


static func _fresh_track(animation: Animation, path: NodePath, property: String) -> int:
	var track_path := _track_path(path, property)
	var old := animation.find_track(track_path, Animation.TYPE_VALUE)
	if old >= 0:
		animation.remove_track(old)
	var track := animation.add_track(Animation.TYPE_VALUE)
	animation.track_set_path(track, track_path)
	animation.value_track_set_update_mode(track, Animation.UPDATE_DISCRETE)
	animation.track_set_interpolation_loop_wrap(track, false)
	return track


static func _track_path(path: NodePath, property: String) -> NodePath:
	return NodePath("%s:%s" % [path, property])
