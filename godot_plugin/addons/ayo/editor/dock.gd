## The dock: follows the selection, shows the sprite and its frames, and starts the work.
@tool
extends VBoxContainer

const Backend := preload("backend.gd")
const Batch := preload("batch.gd")
const Choices := preload("choices.gd")
const Client := preload("../net/ayo_client.gd")
const Job := preload("../net/ayo_job.gd")
const Like := preload("like.gd")
const Memory := preload("memory.gd")
const Parts := preload("parts.gd")
const Pins := preload("pins.gd")
const Preview := preload("preview.gd")
const Settings := preload("settings.gd")
const Source := preload("source.gd")

const _SECONDS_PER_LOOK := 0.3
const _NOTHING := (
	"Select a sprite in the scene (Sprite2D, AnimatedSprite2D, TextureRect, Sprite3D, "
	+ "AnimatedSprite3D, TextureButton) or pictures in the FileSystem dock."
)

var _backend: Backend
var _batch: Batch
## What is selected: nodes, or else the paths of files.
var _nodes: Array[Node] = []
var _files: Array[String] = []
var _seen_paths := PackedStringArray()
var _since_look := 0.0

@onready var _status: Label = %Status
@onready var _status_dot: ColorRect = %StatusDot
@onready var _start: Button = %Start
@onready var _subject: Label = %Subject
@onready var _preview: Preview = %Preview
@onready var _back: Button = %Back
@onready var _play: Button = %Play
@onready var _forward: Button = %Forward
@onready var _onion: Button = %Onion
@onready var _frame_text: Label = %FrameText
@onready var _choices: Choices = %Choices
@onready var _show_parts: Button = %ShowParts
@onready var _animate: Button = %Animate
@onready var _cancel: Button = %Cancel
@onready var _progress: ProgressBar = %Progress
@onready var _message: Label = %Message


## Must be called before the dock enters the tree.
func setup(backend: Backend, undo: EditorUndoRedoManager) -> void:
	_backend = backend
	_batch = Batch.new(backend.client, undo)


## Ends the work, for the plugin's end. Leaving the tree is no sign of that: a moved dock does too.
func stop() -> void:
	_batch.stop()


func _ready() -> void:
	if _backend == null:
		return
	_backend.changed.connect(_show_backend)
	_backend.client.connected.connect(_offer)
	_batch.started.connect(_on_started)
	_batch.told.connect(_tell)
	_batch.parts_shown.connect(_on_parts_shown)
	_batch.ended.connect(_show_buttons)
	_start.pressed.connect(_on_start_pressed)
	_show_parts.pressed.connect(_on_show_parts_pressed)
	_animate.pressed.connect(_on_animate_pressed)
	_cancel.pressed.connect(_batch.stop)
	_back.pressed.connect(_preview.step.bind(-1))
	_forward.pressed.connect(_preview.step.bind(1))
	_play.toggled.connect(_on_play_toggled)
	_onion.toggled.connect(func(on: bool) -> void: _preview.onion = on)
	_preview.moved.connect(_show_frame_number)
	EditorInterface.get_selection().selection_changed.connect(_on_nodes_selected)
	_preview.custom_minimum_size *= EditorInterface.get_editor_scale()
	_set_icons()
	_seen_paths = EditorInterface.get_selected_paths()
	_show_backend()
	_on_nodes_selected()


func _notification(what: int) -> void:
	if what == NOTIFICATION_THEME_CHANGED and is_node_ready():
		_set_icons()


func _process(delta: float) -> void:
	_since_look += delta
	if _backend == null or _since_look < _SECONDS_PER_LOOK:
		return
	_since_look = 0.0
	var paths := EditorInterface.get_selected_paths()
	# While the FileSystem dock redraws itself nothing is selected there: that is no news.
	if paths and paths != _seen_paths:
		_seen_paths = paths
		_on_files_selected(paths)


# Selection ----------------------------------------------------------------------------------------


func _on_nodes_selected() -> void:
	var nodes: Array[Node] = []
	for node in EditorInterface.get_selection().get_selected_nodes():
		if Source.can_show(node):
			nodes.append(node)
	_take_up(nodes, [])


