package main

func Example() {
	main()
	// Output:
	// agency carries the article of agency
	// paper carries the article of agency
	// other carries the article of other
}
