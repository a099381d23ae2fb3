package timetable

import (
	"unicode"
	"unicode/utf8"
)

// compose returns a text in the form in which most are written: a letter and the mark after it become one character, as
// in Unicode's normalization form C. It knows Latin, Greek and Cyrillic letters with one mark after the other, kana and
// Hangul; other texts, and marks in another order than Unicode's, stay as they are. So Zürich is one city, however a
// feed's computer writes it. The whole of the form would need a dependency.
func compose(text string) string {
	marked := false
	for _, r := range text {
		if isMark(r) {
			marked = true
			break
		}
	}
	if !marked {
		return text
	}
	out := make([]rune, 0, len(text))
	for _, r := range text {
		if n := len(out); n > 0 && isMark(r) {
			if one := composed(out[n-1], r); one != 0 {
				out[n-1] = one
				continue
			}
		}
		out = append(out, r)
	}
	return string(out)
}

// isMark reports whether a character may become one with that before it.
func isMark(r rune) bool {
	return 0x300 <= r && r <= 0x345 || r == '\u3099' || r == '\u309a' || hangulVowel <= r && r < hangulVowel+21 ||
		hangulTail < r && r < hangulTail+28
}

// Hangul syllables are numbered by their parts: 21 vowels after each lead, and 28 tails, the first of which is none.
const (
	hangulLead, hangulVowel, hangulTail = 0x1100, 0x1161, 0x11a7
	hangul                              = 0xac00
)

// composed returns the one character for a letter and its mark, or 0.
func composed(letter, mark rune) rune {
	switch {
	case mark == '\u3099' && (letter == 'う' || letter == 'ウ'):
		return letter + ('ゔ' - 'う')
	case mark == '\u3099' || mark == '\u309a':
		return voiced(letter, mark)
	case mark >= hangulTail:
		if s := letter - hangul; 0 <= s && s < 19*21*28 && s%28 == 0 {
			return letter + mark - hangulTail
		}
		return 0
	case mark >= hangulVowel:
		if l := letter - hangulLead; 0 <= l && l < 19 {
			return hangul + (l*21+mark-hangulVowel)*28
		}
		return 0
	}
	pairs := marked[mark]
	for pairs != "" {
		plain, size := utf8.DecodeRuneInString(pairs)
		one, next := utf8.DecodeRuneInString(pairs[size:])
		if plain == letter {
			return one
		}
		pairs = pairs[size+next:]
	}
	return 0
}

// voiced returns a kana with its sound mark. In Unicode the voiced one follows the plain one, and that of the half
// voiced ones of the row of は follows both.
func voiced(kana, mark rune) rune {
	k := kana
	if unicode.Is(unicode.Katakana, k) {
		k -= 'ア' - 'あ'
	}
	isHa := 'は' <= k && k <= 'ほ' && (k-'は')%3 == 0
	switch {
	case mark == '\u309a' && isHa:
		return kana + 2
	case mark == '\u309a':
		return 0
	case isHa, 'か' <= k && k <= 'ち' && (k-'か')%2 == 0, k == 'つ', k == 'て', k == 'と', k == 'ゝ':
		return kana + 1
	}
	return 0
}

