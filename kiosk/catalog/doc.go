// Package catalog reads the services that a kiosk offers, checks them, and serves
// them in a language.
//
//   - A service is a folder <id>/ with service.yaml, which holds the structure and
//     the Spanish source text, and one go-i18n message file for each other
//     language, "en.yaml", keyed by path: "question.name.label".
//   - An overlay is a municipality's own folder of the same shape that holds message
//     files, and local.yaml with hours for a computer. It replaces the facts that
//     differ from town to town (cost, time, hours, places) and nothing else; see
//     [Load].
//   - A lesson is a folder with lesson.yaml, read and held to the same words' rules.
//   - A condition is a CEL expression over answers, office and today; see
//     condition.go for what it may say and how empty answers read.
//   - A path is the way of one set of answers through a service: the questions that
//     are asked, in order, and the outcome they lead to; see [Service.Path].
//   - A finding is something the linter has to say, with file and line; see [Lint].
//     The linter is the service standard as code.
//   - A group is a question with questions of its own, asked for each entry; see
//     [Service.EntryQuestions].
//   - Everyday words lead to services by [Catalog.Search]; [Watch] puts what an
//     author saves in the place of what is served, once it is sound.
//   - Regions and comunas are the places that an address can be in; see [Regions].
//
// Everything a catalogue gives out is shared and must not be changed.
package catalog
