package origin

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// A marked text has the credits that are wanted in it: "⟦dpa|text⟧".
func TestCredits(t *testing.T) {
	for _, c := range []struct{ name, site, marked string }{
		{"dateline in a bracket", "", "OSLO (⟦AP|text⟧) — The harbour was closed on Monday after a crane fell."},
		{"dateline with a day", "", "OSLO, May 3 (⟦Reuters|text⟧) - The harbour was closed on Monday."},
		{"told", "", "The mayor told ⟦CNBC|citation⟧ that the bridge will open in spring."},
		{"photo", "", "The bridge in spring. (⟦AP|photo⟧ Photo/Jane Miller)\nThe council met on Tuesday and voted for the plan."},
		{"photo of a person", "", "Harbour reopens\nJane Miller, ⟦AP|photo⟧\nThe harbour was opened on Monday by the mayor."},
		{"writers", "", "Harbour reopens\nJane Miller and John Brook, ⟦Associated Press|text⟧\nThe harbour was opened on Monday by the mayor."},
		{"staff of an outlet", "courier.example", "Harbour reopens on Monday\nJane Miller and John Brook, ⟦USA TODAY|text⟧ Published 3:55 a.m. ET July 16, 2018\nThe harbour was opened on Monday by the mayor."},
		{"caption that names a broadcaster", "courier.example", "Harbour reopens\nThe mayor opened the harbour of the town on Monday morning. (CBS)\nThe harbour was opened on Monday by the mayor, who came by boat."},
		{"below a headline", "yahoo.com/news", "The harbour was opened on Monday by the mayor\n⟦CBS News|text⟧\nThe harbour was opened on Monday by the mayor of the town, who came by boat with two hundred guests."},
		{"quoted source", "", "Der Damm hielt stand, sagte sie am Abend. Quelle: \"⟦Guardian|citation⟧\""},
		{"photo via", "", "A boat in the harbour. (Jane Miller/Harbour Photos via ⟦AP|photo⟧)\nThe boat was found."},
		{"self", "cnn.com", "Lisbon (⟦CNN|self⟧)\nThe museum was opened on Friday by the mayor."},
		{"contributed", "foxnews.com", "The vote is on Friday.\n\nThe ⟦Associated Press|text⟧ contributed to this report."},
		{"originally appeared", "", "The vote is on Friday.\nThis article originally appeared on ⟦The Marrow Gazette|text⟧."},
		{"address", "", "The vote is on Friday.\nIf you reprint this, please indicate the source: ⟦https://gazette.example/12.html|text⟧"},
		{"copyright", "", "The vote is on Friday.\nCopyright 2018 ⟦The Associated Press|text⟧. All rights reserved."},
		{"explained", "", "The Office of Tree Surveys (OTS) said that the limes are healthy. The council was pleased."},
		{"German initials", "n-tv.de", "Der Damm hielt stand. Quelle: ⟦ntv.de|self⟧, rpe/⟦dpa|text⟧"},
		{"German slug", "RND_de", "Der Damm hielt stand, sagte sie am Abend.\n⟦RND|self⟧/⟦AFP|text⟧"},
		{"German citation", "", "Der Damm halte stand, sagte sie der ⟦Süddeutschen Zeitung|citation⟧ am Montag in München."},
		{"German picture", "", "Der Damm im Winter. Foto: ⟦dpa|photo⟧\nDer Rat der Stadt tagt am Dienstag."},
		{"French", "", "Le pont a été fermé, a déclaré le maire à l'⟦AFP|citation⟧ mardi soir."},
		{"French dateline", "", "PARIS (⟦AFP|text⟧) - Le pont a été fermé mardi soir après la crue."},
		{"Spanish", "", "El puente se cerró el martes por la noche. (⟦EFE|text⟧)"},
		{"Spanish source", "", "El puente se cerró el martes.\nFuente: ⟦Europa Press|text⟧"},
		{"Portuguese", "", "A ponte foi fechada na terça. Com informações da ⟦Agência Brasil|text⟧."},
		{"Italian", "", "Il ponte è stato chiuso martedì. (⟦ANSA|text⟧)"},
		{"Italian dateline", "", "(⟦ANSA|text⟧) - ROMA, 3 MAG - Il ponte è stato chiuso martedì sera."},
		{"Dutch", "", "De brug ging dinsdag dicht.\nBron: ⟦ANP|text⟧"},
		{"Dutch citation", "", "Volgens ⟦de Volkskrant|citation⟧ ging de brug dinsdag dicht voor verkeer."},
		{"Polish", "", "Most zamknięto we wtorek wieczorem. (⟦PAP|text⟧)"},
		{"Polish citation", "", "Most zamknięto we wtorek, dowiedziała się ⟦PAP|citation⟧ w ratuszu."},
		{"Turkish", "", "Köprü salı günü kapatıldı.\nKaynak: ⟦AA|text⟧"},
		{"Turkish citation", "", "Belediye başkanı ⟦Reuters|citation⟧'a konuştu ve köprünün açılacağını söyledi."},
		{"Russian", "", "МОСКВА, 3 мая — ⟦РИА Новости|text⟧. Мост закрыли во вторник вечером."},
		{"Russian citation", "", "Мост закрыли во вторник, сообщает ⟦ТАСС|citation⟧ вечером."},
		{"Russian self", "Mash", "Мост закрыли во вторник вечером.\n\nПодписывайся на ⟦Mash|self⟧"},
		{"Arabic", "", "الرياض - ⟦واس|text⟧\nأغلق الجسر مساء الثلاثاء بعد الأمطار."},
		{"Arabic with spaces", "", "برلين - ⟦د ب أ|text⟧\nأغلق الجسر مساء الثلاثاء بعد الأمطار."},
		{"Arabic inside a word", "", "أغلق الجسر الواسع مساء الثلاثاء بعد الأمطار الواسعة في المدينة."},
		{"Arabic citation", "", "وقال العمدة ل⟦رويترز|citation⟧ إن الجسر مغلق منذ مساء الثلاثاء."},
		{"Japanese", "", "【⟦共同|text⟧】橋は火曜日の夜に閉鎖された。市長は春に開くと述べた。"},
		{"Japanese citation", "", "⟦朝日新聞|citation⟧によると、橋は火曜日の夜に閉鎖された。"},
		{"Chinese", "", "⟦新华社|text⟧北京5月3日电 大桥星期二晚上关闭。市长说春天开放。"},
		{"Chinese citation", "", "据⟦路透社|citation⟧报道，大桥星期二晚上关闭。"},
		{"Chinese source", "", "大桥星期二晚上关闭。\n来源：⟦新华网|text⟧"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text, want := unmark(t, c.marked)
			var got []string
			for _, k := range Credits(text, c.site) {
				if k.Kind != Author {
					got = append(got, text[k.Start:k.End]+"|"+string(k.Kind))
				}
			}
			// The article before a name may be of it or not.
			for i := range want {
				if i < len(got) && strings.TrimPrefix(strings.ToLower(got[i]), "the ") == strings.TrimPrefix(strings.TrimPrefix(strings.ToLower(want[i]), "the "), "de ") {
					got[i] = want[i]
				}
			}
			require.Equal(t, want, got, text)
		})
	}
}

