// Package board is the hub's pages for people: the board of digital take-up at
// "/" and the citizen's status page at "/s". Its [Collector] offers the hub's
// figures to Prometheus.
//
//   - A board shows one place and one period. Every rate stands beside its
//     denominator, every total beside its coverage, and where nobody counted it
//     says "no data".
//   - The headline's figure is written for programs too:
//     <data id="takeup" value="0.75" data-digital="3" data-total="4">, value ""
//     when there is none; each service has a row with data-service.
//   - The status page takes folio and short code and answers with a state of the
//     one table of states. Whatever is wrong with a guess, the answer is the same.
//
// Both pages are plain HTML without scripts, with one style sheet inside, in the
// palette of the kiosk. Words come from locales/web.*.yaml and
// locales/state.*.yaml, names of services from the catalogue.
package board
