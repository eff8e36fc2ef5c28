// Package desk keeps the front-desk mode behind a PIN.
//
// The PIN itself is nowhere: [HashPIN] turns it into an argon2id hash in the PHC
// string format, which stands in the office's settings. A [Gate] checks a PIN
// against that hash, one try at a time. Five wrong ones in a row close it for a
// minute; five more for two, then four, eight and at most fifteen minutes, until
// the right one is given. [Gate.State] and [Gate.Restore] carry what was tried
// over a restart, so that pulling the plug buys nobody five more tries.
//
// A PIN of six digits has a million values and the gate lets through fewer than
// five hundred tries a day: choose six digits or more.
package desk
