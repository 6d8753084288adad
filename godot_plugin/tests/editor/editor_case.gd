@tool
## Base of the suites that drive the dock in a real editor, headless or on a screen.
extends "../case.gd"

const Batch := preload("res://addons/ayo/editor/batch.gd")
const Client := preload("res://addons/ayo/net/ayo_client.gd")
const Dock := preload("res://addons/ayo/editor/dock.gd")
const Job := preload("res://addons/ayo/net/ayo_job.gd")
const Memory := preload("res://addons/ayo/editor/memory.gd")
const Source := preload("res://addons/ayo/editor/source.gd")

const HERO := "res://demo/viking.png"

static var _scenes := 0

var dock: Dock
## Where the running test's files go.
var folder := ""


func before() -> void:
	if find_dock():
		check(await until(_backend_is_ready, 180.0), "backend: %s" % text("Status"))
		choose([])


func find_dock() -> bool:
	_next_scene()
	if is_headless():
		tree.root.size = Vector2i(1600, 900)
	dock = EditorInterface.get_base_control().find_child("AyoDock", true, false)
	if not check(dock != null, "the dock is there"):
		return false
	var frame: Node = dock.get_parent()
	if frame.has_method("make_visible"):
		frame.call("make_visible")
	return true


func _next_scene() -> void:
	_scenes += 1
	folder = "res://made/%s_%d" % [get_script().resource_path.get_file().get_basename(), _scenes]


func after() -> void:
	DirAccess.remove_absolute(ProjectSettings.globalize_path("res://slow"))
	EditorInterface.get_selection().clear()
	await frames(2)


func is_headless() -> bool:
	return DisplayServer.get_name() == "headless"


## Saves [param root] as a scene, opens it in the editor and returns its root there.
func open_scene(root: Node) -> Node:
	DirAccess.make_dir_recursive_absolute(ProjectSettings.globalize_path("res://made"))
	var path := "res://made/scene_%d.tscn" % _scenes
	var packed := PackedScene.new()
	if root.name.is_empty():
		root.name = "Level"
	for child in root.find_children("*", "", true, false):
		child.owner = root
	packed.pack(root)
	root.free()
	equal(ResourceSaver.save(packed, path), OK, "scene saved")
	EditorInterface.open_scene_from_path(path)
	check(await until(func() -> bool: return _edited_path() == path), "%s is opened" % path)
	await frames(2)
	return EditorInterface.get_edited_scene_root()


func select(nodes: Array[Node]) -> void:
	var selection := EditorInterface.get_selection()
	selection.clear()
	for node in nodes:
		selection.add_node(node)
	await frames(3)


## Makes the dock believe that these files are selected in the FileSystem dock.
func select_files(paths: Array[String]) -> void:
	EditorInterface.get_selection().clear()
	await frames(3)
	dock.call("_on_files_selected", PackedStringArray(paths))
	await frames(1)


func control(name: String) -> Control:
	return dock.get_node("%" + name)


func text(name: String) -> String:
	return (control(name) as Label).text


func choose(actions: Array[String], more: Dictionary = {}) -> void:
	var values := {"actions": actions, "folder": folder, "frames": 3}
	var choices: Object = control("Choices")
	var kind: int = (control("Kind") as OptionButton).get_item_id(0)
	choices.call("show_values", values.merged({"kind": kind}).merged(more, true))
	dock.call("_show_buttons")


## Clicks Animate and waits for the end of the work.
func animate() -> void:
	await work("Animate")


## Clicks a button and waits for the end of the work that it begins.
func work(button: String) -> void:
	var ended: Array[bool] = []
	var batch: Batch = dock.get("_batch")
	batch.ended.connect(ended.append.bind(true), CONNECT_ONE_SHOT)
	await click(button)
	var over := await until(func() -> bool: return not ended.is_empty(), 180.0)
	check(over, "the work ends: %s" % text("Message"))
	await frames(2)


func is_running() -> bool:
	return dock.get("_batch").get("is_running")


