package shingle

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// A language is an alphabet in the rough proportions of running text, with
// what its sentences are made of.
type language struct {
	lang, alphabet, stop, comma string

	marks     string // one is put after one letter in five
	low, high int    // letters in a word, or in a phrase where words are not spaced
	spaced    bool
}

var languages = []language{
	{lang: "en", alphabet: "eeeeeeeeetttttttaaaaaaooooooiiiiiinnnnnnsssssshhhhhrrrrrdddlllcccuuummwwffggyyppbvk", stop: ". ", comma: ", ", low: 1, high: 8, spaced: true},
	{lang: "de", alphabet: "eeeeeeeeeeeennnnnnniiiiiissssssrrrrrraaaaattttdddduuulllhhhcccgggmmmooobbwwffkkzzppvüäöß", stop: ". ", comma: ", ", low: 2, high: 11, spaced: true},
	{lang: "ru", alphabet: "ооооооооеееееееаааааааиииииинннннттттттсссссррррвввввллллккккмммддддппуууяяыыььггззббчйхжшюцщэфё", stop: ". ", comma: ", ", low: 2, high: 11, spaced: true},
	{lang: "ar", alphabet: "اااااااااالللللللللييييييممممموووونننررررتتتتبببةةععددفففسسقككهههجحأشطصخذضثإئءؤزغظى", stop: ". ", comma: "، ", low: 2, high: 8, spaced: true},
	{lang: "zh", alphabet: "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知民样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化由却代军产入先山五太水万市眼体别处总才场师书比住员九笑性通目华报立马命张活难神数件安表原车白应路期叫死常提感金何更反合放做系计或司利受光王果亲界及今京务制解各任至清物台象记边共风战干接它许八特觉望直服毛林题建南度统色字请交爱让认算论百吃义科怎元社术结六功指思非流每青管夫连远资队跟带花快条院变联权往展该领传近留红治决周保达办运武半候七必城父强步完革深区即求品士转量空甚众技轻程告江语英基派满式李息写呢识极令黄德收脸钱党倒未持取设始版双历越史商千片容研像找友孩站广改议形委早房音火际则首单据导影失拿网香似斯专石若兵弟谁校读志飞观争究包组造落视济喜离虽坏兴切", stop: "。", comma: "，", low: 4, high: 16},
	{lang: "th", alphabet: "กกกขคคงงงจชซดดตตททนนนนบบปปผพพฟภมมมยยรรรลลววสสหหอออาาาเเเแโไใะ", marks: "่้ิีุูั์ำ", stop: " ", comma: " ", low: 10, high: 30},
}

// articles writes n articles of about 4.5 kB.
func (l language) articles(n int) []string {
	letters, marks := []rune(l.alphabet), []rune(l.marks)
	random := rand.New(rand.NewPCG(uint64(len(letters)), 1))
	var out []string
	for range n {
		var b strings.Builder
		line := 0
		for b.Len() < 4500 {
			words := 4 + random.IntN(12)
			for w := range words {
				for c := range l.low + random.IntN(l.high-l.low+1) {
					r := letters[random.IntN(len(letters))]
					if c == 0 && w == 0 {
						r = []rune(strings.ToUpper(string(r)))[0]
					}
					b.WriteRune(r)
					if len(marks) > 0 && random.IntN(5) == 0 {
						b.WriteRune(marks[random.IntN(len(marks))])
					}
				}
				switch {
				case w+1 == words:
					b.WriteString(l.stop)
				case random.IntN(10) == 0:
					b.WriteString(l.comma)
				case l.spaced:
					b.WriteByte(' ')
				}
			}
			if line++; line%6 == 0 {
				b.WriteString("\n\n")
			}
		}
		out = append(out, b.String())
	}
	return out
}

func BenchmarkShingle(b *testing.B) {
	for _, l := range languages {
		b.Run("lang="+l.lang, func(b *testing.B) {
			texts := l.articles(64) // more than the branch predictor learns by heart
			s, err := New(Options{})
			if err != nil {
				b.Fatal(err)
			}
			var text Text
			size, i := 0, 0
			for _, t := range texts {
				s.Shingle(&text, t)
				size += len(t)
			}
			b.SetBytes(int64(size / len(texts)))
			b.ReportAllocs()
			for b.Loop() {
				s.Shingle(&text, texts[i%len(texts)])
				i++
			}
		})
	}
}
