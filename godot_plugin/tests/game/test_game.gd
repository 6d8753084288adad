## The demo game for 120 frames, run with --fixed-fps 60: what Ayo made plays in games too.
extends "../case.gd"


func test_character_walks() -> void:
	var game: Node2D = (load("res://demo/game.tscn") as PackedScene).instantiate()
	tree.root.add_child(game)
	var viking: AnimatedSprite2D = game.get_node("Viking")
	var start := viking.position.x
	var shown: Dictionary[int, bool] = {}
	for i in 120:
		await tree.process_frame
		shown[viking.frame] = true
	check(viking.position.x > start + 80.0, "it moves: %s" % viking.position.x)
	equal(viking.animation, &"walk", "it walks")
	check(shown.size() >= 3, "its legs move: frames %s" % [shown.keys()])
	var picture := tree.root.get_texture().get_image()
	equal(picture.save_png(given["shots"].path_join("game.png")), OK, "screenshot")
	game.queue_free()
