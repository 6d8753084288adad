## The dock's choice of another character's animation to move like.
@tool
extends VBoxContainer

const Like := preload("like.gd")

const _BY_NAME := "named like the action"

var _picker := EditorResourcePicker.new()
var _animation := OptionButton.new()
## What is chosen but not there: its file was moved, or its scene is not open.
var _missing: Dictionary = {}
var _forget := Button.new()
var _possible := true


func _ready() -> void:
	_picker.base_type = "SpriteFrames"
	_picker.resource_changed.connect(_take.unbind(1))
	_animation.tooltip_text = "Which of its animations to move like"
	_animation.fit_to_longest_item = false
	_animation.visible = false
	_forget.tooltip_text = "Its SpriteFrames are not there. Forget them, or choose others above"
	_forget.text_overrun_behavior = TextServer.OVERRUN_TRIM_ELLIPSIS
	_forget.visible = false
	_forget.pressed.connect(show_values.bind({}))
	for part: Control in [_picker, _animation, _forget]:
		add_child(part)
	# Its buttons would keep the pointer from its tooltip.
	for button: Control in _picker.find_children("*", "Button", true, false):
		button.mouse_filter = MOUSE_FILTER_PASS


## Whether it can be chosen, and why or why not.
func offer(possible: bool, why: String) -> void:
	_possible = possible
	_picker.tooltip_text = why
	_allow()


## What is chosen, as a node remembers it.
func values() -> Dictionary:
	if _picker.edited_resource == null:
		return _missing
	var animation := (
		"" if _animation.selected <= 0 else _animation.get_item_text(_animation.selected)
	)
	return {"path": _picker.edited_resource.resource_path, "animation": animation}


func show_values(chosen: Dictionary) -> void:
	_picker.edited_resource = Like.frames_at(chosen.get("path", "") as String)
	_take()
	if _picker.edited_resource == null and chosen:
		_missing = chosen
		_forget.text = "%s ×" % str(chosen["path"]).get_file()
		_forget.visible = true
	for i in range(1, _animation.item_count):
		if _animation.get_item_text(i) == chosen.get("animation", ""):
			_animation.select(i)


func _take() -> void:
	_missing = {}
	_forget.visible = false
	var frames := _picker.edited_resource as SpriteFrames
	_animation.clear()
	_animation.add_item(_BY_NAME)
	_animation.visible = frames != null
	if frames != null:
		for name in frames.get_animation_names():
			_animation.add_item(name)
	_allow()


## What is chosen can be cleared even where nothing can be chosen.
func _allow() -> void:
	_picker.editable = _possible or _picker.edited_resource != null
