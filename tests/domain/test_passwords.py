"""Passwords: one form however they are typed, and none that is guessed at once (E16)."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.guessing import guesses_log10
from chalicelib.domain.passwords import (
    PASSWORD_AT_LEAST,
    PASSWORD_AT_MOST,
    clean_password,
    forms_of,
    normal_form,
)

VERA = "vera.sokolova@example.org"
NAME = "Константинопольский Ян-Карл"


def fault(password: str) -> str | None:
    try:
        clean_password(password, VERA, NAME)
    except InvalidInput as refused:
        (error,) = refused.errors
        assert error.field == "password"
        return error.code
    return None


@pytest.mark.rule("E16")
@given(st.text())
def test_a_password_is_the_same_however_a_keyboard_composes_it(password: str) -> None:
    normal = normal_form(password)
    assert normal_form(normal) == normal
    assert normal_form(unicodedata.normalize("NFD", password)) == normal
    assert normal_form(password.replace(" ", "\u00a0")) == normal
    assert forms_of(password)[0] == normal
    assert {password, normal} <= {*forms_of(password)}


def test_a_password_is_kept_in_case_and_rim_as_it_was_typed() -> None:
    assert clean_password(" Зайчик\u00a0и e\u0308ж\u3000", VERA, NAME) == " Зайчик и ëж "
    assert forms_of("plain ascii words") == ("plain ascii words",)
    assert len(forms_of("й\u00a0и\u0306")) == 3


@pytest.mark.rule("E16")
def test_a_password_has_ten_to_128_code_points_of_its_normal_form() -> None:
    words = "Две ёлки, 7 ежей и чай. "
    assert fault((words * 9)[:PASSWORD_AT_MOST]) is None
    assert fault((words * 9)[: PASSWORD_AT_MOST + 1]) == "too_long"
    assert fault("ёжик-чай7и") is None
    assert fault("ёжик-чай7") == "too_short"
    assert fault(unicodedata.normalize("NFD", "ёжик-чай7")) == "too_short"
    assert len("й" * PASSWORD_AT_LEAST) == PASSWORD_AT_LEAST


@pytest.mark.rule("E16")
@pytest.mark.parametrize("password", [" VERA.Sokolova@example.org ", "vera.sokolova@EXAMPLE.org"])
def test_the_address_is_no_password(password: str) -> None:
    assert fault(password) == "is_email"


@pytest.mark.rule("E16")
@pytest.mark.parametrize(
    "common",
    [
        *(
            "1234567890",
            "0987654321",
            "qwertyuiop",
            "QwertyUiop",
            "qwerty12345",
            "1q2w3e4r5t",
            "1qaz2wsx3edc",
            "zaq12wsxcde3",
        ),
        *(
            "Password123",
            "password2024",
            "Password1234!",
            "administrator",
            "iloveyou!!",
            "sunshine2024",
            "basketballmonkey",
        ),
        *(
            "йцукенгшщз",
            "ЙЦУКЕНгшщз",
            "фывапролдж",
            "1й2ц3у4к5е",
            "пароль1234",
            "привет12345",
            "наташа1234",
            "gfhjkm12345",
        ),
        *(
            "aaaaaaaaaa",
            "ёёёёёёёёёё",
            "0000000000",
            "!!!!!!!!!!",
            "ababababab",
            "12341234123",
            "qwe123qwe123",
            "парольпароль",
        ),
        *(
            "abcdefghij",
            "абвгдежзий",
            "zyxwvutsrq",
            "!@#$%^&*()",
            "01.01.1990",
            "1990-01-01",
            "2012121212",
            "12/12/2012",
        ),
        *("verasokolova", "vera.sokolova", "Sokolova1990", "vera.sokolova@example.org1", "example.org", "vera2019vera"),
        *("twiptwiptwip", "twip2024twip", "твип123456", "твиптвиптвип"),
        *(
            " " * 10,
            "\u00a0\u2003 " * 4,
            "\u3000" * 10,
            "\u200b" * 10,
            "\u200b\u2060\u3164\u115f\u00ad" * 3,
            "a" + "\u200b" * 9,
        ),
        *("\t" * 10, "          a", "\u0301" * 10, "x" * 128, "12345678" * 16),
    ],
    ids=ascii,
)
def test_a_password_that_is_tried_first_is_refused(common: str) -> None:
    assert fault(common) == "too_common"
    assert fault(unicodedata.normalize("NFD", common)) == "too_common"


@pytest.mark.rule("E16")
@pytest.mark.parametrize(
    "disguised",
    [
        *(
            "q w e r t y u i o p",
            "1 2 3 4 5 6 7 8 9 0",
            "1-2-3-4-5-6-7-8-9-0",
            "p-a-s-s-w-o-r-d",
            "p_a-s_s-w_o-r_d",
            "п.а.р.о.л.ь",
        ),
        *(
            "pass\twor\x00d12",
            "pass\u2800word12",
            "p\u0332a\u0332s\u0332s\u0332w\u0332o\u0332r\u0332d\u0332",
            "йц-ук-ен-гш-щз",
        ),
        *(
            "１２３４５６７８９０",
            "١٢٣٤٥٦٧٨٩٠",
            "pаѕѕwогd12",
            "ɑdministrɑtor",
            "ｑｗｅｒｔｙｕｉｏｐ",
            "ⓟⓐⓢⓢⓦⓞⓡⓓ12",
            "𝐩𝐚𝐬𝐬𝐰𝐨𝐫𝐝12",
            "ｐ ａ ｓ ｓ ｗ ｏ ｒ ｄ",
        ),
        *(
            "раssword12",
            "рассword123",
            "pаsswоrd123",
            "раѕѕwоrԁ12",
            "ραssωord12",
            "пapoль1234",
            "пpивeт12345",
            "pássẃörd12",
            "парoль1234",
        ),
        *("pass\u00adword12", "pa\u200bss\u2060word12", "1234\u200d567890", "пар\ufeffоль1234"),
        *("p@$$w0rd12", "5unsh1n3!!"),
    ],
    ids=ascii,
)
def test_a_common_password_in_disguise_is_refused_as_well(disguised: str) -> None:
    assert fault(disguised) == "too_common"
    assert fault(unicodedata.normalize("NFD", disguised)) == "too_common"


@pytest.mark.rule("E16")
@pytest.mark.parametrize(
    "own",
    [
        *(
            "Константинопольский",
            "константинопольский1990",
            "Ян-Карл Константинопольский",
            "янкарлянкарл",
            "КонстантинопольскийЯнКарл",
        ),
        *(
            "Rjycnfynbyjgjkmcrbq",
            "Kонстантинопoльский",
            "К о н с т а н т и н о п о л ь с к и й",
            "Констан\u00adтинопольский",
        ),
    ],
    ids=ascii,
)
def test_the_own_name_and_its_parts_are_tried_first(own: str) -> None:
    assert fault(own) == "too_common"
    assert clean_password("Константинопольский", VERA, "Вера Соколова") == "Константинопольский"


@pytest.mark.rule("E16")
@pytest.mark.parametrize(
    "fine",
    [
        *(
            "correct horse battery",
            "a long walk on the beach",
            "пароль из слов",
            "поросёнок в углу",
            "x9$kqpL2vZ",
            "tR7 lake moss",
        ),
        *("мама мыла раму", "another long password", "blue kettle 17 hums", "Кот наплакал 7", "👩\u200d⚖️ und 3 Äpfel"),
        *(
            "$#^@!&*%~x",
            "!@!!@#@!@#!",
            "—“„…¿¡«»§¶•",
            "Kx-7q_Lm.2p",
            "каштан ёлка",
            "서울의 봄밤은 짧다",
            "吾輩は猫である名前はまだ",
        ),
    ],
    ids=ascii,
)
def test_a_password_that_nobody_would_try_first_is_taken(fine: str) -> None:
    assert fault(fine) is None


@given(st.text(min_size=1, max_size=PASSWORD_AT_MOST))
def test_how_soon_any_text_is_guessed_can_be_said(password: str) -> None:
    assert 0 <= guesses_log10(password, VERA, NAME) <= 1.5 * 3 * PASSWORD_AT_MOST
