#!/bin/sh
# Says on the console and in its results what a page, a terminal or its user could obey; fails in the second guest.
printf '\033]0;owned\007\033]52;c;b3duZWQ=\007\033]8;;http://attacker.example\033\\a link\033]8;;\033\\\n' >/dev/console
printf '<img src=x onerror="window.owned=1"><script>window.owned=1</script>\n' >/dev/console
printf '\033[31mred\033[0m \033[2J\033[6nstill here\n' >/dev/console
echo KTAP version 1
echo 1..1
if [ "$COORDINATOR_GUEST" = guest-2 ]; then
	echo 'not ok 1 <img src=x onerror="window.owned=1">'
else
	echo 'ok 1 <img src=x onerror="window.owned=1">'
fi
