## Changes the scene, each time as one step that Ctrl+Z takes back.
extends RefCounted

const AnimationWriter := preload("../result/animation_writer.gd")
const Clip := preload("../result/clip.gd")
const FramesWriter := preload("../result/frames_writer.gd")
const Memory := preload("memory.gd")

const LIBRARY := &"ayo"

var _undo: EditorUndoRedoManager


func _init(undo: EditorUndoRedoManager) -> void:
	_undo = undo


## Adds or replaces one animation of an AnimatedSprite2D or AnimatedSprite3D.
func put_frames(node: Node, clip: Clip, sheet: Texture2D, memory: Dictionary) -> void:
	var old: SpriteFrames = node.get("sprite_frames")
	var new := FramesWriter.with_clip(old, clip.tag, clip, sheet)
	_begin(node, clip)
	if _is_own_file(old):
		_put_frames_in_place(old, new)
	else:
		_undo.add_do_property(node, "sprite_frames", new)
		_undo.add_undo_property(node, "sprite_frames", old)
	_keep_place(node, clip)
	_commit(node, memory)


## Adds or replaces one animation of a SpriteFrames file.
func put_frames_file(file: SpriteFrames, clip: Clip, sheet: Texture2D) -> void:
	_undo.create_action("Ayo: %s" % clip.tag, UndoRedo.MERGE_DISABLE, file)
	_put_frames_in_place(file, FramesWriter.with_clip(file, clip.tag, clip, sheet))
	_undo.commit_action()


## Adds or replaces one animation of the AnimationPlayer next to a node; makes the player if there
## is none.
func put_animation(node: Node, clip: Clip, sheet: Texture2D, memory: Dictionary) -> void:
	_begin(node, clip)
	var player := find_player(node)
	var path: NodePath
	if player == null:
		var parent := _parent_for_player(node)
		path = parent.get_path_to(node)
		player = AnimationPlayer.new()
		player.name = "AnimationPlayer"
		_undo.add_do_method(parent, "add_child", player, true)
		_undo.add_do_property(player, "owner", _scene_of(node))
		_undo.add_do_reference(player)
		_put_in_library(player, &"", &"RESET", AnimationWriter.with_reset(null, node, path, clip))
		_put_in_library(
			player, LIBRARY, clip.tag, AnimationWriter.with_clip(null, node, path, clip, sheet)
		)
		_undo.add_undo_method(parent, "remove_child", player)
	else:
		path = player.get_node(player.root_node).get_path_to(node)
		var reset := _animation(player, &"", &"RESET")
		_put_in_library(player, &"", &"RESET", AnimationWriter.with_reset(reset, node, path, clip))
		var old := _animation(player, LIBRARY, clip.tag)
		_put_in_library(
			player, LIBRARY, clip.tag, AnimationWriter.with_clip(old, node, path, clip, sheet)
		)
	_commit(node, memory)


## The AnimationPlayer that belongs to [param node]: below it, or beside it.
static func find_player(node: Node) -> AnimationPlayer:
	var near: Array[Node] = node.get_children()
	if node != _scene_of(node):
		near.append_array(node.get_parent().get_children())
	for other in near:
		if other is AnimationPlayer and other.has_node((other as AnimationPlayer).root_node):
			return other
	return null


static func _parent_for_player(node: Node) -> Node:
	var scene := _scene_of(node)
	var parent := node.get_parent()
	# A node inside an instanced scene cannot get new siblings that are saved.
	return parent if node != scene and (parent == scene or parent.owner == scene) else node


static func _scene_of(node: Node) -> Node:
	var scene := EditorInterface.get_edited_scene_root()
	return scene if scene != null else node


static func _animation(player: AnimationPlayer, library: StringName, name: StringName) -> Animation:
	if not player.has_animation_library(library):
		return null
	var animations := player.get_animation_library(library)
	return animations.get_animation(name) if animations.has_animation(name) else null


func _begin(node: Node, clip: Clip) -> void:
	_undo.create_action("Ayo: %s" % clip.tag, UndoRedo.MERGE_DISABLE, node)


func _commit(node: Node, memory: Dictionary) -> void:
	_undo.add_do_method(node, "set_meta", Memory.KEY, memory)
	if node.has_meta(Memory.KEY):
		_undo.add_undo_method(node, "set_meta", Memory.KEY, node.get_meta(Memory.KEY))
	else:
		_undo.add_undo_method(node, "remove_meta", Memory.KEY)
	_undo.commit_action()


func _put_in_library(
	player: AnimationPlayer, library_name: StringName, name: StringName, animation: Animation
) -> void:
	if not player.has_animation_library(library_name):
		var fresh := AnimationLibrary.new()
		fresh.add_animation(name, animation)
		_undo.add_do_method(player, "add_animation_library", library_name, fresh)
		_undo.add_undo_method(player, "remove_animation_library", library_name)
		return
	var library := player.get_animation_library(library_name)
	var old := _animation(player, library_name, name)
	if old != null:
		_undo.add_do_method(library, "remove_animation", name)
	_undo.add_do_method(library, "add_animation", name, animation)
	_undo.add_undo_method(library, "remove_animation", name)
	if old != null:
		_undo.add_undo_method(library, "add_animation", name, old)
	_save_both_ways(library)


## A SpriteFrames in a file of its own is changed in place: other scenes use it too.
func _put_frames_in_place(file: SpriteFrames, new: SpriteFrames) -> void:
	_undo.add_do_property(file, "animations", new.get("animations"))
	_undo.add_undo_property(file, "animations", file.get("animations"))
	_save_both_ways(file)


func _save_both_ways(resource: Resource) -> void:
	if _is_own_file(resource):
		_undo.add_do_method(ResourceSaver, "save", resource, resource.resource_path)
		_undo.add_undo_method(ResourceSaver, "save", resource, resource.resource_path)


## Cells have room on both sides, so a centred node stays where it is; one that hangs from its
## corner becomes a centred one at the same place, provided that no other frame would move.
func _keep_place(node: Node, clip: Clip) -> void:
	var sprite := clip.cell_size() - 2 * clip.padding
	if node.get("centered") or clip.padding == Vector2i.ZERO or not _all_measure(node, sprite):
		return
	for property: String in ["centered", "offset"]:
		_undo.add_undo_property(node, property, node.get(property))
	_undo.add_do_property(node, "centered", true)
	_undo.add_do_property(node, "offset", (node.get("offset") as Vector2) + sprite / 2.0)


static func _all_measure(node: Node, size: Vector2i) -> bool:
	var frames: SpriteFrames = node.get("sprite_frames")
	for animation in frames.get_animation_names():
		for i in frames.get_frame_count(animation):
			var texture := frames.get_frame_texture(animation, i)
			if texture != null and Vector2i(texture.get_size()) != size:
				return false
	return true


static func _is_own_file(resource: Resource) -> bool:
	return resource != null and resource.resource_path.get_extension() in ["tres", "res"]
