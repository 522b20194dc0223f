package passage

import "math"

// The features of a pair are its evidence in numbers between 0 and about 6, in
// the order of the weights in weights.go.

// What a hypothesis is judged by: see weights.go for what each says.
const (
	fStretch  = iota // Evidence.StretchShare
	fMost            // 1 if most of one, or much of both, agrees
	fBeyond          // coverage of the more covered text beyond three quarters, on different sites
	fForm            // on one site: how near they are to fMost
	fFilled          // Evidence.Facts, of 100 words that agree, as far as all edits are facts and no number agrees
	fPlain           // Evidence.Plain, of 100 words that agree
	fQuoted          // Evidence.Quoted times Own
	fFramed          // Evidence.Framed
	fBefore          // Evidence.Before, as a logarithm
	fWords           // Evidence.Words, up to 100 of them
	fBetween         // Evidence.Between, as a logarithm
	fTitles          // the share of the words of the shorter title that the other one lacks
	fLate            // published at different times: 0 up to 36 hours, 1 from 72 on
	fLateForm        // fLate, and less if more than 200 words agree: forms are short
	fSoon            // published at the same time: 1 - fLate

	fPassage // Evidence.Words, up to 60 of them
	fRunning // Evidence.Running
	fFacts   // Evidence.Facts, of 100 words that agree
	fAfter   // Evidence.After, as a logarithm
	fTail    // Evidence.Tail
	fSite    // 1 on one site
	nFeatures
)

// features fills in the features of a pair. x and y are the shares of the texts
// that agree, and words the words, without what is known to be boilerplate.
func (e *Evidence) features(f *[nFeatures]float64, c *Corpus, x, y, words float64) {
	hi, lo := max(x, y), min(x, y)
	agree := max(words, 30)
	most := max(hi/mostOfOne, math.Sqrt(hi*lo)/halfOfBoth)
	if e.Passages >= allOver {
		most = max(most, hi/partOfOne)
	}
	facts, plain := float64(e.Facts), float64(e.Plain)
	if c.Others >= manyOthers {
		facts *= 2
	}
	density := min(6, 100*facts/agree)
	*f = [nFeatures]float64{
		fStretch: min(1, e.StretchShare/max(1-max(c.BoilerplateA, c.BoilerplateB), .05)),
		fMost:    truth(most >= 1),
		fFilled:  density * facts / max(1, facts+plain+float64(e.Kept)/2),
		fPlain:   min(10, 100*plain/agree),
		fQuoted:  e.Quoted * e.Own,
		fFramed:  truth(e.Framed),
		fBefore:  lg(e.Before),
		fWords:   min(1, words/100),
		fBetween: lg(e.Between),
		fPassage: min(1, words/60),
		fRunning: e.Running,
		fFacts:   density,
		fAfter:   lg(e.After),
		fTail:    e.Tail,
	}
	if e.Titled {
		f[fTitles] = 1 - e.Title
	}
	// Versions of one page are no other texts of its site.
	if c.SameSite && !e.SamePage {
		f[fForm], f[fSite] = min(1, most), 1
	} else {
		f[fBeyond] = max(0, hi-mostOfOne)
	}
	switch {
	case e.SamePage:
		f[fSoon] = 1
	case e.Timed:
		f[fLate] = min(1, max(0, float64(e.Hours-36)/36))
		f[fLateForm] = f[fLate] * min(1, 5*(1-lo)) * min(1, max(0, 2-words/150))
		f[fSoon] = 1 - f[fLate]
	}
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
