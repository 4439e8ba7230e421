import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createHeadSource } from '#app/head-reader.ts';
import { smlMeter } from '#profiles/sml-meter.ts';
import { runCommand } from '../../simulator/commands.ts';
import { openNodeSerial } from '../../simulator/gateway/node-serial.ts';
import { nodeTime } from '../../simulator/gateway/node-time.ts';
import { isSocatInstalled, openPtyCable } from '../../simulator/meters/pty.ts';
import { headFor } from '../../simulator/meters/telegram-head.ts';
import { until } from '../comes-true.ts';
import { meterSettings, noLog, recordingSink } from '../firmware/app/line-rig.ts';

const folder = mkdtempSync(join(tmpdir(), 'joulegate-replay-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The command, until it is stopped. */
function replayed(...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  let stop = () => {};
  const stopped = new Promise<void>(resolve => {
    stop = resolve;
  });
  const terminal = {
    out: (line: string) => void out.push(line),
    err: (line: string) => void err.push(line),
    stopped,
  };
  const code = runCommand(['replay', ...args], terminal);
  return { out, err, stop, code };
}

const head = headFor('sml')(id => (id === 'powerW' ? 321 : undefined));
const telegrams = [1, 2, 3].map(second => head.telegram(second));

function reader(port: string) {
  const record = recordingSink();
  const source = createHeadSource({
    time: nodeTime,
    line: { id: 'ir', kind: 'ir', port },
    openSerial: openNodeSerial,
    meter: { settings: meterSettings('grid', 1), profile: smlMeter, sink: record.sink },
    log: noLog,
  });
  source.start();
  return { ...record, source };
}

it('a recording with times is read by the gateway as the meter would be, over and over', async () => {
  const file = join(folder, 'timed.txt');
  const lines = telegrams.map((bytes, index) => `${5 + index}.000 ${Buffer.from(bytes).toString('hex')}`);
  writeFileSync(file, `# three telegrams\n${lines.join('\n')}\n`);
  const { out, stop, code } = replayed('--speed', '20', file);
  await until(() => out.length >= 3);
  expect(out[0]).toContain('3 pieces over 2 s by their times, 20 times as fast');
  const { samples, failures, source } = reader((out[1] ?? '').trim());
  await until(() => samples.length >= 7);
  expect(new Set(samples.map(({ values }) => values.powerW))).toEqual(new Set([321]));
  expect(failures).toEqual([]);
  source.stop();
  stop();
  expect(await code).toBe(0);
});

it.skipIf(!isSocatInstalled())(
  'raw bytes go to a serial port, and it ends by itself (needs socat)',
  async () => {
    const file = join(folder, 'raw.bin');
    writeFileSync(file, Buffer.concat(telegrams));
    const cable = await openPtyCable(join(folder, 'reader'), join(folder, 'player'));
    const { samples, failures, source } = reader(join(folder, 'reader'));
    const { out, code } = replayed(
      file,
      '--serial',
      cable.path,
      '--baud',
      '115200',
      '--times',
      '2',
      '--pause-ms',
      '50',
    );
    expect(await code).toBe(0);
    await until(() => samples.length >= 6);
    expect(samples.map(({ values }) => values.powerW)).toEqual(Array(6).fill(321));
    expect(failures).toEqual([]);
    expect(out.join('\n')).toContain(`raw at 115200 baud`);
    source.stop();
    await cable.close();
  },
);

it('tells programs in lines of JSON what is played, where, and when it has been', async () => {
  const file = join(folder, 'json.txt');
  writeFileSync(file, '1.000 aa bb\n1.500 cc\n');
  const { out, code } = replayed('--json', file, '--speed', '50', '--times', '2', '--pause-ms', '10');
  await until(() => out.length >= 1);
  const first = JSON.parse(out[0] ?? '');
  expect(first).toEqual({
    event: 'replaying',
    file,
    bytes: 3,
    form: 'timed',
    pieces: 2,
    lastS: 0.5,
    speed: 50,
    times: 2,
    ports: [expect.stringMatching(/^tcp:\/\/127\.0\.0\.1:\d+$/)],
  });
  const socket = connect(Number(String(first.ports).split(':').at(-1)), '127.0.0.1');
  const heard: Buffer[] = [];
  socket.on('data', bytes => heard.push(bytes));
  expect(await code).toBe(0);
  expect(Buffer.concat(heard).toString('hex')).toBe('aabbccaabbcc');
  expect(out.slice(1).map(line => JSON.parse(line))).toEqual([
    { event: 'played', plays: 1, isLast: false },
    { event: 'played', plays: 2, isLast: true },
  ]);
});

it('says what is wrong with its arguments', async () => {
  const wrong = join(folder, 'wrong.txt');
  writeFileSync(wrong, '1b 1b\nhello\n');
  const empty = join(folder, 'empty.bin');
  writeFileSync(empty, '');
  const cases: readonly (readonly [string, ...string[]])[] = [
    ['a file is wanted'],
    ['there is no such file', join(folder, 'none')],
    ['is a folder', folder],
    ['"b.bin" is one word too many', 'a.bin', 'b.bin'],
    ['--port needs a value', wrong, '--port'],
    ['line 2 is no bytes', wrong],
    ['has no bytes', empty],
    ['--speed "0": a number from 0.01', wrong, '--speed', '0'],
    ['there is no such port', join(folder, 'raw2.bin'), '--serial', '/dev/none-such'],
  ];
  writeFileSync(join(folder, 'raw2.bin'), 'x');
  for (const [words, ...args] of cases) {
    const { err, code } = replayed(...args);
    expect(await code, words).toBe(2);
    expect(err.join('\n')).toContain(words);
  }
});
