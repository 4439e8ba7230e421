import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';
import { type HostToStop, hostPart } from '../../../simulator/happenings/host-part.ts';
import { Laboratory } from '../../../simulator/happenings/laboratory.ts';
import { until } from '../../comes-true.ts';

let child: ChildProcess;
let folder: string;
let state: string;
let time: VirtualTime;
let lab: Laboratory;

const run = (): void => {
  child = spawn('sleep', ['60'], { stdio: 'ignore' });
  state = 'runs';
};
const kill = async (): Promise<void> => {
  state = 'stopped';
  if (child.kill('SIGKILL')) await once(child, 'exit');
};

beforeEach(() => {
  run();
  folder = mkdtempSync(join(tmpdir(), 'joulegate-host-part-'));
  time = new VirtualTime();
  const host: HostToStop = {
    dataDir: folder,
    get pid() {
      return child.pid ?? 0;
    },
    get state() {
      return state;
    },
    stop: kill,
    startAgain: async () => run(),
    pause: () => {
      child.kill('SIGSTOP');
      state = 'paused';
    },
    goOn: () => {
      if (state !== 'paused') return;
      child.kill('SIGCONT');
      state = 'runs';
    },
  };
  lab = new Laboratory({ parts: [hostPart(host, time)], time });
});
afterEach(async () => {
  await lab.close();
  await kill();
  rmSync(folder, { recursive: true, force: true });
});

const standsNow = (): boolean => /\) T /.test(readFileSync(`/proc/${child.pid}/stat`, 'utf8'));

/** A signal takes a moment to arrive, on a busy machine a longer one. */
const comesTo = (stands: boolean): Promise<void> => until(() => standsNow() === stands);
const fileLimit = (): string | undefined =>
  /Max file size +(\S+)/.exec(readFileSync(`/proc/${child.pid}/limits`, 'utf8'))?.[1];

const onLinux = test.skipIf(!existsSync('/proc/self/limits') || !existsSync('/usr/bin/prlimit'));

onLinux(
  'a full disk is full for a host that was killed and started anew, too, and has room again once mended',
  async () => {
    await lab.begin({ what: 'disk.full', values: { 'room-kb': 8 } });
    expect(fileLimit()).toBe('8192');
    const first = child.pid;
    await lab.begin({ what: 'host.kill', values: {} });
    await lab.endAll('host.kill');
    expect(child.pid).not.toBe(first);
    expect(fileLimit()).toBe('8192');
    await lab.endAll('disk.full');
    expect(fileLimit()).toBe('unlimited');
  },
);

onLinux(
  'a host that was paused and killed stands still again when it is back, until that is mended',
  async () => {
    await lab.begin({ what: 'host.pause', values: {} });
    await comesTo(true);
    await lab.begin({ what: 'host.kill', values: {} });
    await lab.endAll('host.kill');
    await comesTo(true);
    expect(state).toBe('paused');
    await lab.endAll('host.pause');
    await comesTo(false);
    expect(state).toBe('runs');
  },
);

onLinux('a slow host stands still for its share of the time, and not at all once mended', async () => {
  await lab.begin({ what: 'host.slow', values: { share: 0.8 } });
  await comesTo(true);
  time.advance(401);
  await comesTo(false);
  time.advance(100);
  await comesTo(true);
  await lab.begin({ what: 'host.pause', values: {} });
  time.advance(1000);
  await comesTo(true);
  await lab.endAll('host.pause');
  await lab.endAll();
  await comesTo(false);
  time.advance(10_000);
  await comesTo(false);
});

test('a pause that is refused because the host was stopped meanwhile still holds for the one that is started', async () => {
  await lab.begin({ what: 'host.pause', values: {} });
  await lab.begin({ what: 'host.stop', values: {} });
  await expect(lab.begin({ what: 'host.pause', values: {} })).rejects.toThrow(
    'the host does not run (stopped)',
  );
  expect(lab.running.map(({ what }) => what)).toEqual(['host.pause', 'host.stop']);
  await lab.endAll('host.stop');
  expect(state).toBe('paused');
  await lab.begin({ what: 'host.pause', values: {}, forS: 5 });
  expect(state).toBe('paused');
});

test('what the host cannot do while it is stopped is told', async () => {
  await lab.begin({ what: 'host.stop', values: {} });
  for (const what of ['host.pause', 'host.slow', 'disk.full']) {
    await expect(lab.begin({ what, values: {} }), what).rejects.toThrow('the host does not run (stopped)');
  }
});
