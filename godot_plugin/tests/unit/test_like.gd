## Like a clip: on the wire as the protocol's vectors have it, and from SpriteFrames.
extends "vector_case.gd"

const Like := preload("res://addons/ayo/editor/like.gd")
const NetLike := preload("res://addons/ayo/net/ayo_like.gd")
const Source := preload("res://addons/ayo/editor/source.gd")

const PATH := "res://made/like_unit.tres"


func test_job_that_is_like_a_clip_is_sent_as_the_vector() -> void:
	var asked := vector("requests", "animate_like_a_clip")
	var job := job_of(asked)
	job.pins = {2: picture(asked, 1)}
	job.like = NetLike.new()
	job.like.frames.assign([2, 3, 4].map(func(i: int) -> Image: return picture(asked, i)))
	job.like.durations_ms = [80, 120, 80]
	equal(as_sent(job), asked["header"], "header")
	equal(hex(job.pictures()), asked["blobs"], "pictures")


func test_frames_lie_on_one_canvas_as_a_centred_sprite_shows_them() -> void:
	var frames := _frames({"walk": [_dot(20, 20, 4), _dot(30, 24, 4)]})
	frames.set_animation_speed("walk", 8.0)
	frames.add_frame("walk", _dot(20, 20, 4), 2.0)
	var clip := _read(frames, ["walk"]).clips["walk"]
	equal(clip.durations_ms, [125, 125, 250] as Array[int], "durations")
	# The corners of the dots are 10 and 15 px left, 10 and 12 px above of the middle.
	equal(clip.frames[0].get_size(), Vector2i(9, 8), "cut to what is seen, 8 px at least")
	equal(clip.frames[0].get_used_rect(), Rect2i(5, 2, 4, 4), "the smaller")
	equal(clip.frames[1].get_used_rect(), Rect2i(0, 0, 4, 4), "the larger")


func test_regions_of_a_sheet_are_cut_out() -> void:
	var sheet := Image.create_empty(32, 16, false, Image.FORMAT_RGBA8)
	sheet.fill_rect(Rect2i(2, 2, 10, 12), Color.RED)
	sheet.fill_rect(Rect2i(18, 2, 10, 12), Color.BLUE)
	var cells: Array[Texture2D] = []
	for x: int in [0, 16]:
		var cell := AtlasTexture.new()
		cell.atlas = ImageTexture.create_from_image(sheet)
		cell.region = Rect2(x, 0, 16, 16)
		cells.append(cell)
	var clip := _read(_frames({"walk": cells}), ["walk"]).clips["walk"]
	equal(clip.frames[1].get_size(), Vector2i(10, 12), "size")
	equal(clip.frames[1].get_pixel(0, 0), Color.BLUE, "colour")


func test_sheet_is_read_once() -> void:
	var path := PATH.get_base_dir().path_join("like_sheet.png")
	var sheet := Image.create_empty(64, 16, false, Image.FORMAT_RGBA8)
	sheet.fill(Color.RED)
	DirAccess.make_dir_recursive_absolute(ProjectSettings.globalize_path(path.get_base_dir()))
	sheet.save_png(path)
	var texture := ImageTexture.create_from_image(sheet)
	texture.take_over_path(path)
	var sheets: Dictionary[Texture2D, RefCounted] = {}
	for i in 4:
		var cell := AtlasTexture.new()
		cell.atlas = texture
		cell.region = Rect2(16 * i, 0, 16, 16)
		var source: Source = Source.from_texture(cell, "test", sheets)
		equal(source.rect, Rect2i(16 * i, 0, 16, 16), "where the cell lies")
		equal(source.path, path, "in which file")
		DirAccess.remove_absolute(ProjectSettings.globalize_path(path))
	equal(sheets.keys(), [texture] as Array[Texture2D], "sheets")


