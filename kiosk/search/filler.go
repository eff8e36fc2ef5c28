package search

import "strings"

// filler are words, folded, that say nothing about what somebody looks for, in
// each language of the catalogue.
var filler = func() map[string]bool {
	words := map[string]bool{}
	for _, language := range []string{
		// es
		`a al algo alguien ante aqui como con cual cuando de del dice dicen donde el ella ellos en era es esa ese esta estar este esto ha hacer hago hay
		la las le lo los mas me mi mis muy necesito no o para pero por porque puede puedo que querer quiere quiero quisiera se ser si sin sobre son su sus
		tener tengo tiene tu un una unas uno unos usted y ya yo`,
		// en
		`a about am an and any are at be by can do does for from get has have how i if in is it its like me my need of on one or our please so some that the
		their them there they this to up want was we what when where which who why with would you your`,
		// pt
		`ao aos as com da das de do dos e ela ele em essa esse esta este eu fazer isso mais meu meus minha na nas nao no nos num numa o os ou para pela pelo
		por posso preciso quero quais qual quando que quem se sem ser seu seus sua suas tem tenho ter um uma voce`,
		// ht
		`a ak an ap avek ba bezwen fe gen genyen ka ki kijan kisa kote konsa la le li m mwen nan ni nou on oswa ou pa pou sa se si sou te the tout vle w yo yon`,
	} {
		for word := range strings.FieldsSeq(language) {
			words[word] = true
		}
	}
	return words
}()
