package spending

import (
	"slices"
	"strings"
)

// spanishWords tell a Spanish question from an English one: no English question has two of them.
var spanishWords = wordSet(`
	anterior ano ayer cada cual cuales cuando cuanta cuantas cuanto cuantos de del desde dime donde el en esta este gastado
	gastando gaste gasto gastos hoy la las los mas menos mes meses mi mis pasada pasado pague por promedio que semana
	semanas ultima ultimas ultimo ultimos y muestrame ensename compras pedidos compre pedi fue sin propina propinas tienda
	tiendas categoria categorias tarjeta`)

// spokenOf are verb forms of another person that differ from one's own by the mark on a letter alone: gastó, not gasto.
var spokenOf = match(`(?i)(?:^|[^\pL])(?:gastó|pagó|compró|pidió|debe|deben|gastaron|pagaron|compraron)(?:$|[^\pL])`)

func isSpanish(folded string) bool {
	const enough = 2
	count := 0
	for word := range strings.FieldsSeq(folded) {
		if spanishWords[word] {
			count++
		}
	}
	return count >= enough
}

// A phrase of a Spanish question becomes the English one that the patterns know. The first that matches at a place wins,
// so longer ones stand first. What is not in the table stays as it is: names of things and places are nobody's to
// translate.
type phrase struct {
	pattern *matcher
	english string
}

func phrases(pairs ...string) []phrase {
	var list []phrase
	for pair := range slices.Chunk(pairs, 2) {
		list = append(list, phrase{match(`(^| )(?:` + pair[0] + `)( |$)`), "${1}" + pair[1] + " "})
	}
	return list
}

const (
	spanishNumber = `\d{1,3}|un|una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|doce`
	spanishMonth  = `enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|setiembre|octubre|noviembre|diciembre`
)

