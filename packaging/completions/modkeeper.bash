# SPDX-License-Identifier: GPL-2.0-only
# bash completion for modkeeper. The program itself says what there is to complete.

_modkeeper() {
    local cur words cword
    # '=' and ':' belong to words: "name=value", "pci:v0000..."
    if declare -F _get_comp_words_by_ref >/dev/null; then
        _get_comp_words_by_ref -n '=:' cur words cword
    else
        cur=$2 words=("${COMP_WORDS[@]}") cword=$COMP_CWORD
    fi
    mapfile -t COMPREPLY < <(modkeeper complete -- "${words[@]:1:cword}" 2>/dev/null)
    # a parameter's name is gone on with
    [[ ${#COMPREPLY[@]} -ne 1 || ${COMPREPLY[0]} != *= ]] || compopt -o nospace
    if declare -F __ltrim_colon_completions >/dev/null; then
        __ltrim_colon_completions "$cur"
    fi
}

# files where the program has nothing to offer
complete -o default -F _modkeeper modkeeper
