@tool
## What the user sees: the dock at work, for people to look at and for the manual.
extends "../editor/editor_case.gd"


func test_dock_at_work() -> void:
	var root := Node2D.new()
	root.name = "Level"
	var sprite := AnimatedSprite2D.new()
	sprite.name = "Viking"
	sprite.position = Vector2(200, 150)
	sprite.scale = Vector2(4, 4)
	sprite.sprite_frames = SpriteFrames.new()
	sprite.sprite_frames.add_frame(&"default", load(HERO) as Texture2D)
	root.add_child(sprite)
	root = await open_scene(root)
	sprite = root.get_node("Viking")
	EditorInterface.set_main_screen_editor("2D")
	await select([sprite])
	choose(["walk", "jump"], {"frames": 0})
	(control("Scroll") as ScrollContainer).scroll_vertical = 0
	await frames(30)
	await shoot("dock")
	check(_is_animate_wide_enough(), "the button can be clicked")
	await animate()
	(control("Onion") as Button).button_pressed = true
	await frames(20)
	await shoot("result")
	check(sprite.sprite_frames.has_animation(&"walk"), "a real click animated the sprite")
	sprite.play(&"walk")
	await frames(20)
	await shoot("playing")
	await undo()
	check(not sprite.sprite_frames.has_animation(&"jump"), "a real Ctrl+Z took the last one back")
	check(sprite.sprite_frames.has_animation(&"walk"), "and only that one")


func test_parts() -> void:
	await select_files([HERO])
	choose(["walk"])
	await work("ShowParts")
	await frames(20)
	await shoot("parts")
	check((control("Parts") as Control).size.x > 100.0, "the path can be read")
	check(control("Message").get_global_rect().end.y <= tree.root.size.y, "so can the message")


func test_pins() -> void:
	await select_files([HERO])
	choose(["walk"], {"frames": 6})
	var contact := folder.path_join("viking_contact.png")
	DirAccess.make_dir_recursive_absolute(ProjectSettings.globalize_path(folder))
	hero().save_png(contact)
	await browse("Pin", "file_selected", contact)
	await browse("Pin", "file_selected", HERO)
	await frames(20)
	var last: Control = control("Pins").get_child(1)
	check(control("Scroll").get_global_rect().encloses(last.get_global_rect()), "the row is seen")
	await shoot("pins")


func test_like() -> void:
	await select_files([HERO])
	choose(["walk", "hurt"], {"kind": Batch.Kind.FRAMES_FILE, "frames": 0})
	await animate()
	await select_files(["res://demo/king.png"])
	var path := folder.path_join("viking_frames.tres")
	choose(["walk"], {"like": {"path": path, "animation": ""}, "frames": 0})
	await animate()
	(control("Scroll") as ScrollContainer).ensure_control_visible(control("Like"))
	await frames(20)
	await shoot("like")


## What the demo game plays.
func test_demo_is_made_with_ayo() -> void:
	await select_files([HERO])
	choose(["idle", "walk", "jump"], {"frames": 0, "folder": "res://demo"})
	await animate()
	await shoot("files")
	var made: SpriteFrames = load("res://demo/viking_frames.tres")
	for action: String in ["idle", "walk", "jump"]:
		check(made.has_animation(action), action)


func shoot(name: String) -> void:
	await tree.process_frame
	RenderingServer.force_draw()
	var picture: Image = tree.root.get_texture().get_image()
	equal(picture.save_png(given["shots"].path_join(name + ".png")), OK, "screenshot")


func _is_animate_wide_enough() -> bool:
	return control("Animate").size.x > 60.0
