#!/bin/bash
# The browser tests drive the system's Chromium. Root gets it from apt; anybody else is told how to.
set -u
command -v chromium > /dev/null || command -v chromium-browser > /dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
  echo "Installing the system's chromium for the browser tests."
  apt-get install -y -qq --no-install-recommends chromium > /dev/null 2>&1 ||
    { apt-get update -qq > /dev/null && apt-get install -y -qq --no-install-recommends chromium > /dev/null; }
fi
command -v chromium > /dev/null || cat <<'WORDS'
**********************************************************************
*  chromium is missing: the browser tests cannot run without it.     *
*  Install it with:   sudo apt-get install -y chromium               *
*  Pestle itself runs without it.                                    *
**********************************************************************
WORDS
exit 0
