package origin

import (
	"slices"
	"time"
)

// A weight is a kind of evidence. What it is worth is in nats, and is added to the
// log-odds of an explanation. bench/origin fits them to labels; README.md says how well.
type weight uint8

const (
	// On an edge from a source to a member.
	credits       weight = iota // the member credits the source in its text or byline
	phraseCredits               // … in so many words: "originally appeared in"
	maybeOwn                    // … and it is not known where the member stands: it may be the source's own
	learned                     // … by a name that was learned
	contributes                 // … as one that contributed
	cites                       // the member quotes the source
	links                       // the member links to the source, or a hint names it
	creditsOther                // the member credits somebody else
	fromAgency                  // the source is an agency's own page
	intoAgency                  // the member is an agency's own page
	isCredited                  // an absent name that the member does not credit, and others credit the member
	silentAgency                // an absent agency that others credit, and this member does not
	silent                      // an absent name that others credit, and this member does not
	correction                  // the member says that it corrects or replaces
	inherits                    // the member has a change of the source's that few have
	lacks                       // the member lacks a change that only the source made
	unknownToEach               // an absent source without a name, for each member of a known site
	joint                       // … and the texts name the owners of all members

	// On a member or an absent name as the origin.
	agencyPage   // it is an agency's own page
	releasePage  // it is the page of a service for releases
	platformPage // it is a platform that shows what others publish
	namesItself  // it credits itself
	maybeItself  // it credits a name that may be its own: it is not known where it stands
	credited     // others credit it
	ownCredits   // it credits somebody else
	hiddenPrior  // an absent name
	unknownPrior // an absent source without a name
	twoPrior     // two absent names at once

	numWeights
)

// A model is what each kind of evidence is worth.
type model [numWeights]float64

var weightNames = [numWeights]string{
	credits: "credits", phraseCredits: "phrase credits", maybeOwn: "maybe own", learned: "learned", contributes: "contributes",
	cites: "cites", links: "links", creditsOther: "credits other", fromAgency: "from agency", intoAgency: "into agency",
	isCredited: "is credited", silentAgency: "silent agency", silent: "silent", correction: "correction", inherits: "inherits",
	lacks: "lacks", unknownToEach: "unknown to each", agencyPage: "agency page", releasePage: "release page",
	platformPage: "platform page", namesItself: "names itself", maybeItself: "maybe itself", credited: "credited", ownCredits: "own credits",
	hiddenPrior: "hidden prior", unknownPrior: "unknown prior", joint: "joint", twoPrior: "two prior",
}

// Weights returns what each kind of evidence is worth, by its name.
func Weights() map[string]float64 {
	out := map[string]float64{}
	for k, name := range weightNames {
		out[name] = fitted[k]
	}
	return out
}

// model returns the weights that the corpus sets, and the package's for the others.
func (c *Corpus) model() *model {
	if c == nil || len(c.Weights) == 0 {
		return &fitted
	}
	m := fitted
	for k, name := range weightNames {
		if v, ok := c.Weights[name]; ok {
			m[k] = v
		}
	}
	return &m
}

// full reports whether evidence is a credit that leaves no doubt of who is named.
func (k weight) full() bool { return k == credits || k == phraseCredits }

// isWeight reports whether a name is one of a weight.
func isWeight(name string) bool { return slices.Contains(weightNames[:], name) }

// maxLead bounds what "one owner usually leads the other" is worth.
const maxLead = 2.0

// clockWeight is what the order of two times is worth at the most, by the worse
// clock of the two, in nats.
var clockWeight = [...]float64{Unknown: 0.1, Crawl: 0.15, Day: 0.7, Page: 3.0, Trusted: 4.5}

// clockNoise is the time by which a clock may be wrong: a lag as long is worth
// 1-1/e of the weight.
var clockNoise = [...]time.Duration{
	Unknown: 12 * time.Hour, Crawl: 12 * time.Hour, Day: 36 * time.Hour, Page: 90 * time.Second, Trusted: 2 * time.Second,
}

// sharpness is the power to which probabilities are raised: evidence of several
// kinds agrees more often than its sum says.
const sharpness = 1.6

// noise is how often a certain answer is wrong all the same.
const noise = 0.01
