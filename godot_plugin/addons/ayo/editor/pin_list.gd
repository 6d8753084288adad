## The dock's rows for pinned frames: in each the number of a frame and the artist's picture of it.
@tool
extends VBoxContainer

const _LAST_FRAME := 32
## Room for "Frame 32".
const _NUMBER_WIDTH := 104.0


class Row:
	extends HBoxContainer

	var frame := SpinBox.new()
	var path := ""

	func _init(pinned_frame: int, picture: String) -> void:
		path = picture
		frame.min_value = 1
		frame.max_value = _LAST_FRAME
		frame.value = pinned_frame
		frame.prefix = "Frame"
		frame.select_all_on_focus = true
		frame.custom_minimum_size.x = _NUMBER_WIDTH * EditorInterface.get_editor_scale()
		frame.tooltip_text = "Which frame of the clip the picture fixes, counted from 1"
		var file := Label.new()
		file.text = path.get_file()
		file.tooltip_text = path
		file.mouse_filter = MOUSE_FILTER_PASS
		file.size_flags_horizontal = SIZE_EXPAND_FILL
		file.text_overrun_behavior = TextServer.OVERRUN_TRIM_ELLIPSIS
		var remove := Button.new()
		remove.name = "Remove"
		remove.text = "×"
		remove.tooltip_text = "Remove this pin; the file stays"
		remove.pressed.connect(queue_free)
		for part: Control in [frame, file, remove]:
			add_child(part)


## What is pinned, as a node remembers it.
func values() -> Array[Dictionary]:
	var pins: Array[Dictionary] = []
	for row: Row in _rows():
		# What is typed there counts only a moment after the click on another button.
		row.frame.apply()
		pins.append({"frame": int(row.frame.value), "path": row.path})
	return pins


func show_values(pins: Array) -> void:
	for row in _rows():
		row.queue_free()
	for pin: Dictionary in pins:
		add_child(Row.new(pin["frame"] as int, pin["path"] as String))


## Pins the first frame that is not pinned yet, and lets the user type another number.
func add(path: String) -> void:
	var pinned := values().map(func(pin: Dictionary) -> int: return pin["frame"])
	var frame := 1
	while frame in pinned:
		frame += 1
	var row := Row.new(frame, path)
	add_child(row)
	# Only once the row has its place can the dock scroll to it.
	get_tree().process_frame.connect(row.frame.get_line_edit().grab_focus, CONNECT_ONE_SHOT)


func _rows() -> Array[Node]:
	return get_children().filter(func(row: Node) -> bool: return not row.is_queued_for_deletion())
