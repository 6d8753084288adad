@tool
## Frames that the artist fixes with pictures of their own.
extends "editor_case.gd"

const Clip := preload("res://addons/ayo/result/clip.gd")

const KING := "res://demo/king.png"


func test_pinned_frame_comes_out_as_drawn_and_the_others_follow() -> void:
	await select_files([HERO])
	choose(["walk"], {"frames": 4})
	await animate()
	var before := received().frames
	var drawn := _draw("pose.png")
	await browse("Pin", "file_selected", drawn)
	await browse("Pin", "file_selected", HERO)
	equal(_pinned(), [{"frame": 1, "path": drawn}, {"frame": 2, "path": HERO}], "the rows")
	_row(0).get("frame").set("value", 3)
	await _remove(1)
	equal(_pinned(), [{"frame": 3, "path": drawn}], "one is left")
	await animate()
	var job := received()
	equal(_on_sprite_canvas(job, 2), _pixels_of(drawn), "frame 3 is as drawn")
	check(_on_sprite_canvas(job, 1) != _pixels_of(drawn), "frame 2 is not")
	check(job.frames[1].get_data() != before[1].get_data(), "it follows")
	check(FileAccess.file_exists(folder.path_join("viking_walk_2.png")), text("Message"))


func test_cell_of_a_sheet_can_be_pinned() -> void:
	await select_files([HERO])
	choose(["attack"], {"kind": Batch.Kind.SHEET})
	await animate()
	var first: Clip = Clip.from_job(received(), "attack")
	check(first.padding != Vector2i.ZERO, "cells are larger than the sprite")
	var cell := first.cells[1].duplicate() as Image
	cell.fill_rect(Rect2i(0, 0, 3, 2), Color8(250, 10, 200))
	cell.fill_rect(Rect2i(first.padding + Vector2i(22, 22), Vector2i(3, 3)), Color8(250, 10, 200))
	var frame := cell.get_region(first.frame_rect)
	choose(["attack"], {"pins": [{"frame": 2, "path": _save(cell, "cell.png")}]})
	await animate()
	var second: Clip = Clip.from_job(received(), "attack")
	var place := Rect2i(
		second.padding - first.padding + first.frame_rect.position, frame.get_size()
	)
	equal(second.cells[1].get_region(place).get_data(), frame.get_data(), "as drawn")
	equal(received().frames.size(), 3, "frames")


func test_cell_of_a_pinned_clip_can_be_pinned_too() -> void:
	await select_files([HERO])
	choose(["walk"], {"kind": Batch.Kind.SHEET})
	await animate()
	var plain: Clip = Clip.from_job(received(), "walk")
	var lowered := Image.create_empty(48, 48, false, Image.FORMAT_RGBA8)
	lowered.blit_rect(hero(), Rect2i(0, 0, 48, 48), Vector2i(0, 4))
	var pins := [{"frame": 2, "path": _save(lowered, "lowered.png")}]
	choose(["walk"], {"kind": Batch.Kind.SHEET, "pins": pins})
	await animate()
	var first: Clip = Clip.from_job(received(), "walk")
	check(first.cell_size() != plain.cell_size(), "else this shows nothing")
	var cell := first.cells[0].duplicate() as Image
	cell.fill_rect(Rect2i(first.padding + Vector2i(22, 22), Vector2i(3, 3)), Color8(250, 10, 200))
	pins.append({"frame": 1, "path": _save(cell, "cell.png")})
	choose(["walk"], {"kind": Batch.Kind.SHEET, "pins": pins})
	await animate()
	var second: Clip = Clip.from_job(received(), "walk")
	var frame := cell.get_region(first.frame_rect)
	var place := Rect2i(
		second.padding - first.padding + first.frame_rect.position, frame.get_size()
	)
	equal(second.cells[0].get_region(place).get_data(), frame.get_data(), "as drawn")


func test_number_is_typed_at_once_and_taken_without_enter() -> void:
	await select_files([HERO])
	choose(["walk"], {"frames": 32})
	await browse("Pin", "file_selected", HERO)
	await browse("Pin", "file_selected", HERO)
	for digit: String in ["3", "2"]:
		var key := InputEventKey.new()
		key.unicode = digit.unicode_at(0)
		key.pressed = true
		tree.root.push_input(key)
	await frames(3)
	await click("Animate")
	var job: Job = dock.get("_batch").get("_job")
	equal(job.pins.keys(), [1, 32], "frames")
	await click("Cancel")
	check(await until(func() -> bool: return not is_running(), 60.0), "the work ends")


