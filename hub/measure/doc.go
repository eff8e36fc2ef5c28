// Package measure turns counts into the figures of a board: completed
// transactions, digital take-up, channel mix, assisted share, completion rate,
// the answers to suggestions. It is pure: rows in, a [Report] out.
//
//   - A [Number] is a count or "no data"; a [Rate] is a part of a whole or "no
//     data" with the [Reason]. Neither is a float, so that a missing count can
//     never be read as 0 or as 100 %.
//   - A channel is counted on a day when somebody counted in it: the kiosk by
//     itself, the desk by its one-tap tally, anything else by an import. Zero
//     counted is a count.
//   - A cell is one service in one municipality on one day. It is complete when
//     every channel in which the service can be done, by the catalogue, was
//     counted there on that day. Only complete cells enter a rate: volumes of
//     different periods are never divided by each other.
//   - Satisfaction is counts a face and the share of the two best among those who
//     answered; failure demand is the requests about an earlier request among all
//     that were filed at the kiosk.
//   - What does not enter is named in [LeftOut], with what was counted of it, and
//     every rate has a [Base]: on how many days of how many it rests.
//   - [Coverage] is the share of hours in which a channel was counted.
//   - A [Step] is what the figures say should be done next.
//
// The definitions are those of the GOV.UK service manual: digital take-up is
// completed digital transactions, assisted ones included, divided by completed
// transactions in all channels, for the same place, service and period.
package measure
