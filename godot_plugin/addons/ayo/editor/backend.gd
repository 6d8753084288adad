## The plugin's link to the backend: connection, words for its state, Start and Stop.
extends RefCounted

## Something of [method words], [method is_well] or [method can_stop] has changed.
signal changed

const BackendFiles := preload("../net/backend_files.gd")
const Client := preload("../net/ayo_client.gd")
const Settings := preload("settings.gd")

const _START_SECONDS := 40.0
const _LOOK_SECONDS := 0.2

var client := Client.new()

var _why := Client.NO_BACKEND
## Why the last start failed; more telling than what the client says.
var _start_problem := ""
var _pid := -1
var _started_at := 0.0
## The started backend's standard error and output. Both stay open: it could not write otherwise.
var _errors: FileAccess
var _output: FileAccess
var _last_line := ""
var _asked_at := 0.0
var _looked_at := 0.0


func _init() -> void:
	client.connected.connect(_on_connected)
	client.disconnected.connect(_on_disconnected)
	client.status_received.connect(_on_status)


func open() -> void:
	var own := Settings.of_machine(Settings.ENDPOINT)
	client.open(own, Settings.of_machine(Settings.USER), Settings.of_machine(Settings.PASSWORD))


func close() -> void:
	client.close()


func poll() -> void:
	client.poll()
	_watch_start()
	# The backend's state changes while weights load; it tells when asked.
	if is_connected_now() and _state() == "loading" and _now() - _asked_at > 1.0:
		_asked_at = _now()
		client.request_status()


func is_connected_now() -> bool:
	return client.state == Client.State.CONNECTED


## Whether jobs will be done.
func is_well() -> bool:
	return is_connected_now() and _state() != "failed"


func is_starting() -> bool:
	return _started_at > 0.0


## Only a backend that was started here: others may be using another one.
func can_stop() -> bool:
	return is_connected_now() and _pid > 0 and OS.is_process_running(_pid)


## One or two sentences: how things are, and what to do about it.
func words() -> String:
	if is_starting():
		return "Starting the backend…"
	if not is_connected_now():
		if _start_problem:
			return _start_problem
		return _why + " Press Start." if _why == Client.NO_BACKEND else _why
	match _state():
		"loading":
			return "Connected; the backend is loading its weights…"
		"failed":
			var problem: Dictionary = client.welcome.get("problem", {})
			return ("%s %s" % [problem.get("message", ""), problem.get("hint", "")]).strip_edges()
	var device: Variant = client.welcome.get("device")
	return "Ready (%s)." % device if device is String else "Ready."


func start() -> void:
	var python := Settings.of_machine(Settings.INTERPRETER)
	if not python:
		python = BackendFiles.interpreter()
	var arguments := PackedStringArray(["serve", "--parent-pid", str(OS.get_process_id())])
	if python:
		arguments = PackedStringArray(["-m", "ayo_backend"]) + arguments
	else:
		python = "ayo"
	_last_line = ""
	_start_problem = ""
	var process := OS.execute_with_pipe(python, arguments, false)
	if process.is_empty():
		_start_problem = "Cannot run %s." % python + _cure()
	else:
		_pid = process["pid"]
		_errors = process["stderr"]
		_output = process["stdio"]
		_started_at = _now()
	changed.emit()


func stop() -> void:
	_pid = -1
	client.shutdown()


func _watch_start() -> void:
	if _errors != null:
		_output.get_buffer(4096)
		_read_errors()
	if not is_starting():
		return
	if not is_connected_now():
		if _now() - _looked_at > _LOOK_SECONDS:
			_looked_at = _now()
			client.retry()
		if not OS.is_process_running(_pid) and OS.get_process_exit_code(_pid) != 0:
			_give_up_start(
				(
					"The backend did not start: %s"
					% (_last_line if _last_line else "it cannot be run.")
				)
			)
		elif _now() - _started_at > _START_SECONDS:
			_give_up_start("The backend started but does not answer. %s" % _last_line)


func _give_up_start(why: String) -> void:
	_started_at = 0.0
	_start_problem = why.strip_edges() + _cure()
	changed.emit()


func _cure() -> String:
	return (
		" Set %s in the Editor Settings to the Python that Ayo is installed in."
		% Settings.INTERPRETER
	)


func _read_errors() -> void:
	var text := _errors.get_buffer(4096).get_string_from_utf8().strip_edges()
	if text:
		_last_line = text.get_slice("\n", text.count("\n")).left(300)


func _state() -> String:
	return str(client.welcome.get("state", "ready"))


func _on_connected(_welcome: Dictionary) -> void:
	_started_at = 0.0
	_start_problem = ""
	changed.emit()


func _on_disconnected(why: String) -> void:
	_why = why
	changed.emit()


func _on_status(status: Dictionary) -> void:
	for field: String in ["state", "problem", "device", "model"]:
		client.welcome[field] = status.get(field)
	changed.emit()


func _now() -> float:
	return Time.get_ticks_msec() / 1000.0
