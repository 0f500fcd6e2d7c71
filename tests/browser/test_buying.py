from tests.browser.conftest import Enter
from tests.browser.house import House


def test_look(house: House, enter: Enter) -> None:
    visitor = enter()
    visitor.goto("/")
    print(visitor.text())
    visitor.look("home", first_view=True)
    visitor.goto("/how")
    visitor.look("how")
