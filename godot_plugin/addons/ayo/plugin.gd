@tool
extends EditorPlugin

const Backend := preload("editor/backend.gd")
const Dock := preload("editor/dock.gd")
const DOCK_SCENE := preload("editor/dock.tscn")
const ICON := preload("icon.svg")
const Settings := preload("editor/settings.gd")

var _backend: Backend
var _dock: Dock
## The EditorDock around the dock, where Godot has one (4.6).
var _frame: Node


func _enter_tree() -> void:
	Settings.define()
	_backend = Backend.new()
	_backend.client.program["version"] = get_plugin_version()
	_dock = DOCK_SCENE.instantiate()
	_dock.setup(_backend, get_undo_redo())
	_show_dock()
	EditorInterface.get_editor_settings().settings_changed.connect(_on_settings_changed)
	_backend.open()


func _exit_tree() -> void:
	EditorInterface.get_editor_settings().settings_changed.disconnect(_on_settings_changed)
	_dock.stop()
	_backend.close()
	if _frame != null:
		call("remove_dock", _frame)
		_frame.queue_free()
	else:
		remove_control_from_docks(_dock)
		_dock.queue_free()


func _process(_delta: float) -> void:
	_backend.poll()


func _show_dock() -> void:
	_dock.custom_minimum_size *= EditorInterface.get_editor_scale()
	if not ClassDB.class_exists(&"EditorDock"):
		_dock.name = "Ayo"
		add_control_to_dock(DOCK_SLOT_RIGHT_UL, _dock)
		return
	_frame = ClassDB.instantiate(&"EditorDock")
	_frame.set("title", "Ayo")
	_frame.set("dock_icon", ICON)
	_frame.set(
		"default_slot", ClassDB.class_get_integer_constant(&"EditorDock", &"DOCK_SLOT_RIGHT_UL")
	)
	_frame.add_child(_dock)
	call("add_dock", _frame)


func _on_settings_changed() -> void:
	var changed := EditorInterface.get_editor_settings().get_changed_settings()
	if Settings.ENDPOINT in changed or Settings.USER in changed or Settings.PASSWORD in changed:
		_backend.open()
