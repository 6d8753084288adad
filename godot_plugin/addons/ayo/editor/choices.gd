## The dock's form: which actions, and how.
@tool
extends VBoxContainer

const Batch := preload("batch.gd")
const LikeChoice := preload("like_choice.gd")
const PinList := preload("pin_list.gd")
const Source := preload("source.gd")

const LOOPS: Array[String] = ["", "loop", "once", "ping-pong"]
const KINDS: Dictionary[int, String] = {
	Batch.Kind.FRAMES: "Animation of this node",
	Batch.Kind.ANIMATION: "AnimationPlayer",
	Batch.Kind.FRAMES_FILE: "SpriteFrames file",
	Batch.Kind.SHEET: "Sheet only",
}

const NO_PARTS := "This backend cannot be told the parts: update Ayo, or empty the field Parts."
const NO_PINS := "This backend cannot pin frames: update Ayo, or remove the pins."
const NO_LIKE := "This backend cannot move like a clip: update Ayo, or clear Move like."
const _SHOW_PARTS := "Write a picture of the parts that Ayo sees, for you to repaint"
const _PIN := "Fix a frame of the clip with a picture of your own; the others follow"
const _LIKE := "The animations of another character that looks the same way; drop them here"

## Whether the backend can show the parts of a sprite, and be told them.
var knows_parts := false
## Whether frames can be pinned.
var knows_pins := false
## Whether a sprite can move like another character's clip.
var knows_like := false

@onready var _actions: HFlowContainer = %Actions
@onready var _facing: OptionButton = %Facing
@onready var _creature: OptionButton = %Creature
@onready var _parts: LineEdit = %Parts
@onready var _show_parts: Button = %ShowParts
@onready var _browse_parts: Button = %BrowseParts
@onready var _frames: SpinBox = %Frames
@onready var _speed: SpinBox = %Speed
@onready var _loop: OptionButton = %Loop
@onready var _kind: OptionButton = %Kind
@onready var _folder: LineEdit = %Folder
@onready var _seed: SpinBox = %Seed
@onready var _energy: SpinBox = %Energy
@onready var _slash: CheckBox = %Slash
@onready var _glow: CheckBox = %Glow
@onready var _pin: Button = %Pin
@onready var _pins: PinList = %Pins
@onready var _like: LikeChoice = %Like


func _ready() -> void:
	for mode in LOOPS:
		_loop.add_item(mode if mode else "as the action does")
	var folder_mode := EditorFileDialog.FILE_MODE_OPEN_DIR
	var file_mode := EditorFileDialog.FILE_MODE_OPEN_FILE
	(%Browse as Button).pressed.connect(_browse.bind(folder_mode, _show_path.bind(_folder)))
	_browse_parts.pressed.connect(_browse.bind(file_mode, show_parts_path))
	_pin.pressed.connect(_browse.bind(file_mode, _pins.add))
	_frames.value_changed.connect(_say_usual)
	_say_usual(_frames.value)


## Offers what the backend can do, as its "welcome" says, keeping what is chosen.
func offer(welcome: Dictionary) -> void:
	var chosen := selected_actions()
	for old in _actions.get_children():
		_actions.remove_child(old)
		old.queue_free()
	for action: Dictionary in welcome.get("actions", []) as Array:
		var box := CheckBox.new()
		box.text = str(action["name"])
		box.name = box.text
		box.tooltip_text = "%d frames, %s" % [int(action["frames"] as float), action["loop"]]
		box.button_pressed = box.text in chosen
		_actions.add_child(box)
	_fill(_facing, welcome.get("facings", ["auto"]) as Array)
	_fill(_creature, welcome.get("creatures", ["auto"]) as Array)
	var features: Array = welcome.get("features", [])
	knows_parts = "parts" in features
	_parts.placeholder_text = "seen by Ayo" if knows_parts else "Ayo is too old"
	_browse_parts.disabled = not knows_parts
	_show_parts.tooltip_text = _SHOW_PARTS if knows_parts else NO_PARTS
	knows_pins = "pins" in features
	_pin.disabled = not knows_pins
	_pin.tooltip_text = _PIN if knows_pins else NO_PINS
	knows_like = "like" in features
	_like.offer(knows_like, _LIKE if knows_like else NO_LIKE)
	var limits: Dictionary = welcome.get("limits", {})
	_frames.max_value = limits.get("max_frames", 32.0)


## Offers these result kinds, the first one chosen unless the present one is among them.
func offer_kinds(kinds: Array[int]) -> void:
	var chosen := _kind.get_selected_id()
	_kind.clear()
	for kind in kinds:
		_kind.add_item(KINDS[kind], kind)
	_kind.select(maxi(_kind.get_item_index(chosen), 0) if kinds else -1)


func selected_actions() -> Array[String]:
	var chosen: Array[String] = []
	for box: CheckBox in _actions.get_children():
		if box.button_pressed:
			chosen.append(box.text)
	return chosen


