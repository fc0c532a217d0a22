"""An account for each role, and one from next door."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from facilities.access.grants import grant_role
from facilities.enums import OrganisationKind, Role, Sector
from facilities.models import Facility, Organisation, User


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may log in. `where` names what the role is granted on."""

    username: str
    full_name: str
    title: str
    role: Role
    where: str


ACCOUNTS = (
    Account("quocgia", "Nguyễn Minh Đức", "Chuyên viên Ban Chỉ đạo Quốc gia", Role.LEADER, "national"),
    Account("lanhdao", "Trần Thị Hồng Vân", "Phó Chủ tịch UBND tỉnh", Role.LEADER, "committee"),
    Account("tonghop", "Lê Quốc Bảo", "Chuyên viên tổng hợp", Role.ANALYST, "committee"),
    Account("thanhtra", "Phạm Ngọc Lan", "Thanh tra Sở Y tế", Role.INSPECTOR, "civil"),
    Account("quansu", "Hoàng Văn Sơn", "Trưởng ban, Bộ Chỉ huy Quân sự tỉnh", Role.LEADER, "command"),
    Account("kythuat", "Võ Anh Tuấn", "Kỹ thuật viên Sở TT&TT", Role.OPERATOR, "committee"),
    Account("coso", "Đặng Thị Mai", "Cán bộ phụ trách cơ sở", Role.FACILITY_OFFICER, "facility"),
    Account("truc", "Bùi Văn Hải", "Cán bộ trực camera", Role.WATCH_OFFICER, "facility"),
    Account("danang", "Ngô Thanh Tùng", "Phó Chủ tịch UBND thành phố Đà Nẵng", Role.LEADER, "neighbour"),
)


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
        for node in _nodes(account.where):
            grant_role(user=person, role=account.role, organisation=node, actor=None, now=now)


def _nodes(where: str) -> Iterator[Organisation]:
    kind = OrganisationKind
    committees = Organisation.objects.filter(kind=kind.PROVINCE)
    if where == "national":
        yield Organisation.objects.get(kind=kind.NATIONAL)
    elif where == "committee":
        yield committees.get(area__code="49")
    elif where == "neighbour":
        yield committees.get(area__code="48")
    elif where == "command":
        yield Organisation.objects.get(kind=kind.COMMAND, area__code="49")
    elif where == "civil":
        # The department of health oversees the civil facilities, which stand below the districts' committees.
        yield from Organisation.objects.filter(kind=kind.DISTRICT, area__province__code="49")
    else:
        own = Facility.objects.filter(sector=Sector.CIVIL, district__province__code="49")
        yield own.order_by("code")[0].organisation