func unmark(t *testing.T, marked string) (text string, want []string) {
	t.Helper()
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(marked, "⟦")
		b.WriteString(before)
		if !ok {
			return b.String(), want
		}
		inside, after, ok := strings.Cut(rest, "⟧")
		require.True(t, ok)
		name, _, _ := strings.Cut(inside, "|")
		want = append(want, inside)
		b.WriteString(name)
		marked = after
	}
}

func TestTables(t *testing.T) {
	tables, err := parseTables(namesTSV, contextsTSV)
	require.NoError(t, err)
	require.Greater(t, len(tables.sources), 300)
	for _, s := range tables.sources {
		require.Contains(t, []string{"agency", "outlet", "release", "photo", "platform"}, s.Kind, s.Name)
	}
	for _, bad := range []string{"A\tagency\t", "A\tagency\t\tA\nA\tagency\t\tA"} {
		_, err := parseTables(bad, contextsTSV)
		require.Error(t, err, bad)
	}
	for _, bad := range []string{"en\tnothing\tleft\tany\tx", "en\ttext\tabove\tany\tx"} {
		_, err := parseTables(namesTSV, bad)
		require.Error(t, err, bad)
	}
}

func TestLookupSite(t *testing.T) {
	for site, want := range map[string]string{
		"https://www.apnews.com/a": "AP", "edition.cnn.com": "CNN", "news.yahoo.com": "Yahoo", "yahoo.com/news": "Yahoo",
		"RND_de": "RND", "Associated Press": "AP", "The Guardian": "Guardian", "РИА Новости": "RIA Novosti",
	} {
		s, ok := LookupSite(site)
		require.True(t, ok, site)
		require.Equal(t, want, s.Name, site)
	}
	for _, site := range []string{"", "marrow-gazette.example", "The Marrow Gazette"} {
		_, ok := LookupSite(site)
		require.False(t, ok, site)
	}
}

func FuzzCredits(f *testing.F) {
	f.Add("OSLO (AP) — The harbour was closed. (Jane Miller/AP)", "cnn.com")
	f.Add("الرياض - واس\nأغلق", "was")
	f.Add("【共同】橋は ©Reuters, rpe/dpa", "")
	f.Add("Source: (\xff", "x")
	f.Fuzz(func(t *testing.T, text, site string) {
		last := 0
		for _, c := range Credits(text, site) {
			require.LessOrEqual(t, last, c.Start)
			require.Less(t, c.Start, c.End)
			require.LessOrEqual(t, c.End, len(text))
			require.True(t, utf8.RuneStart(text[c.Start]) || !utf8.ValidString(text))
			require.NotEmpty(t, c.Name)
			last = c.Start
		}
	})
}
