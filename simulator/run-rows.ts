import type { Scenario } from './scenario/scenario.ts';
import type { Terminal } from './terminal.ts';

export interface RunPlan {
  readonly seed: number;
  readonly fromMs: number;
  readonly lastsMs: number;
  readonly everyS: number;
}

/** Says what a scenario's meters have. */
export interface RunRows {
  readonly begin: (scenario: Scenario, plan: RunPlan) => void;
  readonly reading: (
    atMs: number,
    meter: string,
    values: readonly (readonly [quantity: string, value: number])[],
  ) => void;
  readonly end: (readings: number, isEarly: boolean) => void;
}

const timeText = (ms: number): string => new Date(ms).toISOString().replace('.000', '');

/** Rows of CSV; what is no row goes beside them. */
export const textRows = ({ out, err }: Terminal): RunRows => ({
  begin: ({ name }, { seed, fromMs, lastsMs }) => {
    err(`${name}: seed ${seed}, ${timeText(fromMs)} to ${timeText(fromMs + lastsMs)}`);
    out('time,meter,quantity,value');
  },
  reading: (atMs, meter, values) => {
    const rows = values.map(([quantity, value]) => `${timeText(atMs)},${meter},${quantity},${value}`);
    if (rows.length > 0) out(rows.join('\n'));
  },
  end: (_, isEarly) => {
    if (isEarly) err('ended early');
  },
});

/** The same for programs: a line of JSON each. */
export const jsonRows = ({ out }: Terminal): RunRows => ({
  begin: ({ id, name }, { seed, fromMs, lastsMs, everyS }) => {
    const [from, to] = [timeText(fromMs), timeText(fromMs + lastsMs)];
    out(JSON.stringify({ event: 'begin', scenario: id, name, seed, from, to, everyS }));
  },
  reading: (atMs, meter, values) => {
    out(
      JSON.stringify({ event: 'reading', time: timeText(atMs), meter, values: Object.fromEntries(values) }),
    );
  },
  end: (readings, isEarly) => out(JSON.stringify({ event: 'end', readings, isEarly })),
});
