"""What machines saw."""

from cameras.models.camera import Camera, Stream
from cameras.models.state import CameraState, Transition
from cameras.models.vantage import Vantage

__all__ = ["Camera", "CameraState", "Stream", "Transition", "Vantage"]
