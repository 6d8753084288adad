## A character that walks to and fro and jumps now and then, with the animations Ayo made.
extends Node2D

const SPEED := 45.0
const LEFT := 60.0
const RIGHT := 580.0
const SECONDS_BETWEEN_JUMPS := 2.5

var _direction := 1.0
var _since_jump := 0.0

@onready var _viking: AnimatedSprite2D = $Viking


func _ready() -> void:
	_viking.animation_finished.connect(_viking.play.bind(&"walk"))
	_viking.play(&"walk")


func _process(delta: float) -> void:
	_viking.position.x += _direction * SPEED * delta
	if _viking.position.x < LEFT or _viking.position.x > RIGHT:
		_direction = signf(LEFT + RIGHT - 2.0 * _viking.position.x)
	_viking.flip_h = _direction < 0.0
	_since_jump += delta
	if _since_jump > SECONDS_BETWEEN_JUMPS:
		_since_jump = 0.0
		_viking.play(&"jump")
