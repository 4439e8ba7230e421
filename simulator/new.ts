import { createGateway, type Gateway } from '#app/gateway.ts';
import type { Options, Values } from './arguments.ts';
import { command } from './command.ts';
import { NewGateway } from './gateway/new-gateway.ts';
import { nodeMqtt } from './gateway/node-mqtt.ts';
import { nodePorts } from './gateway/node-ports.ts';
import { memoryStore } from './gateway/stores.ts';
import { portMistake } from './port-mistake.ts';
import { jsonOption } from './scenario/options.ts';
import type { Terminal } from './terminal.ts';

export const newOptions = {
  port: {
    takes: 'integer',
    min: 0,
    max: 65_535,
    unless: 0,
    help: 'TCP port of its page on 127.0.0.1 (default: any free one, printed)',
  },
  json: jsonOption,
} as const satisfies Options;

/** A gateway that nobody has set up; once it is paired it runs as what it has become, until it is stopped. */
export async function runNew(values: Values<typeof newOptions>, terminal: Terminal): Promise<void> {
  const store = memoryStore();
  const log = (level: string, text: string): void => terminal.err(`gateway: ${level}: ${text}`);
  const device = new NewGateway({ store, pagePort: values.port, log });
  let gateway: Gateway | undefined;
  try {
    const page = await device.listening.catch(error => {
      throw portMistake('--port', values.port, error);
    });
    if (values.json) terminal.out(JSON.stringify({ event: 'listening', page }));
    else {
      terminal.out(`page    ${page}`);
      terminal.out(
        'Give it the address of a host and the code that “Add gateway” shows there. Ctrl-C ends it.',
      );
    }
    await Promise.race([terminal.stopped, device.finished]);
    const { identity } = device;
    if (identity === undefined) return;
    device.stop();
    const { gateway: id, broker: host, port, password, caDer } = identity;
    if (values.json) terminal.out(JSON.stringify({ event: 'paired', gateway: id, host, port }));
    else terminal.out(`gateway ${id} at ${host}:${port}`);
    const broker = { host, port, username: id, password, caDer };
    gateway = createGateway({
      id,
      ports: { ...nodePorts({ broker, store, log }), mqtt: nodeMqtt(broker) },
    });
    gateway.start();
    await terminal.stopped;
  } finally {
    device.stop();
    gateway?.stop();
  }
}

export const newGateway = command({
  name: 'new',
  about:
    "Shows the page of a new gateway on 127.0.0.1. Once it is paired it connects to the host's broker and waits for its\n" +
    'settings there. Nothing is kept when it ends.',
  options: newOptions,
  run: runNew,
});
