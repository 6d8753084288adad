@tool
## Base of every test suite: a RefCounted with test_* methods, which may await.
extends RefCounted

## The main loop, for awaiting frames.
var tree: SceneTree
## What the caller gave after "--", as "name=value".
var given: Dictionary[String, String] = {}
## Sentences on what went wrong in the running test.
var failures: Array[String] = []
## Engine error messages the running test causes on purpose: a test may add parts of them here.
var expected_errors: Array[String] = []


## Runs before each test.
func before() -> void:
	pass


## Runs after each test, also after a failed one.
func after() -> void:
	pass


func check(condition: bool, what: String) -> bool:
	if not condition:
		failures.append(what)
	return condition


func equal(got: Variant, wanted: Variant, what: String) -> bool:
	var same: bool = typeof(got) == typeof(wanted) and got == wanted
	return check(same, "%s: got %s, wanted %s" % [what, _short(got), _short(wanted)])


func near(got: float, wanted: float, what: String) -> bool:
	return check(absf(got - wanted) < 1e-3, "%s: got %s, wanted %s" % [what, got, wanted])


## Waits until [param done] returns true; false after [param seconds].
func until(done: Callable, seconds := 60.0) -> bool:
	var end := Time.get_ticks_msec() + int(seconds * 1000.0)
	while not done.call():
		if Time.get_ticks_msec() > end:
			return false
		await tree.process_frame
	return true


func frames(count: int) -> void:
	for i in count:
		await tree.process_frame


func _short(value: Variant) -> String:
	return str(value).left(300)
