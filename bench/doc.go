// Package bench measures the library beside its peers, and as the work grows.
// It is a module of its own, which is never released: what it needs, nobody
// who imports the library needs.
//
//	go run ./bench/newsgen -docs 100000 > news.jsonl   # texts with planted truth
//	go run ./bench/peers                               # the table of peers
//	go run ./bench/growth -plot bench/growth.svg       # cost from 10 k to 1 M
//	go test -run '^$' -bench . ./bench                 # signing
//	go run ./bench/durable -dir news.store news.jsonl  # a store as it fills
//	go run ./bench/screenshot                          # the picture in README.md
//	go run ./bench/mutate                              # whether tests hold each constant of the rules
//
// RESULTS.md has what was measured, each with its command.
package bench
