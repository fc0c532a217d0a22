"""Reading the bit fields of parameter sets: bounded, and loud when they end early."""

MAX_EXP_GOLOMB_ZEROS = 31


class BitsEndedError(ValueError):
    """A field reaches beyond the data, or is longer than any legal one."""


class BitReader:
    """Unsigned fields and Exp-Golomb codes from the most significant bit on."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "big")
        self._left = len(data) * 8

    def bits(self, count: int) -> int:
        if count > self._left:
            raise BitsEndedError
        self._left -= count
        return (self._value >> self._left) & ((1 << count) - 1)

    def flag(self) -> bool:
        return self.bits(1) == 1

    def unsigned(self) -> int:
        """ue(v) of H.264 9.1 and H.265 9.2."""
        zeros = 0
        while not self.flag():
            zeros += 1
            if zeros > MAX_EXP_GOLOMB_ZEROS:
                raise BitsEndedError
        return (1 << zeros) - 1 + self.bits(zeros)

    def signed(self) -> int:
        """se(v) of H.264 9.1.1."""
        code = self.unsigned()
        return (code + 1) // 2 if code % 2 else -(code // 2)
