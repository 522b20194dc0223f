// Package shingle cuts a text into words and hashes every run of k
// consecutive words to a 64-bit number, a shingle. Texts that share passages
// share shingles.
//
// Start with the zero [Shingler], keep it for the next text, and keep the
// [Text] that it fills: once both have grown to the size of the texts, a text
// costs no allocation. [Shingler.AppendWords] gives the place of each word in
// the original, for those who want to show what was shared, and
// [Shingler.ShingleWords] both in one scan.
//
// The rules below are version 1. People keep hashes for years and compare
// them with new ones, so words, their hashes, and shingles never change under
// this version; testdata/version1.txt holds them to it. What is said of prose
// is advice that comes with the words, enters no hash, and may be refined.
//
// # Normalisation
//
// Two typings of one text are to have the same words: with accents or without
// them, in capitals, with the letters of another keyboard, in simplified or in
// traditional characters. README.md of this folder has the reasons and what it
// costs. The text is UTF-8. Each byte that is not part of a valid character stands
// for U+FFFD, which separates words. The text is then, in this order,
//
//  1. rid of half-spaces: a zero-width non-joiner U+200C right after an Arabic
//     letter or mark becomes a space,
//  2. rid of the signs between groups of digits (see below),
//  3. decomposed, each character into its full compatibility decomposition,
//  4. rid of default ignorable characters (soft hyphen, zero-width and direction
//     signs, variation selectors and the like), of the Arabic tatweel U+0640, and
//     of marks that make a secondary difference (see below),
//  5. case folded in full, without regard to language: ß becomes ss, ς becomes σ;
//     then 3 and 4 are done once more,
//  6. spelt plainly: letters, digits and Han characters become the first of their
//     variants (see below),
//  7. composed to NFKC, and rid of default ignorable characters again.
//
// Where more than 30 marks that stay follow one another they are put in order 30 at
// a time (Stream-Safe Text Format, Unicode Standard Annex #15), which bounds the
// work.
//
// So composed and decomposed letters, ligatures, full-width and half-width forms
// agree, and ½ becomes 1 and 2, x² becomes x2.
//
// Marks make a secondary difference, in the words of the Unicode Collation
// Algorithm, if the plain letter and the letter with them are the same letter
// (café, cafe). Of the combining marks (general category M) these go:
//
//   - those whose script is Inherited (accents, the Arabic vowel signs, hamza and
//     madda, the Vedic accents, enclosing marks), Latin, Greek, Cyrillic, Arabic,
//     Hebrew or Syriac, but not ゙ and ゚, which make another syllable of a Kana,
//   - the nuktas of the scripts of India (canonical combining class 7, U+0900 to
//     U+0DFF).
//
// All other marks stay, as they carry the word: vowel signs of the scripts of India,
// of Thai, Khmer, Myanmar, Thaana.
//
// Variants are
//
//   - a decimal digit (general category Nd) of any script, and the digit of ASCII
//     with its value,
//   - a small letter of Latin, Greek or Cyrillic, a letter without vowel of Bengali or
//     Malayalam, and the plain letters with the same primary weights in the Default
//     Unicode Collation Element Table: ø and o, đ and d, ł and l, æ and ae, œ and oe,
//     ґ and г, ൻ and ന്,
//   - Han characters that are simplified or traditional variants, z-variants, or
//     variants in the glyph list of Hong Kong, by the Unihan database, and their
//     variants in turn; the first by code point stands for them all,
//   - ى and ی, and ي; ک and ڪ, and ك; ة ھ ہ ۃ ە, and ه; ٱ and ا; ı and i; ँ and ं,
//   - small letters of Cherokee and the capitals.
//
// A number in groups begins where no letter, number or mark stands right before it,
// with a group of one to three decimal digits of which the first is not 0. Each
// further group has a sign before it, the same each time, and three digits and no
// more. The sign is a comma, a full stop or a space, or what is compatible with
// these (the spaces that keep a line together, full-width signs), or the Arabic
// thousands separator ٬. The digits are all of ASCII or all not. So 1,000, 1.000,
// 1 000 and ١٬٠٠٠ are 1000, as 1'000 is by the rule for apostrophes. Decimals stay
// two words (1,234.56 and 1.234,56 are 1234 and 56; 0,125 is 0 and 125), but three
// places after a whole number that may be one of thousands are taken for thousands,
// whichever sign it is: 3.141 is 3141.
//
// # Words
//
// Of the normalised text, a word is a run of letters and numbers (general
// categories L and N) with the marks (M) that follow them. A mark that
// follows neither is dropped. Every other character ends a word: white
// space, punctuation with _ among it, symbols, emoji, controls with NUL among
// them.
//
// The apostrophes ' ‘ ’ ʼ ʻ and the Hebrew geresh ׳ between two letters (or
// numbers, or the marks of the first) are dropped and do not end the word:
// don't, don’t and dont are one. Elsewhere, and next to a character that
// stands alone, they end a word.
//
// In scripts written without spaces every letter or number stands alone: it
// is a word, together with the marks that follow. These are Han, Hiragana,
// Katakana, Thai, Lao, Khmer and Myanmar by Unicode's Script property, and
// the signs ー 〆 〼, but not digits, which are those of ASCII by then. Hangul and all other scripts make words of several
// letters, also the few others written without spaces, such as Javanese.
//
// A word knows its bytes in the original text, from its first letter to its
// last letter or mark, on character boundaries. Where normalisation makes
// several words of one character, or of a sequence that it must treat as a
// whole, they have that character or sequence in common.
//
// # Hashes
//
// The hash of a word is XXH64 with seed 0 of its normalised UTF-8 bytes,
// followed by as many zero bytes as make their number a multiple of eight. No
// word holds a zero byte, so that no two words become one by it.
//
// Of k consecutive words with hashes w₁ … wₖ the shingle is XXH64, seed 0, of
// the eight bytes, lowest first, of
//
//	rotl(w₁, k-1) xor rotl(w₂, k-2) xor … xor rotl(wₖ, 0)
//
// where rotl(x, n) rotates x to the left by n of its 64 bits. This is hashing
// by cyclic polynomial: the next window is rotl(v, 1) xor wₖ₊₁ xor rotl(w₁, k)
// for this one's v. For random word hashes any 65-k neighbouring bits of v are
// pairwise independent, as good as a rolling hash can be; see D. Lemire and
// O. Kaser, "Recursive n-gram hashing is pairwise independent, at best",
// Computer Speech & Language 24 (4), 2010, 698–710. The outer XXH64 maps
// values one to one and makes all bits of the result fit for sampling.
//
// A text of n words has n-k+1 shingles, in order and with repetitions. With
// fewer than k words it has one, of all of them, by the same formula with n
// for k; without words it has none.
//
// # Unicode versions
//
// Version 1 is defined by the data of Unicode 15.0.0. The variants are in
// variants.go, made by gen_variants.go from Unihan_Variants.txt and allkeys.txt of
// that version; LICENSE-UNICODE is the licence of these data. The rest is in the
// tables of the Go release in use. Characters assigned later separate words until
// these know them, so that two releases may differ on texts that hold such
// characters, and on none else: Unicode promises never to change the normal forms
// and case foldings of assigned characters
// (https://www.unicode.org/policies/stability_policy.html). It makes no such
// promise about general categories and scripts, so a test compares the outcome for
// every character of 15.0.0.
//
// # Prose
//
// Pages come with menus, lists of links and captions. They are text too and
// make shingles, but each word says whether it stands in running text.
//
// Line breaks cut the text into blocks, except that a line of at least six
// words that ends no sentence goes on in the next one: it was wrapped. (For
// these counts a character that stands alone is half a word.) A block is
// prose if it has at least ten words and a sentence ends in it. A sentence
// ends
//
//   - at . ! ? before white space or the end of the text, with or without
//     closing quotes, brackets and signs of emphasis between, but not at the
//     last of several full stops; and between a small and a capital ASCII
//     letter, where a space got lost,
//   - at the full stops and question marks of other scripts,
//   - in Thai and Lao, which have none, with a line's 80th character; such a
//     line is a block of its own.
//
// Inside a block, more than four words that are joined by nothing but ASCII
// signs are an address, a path or encoded data, neither prose nor counted.
//
// A text without line breaks is one block. Headlines one below the other look
// like wrapped lines, and are taken for prose if one of them ends a sentence.
//
// # Cost
//
// Time and memory are in proportion to the text, whatever it holds. Generated
// articles of 4.5 kB, k = 5, one core of a virtual machine (AMD EPYC) with other
// work on it, Go 1.26.8, November 2026, the best of many runs of
// go test -bench Shingle:
//
//	English 517 MB/s   Russian 237 MB/s   Chinese 229 MB/s
//	German  327 MB/s   Arabic  204 MB/s   Thai     97 MB/s
//
// On amd64 with AVX2 some functions are in assembly, with the same result; without, and
// with the build tag purego, English comes at 352 MB/s and German at 241.
//
// Text that consists of nothing but ligatures that become several words (ﷺ)
// is the slowest, about 1 MB/s. The first text that holds a character of a
// block of 256 characters pays 150 to 400 µs for the table of that block,
// which takes 2 kB and is shared by all. The variants of Han take 150 kB more.
package shingle
