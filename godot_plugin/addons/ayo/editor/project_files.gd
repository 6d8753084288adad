## Puts files into the project and waits until the editor has imported them.
extends RefCounted

const _LONGEST_SCAN_MS := 60_000

## A sentence for the user after something did not work.
var problem := ""


## Saves a picture as a new file in [param folder], with the description of its file name where
## there is one, and returns its imported texture; null if that failed. A name that is taken gets a
## number, unless the same picture lies there: no file is ever overwritten.
func save_picture(
	folder: String, name: String, picture: Image, describe := Callable()
) -> Texture2D:
	problem = ""
	if not await _make_folder(folder):
		return null
	var png := picture.save_png_to_buffer()
	var path := _free_path(folder, name, "png", png)
	if not FileAccess.file_exists(path):
		if describe.is_valid():
			var description: String = describe.call(path.get_file())
			if not _store(path.get_basename() + ".json", description.to_utf8_buffer()):
				return null
		if not (
			_store(path + ".import", _import_settings().to_utf8_buffer()) and _store(path, png)
		):
			return null
	return await _import(path)


## A path in [param folder] that is free, or that holds exactly [param bytes].
func _free_path(folder: String, name: String, extension: String, bytes: PackedByteArray) -> String:
	var path := folder.path_join("%s.%s" % [name, extension])
	var number := 1
	while _is_taken(path, bytes):
		number += 1
		path = folder.path_join("%s_%d.%s" % [name, number, extension])
	return path


## A path for a new resource in [param folder].
func free_resource_path(folder: String, name: String) -> String:
	return _free_path(folder, name, "tres", PackedByteArray())


func save_resource(resource: Resource, path: String) -> bool:
	if not await _make_folder(path.get_base_dir()):
		return false
	var error := ResourceSaver.save(resource, path)
	if error != OK:
		problem = "Cannot write %s (%s)." % [path, error_string(error)]
		return false
	resource.take_over_path(path)
	EditorInterface.get_resource_filesystem().update_file(path)
	return true


## Waits while the editor scans or imports.
func wait_for_scan() -> void:
	var files := EditorInterface.get_resource_filesystem()
	while files.is_scanning():
		await _frame()


func _is_taken(path: String, bytes: PackedByteArray) -> bool:
	if FileAccess.file_exists(path):
		return FileAccess.get_file_as_bytes(path) != bytes
	# What belongs to a file that is not there any more may still be somebody's.
	return FileAccess.file_exists(path.get_basename() + ".json") and path.ends_with(".png")


## A folder that the editor does not know yet must be scanned before there is a file in it: the
## scan would import the file itself, and our import would fail.
func _make_folder(folder: String) -> bool:
	if not folder.begins_with("res://"):
		problem = "%s is no folder of this project: it must begin with res://." % folder
		return false
	var absolute := ProjectSettings.globalize_path(folder)
	if not DirAccess.dir_exists_absolute(absolute):
		if _is_blocked(absolute) or DirAccess.make_dir_recursive_absolute(absolute) != OK:
			problem = "Cannot make the folder %s: is the project read-only?" % folder
			return false
	var files := EditorInterface.get_resource_filesystem()
	await wait_for_scan()
	# A scan that is just ending swallows the next one: ask until the folder is known.
	for i in 3:
		if files.get_filesystem_path(folder) != null:
			return true
		await _scan()
	problem = "The editor does not look into the folder %s: choose another." % folder
	return false


## Has the editor look for new folders. It also imports what has changed, and only when that is over
## may somebody else import: is_scanning() is false too early.
func _scan() -> void:
	var files := EditorInterface.get_resource_filesystem()
	var ended: Array[bool] = []
	files.sources_changed.connect(func(_any: bool) -> void: ended.append(true), CONNECT_ONE_SHOT)
	files.scan()
	var give_up := Time.get_ticks_msec() + _LONGEST_SCAN_MS
	while not ended and Time.get_ticks_msec() < give_up:
		await _frame()


## Whether a file lies where a folder should be.
func _is_blocked(absolute: String) -> bool:
	while absolute and not DirAccess.dir_exists_absolute(absolute):
		if FileAccess.file_exists(absolute):
			return true
		absolute = absolute.get_base_dir()
	return false


## Writes under a temporary name first, so that nobody sees half a file.
func _store(path: String, bytes: PackedByteArray) -> bool:
	var temporary := path + ".part"
	var file := FileAccess.open(temporary, FileAccess.WRITE)
	if file != null:
		file.store_buffer(bytes)
		file.close()
		if file.get_error() == OK and DirAccess.rename_absolute(temporary, path) == OK:
			return true
		DirAccess.remove_absolute(temporary)
	problem = "Cannot write %s: is the disk full or the project read-only?" % path
	return false


func _import(path: String) -> Texture2D:
	var files := EditorInterface.get_resource_filesystem()
	await wait_for_scan()
	if files.get_file_type(path) != "CompressedTexture2D":
		files.update_file(path)
		files.reimport_files(PackedStringArray([path]))
	var texture := load(path) as Texture2D
	if texture == null:
		problem = "The editor could not import %s." % path
	return texture


## Lossless, and with the colours of transparent pixels as they are.
func _import_settings() -> String:
	var settings := ConfigFile.new()
	settings.set_value("remap", "importer", "texture")
	settings.set_value("params", "compress/mode", 0)
	settings.set_value("params", "mipmaps/generate", false)
	settings.set_value("params", "process/fix_alpha_border", false)
	settings.set_value("params", "detect_3d/compress_to", 0)
	return settings.encode_to_text()


func _frame() -> void:
	await (Engine.get_main_loop() as SceneTree).process_frame
