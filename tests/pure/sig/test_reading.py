# ruff: noqa: E501 (one case a line)
"""Directions as they are written, and the label text that shows how they were read. Written for this project, 2026-11."""

import pytest

from pestle.terms.sig import read_directions, write_directions

READ = [
    # shorthand
    ("1 tab po tid pc & hs prn",                "Take 1 tablet by mouth 4 times a day after meals and at bedtime as needed."),
    ("i-ii gtt ou q4-6h",                       "Place 1 to 2 drops in both eyes every 4 to 6 hours."),
    ("caps iv po 1 hr prior to dental appt",    "Take 4 capsules by mouth one time 1 hour before the procedure."),
    ("t1tpobid",                                "Take 1 tablet by mouth 2 times a day."),
    ("1 tab bid and 2 tabs qhs",                "Take 1 tablet by mouth 2 times a day and take 2 tablets by mouth once a day at bedtime."),
    ("1 tab bid & hs",                          "Take 1 tablet by mouth 2 times a day and at bedtime."),
    ("1 tab bid-tid prn spasm",                 "Take 1 tablet by mouth 2 to 3 times a day as needed for muscle spasm."),
    ("1 tab q am and 1/2 tab q pm",             "Take 1 tablet by mouth once a day in the morning and take 1/2 tablet by mouth once a day in the evening."),
    ("2 qam 1 qpm",                             "Take 2 once a day in the morning and take 1 once a day in the evening."),
    ("1 gtt OD qid and 1 gtt OS bid",           "Place 1 drop in the right eye 4 times a day and place 1 drop in the left eye 2 times a day."),
    ("4 gtts AD tid x 7d",                      "Place 4 drops in the right ear 3 times a day for 7 days."),
    ("ii tabs po stat, then i q6h prn",         "Take 2 tablets by mouth one time, then take 1 tablet by mouth every 6 hours as needed."),
    # electronic prescriptions
    ("Take 1 tablet (500 mg total) by mouth 2 (two) times a day with meals.", "Take 1 tablet by mouth 2 times a day with meals."),
    ("take 10 mg (2 tablets) by mouth daily",   "Take 2 tablets by mouth once a day."),
    ("prednisone 10mg: take 4 tablets daily x 4 days then 2 tablets daily x 4 days", "Take 4 tablets once a day for 4 days, then take 2 tablets once a day for 4 days."),
    ("take 1 tablet at 8am, 2pm and 8pm",       "Take 1 tablet 3 times a day at 8 AM, at 2 PM and at 8 PM."),
    ("1 tablet every 12 hours (0900 and 2100)", "Take 1 tablet every 12 hours at 9 AM and at 9 PM."),
    ("take 1 tablet 1 hour before bedtime",     "Take 1 tablet once a day 1 hour before bedtime."),
    ("take 1 tablet by mouth daily. Take with food. Do not crush.", "Take 1 tablet by mouth once a day with food. Swallow whole."),
    ("take 2 tablets now and 1 tab daily x4d",  "Take 2 tablets one time, then take 1 tablet once a day for 4 days."),
    ("take 6 tabs on day 1, 5 on day 2 and 4 on day 3", "Take 6 tablets once a day for 1 day, then take 5 tablets once a day for 1 day and take 4 tablets once a day for 1 day."),
    # days of the week
    ("take 2 tabs mon wed fri and 1 tab all other days", "Take 2 tablets on Monday, Wednesday and Friday and take 1 tablet on Tuesday, Thursday, Saturday and Sunday."),
    ("take 1 tablet daily except sunday",       "Take 1 tablet on Monday, Tuesday, Wednesday, Thursday, Friday and Saturday."),
    ("1 tab daily M-F",                         "Take 1 tablet by mouth on Monday, Tuesday, Wednesday, Thursday and Friday."),
    # insulin
    ("inject per sliding scale tid ac max 30 units/day", "Inject by the sliding scale under the skin 3 times a day before meals. Do not inject more than 30 units in 24 hours."),
    ("inject 4 units with breakfast and 8 units with dinner", "Inject 4 units under the skin once a day with breakfast and inject 8 units under the skin once a day with supper."),
    # places, and what ails them
    ("Apply 1 g to the knee twice daily",       "Apply 1 g to the knee 2 times a day."),
    ("apply 2 g to affected knee qid",          "Apply 2 g to the affected knee 4 times a day."),
    ("apply 2 g to left elbow qid prn for elbow pain", "Apply 2 g to the left elbow 4 times a day as needed for elbow pain."),
    ("apply 1 patch to chest daily",            "Apply 1 patch to the chest once a day."),
    ("inject 0.3 mg into outer thigh as needed for anaphylaxis", "Inject 0.3 mg into the outer thigh as needed for allergic reaction."),
    ("take 1 tablet daily for hip pain",        "Take 1 tablet once a day for hip pain."),
    ("take 1 tablet q6h prn right knee pain",   "Take 1 tablet every 6 hours as needed for right knee pain."),
    ("take 1 tab bid for neck and back pain",   "Take 1 tablet 2 times a day for neck or back pain."),
    # patches, rings, cycles
    ("apply one patch for 12 hours then remove for 12 hours", "Apply 1 patch to the skin once a day. 12 hours on, 12 hours off."),
    ("insert one ring vaginally for 3 weeks, remove for 1 week", "Insert 1 ring vaginally every 4 weeks. Remove after 21 days."),
    ("1 tab daily for 21 days then stop for 7 days", "Take 1 tablet by mouth once a day for 21 days, then 7 days off."),
    # maximum
    ("1 tab q4h prn, do not exceed 4 tabs in 24 hours", "Take 1 tablet by mouth every 4 hours as needed. Do not take more than 4 tablets in 24 hours."),
    ("take 1 tablet up to twice a day",         "Take 1 tablet up to 2 times a day as needed."),
    # misspelt
    ("Tkae 1 tabet 3 tiems a day for 2 wekes",  "Take 1 tablet 3 times a day for 2 weeks."),
    # Spanish
    ("tome una cucharadita cada 6 horas",       "Take 5 mL every 6 hours."),
    ("tome 2 tabletas ahora y luego 1 tableta al día por 4 días", "Take 2 tablets one time, then take 1 tablet once a day for 4 days."),
    ("tome 1 tableta cada 8 horas si es necesario para el dolor, no más de 3 al día", "Take 1 tablet every 8 hours as needed for pain. Do not take more than 3 tablets in 24 hours."),
    ("póngase 1 gota en el ojo derecho cada 4 horas", "Place 1 drop in the right eye every 4 hours."),
    ("tome 1 tableta los lunes, miércoles y viernes", "Take 1 tablet on Monday, Wednesday and Friday."),
    ("inyecte 10 unidades bajo la piel antes de cada comida", "Inject 10 units under the skin 3 times a day before meals."),
]  # fmt: skip


