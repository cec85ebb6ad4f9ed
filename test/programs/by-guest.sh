#!/bin/sh
# Goes wrong in another way in each guest, by its number: the first passes.

case $COORDINATOR_GUEST in
guest-1) ;;
guest-2) exit 1 ;;
guest-3) echo c >/proc/sysrq-trigger ;;
guest-4) kill -STOP $PPID ;;
esac
