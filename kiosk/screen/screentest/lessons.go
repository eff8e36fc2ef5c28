package screentest

import "chasqui/kiosk"

// Lessons returns two practice lessons as long as the real ones, with everything
// that a step can have. Their words are in Spanish in any language: they are not
// for citizens.
func Lessons(string) []kiosk.Lesson {
	return []kiosk.Lesson{
		{
			ID: "escanear-qr", Title: "Leer un código con el teléfono", Icon: "phone",
			Summary: "Aprende a abrir una página apuntando la cámara.",
			Steps: []kiosk.LessonStep{
				{ID: "look", Title: "Qué es este cuadro", Text: "Es un código QR. Guarda una dirección de internet. Con la cámara de su teléfono la abre sin escribirla."},
				{ID: "scan", Title: "Pruebe ahora", Text: "Abra la cámara de su teléfono. Apunte al cuadro y espere. Aparece una dirección: tóquela.", Scan: "https://www.chileatiende.gob.cl"},
			},
			End:   "Ya sabe leer un código QR. Antes de abrir una página, mire siempre la dirección.",
			Facts: []kiosk.Fact{{About: "La dirección de práctica.", Source: "ChileAtiende", URL: "https://www.chileatiende.gob.cl", Read: "2026-11-24"}},
		},
		{
			ID: "mensaje-falso", Title: "Reconocer un mensaje falso", Icon: "shield",
			Summary: "Aprende a dudar de un mensaje que pide sus datos.",
			Steps: []kiosk.LessonStep{
				{
					ID: "judge", Title: "¿Qué haría con este mensaje?", Text: "Léalo con calma y elija.",
					Message: "Su bono está listo. Entre hoy a bono-estado.example y escriba la clave de su banco, o lo pierde.",
					Options: []kiosk.LessonOption{
						{ID: "open", Label: "Entro y escribo mi clave", Say: "Casi todos dudamos al principio. El Estado nunca le pide la clave de su banco en un mensaje."},
						{ID: "ask", Label: "No entro, y pregunto en el mesón", Right: true, Say: "Muy bien. Un mensaje que apura y pide claves es una señal de engaño."},
					},
				},
			},
			End: "Ya conoce la señal: si apura y pide claves, no entre. Pregunte primero.",
		},
	}
}
