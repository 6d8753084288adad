## The still sprite that a node or a file shows, as pixels.
##
## Read from the source file wherever there is one: the imported texture may be compressed, and its
## transparent pixels are altered. Cells, regions and AtlasTextures are cut out as they are seen.
extends RefCounted

const FILE_TYPES: Array[String] = ["png", "webp", "svg", "bmp", "tga", "jpg", "jpeg"]

## FORMAT_RGBA8; null if there is a problem.
var image: Image
## What the result's files are named after.
var name := ""
## The file and the part of it, where the pixels come from one.
var path := ""
var rect := Rect2i()
## A sentence for the user if the sprite cannot be read.
var problem := ""
## What was read of sheets, by their textures.
var _sheets: Dictionary[Texture2D, RefCounted] = {}


static func can_show(node: Node) -> bool:
	return texture_property(node) != "" or is_animated(node)


static func is_animated(node: Node) -> bool:
	return node is AnimatedSprite2D or node is AnimatedSprite3D


## The property that holds the node's texture; "" if it has none of its own.
static func texture_property(node: Node) -> String:
	if node is Sprite2D or node is Sprite3D or node is TextureRect:
		return "texture"
	return "texture_normal" if node is TextureButton else ""


static func from_node(node: Node) -> RefCounted:
	if is_animated(node):
		return from_frame(node, node.get("animation") as StringName, node.get("frame") as int)
	var source := new()
	source.name = _file_name(node)
	source._read(node.get(texture_property(node)) as Texture2D, str(node.name))
	if source.image != null and (node is Sprite2D or node is Sprite3D):
		source._cut_cell(node)
	return source


## One frame of an AnimatedSprite2D or AnimatedSprite3D.
static func from_frame(node: Node, animation: StringName, index: int) -> RefCounted:
	var source := new()
	source.name = _file_name(node)
	var frames: SpriteFrames = node.get("sprite_frames")
	if (
		frames == null
		or not frames.has_animation(animation)
		or index >= frames.get_frame_count(animation)
	):
		source.problem = "%s shows no frame yet: give it one picture to start from." % node.name
	else:
		source._read(frames.get_frame_texture(animation, index), str(node.name))
	return source


## A texture by itself; [param owner] is whose it is, for the user. [param sheets] keeps what is
## read of sheets, so that many cells of one take no longer than one.
static func from_texture(
	texture: Texture2D, owner: String, sheets: Dictionary[Texture2D, RefCounted]
) -> RefCounted:
	var source := new()
	source._sheets = sheets
	source._read(texture, owner)
	return source


## A picture in the project, or a part of it.
static func from_file(file: String, part := Rect2i()) -> RefCounted:
	var source := new()
	source.name = file.get_file().get_basename().to_snake_case()
	if not file.begins_with("res://"):
		source.problem = "%s lies outside the project: copy it into the project first." % file
	elif not FileAccess.file_exists(file):
		source.problem = "%s does not exist any more." % file
	elif file.get_extension().to_lower() not in FILE_TYPES:
		source.problem = "%s is no picture that Ayo can read; use a PNG." % file.get_file()
	else:
		source._read_file(file)
	if source.image != null and part.has_area():
		source._cut(part)
	return source


static func _file_name(node: Node) -> String:
	return str(node.name).to_snake_case().validate_filename()


## A fingerprint of the pixels, to notice a redrawn sprite.
func fingerprint() -> String:
	if image == null:
		return ""
	return "%dx%d %s" % [image.get_width(), image.get_height(), str(hash(image.get_data()))]


func _read(texture: Texture2D, owner: String) -> void:
	if texture == null:
		problem = "%s has no texture yet: give it one to start from." % owner
	elif texture is AtlasTexture:
		_read_atlas(texture as AtlasTexture, owner)
	else:
		var file := texture.resource_path
		if file.get_extension().to_lower() in FILE_TYPES and FileAccess.file_exists(file):
			_read_file(file)
		# Scaled on import (a size limit, an SVG): then the cells fit the texture alone.
		if image == null or image.get_size() != Vector2i(texture.get_size()):
			_read_pixels(texture, owner)


func _read_atlas(atlas: AtlasTexture, owner: String) -> void:
	_read_sheet(atlas.atlas, owner)
	if image == null:
		return
	if atlas.region.has_area():
		_cut(Rect2i(atlas.region))
	if atlas.margin.has_area():
		var inner := image
		var size := inner.get_size() + Vector2i(atlas.margin.size)
		image = Image.create_empty(size.x, size.y, false, Image.FORMAT_RGBA8)
		image.blit_rect(
			inner, Rect2i(Vector2i.ZERO, inner.get_size()), Vector2i(atlas.margin.position)
		)
		path = ""


func _read_sheet(texture: Texture2D, owner: String) -> void:
	if texture not in _sheets:
		_sheets[texture] = from_texture(texture, owner, {})
	var sheet: RefCounted = _sheets[texture]
	image = sheet.get("image")
	path = sheet.get("path")
	rect = sheet.get("rect")
	problem = sheet.get("problem")


func _read_file(file: String) -> void:
	var import := ConfigFile.new()
	if FileAccess.file_exists(file + ".import") and import.load(file + ".import") == OK:
		if not import.get_value("remap", "valid", true):
			problem = "%s is damaged: Godot could not import it either." % file.get_file()
			return
	_take(Image.load_from_file(ProjectSettings.globalize_path(file)), file.get_file())
	path = file
	rect = Rect2i(Vector2i.ZERO, image.get_size()) if image != null else Rect2i()


func _read_pixels(texture: Texture2D, owner: String) -> void:
	path = ""
	_take(texture.get_image(), owner)


func _take(pixels: Image, owner: String) -> void:
	image = null
	problem = "The picture of %s cannot be read." % owner
	if pixels == null or pixels.is_empty():
		return
	if pixels.is_compressed() and pixels.decompress() != OK:
		problem = "The texture of %s is compressed; import it as Lossless." % owner
		return
	pixels.clear_mipmaps()
	pixels.convert(Image.FORMAT_RGBA8)
	image = pixels
	problem = ""


func _cut_cell(node: Node) -> void:
	var whole := Rect2(Vector2.ZERO, image.get_size())
	if node.get("region_enabled"):
		whole = node.get("region_rect")
	var grid := Vector2(node.get("hframes") as int, node.get("vframes") as int)
	var size := (whole.size / grid).floor()
	var corner := whole.position + Vector2(node.get("frame_coords") as Vector2i) * size
	_cut(Rect2i(Vector2i(corner), Vector2i(size)))


func _cut(part: Rect2i) -> void:
	if not part.has_area():
		image = null
		problem = "The visible part of the texture is empty: look at its region and frame counts."
		return
	var cut := Image.create_empty(part.size.x, part.size.y, false, Image.FORMAT_RGBA8)
	cut.blit_rect(image, part, Vector2i.ZERO)
	image = cut
	rect = Rect2i(rect.position + part.position, part.size)
