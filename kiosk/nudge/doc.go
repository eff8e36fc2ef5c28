// Package nudge decides which suggestion a person sees, with what probability,
// and writes down how that was decided. It is pure: the same inputs give the
// same record, byte for byte.
//
//   - An arm is one wording of a suggestion. A bucket is the context in which arms
//     are compared, "service|language" ([Bucket]): nothing finer, so that a record
//     says nothing about the person.
//   - A [Beta] is what is believed of an arm: how likely it is to help.
//   - A [Policy] is what the hub knew when it last spoke: the beliefs by bucket and
//     arm, frozen for an epoch. A kiosk that has heard nothing has [DefaultPolicy].
//   - The holdout is a permanent share of sessions, chosen by a hash of the
//     session's id with the experiment's seed, that is shown nothing. It is drawn
//     apart from the arm, so it is a fair comparison whatever the policy learns.
//   - [Probabilities] is Thompson sampling computed exactly, by quadrature: how
//     likely each arm is to be the best one, with a floor that keeps every arm in
//     play so that later estimates by inverse probability stay sound.
//
// Whoever calls sees to it that a session gets one suggestion at most, that it
// comes after the person's own business, and that an eligible one exists at all.
package nudge
