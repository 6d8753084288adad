## AyoClient against a scripted backend: the action's name says what that does.
extends "../case.gd"

const Client := preload("res://addons/ayo/net/ayo_client.gd")
const Job := preload("res://addons/ayo/net/ayo_job.gd")
const BackendFiles := preload("res://addons/ayo/net/backend_files.gd")

var _client: Client
var _lost: Array[String] = []


func before() -> void:
	_lost.clear()
	_client = Client.new()
	_client.disconnected.connect(func(why: String) -> void: _lost.append(why))


func after() -> void:
	_client.close()


func test_welcome_names_the_actions() -> void:
	await _connect()
	var actions: Array = _client.welcome["actions"]
	var first: Dictionary = actions[0]
	equal(first["name"], "walk", "action")


func test_missing_welcome_is_asked_for_again() -> void:
	_client.answer_seconds = 1.0
	_client.open(given["deaf"], given["user"], given["password"])
	check(await _poll_until(_is_connected), "connects: %s" % [_lost])
	check(_lost.any(func(why: String) -> bool: return "does not answer" in why), str(_lost))


func test_clip_arrives_frame_by_frame() -> void:
	var seen: Array[int] = []
	var sprite := _sprite()
	_open()
	var job := _client.animate(sprite, {"action": "walk", "frames": 3})
	job.frame_arrived.connect(func(index: int) -> void: seen.append(index))
	await _finish(job)
	equal(job.state, Job.State.DONE, "state")
	equal(seen, [0, 1, 2] as Array[int], "frames")
	equal(job.durations_ms, [50, 51, 52] as Array[int], "durations")
	equal(job.frames[2].get_data(), sprite.get_data(), "pixels")
	equal(job.pivot, Vector2(4.5, 8), "pivot")
	equal(
		[job.facing, job.creature, job.loop, job.position], ["right", "bird", "loop", 2], "details"
	)


func test_clip_to_move_like_is_sent_in_whatever_format_it_is() -> void:
	var like := AyoLike.new()
	for i in 2:
		like.frames.append(Image.create_empty(10, 12, true, Image.FORMAT_RGB8))
	like.durations_ms = [80, 120]
	_open()
	var job := _client.animate(_sprite(), {"action": "walk"}, null, {}, like)
	await _finish(job)
	equal([job.state, job.error_text], [Job.State.DONE, ""], "done")
	equal(job.pictures()[2].size(), 10 * 12 * 4, "bytes of its second frame")
	equal(like.frames[0].get_format(), Image.FORMAT_RGB8, "the caller's stay as they were")


func test_parts_are_told_and_shown() -> void:
	var parts := _sprite()
	parts.fill(Color8(246, 215, 67))
	_open()
	var order := {"action": "walk", "options": {"show_parts": true}}
	var job := _client.animate(_sprite(), order, parts)
	await _finish(job)
	equal([job.state, job.error_text], [Job.State.DONE, ""], "done")
	equal(job.frames[0].get_data(), _sprite().get_data(), "the sprite is the first picture")
	equal(job.parts_shown.get_data(), parts.get_data(), "the parts are the second")
	check(not (order["options"] as Dictionary).has("parts"), "the caller's order is as it was")


func test_parts_are_shown_without_being_told() -> void:
	_open()
	var job := _client.animate(_sprite(), {"action": "walk", "options": {"show_parts": true}})
	await _finish(job)
	equal(job.parts_shown.get_size(), Vector2i(9, 8), "size")
	equal(job.parts_shown.get_pixel(8, 7), Color8(59, 111, 212), "the torso's colour")


func test_pinned_frames_are_told() -> void:
	var parts := _sprite()
	parts.fill(Color8(246, 215, 67))
	var third := _sprite()
	third.fill(Color8(1, 2, 3))
	var first := _sprite()
	first.fill(Color8(4, 5, 6))
	first.convert(Image.FORMAT_RGB8)
	_open()
	var job := _client.animate(_sprite(), {"action": "walk"}, parts, {3: third, 1: first})
	await _finish(job)
	equal([job.state, job.error_text], [Job.State.DONE, ""], "done")
	var seen := job.frames.map(func(frame: Image) -> Color: return frame.get_pixel(2, 2))
	var plain := Color8(200, 30, 40)
	equal(seen, [Color8(4, 5, 6), plain, Color8(1, 2, 3), plain], "each frame its picture")


func test_parts_that_do_not_come_are_garbage() -> void:
	_open()
	var job := _client.animate(_sprite(), {"action": "hide", "options": {"show_parts": true}})
	await _finish(job)
	equal([job.state, job.error_code], [Job.State.FAILED, "lost"], "failed")
	check(_lost.any(func(why: String) -> bool: return "does not understand" in why), str(_lost))


func test_several_jobs_at_once() -> void:
	_open()
	var jobs: Array[Job] = []
	for i in 5:
		jobs.append(_client.animate(_sprite(), {"action": "walk", "frames": 2 + i}))
	for i in 5:
		await _finish(jobs[i])
		equal(jobs[i].frames.size(), 2 + i, "frames of job %d" % i)


func test_refusal_is_told_and_the_next_job_works() -> void:
	_open()
	var job := _client.animate(_sprite(), {"action": "fly"})
	await _finish(job)
	equal([job.state, job.error_code], [Job.State.FAILED, "unknown_action"], "failed")
	equal(job.error_text, "There is no action 'fly'. Try walk.", "words")
	await _finish(_client.animate(_sprite(), {"action": "walk"}))


