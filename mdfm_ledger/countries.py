"""Countries by ISO 3166-1 alpha-2 code, with their names and their United Nations regions.

Source: United Nations Statistics Division, standard country or area codes for statistical use (M49),
read in 2025. M49 gives Antarctica no region; it is its own here. TW is in ISO 3166-1 and not in M49;
it stands here under its geography, by the common name in pycountry's copy of ISO 3166-1.
"""

from __future__ import annotations

from mdfm_ledger.errors import InvalidFieldError

# Region, sub-region, and its countries: code and name, divided by semicolons.
_BY_REGION: tuple[tuple[str, str, str], ...] = (
    (
        "Africa",
        "Northern Africa",
        "DZ Algeria; EG Egypt; EH Western Sahara; LY Libya; MA Morocco; SD Sudan; TN Tunisia",
    ),
    (
        "Africa",
        "Sub-Saharan Africa",
        "AO Angola; BF Burkina Faso; BI Burundi; BJ Benin; BW Botswana; "
        "CD Democratic Republic of the Congo; CF Central African Republic; CG Congo; CI Côte d’Ivoire; "
        "CM Cameroon; CV Cabo Verde; DJ Djibouti; ER Eritrea; ET Ethiopia; GA Gabon; GH Ghana; GM Gambia; "
        "GN Guinea; GQ Equatorial Guinea; GW Guinea-Bissau; IO British Indian Ocean Territory; KE Kenya; "
        "KM Comoros; LR Liberia; LS Lesotho; MG Madagascar; ML Mali; MR Mauritania; MU Mauritius; "
        "MW Malawi; MZ Mozambique; NA Namibia; NE Niger; NG Nigeria; RE Réunion; RW Rwanda; SC Seychelles; "
        "SH Saint Helena; SL Sierra Leone; SN Senegal; SO Somalia; SS South Sudan; "
        "ST Sao Tome and Principe; SZ Eswatini; TD Chad; TF French Southern Territories; TG Togo; "
        "TZ United Republic of Tanzania; UG Uganda; YT Mayotte; ZA South Africa; ZM Zambia; ZW Zimbabwe",
    ),
    (
        "Americas",
        "Latin America and the Caribbean",
        "AG Antigua and Barbuda; AI Anguilla; AR Argentina; AW Aruba; BB Barbados; BL Saint Barthélemy; "
        "BO Bolivia (Plurinational State of); BQ Bonaire, Sint Eustatius and Saba; BR Brazil; BS Bahamas; "
        "BV Bouvet Island; BZ Belize; CL Chile; CO Colombia; CR Costa Rica; CU Cuba; CW Curaçao; "
        "DM Dominica; DO Dominican Republic; EC Ecuador; FK Falkland Islands (Malvinas); GD Grenada; "
        "GF French Guiana; GP Guadeloupe; GS South Georgia and the South Sandwich Islands; GT Guatemala; "
        "GY Guyana; HN Honduras; HT Haiti; JM Jamaica; KN Saint Kitts and Nevis; KY Cayman Islands; "
        "LC Saint Lucia; MF Saint Martin (French Part); MQ Martinique; MS Montserrat; MX Mexico; "
        "NI Nicaragua; PA Panama; PE Peru; PR Puerto Rico; PY Paraguay; SR Suriname; SV El Salvador; "
        "SX Sint Maarten (Dutch part); TC Turks and Caicos Islands; TT Trinidad and Tobago; UY Uruguay; "
        "VC Saint Vincent and the Grenadines; VE Venezuela (Bolivarian Republic of); "
        "VG British Virgin Islands; VI United States Virgin Islands",
    ),
    (
        "Americas",
        "Northern America",
        "BM Bermuda; CA Canada; GL Greenland; PM Saint Pierre and Miquelon; US United States of America",
    ),
    ("Antarctica", "Antarctica", "AQ Antarctica"),
    ("Asia", "Central Asia", "KG Kyrgyzstan; KZ Kazakhstan; TJ Tajikistan; TM Turkmenistan; UZ Uzbekistan"),
    (
        "Asia",
        "Eastern Asia",
        "CN China; HK China, Hong Kong Special Administrative Region; JP Japan; "
        "KP Democratic People's Republic of Korea; KR Republic of Korea; MN Mongolia; "
        "MO China, Macao Special Administrative Region; TW Taiwan",
    ),
    (
        "Asia",
        "South-eastern Asia",
        "BN Brunei Darussalam; ID Indonesia; KH Cambodia; LA Lao People's Democratic Republic; MM Myanmar; "
        "MY Malaysia; PH Philippines; SG Singapore; TH Thailand; TL Timor-Leste; VN Viet Nam",
    ),
    (
        "Asia",
        "Southern Asia",
        "AF Afghanistan; BD Bangladesh; BT Bhutan; IN India; IR Iran (Islamic Republic of); LK Sri Lanka; "
        "MV Maldives; NP Nepal; PK Pakistan",
    ),
    (
        "Asia",
        "Western Asia",
        "AE United Arab Emirates; AM Armenia; AZ Azerbaijan; BH Bahrain; CY Cyprus; GE Georgia; IL Israel; "
        "IQ Iraq; JO Jordan; KW Kuwait; LB Lebanon; OM Oman; PS State of Palestine; QA Qatar; "
        "SA Saudi Arabia; SY Syrian Arab Republic; TR Türkiye; YE Yemen",
    ),
    (
        "Europe",
        "Eastern Europe",
        "BG Bulgaria; BY Belarus; CZ Czechia; HU Hungary; MD Republic of Moldova; PL Poland; RO Romania; "
        "RU Russian Federation; SK Slovakia; UA Ukraine",
    ),
    (
        "Europe",
        "Northern Europe",
        "AX Åland Islands; DK Denmark; EE Estonia; FI Finland; FO Faroe Islands; "
        "GB United Kingdom of Great Britain and Northern Ireland; GG Guernsey; IE Ireland; IM Isle of Man; "
        "IS Iceland; JE Jersey; LT Lithuania; LV Latvia; NO Norway; SE Sweden; "
        "SJ Svalbard and Jan Mayen Islands",
    ),
    (
        "Europe",
        "Southern Europe",
        "AD Andorra; AL Albania; BA Bosnia and Herzegovina; ES Spain; GI Gibraltar; GR Greece; HR Croatia; "
        "IT Italy; ME Montenegro; MK North Macedonia; MT Malta; PT Portugal; RS Serbia; SI Slovenia; "
        "SM San Marino; VA Holy See",
    ),
    (
        "Europe",
        "Western Europe",
        "AT Austria; BE Belgium; CH Switzerland; DE Germany; FR France; LI Liechtenstein; LU Luxembourg; "
        "MC Monaco; NL Netherlands (Kingdom of the)",
    ),
    (
        "Oceania",
        "Australia and New Zealand",
        "AU Australia; CC Cocos (Keeling) Islands; CX Christmas Island; "
        "HM Heard Island and McDonald Islands; NF Norfolk Island; NZ New Zealand",
    ),
    (
        "Oceania",
        "Melanesia",
        "FJ Fiji; NC New Caledonia; PG Papua New Guinea; SB Solomon Islands; VU Vanuatu",
    ),
    (
        "Oceania",
        "Micronesia",
        "FM Micronesia (Federated States of); GU Guam; KI Kiribati; MH Marshall Islands; "
        "MP Northern Mariana Islands; NR Nauru; PW Palau; UM United States Minor Outlying Islands",
    ),
    (
        "Oceania",
        "Polynesia",
        "AS American Samoa; CK Cook Islands; NU Niue; PF French Polynesia; PN Pitcairn; TK Tokelau; "
        "TO Tonga; TV Tuvalu; WF Wallis and Futuna Islands; WS Samoa",
    ),
)

REGIONS: dict[str, tuple[str, str]] = {
    country[:2]: (region, sub_region)
    for region, sub_region, countries in _BY_REGION
    for country in countries.split("; ")
}
"""Region and sub-region of each country, by alpha-2 code."""

_NAMES = {country[:2]: country[3:] for _, _, countries in _BY_REGION for country in countries.split("; ")}


def is_country(code: str) -> bool:
    """Whether ``code`` is an officially assigned ISO 3166-1 alpha-2 code, in capitals."""
    return code in REGIONS


def require_country(code: str) -> None:
    """Raise InvalidFieldError unless ``code`` is empty or an ISO 3166-1 alpha-2 code."""
    if code:
        _require_known(code)


def country_name(code: str) -> str:
    """The English name of a country. Raises InvalidFieldError."""
    _require_known(code)
    return _NAMES[code]


def region(code: str) -> str:
    """The region of a country, such as Africa. Raises InvalidFieldError."""
    _require_known(code)
    return REGIONS[code][0]


def _require_known(code: str) -> None:
    if not is_country(code):
        raise InvalidFieldError(field="country", problem=f"{code[:10]!r} is no ISO 3166-1 alpha-2 code")
