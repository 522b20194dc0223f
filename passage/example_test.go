package passage_test

import (
	"fmt"

	"github.com/cbb30ed1/reprint/passage"
	"github.com/cbb30ed1/reprint/shingle"
)

func ExampleAligner_Align() {
	const wire = `The bridge over the northern channel stays closed until Friday, the road office said. Inspectors found loose bolts in two of its towers last week. Lorries are sent over the old dam.`
	const daily = `Commuters lost an hour on Tuesday. Inspectors found loose bolts in two of its five towers last week. The bridge over the northern channel stays closed until Sunday, the road office said.`

	var a passage.Aligner
	var found passage.Alignment
	a.Align(&found, wire, daily)
	for _, p := range found.Passages {
		fmt.Printf("%d words, moved %v\n", p.Words, p.Moved)
		fmt.Printf("  %q\n  %q\n", wire[p.A.Start:p.A.End], daily[p.B.Start:p.B.End])
		for _, e := range p.Edits {
			fmt.Printf("  %q became %q\n", wire[e.A.Start:e.A.End], daily[e.B.Start:e.B.End])
		}
	}
	for _, p := range found.A {
		fmt.Printf("%v: %q\n", p.Class, wire[p.Start:p.End])
	}
	for _, p := range found.B {
		fmt.Printf("%v: %q\n", p.Class, daily[p.Start:p.End])
	}
	fmt.Printf("%.2f of the one, %.2f of the other\n", found.CoverageA, found.CoverageB)
	// Output:
	// 13 words, moved false
	//   "The bridge over the northern channel stays closed until Friday, the road office said"
	//   "The bridge over the northern channel stays closed until Sunday, the road office said"
	//   "Friday" became "Sunday"
	// 11 words, moved true
	//   "Inspectors found loose bolts in two of its towers last week"
	//   "Inspectors found loose bolts in two of its five towers last week"
	//   "" became "five"
	// removed: "Lorries are sent over the old dam"
	// added: "Commuters lost an hour on Tuesday"
	// 0.75 of the one, 0.75 of the other
}

func ExampleAligner_Relate() {
	const monday = `The lake office measured 18 degrees at the pier of Ormsea on Monday, two more than in the week before. The water stood at 412 centimetres. Boats run until nine in the evening.`
	const friday = `The lake office measured 21 degrees at the pier of Tallow on Friday, two more than in the week before. The water stood at 268 centimetres. Boats run until eight in the evening.`

	// An index keeps these, and no texts.
	var s shingle.Shingler
	a := passage.AppendSequence(nil, s.AppendWords(nil, monday), monday)
	b := passage.AppendSequence(nil, s.AppendWords(nil, friday), friday)

	var aligner passage.Aligner
	j := aligner.Relate(a, b, passage.Corpus{SameSite: true})
	fmt.Println(j.Relation, "because", j.Reason)
	fmt.Printf("%d of %d words agree, exchanges %d\n", j.Words, len(a), j.Facts)
	// Output:
	// template because names and numbers differ within sentences that are the same
	// 28 of 33 words agree, exchanges 6
}
