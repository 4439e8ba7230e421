import type { CaptureCounts, CaptureFormat } from './capture.ts';

const formatNames: Readonly<Record<CaptureFormat, string>> = Object.freeze({
  sml: 'SML',
  d0: 'IEC 62056-21 (D0)',
  p1: 'DSMR P1',
  modbus: 'Modbus RTU',
});

/** The last line of `--json`. `format` is null where nothing was recognised. */
export const summaryJson = (format: CaptureFormat | undefined, counts: CaptureCounts): string =>
  JSON.stringify({ summary: { format: format ?? null, ...counts } });

const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

/** What a capture held, in sentences, and what to do where something is wrong. */
export function summaryText(
  format: CaptureFormat | undefined,
  bytes: number,
  counts: CaptureCounts,
  hints: readonly string[],
): string {
  const sentences = [
    held(format, bytes, counts),
    ...damage(format, counts),
    ...hints,
    ...advice(format, bytes, counts),
  ];
  return sentences.join('\n');
}

function held(format: CaptureFormat | undefined, bytes: number, counts: CaptureCounts): string {
  const size = plural(bytes, 'byte');
  if (format === undefined) return `${size}: nothing in it is SML, D0, P1 or Modbus RTU.`;
  const what = format === 'modbus' ? 'frame' : 'telegram';
  const found = `${plural(counts.valid, `valid ${what}`)} with ${plural(counts.values, 'value')}`;
  return `${formatNames[format]}, ${size}: ${counts.valid === 0 ? `no valid ${what}` : found}.`;
}

function damage(format: CaptureFormat | undefined, counts: CaptureCounts): string[] {
  const what = format === 'modbus' ? 'frame' : 'telegram';
  const all: [number, string][] = [
    [
      counts.transportCrcErrors,
      `${plural(counts.transportCrcErrors, what)} with a wrong CRC: bytes were lost or changed on the way`,
    ],
    [
      counts.messageCrcErrors,
      `${plural(counts.messageCrcErrors, 'message')} with a wrong CRC inside telegrams`,
    ],
    [counts.parseErrors, `${plural(counts.parseErrors, what)} that cannot be read to the end`],
    [counts.restarts, `${plural(counts.restarts, what)} broken off by the next`],
    [counts.invalidEscapes, `${plural(counts.invalidEscapes, what)} with an escape that means nothing`],
    [counts.incomplete, `${plural(counts.incomplete, what)} cut off by the end of the capture`],
    [counts.junkBytes, `${plural(counts.junkBytes, 'byte')} outside of any ${what}`],
  ];
  return all.filter(([count]) => count > 0).map(([, text]) => `Not counted: ${text}.`);
}

function advice(format: CaptureFormat | undefined, bytes: number, counts: CaptureCounts): string[] {
  if (bytes === 0) return ['The capture is empty: was the head on the meter, and the right port read?'];
  if (format === undefined) {
    return [
      'Wrong baud or parity makes such junk: most heads want 9600 baud 8N1, D0 heads 300 or 9600 baud 7E1, P1 115200 baud 8N1, Modbus what the meter is set to. If you know what it is, say so with --format.',
    ];
  }
  const broken = counts.transportCrcErrors + counts.restarts + counts.parseErrors + counts.invalidEscapes;
  if (format === 'modbus' || broken <= counts.valid / 10) return [];
  return ['Many are damaged: turn and centre the head, keep light off it, and shorten its cable.'];
}
