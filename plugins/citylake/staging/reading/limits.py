"""How much a delivery may unpack to: more is refused before it is read."""

from __future__ import annotations

from citylake.errors import FileRefused

UNPACKED_BYTES = 4 * 1024**3
MEMBERS = 1_000
# Text packs to a tenth, very even tables to a hundredth. Small files may be packed as tightly as they like.
RATIO = 200
RATIO_FROM_BYTES = 10 * 1024**2


def prove_size(packed: int, unpacked: int, file: str, what: str = "") -> None:
    """Raises FileRefused when so many packed bytes unpack to more than is allowed, in all or in proportion."""
    if unpacked > UNPACKED_BYTES or (unpacked > RATIO_FROM_BYTES and unpacked > packed * RATIO):
        raise FileRefused(
            "file.too_large",
            f"{what or '文件'}解开后至少 {unpacked / 1024**2:,.0f} MB (压缩后 {packed / 1024**2:,.1f} MB), 超过限制"
            f" (总计 {UNPACKED_BYTES // 1024**3} GB; 超过 {RATIO_FROM_BYTES // 1024**2} MB 时 {RATIO} 倍)",
            action="核对文件来源; 确属正常数据的, 分成几个文件重报",
            file=file,
            value=what or None,
        )
