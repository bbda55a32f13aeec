# bash completion for profctl(1): commands and options as its help tells them, and the functions that profd knows.

# The words that the help lists, each at the start of an indented line.
_profctl_options()
{
	profctl "$@" --help 2>/dev/null | sed -n 's/^  \(-.,\|   \) \(--[a-z-]*\).*/\2/p'
}

# Those of profctl, or those that belong to one of its commands.
_profctl_commands()
{
	profctl "$@" --help 2>/dev/null | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'
}

# Adds what begins with the word. Names come from other programs: they are never expanded, only quoted.
_profctl_offer()
{
	local candidate

	while IFS= read -r candidate; do
		[[ $candidate == "$word"* ]] && COMPREPLY+=("$(printf %q "$candidate")")
	done
}

# Saved benchmarks; the endpoint is that of the caller. Files where the word begins as one.
_profctl_results()
{
	if [[ $word == [./]* ]]; then
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
	else
		_profctl_offer < <(profctl bench list --names --timeout 1 "${endpoint[@]}" 2>/dev/null)
		declare -F __ltrim_colon_completions >/dev/null && __ltrim_colon_completions "$word"
	fi
}

_profctl()
{
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
	local command='' second='' endpoint=() operands=0 i

	if declare -F _get_comp_words_by_ref >/dev/null; then
		_get_comp_words_by_ref -n : -c word -p before
	fi
	COMPREPLY=()
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		--endpoint)
			endpoint=(--endpoint "${COMP_WORDS[i + 1]}")
			((i++))
			;;
		--sort | --limit | --program | --error | --count | --timeout | --since | --until | --step | --share | --by | \
			--format | --output | --diff | --before | --after | --before-program | --after-program | \
			--threshold | --fail-on | --warmup | --runs | --min-runs | --max-runs | --time | --limit-time | --setup | \
			--prepare | --cleanup | --shell | --input | --name | --export-* | --save | --note | \
			--against | --result | -s | -n | -p | -o | -w | -r) ((i++)) ;;
		--parameter-list) ((i += 2)) ;;
		--parameter-scan) ((i += 3)) ;;
		-*) ;;
		*)
			if [[ -z $command ]]; then
				command=${COMP_WORDS[i]}
			elif [[ $command == bench && -z $second && $operands -eq 0 &&
				" $(_profctl_commands bench | tr '\n' ' ')" == *" ${COMP_WORDS[i]} "* ]]; then
				second=${COMP_WORDS[i]}
			else
				((operands++))
			fi
			;;
		esac
	done
	case $before in
	--sort | -s)
		_profctl_offer < <(printf '%s\n' total calls avg max p99 errors slow name)
		return
		;;
	--by)
		_profctl_offer < <(printf '%s\n' time calls)
		return
		;;
	--format)
		if [[ $command == bench ]]; then
			_profctl_offer < <(printf '%s\n' json csv markdown)
		else
			_profctl_offer < <(printf '%s\n' svg folded speedscope)
		fi
		return
		;;
	--against | --result)
		_profctl_results
		return
		;;
	--fail-on)
		_profctl_offer <<<slower
		return
		;;
	--output | -o | --input | --export-*)
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		return
		;;
	--since | --until | --step | --share | --diff | --before | --after | --before-program | --after-program | \
		--threshold | --warmup | --runs | --min-runs | --max-runs | --time | --limit-time | --name | --save | --note | \
		--parameter-list | --parameter-scan) return ;;
	--setup | --prepare | --cleanup | --shell)
		mapfile -t COMPREPLY < <(compgen -c -- "$word")
		return
		;;
	--endpoint | --limit | --program | --error | --count | --timeout | -n | -p | -w | -r) return ;;
	esac
	if [[ $command == time && $operands -ge 1 ]]; then
		mapfile -t COMPREPLY < <(compgen -c -- "$word")
	elif [[ $word == -* ]]; then
		_profctl_offer < <(_profctl_options ${command:+"$command"} ${second:+"$second"})
	elif [[ -z $command || ($command == help && $operands -eq 0) ]]; then
		_profctl_offer < <(_profctl_commands)
	elif [[ $command == help ]]; then
		_profctl_offer < <(_profctl_commands "${COMP_WORDS[COMP_CWORD - 1]}")
	elif [[ $second == check ]]; then
		mapfile -t COMPREPLY < <(compgen -c -- "$word")
	elif [[ -n $second ]]; then
		_profctl_results
	elif [[ $command == bench && $operands -eq 0 ]]; then
		_profctl_offer < <(_profctl_commands bench)
		[[ -n $word ]] && mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -c -- "$word")
	elif [[ $operands -eq 0 && $command =~ ^(summary|stats|list|history|heatmap|diff|slow|clear|record|time)$ ]]; then
		_profctl_offer < <(profctl list --names --timeout 1 "${endpoint[@]}" 2>/dev/null)
		declare -F __ltrim_colon_completions >/dev/null && __ltrim_colon_completions "$word"
	fi
}

complete -F _profctl profctl
