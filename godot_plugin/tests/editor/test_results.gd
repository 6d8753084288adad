@tool
## Every kind of result, by value: after the work, after save and reload, after undo and redo.
extends "editor_case.gd"


func test_built_in_sprite_frames_get_an_animation() -> void:
	var node := await _open_animated(_frames_with_two_animations())
	var original: SpriteFrames = node.sprite_frames
	choose(["walk"])
	await animate()
	var job := received()
	_check_frames(node.sprite_frames, "walk", job)
	_check_untouched(node.sprite_frames)
	equal(node.animation, &"still", "shown animation")
	check("Ayo saw a humanoid facing right." in text("Message"), text("Message"))
	var saved := await saved_scene()
	_check_frames((saved as AnimatedSprite2D).sprite_frames, "walk", job)
	_check_untouched((saved as AnimatedSprite2D).sprite_frames)
	saved.free()
	await undo()
	check(node.sprite_frames == original, "undo brings the old resource back")
	equal(
		[node.animation, node.has_meta(Memory.KEY)], [&"still", false], "undo brings the node back"
	)
	_check_untouched(original)
	await redo()
	_check_frames(node.sprite_frames, "walk", job)


func test_sprite_frames_file_is_changed_in_place() -> void:
	var path := "res://made/shared_frames.tres"
	DirAccess.make_dir_recursive_absolute(ProjectSettings.globalize_path("res://made"))
	ResourceSaver.save(_frames_with_two_animations(), path)
	var file: SpriteFrames = load(path)
	var node := await _open_animated(file)
	check(node.sprite_frames.resource_path == path, "external")
	choose(["walk"])
	await animate()
	var job := received()
	equal(node.sprite_frames.resource_path, path, "still external")
	var fresh: SpriteFrames = ResourceLoader.load(path, "", ResourceLoader.CACHE_MODE_IGNORE)
	_check_frames(fresh, "walk", job)
	_check_untouched(fresh)
	await undo()
	check(not node.sprite_frames.has_animation(&"walk"), "undo in memory")
	fresh = ResourceLoader.load(path, "", ResourceLoader.CACHE_MODE_IGNORE)
	check(not fresh.has_animation(&"walk"), "undo in the file")
	_check_untouched(fresh)


func test_several_actions_and_replacing_one() -> void:
	var node := await _open_animated(_frames_with_two_animations())
	choose(["walk", "jump"])
	await animate()
	var walk := node.sprite_frames.get_frame_texture(&"walk", 0)
	equal(node.sprite_frames.get_animation_loop(&"jump"), false, "jump plays once")
	await select([node])
	equal(control("Animate").get("text"), "Animate again", "the node is remembered")
	choose(["jump"], {"frames": 4})
	await animate()
	var job := received()
	_check_frames(node.sprite_frames, "jump", job)
	check(node.sprite_frames.get_frame_texture(&"walk", 0) == walk, "walk is as it was")
	equal(Memory.of(node)["made"], ["walk", "jump"], "what was made")
	await undo()
	equal(node.sprite_frames.get_frame_count(&"jump"), 3, "undo brings the old jump back")


func test_sprite_gets_an_animation_player() -> void:
	var root := Node2D.new()
	var sprite := Sprite2D.new()
	sprite.name = "Viking"
	sprite.texture = load(HERO)
	root.add_child(sprite)
	root = await open_scene(root)
	sprite = root.get_node("Viking")
	await select([sprite])
	choose(["walk"], {"kind": Batch.Kind.ANIMATION})
	await animate()
	var job := received()
	var player: AnimationPlayer = root.get_node_or_null("AnimationPlayer")
	if not check(player != null, "a player beside the sprite"):
		return
	await _check_player(player, sprite, job)
	var saved := await saved_scene()
	tree.root.add_child(saved)
	await _check_player(saved.get_node("AnimationPlayer"), saved.get_node("Viking"), job)
	saved.free()
	await undo()
	check(not root.has_node("AnimationPlayer"), "undo removes the player")
	equal([sprite.hframes, sprite.texture.resource_path], [1, HERO], "undo leaves the sprite")
	await redo()
	check(root.has_node("AnimationPlayer"), "redo brings it back")


