"""Budget plans: lines that add up to the target of a term, with names in three languages.

Two plans ship with the package, both from the draft strategy of the UNESCO Global Network of
Learning Cities (2019-2021): the MDFM term and the thematic clusters.
"""

from __future__ import annotations

from collections import Counter
from functools import cached_property, lru_cache

from attrs import field, frozen

from mdfm_ledger.errors import InvalidFieldError, UnknownActivityError, UnknownPlanError
from mdfm_ledger.fields import optional_reference, optional_text, positive_amount, reference, several, text
from mdfm_ledger.money import Amount


@frozen(kw_only=True)
class Names:
    """A name in English, and in French and Spanish where there is one."""

    en: str = text()
    fr: str = optional_text()
    es: str = optional_text()

    def text(self, language: str) -> str:
        """The name in that language; the English one where there is none."""
        return {"fr": self.fr, "es": self.es}.get(language, "") or self.en


@frozen(kw_only=True)
class Area:
    """A work area, by its code in the plan."""

    code: str = reference()
    names: Names = field()


@frozen(kw_only=True)
class BudgetLine:
    """An activity: its code, its work area, what it is estimated to cost, and its cluster if any."""

    code: str = reference()
    area: str = reference()
    amount: Amount = positive_amount()
    names: Names = field()
    cluster: str = optional_reference()


@frozen(kw_only=True)
class BudgetPlan:
    """Areas, clusters if any, and activities; codes are unique over all three, amounts in one currency."""

    name: str = reference()
    areas: tuple[Area, ...] = several(Area)
    lines: tuple[BudgetLine, ...] = several(BudgetLine)
    clusters: tuple[Area, ...] = several(Area)

    def __attrs_post_init__(self) -> None:
        if not self.lines:
            raise InvalidFieldError(field="lines", problem="a plan has at least one line")
        if len({line.amount.currency for line in self.lines}) > 1:
            raise InvalidFieldError(field="lines", problem="are not all in one currency")
        for code, times in Counter(one.code for one in self._named).items():
            if times > 1:
                raise InvalidFieldError(field="lines", problem=f"the code {code} stands twice")
        self._require_known("area", {area.code for area in self.areas})
        self._require_known("cluster", {"", *(cluster.code for cluster in self.clusters)})

    def _require_known(self, kind: str, known: set[str]) -> None:
        for line in self.lines:
            if getattr(line, kind) not in known:
                problem = f"{line.code} names the {kind} {getattr(line, kind)}, which the plan does not have"
                raise InvalidFieldError(field="lines", problem=problem)

    @property
    def _named(self) -> tuple[Area | BudgetLine, ...]:
        return (*self.lines, *self.areas, *self.clusters)

    @property
    def currency(self) -> str:
        """The currency of all lines."""
        return self.lines[0].amount.currency

    @cached_property
    def target(self) -> Amount:
        """What the lines add up to."""
        return Amount(sum(line.amount.minor for line in self.lines), self.currency)

    @cached_property
    def codes(self) -> frozenset[str]:
        """The codes of all activities."""
        return frozenset(line.code for line in self.lines)

    @cached_property
    def area_codes(self) -> frozenset[str]:
        """The codes of all work areas."""
        return frozenset(area.code for area in self.areas)

    def line(self, code: str) -> BudgetLine:
        """The line of an activity. Raises UnknownActivityError."""
        for line in self.lines:
            if line.code == code:
                return line
        raise UnknownActivityError(activity=code, term=self.name, activities=", ".join(sorted(self.codes)))

    def amount_of(self, code: str) -> Amount:
        """The budget of an activity; nothing where the plan does not have it."""
        return self.line(code).amount if code in self.codes else Amount.zero(self.currency)

    def area_of(self, code: str) -> str:
        """The work area of an activity; empty where the plan does not have it."""
        return self.line(code).area if code in self.codes else ""

    def allows(self, earmark: str, activity: str) -> bool:
        """Whether money of that earmark, or of none, may go to the activity: itself, or one of its area."""
        return earmark in ("", activity, self.area_of(activity))

    def serves(self, earmark: str) -> bool:
        """Whether there is any activity that money of that earmark, or of none, may go to."""
        return any(self.allows(earmark, line.code) for line in self.lines)

    def label(self, code: str, language: str) -> str:
        """What an activity, a work area or a cluster is called. Raises UnknownActivityError."""
        names = {one.code: one.names for one in self._named}
        if code not in names:
            raise UnknownActivityError(activity=code, term=self.name, activities=", ".join(sorted(names)))
        return names[code].text(language)


def shipped_plans() -> tuple[str, ...]:
    """The names of the plans that ship with the package."""
    return tuple(sorted(_SHIPPED))


@lru_cache(maxsize=4)
def shipped_plan(name: str) -> BudgetPlan:
    """A plan that ships with the package. Raises UnknownPlanError."""
    if name not in _SHIPPED:
        raise UnknownPlanError(plan=name[:40], plans=", ".join(shipped_plans()))
    return _SHIPPED[name]()


def _usd(dollars: int) -> Amount:
    return Amount(dollars * 100, "USD")


_EXCHANGE = Names(
    en="Policy and practice exchange",
    fr="Échange de politiques et de pratiques",
    es="Intercambio de políticas y prácticas",
)
_CAPACITY = Names(
    en="Capacity-building and training",
    fr="Renforcement des capacités et formation",
    es="Creación de capacidad y formación",
)
_KNOWLEDGE = Names(
    en="Knowledge production and sharing",
    fr="Production et partage des connaissances et des savoirs",
    es="Creación e intercambio de conocimientos",
)
_COMMUNICATION = Names(en="Communication", fr="Communication", es="Comunicación")


