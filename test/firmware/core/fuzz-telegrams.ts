import { fromHex } from '#core/bytes.ts';
import d0 from '../../vectors/d0/telegrams.json' with { type: 'json' };
import p1 from '../../vectors/p1/telegrams.json' with { type: 'json' };
import synthetic from '../../vectors/sml/synthetic.json' with { type: 'json' };

/** What is spoilt: vectors with a good frame, which together have every form that meters are known to send. */
export const smlTelegrams: readonly Uint8Array[] = synthetic
  .filter(({ summary, hex }) => summary.validFrames > 0 && hex.length < 3000)
  .map(({ hex }) => fromHex(hex) ?? new Uint8Array());

export const textTelegrams: readonly Uint8Array[] = [...d0, ...p1].map(({ text }) =>
  Uint8Array.from(text, letter => letter.charCodeAt(0)),
);
