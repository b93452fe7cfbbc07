package main

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/alecthomas/kong"
)

// completionCommand prints what has a shell complete commands and flags. It is made from the same
// model as the help. The libraries for kong ask the program at each key that is pressed; a script
// knows it all, and starts nothing.
type completionCommand struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

// Help implements kong.HelpProvider.
func (completionCommand) Help() string {
	return "Try it: source <(lightson completion bash), the same for zsh, or lightson completion fish | source. To keep it: " +
		"/etc/bash_completion.d/lightson, _lightson in a folder of zsh's fpath, ~/.config/fish/completions/lightson.fish."
}

// Run prints the script.
func (c *completionCommand) Run(p *program) error {
	places := placesOf("", p.reading.command.Model.Node)
	script := map[string]func([]place) string{"bash": bashCompletion, "zsh": zshCompletion, "fish": fishCompletion}[c.Shell]
	_, err := fmt.Fprint(p.out, script(places))
	return err
}

// A place is where one is in a command line: "/account/add" behind "lightson account add".
type place struct {
	path     string
	commands []choice
	flags    []choice
}

// A choice is a word that may come next.
type choice struct {
	word, help string
	values     []string // of a flag that takes one of a few
	takesValue bool
}

// placesOf are a command and those below it.
func placesOf(path string, node *kong.Node) []place {
	at := place{path: path}
	for _, group := range node.AllFlags(true) {
		for _, f := range group {
			at.flags = append(at.flags, choice{"--" + f.Name, shortHelp(f.Help), valuesOf(f.Value), !f.IsBool()})
		}
	}
	places := []place{}
	for _, child := range node.Children {
		if child.Type == kong.CommandNode && !child.Hidden {
			at.commands = append(at.commands, choice{word: child.Name, help: shortHelp(child.Help)})
			places = append(places, placesOf(path+"/"+child.Name, child)...)
		}
	}
	for _, arg := range node.Positional {
		for _, value := range valuesOf(arg) {
			at.commands = append(at.commands, choice{word: value, help: shortHelp(arg.Help)})
		}
	}
	return append([]place{at}, places...)
}

// valuesOf are the few values of which a flag or an argument takes one; none where it takes any.
func valuesOf(v *kong.Value) []string {
	return slices.DeleteFunc(v.EnumSlice(), func(value string) bool { return value == "" })
}

// longestHelp is what fits beside a word, in characters.
const longestHelp = 70

// shortHelp is the first sentence of a help, cut where it does not fit.
func shortHelp(help string) string {
	help, _, _ = strings.Cut(help, ". ")
	help = strings.TrimSuffix(help, ".")
	if utf8.RuneCountInString(help) > longestHelp {
		return string([]rune(help)[:longestHelp-1]) + "…"
	}
	return help
}

// quoted is a text for any of the shells.
func quoted(text string) string {
	return "'" + strings.NewReplacer("'", "’", `\`, "/").Replace(text) + "'" // fish and the others do not agree on how to write these
}

func paths(places []place) (list []string) {
	for _, at := range places[1:] {
		list = append(list, at.path)
	}
	return list
}

func wordsOf(choices []choice) (list []string) {
	for _, c := range choices {
		list = append(list, c.word)
	}
	return list
}

// valued are the flags that take one of a few values, once each.
func valued(places []place) (list []choice) {
	seen := map[string]bool{}
	for _, at := range places {
		for _, flag := range at.flags {
			if len(flag.values) > 0 && !seen[flag.word] {
				seen[flag.word] = true
				list = append(list, flag)
			}
		}
	}
	return list
}

func bashCompletion(places []place) string {
	var b strings.Builder
	fmt.Fprintf(&b, `_lightson() {
	local at='' word words='' current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
	for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		case "$at/$word" in
		%s) at+="/$word" ;;
		esac
	done
	case "$at" in
`, strings.Join(paths(places), " | "))
	for _, at := range places {
		fmt.Fprintf(&b, "\t%s) words=%s ;;\n", quoted(at.path), quoted(strings.Join(append(wordsOf(at.commands), wordsOf(at.flags)...), " ")))
	}
	b.WriteString("\tesac\n\tcase \"$before\" in\n")
	for _, flag := range valued(places) {
		fmt.Fprintf(&b, "\t%s) words=%s ;;\n", flag.word, quoted(strings.Join(flag.values, " ")))
	}
	b.WriteString(`	esac
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
	[[ ${#COMPREPLY[@]} -gt 0 ]] || mapfile -t COMPREPLY < <(compgen -f -- "$current")
}
complete -o filenames -F _lightson lightson
`)
	return b.String()
}

func zshCompletion(places []place) string {
	var b strings.Builder
	fmt.Fprintf(&b, `#compdef lightson
_lightson() {
	local at='' word
	local -a choices
	for word in ${words[2,CURRENT-1]}; do
		case "$at/$word" in
		(%s) at+="/$word" ;;
		esac
	done
	case "$at" in
`, strings.Join(paths(places), "|"))
	for _, at := range places {
		fmt.Fprintf(&b, "\t(%s) choices=(", quoted(at.path))
		for _, c := range append(at.commands, at.flags...) {
			fmt.Fprintf(&b, "\n\t\t%s", quoted(c.word+":"+strings.ReplaceAll(c.help, ":", `∶`)))
		}
		b.WriteString(") ;;\n")
	}
	b.WriteString("\tesac\n\tcase \"${words[CURRENT-1]}\" in\n")
	for _, flag := range valued(places) {
		fmt.Fprintf(&b, "\t(%s) choices=(%s) ;;\n", flag.word, strings.Join(flag.values, " "))
	}
	b.WriteString(`	esac
	_describe lightson choices || _files
}
if [[ "${funcstack[1]}" == _lightson ]]; then
	_lightson "$@"
else
	compdef _lightson lightson
fi
`)
	return b.String()
}

func fishCompletion(places []place) string {
	var b strings.Builder
	fmt.Fprintf(&b, `function __lightson_at
	set -l at ''
	for word in (commandline -opc)[2..-1]
		switch "$at/$word"
			case %s
				set at "$at/$word"
		end
	end
	test "$at" = "$argv[1]"
end
`, strings.Join(paths(places), " "))
	for _, at := range places {
		where := quoted(`__lightson_at "` + at.path + `"`)
		for _, c := range at.commands {
			fmt.Fprintf(&b, "complete -c lightson -n %s -a %s -d %s\n", where, c.word, quoted(c.help))
		}
		for _, flag := range at.flags {
			fmt.Fprintf(&b, "complete -c lightson -n %s -l %s -d %s", where, strings.TrimPrefix(flag.word, "--"), quoted(flag.help))
			switch {
			case len(flag.values) > 0:
				fmt.Fprintf(&b, " -x -a %s", quoted(strings.Join(flag.values, " ")))
			case flag.takesValue:
				b.WriteString(" -r")
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}
