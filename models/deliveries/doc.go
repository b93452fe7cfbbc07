// Package deliveries keeps where people are told things, and what they are told.
//
// A [Channel] is a place that messages go to: an e-mail address, a webhook, or a chat. A
// [Delivery] is one message to one channel. Its row is written in the transaction that
// caused it, and is work as an import or a report is: a job of the queue sends it, tries
// again, and writes what was answered. So a crash neither loses a message nor makes a
// second one of it, and its id stays the same in every try.
//
// What a message says is English in the code, and said when its delivery is written: in the
// language of the person whose channel it is, in English where that is not known, and always
// for webhooks, which programs read.
//
// The package knows neither how messages are sent nor why. Who may see a channel, package
// access decides.
package deliveries
