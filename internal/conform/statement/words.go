package statement

// opening says what the page is. It must be true whatever the tests say.
const opening = `This page says who can use the kiosk and who cannot, clause by clause of the standards for accessible public terminals: EN 301 549 V3.2.1 (closed functionality), Section 508 chapter 4, and WCAG 2.2 at levels A and AA. It is a self-declaration made by automated tests. **Nobody independent has audited it, and no person with a disability has tried the kiosk.** A test shows that the program does what somebody who can see, hear and move thought would help.
`

// between says what no test can.
const between = `"Can" means: every clause that these people need passes its tests. It does not mean that anybody was watched doing it.

## What the operator must provide

The program is half of a kiosk. Whoever sets one up provides the other half, as ` + "`docs/OPERATING.md`" + ` has it under "The box that everyone can reach": a screen and a place for it that a person in a wheelchair can reach and read; a keypad of five keys, or a keyboard, that can be felt; a headset jack that can be found by touch, and a loudspeaker whose loudness was measured; a sign in relief and Braille that says how to start the voice; a printer whose slot can be reached; and a person nearby. Until then every row marked *hardware* is open.

## What was never tried

- No blind, deaf, deaf-blind or old person, nobody who trembles, uses a wheelchair or reads little, has used the kiosk while somebody of the project watched.
- No native speaker of Haitian Creole or Portuguese has listened to the voice or read the words; each language says who reviewed it.
- No microphone, loudspeaker or headset was measured. What is said of loudness is said of numbers in samples.
- The web pages of the hub were held against rules, by reading their HTML and by measuring them in Chromium, not with a screen reader.
- No camera, printer or keypad of a maker was tried with these tests.

## How to report a barrier

At the kiosk: ` + "`Help`" + `, the same button at the same place on every page, calls a person of the office, who can do the same request at the counter; nobody needs to say why. To the office: by telephone, by letter or at the counter, as it publishes; the operator must name a person who answers, and within what time, on a sign at the kiosk. To the project: an issue, as ` + "`CONTRIBUTING.md`" + ` says: what somebody wanted to do, what stopped them, and what would have helped.
`

// reading says how the tables are to be read.
const reading = `## How to read the tables

- **passes**: the tests named exercise the clause and passed on the day above. They are run by anybody with ` + "`go test ./PACKAGE -run TEST`" + `.
- **hardware**: the program can do nothing about it. What the operator does stands beside it, and the measures in ` + "`docs/OPERATING.md`" + `, "The box that everyone can reach".
- **fails**: it does not hold. Why and what is planned stands beside it; "no test exercises it" means that nobody has shown it, and what is not shown is not claimed.
- **does not apply**: why.

What a clause asks is told in our own short words; the standard's text counts. Where that text could not be read it says so. Recommendations ("should") are rows like the others.
`
