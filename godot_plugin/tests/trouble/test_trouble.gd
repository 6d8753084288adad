@tool
## Bad input and bad luck: a sentence, nothing lost, no red text.
extends "../editor/editor_case.gd"


func test_nothing_selected() -> void:
	await select([])
	check("Select a sprite" in text("Subject"), text("Subject"))
	choose(["walk"])
	await click("Animate")
	check("Select a sprite" in text("Message"), text("Message"))


func test_nothing_chosen() -> void:
	await _open_sprite()
	await click("Animate")
	equal(text("Message"), "Choose an action.", "message")


func test_node_without_texture() -> void:
	var root := await open_scene(Sprite2D.new())
	await select([root])
	check("has no texture" in text("Subject"), text("Subject"))
	choose(["walk"])
	await click("Animate")
	check("has no texture" in text("Message"), text("Message"))


func test_backend_refuses() -> void:
	var root := Sprite2D.new()
	root.texture = ImageTexture.create_from_image(
		Image.create_empty(16, 16, false, Image.FORMAT_RGBA8)
	)
	var node := await open_scene(root)
	await select([node])
	choose(["walk"])
	await animate()
	check(text("Message") != "" and not node.has_meta(Memory.KEY), text("Message"))
	check(
		not DirAccess.dir_exists_absolute(ProjectSettings.globalize_path(folder)), "nothing written"
	)


func test_names_that_are_taken_get_a_number() -> void:
	DirAccess.make_dir_recursive_absolute(ProjectSettings.globalize_path(folder))
	var taken := folder.path_join("viking_walk.png")
	var mine := Image.create_empty(3, 3, false, Image.FORMAT_RGBA8)
	mine.save_png(taken)
	var bytes := FileAccess.get_file_as_bytes(taken)
	await select_files([HERO])
	choose(["walk"], {"kind": Batch.Kind.SHEET})
	await animate()
	equal(FileAccess.get_file_as_bytes(taken), bytes, "the artist's file")
	check(FileAccess.file_exists(folder.path_join("viking_walk_2.png")), "a numbered one")
	await animate()
	check(
		not FileAccess.file_exists(folder.path_join("viking_walk_3.png")),
		"the same again is not written twice"
	)
	choose(["walk"], {"kind": Batch.Kind.SHEET, "seed": 5, "energy": 1.5})
	await animate()
	check(FileAccess.file_exists(folder.path_join("viking_walk_3.png")), "another take is")
	choose(["walk"], {"kind": Batch.Kind.SHEET, "creature": "blob"})
	await animate()
	check(FileAccess.file_exists(folder.path_join("viking_walk_4.png")), "another creature is")


func test_foreign_sprite_frames_file_is_left_alone() -> void:
	DirAccess.make_dir_recursive_absolute(ProjectSettings.globalize_path(folder))
	var path := folder.path_join("viking_frames.tres")
	ResourceSaver.save(SpriteFrames.new(), path)
	var before_bytes := FileAccess.get_file_as_bytes(path)
	await select_files([HERO])
	choose(["walk"])
	await animate()
	equal(FileAccess.get_file_as_bytes(path), before_bytes, "the artist's file")
	var made: SpriteFrames = load(folder.path_join("viking_frames_2.tres"))
	check(made != null and made.has_animation(&"walk"), "a numbered one")


func test_folders_that_cannot_be() -> void:
	DirAccess.make_dir_recursive_absolute(ProjectSettings.globalize_path("res://made"))
	FileAccess.open("res://made/file", FileAccess.WRITE).close()
	var words: Dictionary[String, String] = {
		"/tmp": "no folder of this project",
		"user://": "no folder of this project",
		"res://made/file/below": "Cannot make the folder",
	}
	await select_files([HERO])
	for place in words:
		choose(["walk"], {"folder": place, "kind": Batch.Kind.SHEET})
		await animate()
		check(words[place] in text("Message"), "%s: %s" % [place, text("Message")])


