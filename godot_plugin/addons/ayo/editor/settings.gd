## What the user sets once. What belongs to the machine (and the password) lies in the editor's
## settings, never in the project; what belongs to the team lies in the project's.
extends RefCounted

const INTERPRETER := "ayo/backend/python"
const ENDPOINT := "ayo/backend/endpoint"
const USER := "ayo/backend/user"
const PASSWORD := "ayo/backend/password"
const FOLDER := "ayo/output_folder"


static func define() -> void:
	var hints := {INTERPRETER: PROPERTY_HINT_GLOBAL_FILE, PASSWORD: PROPERTY_HINT_PASSWORD}
	var editor := EditorInterface.get_editor_settings()
	for name: String in [INTERPRETER, ENDPOINT, USER, PASSWORD]:
		if not editor.has_setting(name):
			editor.set_setting(name, "")
		editor.set_initial_value(name, "", false)
		editor.add_property_info(
			{
				"name": name,
				"type": TYPE_STRING,
				"hint": hints.get(name, PROPERTY_HINT_NONE),
				"hint_string": ""
			}
		)
	if not ProjectSettings.has_setting(FOLDER):
		ProjectSettings.set_setting(FOLDER, "")
	ProjectSettings.set_initial_value(FOLDER, "")
	ProjectSettings.set_as_basic(FOLDER, true)
	ProjectSettings.add_property_info(
		{"name": FOLDER, "type": TYPE_STRING, "hint": PROPERTY_HINT_DIR}
	)


static func of_machine(name: String) -> String:
	var value: Variant = EditorInterface.get_editor_settings().get_setting(name)
	return value if value is String else ""


## Where results go unless told otherwise; "" means: beside the sprite.
static func output_folder() -> String:
	return str(ProjectSettings.get_setting(FOLDER, ""))
