## Cells, sheets and timing.
extends "../case.gd"

const Clip := preload("res://addons/ayo/result/clip.gd")
const FramesWriter := preload("res://addons/ayo/result/frames_writer.gd")
const Job := preload("res://addons/ayo/net/ayo_job.gd")
const Sheet := preload("res://addons/ayo/result/sheet.gd")


func test_cells_keep_the_centre_of_the_sprite() -> void:
	# The canvas of 10 x 11 grew 3 to the left and 1 to the right, 1 up and 4 down.
	var clip: Clip = Clip.from_job(_job(Vector2i(10, 11), Vector2i(-3, -1)), "walk")
	equal(clip.padding, Vector2i(3, 4), "padding")
	equal(clip.cell_size(), Vector2i(6 + 2 * 3, 6 + 2 * 4), "cell")
	equal(clip.pivot, Vector2(5, 10) + Vector2(0, 3), "pivot")
	equal(clip.cells[0].get_used_rect(), Rect2i(0, 3, 10, 11), "where the canvas lies")


func test_nothing_is_added_where_nothing_grew() -> void:
	var clip: Clip = Clip.from_job(_job(Vector2i(6, 6), Vector2i.ZERO), "walk")
	equal([clip.padding, clip.cell_size()], [Vector2i.ZERO, Vector2i(6, 6)], "as it was")


func test_speed_and_loop() -> void:
	var clip: Clip = Clip.from_job(_job(Vector2i(6, 6), Vector2i.ZERO), "walk", 2.0, "ping-pong")
	equal(clip.durations_ms, [50, 60, 35] as Array[int], "half as long")
	equal(clip.pass_order(), [0, 1, 2, 1] as Array[int], "ends are not doubled")
	equal(
		Clip.from_job(_job(Vector2i(6, 6), Vector2i.ZERO), "walk").loop, "once", "the action's own"
	)


func test_wide_sheets_wrap() -> void:
	var job := _job(Vector2i(6, 6), Vector2i.ZERO)
	var clip: Clip = Clip.from_job(job, "walk")
	equal(Sheet.grid(clip), Vector2i(3, 1), "a strip")
	clip.cells.clear()
	for i in 5:
		clip.cells.append(Image.create_empty(1500, 4, false, Image.FORMAT_RGBA8))
	equal(Sheet.grid(clip), Vector2i(2, 3), "three rows")
	equal(Sheet.region(clip, 3), Rect2i(1500, 4, 1500, 4), "fourth cell")
	equal(Sheet.draw(clip).get_size(), Vector2i(3000, 12), "sheet")


func test_durations_are_exact() -> void:
	var job := _job(Vector2i(6, 6), Vector2i.ZERO)
	job.durations_ms = [70, 70, 333]
	var clip: Clip = Clip.from_job(job, "walk")
	var made: SpriteFrames = FramesWriter.with_clip(null, &"walk", clip, PlaceholderTexture2D.new())
	equal(made.get_animation_names(), PackedStringArray(["walk"]), "no empty default")
	equal(made.get_frame_duration(&"walk", 0), 1.0, "the usual frame")
	for i in 3:
		var seconds := made.get_frame_duration(&"walk", i) / made.get_animation_speed(&"walk")
		near(seconds * 1000.0, job.durations_ms[i], "frame %d" % i)


## A finished job of three frames for a sprite of 6 x 6.
func _job(canvas: Vector2i, offset: Vector2i) -> Job:
	var job := Job.new()
	job.sprite = Image.create_empty(6, 6, false, Image.FORMAT_RGBA8)
	job.offset = offset
	job.pivot = Vector2(5, 10)
	job.loop = "once"
	for duration: int in [100, 120, 70]:
		var frame := Image.create_empty(canvas.x, canvas.y, false, Image.FORMAT_RGBA8)
		frame.fill(Color.RED)
		job.frames.append(frame)
		job.durations_ms.append(duration)
	return job
