@tool
## The parts of a sprite: shown, repainted and told.
extends "editor_case.gd"

const KING := "res://demo/king.png"
const HEAD := Color8(246, 215, 67)


func test_parts_are_shown_repainted_and_told() -> void:
	await select_files([HERO])
	choose([])
	await work("ShowParts")
	var path := folder.path_join("viking_parts.png")
	equal(parts_path(), path, "the path is in the field")
	check(text("Message").begins_with("Wrote viking_parts.png. Repaint"), text("Message"))
	check("Ayo saw a humanoid facing right." in text("Message"), text("Message"))
	var shown := received().parts_shown
	equal(_pixels_of(path), shown.get_data(), "the file has the colours of the parts")
	equal(shown.get_size(), hero().get_size(), "size")
	check(ResourceLoader.exists(path, "Texture2D"), "it is imported")
	check(not FileAccess.file_exists(path.get_basename() + ".json"), "it is no sheet")
	var still: Texture2D = control("Preview").get("_still")
	equal(still.get_image().get_data(), shown.get_data(), "the preview shows it")
	(control("Actions").get_node("walk") as CheckBox).button_pressed = true
	await animate()
	equal(received().parts.get_data(), shown.get_data(), "the parts are sent")
	var before := received().frames[1].get_data()
	_repaint(path)
	await animate()
	equal(received().parts.get_data(), _pixels_of(path), "the repainted parts are sent")
	check(received().frames[1].get_data() != before, "the backend moves other parts")


func test_parts_that_were_repainted_stay() -> void:
	await select_files([HERO])
	choose([])
	await work("ShowParts")
	var path := folder.path_join("viking_parts.png")
	_repaint(path)
	var mine := FileAccess.get_file_as_bytes(path)
	for i in 2:
		await work("ShowParts")
		equal(FileAccess.get_file_as_bytes(path), mine, "the artist's picture")
		equal(parts_path(), folder.path_join("viking_parts_2.png"), "a name that is free")
		check("viking_parts.png is left as it is." in text("Message"), text("Message"))
	check(not FileAccess.file_exists(folder.path_join("viking_parts_3.png")), "not written twice")


func test_parts_of_what_is_seen_with_the_choices_made() -> void:
	var node := await _open_sprite()
	node.region_enabled = true
	node.region_rect = Rect2(4, 0, 40, 48)
	choose([], {"facing": "left", "creature": "humanoid"})
	await work("ShowParts")
	equal(received().parts_shown.get_size(), Vector2i(40, 48), "the region's size")
	equal(received().facing, "left", "as the artist says it looks")
	var options: Dictionary = received().order["options"]
	equal(options["creature"], "humanoid", "as the artist says it is built")
	check(not node.has_meta(Memory.KEY), "the scene is as it was")


func test_parts_are_of_one_sprite() -> void:
	await select_files([HERO, KING])
	choose(["walk"], {"parts": HERO})
	await click("ShowParts")
	check("of one sprite" in text("Message"), text("Message"))
	await click("Animate")
	check("of one sprite" in text("Message"), text("Message"))
	_check_nothing_was_made()


func test_nothing_is_sent_with_parts_that_cannot_be() -> void:
	await select_files([HERO])
	var small := folder.path_join("small.png")
	DirAccess.make_dir_recursive_absolute(ProjectSettings.globalize_path(folder))
	Image.create_empty(9, 8, false, Image.FORMAT_RGBA8).save_png(small)
	var words: Dictionary[String, String] = {
		small: "small.png is 9 × 8 pixels, the sprite 48 × 48:",
		"res://gone_parts.png": "res://gone_parts.png does not exist",
		"user://parts.png": "outside the project",
	}
	for path in words:
		choose(["walk"], {"parts": path})
		await click("Animate")
		check(words[path] in text("Message"), "%s: %s" % [path, text("Message")])
		check(not is_running(), "nothing is sent")


func test_colour_of_no_part_is_told_by_the_backend() -> void:
	await select_files([HERO])
	choose(["walk"], {"parts": HERO})
	await animate()
	check("no part's colour" in text("Message"), text("Message"))
	_check_nothing_was_made()