func test_other_tracks_and_libraries_are_kept() -> void:
	var root := Node2D.new()
	var sprite := Sprite2D.new()
	sprite.name = "Viking"
	sprite.texture = load(HERO)
	sprite.centered = false
	sprite.offset = Vector2(3, 4)
	root.add_child(sprite)
	root.add_child(_player_with_tracks())
	root = await open_scene(root)
	sprite = root.get_node("Viking")
	await select([sprite])
	choose(["attack"], {"kind": Batch.Kind.ANIMATION, "speed": 2.0, "loop": "ping-pong"})
	await animate()
	var player: AnimationPlayer = root.get_node("AnimationPlayer")
	var attack := player.get_animation("ayo/attack")
	check(attack.find_track(^"Viking:modulate", Animation.TYPE_VALUE) >= 0, "the user's track")
	check(player.has_animation("mine/blink"), "the user's library")
	var reset := player.get_animation("RESET")
	var track := reset.find_track(^"Viking:offset", Animation.TYPE_VALUE)
	equal(reset.track_get_key_value(track, 0), Vector2(9, 9), "the user's RESET")
	var job := received()
	var total := 0.0
	for i: int in [0, 1, 2, 1]:
		total += roundi(job.durations_ms[i] / 2.0) / 1000.0
	near(attack.length, total, "length of one pass there and back")
	equal(attack.loop_mode, Animation.LOOP_LINEAR, "ping-pong is written out")
	var offset: Vector2 = attack.track_get_key_value(
		attack.find_track(^"Viking:offset", Animation.TYPE_VALUE), 0
	)
	var cell := _cell_size(attack, sprite)
	equal(
		offset,
		Vector2(3, 4) - Vector2(cell - hero().get_size()) / 2.0,
		"the sprite keeps its place"
	)
	await undo()
	check(player.get_animation("ayo/attack").get_track_count() == 1, "undo leaves the user's track")


func test_files_become_sprite_frames_files() -> void:
	await select_files([HERO, "res://demo/king.png"])
	equal(text("Subject"), "2 sprites", "subject")
	choose(["idle", "walk"])
	await animate()
	check(text("Message").begins_with("4 animations made."), text("Message"))
	for name: String in ["viking", "king"]:
		var frames: SpriteFrames = load(folder.path_join(name + "_frames.tres"))
		equal(frames.get_animation_names(), PackedStringArray(["idle", "walk"]), name)
	var job := received()
	_check_frames(load(folder.path_join("king_frames.tres")) as SpriteFrames, "walk", job)


func test_dock_follows_the_file_system_dock() -> void:
	# The editor may have kept the selection of an earlier run.
	EditorInterface.select_file(HERO)
	await tree.create_timer(1.0).timeout
	await select([])
	EditorInterface.select_file("res://demo/king.png")
	check(await until(func() -> bool: return text("Subject").begins_with("king")), text("Subject"))


