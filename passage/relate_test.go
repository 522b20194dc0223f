package passage

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// article returns a text written for this project, without the frame of its
// page.
func article(t testing.TB, name string) string {
	b, err := os.ReadFile(filepath.Join("..", "testdata", "articles", name+".txt"))
	require.NoError(t, err)
	return strings.TrimSpace(string(b))
}

// paragraphs returns those of a text that are longer than a headline.
func paragraphs(text string) []string {
	var out []string
	for p := range strings.SplitSeq(text, "\n") {
		if len(p) > 150 {
			out = append(out, p)
		}
	}
	return out
}

func join(p ...[]string) string {
	var all []string
	for _, q := range p {
		all = append(all, q...)
	}
	return strings.Join(all, "\n\n")
}

// Of two articles every relation can be made, in any script.
func TestRelations(t *testing.T) {
	for lang, names := range map[string][2]string{
		"en": {"en-harbour-original", "en-harbour-report-a"},
		"es": {"es-embalse-original", "es-embalse-report"},
		"ar": {"ar-tahliya-original", "ar-maktaba-report"},
		"zh": {"zh-matou-original", "zh-matou-report"},
		"ja": {"ja-tetsudo-original", "ja-wasabi-report"},
	} {
		t.Run(lang, func(t *testing.T) {
			p, q := paragraphs(article(t, names[0])), paragraphs(article(t, names[1]))
			require.GreaterOrEqual(t, min(len(p), len(q)), 4)
			n, half := len(p), len(p)/2
			longest := p[0]
			for _, s := range p {
				if len(s) > len(longest) {
					longest = s
				}
			}
			text := join(p)
			menu := strings.Repeat("Home\nNews\nSport\nShare\n", 5)
			for _, c := range []struct {
				name string
				with string
				want Relation
			}{
				{"itself", " " + text, Copy},
				{"a headline", "Another headline\n\n" + text, Copy},
				{"a page", menu + "\n" + text + "\n\n" + menu, Copy},
				{"the first half", join(p[:half]), Excerpt},
				{"inside a longer text", join(q, p, q[:2]), Excerpt},
				{"its end new", join(p[:n-1], q[:1], q[2:3]), Revision},
				{"a paragraph of it", join(q[:2], []string{longest}, q[2:]), Derived},
				{"other text", join(q), Unrelated},
				{"nothing", "", Unrelated},
			} {
				var a Aligner
				var dst Alignment
				got := a.Compare(&dst, Document{Text: text}, Document{Text: c.with}, Corpus{})
				assert.Equal(t, c.want, got.Relation, "%s: %s %+v", c.name, got.Reason, got.Evidence)
				checkJudgement(t, &a, text, c.with)
			}
		})
	}
}

// fill puts facts into a form, a word with a sign for each.
func fill(form string, facts ...string) string {
	for _, f := range facts {
		form = strings.Replace(form, "@", f, 1)
	}
	return form
}

func TestForms(t *testing.T) {
	for name, c := range map[string]struct {
		form string
		a, b []string
	}{
		"en": {
			"The Office for Lakes said on Friday that the water at @ stood at @ centimetres in the morning, @ more than a week ago. Bathing is allowed from @ degrees on; the wardens measured @ at noon. Boats may leave the pier at @ until @ in the evening. Who has questions can ring the office at any time of the day.",
			[]string{"Ormsea", "412", "7", "16", "18", "Ormsea", "9"},
			[]string{"Tallow", "268", "31", "15", "21", "Tallow", "8"},
		},
		"de": {
			"Am @ hat die Wetterwarte in @ genau @ Liter Regen gemessen. Das sind @ Liter mehr als im Mittel der letzten zehn Jahre. Die Temperatur lag bei @ Grad und fiel bis zum Abend auf @ Grad. Wer die Werte selbst ablesen will, kann die Warte jeden Tag besuchen, der Eintritt ist frei.",
			[]string{"Montag", "Kaltbrunn", "23", "4", "17", "9"},
			[]string{"Samstag", "Hohenau", "51", "32", "12", "6"},
		},
		"ar": {
			"أعلن مرصد الوادي أن درجة الحرارة بلغت اليوم @ درجة وأن سرعة الرياح وصلت إلى @ كيلومتراً في الساعة. وذكر المرصد أن كمية الأمطار بلغت @ مليمتراً خلال يوم واحد. وأضاف أن مستوى الماء في السد ارتفع إلى @ متراً ويمكن للزوار متابعة القراءات كل صباح على اللوح المعلق عند المدخل.",
			[]string{"31", "12", "4", "55"},
			[]string{"24", "27", "19", "61"},
		},
		"zh": {
			"气象站今天公布，昨日最高气温@度，最低气温@度，降雨@毫米。江面水位升到@厘米，比上周高了@厘米。渡口照常开放，想了解数据的居民可以每天早上到站里的告示牌前查看，不收任何费用。",
			[]string{"31", "22", "4", "512", "8"},
			[]string{"24", "17", "36", "587", "45"},
		},
	} {
		x, y := fill(c.form, c.a...), fill(c.form, c.b...)
		var a Aligner
		got := a.Relate(sequence(x), sequence(y), Corpus{})
		assert.Equal(t, Template, got.Relation, "%s %s %+v", name, got.Reason, got.Evidence)
		assert.Equal(t, OtherFacts, got.Reason)
	}
}

