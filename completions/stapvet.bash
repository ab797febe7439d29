# bash completion for stapvet
_stapvet() {
	local cur prev words cword
	_init_completion || return
	case $prev in
	--format) COMPREPLY=($(compgen -W "text json gcc sarif github junit checkstyle html" -- "$cur")); return ;;
	--color) COMPREPLY=($(compgen -W "auto always never" -- "$cur")); return ;;
	--runtime) COMPREPLY=($(compgen -W "user bpf kernel" -- "$cur")); return ;;
	--privilege) COMPREPLY=($(compgen -W "stapdev stapsys stapusr" -- "$cur")); return ;;
	--dump) COMPREPLY=($(compgen -W "ir" -- "$cur")); return ;;
	--enable | --disable | explain)
		COMPREPLY=($(compgen -W "all $("${words[0]}" --list-rules 2>/dev/null | cut -d ' ' -f 1)" -- "$cur")); return ;;
	cache) COMPREPLY=($(compgen -W "show clean" -- "$cur")); return ;;
	esac
	if [[ $cur == -* ]]; then
		COMPREPLY=($(compgen -W "@OPTIONS@" -- "$cur"))
	elif [ "$cword" = 1 ]; then
		COMPREPLY=($(compgen -W "check verify fmt review replay recheck facts explain cache help" -- "$cur"))
		_filedir '@(stp|stpm)'
	else
		_filedir
	fi
}
complete -F _stapvet stapvet
