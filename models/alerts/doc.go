// Package alerts finds what people asked to be told of, and says it in words.
//
// A [Rule] says what somebody is told and where. An [Incident] is what a rule found of one
// store, with a beginning and an end. A [Notice] is one thing to be told of an incident, and
// waits until it goes out in a message with others.
//
// The package knows neither people nor how messages are sent. Callers say what each person
// may be told now ([Recipients]), and send what [ComposeWaiting] makes.
//
// # Episodes
//
// An [Episode] is computed from the history of a store, and what it says of an instant
// depends on no later poll. A store is offline from the first poll in open time that saw it
// inactive until the first that saw it active; closing does not end that, and while it is
// closed nothing counts. Closely seen down time outside of corrections counts, and the
// episode fires when it reaches the time of the rule. A store is without data between two
// polls; open time counts, but not while the poller was silent for all stores. After a week
// without a poll an episode ends, and nothing is told of that.
//
// # States of an incident
//
//	           fires                 ends
//	(none) ------------> going <------------> over
//	                       |   data came back   |
//	                       +----> withdrawn <---+    the data say that it was not so
//
// [Step] brings the incidents of a rule and a store to the present episodes. An episode and
// an incident are the same if they share time until the incident fired, so whatever was
// undone and taken in again is the incident of before. Phase is how it is, Spoken what the
// person was told last; where they differ, a notice says so. A Quiet incident is known and
// never told: it was there before its rule, or its store is paused.
//
// # What is promised
//
//   - An incident is told once, however imports cut and order the data, and its end once.
//   - Whoever was told what is not so any more is told that it is not.
//   - Of a store, a rule tells at most one incident in its Again. What happens meanwhile is
//     told at its end, together.
//   - What had no news for a day of the data, such as history that is filled in, is not told.
//   - Of a poller that is silent a rule for that tells once, by the clock. No store is
//     offline because of it.
//   - One person gets one message for each channel, at most every [Pace], whatever happened.
//   - What is told is of the reach that the person has when it is said.
//
// [Judge] and [ComposeWaiting] are one transaction each, which locks the [Judgement]. A
// crash before its end leaves nothing, and the next look does the same. The judgement names
// the version of the data, so several servers judge each version once.
//
// # How it is tested
//
// Episodes are compared with a twin that goes from minute to minute. Random polls in random
// batches and orders are stepped through. Everything from polls to deliveries runs on both
// databases, with three servers at once. A backtest is compared with imports hour by hour, and
// with a twin that looks at everything at every instant.
package alerts
