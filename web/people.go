package web

func personURL(id string) string { return "/people/" + id }
