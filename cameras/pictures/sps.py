"""Picture sizes from sequence parameter sets (H.264 7.3.2.1.1, H.265 7.3.2.2)."""

from typing import NamedTuple

from cameras.pictures.bits import BitReader

H264_PROFILES_WITH_CHROMA = {44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 244}
LARGEST_CHROMA_FORMAT = 3  # 4:4:4; the formats below are 4:0:0, 4:2:0, 4:2:2
MAX_POC_CYCLE = 255


class Size(NamedTuple):
    """What a parameter set declares: the picture as shown, and as coded (before cropping)."""

    width: int
    height: int
    coded_width: int
    coded_height: int


def _chroma_unit(chroma_format: int) -> tuple[int, int]:
    """SubWidthC and SubHeightC, the units of cropping; ValueError on a format that does not exist."""
    if chroma_format > LARGEST_CHROMA_FORMAT:
        raise ValueError("no such chroma format")
    return ((1, 1), (2, 2), (2, 1), (1, 1))[chroma_format]


def _cropped(reader: BitReader, coded_width: int, coded_height: int, unit: tuple[int, int]) -> Size:
    left, right, top, bottom = (reader.unsigned() for _ in range(4)) if reader.flag() else (0, 0, 0, 0)
    width = coded_width - (left + right) * unit[0]
    height = coded_height - (top + bottom) * unit[1]
    if width <= 0 or height <= 0:
        raise ValueError("nothing is left of the picture after cropping")
    return Size(width, height, coded_width, coded_height)


def _skip_scaling_list(reader: BitReader, length: int) -> None:
    last = following = 8
    for _ in range(length):
        if following:
            following = (last + reader.signed()) % 256
        last = following or last


def _skip_picture_order(reader: BitReader) -> None:
    kind = reader.unsigned()
    if kind == 0:
        reader.unsigned()
    elif kind == 1:
        reader.flag()
        reader.signed()
        reader.signed()
        cycle = reader.unsigned()
        if cycle > MAX_POC_CYCLE:
            raise ValueError("picture order cycle too long")
        for _ in range(cycle):
            reader.signed()


def h264_size(payload: bytes) -> Size:
    """Size in a H.264 sequence parameter set without its NAL header; ValueError where it is malformed."""
    reader = BitReader(payload)
    profile = reader.bits(8)
    reader.bits(16)  # constraints, level
    reader.unsigned()  # seq_parameter_set_id
    chroma_format, separate_planes = 1, False
    if profile in H264_PROFILES_WITH_CHROMA:
        chroma_format = reader.unsigned()
        separate_planes = chroma_format == LARGEST_CHROMA_FORMAT and reader.flag()
        reader.unsigned()  # luma depth
        reader.unsigned()  # chroma depth
        reader.flag()  # qpprime_y_zero_transform_bypass_flag
        if reader.flag():
            for index in range(12 if chroma_format == LARGEST_CHROMA_FORMAT else 8):
                if reader.flag():
                    _skip_scaling_list(reader, 16 if index < 6 else 64)  # noqa: PLR2004 - six 4×4 lists come first
    reader.unsigned()  # log2_max_frame_num_minus4
    _skip_picture_order(reader)
    reader.unsigned()  # max_num_ref_frames
    reader.flag()  # gaps_in_frame_num_value_allowed_flag
    width = (reader.unsigned() + 1) * 16
    map_units = reader.unsigned() + 1
    frames_only = reader.flag()
    if not frames_only:
        reader.flag()  # mb_adaptive_frame_field_flag
    reader.flag()  # direct_8x8_inference_flag
    fields = 1 if frames_only else 2
    across, down = (1, 1) if separate_planes else _chroma_unit(chroma_format)
    return _cropped(reader, width, map_units * 16 * fields, (across, down * fields))


def _skip_profile_tier_level(reader: BitReader, sub_layers: int) -> None:
    reader.bits(88 + 8)
    present = [(reader.flag(), reader.flag()) for _ in range(sub_layers)]
    if sub_layers:
        reader.bits(2 * (8 - sub_layers))
    for profile, level in present:
        reader.bits(88 * profile + 8 * level)


def h265_size(payload: bytes) -> Size:
    """Size in a H.265 sequence parameter set without its NAL header; ValueError where it is malformed."""
    reader = BitReader(payload)
    reader.bits(4)  # sps_video_parameter_set_id
    sub_layers = reader.bits(3)
    reader.flag()  # sps_temporal_id_nesting_flag
    _skip_profile_tier_level(reader, sub_layers)
    reader.unsigned()  # sps_seq_parameter_set_id
    chroma_format = reader.unsigned()
    separate_planes = chroma_format == LARGEST_CHROMA_FORMAT and reader.flag()
    width, height = reader.unsigned(), reader.unsigned()
    return _cropped(reader, width, height, (1, 1) if separate_planes else _chroma_unit(chroma_format))
