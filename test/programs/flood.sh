#!/bin/sh
# Prints without an end: lines, results among them, and bytes that are no text.

while :; do
	seq 1 10000 | sed 's/^/ok /'
	head -c 1000000 /dev/urandom
done