// One office that announces the same thing for two towns changes a name or two.
func TestOneSiteExchangesNames(t *testing.T) {
	form := "The ministry has granted money for the school in @. " + quote + " " + past
	x, y := fill(form, "Ormsea"), fill(form, "Tallow")
	x, y = strings.Replace(x, "Passengers", "Pupils of Ormsea", 1), strings.Replace(y, "Passengers", "Pupils of Tallow", 1)
	var a Aligner
	assert.Equal(t, Copy, a.Relate(sequence(x), sequence(y), Corpus{}).Relation)
	assert.Equal(t, Template, a.Relate(sequence(x), sequence(y), Corpus{SameSite: true}).Relation)
	assert.Equal(t, Template, a.Relate(sequence(x), sequence(y), Corpus{Others: 3}).Relation)
	assert.Equal(t, Copy, a.Relate(sequence(x), sequence(y), Corpus{Others: 2}).Relation)
}

// Numbers and names written in another way are no other facts.
func TestSpellingIsNoExchange(t *testing.T) {
	x := "The yard paid 2500 crowns on Monday, 1.250 more than in May. " + lead + " " + quote
	y := "The yard paid 2,500 crowns on Monday, 1250 more than in May. " + lead + " " + quote
	var a Aligner
	got := a.Relate(sequence(x), sequence(y), Corpus{})
	assert.Equal(t, Copy, got.Relation)
	assert.Zero(t, got.Facts)
}

// A paywall text on many pages looks like a copy until that is known.
func TestWhatOthersTell(t *testing.T) {
	teaser := func(s string) string { return s + "\n\n" + lead + " " + quote + "\n\n" + past + " " + end }
	x := sequence(teaser("Rents rise in the old town for the third year in a row, a survey says."))
	y := sequence(teaser("A young seal has been found far up the river and nobody knows how."))
	var a Aligner
	assert.Equal(t, Copy, a.Relate(x, y, Corpus{}).Relation)
	got := a.Relate(x, y, Corpus{Boilerplate: 1, BoilerplateA: .9, BoilerplateB: .9})
	assert.Equal(t, Template, got.Relation)
	assert.Equal(t, Known, got.Reason)
	// Some boilerplate below an article does not make it one.
	assert.True(t, a.Relate(x, y, Corpus{Boilerplate: .3, BoilerplateA: .3, BoilerplateB: .3}).Relation.SameArticle())
}

// Two pages of a site begin and end alike.
func TestFramed(t *testing.T) {
	head := "Read the paper of the valley for a month without paying anything, and stop whenever you like. Nobody will ring you, and no letter will come."
	foot := "Do you have a story for us? Ring the desk on weekdays between nine and four, or leave a note in the box below the stairs. We answer every letter that has a name below it, though not always in the week in which it came. The paper is printed beside the mill and brought to your door by bicycle."
	w := newWriter(21)
	page := func() string { return head + "\n\n" + text(w.article(1500)) + "\n\n" + foot }
	var a Aligner
	got := a.Relate(sequence(page()), sequence(page()), Corpus{})
	assert.Equal(t, Template, got.Relation)
	assert.Equal(t, Framed, got.Reason)
}

// Little text is enough for a copy, and not for more.
func TestFewWords(t *testing.T) {
	brief := "Ferry out of service until Monday, divers find a crack in its hull."
	var a Aligner
	assert.Equal(t, Copy, a.Relate(sequence(brief), sequence("Now: "+brief), Corpus{}).Relation)
	assert.Equal(t, Unrelated, a.Relate(sequence(brief), sequence(brief+" "+quote), Corpus{}).Relation)
	assert.Equal(t, Copy, a.Relate(sequence("Rain"), sequence("Rain!"), Corpus{}).Relation)
	assert.Equal(t, Unrelated, a.Relate(nil, nil, Corpus{}).Relation)
}

func TestRelationNames(t *testing.T) {
	assert.Equal(t, []Relation{"copy", "excerpt", "revision", "derived", "template", "unrelated"}, relations)
	for _, r := range relations {
		assert.Equal(t, r == Copy || r == Excerpt || r == Revision, r.SameArticle())
	}
	for r := TooLittle; r <= Known; r++ {
		assert.NotContains(t, r.String(), "Reason(")
	}
	assert.Equal(t, "Reason(99)", Reason(99).String())
}

func TestRelateAllocatesNothing(t *testing.T) {
	w := newWriter(22)
	s := w.article(4500)
	x, y := sequence(text(s)), sequence(text(w.revise(s)))
	var a Aligner
	a.Relate(x, y, Corpus{})
	assert.Zero(t, testing.AllocsPerRun(20, func() { a.Relate(x, y, Corpus{Others: 1}) }))
}