## A click as a user does it: with the X server's pointer where there is one, else as input events.
func click(name: String) -> void:
	var button: Control = control(name)
	var scroll: ScrollContainer = control("Scroll")
	if scroll.is_ancestor_of(button):
		scroll.ensure_control_visible(button)
	await frames(3)
	var centre := button.get_global_rect().get_center()
	if not is_headless():
		var at := Vector2i(button.get_screen_position() + button.size / 2.0)
		var words := ["mousemove", str(at.x), str(at.y), "sleep", "0.3", "click", "1"]
		if OS.execute("xdotool", PackedStringArray(words)) == 0:
			await frames(10)
			return
	var motion := InputEventMouseMotion.new()
	motion.position = centre
	motion.global_position = centre
	button.get_viewport().push_input(motion)
	for pressed: bool in [true, false]:
		var event := InputEventMouseButton.new()
		event.button_index = MOUSE_BUTTON_LEFT
		event.pressed = pressed
		event.position = centre
		event.global_position = centre
		button.get_viewport().push_input(event)
		await frames(2)


## Opens a dialog and chooses a path in it.
func browse(button: String, chosen: String, path: String) -> void:
	await click(button)
	var dialogs := control("Choices").find_children("*", "EditorFileDialog", false, false)
	if check(dialogs.size() == 1, "a dialog opens"):
		(dialogs[0] as EditorFileDialog).hide()
		dialogs[0].emit_signal(chosen, path)
	await frames(5)
	dialogs = control("Choices").find_children("*", "EditorFileDialog", false, false)
	check(dialogs.is_empty(), "and goes away")


## Ctrl+Z as a user presses it.
func undo() -> void:
	await _press(KEY_Z, false)


func redo() -> void:
	await _press(KEY_Z, true)


func _press(key: Key, shift: bool) -> void:
	var words := "ctrl+shift+z" if shift else "ctrl+z"
	if is_headless() or OS.execute("xdotool", PackedStringArray(["key", words])) != 0:
		for pressed: bool in [true, false]:
			var event := InputEventKey.new()
			event.keycode = key
			event.ctrl_pressed = true
			event.shift_pressed = shift
			event.pressed = pressed
			tree.root.push_input(event)
	await frames(10)


## Saves the edited scene and returns a fresh instance of it, read from the file.
func saved_scene() -> Node:
	equal(EditorInterface.save_scene(), OK, "scene saved")
	await frames(2)
	var scene: PackedScene = ResourceLoader.load(
		_edited_path(), "PackedScene", ResourceLoader.CACHE_MODE_IGNORE_DEEP
	)
	return scene.instantiate()


## The clip that the dock received last.
func received() -> Job:
	var job: Job = dock.get("_batch").get("_job")
	equal(job.state, Job.State.DONE, "the clip: " + job.error_text)
	return job


func hero() -> Image:
	return Image.load_from_file(ProjectSettings.globalize_path(HERO))


## The pixels of a texture as its file has them.
func pixels(texture: Texture2D) -> Image:
	var source := Source.new()
	source.call("_read", texture, "test")
	return source.image


## Whether [param cell] shows [param frame] at the place the sprite's centre gives it, and nothing
## else.
func shows(cell: Image, job: Job, index: int) -> bool:
	var sprite := job.sprite.get_size()
	var corner := (cell.get_size() - sprite) / 2 + job.offset
	var wanted := Image.create_empty(cell.get_width(), cell.get_height(), false, Image.FORMAT_RGBA8)
	var frame := job.frames[index]
	wanted.blit_rect(frame, Rect2i(Vector2i.ZERO, frame.get_size()), corner)
	return (
		wanted.get_data() == cell.get_data()
		and wanted.get_used_rect().size == frame.get_used_rect().size
	)


func _edited_path() -> String:
	var root := EditorInterface.get_edited_scene_root()
	return root.scene_file_path if root != null else ""


func _backend_is_ready() -> bool:
	return text("Status").begins_with("Ready")
