"""How the OpenAPI description tells what the door of the API answers besides what was asked for."""

from typing import Any, Literal

from drf_spectacular.openapi import AutoSchema

_SENTENCE = {
    "type": "object",
    "properties": {"detail": {"type": "string"}, "code": {"type": "string"}},
    "required": ["detail"],
}
# By field, or under `non_field_errors`, or as one sentence under `detail` where nothing could be read at all.
_MISTAKES = {"type": "object", "additionalProperties": {}}


class Description(AutoSchema):
    """Each operation with its refusals: out of reach is 404, and what was sent wrong is named by its field."""

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        refusals = {"403": ("Not logged in, or without the second factor that the role asks for.", _SENTENCE)}
        if self.method != "GET" or self._is_list_view():
            refusals["400"] = ("What is wrong with what was sent, by field.", _MISTAKES)
        if "{" in self.path:
            refusals["404"] = ("Not there, or out of reach.", _SENTENCE)
        if self.method in ("POST", "PUT", "PATCH"):
            refusals["415"] = ("Something else than JSON was sent.", _SENTENCE)
        # Only the door's own resources are described so.
        view: Any = self.view
        if view.action in view.conflicting:
            refusals["409"] = ("The thing is not, or no longer, as whoever sent this believes it to be.", _SENTENCE)
        for code, (meaning, schema) in refusals.items():
            bodies.setdefault(code, {"description": meaning, "content": {"application/json": {"schema": schema}}})
        return dict(sorted(bodies.items()))
