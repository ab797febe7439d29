# fish completion for stapvet
set -l commands check verify fmt review replay recheck facts explain cache help
complete -c stapvet -n "not __fish_seen_subcommand_from $commands" -a "$commands"
complete -c stapvet -n "__fish_seen_subcommand_from explain" -f -a "(stapvet --list-rules 2>/dev/null | string split -f 1 ' ')"
complete -c stapvet -n "__fish_seen_subcommand_from cache" -f -a "show clean"
complete -c stapvet -l format -x -a "text json gcc sarif github junit checkstyle html"
complete -c stapvet -l color -x -a "auto always never"
complete -c stapvet -l privilege -x -a "stapdev stapsys stapusr"
for option in @OPTIONS@
	complete -c stapvet -l (string replace -- -- "" $option)
end