def _rows(block: str) -> list[tuple[str, int, Names]]:
    """The rows of a table below: code and whole dollars on one line, then en, fr, es on one line each."""
    lines = [line.strip() for line in block.strip().splitlines()]
    rows = []
    for start in range(0, len(lines), 4):
        code, dollars = lines[start].split()
        en, fr, es = lines[start + 1 : start + 4]
        rows.append((code, int(dollars), Names(en=en, fr=fr, es=es)))
    return rows


# Source: strategy, part two, "Upon securing funding through the MDFM, UIL will undertake activities".
# The lines add up to 1,000,000; the printed total, "$1,000,00", is a misprint in all three languages.
_MDFM = """
1.1 200000
    Training modules on the thematic topics
    Modules de formation sur les thématiques
    Módulos de formación sobre las áreas temáticas
1.2 200000
    Workshops for policy-makers, focus on Africa and low-income countries
    Ateliers pour les décideurs, en mettant l'accent sur l'Afrique et les pays à faible revenu
    Seminarios para responsables de políticas, con especial atención a África y a los países de bajos ingresos
2.1 80000
    Best-practice analyses, handbook, toolkits
    Analyse des bonnes pratiques, manuel et trousseaux à outils
    Análisis de las mejores prácticas, manual y conjunto de herramientas
2.2 20000
    Policy briefs and recommendations
    Notes de politiques et recommandations
    Informes y recomendaciones de política
2.3 200000
    Research and analytical reports
    Recherche et rapports analytiques
    Investigación e informes analíticos
2.4 200000
    Indicators for monitoring and evaluation
    Indicateurs pour suivre et évaluer les progrès
    Indicadores para hacer un seguimiento y evaluar los progresos
3.1 100000
    Online communication platform
    Plate-forme de communication en ligne
    Plataforma de comunicación en línea
"""


def _mdfm() -> BudgetPlan:
    areas = {"1": _CAPACITY, "2": _KNOWLEDGE, "3": _COMMUNICATION}
    return BudgetPlan(
        name="mdfm",
        areas=tuple(Area(code=code, names=names) for code, names in areas.items()),
        lines=tuple(
            BudgetLine(code=code, area=code[0], amount=_usd(dollars), names=names)
            for code, dollars, names in _rows(_MDFM)
        ),
    )


# Source: strategy, part one, "The topics that the survey reveals to be of greatest interest".
_CLUSTERS = {
    "ESD": Names(
        en="Education for sustainable development",
        fr="Éducation au développement durable",
        es="Educación para el desarrollo sostenible",
    ),
    "EQI": Names(en="Equity and inclusion", fr="Équité et intégration", es="Equidad e inclusión"),
    "PME": Names(
        en="Educational planning, monitoring and evaluation",
        fr="Planification, suivi et évaluation de l'éducation",
        es="Planificación, monitoreo y evaluación de la educación",
    ),
    "GCE": Names(
        en="Global citizenship education",
        fr="Éducation à la citoyenneté mondiale",
        es="Educación para la ciudadanía global",
    ),
    "ENT": Names(en="Entrepreneurship", fr="Entrepreneuriat", es="Emprendimiento"),
    "HWB": Names(en="Health and well-being", fr="Santé et bien-être", es="Salud y bienestar"),
    "LIT": Names(en="Literacy", fr="Alphabétisation", es="Alfabetización"),
}

# Source: strategy, part one, "Proposed activities of the thematic clusters": what each cluster does.
# The French text numbers 3.2 as a second 3.1; 2.1 is printed as "50,000 x 2".
_CLUSTER_LINES = """
1.1 50000
    Objectives, goals and working plan of the cluster
    Objectifs, buts et plan de travail pour le pôle
    Objetivos, metas y plan de trabajo para el grupo
1.2 50000
    Thematic experts' meeting
    Rencontre thématique d'experts
    Reunión temática de expertos
1.3 50000
    Small-scale learning and exchange activities
    Activités d'apprentissage et d'échange sur une petite échelle
    Actividades de aprendizaje a pequeña escala e intercambio de información
1.4 10000
    Annual members' meeting
    Rencontre annuelle des membres du pôle
    Reunión anual de los miembros del grupo
2.1 100000
    Annual capacity-building workshops (2 × 50,000)
    Ateliers annuels de renforcement des capacités (2 × 50 000)
    Seminarios anuales de creación de capacidad (2 × 50 000)
3.1 50000
    Reports and case studies of best practice
    Rapports et études de cas sur les bonnes pratiques
    Informes y estudios de casos de buenas prácticas
3.2 20000
    Outcome analysis and progress report
    Analyse des résultats et rapport d'avancement
    Análisis de resultados e informe de progreso
4.1 20000
    Information for newsletter and bulletin
    Informations pour le bulletin d'information
    Información para el boletín de la GNLC y el boletín informativo
"""


def _clusters() -> BudgetPlan:
    areas = {"1": _EXCHANGE, "2": _CAPACITY, "3": _KNOWLEDGE, "4": _COMMUNICATION}
    rows = _rows(_CLUSTER_LINES)
    return BudgetPlan(
        name="clusters",
        areas=tuple(Area(code=code, names=names) for code, names in areas.items()),
        clusters=tuple(Area(code=code, names=names) for code, names in _CLUSTERS.items()),
        lines=tuple(
            BudgetLine(code=f"{cluster}-{code}", area=code[0], amount=_usd(usd), names=names, cluster=cluster)
            for cluster in _CLUSTERS
            for code, usd, names in rows
        ),
    )


_SHIPPED = {"mdfm": _mdfm, "clusters": _clusters}