func test_scan_in_progress() -> void:
	await select_files([HERO])
	choose(["walk"], {"kind": Batch.Kind.SHEET})
	_on_first_frame(EditorInterface.get_resource_filesystem().scan)
	await animate()
	check(ResourceLoader.exists(folder.path_join("viking_walk.png")), text("Message"))


func test_files_that_are_no_sprites() -> void:
	FileAccess.open("res://made/notes.txt", FileAccess.WRITE).store_string("hello")
	await select_files([HERO])
	await select_files(["res://made/notes.txt"])
	check("Select a sprite" in text("Subject"), "text files are no subject")
	await select_files(["res://made/gone.png"])
	check("does not exist" in text("Subject"), text("Subject"))


func test_cancel_changes_nothing() -> void:
	var node := await _open_sprite()
	choose(["walk", "run"], {"frames": 32})
	await _slow_down()
	await click("Animate")
	check(await until(is_running), "the work begins")
	check(control("Cancel").visible, "there is a Cancel button")
	await click("Cancel")
	check(await until(func() -> bool: return not is_running(), 90.0), "the work ends")
	equal(
		[node.has_meta(Memory.KEY), text("Message")], [false, "Cancelled."], "nothing was changed"
	)
	choose(["idle"])
	await animate()
	check(node.has_meta(Memory.KEY), "the next job works")


func test_cancel_after_the_last_frame() -> void:
	var node := await _open_sprite()
	var batch: Batch = dock.get("_batch")
	var stop_at_end := func(job: Job, _title: String) -> void: job.ended.connect(batch.stop)
	batch.started.connect(stop_at_end, CONNECT_ONE_SHOT)
	choose(["walk"])
	await animate()
	equal([node.has_meta(Memory.KEY), text("Message")], [false, "Cancelled."], "at the last frame")
	var files := EditorInterface.get_resource_filesystem()
	var stop := func(_paths: PackedStringArray) -> void: batch.stop()
	files.resources_reimported.connect(stop, CONNECT_ONE_SHOT)
	await animate()
	check(text("Message").begins_with("Cancelled; the sheet is"), text("Message"))
	check(not node.has_meta(Memory.KEY), "nor while the sheet is imported")


func test_node_deleted_meanwhile() -> void:
	var root := Node2D.new()
	var sprite := Sprite2D.new()
	sprite.name = "Viking"
	sprite.texture = load(HERO)
	root.add_child(sprite)
	root = await open_scene(root)
	sprite = root.get_node("Viking")
	await select([sprite])
	choose(["walk"], {"kind": Batch.Kind.ANIMATION})
	_on_first_frame(root.remove_child.bind(sprite))
	await animate()
	check("is gone" in text("Message") and "viking_walk.png" in text("Message"), text("Message"))
	check(FileAccess.file_exists(folder.path_join("viking_walk.png")), "the sheet is kept")
	check(not root.has_node("AnimationPlayer"), "the scene is as it was")
	sprite.queue_free()


func test_another_scene_meanwhile() -> void:
	await open_scene(Node2D.new())
	var other := EditorInterface.get_edited_scene_root().scene_file_path
	_next_scene()
	var node := await _open_sprite()
	var path := node.scene_file_path
	choose(["walk"], {"kind": Batch.Kind.ANIMATION})
	_on_first_frame(func() -> void: EditorInterface.open_scene_from_path(other))
	await click("Animate")
	check(await until(func() -> bool: return "go back" in text("Message"), 180.0), text("Message"))
	check(
		not EditorInterface.get_edited_scene_root().has_node("AnimationPlayer"),
		"not in the other scene"
	)
	EditorInterface.open_scene_from_path(path)
	check(await until(func() -> bool: return not is_running(), 90.0), "the work ends")
	var root := EditorInterface.get_edited_scene_root()
	equal(
		[root.scene_file_path, root.has_node("AnimationPlayer")], [path, true], "in the right scene"
	)


