## Runs the test suites of a folder and quits with 1 if anything failed.
##
##     godot --headless --path . --script res://tests/runner.gd -- suites=res://tests/unit
##
## With --editor it is the main loop of a real editor. A test fails on a failed check and on any
## error the engine reports meanwhile, since a script error alone ends nothing in Godot.
extends SceneTree

const Case := preload("case.gd")


class ErrorLog:
	extends Logger

	## Noise of the engine itself: no thumbnails without a renderer, no focused window under Xvfb.
	const NOISE: Array[String] = [
		'Parameter "t" is null', 'Parameter "current_window" is null', "Cannot open X509"
	]
	var errors: Array[String] = []

	func _log_error(
		_function: String,
		file: String,
		line: int,
		code: String,
		why: String,
		_notify: bool,
		type: int,
		_traces: Array[ScriptBacktrace]
	) -> void:
		var text := "%s:%d %s %s" % [file, line, code, why]
		if (
			type != ERROR_TYPE_WARNING
			and not NOISE.any(func(part: String) -> bool: return part in text)
		):
			errors.append(text)


var _given: Dictionary[String, String] = {}
var _ran := 0
var _failed := 0


func _initialize() -> void:
	for argument in OS.get_cmdline_user_args():
		_given[argument.get_slice("=", 0)] = argument.substr(argument.find("=") + 1)
	_run_all()


func _run_all() -> void:
	await process_frame
	if Engine.is_editor_hint():
		await _wait_for_first_scan()
	for folder in _given["suites"].split(","):
		for file in DirAccess.get_files_at(folder):
			if file.begins_with("test_") and file.ends_with(".gd"):
				await _run_suite(folder.path_join(file))
	print("AYO %d tests, %d failed" % [_ran, _failed])
	quit(1 if _failed or _ran == 0 else 0)


func _wait_for_first_scan() -> void:
	var files: Object = Engine.get_singleton("EditorInterface").call("get_resource_filesystem")
	while files.call("is_scanning"):
		await process_frame
	for i in 5:
		await process_frame


func _run_suite(path: String) -> void:
	var script: GDScript = load(path)
	if script == null or not script.can_instantiate():
		_ran += 1
		_failed += 1
		print("AYO FAIL %s does not load" % path)
		return
	for method in script.get_script_method_list():
		var name: String = method["name"]
		if name.begins_with("test_") and _given.get("only", name) == name:
			await _run_test(script, name)


func _run_test(script: GDScript, name: String) -> void:
	print("AYO ---- %s %s" % [script.resource_path.get_file(), name])
	var case: Case = script.new()
	case.tree = self
	case.given = _given
	var log := ErrorLog.new()
	OS.add_logger(log)
	var began := Time.get_ticks_msec()
	await case.before()
	await case.call(name)
	await case.after()
	OS.remove_logger(log)
	for error in log.errors:
		if not case.expected_errors.any(func(part: String) -> bool: return part in error):
			case.failures.append("engine error: " + error)
	_ran += 1
	_failed += 1 if case.failures else 0
	var verdict := "FAIL" if case.failures else "ok"
	print("AYO %s %s (%d ms)" % [verdict, name, Time.get_ticks_msec() - began])
	for failure in case.failures:
		print("    " + failure)
