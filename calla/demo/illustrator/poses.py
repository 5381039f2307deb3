"""How she stands. The weight is on one leg: that hip is up and out, that shoulder down, the head over that foot."""

from __future__ import annotations

from calla.demo.illustrator.body import Arm, Limb, Pose

HANGING_LEFT = Arm(Limb((-69, 256), (-102, 412), (-111, 546), (-3, -3)), "hanging", 5)
HANGING_RIGHT = Arm(Limb((69, 256), (102, 410), (116, 542), (3, 3)), "hanging", -8)
ON_HIP_LEFT = Arm(Limb((-69, 256), (-142, 392), (-78, 462), (-4, 3)), "hip", -38)
ON_HIP_RIGHT = Arm(Limb((69, 256), (142, 392), (78, 462), (4, -3)), "hip", 38)
POCKET_LEFT = Arm(Limb((-69, 256), (-120, 404), (-84, 520), (-4, 2)), "pocket", 0)
POCKET_RIGHT = Arm(Limb((69, 256), (120, 404), (84, 520), (4, -2)), "pocket", 0)
SWUNG_LEFT = Arm(Limb((-69, 256), (-112, 408), (-140, 536), (-4, -3)), "hanging", 10)
SWUNG_RIGHT = Arm(Limb((69, 256), (108, 408), (136, 536), (4, 3)), "hanging", -10)
CARRYING_RIGHT = Arm(Limb((69, 256), (100, 412), (108, 548), (3, 3)), "hanging", 0)
FLAT_LEFT = Arm(Limb((-69, 256), (-112, 404), (-146, 546), (-2, -2)), "none", 0)
FLAT_RIGHT = Arm(Limb((69, 256), (112, 404), (146, 546), (2, 2)), "none", 0)

# Weight on the viewer's left leg, the other out to the right.
EASY = Pose(
    "easy",
    centre=((178, 3), (226, 2), (322, -2), (420, -10), (524, -19), (700, -8), (1030, 8)),
    tilt=((200, 0), (243, -0.085), (304, -0.07), (380, 0.0), (430, 0.06), (524, 0.1), (640, 0.07), (1000, 0.03)),
    legs=(
        Limb((394, 518), (411, 776), (434, 1034), (-8, -8)),
        Limb((466, 528), (496, 786), (526, 1030), (8, 9)),
    ),
    feet=(5, -22), arms=(HANGING_LEFT, ON_HIP_RIGHT), front_leg=1, head=(3, 4, 3), sway=10,
)  # fmt: skip
# Both arms down, weight on the viewer's right leg, the other knee drawn in.
CALM = Pose(
    "calm",
    centre=((178, -4), (226, -2), (322, 2), (420, 9), (524, 16), (700, 8), (1030, -4)),
    tilt=((200, 0), (243, 0.07), (304, 0.055), (380, 0.0), (430, -0.05), (524, -0.09), (640, -0.06), (1000, -0.03)),
    legs=(
        Limb((432, 528), (424, 784), (396, 1028), (-7, -10)),
        Limb((503, 518), (488, 776), (466, 1034), (8, 8)),
    ),
    feet=(20, -5), arms=(HANGING_LEFT, HANGING_RIGHT), front_leg=0, head=(-3, -4, -3), sway=-8,
)  # fmt: skip
# On her way: one leg crosses before the other.
WALKING = Pose(
    "walking",
    centre=((178, 0), (226, 0), (322, 1), (420, 5), (524, 9), (700, 5), (1030, -2)),
    tilt=((200, 0), (243, 0.05), (304, 0.04), (380, 0.0), (430, -0.05), (524, -0.08), (640, -0.05), (1000, -0.02)),
    legs=(
        Limb((425, 526), (428, 782), (424, 1008), (-6, -10)),
        Limb((496, 518), (482, 778), (454, 1040), (9, 7)),
    ),
    feet=(6, 2), arms=(SWUNG_LEFT, SWUNG_RIGHT), front_leg=1, head=(0, -2, -2), sway=-12,
)  # fmt: skip
# A hand in a pocket, feet apart.
POCKETS = Pose(
    "pockets",
    centre=((178, 1), (226, 2), (322, -1), (420, -8), (524, -14), (700, -8), (1030, 0)),
    tilt=((200, 0), (243, -0.07), (304, -0.055), (380, 0.0), (430, 0.05), (524, 0.08), (640, 0.05), (1000, 0.02)),
    legs=(
        Limb((400, 518), (408, 776), (420, 1034), (-8, -8)),
        Limb((470, 527), (505, 784), (540, 1030), (8, 8)),
    ),
    feet=(8, -16), arms=(POCKET_LEFT, HANGING_RIGHT), front_leg=1, head=(0, 3, -3), sway=8,
)  # fmt: skip

POSES = {pose.name: pose for pose in (EASY, CALM, WALKING, POCKETS)}

# No body: how things lie flat or hang from a hanger.
FLAT = Pose(
    "flat", centre=((0, 0), (1, 0)), tilt=((0, 0), (1, 0)),
    legs=(Limb((412, 524), (406, 778), (398, 1030)), Limb((488, 524), (494, 778), (502, 1030))),
    feet=(0, 0), arms=(FLAT_LEFT, FLAT_RIGHT), flat=True,
)  # fmt: skip
