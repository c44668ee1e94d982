"""Countries by ISO 3166-1 alpha-2 code, with their United Nations regions.

Source: United Nations Statistics Division, standard country or area codes for statistical use (M49),
read in 2025. TW is in ISO 3166-1 and not in M49; it stands here under its geography.
"""

from __future__ import annotations

from mdfm_ledger.errors import InvalidFieldError

_BY_REGION: tuple[tuple[str, str, str], ...] = (
    ("Africa", "Northern Africa", "DZ EG EH LY MA SD TN"),
    (
        "Africa",
        "Sub-Saharan Africa",
        "AO BF BI BJ BW CD CF CG CI CM CV DJ ER ET GA GH GM GN GQ GW IO KE KM LR LS MG ML MR MU "
        "MW MZ NA NE NG RE RW SC SH SL SN SO SS ST SZ TD TF TG TZ UG YT ZA ZM ZW",
    ),
    (
        "Americas",
        "Latin America and the Caribbean",
        "AG AI AR AW BB BL BO BQ BR BS BV BZ CL CO CR CU CW DM DO EC FK GD GF GP GS GT GY HN HT "
        "JM KN KY LC MF MQ MS MX NI PA PE PR PY SR SV SX TC TT UY VC VE VG VI",
    ),
    ("Americas", "Northern America", "BM CA GL PM US"),
    ("Antarctica", "Antarctica", "AQ"),
    ("Asia", "Central Asia", "KG KZ TJ TM UZ"),
    ("Asia", "Eastern Asia", "CN HK JP KP KR MN MO TW"),
    ("Asia", "South-eastern Asia", "BN ID KH LA MM MY PH SG TH TL VN"),
    ("Asia", "Southern Asia", "AF BD BT IN IR LK MV NP PK"),
    ("Asia", "Western Asia", "AE AM AZ BH CY GE IL IQ JO KW LB OM PS QA SA SY TR YE"),
    ("Europe", "Eastern Europe", "BG BY CZ HU MD PL RO RU SK UA"),
    ("Europe", "Northern Europe", "AX DK EE FI FO GB GG IE IM IS JE LT LV NO SE SJ"),
    ("Europe", "Southern Europe", "AD AL BA ES GI GR HR IT ME MK MT PT RS SI SM VA"),
    ("Europe", "Western Europe", "AT BE CH DE FR LI LU MC NL"),
    ("Oceania", "Australia and New Zealand", "AU CC CX HM NF NZ"),
    ("Oceania", "Melanesia", "FJ NC PG SB VU"),
    ("Oceania", "Micronesia", "FM GU KI MH MP NR PW UM"),
    ("Oceania", "Polynesia", "AS CK NU PF PN TK TO TV WF WS"),
)

REGIONS: dict[str, tuple[str, str]] = {
    code: (region, sub_region) for region, sub_region, codes in _BY_REGION for code in codes.split()
}
"""Region and sub-region of each country, by alpha-2 code."""


def require_country(code: str) -> None:
    """Raise InvalidFieldError unless ``code`` is empty or an ISO 3166-1 alpha-2 code."""
    if code and code not in REGIONS:
        raise InvalidFieldError(field="country", problem=f"{code[:10]!r} is no ISO 3166-1 alpha-2 code")
