## Pinned frames: on the wire as the protocol's vectors have them, and from files.
extends "vector_case.gd"

const Pins := preload("res://addons/ayo/editor/pins.gd")
const Source := preload("res://addons/ayo/editor/source.gd")

const HERO := "res://demo/viking.png"
const WALK: Array[String] = ["walk"]


func test_job_with_pins_is_sent_as_the_vector() -> void:
	var asked := vector("requests", "animate_with_pins")
	var job := job_of(asked)
	job.parts = picture(asked, 1)
	job.pins = {5: picture(asked, 2), 2: picture(asked, 3)}
	equal(as_sent(job), asked["header"], "header")
	equal(hex(job.pictures()), asked["blobs"], "pictures")


func test_pictures_are_read_from_their_files() -> void:
	var sprite: Source = Source.from_file(HERO)
	var pins := _read([_pin(3), _pin(1)], [sprite])
	equal(pins.problem, "", "problem")
	equal(pins.images.keys(), [3, 1], "frames")
	equal(pins.images[1].get_data(), sprite.image.get_data(), "pixels")


func test_nothing_is_pinned_without_pins() -> void:
	var sprite: Source = Source.from_file(HERO)
	var pins: Pins = Pins.read([], [sprite, sprite], ["walk", "run"])
	equal([pins.images.size(), pins.problem], [0, ""], "nothing")


func test_problems_are_said() -> void:
	var sprite: Source = Source.from_file(HERO)
	_complains(_read([_pin(1, "res://gone.png")], [sprite]), "res://gone.png does not exist")
	_complains(_read([_pin(1, "res://gone.png"), _pin(2)], [sprite]), "does not exist")
	_complains(_read([_pin(1, "/etc/hostname")], [sprite]), "outside the project")
	_complains(_read([_pin(1, "res://project.godot")], [sprite]), "no picture")
	_complains(_read([_pin(2), _pin(2)], [sprite]), "Frame 2 is pinned twice:")
	_complains(_read([_pin(1)], [sprite, sprite]), "of one sprite")
	_complains(Pins.read([_pin(1)], [sprite], ["walk", "run"]) as Pins, "of one action")


func _complains(pins: Pins, words: String) -> void:
	check(words in pins.problem, "%s: %s" % [words, pins.problem])


func _read(pins: Array, sprites: Array[Source]) -> Pins:
	return Pins.read(pins, sprites, WALK)


func _pin(frame: int, path := HERO) -> Dictionary:
	return {"frame": frame, "path": path}
