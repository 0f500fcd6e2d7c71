"""Pictures of goods, drawn in code: real photographs of other people's goods may not be passed on.

``promised`` is the shop's own picture; ``received`` the same thing as a buyer's phone sees it at home. The same words
and seed give the same picture.
"""

from mediator.example.drawing.goods import KINDS
from mediator.example.drawing.scene import labelled, parcel, promised, received

__all__ = ["KINDS", "labelled", "parcel", "promised", "received"]