func test_node_remembers_its_pins_and_another_does_not_get_them() -> void:
	var root := Sprite2D.new()
	root.name = "Viking"
	root.texture = load(HERO)
	var node: Sprite2D = await open_scene(root)
	await select([node])
	var pins := [{"frame": 2, "path": HERO}]
	choose(["walk"], {"kind": Batch.Kind.ANIMATION, "pins": pins})
	await animate()
	equal(Memory.of(node)["pins"], pins, "remembered")
	await select_files([KING])
	equal(_pinned(), [], "another sprite")
	await select([node])
	equal(_pinned(), pins, "shown again")
	dock.call("_on_files_selected", PackedStringArray([HERO]))
	equal(_pinned(), pins, "the pinned picture is no sprite")
	await select([])
	equal(_pinned(), [], "nothing selected")


func test_nothing_is_sent_with_pins_that_cannot_be() -> void:
	await select_files([HERO])
	choose(["walk"], {"pins": [{"frame": 1, "path": "res://gone.png"}]})
	await _is_refused("res://gone.png does not exist")
	choose(["walk", "run"], {"pins": [{"frame": 1, "path": HERO}]})
	await _is_refused("of one action")
	choose(["walk"], {"pins": [{"frame": 1, "path": HERO}, {"frame": 1, "path": HERO}]})
	await _is_refused("Frame 1 is pinned twice")
	await select_files([HERO, KING])
	choose(["walk"], {"pins": [{"frame": 1, "path": HERO}]})
	await _is_refused("of one sprite")


func test_backend_refuses_pins() -> void:
	await select_files([HERO])
	var small := _save(hero().get_region(Rect2i(4, 0, 40, 48)), "small.png")
	choose(["walk"], {"pins": [{"frame": 1, "path": small}]})
	await animate()
	check("40×48 px, the sprite 48×48 px" in text("Message"), text("Message"))
	choose(["walk"], {"pins": [{"frame": 9, "path": HERO}]})
	await animate()
	check("There is no frame 9 to pin" in text("Message"), text("Message"))
	choose(["walk"])
	await animate()
	equal(received().pins.size(), 0, "without pins it works")


func test_cancel_while_the_pins_are_followed() -> void:
	await select_files([HERO])
	choose(["walk"], {"pins": [{"frame": 1, "path": _draw("a.png")}, {"frame": 3, "path": HERO}]})
	await click("Animate")
	check(is_running(), "the work begins")
	await click("Cancel")
	check(await until(func() -> bool: return not is_running(), 60.0), "the work ends")
	equal(text("Message"), "Cancelled.", "message")
	check(not FileAccess.file_exists(folder.path_join("viking_walk.png")), "nothing written")


func test_older_backend() -> void:
	await select_files([HERO])
	var client: Client = dock.get("_backend").get("client")
	dock.call("_offer", client.welcome.merged({"features": ["parts"]}, true))
	var pin: Button = control("Pin")
	check(pin.disabled and "update Ayo" in pin.tooltip_text, "Pin is off: " + pin.tooltip_text)
	choose(["walk"], {"pins": [{"frame": 1, "path": HERO}]})
	await _is_refused("update Ayo")
	dock.call("_offer", client.welcome)
	check(not pin.disabled, "with this one it is on")


func _is_refused(words: String) -> void:
	await click("Animate")
	check(words in text("Message"), "%s: %s" % [words, text("Message")])
	check(not is_running(), "nothing is sent")


func _pinned() -> Array:
	return control("Pins").call("values")


func _row(index: int) -> Node:
	return control("Pins").get_child(index)


func _remove(index: int) -> void:
	(_row(index).get_node("Remove") as Button).pressed.emit()
	await frames(2)


## A picture as an artist may draw it: the sprite with raised feet and a spot in a new colour.
func _draw(name: String) -> String:
	var picture := hero()
	picture.blit_rect(hero(), Rect2i(0, 30, 48, 16), Vector2i(0, 26))
	picture.fill_rect(Rect2i(22, 22, 3, 3), Color8(250, 10, 200))
	return _save(picture, name)


func _save(picture: Image, name: String) -> String:
	DirAccess.make_dir_recursive_absolute(ProjectSettings.globalize_path(folder))
	var path := folder.path_join(name)
	picture.save_png(path)
	return path


func _on_sprite_canvas(job: Job, index: int) -> PackedByteArray:
	var part := Rect2i(-job.offset, job.sprite.get_size())
	return job.frames[index].get_region(part).get_data()


func _pixels_of(path: String) -> PackedByteArray:
	return Image.load_from_file(ProjectSettings.globalize_path(path)).get_data()
