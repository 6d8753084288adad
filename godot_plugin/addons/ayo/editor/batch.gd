## Makes one clip after the other and puts each where it belongs.
extends RefCounted

## A clip is being made: its frames arrive in the job.
signal started(job: AyoJob, title: String)
## [param text] is for the user; [param bad] if something went wrong.
signal told(text: String, bad: bool)
## The picture of a sprite's parts lies at [param path].
signal parts_shown(source: Source, picture: Image, path: String)
signal ended

## Where a result goes: into the node's SpriteFrames, an AnimationPlayer, a SpriteFrames file, or
## nowhere but the sheet. PARTS wants no animation, but a picture of the sprite's parts.
enum Kind { FRAMES, ANIMATION, FRAMES_FILE, SHEET, PARTS }

const Client := preload("../net/ayo_client.gd")
const Clip := preload("../result/clip.gd")
const FramesWriter := preload("../result/frames_writer.gd")
const Job := preload("../net/ayo_job.gd")
const Like := preload("../net/ayo_like.gd")
const Memory := preload("memory.gd")
const ProjectFiles := preload("project_files.gd")
const SceneWriter := preload("scene_writer.gd")
const Sheet := preload("../result/sheet.gd")
const Source := preload("source.gd")


## One clip to make.
class Task:
	var source: Source
	## The picture that tells the sprite's parts; null if they are not told.
	var parts: Image
	## The frames that the artist has drawn, by their numbers: as large as the sprite, or as the cells
	## that the clip has without them.
	var pins: Dictionary[int, Image] = {}
	## Another character's clip to move like; null if there is none.
	var like: Like
	## The node that gets the result; null for a file.
	var node: Node
	## The root of the scene that the node is in.
	var scene: Node
	## Protocol fields of "animate".
	var order: Dictionary
	## What the node remembers: the dock's choices.
	var choices: Dictionary
	var kind := Kind.SHEET
	var folder := ""
	var speed := 1.0
	## "" for what the action does by itself.
	var loop := ""

	func action() -> String:
		return order["action"]

	func title() -> String:
		return "%s %s" % [source.name, "parts" if kind == Kind.PARTS else action()]


var is_running := false

var _client: Client
var _files := ProjectFiles.new()
var _writer: SceneWriter
var _job: Job
var _stopped := false


func _init(client: Client, undo: EditorUndoRedoManager) -> void:
	_client = client
	_writer = SceneWriter.new(undo)


func run(tasks: Array[Task]) -> void:
	is_running = true
	_stopped = false
	var made := 0
	for task in tasks:
		if _stopped:
			break
		if await _make(task):
			made += 1
	is_running = false
	if not _stopped and made > 1:
		_tell_done("%d animations made." % made, tasks[0].source == tasks[-1].source)
	ended.emit()


## Ends the running job before its next frame, and drops the rest.
func stop() -> void:
	_stopped = true
	if _job != null:
		_client.cancel(_job)


func _make(task: Task) -> bool:
	if await _place_pins(task):
		_job = _client.animate(task.source.image, task.order, task.parts, task.pins, task.like)
		started.emit(_job, task.title())
		if not _job.is_over():
			await _job.ended
	# Importing runs frames of its own: not from inside the network's signal.
	await (Engine.get_main_loop() as SceneTree).process_frame
	if _job.state == Job.State.FAILED:
		told.emit(_job.error_text, true)
	elif _job.state == Job.State.CANCELLED or _stopped:
		told.emit("Cancelled.", false)
	if _job.state != Job.State.DONE or _stopped:
		return false
	if task.kind == Kind.PARTS:
		return await _save_parts(task)
	var clip: Clip = Clip.from_job(_job, task.action(), task.speed, task.loop)
	var name := "%s_%s" % [task.source.name, task.action()]
	var describe := func(file: String) -> String: return Sheet.describe(clip, file)
	var sheet := await _files.save_picture(task.folder, name, Sheet.draw(clip), describe)
	if sheet == null:
		told.emit(_files.problem, true)
		return false
	return await _put(task, clip, sheet)