func test_plugin_disabled_meanwhile() -> void:
	var node := await _open_sprite()
	choose(["attack"], {"frames": 32})
	await _slow_down()
	await click("Animate")
	check(
		await until(func() -> bool: return is_running() and _preview_frames() > 0), "a frame comes"
	)
	EditorInterface.set_plugin_enabled("ayo", false)
	await frames(20)
	check(not node.has_meta(Memory.KEY), "nothing was changed")
	EditorInterface.set_plugin_enabled("ayo", true)
	await frames(5)
	await before()
	await select([node])
	choose(["walk"])
	await animate()
	check(node.has_meta(Memory.KEY), "enabled again it works")


func test_redrawn_sprite_is_noticed() -> void:
	DirAccess.make_dir_recursive_absolute(ProjectSettings.globalize_path("res://made"))
	var path := "res://made/redrawn.png"
	var picture := hero()
	picture.save_png(path)
	EditorInterface.get_resource_filesystem().scan()
	check(await until(func() -> bool: return ResourceLoader.exists(path)), "imported")
	var files := EditorInterface.get_resource_filesystem()
	check(await until(func() -> bool: return not files.is_scanning()), "the scan ends")
	var node := await _open_sprite(path)
	choose(["walk"])
	await animate()
	await select([])
	await select([node])
	equal(text("Message"), "", "no news")
	picture.fill_rect(Rect2i(20, 20, 5, 5), Color8(250, 10, 10))
	picture.save_png(path)
	await select([])
	await select([node])
	check("redrawn" in text("Message"), text("Message"))


func test_again_starts_from_the_still() -> void:
	var root := AnimatedSprite2D.new()
	root.sprite_frames = SpriteFrames.new()
	root.sprite_frames.add_frame(&"default", load(HERO) as Texture2D)
	var node: AnimatedSprite2D = await open_scene(root)
	await select([node])
	choose(["walk"], {"speed": 1.5})
	await animate()
	node.animation = &"walk"
	node.frame = 2
	await select([])
	choose([])
	await select([node])
	var choices: Dictionary = control("Choices").call("values")
	equal(
		[choices["actions"], choices["speed"]],
		[["walk"] as Array[String], 1.5],
		"choices are remembered"
	)
	var source: Source = Memory.source_of(node)
	check(source.image.get_data() == hero().get_data(), "the source is the still sprite")


func test_wrong_password_is_said() -> void:
	var settings := EditorInterface.get_editor_settings()
	var client: Client = dock.get("_backend").get("client")
	var found: Dictionary = Client.BackendFiles.connection()
	settings.set_setting("ayo/backend/endpoint", found["endpoint"])
	settings.set_setting("ayo/backend/user", "ayo")
	settings.set_setting("ayo/backend/password", "wrong")
	client.close()
	dock.get("_backend").call("open")
	check(await until(func() -> bool: return "rejected" in text("Status"), 90.0), text("Status"))
	check((control("Animate") as Button).disabled, "Animate is off")
	for name: String in ["endpoint", "user", "password"]:
		settings.set_setting("ayo/backend/" + name, "")
	dock.get("_backend").call("open")
	check(await until(_backend_is_ready, 90.0), text("Status"))


func _open_sprite(path := HERO) -> Sprite2D:
	var root := Sprite2D.new()
	root.name = "Viking"
	root.texture = load(path)
	var node: Sprite2D = await open_scene(root)
	await select([node])
	return node


func _on_first_frame(action: Callable) -> void:
	var batch: Batch = dock.get("_batch")
	var listen := func(job: Job, _title: String) -> void:
		job.frame_arrived.connect(func(_index: int) -> void: action.call(), CONNECT_ONE_SHOT)
	batch.started.connect(listen, CONNECT_ONE_SHOT)


## Has the backend work slowly until the test ends, so that there is time to interrupt it.
func _slow_down() -> void:
	FileAccess.open("res://slow", FileAccess.WRITE).store_string("please")
	await tree.create_timer(0.5).timeout


func _preview_frames() -> int:
	return control("Preview").call("frame_count")