func test_busy_is_tried_again() -> void:
	_open()
	var job := _client.animate(_sprite(), {"action": "busy"})
	await _finish(job)
	equal(job.state, Job.State.DONE, "done after a while")


func test_cancel_ends_the_job_at_once() -> void:
	await _connect()
	var job := _client.animate(_sprite(), {"action": "stall"})
	check(await _poll_until(func() -> bool: return job.frame_count > 0), "accepted")
	_client.cancel(job)
	equal(job.state, Job.State.CANCELLED, "cancelled")
	await _finish(_client.animate(_sprite(), {"action": "walk"}))
	equal(_lost, [] as Array[String], "connection stays")


func test_garbage_gives_the_job_up_in_the_end() -> void:
	_open()
	var job := _client.animate(_sprite(), {"action": "garbage"})
	await _finish(job)
	equal([job.state, job.error_code], [Job.State.FAILED, "lost"], "failed")
	check(_lost.any(func(why: String) -> bool: return "does not understand" in why), str(_lost))


func test_wrong_version_is_said() -> void:
	_client.open(given["newer"], given["user"], given["password"])
	check(await _poll_until(func() -> bool: return not _lost.is_empty()), "the connection ends")
	equal(_lost[0], "No version in common. Update the plugin.", "words")


func test_closing_cancels_what_is_under_way() -> void:
	await _connect()
	var job := _client.animate(_sprite(), {"action": "stall"})
	_client.close()
	equal(job.state, Job.State.CANCELLED, "cancelled")


func test_without_a_backend_it_says_so_and_jobs_fail_in_time() -> void:
	_client.patience = 0.5
	OS.set_environment("AYO_RUNTIME_DIR", OS.get_user_data_dir().path_join("nothing"))
	_client.open()
	var job := _client.animate(_sprite(), {"action": "walk"})
	await _finish(job)
	OS.unset_environment("AYO_RUNTIME_DIR")
	equal(job.error_code, "lost", "failed")
	check(_lost.has(Client.NO_BACKEND), str(_lost))


func test_connection_file_is_found_and_must_be_private() -> void:
	var folder := OS.get_user_data_dir().path_join("runtime")
	DirAccess.make_dir_recursive_absolute(folder)
	OS.set_environment("AYO_RUNTIME_DIR", folder)
	var path := folder.path_join("connection.json")
	var words := {
		"ayo": 1, "endpoint": given["script"], "user": given["user"], "password": given["password"]
	}
	var file := FileAccess.open(path, FileAccess.WRITE)
	file.store_string(JSON.stringify(words))
	file.close()
	FileAccess.set_unix_permissions(path, FileAccess.UNIX_READ_OWNER | FileAccess.UNIX_READ_OTHER)
	equal(BackendFiles.connection(), {}, "a file others can read is ignored")
	FileAccess.set_unix_permissions(path, FileAccess.UNIX_READ_OWNER | FileAccess.UNIX_WRITE_OWNER)
	_client.open()
	check(await _poll_until(_is_connected), "connects: %s" % [_lost])
	OS.unset_environment("AYO_RUNTIME_DIR")


func test_half_a_connection_file_is_none() -> void:
	var folder := OS.get_user_data_dir().path_join("half")
	DirAccess.make_dir_recursive_absolute(folder)
	OS.set_environment("AYO_RUNTIME_DIR", folder)
	for text: String in ["", "{", "[1]", "null", '{"ayo": 1}']:
		var file := FileAccess.open(folder.path_join("connection.json"), FileAccess.WRITE)
		file.store_string(text)
		file.close()
		FileAccess.set_unix_permissions(
			folder.path_join("connection.json"), FileAccess.UNIX_READ_OWNER
		)
		equal(BackendFiles.connection(), {}, text)
		FileAccess.set_unix_permissions(
			folder.path_join("connection.json"),
			FileAccess.UNIX_READ_OWNER | FileAccess.UNIX_WRITE_OWNER
		)
	OS.unset_environment("AYO_RUNTIME_DIR")


func test_folders_follow_the_protocol() -> void:
	var folders := BackendFiles.runtime_folders()
	equal(folders[0], OS.get_environment("XDG_RUNTIME_DIR").path_join("ayo"), "first")
	check(folders[1].begins_with("/run/user/") and folders[1].ends_with("/ayo"), folders[1])
	check("/runtime-" in folders[2], folders[2])


func _sprite() -> Image:
	var sprite := Image.create_empty(9, 8, false, Image.FORMAT_RGBA8)
	sprite.fill_rect(Rect2i(2, 2, 4, 5), Color8(200, 30, 40))
	return sprite


func _open() -> void:
	_client.open(given["script"], given["user"], given["password"])


func _connect() -> void:
	_open()
	check(await _poll_until(_is_connected), "connects: %s" % [_lost])


func _is_connected() -> bool:
	return _client.state == Client.State.CONNECTED


func _finish(job: Job) -> void:
	check(await _poll_until(job.is_over), "the job ends")


func _poll_until(done: Callable) -> bool:
	return await until(_poll_and_ask.bind(done))


func _poll_and_ask(done: Callable) -> bool:
	_client.poll()
	return done.call()