// numbered phrases keep what they capture; their groups count on from the first, which is the space before.
var spanishPhrases = phrases(
	// Dates.
	`(este ano)((?: \S+){0,3}?) que (?:en )?el (?:pasado|anterior)`, `$2$3 than last year`,
	`que (?:en )?el (?:pasado|anterior)`, `than last month`, `que (?:en )?la (?:pasada|anterior)`, `than last week`,
	`del? (\d{1,2}) (?:al|a) (\d{1,2}) de (`+spanishMonth+`)`, `between $2 $4 and $3 $4`,
	`hace (`+spanishNumber+`) (dias?|semanas?|mes|meses|anos?)`, `$2 $3 ago`,
	`primera semana de`, `first week of`, `ultima semana de`, `last week of`,
	`primera quincena de`, `first half of`, `segunda quincena de`, `second half of`,
	`(?:en |durante )?(?:el|la|los|las) ultim[oa]s? (`+spanishNumber+`) (dias?|semanas?|mes|meses|anos?)`, `in the last $2 $3`,
	`(?:en |durante )?ultim[oa]s (`+spanishNumber+`) (dias?|semanas?|mes|meses|anos?)`, `in the last $2 $3`,
	`(?:el )?(?:mes|ultimo mes) pasado`, `last month`, `(?:el )?mes anterior`, `the month before`, `(?:en )?el ultimo mes`, `last month`,
	`(?:la )?semana pasada`, `last week`, `(?:la )?semana anterior`, `the week before`,
	`(?:el )?ano pasado`, `last year`, `(?:el )?ano anterior`, `the year before`,
	`(?:el )?trimestre pasado`, `last quarter`, `(?:en )?este trimestre`, `this quarter`,
	`(?:el )?fin de semana pasado`, `last weekend`, `(?:en )?este fin de semana`, `this weekend`,
	`(?:en )?este mes`, `this month`, `(?:en )?esta semana`, `this week`, `(?:en )?este ano`, `this year`,
	`(?:en )?lo que va de(?:l)? ano`, `this year`, `(?:en )?lo que va de(?:l)? mes`, `this month`,
	`todo el ano`, `this year`, `todo el mes`, `this month`, `en total`, `in total`,
	`hoy`, `today`, `ayer`, `yesterday`, `anteayer|antier|antes de ayer`, `2 days ago`, `desde siempre`, `of all time`,
	`(?:en|durante|de) (`+spanishMonth+`)(?: del?)? (20\d\d)`, `in $2 $3`, `(?:en|durante|de) (`+spanishMonth+`)`, `in $2`,
	`desde (?:el )?`, `since `, `entre (?:el )?`, `between `, `hasta (?:el )?`, `until `, `antes de(?:l)?`, `before`,
	// What is asked.
	`cuanto (?:dinero )?(?:he gastado|gaste|llevo gastado|gasto|se me ha ido|se me fue|me gaste|me he gastado|llevo)`, `how much did i spend`,
	`cuanto (?:dinero )?estoy gastando`, `how much am i spending`,
	`cuanto (?:dinero )?(?:pague|he pagado|pago|di|deje)`, `how much did i pay`,
	`cuanto me (?:costo|costaron|ha costado|han costado)`, `how much did i pay for`,
	`cuanto (?:dinero )?(?:ahorre|me ahorre|he ahorrado)`, `how much did i save`,
	`cuanto me (?:devolvieron|reembolsaron|han devuelto)`, `how much was refunded to me in refunds`,
	`cuantas? veces (?:he )?(?:compre|comprado|pedi|pedido|use|usado|fui|ido|ordene|ordenado|gaste)?`, `how many times did i order `,
	`cuant[oa]s (pedidos|compras|ordenes|transacciones)(?: (?:hice|he hecho|tuve|realice|hago|he tenido))?`, `how many orders did i place`,
	`cuant[oa]s (\S+(?: de \S+)?) (?:compre|he comprado|pedi|he pedido)`, `how many $2 did i buy`,
	`en que tiendas? (?:gaste|gasto|he gastado|compro) mas`, `in which stores did i spend the most`,
	`en que categorias? (?:gaste|gasto|he gastado) mas`, `in which categories did i spend the most`,
	`en que (?:gaste|gasto|he gastado|estoy gastando|se me va)(?: el dinero| la plata)?(?: mas)?`, `what did i spend the most on`,
	`donde (?:gaste|gasto|he gastado|compro|compre)(?: mas)?`, `where did i spend the most`,
	`(?:cual|cuales|que) (?:fue|es|fueron|son)`, `what was`, `cual`, `which`, `cuales`, `which`,
	`(?:pedido|compra|gasto|orden) mas (?:grande|cara|caro|alta|alto|costosa|costoso)`, `biggest order`,
	`(?:pedidos|compras|gastos|ordenes) mas (?:grandes|caras|caros|altas|altos)`, `biggest orders`,
	`(?:pedido|compra|gasto|orden) mas (?:barata|barato|pequena|pequeno|baja|bajo)`, `smallest order`,
	`(?:mi |la |el )?ultim[oa] (?:pedido|compra|orden)`, `my last order`, `(?:mi |la |el )?primera? (?:pedido|compra|orden)`, `my first order`,
	`(?:mis |los |las )?ultim[oa]s (`+spanishNumber+`) (?:pedidos|compras|ordenes)`, `my last $2 orders`,
	`(?:cuando )?(?:fue )?la ultima vez que (?:compre|pedi|fui|use|ordene)`, `when did i last order`,
	`cuando (?:compre|pedi|fui|use|ordene) por ultima vez`, `when did i last order`,
	`que (?:compre|he comprado|pedi|he pedido|ordene)`, `what did i buy`, `(?:compre|pedi) algo`, `did i buy anything`,
	`estoy gastando mas`, `am i spending more`, `estoy gastando menos`, `am i spending less`,
	`(?:gaste|he gastado|gasto) mas`, `did i spend more`, `(?:gaste|he gastado|gasto) menos`, `did i spend less`,
	`de lo (?:normal|habitual|usual)`, `than usual`, `que (?:de costumbre|lo normal|lo habitual|normalmente|siempre)`, `than usual`,
	`que antes`, `than before`, `(more|less|mas|menos)((?: \S+){0,5}?) que`, `$2$3 than`,
	`que porcentaje|que parte`, `what percentage`, `de mis gastos|de mi gasto`, `of my spending`,
	`comparado con|en comparacion con|frente a|comparada con`, `compared to`, `compara|comparar`, `compare`,
	`en promedio|de media|promedio|media`, `average`, `(?:al|por|cada) mes|mensualmente|mensual|mensuales`, `per month`,
	`(?:a la|por|cada) semana|semanalmente|semanal|semanales`, `per week`, `(?:al|por|cada) dia|diariamente|diario`, `per day`,
	`por categorias?`, `by category`, `por tiendas?`, `by store`, `por tarjetas?`, `by card`, `(?:y )?por que`, `why`,
	`dime|quiero saber|puedes decirme|me dices`, `tell me`, `muestrame|ensename|lista|listame|dame|ver`, `show me`,
	`resumen`, `summary`,
	// What is counted.
	`(?:gastos|cargos|costos?|tarifas) (?:de|por) (?:envio|entrega|servicio)|comisiones|envios?`, `fees`,
	`propinas?`, `tips`, `impuestos?|iva`, `tax`, `descuentos?|cupones`, `discounts`, `reembolsos?|devoluciones`, `refunds`,
	`gasto total|total gastado|total de gastos`, `total spending`, `(?:mis |los )?gastos?`, `my spending`,
	`(?:mis |los |las )?(?:pedidos|compras|ordenes|transacciones)`, `my orders`, `(?:pedido|compra|orden)`, `order`, `tiendas?`, `stores`,
	`(?:excepto|salvo|menos|sin contar|sin incluir|aparte de|quitando)`, `except`,
	`(?:el |los )?(?:supermercados?|super|despensa|abarrotes|mandado|mercado)`, `groceries`,
	`restaurantes?|comer fuera|comidas fuera|salir a comer`, `restaurants`, `comida a domicilio|domicilios?|entregas`, `food delivery`,
	`comida|alimentos|alimentacion`, `food`, `gasolina|combustible|gasolineras?`, `gas`, `transporte publico`, `public transport`,
	`transporte`, `transport`, `vuelos?|aviones|boletos de avion`, `flights`, `hoteles|hotel|hospedaje|alojamiento`, `hotels`,
	`viajes en taxi|taxis?`, `taxis`, `viajes?`, `travel`, `farmacias?`, `pharmacies`, `electronica|electronicos`, `electronics`,
	`entretenimiento|ocio|cine`, `entertainment`, `gimnasio`, `gym`, `luz|electricidad|servicios publicos`, `electricity`,
	`telefono|movil|celular`, `phone bill`, `mascotas?`, `pets`, `compras en linea`, `online shopping`,
	// The rest.
	`(?:a|al|para|por|del|de la|de los|de las) ?(?:el|la|los|las)?`, `for`, `en`, `on`, `con`, `with`, `y`, `and`, `o`, `or`, `mis?`, `my`, `el|la|los|las`, `the`,
	`un|una`, `a`, `dos`, `two`, `tres`, `three`, `cuatro`, `four`, `cinco`, `five`, `seis`, `six`, `siete`, `seven`, `ocho`, `eight`,
	`nueve`, `nine`, `diez`, `ten`, `doce`, `twelve`, `dias`, `days`, `dia`, `day`, `semanas`, `weeks`, `semana`, `week`, `meses`, `months`,
	`mes`, `month`, `anos`, `years`, `ano`, `year`, `mas`, `more`, `menos`, `less`, `cuando`, `when`, `donde`, `where`, `que`, `what`,
	`tambien`, `also`, `cuanto`, `how much`, `cuantos|cuantas`, `how many`, `hice`, `did i place`,
	`enero`, `january`, `febrero`, `february`, `marzo`, `march`, `abril`, `april`, `mayo`, `may`, `junio`, `june`, `julio`, `july`,
	`agosto`, `august`, `septiembre|setiembre`, `september`, `octubre`, `october`, `noviembre`, `november`, `diciembre`, `december`,
	`lunes`, `monday`, `martes`, `tuesday`, `miercoles`, `wednesday`, `jueves`, `thursday`, `viernes`, `friday`, `sabado`, `saturday`,
	`domingo`, `sunday`,
)

// inEnglish turns a folded Spanish question into the English one; any other text stays as it is.
func inEnglish(folded string) string {
	if !isSpanish(folded) {
		return folded
	}
	for _, p := range spanishPhrases {
		// A match takes the space on either side, so that neighbours are found in a second pass.
		for range 3 {
			replaced := strings.Join(strings.Fields(p.pattern.ReplaceAllString(folded, p.english)), " ")
			if replaced == folded {
				break
			}
			folded = replaced
		}
	}
	return folded
}
