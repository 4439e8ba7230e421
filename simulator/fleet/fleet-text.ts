import type { FleetCosts } from './fleet-watch.ts';
import type { FleetPlan, FleetProgress, FleetResult } from './run-fleet.ts';

const number = (value: number, decimals = 0): string =>
  value.toLocaleString('en', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });

const seconds = (value: number | null): string => (value === null ? 'never' : `${number(value, 1)} s`);

/** One line of what it is at. */
export function progressText({ stage, done, of, counts }: FleetProgress): string {
  const share = `${number((done / Math.max(of, 1)) * 100)} %`;
  if (counts === undefined) return `${stage} ${share} (${number(done)} of ${number(of)} gateways)`;
  const { online, gateways, values, waiting, resent, hungUp, refusals, whyNot } = counts;
  return [
    `${stage} ${share}: ${number(online)} of ${number(gateways)} online`,
    `${number(values)} values acknowledged`,
    `${number(waiting)} records waiting`,
    `${number(resent)} messages resent`,
    `hung up ${number(hungUp)}`,
    `attempts in vain ${number(refusals)}${whyNot === '' ? '' : ` (${whyNot})`}`,
  ].join(', ');
}

/** What came of it, for people. */
export function resultText(plan: FleetPlan, result: FleetResult): string {
  const { counts, stored, host } = result;
  const rows: [string, string][] = [
    [
      'fleet',
      `${number(plan.gateways)} light gateways and ${number(plan.real)} with the firmware, ${plan.meters} meters each, windows of ${plan.windowS} s, seed ${plan.seed}`,
    ],
    ['made known', seconds(result.knownS)],
    ['connected', seconds(result.connectedS)],
    ...(plan.backlogS > 0 ? [['backlog gone', seconds(result.drainedS)] satisfies [string, string]] : []),
    [
      'acknowledged',
      `${number(result.recordsPerSecond)} records/s, ${number(result.valuesPerSecond)} values/s over ${number(result.seconds, 1)} s`,
    ],
    [
      'within',
      `p50 ${number(result.ackP50Ms)} ms, p99 ${number(result.ackP99Ms)} ms, most ${number(result.ackMostMs)} ms`,
    ],
    [
      'connections',
      `${number(counts.connects)} made, ${number(counts.hungUp)} lost, ${number(counts.refusals)} attempts in vain${counts.whyNot === '' ? '' : ` (${counts.whyNot})`}`,
    ],
    ['resent', `${number(counts.resent)} messages`],
    ...(counts.dropped === 0
      ? []
      : [['dropped', `${number(counts.dropped)} records by full journals`] satisfies [string, string]]),
    ...(host === null ? [] : [['host', costText(host)] satisfies [string, string]]),
    ['this process', costText(result.fleet)],
    ['stored', storedText(plan, result)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  const lines = rows.map(([name, text]) => `  ${name.padEnd(width)}${text}`);
  for (const note of [...counts.wrong, ...(stored?.notes ?? [])]) lines.push(`  ! ${note}`);
  return lines.join('\n');
}

const costText = ({ cores, cpuS, rssPeakMb }: FleetCosts): string =>
  `${number(cores, 2)} processors while they measured, ${number(cpuS)} s of one in all, ${number(rssPeakMb)} MB at most`;

function storedText({ gateways, real }: FleetPlan, { compared, stored, notCompared }: FleetResult): string {
  if (stored === null) return `not compared: ${notCompared}`;
  const { values, lost, doubled, wrong } = stored;
  const of = compared === gateways + real ? '' : ` of ${number(compared)} gateways`;
  return `${number(values)} values${of} acknowledged, ${number(stored.stored)} stored: ${number(lost)} lost, ${number(doubled)} doubled, ${number(wrong)} wrong`;
}

/** Why it has not gone as it has to; undefined where it has. */
export function failureOf(result: FleetResult): string | undefined {
  const { counts, stored, isSettled, connectedS, notCompared } = result;
  if (stored === null) return `what the host has stored was not compared: ${notCompared}`;
  const { lost, doubled, wrong } = stored;
  if (lost + doubled + wrong > 0)
    return `of what was acknowledged ${lost} values are lost, ${doubled} doubled and ${wrong} wrong`;
  if (counts.wrong.length > 0) return `an acknowledgement cannot be: ${counts.wrong[0]}`;
  if (connectedS === null) {
    const why = counts.whyNot === '' ? '' : `, the last one in vain: ${counts.whyNot}`;
    return `the gateways were never all connected; at the end ${counts.online} of ${counts.gateways} were${why}`;
  }
  if (counts.dropped > 0)
    return `${counts.dropped} records went from full journals before they were acknowledged`;
  if (!isSettled) return `${counts.waiting} records were not acknowledged when it ended`;
  if (stored.values === 0)
    return 'no window ended while they measured, which proves nothing: give more --minutes, or --every with shorter ones';
  return undefined;
}
