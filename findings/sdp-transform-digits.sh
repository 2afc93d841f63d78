#!/usr/bin/env bash
# sdp-transform 3.0.0: `parse` makes a number of every text that looks like one, also where SDP has tokens: ice-ufrag, ice-pwd, the foundation of a candidate.
# Chromium draws the ufrag anew for each call, four of 64 characters; if all four are digits and the first is no zero (one call in some 1,900),
# `iceUfrag` is a number: `===` with the ufrag of a candidate or of getStats() is then false, and `.length` or `.startsWith` fail. One would guess a string.
set -eu
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
cd "$place"
npm install --silent --no-audit --no-fund --prefix "$place" sdp-transform@3.0.0
cat > probe.mjs <<'JS'
import * as sdp from "sdp-transform";

const offer = (ufrag) =>
  ["v=0", "o=- 1 2 IN IP4 127.0.0.1", "s=-", "t=0 0", "m=audio 9 UDP/TLS/RTP/SAVPF 111", "c=IN IP4 0.0.0.0", `a=ice-ufrag:${ufrag}`,
    "a=ice-pwd:asd88fgpdd777uzjYhagZg", "a=mid:0", "a=rtpmap:111 opus/48000/2", ""].join("\r\n");
const shown = ["4Zf1", "0734", "7340"].map((ufrag) => {
  const { iceUfrag } = sdp.parse(offer(ufrag)).media[0];
  return `${ufrag} a ${typeof iceUfrag}, equal: ${iceUfrag === ufrag}`;
});
console.log(shown.join("; "));
JS
seen=$(node probe.mjs)
echo "sdp-transform 3.0.0, ice-ufrag: $seen"
[ "$seen" = "4Zf1 a string, equal: true; 0734 a string, equal: true; 7340 a number, equal: false" ]
