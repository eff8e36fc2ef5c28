// Package receipt makes what a citizen takes home: a PDF of the width of a
// receipt printer's roll, and QR codes for paper and screen.
//
// It is given resolved text ([Content]) and knows no language: every word on the
// paper comes from its caller, above all the words for where the request stands.
// The same content gives the same bytes.
package receipt
