# SPDX-License-Identifier: GPL-2.0-only
# fish completion for modkeeper. The program itself says what there is to complete.

function __modkeeper_complete
    set -l words (commandline -opc)
    set -l found (modkeeper complete -- $words[2..-1] (commandline -ct) 2>/dev/null)
    # files where the program has nothing to offer
    if test (count $found) -eq 0
        __fish_complete_path (commandline -ct)
    else
        printf '%s\n' $found
    end
end

complete -c modkeeper -f -a '(__modkeeper_complete)'
