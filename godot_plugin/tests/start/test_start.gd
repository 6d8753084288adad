@tool
## Start and Stop, a wrong interpreter, and a backend that dies at work.
extends "../editor/editor_case.gd"

const PYTHON := "ayo/backend/python"


func before() -> void:
	OS.set_environment("AYO_RUNTIME_DIR", given["runtime"])
	if find_dock():
		dock.get("_backend").call("open")


func test_start_work_die_start_stop() -> void:
	if not await _says("not running"):
		return
	await _start_with("/nowhere/python")
	await _says(PYTHON)
	await _start_with(given["broken"])
	await _says("No module")
	await _start_with(given["python"])
	if not await _says("Ready"):
		return
	await _work_while_it_dies()
	# The second backend, even if all had come before the first died.
	if not await _says("Ready"):
		return
	equal((control("Start") as Button).text, "Stop", "button")
	await click("Start")
	await _says("not running")
	check(
		await until(func() -> bool: return Client.BackendFiles.connection().is_empty(), 60.0),
		"it is gone"
	)


## A click can get lost right after the editor has opened, perhaps to the box of its first scan.
func _start_with(python: String) -> void:
	EditorInterface.get_editor_settings().set_setting(PYTHON, python)
	var before_click := text("Status")
	for attempt in 3:
		await click("Start")
		if await until(func() -> bool: return text("Status") != before_click, 10.0):
			return


func _says(words: String) -> bool:
	var said := await until(func() -> bool: return words in text("Status"), 90.0)
	return check(said, "%s: %s" % [words, text("Status")])


## The job is finished by the backend that is started next.
func _work_while_it_dies() -> void:
	await select_files([HERO])
	choose(["walk", "attack", "die", "run"], {"kind": Batch.Kind.SHEET, "frames": 32})
	var batch: Batch = dock.get("_batch")
	var pid: int = int(Client.BackendFiles.connection()["pid"] as float)
	var kill := func(job: Job, _title: String) -> void:
		job.frame_arrived.connect(func(_index: int) -> void: OS.kill(pid), CONNECT_ONE_SHOT)
	batch.started.connect(kill, CONNECT_ONE_SHOT)
	var ended: Array[bool] = []
	batch.ended.connect(ended.append.bind(true), CONNECT_ONE_SHOT)
	await click("Animate")
	check(await until(func() -> bool: return not _is_connected(), 60.0), "it has died")
	await click("Start")
	check(await until(func() -> bool: return not ended.is_empty(), 120.0), text("Message"))
	for action: String in ["walk", "attack", "die", "run"]:
		check(FileAccess.file_exists(folder.path_join("viking_%s.png" % action)), text("Message"))


func _is_connected() -> bool:
	return dock.get("_backend").call("is_connected_now")
