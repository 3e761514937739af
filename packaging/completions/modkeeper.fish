# SPDX-License-Identifier: GPL-2.0-only
# fish completion for modkeeper. The candidates come from the program itself.

function __modkeeper_complete
    set -l words (commandline -opc)
    modkeeper complete -- $words[2..-1] (commandline -ct) 2>/dev/null
    # files, if the program says that the word may be one
    if test $status -eq 1
        __fish_complete_path (commandline -ct)
    end
end

complete -c modkeeper -f -a '(__modkeeper_complete)'
