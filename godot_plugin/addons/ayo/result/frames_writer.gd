## Puts a clip into a SpriteFrames resource.
extends RefCounted

const Clip := preload("clip.gd")
const Sheet := preload("sheet.gd")


## A copy of [param old] (or a new resource) in which the animation [param name] is the clip; every
## other animation is as it was.
static func with_clip(
	old: SpriteFrames, name: StringName, clip: Clip, sheet: Texture2D
) -> SpriteFrames:
	var frames: SpriteFrames
	if old == null:
		frames = SpriteFrames.new()
		frames.remove_animation(&"default")
	else:
		frames = old.duplicate()
	if frames.has_animation(name):
		frames.remove_animation(name)
	frames.add_animation(name)
	frames.set_animation_loop(name, clip.repeats())
	# A frame is shown for duration / speed seconds: the speed is that of the commonest duration, so
	# that most frames have a duration of 1.
	var usual := _commonest(clip.durations_ms)
	frames.set_animation_speed(name, 1000.0 / usual)
	var textures := atlas_textures(clip, sheet)
	for i in clip.pass_order():
		frames.add_frame(name, textures[i], clip.durations_ms[i] / float(usual))
	return frames


## One texture for each cell of the sheet.
static func atlas_textures(clip: Clip, sheet: Texture2D) -> Array[AtlasTexture]:
	var textures: Array[AtlasTexture] = []
	for i in clip.cells.size():
		var texture := AtlasTexture.new()
		texture.atlas = sheet
		texture.region = Sheet.region(clip, i)
		texture.filter_clip = true
		textures.append(texture)
	return textures


static func _commonest(durations: Array[int]) -> int:
	var best := durations[0]
	for duration in durations:
		if durations.count(duration) > durations.count(best):
			best = duration
	return best
