@tool
## A sprite that moves like another character's animation.
extends "editor_case.gd"

const Like := preload("res://addons/ayo/editor/like.gd")

const KING := "res://demo/king.png"


func test_king_walks_like_the_viking() -> void:
	var path := await _viking_frames(["walk"])
	await select_files([KING])
	choose(["walk"], {"like": {"path": path, "animation": ""}, "frames": 0})
	await animate()
	var job := received()
	var viking := load(path) as SpriteFrames
	equal(job.like.frames.size(), viking.get_frame_count("walk"), "frames of the viking")
	equal(job.frames.size(), job.like.frames.size(), "as many")
	equal(job.durations_ms, job.like.durations_ms, "which last as long")
	var alike := job.frames.map(func(frame: Image) -> PackedByteArray: return frame.get_data())
	choose(["walk"], {"frames": job.frames.size()})
	await animate()
	var own := received()
	check(own.like == null, "cleared")
	var plain := own.frames.map(func(frame: Image) -> PackedByteArray: return frame.get_data())
	check(alike != plain, "it moves otherwise")


func test_each_action_is_like_its_own_and_the_node_remembers() -> void:
	var path := await _viking_frames(["walk", "hurt"])
	var root := Sprite2D.new()
	root.name = "King"
	root.texture = load(KING)
	var node: Sprite2D = await open_scene(root)
	await select([node])
	var chosen := {"path": path, "animation": ""}
	var kind := {"kind": Batch.Kind.ANIMATION}
	choose(["walk", "hurt"], {"like": chosen, "frames": 2}.merged(kind))
	await animate()
	equal(received().like.frames.size(), 3, "of the viking's hurt")
	equal(Memory.of(node)["like"], chosen, "remembered")
	choose([])
	await select([])
	await select([node])
	equal(_chosen(), chosen, "shown again")
	choose(["idle"], {"like": chosen}.merged(kind))
	await click("Animate")
	check("has no idle to move like; it has hurt, walk" in text("Message"), text("Message"))
	check(not is_running(), "nothing is sent")
	choose(["idle"], {"like": {"path": path, "animation": "walk"}}.merged(kind))
	await animate()
	equal(received().like.frames.size(), 3, "of the viking's walk")


func test_choice_stays_for_the_next_sprite() -> void:
	var path := await _viking_frames(["walk"])
	await select_files([KING])
	choose(["walk"], {"like": {"path": path, "animation": "walk"}})
	await select_files([HERO])
	equal(_chosen(), {"path": path, "animation": "walk"}, "still chosen")
	await _clear()
	equal(_chosen(), {}, "cleared")
	check(not (control("Like").get("_animation") as Control).visible, "and nothing to choose from")


func test_what_is_remembered_but_gone_is_told_and_can_be_forgotten() -> void:
	await select_files([KING])
	var gone := {"path": "res://made/gone_frames.tres", "animation": ""}
	choose(["walk"], {"like": gone})
	equal(_chosen(), gone, "not lost")
	await click("Animate")
	check("gone_frames.tres, to move like, is no" in text("Message"), text("Message"))
	check(not is_running(), "nothing is sent")
	var forget: Button = control("Like").get("_forget")
	equal([forget.visible, forget.text], [true, "gone_frames.tres ×"], "the way out")
	forget.pressed.emit()
	equal([_chosen(), forget.visible], [{}, false], "forgotten")
	await animate()
	check(received().like == null, "it works without")


func test_older_backend_is_not_asked() -> void:
	var path := await _viking_frames(["walk"])
	await select_files([KING])
	choose(["walk"], {"like": {"path": path, "animation": ""}})
	var choices := control("Choices")
	var picker: EditorResourcePicker = control("Like").get("_picker")
	var client: Client = dock.get("_backend").get("client")
	var older := client.welcome.duplicate(true)
	(older["features"] as Array).erase("like")
	choices.call("offer", older)
	check("update Ayo" in picker.tooltip_text, picker.tooltip_text)
	await click("Animate")
	check("cannot move like a clip: update Ayo" in text("Message"), text("Message"))
	check(not is_running(), "nothing is sent")
	await _clear()
	equal(_chosen(), {}, "cleared, as the message asks")
	check(not picker.editable, "and not to be chosen again")
	await animate()
	check(received().like == null, "it works without")
	choices.call("offer", client.welcome)
	check(picker.editable, "with this one it can be chosen")


## The viking's animations as Ayo makes them, three frames each; the path of their file.
func _viking_frames(actions: Array[String]) -> String:
	await select_files([HERO])
	choose(actions, {"kind": Batch.Kind.FRAMES_FILE})
	await animate()
	var path := folder.path_join("viking_frames.tres")
	check(FileAccess.file_exists(path), "%s: %s" % [path, text("Message")])
	return path


## Picks Clear in the row's menu, if it is offered there.
func _clear() -> void:
	var picker: EditorResourcePicker = control("Like").get("_picker")
	var buttons := picker.find_children("*", "Button", true, false)
	var arrow: Button = buttons[-1]
	if not check(arrow.is_visible_in_tree(), "the row has a menu"):
		return
	arrow.pressed.emit()
	await frames(3)
	var menu: PopupMenu = picker.find_children("*", "PopupMenu", true, false)[0]
	for i in menu.item_count:
		if menu.get_item_text(i) == "Clear":
			menu.id_pressed.emit(menu.get_item_id(i))
	menu.hide()
	await frames(3)


func _chosen() -> Dictionary:
	return control("Like").call("values")
