# SPDX-License-Identifier: GPL-2.0-only
# The behaviour cases, for whoever links them: KUnit and tests/unit. Include paths: driver,
# include/uapi and tests/cases.
modkeeper-cases-y := tests/cases/suites.o tests/cases/text_cases.o
