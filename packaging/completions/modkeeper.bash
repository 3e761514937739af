# SPDX-License-Identifier: GPL-2.0-only
# bash completion for modkeeper. The program itself says what there is to complete.

_modkeeper() {
    # '=' and ':' belong to words ("name=value", "pci:v0000..."), whatever COMP_WORDBREAKS says
    local line=${COMP_LINE:0:COMP_POINT} found status kept
    local -a words
    read -ra words <<<"$line"
    [[ $line != *[[:space:]] ]] || words+=("")
    local cur=${words[-1]}
    found=$(modkeeper complete -- "${words[@]:1}" 2>/dev/null)
    status=$?
    [[ -z $found ]] || mapfile -t COMPREPLY <<<"$found"
    # a parameter's name is gone on with
    [[ ${#COMPREPLY[@]} -ne 1 || ${COMPREPLY[0]} != *= ]] || compopt -o nospace
    # what stands before a break stays in the line
    kept=${cur%"${cur##*["$COMP_WORDBREAKS"]}"}
    COMPREPLY=("${COMPREPLY[@]#"$kept"}")
    # files where the program says that one may stand there
    [[ $status -ne 1 ]] || compopt -o default
}

complete -F _modkeeper modkeeper
