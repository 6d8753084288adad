## Pinned frames: on the wire as the protocol's vectors have them, and from files.
extends "../case.gd"

const Job := preload("res://addons/ayo/net/ayo_job.gd")
const Pins := preload("res://addons/ayo/editor/pins.gd")
const Source := preload("res://addons/ayo/editor/source.gd")

const HERO := "res://demo/viking.png"
const WALK: Array[String] = ["walk"]


func test_job_with_pins_is_sent_as_the_vector() -> void:
	var path := given["folder"].path_join("protocol-vectors.json")
	var vectors: Dictionary = JSON.parse_string(FileAccess.get_file_as_string(path))
	var vector: Dictionary = vectors["requests"]["animate_with_pins"]
	var header: Dictionary = vector["header"]
	var pictures: Array[Image] = []
	for blob: String in vector["blobs"]:
		var bytes := blob.hex_decode()
		var height := bytes.size() / 32
		pictures.append(Image.create_from_data(8, height, false, Image.FORMAT_RGBA8, bytes))
	var job := Job.new()
	job.id = header["id"]
	for field: String in ["action", "facing", "frames"]:
		job.order[field] = header[field]
	job.sprite = pictures[0]
	job.parts = pictures[1]
	job.pins = {5: pictures[2], 2: pictures[3]}
	var sent: Dictionary = JSON.parse_string(JSON.stringify({"ayo": 1}.merged(job.header())))
	equal(sent, header, "header")
	var blobs := job.pictures().map(
		func(bytes: PackedByteArray) -> String: return bytes.hex_encode()
	)
	equal(blobs, vector["blobs"], "pictures")


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