func _on_files_selected(paths: PackedStringArray) -> void:
	var pictures: Array[String] = []
	for path in paths:
		# Who looks for a picture of the parts or a pinned one means to repaint it, not to animate it.
		var is_picture := path.get_extension().to_lower() in Source.FILE_TYPES
		if is_picture and not _choices.is_told(path):
			pictures.append(path)
	if pictures:
		_take_up([], pictures)


## A sprite that is selected once more keeps what was chosen for it since; another one does not get
## its parts and pins.
func _take_up(nodes: Array[Node], files: Array[String]) -> void:
	var is_other := nodes != _nodes or files != _files
	_nodes = nodes
	_files = files
	_show_subject()
	if is_other:
		_choices.forget_pictures()
		_show_memory()


func _sources() -> Array[Source]:
	var sources: Array[Source] = []
	_nodes.assign(_nodes.filter(is_instance_valid))
	for node in _nodes:
		sources.append(Memory.source_of(node))
	for file in _files:
		sources.append(Source.from_file(file) as Source)
	return sources


func _show_subject() -> void:
	var sources := _sources()
	var first: Source = sources[0] if sources else null
	if not _batch.is_running:
		_preview.show_still(first.image if first != null else null)
		_tell("", false)
	_choices.offer_kinds(_kinds())
	if first == null:
		_subject.text = _NOTHING
	elif first.problem:
		_subject.text = first.problem
	elif sources.size() > 1:
		_subject.text = "%d sprites" % sources.size()
	else:
		_subject.text = (
			"%s, %d × %d pixels" % [first.name, first.image.get_width(), first.image.get_height()]
		)
		if _nodes and Memory.is_redrawn(_nodes[0], first):
			_tell("The sprite was redrawn since its animations were made.", false)
	_show_buttons()


func _show_memory() -> void:
	var memory := Memory.of(_nodes[0]) if _nodes.size() == 1 else {}
	if memory:
		_choices.show_values(memory)


func _kinds() -> Array[int]:
	if _nodes.is_empty():
		return [Batch.Kind.FRAMES_FILE, Batch.Kind.SHEET]
	if _nodes.all(Source.is_animated):
		return [Batch.Kind.FRAMES, Batch.Kind.SHEET]
	if _nodes.any(Source.is_animated):
		return [Batch.Kind.FRAMES_FILE, Batch.Kind.SHEET]
	return [Batch.Kind.ANIMATION, Batch.Kind.FRAMES_FILE, Batch.Kind.SHEET]


# Work ---------------------------------------------------------------------------------------------


func _on_start_pressed() -> void:
	if _backend.can_stop():
		_backend.stop()
	else:
		_backend.start()


func _on_animate_pressed() -> void:
	var tasks: Array[Batch.Task] = []
	var sources := _sources()
	var choices := _choices.values()
	var problem := _problem_of(sources)
	if not problem and not choices["actions"]:
		problem = "Choose an action."
	if problem:
		_tell(problem, true)
		return
	var parts: Parts = Parts.read(choices["parts"] as String, sources)
	if choices["parts"] and not _choices.knows_parts:
		parts.problem = Choices.NO_PARTS
	var actions := _choices.selected_actions()
	var pins: Pins = Pins.read(choices["pins"] as Array, sources, actions)
	if choices["pins"] and not _choices.knows_pins:
		pins.problem = Choices.NO_PINS
	var like: Like = Like.read(choices["like"] as Dictionary, actions)
	if choices["like"] and not _choices.knows_like:
		like.problem = Choices.NO_LIKE
	for unread: String in [parts.problem, pins.problem, like.problem]:
		if unread:
			_tell(unread, true)
			return
	for i in sources.size():
		for action in actions:
			var task := _task(sources[i], _nodes[i] if _nodes else null, choices)
			task.order = _choices.order_for(action)
			task.parts = parts.image
			task.pins = pins.images
			task.like = like.clips.get(action)
			tasks.append(task)
	_run(tasks)


func _on_show_parts_pressed() -> void:
	var sources := _sources()
	var problem := _problem_of(sources)
	if not problem and sources.size() > 1:
		problem = "The parts are of one sprite: select only one."
	if problem:
		_tell(problem, true)
		return
	var task := _task(sources[0], _nodes[0] if _nodes else null, _choices.values())
	task.order = _choices.order_for_parts()
	task.kind = Batch.Kind.PARTS
	_run([task])


