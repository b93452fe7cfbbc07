package holidays

import (
	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/au"
	"github.com/rickar/cal/v2/br"
	"github.com/rickar/cal/v2/ca"
	"github.com/rickar/cal/v2/de"
	"github.com/rickar/cal/v2/es"
	"github.com/rickar/cal/v2/fr"
	"github.com/rickar/cal/v2/gb"
	"github.com/rickar/cal/v2/ie"
	"github.com/rickar/cal/v2/it"
	"github.com/rickar/cal/v2/jp"
	"github.com/rickar/cal/v2/mx"
	"github.com/rickar/cal/v2/nl"
	"github.com/rickar/cal/v2/nz"
	"github.com/rickar/cal/v2/us"
	"github.com/rickar/cal/v2/za"
)

// Countries are those whose holidays are known, by their English names. Where regions differ,
// they are the holidays of the whole country.
var Countries = []Country{
	{"AU", "Australia", []*cal.Holiday{ // the library knows lists of states only
		au.NewYear, au.AustraliaDay, au.GoodFriday, au.EasterMonday, au.AnzacDay, au.ChristmasDay, au.BoxingDay,
	}},
	{"BR", "Brazil", br.Holidays},
	{"CA", "Canada", ca.Holidays},
	{"FR", "France", fr.Holidays},
	{"DE", "Germany", de.Holidays},
	{"IE", "Ireland", ie.Holidays},
	{"IT", "Italy", it.Holidays},
	{"JP", "Japan", jp.Holidays},
	{"MX", "Mexico", mx.Holidays},
	{"NL", "Netherlands", nl.Holidays},
	{"NZ", "New Zealand", nz.Holidays},
	{"ZA", "South Africa", za.Holidays},
	{"ES", "Spain", es.Holidays},
	{"GB", "United Kingdom", gb.Holidays},
	{"US", "United States", us.Holidays},
}

// inEnglish are names that are not English in the library.
var inEnglish = map[string]string{
	"Ano Novo":                   "New Year's Day",
	"Carnaval":                   "Carnival",
	"Sexta-feira Santa":          "Good Friday",
	"Tiradentes":                 "Tiradentes Day",
	"Dia do Trabalhador":         "Labour Day",
	"Corpus Christi":             "Corpus Christi",
	"Independência do Brasil":    "Independence Day",
	"Nossa Senhora Aparecida":    "Our Lady of Aparecida",
	"Finados":                    "All Souls' Day",
	"Proclamação da República":   "Republic Day",
	"Dia da Consciência Negra":   "Black Awareness Day",
	"Natal":                      "Christmas Day",
	"Nouvel an":                  "New Year's Day",
	"Lundi de Pâques":            "Easter Monday",
	"Fête du Travail":            "Labour Day",
	"Fête de la Victoire":        "Victory Day",
	"Ascension":                  "Ascension Day",
	"Lundi de Pentecôte":         "Whit Monday",
	"Fête Nationale":             "Bastille Day",
	"Assomption":                 "Assumption Day",
	"Toussaint":                  "All Saints' Day",
	"Armistice de 1918":          "Armistice Day",
	"Noël":                       "Christmas Day",
	"Neujahrstag":                "New Year's Day",
	"Karfreitag":                 "Good Friday",
	"Ostermontag":                "Easter Monday",
	"Tag der Arbeit":             "Labour Day",
	"Christi Himmelfahrt":        "Ascension Day",
	"Pfingstmontag":              "Whit Monday",
	"Tag der Deutschen Einheit":  "German Unity Day",
	"Reformationstag":            "Reformation Day",
	"Weihnachtstag":              "Christmas Day",
	"Zweiter Weihnachtsfeiertag": "Second Day of Christmas",
	"Capodanno":                  "New Year's Day",
	"Epifania":                   "Epiphany",
	"Pasquetta":                  "Easter Monday",
	"Festa della Liberazione":    "Liberation Day",
	"Festa del Lavoro":           "Labour Day",
	"Festa della Repubblica":     "Republic Day",
	"Assunzione":                 "Assumption Day",
	"Tutti i santi":              "All Saints' Day",
	"Immacolata Concezione":      "Immaculate Conception",
	"Natale":                     "Christmas Day",
	"Santo Stefano":              "Saint Stephen's Day",
	"Nieuwjaarsdag":              "New Year's Day",
	"Goede Vrijdag":              "Good Friday",
	"Eerste Paasdag":             "Easter Sunday",
	"Tweede Paasdag":             "Easter Monday",
	"Koningsdag":                 "King's Day",
	"Bevrijdingsdag":             "Liberation Day",
	"Hemelvaartsdag":             "Ascension Day",
	"Eerste Pinksterdag":         "Whit Sunday",
	"Tweede Pinksterdag":         "Whit Monday",
	"Eerste Kerstdag":            "Christmas Day",
	"Tweede Kerstdag":            "Second Day of Christmas",
	"Año Nuevo":                  "New Year's Day",
	"Día de Reyes":               "Epiphany",
	"Viernes Santo":              "Good Friday",
	"Día del Trabajador":         "Labour Day",
	"Asunción":                   "Assumption Day",
	"Fiesta Nacional de España":  "National Day",
	"Día de todos los Santos":    "All Saints' Day",
	"Día de la Constitución":     "Constitution Day",
	"Inmaculada Concepción":      "Immaculate Conception",
	"Navidad":                    "Christmas Day",
	"Early May":                  "Early May Bank Holiday",
	"Saint Brigid’s Day":         "Saint Brigid's Day",
}