func test_sheet_is_let_go_of() -> void:
	var cell := AtlasTexture.new()
	cell.atlas = _dot(32, 16, 12)
	cell.region = Rect2(0, 0, 16, 16)
	var frames := _frames({"walk": [cell, cell] as Array[Texture2D]})
	var before := Performance.get_monitor(Performance.OBJECT_COUNT)
	equal(_read(frames, ["walk"]).problem, "", "read")
	equal(Performance.get_monitor(Performance.OBJECT_COUNT), before, "objects")


func test_long_animation_is_thinned() -> void:
	var pictures: Array[Texture2D] = []
	for i in 64:
		pictures.append(_dot(16, 16, 1 + i % 16))
	var clip := _read(_frames({"run": pictures}), ["run"]).clips["run"]
	equal(clip.frames.size(), 32, "frames")
	equal(clip.durations_ms[0], 400, "each lasts as long as the two that it stands for")
	equal(clip.frames[1].get_used_rect().size, Vector2i(3, 3), "the third")


func test_each_action_finds_its_animation() -> void:
	var moving: Array[Texture2D] = [_dot(16, 16, 8), _dot(16, 16, 9)]
	var frames := _frames({"idle": moving, "Walk_right": moving, "run": moving, "run_up": moving})
	equal(Like.named(frames, "run"), "run", "the name itself")
	equal(Like.named(frames, "walk"), "Walk_right", "a name that has it")
	equal(Like.named(frames, "die"), "", "none")
	var soldier := _frames({"soldier_idle": moving, "SoldierDie": moving})
	equal(Like.named(soldier, "die"), "SoldierDie", "a word of its own")
	equal(Like.named(_frames({"go": moving}), "die"), "go", "the only one")
	var both := _read(frames, ["run", "walk"])
	equal(both.clips.keys(), ["run", "walk"] as Array[String], "both")
	_complains(
		_read(frames, ["run", "die"]), "has no die to move like; it has Walk_right, idle, run"
	)


func test_problems_are_said() -> void:
	var still := _frames({"walk": [_dot(16, 16, 8)]})
	_complains(_read(still, ["walk"]), "shows no motion")
	var clear := ImageTexture.create_from_image(
		Image.create_empty(16, 16, false, Image.FORMAT_RGBA8)
	)
	_complains(_read(_frames({"walk": [clear, clear]}), ["walk"]), "shows no motion")
	var large: Array[Texture2D] = [_dot(1100, 1100, 1025), _dot(1100, 1100, 9)]
	_complains(_read(_frames({"walk": large}), ["walk"]), "is 1025×1025 px large")
	large[0] = _dot(1100, 1100, 1024)
	equal(_read(_frames({"walk": large}), ["walk"]).problem, "", "the margins do not count")
	_complains(_read(_frames({"walk": [null, null]}), ["walk"]), "has no texture")
	_complains(Like.read({"path": "res://gone.tres"}, ["walk"]) as Like, "no SpriteFrames any more")
	_complains(Like.read({"path": ""}, ["walk"]) as Like, "have no file")
	equal((Like.read({}, ["walk"]) as Like).problem, "", "nothing is chosen")


func _complains(like: Like, words: String) -> void:
	check(words in like.problem, "%s: %s" % [words, like.problem])


func _read(frames: SpriteFrames, actions: Array[String]) -> Like:
	DirAccess.make_dir_recursive_absolute(ProjectSettings.globalize_path(PATH.get_base_dir()))
	frames.take_over_path(PATH)
	return Like.read({"path": PATH}, actions)


func _frames(animations: Dictionary) -> SpriteFrames:
	var frames := SpriteFrames.new()
	frames.remove_animation("default")
	for name: String in animations:
		frames.add_animation(name)
		for picture: Texture2D in animations[name]:
			frames.add_frame(name, picture)
	return frames


## A square of that side in the top left corner of a picture.
func _dot(width: int, height: int, side: int) -> Texture2D:
	var picture := Image.create_empty(width, height, false, Image.FORMAT_RGBA8)
	picture.fill_rect(Rect2i(0, 0, side, side), Color.RED)
	return ImageTexture.create_from_image(picture)