## Cuts pinned cells to the backend's frames, which only a clip without pins tells, or for a cell of
## a pinned clip, one with the other pins. False if that could not be made.
func _place_pins(task: Task) -> bool:
	var own := task.source.image.get_size()
	var placed: Dictionary[int, Image] = {}
	for frame in task.pins:
		if task.pins[frame].get_size() == own:
			placed[frame] = task.pins[frame]
	for others: bool in [false, true]:
		if placed.size() == task.pins.size() or (others and placed.is_empty()):
			return true
		var known: Dictionary[int, Image] = {}
		if others:
			known.assign(placed)
		_job = _client.animate(task.source.image, task.order, task.parts, known, task.like)
		if not _job.is_over():
			await _job.ended
		if _job.state != Job.State.DONE or _stopped:
			return false
		var clip: Clip = Clip.from_job(_job, task.action())
		for frame in task.pins:
			if not frame in placed and task.pins[frame].get_size() == clip.cell_size():
				task.pins[frame] = task.pins[frame].get_region(clip.frame_rect)
				placed[frame] = task.pins[frame]
	return true


func _put(task: Task, clip: Clip, sheet: Texture2D) -> bool:
	if task.kind == Kind.SHEET:
		_tell_done("The sheet is %s." % sheet.resource_path)
		return true
	if task.kind == Kind.FRAMES_FILE:
		return await _put_in_file(task, clip, sheet)
	if not await _wait_for_scene(task):
		var why := "Cancelled" if _stopped else "The node is gone"
		told.emit("%s; the sheet is %s." % [why, sheet.resource_path], not _stopped)
		return false
	var memory := Memory.after(task.node, clip.tag, task.source, task.choices)
	if task.kind == Kind.FRAMES:
		_writer.put_frames(task.node, clip, sheet, memory)
	else:
		_writer.put_animation(task.node, clip, sheet, memory)
	_tell_done("%s has the animation %s. Ctrl+Z takes it back." % [task.node.name, clip.tag])
	return true


func _save_parts(task: Task) -> bool:
	var name := task.source.name + "_parts"
	var texture := await _files.save_picture(task.folder, name, _job.parts_shown)
	if texture == null:
		told.emit(_files.problem, true)
		return false
	var file := texture.resource_path.get_file()
	var kept := "" if file == name + ".png" else "%s.png is left as it is. " % name
	parts_shown.emit(task.source, _job.parts_shown, texture.resource_path)
	_tell_done("%sWrote %s. Repaint what is wrong in its colours, then animate." % [kept, file])
	return true


## [param of_one]: all was made of one sprite, so it can be said what "auto" took it for.
func _tell_done(text: String, of_one := true) -> void:
	told.emit(("%s %s" % [text, _job.seen() if of_one else ""]).strip_edges(), false)


## Only the scene that is being edited can be changed with undo: if the user looks at another one,
## the result waits. False if the node is gone.
func _wait_for_scene(task: Task) -> bool:
	var said := false
	while not _stopped and is_instance_valid(task.node) and is_instance_valid(task.scene):
		if task.scene != task.node and not task.scene.is_ancestor_of(task.node):
			return false
		if task.scene == EditorInterface.get_edited_scene_root():
			return true
		if not said:
			told.emit(
				"%s is ready: go back to the scene of %s." % [task.title(), task.node.name], false
			)
			said = true
		await (Engine.get_main_loop() as SceneTree).process_frame
	return false


func _put_in_file(task: Task, clip: Clip, sheet: Texture2D) -> bool:
	var path := task.folder.path_join(task.source.name + "_frames.tres")
	var old := _own_frames(path)
	if old != null:
		_writer.put_frames_file(old, clip, sheet)
	else:
		var fresh := FramesWriter.with_clip(null, clip.tag, clip, sheet)
		fresh.set_meta(Memory.KEY, task.choices)
		path = _files.free_resource_path(task.folder, task.source.name + "_frames")
		if not await _files.save_resource(fresh, path):
			told.emit(_files.problem, true)
			return false
	_tell_done("%s has the animation %s." % [path, clip.tag])
	return true


## The SpriteFrames that an earlier result made at [param path]; null if there is something else.
static func _own_frames(path: String) -> SpriteFrames:
	if not ResourceLoader.exists(path, "SpriteFrames"):
		return null
	var frames := load(path) as SpriteFrames
	return frames if frames != null and frames.has_meta(Memory.KEY) else null