func _on_parts_shown(source: Source, picture: Image, path: String) -> void:
	var sources := _sources()
	# Somebody may have selected another sprite meanwhile.
	if sources.size() == 1 and sources[0].fingerprint() == source.fingerprint():
		_choices.show_parts_path(path)
	_preview.show_still(picture)


## Why these sprites cannot be animated; "" if they can.
func _problem_of(sources: Array[Source]) -> String:
	for source in sources:
		if source.problem:
			return source.problem
	return "" if sources else _NOTHING


func _run(tasks: Array[Batch.Task]) -> void:
	_batch.run(tasks)
	_show_buttons()


func _task(source: Source, node: Node, choices: Dictionary) -> Batch.Task:
	var task := Batch.Task.new()
	task.source = source
	task.node = node
	task.scene = EditorInterface.get_edited_scene_root()
	task.choices = choices
	task.kind = choices["kind"]
	task.folder = _folder_for(source, node, choices["folder"] as String)
	task.speed = choices["speed"]
	task.loop = choices["loop"]
	return task


## The chosen folder, the project's, the sprite's, or the scene's: the first there is.
func _folder_for(source: Source, node: Node, chosen: String) -> String:
	if chosen:
		return chosen.trim_suffix("/") if chosen != "res://" else chosen
	if Settings.output_folder():
		return Settings.output_folder()
	if source.path:
		return source.path.get_base_dir()
	var scene := EditorInterface.get_edited_scene_root()
	if node != null and scene != null and scene.scene_file_path:
		return scene.scene_file_path.get_base_dir()
	return "res://"


func _on_started(job: Job, title: String) -> void:
	_preview.show_still(job.sprite)
	_play.button_pressed = true
	_preview.playing = true
	_progress.value = 0.0
	var slow := job.pins or job.like != null
	_tell("%s: %s…" % [title, "this takes some seconds" if slow else "waiting"], false)
	job.frame_arrived.connect(_on_frame.bind(job, title, _choices.values()["speed"] as float))


func _on_play_toggled(on: bool) -> void:
	_preview.playing = on
	_set_icons()


func _on_frame(index: int, job: Job, title: String, speed: float) -> void:
	_preview.add_frame(job.frames[index], job.durations_ms[index], job.offset, speed)
	_progress.max_value = job.frame_count
	_progress.value = index + 1
	_tell("%s: frame %d of %d" % [title, index + 1, job.frame_count], false)


# Looks --------------------------------------------------------------------------------------------


func _offer(welcome: Dictionary) -> void:
	_choices.offer(welcome)
	if _nodes or _files:
		_show_subject()
		_show_memory()
	_show_buttons()


func _show_backend() -> void:
	_status.text = _backend.words()
	var color := &"success_color" if _backend.is_well() else &"warning_color"
	_status_dot.color = get_theme_color(color, &"Editor")
	_start.text = "Stop" if _backend.can_stop() else "Start"
	_start.visible = _backend.can_stop() or not _backend.is_connected_now()
	_start.disabled = _backend.is_starting()
	_show_buttons()


func _show_buttons() -> void:
	var again := _nodes.size() == 1 and is_instance_valid(_nodes[0]) and Memory.of(_nodes[0])
	_animate.text = "Animate again" if again else "Animate"
	_animate.disabled = _batch.is_running or not _backend.is_connected_now()
	_show_parts.disabled = _animate.disabled or not _choices.knows_parts
	_cancel.visible = _batch.is_running
	_progress.visible = _batch.is_running
	_animate.tooltip_text = (
		"" if not _animate.disabled else "Needs a backend, a sprite and an action."
	)


func _show_frame_number() -> void:
	var count := _preview.frame_count()
	_frame_text.text = "%d / %d" % [_preview.shown_frame() + 1, count] if count else ""
	_play.set_pressed_no_signal(_preview.playing)
	_set_icons()


func _tell(text: String, bad: bool) -> void:
	_message.text = text
	_message.visible = text != ""
	var color := &"error_color" if bad else &"font_color"
	_message.add_theme_color_override("font_color", get_theme_color(color, &"Editor"))


func _set_icons() -> void:
	var play := &"Pause" if _preview.playing else &"Play"
	var icons: Dictionary[Button, StringName] = {
		_back: &"Back", _play: play, _forward: &"Forward", _onion: &"Onion"
	}
	for button in icons:
		if has_theme_icon(icons[button], &"EditorIcons"):
			button.icon = get_theme_icon(icons[button], &"EditorIcons")
