"""The complaints that spreadsheet programs leave in cells instead of values."""

from __future__ import annotations

from cohort_stats.rawtable import CellError

_ENGLISH = (
    "#N/A #REF! #DIV/0! #VALUE! #NAME? #NUM! #NULL! #SPILL! #CALC! #FIELD! #BLOCKED! #CONNECT! "
    "#BUSY! #UNKNOWN! #GETTING_DATA #EXTERNAL! #PYTHON! #TIMEOUT! #ERROR!"
)
#: As Excel writes them to text files in German, French, Spanish, Italian, Portuguese, Russian.
_OTHERS = (
    "#NV #BEZUG! #WERT! #ZAHL! #NULL! #ÜBERLAUF! #NOM? #VALEUR! #NOMBRE! #NUL! #PROPAGATION! "
    "#¡DIV/0! #¡VALOR! #¡REF! #¿NOMBRE? #¡NUM! #¡NULO! #NOME? #VALORE! #RIF! #NULLO! "
    "#N/D #VALOR! #NÚM! #NULO! #ССЫЛКА! #ДЕЛ/0! #ЗНАЧ! #ИМЯ? #ЧИСЛО! #ПУСТО! #Н/Д"
)
#: LibreOffice shows some by number.
_NUMBERED = tuple(f"Err:{number}" for number in range(501, 541))
COMPLAINTS = frozenset((*_ENGLISH.split(), *_OTHERS.split(), *_NUMBERED))


def error_cell(complaint: str) -> CellError:
    """The cell in which a spreadsheet program shows this complaint."""
    return CellError(f"the error {complaint}")
