import { command } from '../command.ts';
import { stopSignal, type Terminal } from '../terminal.ts';
import { readyHost } from './fleet-host.ts';
import { type FleetValues, fleetOptions, planOf } from './fleet-options.ts';
import { failureOf, progressText, resultText } from './fleet-text.ts';
import { type FleetPlan, type FleetProgress, runFleet } from './run-fleet.ts';

const tellEveryMs = 5000;

/** `joulegate-sim fleet`: loads a host with thousands of gateways and proves what it has stored. */
export const fleet = command({
  name: 'fleet',
  about:
    'Makes gateways known at a host, lets them measure for some minutes, and compares what was acknowledged with what\n' +
    'the host has stored, value by value. Light gateways are messages alone, thousands of them; real ones run the\n' +
    "firmware's own code. They stay known at the host, with what they sent. Ends with 1 where anything is lost, doubled\n" +
    'or wrong. Ctrl-C ends the measuring early; the comparison still follows.',
  options: fleetOptions,
  run,
});

async function run(values: FleetValues, terminal: Terminal): Promise<void> {
  const plan = planOf(values);
  const signal = stopSignal(terminal);
  const host = await readyHost(values, process.env, signal);
  const say = values.json ? jsonTeller(terminal) : wordTeller(terminal);
  try {
    say.begin(plan);
    const result = await runFleet(plan, host, { tell: say.progress, signal });
    if (values.json) terminal.out(JSON.stringify({ event: 'result', plan, ...result }));
    else terminal.out(resultText(plan, result));
    const failure = failureOf(result);
    if (failure !== undefined) throw new Error(failure);
  } finally {
    await host.close();
  }
}

interface Teller {
  readonly begin: (plan: FleetPlan) => void;
  readonly progress: (progress: FleetProgress) => void;
}

const jsonTeller = ({ out }: Terminal): Teller => ({
  begin: plan => out(JSON.stringify({ event: 'begin', ...plan })),
  progress: seldom(progress => out(JSON.stringify({ event: 'progress', ...progress }))),
});

const wordTeller = ({ out, err }: Terminal): Teller => ({
  begin: ({ name, seed }) => out(`gateways ${name}-…, seed ${seed}`),
  // What is under way is not what came of it.
  progress: seldom(progress => err(progressText(progress))),
});

/** Hears a stage when it begins and then now and again. */
function seldom(hear: (progress: FleetProgress) => void): (progress: FleetProgress) => void {
  let stage = '';
  let toldMs = 0;
  return progress => {
    const nowMs = performance.now();
    if (progress.stage === stage && nowMs - toldMs < tellEveryMs) return;
    stage = progress.stage;
    toldMs = nowMs;
    hear(progress);
  };
}
