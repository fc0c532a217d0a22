"""What machines saw."""

from cameras.models.acceptance import Acceptance, ConformanceResult
from cameras.models.camera import Camera, Stream
from cameras.models.state import CameraState, Transition
from cameras.models.vantage import Vantage

__all__ = ["Acceptance", "Camera", "CameraState", "ConformanceResult", "Stream", "Transition", "Vantage"]