// marked are letters with a mark, each after the letter without, by the mark.
var marked = map[rune]string{
	'\u0300': "AÀEÈIÌOÒUÙaàeèiìoòuùÜǛüǜNǸnǹĒḔēḕŌṐōṑWẀwẁÂẦâầĂẰăằÊỀêềÔỒôồƠỜơờƯỪưừYỲyỳЕЀИЍеѐиѝ",
	'\u0301': "AÁEÉIÍOÓUÚYÝaáeéiíoóuúyýCĆcćLĹlĺNŃnńRŔrŕSŚsśZŹzźÜǗüǘGǴgǵÅǺåǻÆǼæǽØǾøǿÇḈçḉĒḖēḗÏḮïḯKḰkḱMḾmḿÕṌõṍŌṒōṓPṔpṕ" +
		"ŨṸũṹWẂwẃÂẤâấĂẮăắÊẾêếÔỐôốƠỚơớƯỨưứΑΆΕΈΗΉΙΊΟΌΥΎΩΏϊΐαάεέηήιίϋΰοόυύωώГЃКЌгѓкќ",
	'\u0302': "AÂEÊIÎOÔUÛaâeêiîoôuûCĈcĉGĜgĝHĤhĥJĴjĵSŜsŝWŴwŵYŶyŷZẐzẑẠẬạậẸỆẹệỌỘọộ",
	'\u0303': "AÃNÑOÕaãnñoõIĨiĩUŨuũVṼvṽÂẪâẫĂẴăẵEẼeẽÊỄêễÔỖôỗƠỠơỡƯỮưữYỸyỹ",
	'\u0304': "AĀaāEĒeēIĪiīOŌoōUŪuūÜǕüǖÄǞäǟȦǠȧǡÆǢæǣǪǬǫǭÖȪöȫÕȬõȭȮȰȯȱYȲyȳGḠgḡḶḸḷḹṚṜṛṝ",
	'\u0306': "AĂaăEĔeĕGĞgğIĬiĭOŎoŏUŬuŭȨḜȩḝẠẶạặУЎИЙийуў",
	'\u0307': "CĊcċEĖeėGĠgġIİZŻzżAȦaȧOȮoȯBḂbḃDḊdḋFḞfḟHḢhḣMṀmṁNṄnṅPṖpṗRṘrṙSṠsṡŚṤśṥŠṦšṧṢṨṣṩTṪtṫWẆwẇXẊxẋYẎyẏſẛ",
	'\u0308': "AÄEËIÏOÖUÜaäeëiïoöuüyÿYŸHḦhḧÕṎõṏŪṺūṻWẄwẅXẌxẍtẗΙΪΥΫιϊυϋЕЁІЇеёії",
	'\u0309': "AẢaảÂẨâẩĂẲăẳEẺeẻÊỂêểIỈiỉOỎoỏÔỔôổƠỞơởUỦuủƯỬưửYỶyỷ",
	'\u030a': "AÅaåUŮuůwẘyẙ",
	'\u030b': "OŐoőUŰuű",
	'\u030c': "CČcčDĎdďEĚeěLĽlľNŇnňRŘrřSŠsšTŤtťZŽzžAǍaǎIǏiǐOǑoǒUǓuǔÜǙüǚGǦgǧKǨkǩƷǮʒǯjǰHȞhȟ",
	'\u030f': "AȀaȁEȄeȅIȈiȉOȌoȍRȐrȑUȔuȕ",
	'\u0311': "AȂaȃEȆeȇIȊiȋOȎoȏRȒrȓUȖuȗ",
	'\u031b': "OƠoơUƯuư",
	'\u0323': "BḄbḅDḌdḍHḤhḥKḲkḳLḶlḷMṂmṃNṆnṇRṚrṛSṢsṣTṬtṭVṾvṿWẈwẉZẒzẓAẠaạEẸeẹIỊiịOỌoọƠỢơợUỤuụƯỰưựYỴyỵ",
	'\u0324': "UṲuṳ",
	'\u0325': "AḀaḁ",
	'\u0326': "SȘsșTȚtț",
	'\u0327': "CÇcçGĢgģKĶkķLĻlļNŅnņRŖrŗSŞsşTŢtţEȨeȩDḐdḑHḨhḩ",
	'\u0328': "AĄaąEĘeęIĮiįUŲuųOǪoǫ",
	'\u032d': "DḒdḓEḘeḙLḼlḽNṊnṋTṰtṱUṶuṷ",
	'\u032e': "HḪhḫ",
	'\u0330': "EḚeḛIḬiḭUṴuṵ",
	'\u0331': "BḆbḇDḎdḏKḴkḵLḺlḻNṈnṉRṞrṟTṮtṯZẔzẕhẖ",
}