@pytest.mark.parametrize(("written", "label"), READ)
def test_directions_read_as_a_technician_reads_them(written: str, label: str) -> None:
    directions = read_directions(written)

    assert (write_directions(directions).text, directions.questions) == (label, ())


@pytest.mark.parametrize("written", [written for written, _ in READ])
@pytest.mark.parametrize("language", ["en", "es"])
def test_our_own_label_text_reads_back_the_same(written: str, language: str) -> None:
    directions = read_directions(written)

    again = read_directions(write_directions(directions, language).text)

    assert again.steps == directions.steps
    assert again.questions == ()


def test_the_product_gives_what_the_directions_leave_out() -> None:
    directions = read_directions("1 bid", "metformin 500 mg tablet")

    assert write_directions(directions).text == "Take 1 tablet by mouth 2 times a day."


def test_a_pharmacys_own_shorthand_goes_first() -> None:
    own = {"bidx": "2 times a day with food", "MET1": "take 1 tablet by mouth"}

    directions = read_directions("met1 BIDX", sig_library=own)

    assert write_directions(directions).text == "Take 1 tablet by mouth 2 times a day with food."


def test_a_mended_misspelling_is_shown() -> None:
    directions = read_directions("Tkae 1 tablet daily")

    assert directions.corrections == (("tkae", "take"),)


def test_words_left_off_the_label_are_kept() -> None:
    directions = read_directions("Take 1 tablet daily. Avoid grapefruit.")

    assert directions.unread == ("avoid grapefruit",)
    assert not directions.needs_clarification
