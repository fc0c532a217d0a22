"""An account for each role, and one from next door."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from facilities.access.grants import grant_role
from facilities.enums import Role, Sector
from facilities.models import Facility, Organisation, User


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may log in. `where` names what the role is granted on, `days` for how long if it ends."""

    username: str
    full_name: str
    title: str
    role: Role
    where: str
    days: int | None = None


ACCOUNTS = (
    Account("quocgia", "Nguyễn Minh Đức", "Chuyên viên Ban Chỉ đạo Quốc gia", Role.LEADER, "national"),
    Account("lanhdao", "Trần Thị Hồng Vân", "Phó Chủ tịch UBND tỉnh", Role.LEADER, "committee"),
    Account("tonghop", "Lê Quốc Bảo", "Chuyên viên tổng hợp", Role.ANALYST, "committee"),
    Account("thanhtra", "Phạm Ngọc Lan", "Thanh tra Sở Y tế", Role.INSPECTOR, "health"),
    Account("quansu", "Hoàng Văn Sơn", "Trưởng ban, Bộ Chỉ huy Quân sự tỉnh", Role.LEADER, "command"),
    Account("kythuat", "Võ Anh Tuấn", "Kỹ thuật viên Sở TT&TT", Role.OPERATOR, "committee"),
    Account("coso", "Đặng Thị Mai", "Cán bộ phụ trách cơ sở", Role.FACILITY_OFFICER, "facility"),
    Account("truc", "Bùi Văn Hải", "Cán bộ trực camera", Role.WATCH_OFFICER, "facility"),
    Account("quantri", "Đỗ Minh Châu", "Quản trị hệ thống của tỉnh", Role.CHIEF_ADMINISTRATOR, "committee"),
    Account("nhathau", "Lý Gia Huy", "Kỹ thuật viên nhà thầu viễn thông", Role.CONTRACTOR, "facility", days=30),
    Account("danang", "Ngô Thanh Tùng", "Phó Chủ tịch UBND thành phố Đà Nẵng", Role.LEADER, "neighbour"),
)

CODES = {
    "national": "BCDQG",
    "committee": "UBND-49",
    "health": "SYT-49",
    "command": "BCHQS-49",
    "neighbour": "UBND-48",
}


@transaction.atomic
def create_people(*, password: str, now: datetime) -> None:
    """Create the accounts, all with this password, and grant each its role."""
    for account in ACCOUNTS:
        person = User.objects.create_user(
            username=account.username,
            password=password,
            full_name=account.full_name,
            title=account.title,
            email=f"{account.username}@tramgac.example",
        )
        grant_role(
            user=person,
            role=account.role,
            organisation=_node(account.where),
            actor=None,
            now=now,
            expires_at=now + timedelta(days=account.days) if account.days else None,
        )


def _node(where: str) -> Organisation:
    if where == "facility":
        return Facility.objects.filter(sector=Sector.CIVIL, province__code="49").order_by("code")[0].organisation
    # The department of health reaches the civil facilities of the province along its mandate.
    codes = {
        "health": "SYT-49",
        "national": "BCDQG",
        "committee": "UBND-49",
        "neighbour": "UBND-48",
        "command": "BCHQS-49",
    }
    found: Organisation = Organisation.objects.get(code=codes[where], valid_to=None)
    return found
