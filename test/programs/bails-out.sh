#!/bin/sh
echo '1..2'
echo 'ok 1 one'
echo 'Bail out! no more engine'