func test_sheet_alone_with_its_description() -> void:
	await select_files([HERO])
	choose(["jump"], {"kind": Batch.Kind.SHEET, "frames": 4})
	await animate()
	var job := received()
	var path := folder.path_join("viking_jump.png")
	check(not FileAccess.file_exists(folder.path_join("viking_frames.tres")), "no SpriteFrames")
	var sheet := Image.load_from_file(ProjectSettings.globalize_path(path))
	var told: Dictionary = JSON.parse_string(
		FileAccess.get_file_as_string(path.get_basename() + ".json")
	)
	var frames_told: Array = told["frames"]
	equal(frames_told.size(), 4, "frames")
	for i in 4:
		var frame: Dictionary = frames_told[i]
		equal(int(frame["duration"] as float), job.durations_ms[i], "duration of frame %d" % i)
		var box: Dictionary = frame["frame"]
		var rect := Rect2i(
			int(box["x"] as float),
			int(box["y"] as float),
			int(box["w"] as float),
			int(box["h"] as float)
		)
		check(shows(sheet.get_region(rect), job, i), "pixels of frame %d" % i)
	var meta: Dictionary = told["meta"]
	var tag: Dictionary = meta["frameTags"][0]
	equal([tag["name"], tag["direction"], tag["repeat"]], ["jump", "forward", "1"], "tag")
	var imported := ConfigFile.new()
	imported.load(path + ".import")
	equal(
		imported.get_value("params", "process/fix_alpha_border"),
		false,
		"import keeps transparent pixels"
	)
	equal(imported.get_value("params", "compress/mode"), 0, "import is lossless")
	check(
		(load(path) as Texture2D).get_image().get_data() == sheet.get_data(),
		"imported pixels are the file's"
	)


func test_glow_of_a_cast_can_be_left_out() -> void:
	await select_files([HERO])
	var widths: Array[int] = []
	for glow: bool in [true, false]:
		choose(["cast"], {"kind": Batch.Kind.SHEET, "frames": 4, "glow": glow})
		equal((control("Glow") as CheckBox).button_pressed, glow, "the box")
		await work("Animate")
		widths.append(received().frames[0].get_width())
	check(widths[0] > widths[1], "the light needs room: %d, %d" % widths)


func test_texture_rect_is_animated_by_textures() -> void:
	var root := Control.new()
	var rect := TextureRect.new()
	rect.name = "Portrait"
	rect.texture = load(HERO)
	root.add_child(rect)
	root = await open_scene(root)
	rect = root.get_node("Portrait")
	await select([rect])
	choose(["idle"], {"kind": Batch.Kind.ANIMATION})
	await animate()
	var job := received()
	var animation := (root.get_node("AnimationPlayer") as AnimationPlayer).get_animation("ayo/idle")
	var track := animation.find_track(^"Portrait:texture", Animation.TYPE_VALUE)
	equal(animation.track_get_key_count(track), 3, "keys")
	for i in 3:
		check(
			shows(pixels(animation.track_get_key_value(track, i) as Texture2D), job, i),
			"frame %d" % i
		)


func test_three_dimensional_sprites() -> void:
	var root := Node3D.new()
	var sprite := Sprite3D.new()
	sprite.name = "Still"
	sprite.texture = load(HERO)
	root.add_child(sprite)
	var animated := AnimatedSprite3D.new()
	animated.name = "Animated"
	animated.sprite_frames = _frames_with_two_animations()
	animated.animation = &"still"
	root.add_child(animated)
	root = await open_scene(root)
	animated = root.get_node("Animated")
	await select([animated])
	choose(["walk"])
	await animate()
	_check_frames(animated.sprite_frames, "walk", received())
	await select([root.get_node("Still")])
	choose(["walk"], {"kind": Batch.Kind.ANIMATION})
	await animate()
	var player: AnimationPlayer = root.get_node("AnimationPlayer")
	check(
		player.get_animation("ayo/walk").find_track(^"Still:frame", Animation.TYPE_VALUE) >= 0,
		"track"
	)


func _open_animated(sprite_frames: SpriteFrames) -> AnimatedSprite2D:
	var root := AnimatedSprite2D.new()
	root.name = "Viking"
	root.sprite_frames = sprite_frames
	root.animation = &"still"
	var opened: AnimatedSprite2D = await open_scene(root)
	await select([opened])
	return opened


