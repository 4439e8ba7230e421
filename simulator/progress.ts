import type { Terminal } from './terminal.ts';

/** How far something long is. */
export interface Progress {
  /** `share` from 0 to 1; `text` says it in words, such as `12 of 24 h`. */
  at(share: number, text?: string): void;
  /** It is done, or given up: the bar goes. */
  end(): void;
}

const barCharacters = 30;
const linesEveryMs = 2000;
const drawsEveryMs = 80;

/**
 * A bar that moves where there is a terminal, else a line every 2 s at most, so that logs stay short. It says nothing
 * where it is over at once.
 */
export function progress(terminal: Terminal, nowMs: () => number = Date.now): Progress {
  const { rewrite, out } = terminal;
  let toldAtMs = nowMs();
  let isDrawn = false;
  return {
    at: (share, text = '') => {
      const everyMs = rewrite === undefined ? linesEveryMs : drawsEveryMs;
      if (nowMs() - toldAtMs < everyMs) return;
      toldAtMs = nowMs();
      const within = Math.min(1, Math.max(0, share));
      const words = `${String(Math.floor(within * 100)).padStart(3)} %${text === '' ? '' : `  ${text}`}`;
      if (rewrite === undefined) out(`  ${words}`);
      else {
        isDrawn = true;
        rewrite(`  ${barOf(within)} ${words}`);
      }
    },
    end: () => {
      if (isDrawn) rewrite?.('');
      isDrawn = false;
    },
  };
}

function barOf(share: number): string {
  const full = Math.round(share * barCharacters);
  return `[${'#'.repeat(full)}${'.'.repeat(barCharacters - full)}]`;
}
