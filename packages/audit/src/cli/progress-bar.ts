import type { Writable } from 'node:stream';

import type { VerifyProgress } from '../verify.js';

const width = 30;

/** As often as an eye can follow. */
const everyMs = 100;

/** A bar on one line of a terminal. Nothing where there is no terminal. */
export interface ProgressBar {
  readonly show: (progress: VerifyProgress) => void;
  readonly clear: () => void;
}

export function progressBar(stream: Writable & { readonly isTTY?: boolean }): ProgressBar {
  if (stream.isTTY !== true) {
    return { show: () => undefined, clear: () => undefined };
  }
  let shownAt = -Infinity;
  return {
    show: (progress) => {
      const now = performance.now();
      if (now - shownAt < everyMs) return;
      shownAt = now;
      stream.write(`\r${drawBar(progress)}\u001b[K`);
    },
    clear: () => void stream.write('\r\u001b[K'),
  };
}

/** `[=====     ]  50% 500,000 of 1,000,000 events`. */
export function drawBar({ events, totalEvents }: VerifyProgress): string {
  const share = totalEvents === 0 ? 1 : Math.min(events / totalEvents, 1);
  const bar = '='.repeat(Math.round(share * width)).padEnd(width);
  const of = `${events.toLocaleString('en-US')} of ${totalEvents.toLocaleString('en-US')}`;
  return `[${bar}] ${String(Math.floor(share * 100)).padStart(3)}% ${of} events`;
}
