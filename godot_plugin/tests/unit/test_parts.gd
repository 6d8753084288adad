## The parts of a sprite: on the wire as the protocol's vectors have it, and from a file.
extends "vector_case.gd"

const Parts := preload("res://addons/ayo/editor/parts.gd")
const Source := preload("res://addons/ayo/editor/source.gd")

const HERO := "res://demo/viking.png"


func test_job_with_parts_is_sent_as_thevector() -> void:
	var asked := vector("requests", "animate_with_parts")
	var job := job_of(asked)
	job.parts = picture(asked, 1)
	job.order["options"] = {"show_parts": true}
	equal(as_sent(job), asked["header"], "header")
	equal(hex(job.pictures()), asked["blobs"], "pictures")


func test_nothing_of_parts_is_sent_unless_asked() -> void:
	var asked := vector("requests", "animate_least")
	var job := job_of(asked)
	equal(as_sent(job), asked["header"], "header")
	equal(hex(job.pictures()), asked["blobs"], "pictures")


func test_parts_come_with_done_as_thevector() -> void:
	var asked := vector("answers", "done_with_parts")
	var parts := picture(asked, 0)
	var job := job_of(vector("requests", "animate_with_parts"))
	job.order["options"] = {"show_parts": true}
	job.frames = [job.sprite, job.sprite]
	var done: Dictionary = asked["header"]
	check(not job.has_all(done, PackedByteArray()), "a missing picture is noticed")
	check(not job.has_all(done, parts.get_data().slice(4)), "and one that is too short")
	check(job.has_all(done, parts.get_data()), "whole")
	job.take_done(done, parts.get_data())
	equal(job.parts_shown.get_size(), Vector2i(8, 8), "size")
	equal(job.parts_shown.get_data(), parts.get_data(), "pixels")


func test_done_without_parts() -> void:
	var job := job_of(vector("requests", "animate_least"))
	job.frames = [job.sprite, job.sprite, job.sprite]
	var done: Dictionary = vector("answers", "done")["header"]
	check(job.has_all(done, PackedByteArray()), "no picture is wanted")
	job.take_done(done, PackedByteArray())
	check(job.parts_shown == null, "none is there")


func test_picture_of_the_parts_is_read_from_its_file() -> void:
	var sprite: Source = Source.from_file(HERO)
	var parts: Parts = Parts.read(HERO, [sprite])
	equal(parts.problem, "", "problem")
	equal(parts.image.get_data(), sprite.image.get_data(), "also transparent pixels are the file's")


func test_no_path_tells_nothing() -> void:
	var parts: Parts = Parts.read("", [Source.from_file(HERO), Source.from_file(HERO)])
	equal([parts.image, parts.problem], [null, ""], "nothing")


func test_problems_are_said() -> void:
	var small: Source = Source.from_file(HERO, Rect2i(0, 0, 20, 10))
	var sprite: Source = Source.from_file(HERO)
	_complains(Parts.read(HERO, [small]) as Parts, "the sprite 20 × 10:")
	_complains(Parts.read("res://gone_parts.png", [sprite]) as Parts, "does not exist")
	_complains(Parts.read("/etc/hostname", [sprite]) as Parts, "outside the project")
	_complains(Parts.read("res://project.godot", [sprite]) as Parts, "no picture")
	_complains(Parts.read(HERO, [sprite, sprite]) as Parts, "of one sprite")


func _complains(parts: Parts, words: String) -> void:
	check(words in parts.problem, "%s: %s" % [words, parts.problem])