## Everything that is chosen, as a node remembers it.
func values() -> Dictionary:
	return {
		"actions": selected_actions(),
		"facing": _selected_text(_facing),
		"creature": _selected_text(_creature),
		"parts": parts_path(),
		"frames": int(_frames.value),
		"speed": _speed.value,
		"loop": LOOPS[maxi(_loop.selected, 0)],
		"kind": _kind.get_selected_id(),
		"folder": _folder.text.strip_edges(),
		"seed": int(_seed.value),
		"energy": _energy.value,
		"slash": _slash.button_pressed,
		"glow": _glow.button_pressed,
		"pins": _pins.values(),
		"like": _like.values(),
	}


## Shows what a node remembers.
func show_values(remembered: Dictionary) -> void:
	var actions: Array = remembered.get("actions", [])
	for box: CheckBox in _actions.get_children():
		box.set_pressed_no_signal(box.text in actions)
	_select_text(_facing, str(remembered.get("facing", "auto")))
	_select_text(_creature, str(remembered.get("creature", "auto")))
	show_parts_path(str(remembered.get("parts", "")))
	_frames.value = remembered.get("frames", 0) as float
	_speed.set_value_no_signal(remembered.get("speed", 1.0) as float)
	_loop.select(maxi(LOOPS.find(str(remembered.get("loop", ""))), 0))
	_kind.select(_kind.get_item_index(remembered.get("kind", -1) as int))
	_folder.text = str(remembered.get("folder", ""))
	_seed.set_value_no_signal(remembered.get("seed", 0) as float)
	_energy.set_value_no_signal(remembered.get("energy", 1.0) as float)
	_slash.set_pressed_no_signal(remembered.get("slash", true) as bool)
	_glow.set_pressed_no_signal(remembered.get("glow", true) as bool)
	_pins.show_values(remembered.get("pins", []) as Array)
	_like.show_values(remembered.get("like", {}) as Dictionary)


## Where the picture lies that tells the parts; "": Ayo sees for itself.
func parts_path() -> String:
	return _parts.text.strip_edges()


func show_parts_path(path: String) -> void:
	_show_path(path, _parts)


## Forgets the pictures that belong to one sprite.
func forget_pictures() -> void:
	show_parts_path("")
	_pins.show_values([])


## Whether [param path] is a picture that tells something of the sprite.
func is_told(path: String) -> bool:
	return (
		path == parts_path()
		or _pins.values().any(func(pin: Dictionary) -> bool: return pin["path"] == path)
	)


## The fields of the protocol's "animate" for one action.
##
## An older backend knows neither slash, glow nor creature.
func order_for(action: String) -> Dictionary:
	var options := {"seed": int(_seed.value), "energy": _energy.value}
	if not _slash.button_pressed:
		options["slash"] = false
	if not _glow.button_pressed:
		options["glow"] = false
	var order := _order(action, options)
	if _frames.value > 0:
		order["frames"] = maxi(int(_frames.value), 2)
	return order


## The fields that ask which parts Ayo sees: with the shortest of all clips.
func order_for_parts() -> Dictionary:
	return _order("idle", {"show_parts": true}).merged({"frames": 2})


func _order(action: String, options: Dictionary) -> Dictionary:
	if _selected_text(_creature) != "auto":
		options["creature"] = _selected_text(_creature)
	return {"action": action, "facing": _selected_text(_facing), "options": options}


func _say_usual(count: float) -> void:
	_frames.suffix = "(as usual)" if count == 0.0 else ""


func _browse(mode: EditorFileDialog.FileMode, use: Callable) -> void:
	var dialog := EditorFileDialog.new()
	dialog.access = EditorFileDialog.ACCESS_RESOURCES
	dialog.file_mode = mode
	if mode == EditorFileDialog.FILE_MODE_OPEN_FILE:
		dialog.add_filter("*." + ", *.".join(Source.FILE_TYPES), "Pictures")
	var take := func(path: String) -> void:
		use.call(path)
		dialog.queue_free()
	dialog.dir_selected.connect(take)
	dialog.file_selected.connect(take)
	dialog.canceled.connect(dialog.queue_free)
	add_child(dialog)
	dialog.popup_file_dialog()


## Shows the end of a path: the name of the file is more telling than its folder.
static func _show_path(path: String, field: LineEdit) -> void:
	field.text = path
	field.caret_column = path.length()


## Fills a button with names, keeping the chosen one.
static func _fill(button: OptionButton, names: Array) -> void:
	var chosen := _selected_text(button)
	button.clear()
	for name: Variant in names:
		button.add_item(str(name))
	_select_text(button, chosen)


static func _selected_text(button: OptionButton) -> String:
	return button.get_item_text(button.selected) if button.selected >= 0 else "auto"


static func _select_text(button: OptionButton, text: String) -> void:
	for i in button.item_count:
		if button.get_item_text(i) == text:
			button.select(i)
