package shingle

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// proseOf returns the stretches of text whose words are prose.
func proseOf(text string) []string {
	var s Shingler
	var out []string
	words := s.AppendWords(nil, text)
	for i := 0; i < len(words); i++ {
		if first := i; words[i].Prose {
			for i+1 < len(words) && words[i+1].Prose {
				i++
			}
			out = append(out, text[words[first].Start:words[i].End])
		}
	}
	return out
}

const (
	news = "The council agreed on Tuesday to rebuild the old bridge over the river. Work starts in May"
	more = "Residents had asked for it since the flood, and the mayor thanked them for their patience"
	thai = "คณะรัฐมนตรีมีมติเห็นชอบให้ก่อสร้างสะพานข้ามแม่น้ำแห่งใหม่ในเขตเมืองเก่า โดยจะเริ่มดำเนินการในเดือนพฤษภาคมปีหน้า"
)

func TestProse(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"nothing", "", nil},
		{"one paragraph", news + ".", []string{news}},
		{"no full stop at its end", news, []string{news}},
		{"too short", "Work starts in May. It ends soon.", nil},
		{"ten words", "One two three four five six seven eight nine ten.", []string{"One two three four five six seven eight nine ten"}},
		{"nine words", "One two three four five six seven eight nine.", nil},
		{"long, no sentence", strings.ReplaceAll(news, ".", ","), nil},
		{"question", "Who will pay for the bridge that the council wants to rebuild?", []string{"Who will pay for the bridge that the council wants to rebuild"}},
		{
			"paragraphs parted by a blank line, and a menu",
			"Home\nNews\nSport\nContact us\n\n" + news + ".\n\n" + more + ".\n\nShare\nPrint\nMore",
			[]string{news + ".\n\n" + more},
		},
		{
			"the same with CRLF",
			"Home\r\nNews\r\nSport\r\nContact us\r\n\r\n" + news + ".\r\n\r\n" + more + ".\r\n\r\nShare\r\nPrint",
			[]string{news + ".\r\n\r\n" + more},
		},
		{
			"one line a paragraph, no blank lines",
			"Home\n" + news + ".\n" + more + ".\nShare this\n",
			[]string{news + ".\n" + more},
		},
		{
			"hard-wrapped",
			"Menu\n\nThe council agreed on Tuesday to rebuild\nthe old bridge over the river that the\nflood\ncarried away. Done.\n\nPrint",
			// A line of fewer than six words ends its block: here a word too soon.
			nil,
		},
		{
			"hard-wrapped, of even width",
			"Menu\n\nThe council agreed on Tuesday to rebuild\nthe old bridge over the river that the\nflood carried away in the last\nyear.\n\nPrint",
			[]string{"The council agreed on Tuesday to rebuild\nthe old bridge over the river that the\nflood carried away in the last\nyear"},
		},
		{
			"no line breaks at all",
			"Home News Sport " + news + ". " + more + ". Share Print",
			[]string{"Home News Sport " + news + ". " + more + ". Share Print"},
		},
		{
			"teasers",
			"Council to rebuild the old bridge over the river\n\nMayor thanks residents for their patience after the flood\n\nRead more",
			nil,
		},
		{"numbers and names end no sentence", "Version 3.14 of example.com and 2.0 of node.js run 1.5 times faster than before", nil},
		{"ellipsis ends no sentence", "The council agreed on Tuesday to rebuild the old bridge over the ...", nil},
		{"quotes and brackets close a sentence", "(\"The council agreed to rebuild the old bridge over the river.\")", []string{"The council agreed to rebuild the old bridge over the river"}},
		{"German quotes", "„Der Rat will die alte Brücke über den Fluss wieder aufbauen.“", []string{"Der Rat will die alte Brücke über den Fluss wieder aufbauen"}},
		{"lost space", "They thanked the workers.The council agreed to rebuild the old bridge", []string{"They thanked the workers.The council agreed to rebuild the old bridge"}},
		{
			"address inside a paragraph",
			"The council agreed on Tuesday to rebuild https://example.org/news/2026/bridge-plan?id=7 the old bridge over the river.",
			[]string{"The council agreed on Tuesday to rebuild", "the old bridge over the river"},
		},
		{"address alone", "https://example.org/news/2026/05/council-to-rebuild-the-old-bridge?id=7. Next.", nil},
		{
			"markdown link",
			"The [council](https://example.org/news/council.html) agreed on Tuesday to rebuild the old bridge over the river.",
			[]string{"The", "agreed on Tuesday to rebuild the old bridge over the river"},
		},
		{"list of markdown links", "* [News](https://example.org/news.html)\n* [Sport](https://example.org/sport.html)\n* [Council agrees!](https://example.org/a/b/c)\n", nil},
		{"dashes join nothing", "The council—which met on Tuesday—agreed—at last—to rebuild the bridge.", []string{"The council—which met on Tuesday—agreed—at last—to rebuild the bridge"}},
		{"Chinese", "首页\n新闻\n\n市议会星期二同意重建横跨河流的旧桥，工程将于五月开始。\n\n分享", []string{"市议会星期二同意重建横跨河流的旧桥，工程将于五月开始"}},
		{
			"Chinese with numbers and names, no spaces",
			"新华社北京2026年5月12日10时30分电，ABC公司和DEF公司及XYZ集团同意重建旧桥。",
			[]string{"新华社北京2026年5月12日10时30分电，ABC公司和DEF公司及XYZ集团同意重建旧桥"},
		},
		{
			"address in Chinese",
			"市议会星期二同意重建横跨河流的旧桥，见https://example.org/news/2026/bridge。工程将于五月开始。",
			[]string{"市议会星期二同意重建横跨河流的旧桥，见", "工程将于五月开始"},
		},
		{"Chinese headline", "市议会星期二同意重建横跨河流的旧桥工程将于五月开始", nil},
		{"Japanese", "ホーム\n市議会は火曜日、川に架かる古い橋を再建することで合意した。\n次へ", []string{"市議会は火曜日、川に架かる古い橋を再建することで合意した"}},
		{"Korean", "홈\n시의회는 화요일 오래된 다리를 다시 짓기로 합의했으며 공사는 오는 5월에 시작된다.\n다음", []string{"시의회는 화요일 오래된 다리를 다시 짓기로 합의했으며 공사는 오는 5월에 시작된다"}},
		{"Arabic", "الرئيسية\nأخبار\n\nوافق المجلس يوم الثلاثاء على إعادة بناء الجسر القديم فوق النهر، متى يبدأ العمل؟\n\nشارك", []string{"وافق المجلس يوم الثلاثاء على إعادة بناء الجسر القديم فوق النهر، متى يبدأ العمل"}},
		{"Hindi", "परिषद ने मंगलवार को नदी पर बने पुराने पुल को फिर से बनाने का फैसला किया।", []string{"परिषद ने मंगलवार को नदी पर बने पुराने पुल को फिर से बनाने का फैसला किया"}},
		{"Tibetan", "བོད་སྐད་ནི་བོད་མི་རྣམས་ཀྱི་སྐད་ཡིག་ཡིན།", []string{"བོད་སྐད་ནི་བོད་མི་རྣམས་ཀྱི་སྐད་ཡིག་ཡིན"}},
		{"Thai", "หน้าแรก\nข่าว\n" + thai + "\nแชร์", []string{thai}},
		{"Thai headlines", "คณะรัฐมนตรีเห็นชอบให้ก่อสร้างสะพานข้ามแม่น้ำ\nชาวบ้านขอบคุณนายกเทศมนตรีสำหรับความอดทน\nผลการแข่งขันฟุตบอลเมื่อคืนที่ผ่านมา\n", nil},
	} {
		assert.Equal(t, c.want, proseOf(c.text), c.name)
	}
}

// A shingle is prose when all its words are.
func TestProseOfShingles(t *testing.T) {
	text := "Home\nNews\n\n" + news + ".\n\nShare\n"
	var s Shingler
	var got Text
	s.Shingle(&got, text)
	words := s.AppendWords(nil, text)
	var want []Span
	for i := range got.Shingles {
		all := true
		for _, w := range words[i : i+DefaultK] {
			all = all && w.Prose
		}
		if n := len(want); all && n > 0 && want[n-1].End == i {
			want[n-1].End++
		} else if all {
			want = append(want, Span{i, i + 1})
		}
	}
	assert.Equal(t, want, got.Prose)
	assert.Equal(t, []Span{{2, 15}}, got.Prose)
}
