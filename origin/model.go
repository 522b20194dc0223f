package origin

import "time"

// The weights of the evidence, in nats. Each is added to the log-odds of an
// explanation. README.md says what they were measured on.
const (
	// On an edge from a source to a member.
	credits       = 4.2  // the member credits the source in its text or byline
	phraseCredits = 5.0  // … in so many words: "originally appeared in"
	maybeOwn      = 1.5  // … and it is not known where the member stands: it may be the source's own
	learned       = 2.5  // … by a name that was learned
	contributes   = 1.6  // … as one that contributed
	cites         = 1.2  // the member quotes the source
	links         = 5.0  // the member links to the source, or a hint names it
	creditsOther  = -2.2 // the member credits somebody else
	fromAgency    = 2.0  // the source is an agency's own page
	intoAgency    = -3.5 // the member is an agency's own page
	isCredited    = -3.0 // an absent name that the member does not credit, and others credit the member
	silentAgency  = 1.2  // an absent agency that others credit, and this member does not
	silent        = 0.2  // an absent name that others credit, and this member does not
	correction    = 2.5  // the member says that it corrects or replaces
	maxLead       = 2.0  // one owner usually leads the other
	unknownToEach = 0.4  // an unknown source, for each member

	// On a member or an absent name as the origin.
	agencyPage   = 4.0  // it is an agency's own page
	releasePage  = 2.0  // it is the page of a service for releases
	platformPage = -2.0 // it is a platform that shows what others publish
	namesItself  = 0.9  // it credits itself
	credited     = 3.0  // others credit it
	ownCredits   = -3.2 // it credits somebody else
	hiddenPrior  = -0.6 // an absent name
	unknownPrior = 0.9  // an absent source without a name
	twoPrior     = -3.0 // two absent names at once
)

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
