"""NAL units of H.264 and H.265: taking Annex B apart, telling types, rewriting a picture's size."""

import re

from cameras.enums import Codec

_START_CODE = re.compile(rb"\x00\x00\x01")


def split_annex_b(data: bytes) -> list[bytes]:
    """The NAL units of an Annex B byte stream, without start codes and without trailing zeros."""
    starts = [match.end() for match in _START_CODE.finditer(data)]
    ends = [start - 3 for start in starts[1:]] + [len(data)]
    return [unit for start, end in zip(starts, ends, strict=True) if (unit := data[start:end].rstrip(b"\x00"))]


def parameter_sets(units: list[bytes], codec: Codec) -> list[bytes]:
    """The parameter sets among `units`, in the order VPS, SPS, PPS."""
    wanted = (7, 8) if codec == Codec.H264 else (32, 33, 34)
    return [unit for kind in wanted for unit in units if nal_type(unit, codec) == kind]


def nal_type(unit: bytes, codec: Codec) -> int:
    """The type field of a NAL unit's header."""
    return unit[0] & 0x1F if codec == Codec.H264 else (unit[0] >> 1) & 0x3F


def resized_sps(sps: bytes, width: int, height: int) -> bytes:
    """A baseline H.264 SPS with another picture size; both sizes must be multiples of 16.

    Raises ValueError for other profiles: they carry more fields before the size.
    """
    if nal_type(sps, Codec.H264) != 7 or sps[1] != 66:  # noqa: PLR2004 - SPS, profile_idc of baseline
        raise ValueError("Only the SPS of an H.264 baseline stream can be resized.")
    bits = _Bits(_without_emulation_prevention(sps[4:]))
    start = bits.position
    bits.skip_golombs(2)  # seq_parameter_set_id, log2_max_frame_num_minus4
    picture_order = bits.golomb()
    if picture_order == 0:
        bits.skip_golombs(1)  # log2_max_pic_order_cnt_lsb_minus4
    bits.skip_golombs(1)  # max_num_ref_frames
    bits.position += 1  # gaps_in_frame_num_value_allowed_flag
    head = bits.text[start : bits.position]
    bits.skip_golombs(2)  # the size that is replaced
    rest = bits.text[bits.position :]
    frame = _golomb(width // 16 - 1) + _golomb(height // 16 - 1)
    text = head + frame + rest
    text += "0" * (-len(text) % 8)
    body = int(text, 2).to_bytes(len(text) // 8, "big").rstrip(b"\x00")
    return sps[:4] + _with_emulation_prevention(body)


def unchanged_frame(sps: bytes, width: int, height: int, *, after: int) -> bytes:
    """An H.264 frame that shows the previous one again, for x264's ultrafast streams (CAVLC, one reference).

    `after` is the number of reference frames since the keyframe. No later frame refers to this one (its
    nal_ref_idc is 0), so that the encoder need not know of it.
    """
    bits = _Bits(_without_emulation_prevention(sps[4:]))
    bits.skip_golombs(1)  # seq_parameter_set_id
    counter = bits.golomb() + 4  # log2_max_frame_num_minus4
    text = _golomb(0) + _golomb(5) + _golomb(0)  # first_mb_in_slice, slice_type P, pic_parameter_set_id
    text += f"{(after + 1) % 2**counter:0{counter}b}"  # frame_num
    text += "00"  # num_ref_idx_active_override_flag, ref_pic_list_modification_flag_l0
    text += _golomb(0) + _golomb(1)  # slice_qp_delta, disable_deblocking_filter_idc
    text += _golomb(-(-width // 16) * -(-height // 16)) + "1"  # mb_skip_run: all of them; the stop bit
    text += "0" * (-len(text) % 8)
    return b"\x01" + _with_emulation_prevention(int(text, 2).to_bytes(len(text) // 8, "big"))


class _Bits:
    """A cursor over bits, written as text of 0 and 1: an SPS has about a hundred of them."""

    def __init__(self, data: bytes) -> None:
        self.text = "".join(f"{byte:08b}" for byte in data)
        self.position = 0

    def golomb(self) -> int:
        zeros = self.text.index("1", self.position) - self.position
        self.position += 2 * zeros + 1
        return int(self.text[self.position - zeros - 1 : self.position], 2) - 1

    def skip_golombs(self, count: int) -> None:
        for _ in range(count):
            self.golomb()


def _golomb(value: int) -> str:
    digits = f"{value + 1:b}"
    return "0" * (len(digits) - 1) + digits


def _without_emulation_prevention(data: bytes) -> bytes:
    return data.replace(b"\x00\x00\x03", b"\x00\x00")


def _with_emulation_prevention(data: bytes) -> bytes:
    return re.sub(rb"\x00\x00(?=[\x00-\x03])", b"\x00\x00\x03", data)
