## Run in an empty project that the zip was unpacked into: is everything there, and does it work?
@tool
extends SceneTree


func _initialize() -> void:
	_look.call_deferred()


func _look() -> void:
	var editor: Object = Engine.get_singleton("EditorInterface")
	for i in 3000:
		await process_frame
		var dock: Node = editor.call("get_base_control").find_child("AyoDock", true, false)
		var status: Label = dock.get_node("%Status") if dock != null else null
		if status != null and status.text.begins_with("Ready"):
			print("AYO ready with %d actions" % dock.get_node("%Actions").get_child_count())
			quit()
			return
	print("AYO the dock is not ready")
	quit(1)
