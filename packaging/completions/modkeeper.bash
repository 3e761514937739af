# SPDX-License-Identifier: GPL-2.0-only
# bash completion for modkeeper. The candidates come from the program itself.

_modkeeper() {
    # '=' and ':' are parts of words ("name=value", "pci:v0000..."), whatever COMP_WORDBREAKS has
    local line=${COMP_LINE:0:COMP_POINT} found status kept
    local -a words
    read -ra words <<<"$line"
    [[ $line != *[[:space:]] ]] || words+=("")
    local cur=${words[-1]}
    found=$(modkeeper complete -- "${words[@]:1}" 2>/dev/null)
    status=$?
    [[ -z $found ]] || mapfile -t COMPREPLY <<<"$found"
    # typing continues after the name of a parameter
    [[ ${#COMPREPLY[@]} -ne 1 || ${COMPREPLY[0]} != *= ]] || compopt -o nospace
    # the text before a break stays in the line
    kept=${cur%"${cur##*["$COMP_WORDBREAKS"]}"}
    COMPREPLY=("${COMPREPLY[@]#"$kept"}")
    # files, if the program says that the word may be one
    [[ $status -ne 1 ]] || compopt -o default
}

complete -F _modkeeper modkeeper
