"""Names and streets for made-up people: common words, joined by chance; nobody in particular."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FEMALE = _words("""
    Cleo Nora Iris Mabel Rosa Lena Ada Wanda Hazel Ines Joan Kira Lucia Marta Nadia Olive Paula Quinn Ruth Selma
    Tessa Uma Vera Willa Yara Zelda Amara Beth Carla Dora Elsa Freya Greta Hope Ivy June Karen Lila Mona Nina Opal
    Petra Rhea Sofia Tara Una Viola Wren Ximena Yvonne Anya Bella Celia Dina Edith Flora Gloria Helen Irma Judy
    Kate Leah
""")
MALE = _words("""
    Abel Boris Carl Dario Elias Felix Gus Hugo Ivan Jonas Karim Leon Marco Nils Oscar Pablo Quentin Ravi Saul Theo
    Umar Victor Walter Xavier Yusuf Zane Adam Bruno Cyrus Dean Emil Frank Glen Henry Isaac Jamal Kurt Lars Milo
    Noah Otto Perry Ramon Simon Tariq Ulric Vince Wade Yannick Zeke Aaron Basil Colin Derek Ethan Fabio George
    Harold
""")
FAMILIES = _words("""
    Abbott Acosta Adler Ahmed Alvarez Amato Archer Arnold Ayala Bailey Banks Barrera Bauer Becker Bell Benson Berg
    Bishop Blake Bond Bowen Brandt Brooks Bryant Burke Byrne Calder Campos Carey Castro Chan Chavez Cho Clarke
    Cole Conway Cooper Cortez Cruz Dalton Daniels Dawson Delgado Diaz Dixon Doyle Drake Duarte Duncan Eaton Ellis
    Erickson Espinoza Fabian Farrell Fields Finch Fischer Fleming Flores Ford Foster Franco Freeman Fuentes Gallo
    Garner Gates Gibson Gill Glover Gomez Goodwin Grant Greene Griffin Gupta Guzman Hale Hansen Harper Hart Hayes
    Heller Herrera Hill Hoffman Holt Hood Huang Hughes Hunt Ibarra Ingram Irwin Jacobs James Jensen Joshi Juarez
    Kaplan Keller Kelly Kemp Khan Kim King Klein Knight Koch Kowalski Lam Lane Larsen Leal Lee Levin Lewis
    Lindgren Lloyd Lopez Lowe Lucas Lynch Mack Maldonado Mann Marchetti Marks Marsh Mason Medina Mejia Mendez
    Meyer Miles Molina Moreno Morris Moss Mueller Munoz Murray Nagy Nash Navarro Nelson Newman Nguyen Nichols
    Nolan Novak Nunez Oakley Olsen Ortega Ortiz Osborne Owens Pace Page Palmer Park Parker Patel Peck Perez
    Petersen Pham Pierce Pope Porter Powell Price Quigley Quinn Ramos Randall Reed Reeves Reyes Rhodes Rios Rivera
    Robles Roman Rosen Rossi Rowe Ruiz Russo Salas Sandoval Santos Sato Schmidt Schultz Sharma Shaw Silva Sims
    Singh Sloan Snyder Solis Soto Stein Stone Suarez Sutton Tanaka Tate Thorne Torres Tran Tucker Underwood Valdez
    Vance Vargas Vasquez Vega Villa Vogel Wade Wagner Walsh Walters Warner Watts Weber Weiss Wells West Whitaker
    Wolfe Wong Wood Wright Yang Yates Young Zamora Zhang Ziegler
""")
STREETS = _words("""
    Alder Ash Birch Cedar Cherry Chestnut Dogwood Elm Fir Hawthorn Hazel Hickory Holly Juniper Larch Linden Locust
    Maple Mulberry Oak Olive Pear Pine Plum Poplar Rowan Spruce Sumac Sycamore Walnut Willow
""")
STREET_KINDS = ("Street", "Court", "Avenue", "Lane", "Drive")
TOWNS = (
    ("Ann Arbor", "48104"),
    ("Ann Arbor", "48105"),
    ("Ypsilanti", "48197"),
    ("Saline", "48176"),
    ("Dexter", "48130"),
)
ALLERGENS = (
    ("penicillin", "hives"), ("sulfa drugs", "rash"), ("codeine", "itching"), ("aspirin", "wheezing"),
    ("latex", "rash"), ("amoxicillin", "rash"), ("ibuprofen", "stomach pain"), ("lisinopril", "cough"),
    ("iodinated contrast", "flushing"), ("morphine", "nausea"),
)  # fmt: skip
PRACTICES = tuple(f"{tree} {kind}" for tree in STREETS for kind in ("Family Medicine", "Internal Medicine", "Clinic"))
