## Where the backend leaves word of itself: docs/protocol.md, sections 1 and 2.
extends RefCounted

const _CONNECTION := "connection.json"
const _INSTALLATION := "installation.json"
const _OTHERS := (
	FileAccess.UNIX_READ_GROUP
	| FileAccess.UNIX_WRITE_GROUP
	| FileAccess.UNIX_READ_OTHER
	| FileAccess.UNIX_WRITE_OTHER
)

static var _uid := ""


## The connection file of the running backend; empty if there is none.
static func connection() -> Dictionary:
	for folder in runtime_folders():
		var found := _read(folder.path_join(_CONNECTION))
		if found.has("endpoint"):
			return found
	return {}


## The Python the backend was last run with; empty if it never ran.
static func interpreter() -> String:
	var path: Variant = _read(config_folder().path_join(_INSTALLATION)).get("interpreter")
	return path if path is String else ""


## The folders to look in for the connection file, in this order.
static func runtime_folders() -> Array[String]:
	var own := OS.get_environment("AYO_RUNTIME_DIR")
	if own:
		return [own]
	match OS.get_name():
		"Windows":
			return [OS.get_environment("LOCALAPPDATA").path_join("Temp/ayo")]
		"macOS":
			return [_home().path_join("Library/Caches/TemporaryItems/ayo")]
	var folders: Array[String] = []
	var session := OS.get_environment("XDG_RUNTIME_DIR")
	if session:
		folders.append(session.path_join("ayo"))
	var run := "/run/user" if OS.get_name() == "Linux" else "/var/run/user"
	folders.append("%s/%s/ayo" % [run, _user_number()])
	var temporary := OS.get_environment("TMPDIR")
	folders.append(
		(temporary if temporary else "/tmp").path_join("runtime-%s/ayo" % _user_number())
	)
	return folders


## The folder that tells how the backend is installed.
static func config_folder() -> String:
	var own := OS.get_environment("AYO_CONFIG_DIR")
	if own:
		return own
	match OS.get_name():
		"Windows":
			return OS.get_environment("LOCALAPPDATA").path_join("ayo")
		"macOS":
			return _home().path_join("Library/Application Support/ayo")
	var config := OS.get_environment("XDG_CONFIG_HOME")
	return (config if config else _home().path_join(".config")).path_join("ayo")


static func _home() -> String:
	return OS.get_environment("HOME")


static func _user_number() -> String:
	if not _uid:
		var output: Array[String] = []
		OS.execute("id", PackedStringArray(["-u"]), output)
		_uid = output[0].strip_edges() if output else "0"
	return _uid


static func _read(path: String) -> Dictionary:
	if not FileAccess.file_exists(path):
		return {}
	# A file that only its owner can read and that we can read is ours: nobody else can plant one.
	if OS.get_name() != "Windows" and path.ends_with(_CONNECTION):
		if FileAccess.get_unix_permissions(path) & _OTHERS:
			return {}
	var json := JSON.new()
	if json.parse(FileAccess.get_file_as_string(path)) != OK or not json.data is Dictionary:
		return {}
	return json.data