func _frames_with_two_animations() -> SpriteFrames:
	var made := SpriteFrames.new()
	made.remove_animation(&"default")
	made.add_animation(&"still")
	made.add_frame(&"still", load(HERO) as Texture2D)
	made.add_animation(&"by_hand")
	made.set_animation_speed(&"by_hand", 7.5)
	made.set_animation_loop(&"by_hand", false)
	for duration: float in [1.0, 2.5]:
		made.add_frame(&"by_hand", load(HERO) as Texture2D, duration)
	return made


func _check_untouched(sprite_frames: SpriteFrames) -> void:
	equal(sprite_frames.get_animation_speed(&"by_hand"), 7.5, "speed made by hand")
	equal(sprite_frames.get_animation_loop(&"by_hand"), false, "loop made by hand")
	equal(sprite_frames.get_frame_count(&"by_hand"), 2, "frames made by hand")
	equal(sprite_frames.get_frame_duration(&"by_hand", 1), 2.5, "duration made by hand")


func _check_frames(sprite_frames: SpriteFrames, name: StringName, job: Job) -> void:
	if not check(sprite_frames.has_animation(name), "has %s" % name):
		return
	equal(sprite_frames.get_frame_count(name), job.frames.size(), "frames")
	equal(sprite_frames.get_animation_loop(name), job.loop != "once", "loop")
	for i in job.frames.size():
		var shown := (
			sprite_frames.get_frame_duration(name, i) / sprite_frames.get_animation_speed(name)
		)
		near(shown * 1000.0, job.durations_ms[i], "milliseconds of frame %d" % i)
		check(
			shows(pixels(sprite_frames.get_frame_texture(name, i)), job, i),
			"pixels of frame %d" % i
		)


func _player_with_tracks() -> AnimationPlayer:
	var player := AnimationPlayer.new()
	player.name = "AnimationPlayer"
	for name: String in ["ayo", "mine", ""]:
		player.add_animation_library(name, AnimationLibrary.new())
	player.get_animation_library("ayo").add_animation(
		"attack", _one_key(^"Viking:modulate", Color.RED)
	)
	player.get_animation_library("mine").add_animation("blink", _one_key(^"Viking:visible", true))
	player.get_animation_library("").add_animation(
		"RESET", _one_key(^"Viking:offset", Vector2(9, 9))
	)
	return player


func _one_key(path: NodePath, value: Variant) -> Animation:
	var animation := Animation.new()
	var track := animation.add_track(Animation.TYPE_VALUE)
	animation.track_set_path(track, path)
	animation.track_insert_key(track, 0.0, value)
	return animation


## Plays the animation and looks at what the sprite shows at the middle of each frame.
func _check_player(player: AnimationPlayer, sprite: Sprite2D, job: Job) -> void:
	var animation := player.get_animation("ayo/walk")
	near(animation.length * 1000.0, _sum(job.durations_ms), "length")
	player.play("ayo/walk")
	var time := 0.0
	for i in job.frames.size():
		player.seek(time + job.durations_ms[i] / 2000.0, true)
		var seen: Source = Source.from_node(sprite)
		check(shows(seen.image, job, i), "frame %d is shown" % i)
		time += job.durations_ms[i] / 1000.0
	player.stop()
	player.play("RESET")
	player.advance(0.0)
	player.stop()
	equal([sprite.texture.resource_path, sprite.hframes, sprite.frame], [HERO, 1, 0], "RESET")
	await frames(1)


func _cell_size(animation: Animation, sprite: Sprite2D) -> Vector2i:
	var texture: Texture2D = _first_value(animation, sprite, "texture")
	var columns: int = _first_value(animation, sprite, "hframes")
	return Vector2i(texture.get_width() / columns, texture.get_height())


func _first_value(animation: Animation, sprite: Sprite2D, property: String) -> Variant:
	var path := NodePath("%s:%s" % [sprite.name, property])
	return animation.track_get_key_value(animation.find_track(path, Animation.TYPE_VALUE), 0)


func _sum(durations: Array[int]) -> int:
	var total := 0
	for duration in durations:
		total += duration
	return total
