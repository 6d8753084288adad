## What a node or a file shows, as pixels.
extends "../case.gd"

const Source := preload("res://addons/ayo/editor/source.gd")

## Each pixel of the picture has a colour of its own.
const SIZE := Vector2i(12, 8)


func test_sprite_shows_its_texture() -> void:
	var sprite := Sprite2D.new()
	sprite.texture = _texture()
	_shows(sprite, Rect2i(Vector2i.ZERO, SIZE))


func test_cell_of_a_grid() -> void:
	var sprite := Sprite2D.new()
	sprite.texture = _texture()
	sprite.hframes = 3
	sprite.vframes = 2
	sprite.frame = 4
	_shows(sprite, Rect2i(4, 4, 4, 4))


func test_cell_of_a_region() -> void:
	var sprite := Sprite3D.new()
	sprite.texture = _texture()
	sprite.region_enabled = true
	sprite.region_rect = Rect2(2, 2, 8, 4)
	sprite.hframes = 2
	sprite.frame = 1
	_shows(sprite, Rect2i(6, 2, 4, 4))


func test_atlas_in_an_atlas() -> void:
	var outer := AtlasTexture.new()
	outer.atlas = _texture()
	outer.region = Rect2(1, 1, 10, 6)
	var inner := AtlasTexture.new()
	inner.atlas = outer
	inner.region = Rect2(2, 3, 4, 2)
	var rect := TextureRect.new()
	rect.texture = inner
	_shows(rect, Rect2i(3, 4, 4, 2))


func test_margin_is_seen_as_empty_pixels() -> void:
	var atlas := AtlasTexture.new()
	atlas.atlas = _texture()
	atlas.region = Rect2(2, 2, 4, 4)
	atlas.margin = Rect2(1, 2, 3, 5)
	var button := TextureButton.new()
	button.texture_normal = atlas
	var source: Source = Source.from_node(button)
	equal(source.image.get_size(), Vector2i(7, 9), "size with the margin")
	equal(source.image.get_pixel(0, 0).a8, 0, "margin")
	equal(source.image.get_pixel(1, 2), _picture().get_pixel(2, 2), "first pixel of the region")
	button.free()


func test_frame_of_an_animated_sprite() -> void:
	var sprite := AnimatedSprite2D.new()
	sprite.sprite_frames = SpriteFrames.new()
	sprite.sprite_frames.add_frame(&"default", _texture())
	_shows(sprite, Rect2i(Vector2i.ZERO, SIZE))


func test_compressed_texture_is_unpacked() -> void:
	var picture := Image.create_empty(16, 16, false, Image.FORMAT_RGBA8)
	picture.fill(Color8(255, 0, 0))
	equal(picture.compress(Image.COMPRESS_S3TC), OK, "compressed")
	var sprite := Sprite2D.new()
	sprite.texture = ImageTexture.create_from_image(picture)
	var source: Source = Source.from_node(sprite)
	equal(source.problem, "", "readable")
	equal(source.image.get_format(), Image.FORMAT_RGBA8, "format")
	sprite.free()


func test_file_is_read_itself() -> void:
	var path := "res://demo/viking.png"
	var source: Source = Source.from_file(path, Rect2i(5, 5, 20, 20))
	var file := Image.load_from_file(ProjectSettings.globalize_path(path))
	check(
		source.image.get_data() == file.get_region(Rect2i(5, 5, 20, 20)).get_data(),
		"pixels of the file"
	)
	equal(
		[source.path, source.rect, source.name],
		[path, Rect2i(5, 5, 20, 20), "viking"],
		"where from"
	)


func test_imported_texture_is_read_from_its_file() -> void:
	var sprite := Sprite2D.new()
	sprite.texture = load("res://demo/viking.png")
	var source: Source = Source.from_node(sprite)
	var file := Image.load_from_file(ProjectSettings.globalize_path("res://demo/viking.png"))
	check(source.image.get_data() == file.get_data(), "also transparent pixels are the file's")
	equal(source.path, "res://demo/viking.png", "path")
	sprite.free()


func test_problems_are_said() -> void:
	_complains(Sprite2D.new(), "has no texture")
	_complains(AnimatedSprite2D.new(), "shows no frame")
	var empty := AnimatedSprite3D.new()
	empty.sprite_frames = SpriteFrames.new()
	_complains(empty, "shows no frame")
	var nothing := Sprite2D.new()
	nothing.texture = _texture()
	nothing.region_enabled = true
	_complains(nothing, "is empty")
	var placeholder := TextureRect.new()
	placeholder.texture = PlaceholderTexture2D.new()
	_complains(placeholder, "cannot be read")
	var hollow := Sprite2D.new()
	hollow.texture = AtlasTexture.new()
	_complains(hollow, "has no texture")


func test_problems_with_files_are_said() -> void:
	var words: Dictionary[String, String] = {
		"/etc/passwd": "outside the project",
		"user://hero.png": "outside the project",
		"res://demo/gone.png": "does not exist",
		"res://project.godot": "no picture",
	}
	for file in words:
		var source: Source = Source.from_file(file)
		check(
			words[file] in source.problem and source.image == null,
			"%s: %s" % [file, source.problem]
		)


func test_fingerprint_follows_the_pixels() -> void:
	var one: Source = Source.from_file("res://demo/viking.png")
	var same: Source = Source.from_file("res://demo/viking.png")
	equal(one.fingerprint(), same.fingerprint(), "same pixels")
	same.image.set_pixel(0, 0, Color8(1, 2, 3))
	check(one.fingerprint() != same.fingerprint(), "one pixel differs")


func _picture() -> Image:
	var picture := Image.create_empty(SIZE.x, SIZE.y, false, Image.FORMAT_RGBA8)
	for y in SIZE.y:
		for x in SIZE.x:
			picture.set_pixel(x, y, Color8(x * 20, y * 30, 128, 255 - x))
	return picture


func _texture() -> Texture2D:
	return ImageTexture.create_from_image(_picture())


func _shows(node: Node, part: Rect2i) -> void:
	var source: Source = Source.from_node(node)
	equal(source.problem, "", "no problem")
	check(
		source.image != null and source.image.get_data() == _picture().get_region(part).get_data(),
		"pixels"
	)
	node.free()


func _complains(node: Node, words: String) -> void:
	var source: Source = Source.from_node(node)
	check(words in source.problem and source.image == null, "%s: %s" % [words, source.problem])
	node.free()
