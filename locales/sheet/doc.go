// Package sheet carries texts to translators and back: out as a spreadsheet, which
// anybody can open, and in again into ordinary go-i18n files.
//
// A spreadsheet has one row for each text, for each plural form of it. What comes
// back is held against the program's texts of today: an unknown key, a Spanish
// text that has changed meanwhile, a lost placeholder or a plural form that is
// missing is refused by sheet and row, and then nothing at all is taken over.
//
// Two formats are read and written, by the end of the file's name: .xlsx, in which
// every cell is text, and .csv, in UTF-8 after RFC 4180.
package sheet
