## What a node remembers of its animations, as metadata in its scene: where the still sprite is, and
## what was asked for, so that "again" is one click.
extends RefCounted

const Source := preload("source.gd")

const KEY := &"ayo"


static func of(node: Node) -> Dictionary:
	var memory: Variant = node.get_meta(KEY) if node.has_meta(KEY) else null
	return memory if memory is Dictionary else {}


## What to keep after the result [param tag] from [param source] with [param choices].
static func after(node: Node, tag: String, source: Source, choices: Dictionary) -> Dictionary:
	var before := of(node)
	var memory := choices.duplicate(true)
	memory["path"] = source.path
	memory["rect"] = source.rect
	memory["fingerprint"] = source.fingerprint()
	var made: Array = (before.get("made", []) as Array).duplicate()
	if Source.is_animated(node):
		var still := {"animation": node.get("animation"), "frame": node.get("frame")}
		memory["still"] = before["still"] if _shows_result(node) else still
		if tag not in made:
			made.append(tag)
	memory["made"] = made
	return memory


## The still sprite of a node. One that shows a result of Ayo's remembers where its still is.
static func source_of(node: Node) -> Source:
	if not _shows_result(node):
		return Source.from_node(node)
	var memory := of(node)
	var path: String = memory.get("path", "")
	if path and FileAccess.file_exists(path):
		var remembered: Source = Source.from_file(path, memory.get("rect", Rect2i()) as Rect2i)
		remembered.name = Source.from_node(node).name
		return remembered
	var still: Dictionary = memory["still"]
	return Source.from_frame(node, still["animation"] as StringName, still["frame"] as int)


## Whether the sprite has been redrawn since the node's animations were made.
static func is_redrawn(node: Node, source: Source) -> bool:
	var memory := of(node)
	return (
		memory.has("fingerprint")
		and source.image != null
		and memory["fingerprint"] != source.fingerprint()
	)


static func _shows_result(node: Node) -> bool:
	var memory := of(node)
	return (
		Source.is_animated(node)
		and memory.has("still")
		and str(node.get("animation")) in (memory.get("made", []) as Array)
	)