func test_node_remembers_its_parts_and_another_does_not_get_them() -> void:
	var node := await _open_sprite()
	choose([])
	await work("ShowParts")
	var path := parts_path()
	await select([node])
	equal(parts_path(), path, "selected once more")
	await select([])
	equal(parts_path(), "", "nothing selected")
	choose(["walk"], {"kind": Batch.Kind.ANIMATION, "parts": path})
	await select([node])
	equal(parts_path(), "", "not remembered: it was not animated with them")
	choose(["walk"], {"kind": Batch.Kind.ANIMATION, "parts": path})
	await animate()
	equal(Memory.of(node)["parts"], path, "remembered")
	await select_files([KING])
	equal(parts_path(), "", "another sprite")
	await select([node])
	equal(parts_path(), path, "shown again")


func test_picture_of_the_parts_is_no_sprite() -> void:
	await select_files([HERO])
	choose([])
	await work("ShowParts")
	dock.call("_on_files_selected", PackedStringArray([parts_path()]))
	check(text("Subject").begins_with("viking,"), text("Subject"))
	check(parts_path() != "", "the path stays")


func test_paths_are_chosen_in_a_dialog() -> void:
	await select_files([HERO])
	choose([])
	await browse("BrowseParts", "file_selected", HERO)
	equal(parts_path(), HERO, "the picture")
	await browse("Browse", "dir_selected", "res://demo")
	equal((control("Folder") as LineEdit).text, "res://demo", "the folder")


func test_another_sprite_meanwhile() -> void:
	await select_files([HERO])
	choose([])
	var go_on := func(job: Job, _title: String) -> void:
		var to_king := func(_index: int) -> void:
			dock.call("_on_files_selected", PackedStringArray([KING]))
		job.frame_arrived.connect(to_king, CONNECT_ONE_SHOT)
	(dock.get("_batch") as Batch).started.connect(go_on, CONNECT_ONE_SHOT)
	await work("ShowParts")
	check(FileAccess.file_exists(folder.path_join("viking_parts.png")), "the picture is written")
	equal(parts_path(), "", "the other sprite does not get it")


func test_older_backend() -> void:
	await select_files([HERO])
	var client: Client = dock.get("_backend").get("client")
	var older := client.welcome.merged({"features": ["slash", "creature"]}, true)
	dock.call("_offer", older)
	check((control("ShowParts") as Button).disabled, "Show is off")
	check("update Ayo" in control("ShowParts").tooltip_text, control("ShowParts").tooltip_text)
	check((control("BrowseParts") as Button).disabled, "so is the choice of a file")
	choose(["walk"], {"parts": HERO})
	await click("Animate")
	check("update Ayo" in text("Message"), text("Message"))
	_check_nothing_was_made()
	choose(["walk"])
	await animate()
	equal(received().parts, null, "without parts it works")
	dock.call("_offer", client.welcome)
	check(not (control("ShowParts") as Button).disabled, "Show is on again")


func parts_path() -> String:
	return (control("Parts") as LineEdit).text


func _check_nothing_was_made() -> void:
	check(not is_running(), "nothing is sent")
	var absolute := ProjectSettings.globalize_path(folder)
	check(not DirAccess.dir_exists_absolute(absolute), "nothing is written")


func _open_sprite() -> Sprite2D:
	var root := Sprite2D.new()
	root.name = "Viking"
	root.texture = load(HERO)
	var node: Sprite2D = await open_scene(root)
	await select([node])
	return node


func _pixels_of(path: String) -> PackedByteArray:
	return Image.load_from_file(ProjectSettings.globalize_path(path)).get_data()


## Takes the lower half of the sprite for its head.
func _repaint(path: String) -> void:
	var picture := Image.load_from_file(ProjectSettings.globalize_path(path))
	for y in range(picture.get_height() / 2, picture.get_height()):
		for x in picture.get_width():
			if picture.get_pixel(x, y).a8 > 0:
				picture.set_pixel(x, y, HEAD)
	picture.save_png(path)
