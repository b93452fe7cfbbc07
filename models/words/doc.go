// Package words says everything that people read in the language that they chose: English,
// Spanish or German. It must not know what it speaks of: no store, no page, no database.
//
// English stands in the code, where it is read beside what it is about. It is the key to the
// other languages too, which are in messages, a file for each part of the house and language:
//
//	w.Say("Generate report")
//	w.Say("{offline} of {all} stores are offline", "offline", offline, "all", all)
//	w.Count(n, words.Plural{"{n} report is waiting", "{n} reports are waiting"})
//
// A value in braces is put in as it is if it is a string, as [Words.Number] writes it if it is
// a whole number, and is said itself if it is a [Text], a [Message], a [Stored] one, a
// [Moment] or a [List]. So a translator can put it anywhere in the sentence.
// Nothing is glued together of pieces of sentences: no other language has them in the same
// order.
//
// Where nobody knows yet who will read it, as in an error, a [Message] is made by [Later]. A
// database keeps it as [Stored].
//
// Where one English word has two meanings, a note to the translator follows a bar. It is
// never shown:
//
//	w.Say("Open|of a store: not closed")
//
// # What is not translated
//
// The contract for scripts, the JSON API with its errors, the columns of CSV files, what the
// command line and the log say, and names that people gave.
//
// # How a test finds what is missing
//
// Whatever constant has the type [Text] is a message, wherever it stands; a string that is
// not constant does not become one without a conversion, and there is none outside this
// package. A test reads the types of the whole program and fails where a message has no
// translation, where one is translated that is not used, and where a translation has other
// values than the English. `make words` brings the files in order: it adds what is new
// without a translation, and takes out what is gone.
package words
